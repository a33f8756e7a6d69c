package io.weir.gateway.decode;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.model.EventTime;
import io.weir.gateway.model.Reason;
import io.weir.gateway.model.Rejected;
import io.weir.gateway.model.Sample;
import io.weir.gateway.model.Value;
import io.weir.gateway.plugin.NoKeys;
import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What stands in CBOR is read as RFC 8949 says, whatever the parser makes of it. */
class CborTest {

  private static final int DOCUMENTS = 3_000;
  private static final int SELF_DESCRIBED = 55_799;

  private final Taken taken = new Taken();
  private final List<Sample> samples = taken.samples();
  private final List<Rejected> rejected = taken.rejected();
  private final List<String> filtered = taken.filtered();

  private void decode(String format, byte[] payload) {
    taken.clear();
    EventTime time = new EventTime(null, null, null, Duration.ofMinutes(10));
    Decoders.of(format, NoKeys.NONE, new FormatContext(time, Set.of(), DecodeLimits.DEFAULT))
        .decode(new Decoder.Payload("a/b", payload, 0), taken);
  }

  // ---- Numbers

  @ParameterizedTest
  @ValueSource(strings = {"cbor", "senml-cbor"})
  void anIntegerIsReadHoweverItIsWritten(String format) {
    Random random = new Random(1);
    for (int i = 0; i < DOCUMENTS; i++) {
      BigInteger number = new BigInteger(1 + random.nextInt(66), random);
      number = random.nextBoolean() ? number.not() : number;
      decode(format, document(format, integer(number, random)));
      if (number.bitLength() < Long.SIZE) {
        assertThat(samples)
            .extracting(Sample::value)
            .containsExactly(new Value.Whole(number.longValue()));
      } else {
        assertThat(rejected).extracting(Rejected::detail).allMatch(it -> it.contains("64 bits"));
        assertThat(samples).isEmpty();
      }
    }
  }

  /** RFC 8949, 3.4.3: without its leading zeros, a big integer of 0 has no bytes. */
  @ParameterizedTest
  @ValueSource(strings = {"cbor", "senml-cbor"})
  void aBigIntegerWithoutBytesIsZeroOrMinusOne(String format) {
    Map<String, Double> meant =
        Map.of(
            "c2 40", 0.0,
            "c3 40", -1.0,
            "c2 5f ff", 0.0,
            "c3 5f ff", -1.0,
            "c3 5f 40 ff", -1.0,
            "c3 5f 40 41 ff ff", -256.0,
            "c4 82 20 c3 40", -0.1);
    meant.forEach(
        (hex, value) -> {
          decode(format, document(format, hex(hex)));
          assertThat(samples).as(hex).hasSize(1);
          assertThat(number(samples.get(0).value())).as(hex).isEqualTo(value);
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"cbor", "senml-cbor"})
  void aDecimalFractionIsReadHoweverItsDigitsAreWritten(String format) {
    Random random = new Random(5);
    for (int i = 0; i < DOCUMENTS; i++) {
      BigInteger digits = new BigInteger(1 + random.nextInt(90), random);
      digits = random.nextBoolean() ? digits.not() : digits;
      decode(format, document(format, joined(hex("c4 82 20"), integer(digits, random))));
      assertThat(number(samples.get(0).value())).isEqualTo(new BigDecimal(digits, 1).doubleValue());
    }
  }

  @Test
  void anIntegerIsAKeyAsItIsWritten() {
    Random random = new Random(2);
    for (int i = 0; i < DOCUMENTS; i++) {
      BigInteger number = new BigInteger(1 + random.nextInt(64), random);
      number = random.nextBoolean() ? number.not() : number;
      decode("cbor", joined(head(5, 1), plain(number), head(0, 1)));
      assertThat(samples).extracting(Sample::name).containsExactly(number.toString());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"cbor", "senml-cbor"})
  void everyFloatOf16BitsIsReadExactly(String format) {
    for (int bits = 0; bits <= 0xFFFF; bits++) {
      decode(format, document(format, new byte[] {(byte) 0xf9, (byte) (bits >> 8), (byte) bits}));
      float meant = half(bits);
      if (Float.isFinite(meant)) {
        assertThat((float) number(samples.get(0).value())).isEqualTo(meant);
      } else {
        assertThat(samples).isEmpty();
        assertThat(rejected).extracting(Rejected::reason).containsExactly(Reason.BAD_VALUE);
      }
    }
  }

  private static double number(Value value) {
    return value instanceof Value.Whole whole ? whole.value() : ((Value.Real) value).value();
  }

  /** RFC 8949, appendix D. */
  private static float half(int bits) {
    int exponent = bits >> 10 & 0x1f;
    int mantissa = bits & 0x3ff;
    float number =
        exponent == 0
            ? Math.scalb((float) mantissa, -24)
            : exponent == 31
                ? mantissa == 0 ? Float.POSITIVE_INFINITY : Float.NaN
                : Math.scalb((float) (mantissa + 1_024), exponent - 25);
    return (bits & 0x8000) == 0 ? number : -number;
  }

  // ---- Texts

  @ParameterizedTest
  @ValueSource(strings = {"cbor", "senml-cbor"})
  void aTextIsReadIfItIsUtf8AndOnlyThen(String format) {
    Random random = new Random(3);
    int read = 0;
    for (int i = 0; i < DOCUMENTS; i++) {
      byte[] text = text(random);
      byte[] item = joined(head(3, text.length), text);
      boolean isLabel = format.equals("senml-cbor");
      byte[] document =
          isLabel
              ? joined(head(4, 1), head(5, 2), hex("00 61 61 03"), item)
              : random.nextBoolean()
                  ? joined(head(5, 1), hex("61 61"), item)
                  : joined(head(5, 1), item, head(0, 1));
      decode(format, document);
      String meant = new String(text, UTF_8);
      if (Arrays.equals(text, meant.getBytes(UTF_8))) {
        assertThat(samples)
            .anyMatch(it -> it.value().equals(new Value.Text(meant)) || it.name().equals(meant));
        read++;
      } else {
        assertThat(samples).isEmpty();
        assertThat(rejected)
            .extracting(Rejected::detail)
            .allMatch(it -> it.startsWith("not CBOR: a text that is not UTF-8, at byte "))
            .hasSize(1);
      }
    }
    assertThat(read).isBetween(DOCUMENTS / 10, DOCUMENTS * 9 / 10);
  }

  /** Some characters, perhaps with a byte of them changed; also overlong ones and half pairs. */
  private static byte[] text(Random random) {
    List<String> parts =
        List.of("61", "c3a9", "e4b8ad", "f09f9880", "c080", "eda080", "f4908080", "e08080", "80");
    byte[] text = hex("62");
    for (int i = random.nextInt(3); i >= 0; i--) {
      boolean isOdd = random.nextInt(4) == 0;
      text = joined(text, hex(parts.get(isOdd ? random.nextInt(9) : random.nextInt(4))));
    }
    if (random.nextInt(4) == 0) {
      text[random.nextInt(text.length)] ^= (byte) (1 << random.nextInt(8));
    }
    return text;
  }

  // ---- What else there is

  @Test
  void aTagThatIsNotKnownIsRefusedAlsoWithinAnother() {
    Random random = new Random(4);
    BigInteger[] tags =
        new BigInteger[] {
          BigInteger.valueOf(5),
          BigInteger.valueOf(24),
          BigInteger.valueOf(100),
          BigInteger.valueOf(0xFFFF_FFFFL),
          BigInteger.ONE.shiftLeft(64).subtract(BigInteger.ONE)
        };
    for (int i = 0; i < DOCUMENTS; i++) {
      byte[] value =
          hex(List.of("0c", "fa 41 aa 66 66", "61 78", "f5", "a1 61 62 01", "81 01").get(i % 6));
      value = joined(head(6, tags[random.nextInt(tags.length)]), value);
      for (int around = random.nextInt(3); around > 0; around--) {
        value = joined(head(6, List.of(0, 1, 32, SELF_DESCRIBED).get(random.nextInt(4))), value);
      }
      decode("cbor", joined(hex("a2 61 61"), value, hex("61 62 02")));
      assertThat(samples).extracting(Sample::name).containsExactly("b");
      assertThat(rejected).extracting(Rejected::reason).containsExactly(Reason.BAD_VALUE);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"a1 41 61 01", "a1 41 ff 01", "a1 c0 61 61 01", "a1 f4 01"})
  void aKeyThatIsNeitherATextNorAnIntegerIsRefused(String document) {
    decode("cbor", hex(document));
    assertThat(samples).isEmpty();
    assertThat(rejected).extracting(Rejected::reason).containsExactly(Reason.MALFORMED);
  }

  @ParameterizedTest
  @ValueSource(strings = {"e0", "f3", "f8 20", "f8 ff"})
  void aSimpleValueIsNoNumber(String value) {
    for (String format : List.of("cbor", "senml-cbor")) {
      decode(format, document(format, hex(value)));
      assertThat(samples).as(format).isEmpty();
      assertThat(rejected).extracting(Rejected::reason).containsExactly(Reason.BAD_VALUE);
    }
  }

  @Test
  void aLabelOfSenmlThatStandsThereAsANumberAndAsATextIsRejected() {
    decode("senml-cbor", hex("81 a3 00 61 61 02 05 61 76 07"));
    assertThat(samples).extracting(Sample::value).containsExactly(new Value.Whole(5));
    assertThat(rejected).extracting(Rejected::reason).containsExactly(Reason.BAD_NAME);
  }

  @Test
  void aSumOfSenmlIsReadBesideAValueThatIsNull() {
    decode("senml-cbor", hex("81 a3 00 61 61 02 f6 05 05"));
    assertThat(samples).extracting(Sample::name).containsExactly("a.sum");
    assertThat(filtered).containsExactly("a");
  }

  // ---- Writing it

  /** A document with one value, named a. */
  private static byte[] document(String format, byte[] value) {
    return format.equals("cbor")
        ? joined(hex("a1 61 61"), value)
        : joined(hex("81 a2 00 61 61 02"), value);
  }

  /** As an integer or as a big one, perhaps longer than it need be. */
  private static byte[] integer(BigInteger number, Random random) {
    BigInteger argument = number.signum() < 0 ? number.not() : number;
    if (argument.bitLength() <= Long.SIZE && random.nextBoolean()) {
      return plain(number);
    }
    return big(number, random);
  }

  /** In one part or in two. */
  private static byte[] big(BigInteger number, Random random) {
    BigInteger argument = number.signum() < 0 ? number.not() : number;
    byte[] all = argument.toByteArray();
    int from = all[0] == 0 && all.length > 1 ? 1 : 0; // without a bit for the sign
    byte[] bytes = joined(new byte[random.nextInt(3)], Arrays.copyOfRange(all, from, all.length));
    byte[] tag = head(6, number.signum() < 0 ? 3 : 2);
    if (random.nextBoolean()) {
      return joined(tag, head(2, bytes.length), bytes);
    }
    int half = random.nextInt(bytes.length + 1);
    return joined(
        tag,
        hex("5f"),
        head(2, half),
        Arrays.copyOf(bytes, half),
        head(2, bytes.length - half),
        Arrays.copyOfRange(bytes, half, bytes.length),
        hex("ff"));
  }

  private static byte[] plain(BigInteger number) {
    return number.signum() < 0 ? head(1, number.not()) : head(0, number);
  }

  private static byte[] head(int kind, long argument) {
    return head(kind, BigInteger.valueOf(argument));
  }

  private static byte[] head(int kind, BigInteger argument) {
    if (argument.bitLength() <= 4) {
      return new byte[] {(byte) (kind << 5 | argument.intValue())};
    }
    int power = 0;
    while (argument.bitLength() > 8 << power) {
      power++;
    }
    byte[] head = new byte[1 + (1 << power)];
    head[0] = (byte) (kind << 5 | 24 + power);
    for (int i = 1; i < head.length; i++) {
      head[i] = argument.shiftRight(8 * (head.length - 1 - i)).byteValue();
    }
    return head;
  }

  private static byte[] hex(String digits) {
    return HexFormat.of().parseHex(digits.replace(" ", ""));
  }

  private static byte[] joined(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] each : parts) {
      all.writeBytes(each);
    }
    return all.toByteArray();
  }
}
