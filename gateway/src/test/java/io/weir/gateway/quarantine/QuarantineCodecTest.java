package io.weir.gateway.quarantine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.gateway.model.Reason;
import io.weir.gateway.quarantine.Quarantined.Fault;
import io.weir.gateway.quarantine.Quarantined.Origin;
import io.weir.gateway.quarantine.Quarantined.Side;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class QuarantineCodecTest {

  @Test
  void everyEntryComesBackAsItWas() {
    Random random = new Random(3);
    for (int i = 0; i < 500; i++) {
      Quarantined entry = randomEntry(random);
      assertThat(((QuarantineCodec.Entry) decode(QuarantineCodec.encode(entry))).quarantined())
          .usingRecursiveComparison()
          .isEqualTo(entry);
    }
    QuarantineCodec.Replayed mark = new QuarantineCodec.Replayed(random.nextLong(), 5);
    assertThat(decode(QuarantineCodec.encode(mark))).isEqualTo(mark);
  }

  @Test
  void cutBytesAreRefusedUntilTheEvidenceBegins() {
    Quarantined entry = randomEntry(new Random(4));
    ByteBuffer whole = QuarantineCodec.encode(entry);
    for (int length = 0; length < whole.remaining() - entry.raw().length; length++) {
      ByteBuffer cut = whole.slice(0, length);
      assertThatThrownBy(() -> decode(cut)).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void theLargestEntryFits() {
    List<Fault> faults = new ArrayList<>();
    for (Reason reason : Reason.values()) {
      faults.add(new Fault(reason, "€".repeat(5_000), 1));
    }
    Origin origin = new Origin(Side.SOURCE, "plant", "readings", 1, 0);
    Quarantined entry = Quarantined.of(origin, "t".repeat(65_535), 1, faults, new byte[100], 100);
    assertThat(QuarantineCodec.encode(entry).remaining())
        .isLessThanOrEqualTo(Quarantine.mostRecordBytes(100));
  }

  @Test
  void aLaterFormatIsNotGuessedAt() {
    ByteBuffer later = ByteBuffer.wrap(new byte[] {2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0});
    assertThatThrownBy(() -> decode(later)).hasMessageContaining("format 2");
  }

  @Test
  void anIdIsSixteenHexadecimalDigits() {
    Quarantined entry = randomEntry(new Random(9));
    assertThat(Quarantined.id(entry.label())).isEqualTo(entry.id());
    for (String wrong : List.of("", "12", "xyzxyzxyzxyzxyzx", entry.label() + "0")) {
      assertThatThrownBy(() -> Quarantined.id(wrong)).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void evidenceIsShownWithoutSteeringATerminal() {
    assertThat(Evidence.preview("{\"t\": 1}\n".getBytes(UTF_8), 100)).isEqualTo("{\"t\": 1}\\n");
    assertThat(Evidence.preview("\u001b[2J\u202e压机".getBytes(UTF_8), 100))
        .isEqualTo("\\u{1b}[2J\\u{202e}压机");
    assertThat(Evidence.preview(new byte[] {(byte) 0xff, 0x10}, 100)).isEqualTo("0xff10");
    assertThat(Evidence.preview("😀😀😀".getBytes(UTF_8), 2)).isEqualTo("😀😀…");
    byte[] cut = Arrays.copyOf("ab压".getBytes(UTF_8), 4);
    assertThat(Evidence.preview(cut, 100)).isEqualTo("ab");
    assertThat(Evidence.preview(new byte[0], 100)).isEmpty();
    assertThat(Evidence.dump("weir\n0123456789abcdef".getBytes(UTF_8)))
        .isEqualTo(
            """
            00000000  77 65 69 72 0a 30 31 32 33 34 35 36 37 38 39 61  weir.0123456789a
            00000010  62 63 64 65 66                                   bcdef
            """);
  }

  private static QuarantineCodec.Decoded decode(ByteBuffer bytes) {
    return QuarantineCodec.decode(bytes, Integer.MAX_VALUE);
  }

  private static Quarantined randomEntry(Random random) {
    List<Fault> faults = new ArrayList<>();
    for (int i = random.nextInt(3); i >= 0; i--) {
      faults.add(new Fault(Reason.values()[random.nextInt(9)], "détail " + i, random.nextInt(99)));
    }
    Origin origin =
        new Origin(
            Side.values()[random.nextInt(2)],
            "plant",
            "readings",
            random.nextLong(),
            random.nextInt(50));
    byte[] raw = new byte[random.nextInt(300)];
    random.nextBytes(raw);
    return Quarantined.of(origin, "工厂/" + random.nextInt(), random.nextLong(), faults, raw, 200);
  }
}
