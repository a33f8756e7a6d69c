package io.weir.gateway.sink;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Quality;
import io.weir.gateway.model.Reading;
import io.weir.gateway.model.Reason;
import io.weir.gateway.model.Series;
import io.weir.gateway.model.Value;
import io.weir.gateway.sink.SinkConfig.Precision;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What a line costs, in bytes allocated: they are the same on every machine, and time is not. */
class ReadingEncoderTest {

  private static final Outbound.Origin ORIGIN = new Outbound.Origin(1, "t", 1);
  private static final int LINES = 4_000;

  /** Of so much of the heap, one series: half of what it may hold. */
  private static final long HEAP_OF_ONE = 16 << 10;

  private final Sink.Dialect dialect = new Sink.Dialect(Precision.NS, true, false);
  private final LineEncoder encoder = new LineEncoder(dialect, new LineProtocol(dialect));

  private int lines;

  private final ReadingEncoder.Out out =
      new ReadingEncoder.Out() {
        @Override
        public void line(Outbound line) {
          lines++;
        }

        @Override
        public void withheld(int readings) {
          throw new AssertionError("withheld");
        }

        @Override
        public void unwritable(String text, int count, int index, Reason reason, String detail) {
          throw new AssertionError(detail);
        }
      };

  @Test
  void aLineCostsTheSameAmongAsManySeriesAsTheHeapHolds() {
    int many = (int) (Runtime.getRuntime().maxMemory() / HEAP_OF_ONE);
    List<List<Reading>> messages =
        IntStream.range(0, Math.max(many, LINES)).mapToObj(ReadingEncoderTest::message).toList();
    messages.forEach(this::write);
    long ofOne = cost(IntStream.range(0, LINES).mapToObj(i -> messages.get(0)).toList());
    long ofMany = cost(messages.subList(0, LINES));
    assertThat(ofMany).as("bytes allocated for a line").isLessThan(ofOne * 3 / 2);
    assertThat(lines).isEqualTo(messages.size() + 2 * LINES);
  }

  private long cost(List<List<Reading>> messages) {
    long before = allocated();
    messages.forEach(this::write);
    return (allocated() - before) / messages.size();
  }

  private void write(List<Reading> message) {
    encoder.write(message, ORIGIN, out);
  }

  private static List<Reading> message(int number) {
    Asset asset = new Asset("plant-a", "load", "line-1", "machine-%06d".formatted(number));
    Series series = new Series("telemetry", asset, Map.of());
    return List.of(
        new Reading(series, "temperature", new Value.Real(61.5), 1, Quality.GOOD, null),
        new Reading(series, "pressure", new Value.Real(6.25), 1, Quality.GOOD, null));
  }

  private static long allocated() {
    return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
  }
}
