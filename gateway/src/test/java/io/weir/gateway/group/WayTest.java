package io.weir.gateway.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.log.ManualTime;
import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Series;
import io.weir.gateway.sink.Portion;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What one member sends, with what it hears of another. */
class WayTest {

  private static final String PREFIX = "weir/groups/g/members/";
  private static final Series FIGURES =
      new Series("efficiency", new Asset(null, null, "line", "press"), Map.of());

  private final ManualTime time = new ManualTime();
  private final GroupMemoryTest.Kept file = new GroupMemoryTest.Kept();
  private boolean isReady = true;
  private boolean isCaughtUp = true;
  private long number;

  private Group group;
  private Way figures;
  private Way ofItsOwn;
  private Way readings;

  private void start(long figuresToNs) throws IOException {
    GroupConfig config =
        new GroupConfig("g", "plant", GroupConfig.Mode.STANDBY, Duration.ofHours(25));
    group = new Group(config, "a", Set.of("plant"), "replay", file, time);
    group.wroteUpTo(figuresToNs);
    figures = way("history", "figures", Way.Content.SHARED_FIGURES);
    ofItsOwn = way("node", "figures", Way.Content.OWN_FIGURES);
    readings = way("history", "readings", Way.Content.READINGS);
    group.lives(new Alive(), (topic, payload) -> group.hears(topic, payload));
  }

  private Way way(String sink, String log, Way.Content content) {
    return group.way(sink, log, time::wallNs, content, count -> {});
  }

  private final class Alive implements Group.Life {
    @Override
    public boolean isReady() {
      return isReady;
    }

    @Override
    public boolean isCaughtUp() {
      return isCaughtUp;
    }

    @Override
    public boolean isWell() {
      return true;
    }

    @Override
    public long sessionsLost() {
      return 0;
    }
  }

  /** Lets time go on, in which another member is heard or not. */
  private void pass(Duration span, boolean otherIsThere) {
    for (long left = span.toMillis() / 200; left > 0; left--) {
      if (otherIsThere) {
        Map<String, Long> behind =
            Map.of("history/figures", 0L, "history/readings", 0L, "node/figures", 0L);
        Presence other =
            new Presence(
                "b", 1, ++number, 1, List.of("b"), true, true, false, 0, 0, behind, Map.of());
        group.hears(PREFIX + "b", other.toBytes());
      }
      group.step();
      time.advance(Duration.ofMillis(200));
    }
  }

  private boolean isOurs(long timeNs) {
    return isOurs(figures, timeNs);
  }

  private boolean isOurs(Way way, long timeNs) {
    return way.share().isOurs("efficiency", FIGURES, timeNs, time.wallNs());
  }

  @Test
  void whoHandsOverGoesOnWritingTheRowsThatItMayHaveWritten() throws IOException {
    start(0);
    pass(Duration.ofSeconds(20), false);
    long written = time.wallNs();
    assertThat(isOurs(written)).isTrue();
    isReady = false;
    pass(Duration.ofMinutes(5), true);
    assertThat(isOurs(written)).isTrue();
    assertThat(isOurs(time.wallNs())).isFalse();
    assertThat(isOurs(ofItsOwn, written)).isFalse();
  }

  /** Else what it makes of an hour ago would stand in the store until it has caught up. */
  @Test
  void whileItCatchesUpItHoldsBackWhatItMayHaveWritten() throws IOException {
    start(0);
    pass(Duration.ofSeconds(20), false);
    long written = time.wallNs();
    isReady = false;
    isCaughtUp = false;
    pass(Duration.ofSeconds(20), true);
    assertThat(isOurs(written)).isFalse();
    Portion.Share held = figures.share();
    assertThat(figures.othersStoredTo(held)).as("all of it stays").isEqualTo(Portion.NOTHING);
    Portion.Share ofReadings = readings.share();
    isCaughtUp = true;
    pass(Duration.ofSeconds(1), true);
    assertThat(isOurs(written)).isTrue();
    assertThat(figures.share()).as("it begins again where it held back").isNotSameAs(held);
    assertThat(readings.share()).isSameAs(ofReadings);
  }

  /** It is not known when it died; what it has not made it has not written. */
  @Test
  void afterARestartItMayHaveWrittenWhatItsLogHas() throws IOException {
    start(0);
    pass(Duration.ofSeconds(20), false);
    long written = time.wallNs();
    time.advance(Duration.ofHours(1));
    start(written);
    isReady = false;
    pass(Duration.ofSeconds(20), true);
    assertThat(isOurs(written)).isTrue();
    assertThat(isOurs(written + Duration.ofMinutes(5).toNanos())).isFalse();
    time.advance(Duration.ofHours(1));
    start(written);
    pass(Duration.ofSeconds(20), true);
    assertThat(isOurs(written)).as("after another restart too").isTrue();
    assertThat(isOurs(written + Duration.ofMinutes(5).toNanos())).isFalse();
  }
}
