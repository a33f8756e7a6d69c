package io.weir.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.log.Feed;
import io.weir.gateway.model.Asset;
import io.weir.gateway.model.AssetFilter;
import io.weir.gateway.model.Message;
import io.weir.gateway.model.Quality;
import io.weir.gateway.model.Reading;
import io.weir.gateway.model.Series;
import io.weir.gateway.model.Value;
import io.weir.gateway.sink.thin.Aggregate;
import io.weir.gateway.sink.thin.Method;
import io.weir.gateway.sink.thin.ThinRule;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What rules of thinning make of a log that is sent again. */
class ThinnedLogTest {

  private static final long S = TimeUnit.SECONDS.toNanos(1);
  private static final long T0 = 1_700_000_000L * S;
  private static final Series SERIES = new Series("t", Asset.NONE, Map.of());
  private static final List<ThinRule> RULES =
      List.of(
          new ThinRule(
              AssetFilter.ALL,
              List.of(),
              List.of(),
              new Method.Window(10 * S, List.of(Aggregate.MEAN), 0)));

  private static Reading reading(int second) {
    return new Reading(SERIES, "v", new Value.Real(second), T0 + second * S, Quality.GOOD, null);
  }

  private static Feed.Entry entry(long offset, int second) {
    return new Feed.Entry(offset, T0 + second * S, 1, ByteBuffer.allocate(0), 0, 0);
  }

  private static Message message(int second) {
    return new Message(
        "src", "t", T0, 0, 0, 1, 0, 0, List.of(reading(second)), List.of(), new byte[0]);
  }

  private static String windows(ThinnedLog log, long firstOffset, int from, int to) {
    StringBuilder said = new StringBuilder();
    for (int second = from; second < to; second++) {
      ThinnedLog.Sent sent = log.take(entry(firstOffset + second, second), message(second));
      assertThat(sent.readings()).isEmpty();
      for (List<Reading> row : sent.rows()) {
        said.append((row.get(0).timeNs() - T0) / S).append(' ');
      }
      said.append("-".repeat(log.leftOut()));
    }
    return said.toString();
  }

  @Test
  void ofAWholeLogEachWindowIsSent() {
    assertThat(windows(new ThinnedLog(RULES), -5, 5, 31)).isEqualTo("0 10 20 ");
  }

  @Test
  void aWindowThatMayHaveBegunBeforeTheLogIsLeftOut() {
    assertThat(windows(new ThinnedLog(RULES), 0, 5, 31)).isEqualTo("-10 20 ");
  }

  @Test
  void withoutRulesReadingsGoOnAsTheyAre() {
    ThinnedLog log = new ThinnedLog(List.of());
    assertThat(log.firstNeeded(7)).isEqualTo(7);
    assertThat(log.take(entry(7, 1), message(1)).readings()).containsExactly(reading(1));
  }
}
