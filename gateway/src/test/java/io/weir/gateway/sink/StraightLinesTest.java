package io.weir.gateway.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.gateway.log.Soak;
import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Message;
import io.weir.gateway.model.MessageCodec;
import io.weir.gateway.model.Quality;
import io.weir.gateway.model.Reading;
import io.weir.gateway.model.Reason;
import io.weir.gateway.model.Series;
import io.weir.gateway.model.SessionEvent;
import io.weir.gateway.model.Value;
import io.weir.gateway.sink.SinkConfig.Precision;
import io.weir.gateway.sink.stream.JsonFormat;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A line made straight from a record's bytes is the one that its readings make. */
class StraightLinesTest {

  private static final long TIME_NS = 1_700_000_000_123_456_789L;

  private final Random random = new Random(11);
  private final MessageCodec codec = new MessageCodec();

  /** Keeps all that it is given. */
  private static final class Kept implements ReadingEncoder.Out {
    private final List<Outbound> lines = new ArrayList<>();
    private final List<String> others = new ArrayList<>();

    @Override
    public void line(Outbound line) {
      lines.add(line);
    }

    @Override
    public void withheld(int readings) {
      others.add("withheld " + readings);
    }

    @Override
    public void unwritable(String text, int readings, int index, Reason reason, String detail) {
      others.add(text + readings + index + reason + detail);
    }
  }

  private static LineEncoder encoder(Sink.Dialect dialect) {
    return new LineEncoder(dialect, new LineProtocol(dialect));
  }

  /** Each has another precision and other kinds of fields. */
  static LongStream ofLines() {
    return LongStream.rangeClosed(1, Soak.count(3, 8));
  }

  static LongStream ofEntries() {
    return LongStream.rangeClosed(1, Soak.count(2, 4));
  }

  @ParameterizedTest
  @MethodSource("ofLines")
  void recordsOfEveryKindSayTheSameBothWays(long seed) {
    random.setSeed(seed);
    Sink.Dialect dialect =
        new Sink.Dialect(seed % 2 == 0 ? Precision.NS : Precision.MS, seed % 3 != 0, seed % 4 == 1);
    LineEncoder both = encoder(dialect);
    LineEncoder readings = encoder(dialect);
    int straight = 0;
    for (int i = 0; i < 4_000; i++) {
      Message message = message(i);
      ByteBuffer record = bytes(message);
      Kept made = new Kept();
      if (both.writeStraight(codec, record, i, i + 7, made)) {
        straight++;
        assertThat(made.others).isEmpty();
      } else {
        assertThat(made.lines).as("nothing of a record that does not fit").isEmpty();
        both.write(codec.decode(record).readings(), origin(message, i), made);
      }
      Kept expected = new Kept();
      readings.write(codec.decode(record).readings(), origin(message, i), expected);
      assertThat(said(made)).usingRecursiveComparison().isEqualTo(said(expected));
      assertThat(made.others).isEqualTo(expected.others);
    }
    assertThat(straight).as("records made straight").isBetween(400, 3_900);
  }

  /** What a line says, wherever its text is kept. */
  private record Said(String line, int bytes, Outbound.Part part, Outbound.Origin origin) {}

  private static List<Said> said(Kept made) {
    return made.lines.stream()
        .map(line -> new Said(line.line(), line.bytes(), line.part(), line.origin()))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("ofEntries")
  void entriesOfEveryKindSayTheSameBothWays(long seed) {
    random.setSeed(seed);
    Sink.Dialect dialect =
        new Sink.Dialect(seed % 2 == 0 ? Precision.NS : Precision.MS, seed % 3 != 0, false);
    LineProtocol syntax = new LineProtocol(dialect);
    RowEncoder both = new RowEncoder(dialect, syntax, new JsonFormat("gw"));
    RowEncoder rows = new RowEncoder(dialect, syntax, null);
    JsonFormat json = new JsonFormat("gw");
    int straight = 0;
    for (int i = 0; i < 4_000; i++) {
      Message message = message(i);
      ByteBuffer record = bytes(message);
      Kept made = new Kept();
      if (both.writeStraight(codec, record, i, i + 7, made)) {
        straight++;
      } else {
        assertThat(made.lines).as("nothing of a record that does not fit").isEmpty();
        both.write(codec.decode(record).readings(), origin(message, i), made);
      }
      Kept expected = new Kept();
      rows.write(codec.decode(record).readings(), origin(message, i), expected);
      assertThat(made.others).isEqualTo(expected.others);
      assertThat(made.lines).hasSameSizeAs(expected.lines);
      for (int line = 0; line < made.lines.size(); line++) {
        assertSameEntry(made.lines.get(line), expected.lines.get(line), json);
      }
    }
    assertThat(straight).as("records made straight").isBetween(400, 3_900);
  }

  private static void assertSameEntry(Outbound made, Outbound expected, JsonFormat json) {
    StreamSink.Entry entry = (StreamSink.Entry) made;
    StreamSink.Entry row = (StreamSink.Entry) expected;
    byte[] written = entry.written();
    assertThat(written == null ? json.value(entry) : written).isEqualTo(json.value(row));
    assertThat(entry.row()).isEqualTo(row.row());
    assertThat(made.line()).isEqualTo(expected.line());
    assertThat(made.part()).usingRecursiveComparison().isEqualTo(expected.part());
    assertThat(made.origin()).isEqualTo(expected.origin());
    assertThat(entry.series()).isSameAs(row.series());
    assertThat(entry.quality()).isEqualTo(row.quality());
    assertThat(entry.reason()).isEqualTo(row.reason());
    assertThat(entry.timeNs()).isEqualTo(row.timeNs());
    assertThat(entry.receiveTimeNs()).isEqualTo(row.receiveTimeNs());
    String first = row.row().fields().get(0).key();
    List<String> taken = new ArrayList<>();
    Outbound rest =
        made.without(f -> f.field().equals(first), (f, alone) -> taken.add(alone.line()));
    Outbound expectedRest =
        expected.without(f -> f.field().equals(first), (f, alone) -> taken.remove(alone.line()));
    assertThat(taken).as("what is taken out").isEmpty();
    assertThat(rest == null ? null : rest.line())
        .isEqualTo(expectedRest == null ? null : expectedRest.line());
    assertThat(made.without(f -> false, (f, alone) -> {})).isSameAs(made);
  }

  @Test
  void recordsOfTheSameFieldsAreMadeStraightFromTheSecondOn() {
    LineEncoder encoder = encoder(new Sink.Dialect(Precision.NS, true, false));
    for (int i = 0; i < 10; i++) {
      Message message =
          of(null, List.of(reading("speed", new Value.Real(i)), reading("on", flag())));
      Kept made = new Kept();
      assertThat(encoder.writeStraight(codec, bytes(message), 0, 0, made)).isEqualTo(i > 0);
      if (i == 0) {
        write(encoder, message, made);
      }
      assertThat(made.lines).hasSize(1);
    }
  }

  @Test
  void fewerFieldsThanTheLastTimeAreNotTheSame() {
    LineEncoder encoder = encoder(new Sink.Dialect(Precision.NS, true, false));
    Message two = of(null, List.of(reading("speed", new Value.Real(1)), reading("on", flag())));
    write(encoder, two, new Kept());
    Message one = of(null, List.of(reading("speed", new Value.Real(1))));
    Kept made = new Kept();
    assertThat(encoder.writeStraight(codec, bytes(one), 0, 0, made)).isFalse();
    assertThat(made.lines).isEmpty();
  }

  @Test
  void whatIsNoMessageHandsNothingOver() {
    LineEncoder encoder = encoder(new Sink.Dialect(Precision.NS, true, false));
    Message message = of(null, List.of(reading("speed", new Value.Real(1))));
    write(encoder, message, new Kept());
    ByteBuffer whole = bytes(message);
    for (int length = 0; length < whole.remaining(); length++) {
      ByteBuffer part = whole.duplicate().limit(whole.position() + length);
      Kept made = new Kept();
      try {
        boolean fits = encoder.writeStraight(codec, part, 0, 0, made);
        // what follows the readings is not read
        assertThat(fits ? made.lines.size() : 0).isEqualTo(fits ? 1 : 0);
      } catch (IllegalArgumentException e) {
        assertThat(made.lines).as("of %d bytes", length).isEmpty();
      }
    }
    assertThatThrownBy(
            () -> encoder.writeStraight(codec, ByteBuffer.wrap(new byte[1]), 0, 0, new Kept()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private void write(LineEncoder encoder, Message message, Kept out) {
    encoder.write(codec.decode(bytes(message)).readings(), origin(message, 0), out);
  }

  private ByteBuffer bytes(Message message) {
    ByteBuffer written = codec.encode(message);
    return ByteBuffer.allocate(written.remaining()).put(written).flip();
  }

  private static Outbound.Origin origin(Message message, long offset) {
    SessionEvent event = message.session();
    boolean isPassed = event != null && event.kind() == SessionEvent.Kind.PASSED;
    return new Outbound.Origin(offset, message.topic(), isPassed ? event.receivedNs() : offset + 7);
  }

  private static Value flag() {
    return new Value.Flag(true);
  }

  private static Series series(int number) {
    return new Series(
        number == 3 ? "" : "telemetry " + number,
        new Asset("plant", "a,rea", null, "press\u00e9-" + number),
        number % 2 == 0 ? Map.of() : Map.of("tool", "7"));
  }

  private static Reading reading(String metric, Value value) {
    return new Reading(series(1), metric, value, TIME_NS, Quality.GOOD, null);
  }

  private Message message(int number) {
    int lines = random.nextInt(12) == 0 ? 3 : 1;
    List<Reading> readings = new ArrayList<>();
    for (int line = 0; line < lines; line++) {
      Series series = series(random.nextInt(5));
      long timeNs = TIME_NS + number * 1_000L + line;
      Quality quality = random.nextInt(8) == 0 ? Quality.values()[random.nextInt(3)] : Quality.GOOD;
      String reason = quality == Quality.GOOD ? null : random.nextBoolean() ? "why" : null;
      int shape = random.nextInt(10);
      for (int field = 0; field < (shape == 0 ? 2 : 4); field++) {
        String metric = shape == 1 ? "odd " + random.nextInt(3) : "m " + field;
        readings.add(new Reading(series, metric, value(field), timeNs, quality, reason));
      }
    }
    SessionEvent event =
        switch (random.nextInt(6)) {
          case 0 -> SessionEvent.passed("other", 5, 1, 77, 99);
          case 1 -> SessionEvent.passedAhead("other", 5, 1, 77, 99, 2);
          default -> null;
        };
    return of(event, readings);
  }

  private Value value(int field) {
    int kind = random.nextInt(20) == 0 ? random.nextInt(5) : field;
    return switch (kind) {
      case 0 -> new Value.Real(random.nextInt(100_000) / 100.0);
      case 1 -> new Value.Whole(random.nextInt());
      case 2 -> new Value.Flag(random.nextBoolean());
      case 3 -> random.nextInt(10) == 0 ? new Value.Text("say \"\\\u6e29\n") : new Value.Whole(3);
      default -> new Value.Real(random.nextBoolean() ? Double.NaN : Double.NEGATIVE_INFINITY);
    };
  }

  private static Message of(@Nullable SessionEvent event, List<Reading> readings) {
    return new Message(
        "plant",
        "factory/1",
        TIME_NS,
        1,
        false,
        1,
        false,
        5,
        readings.size(),
        0,
        0,
        readings,
        List.of(),
        new byte[0],
        false,
        List.of(),
        event);
  }
}
