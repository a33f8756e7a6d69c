package io.weir.gateway.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.tuple;

import java.lang.reflect.RecordComponent;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.assertj.core.groups.Tuple;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class MessageCodecTest {

  private final MessageCodec codec = new MessageCodec();
  private final MessageOutline outline = new MessageOutline();

  @Test
  void everyMessageComesBackAsItWas() throws Exception {
    Random random = new Random(7);
    for (int i = 0; i < 5_000; i++) {
      Message message = randomMessage(random);
      Message back = codec.decode(codec.encode(message));
      assertThat(comparable(back)).as("message %d", i).isEqualTo(comparable(message));
    }
  }

  /**
   * Records that hold bytes as maps of their components, bytes as buffers, which equal by content.
   */
  private static @Nullable Object comparable(@Nullable Object value) throws Exception {
    if (value instanceof byte[] bytes) {
      return ByteBuffer.wrap(bytes);
    }
    if (value instanceof List<?> list) {
      List<@Nullable Object> elements = new ArrayList<>();
      for (Object element : list) {
        elements.add(comparable(element));
      }
      return elements;
    }
    if (value instanceof Message || value instanceof Rejected) {
      Map<String, @Nullable Object> components = new TreeMap<>();
      for (RecordComponent each : value.getClass().getRecordComponents()) {
        components.put(each.getName(), comparable(each.getAccessor().invoke(value)));
      }
      return components;
    }
    return value;
  }

  /** Consumers that make no objects find the readings behind every event, and the event's bytes. */
  @Test
  void readingsAreReadBehindEveryEventOfASession() {
    Random random = new Random(13);
    Set<SessionEvent.Kind> seen = EnumSet.noneOf(SessionEvent.Kind.class);
    for (int i = 0; i < 2_000; i++) {
      Message message = randomMessage(random);
      if (message.session() != null) {
        seen.add(message.session().kind());
      }
      List<Reading> read = new ArrayList<>();
      List<String> heads = new ArrayList<>();
      codec.read(
          codec.encode(message),
          new MessageReader() {
            private Series series;
            private long time;
            private Quality quality;
            private String reason;

            @Override
            public void message(String source, String topic, long receiveTimeNs) {
              heads.add(source + "|" + topic + "|" + receiveTimeNs);
            }

            @Override
            public void line(Series of, long timeNs, Quality its, @Nullable String why) {
              series = of;
              time = timeNs;
              quality = its;
              reason = why;
            }

            @Override
            public void real(String metric, double value) {
              add(metric, new Value.Real(value));
            }

            @Override
            public void whole(String metric, long value) {
              add(metric, new Value.Whole(value));
            }

            @Override
            public void flag(String metric, boolean value) {
              add(metric, new Value.Flag(value));
            }

            @Override
            public void text(String metric, String value) {
              add(metric, new Value.Text(value));
            }

            private void add(String metric, Value value) {
              read.add(new Reading(series, metric, value, time, quality, reason));
            }
          });
      assertThat(read).as("message %d", i).isEqualTo(message.readings());
      assertThat(heads)
          .containsExactly(
              message.source() + "|" + message.topic() + "|" + message.receiveTimeNs());
    }
    assertThat(seen).containsExactlyInAnyOrder(SessionEvent.Kind.values());
  }

  @Test
  void countsAreReadWithoutTheReadings() {
    Random random = new Random(5);
    for (int i = 0; i < 500; i++) {
      Message message = randomMessage(random);
      ByteBuffer encoded = codec.encode(message);
      assertThat(codec.counts(encoded))
          .isEqualTo(
              new MessageCodec.Counts(
                  message.source(),
                  message.topic(),
                  message.receiveTimeNs(),
                  message.packetId(),
                  message.duplicate(),
                  message.connection(),
                  message.resumed(),
                  message.payloadHash(),
                  message.received(),
                  message.readings().size(),
                  message.filtered(),
                  message.rejected().size(),
                  message.refused(),
                  message.session()));
      assertThat(codec.rejected(encoded)).isEqualTo(message.rejected().size());
    }
  }

  @Test
  void countsOfTooFewBytesAreRefused() {
    byte[] whole = bytes(codec.encode(randomMessage(new Random(3))));
    for (int length = 0; length < whole.length; length++) {
      ByteBuffer cut = ByteBuffer.wrap(whole, 0, length).slice();
      for (ThrowingCallable each :
          List.<ThrowingCallable>of(() -> codec.counts(cut), () -> codec.rejected(cut))) {
        Throwable thrown = catchThrowable(each);
        if (thrown != null || length < 20) {
          assertThat(thrown).isInstanceOf(IllegalArgumentException.class);
        }
      }
    }
  }

  @Test
  void cutBytesAreRefusedAtEveryLength() {
    byte[] whole = bytes(codec.encode(randomMessage(new Random(3))));
    for (int length = 0; length < whole.length; length++) {
      ByteBuffer cut = ByteBuffer.wrap(whole, 0, length).slice();
      assertThatThrownBy(() -> codec.decode(cut)).isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> codec.outline(cut, outline))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void theOutlineOfAMessageSaysAllButItsValues() {
    Random random = new Random(8);
    for (int i = 0; i < 500; i++) {
      Message message = randomMessage(random);
      List<Tuple> lines = new ArrayList<>();
      Reading before = null;
      for (Reading each : message.readings()) {
        if (before == null || !each.sharesLineWith(before)) {
          lines.add(tuple(each.series(), each.timeNs()));
        }
        before = each;
      }
      ByteBuffer written = codec.encode(message);
      codec.outline(written, outline);
      assertThat(IntStream.range(0, outline.lines()).boxed())
          .extracting(outline::series, outline::timeNs)
          .isEqualTo(lines);
      assertThat(outline.head()).isEqualTo(codec.counts(written));
      assertThat(outline.retained()).isEqualTo(message.retained());
      assertThat(outline.numbers()).isEqualTo(message.numbers());
    }
  }

  @Test
  void aRecordOfFormat1IsReadAsOneByAConnectionWithoutANumber() throws Exception {
    byte[] written =
        HexFormat.of()
            .parseHex(
                "0105706c616e74056c696e6531"
                    + "0100000000000000"
                    + "07"
                    + "4600000000000000"
                    + "05"
                    + "00"
                    + "05"
                    + "00"
                    + "02"
                    + "00"
                    + "00");
    Message message =
        new Message("plant", "line1", 1, 7, 70, 5, 5, 2, List.of(), List.of(), new byte[0]);
    assertThat(comparable(codec.decode(ByteBuffer.wrap(written)))).isEqualTo(comparable(message));
    assertThat(codec.counts(ByteBuffer.wrap(written)))
        .isEqualTo(
            new MessageCodec.Counts(
                "plant", "line1", 1, 7, false, 0, false, 70, 5, 0, 5, 0, 2, null));
  }

  @Test
  void whatAVersionBeforeCanReadIsWrittenForIt() {
    Message plain =
        new Message("plant", "line1", 1, 7, 70, 5, 5, 2, List.of(), List.of(), new byte[0]);
    assertThat(codec.encode(plain).get(0)).isEqualTo((byte) 2);
  }

  @Test
  void readingsOfOneSeriesShareItsInstance() {
    Message message = randomMessage(new Random(11));
    ByteBuffer encoded = ByteBuffer.wrap(bytes(codec.encode(message)));
    for (int i = 0; i < 16 * Turnover.ENTRIES; i++) {
      codec.decode(encoded); // what comes often gets a place, also among the names of other tests
    }
    List<Reading> once = codec.decode(encoded).readings();
    List<Reading> again = codec.decode(encoded).readings();
    assertThat(once).isNotEmpty();
    for (int i = 0; i < once.size(); i++) {
      assertThat(again.get(i).series()).isSameAs(once.get(i).series());
    }
  }

  private static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    return bytes;
  }

  private static SessionEvent randomEvent(Random random) {
    SessionEvent.Kind[] kinds = SessionEvent.Kind.values();
    SessionEvent.Kind kind = kinds[random.nextInt(kinds.length)];
    boolean ahead = kind == SessionEvent.Kind.PASSED_AHEAD;
    boolean passed = kind == SessionEvent.Kind.PASSED || ahead;
    boolean hasContent = kind == SessionEvent.Kind.HELD || kind == SessionEvent.Kind.READ || passed;
    return new SessionEvent(
        kind,
        random.nextLong(),
        random.nextInt(65_536),
        hasContent ? 0 : random.nextLong(),
        text(random),
        hasContent ? random.nextLong() : 0,
        passed ? random.nextLong() : 0,
        ahead ? random.nextLong() : 0);
  }

  private static Message randomMessage(Random random) {
    List<Reading> readings = new ArrayList<>();
    int count = 1 + random.nextInt(8);
    Series series = randomSeries(random);
    for (int i = 0; i < count; i++) {
      if (random.nextInt(4) == 0) {
        series = randomSeries(random);
      }
      Quality quality = Quality.values()[random.nextInt(3)];
      String reason = quality == Quality.GOOD || random.nextBoolean() ? null : text(random) + "r";
      readings.add(
          new Reading(series, text(random), value(random), random.nextLong(), quality, reason));
    }
    List<Rejected> rejected = new ArrayList<>();
    for (int i = random.nextInt(3); i > 0; i--) {
      byte[] part = random.nextBoolean() ? null : new byte[random.nextInt(300)];
      Reason reason = Reason.values()[random.nextInt(Reason.values().length)];
      rejected.add(new Rejected(reason, text(random), part));
    }
    List<SequenceNumber> numbers = new ArrayList<>();
    for (int i = random.nextInt(3); i > 0; i--) {
      numbers.add(
          new SequenceNumber(
              randomSeries(random).asset(),
              text(random),
              random.nextLong(),
              random.nextInt(63),
              random.nextBoolean()));
    }
    boolean numbered = random.nextBoolean();
    return new Message(
        text(random),
        text(random),
        random.nextLong(),
        numbered ? 1 + random.nextInt(65535) : 0,
        numbered && random.nextBoolean(),
        numbered ? random.nextLong() : 0,
        numbered && random.nextBoolean(),
        random.nextLong(),
        readings.size() + rejected.size() + 2,
        2,
        random.nextInt(3),
        readings,
        rejected,
        new byte[random.nextInt(2000)],
        random.nextInt(4) == 0,
        numbers,
        random.nextBoolean() ? null : randomEvent(random));
  }

  private static Series randomSeries(Random random) {
    Map<String, String> tags = new TreeMap<>();
    for (int i = random.nextInt(3); i > 0; i--) {
      tags.put(text(random), text(random));
    }
    Asset asset = new Asset(level(random), level(random), level(random), level(random));
    return new Series(text(random), asset, tags);
  }

  private static String level(Random random) {
    return random.nextBoolean() ? null : text(random) + "x";
  }

  private static Value value(Random random) {
    return switch (random.nextInt(4)) {
      case 0 -> new Value.Real(random.nextGaussian());
      case 1 -> new Value.Whole(random.nextLong());
      case 2 -> new Value.Flag(random.nextBoolean());
      default -> new Value.Text(text(random));
    };
  }

  private static String text(Random random) {
    String[] some = {"", "temperature", "löt-ofen", "压机", "😀", "a b,c=d\"\\", "x".repeat(300)};
    return some[random.nextInt(some.length)];
  }
}
