package io.weir.gateway.retention;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.weir.gateway.log.Feed;
import io.weir.gateway.log.LogOptions;
import io.weir.gateway.log.OffsetRange;
import io.weir.gateway.log.SealedSegment;
import io.weir.gateway.log.SegmentLog;
import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Quality;
import io.weir.gateway.model.Reading;
import io.weir.gateway.model.Series;
import io.weir.gateway.model.Value;
import io.weir.gateway.normalize.RouteConfig;
import io.weir.gateway.normalize.RouteConfig.WhenFull;
import io.weir.gateway.normalize.Routes;
import io.weir.gateway.retention.Retention.Metrics;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** When segments are written again, and which. */
class SpaceKeeperTest {

  private static final int BYTES = 512 << 10;

  private final Random random = new Random(8);
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private KeptLog log;
  private Losses losses;
  private Routes routes = routes(WhenFull.DROP_OLDEST);

  @BeforeEach
  void open() throws IOException {
    log = new KeptLog(BYTES);
    losses = new Losses(log.log, meters);
  }

  @AfterEach
  void close() throws IOException {
    log.close();
  }

  private static Routes routes(WhenFull whenFull) {
    return new Routes(
        List.of(KeptLog.route("a", new RouteConfig.Retention(whenFull, null, null, 1))));
  }

  private SpaceKeeper keeper() {
    RoutePolicy policy = new RoutePolicy(log.log, () -> routes, WhenFull.BLOCK, () -> Metrics.NONE);
    Set<String> inside = Set.of("quarantine");
    Packer packer = new Packer(log.log, inside, log.time, ns -> false);
    return new SpaceKeeper(log.log, policy, packer, inside, List.of(log.store), losses, log.time);
  }

  private void fill(double share) {
    while (share(log.log) < share) {
      fillOne();
    }
  }

  private void fillOne() {
    Series series = new Series("telemetry", new Asset(null, null, null, "a"), Map.of());
    String random =
        this.random
            .ints(500, ' ', 127)
            .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
            .toString();
    Value text = new Value.Text(random);
    long now = log.time.wallNs();
    log.append("a", List.of(new Reading(series, "t", text, now, Quality.GOOD, null)), List.of());
    log.time.advance(Duration.ofMillis(100));
  }

  private static double share(SegmentLog log) {
    return (double) log.status().bytes() / log.status().maxBytes();
  }

  private void steps(SpaceKeeper keeper) {
    for (int i = 0; i < 50; i++) {
      keeper.step();
      log.log.step();
      log.time.advance(Duration.ofSeconds(1));
    }
  }

  /** What was appended comes to the upper mark again and again, until packing is of no more use. */
  private void keepFull(SpaceKeeper keeper) {
    for (int i = 0; i < 10; i++) {
      fill(SpaceKeeper.HIGH + 0.02);
      steps(keeper);
    }
  }

  /** Of which segments some readings are gone. */
  private List<Boolean> thinned() {
    return log.log.sealed().stream().map(one -> one.unitsLeft() < one.units()).toList();
  }

  private List<Boolean> packed() {
    return log.log.sealed().stream().map(SealedSegment::packed).toList();
  }

  @Test
  void nothingGoesBeforeTheLogIsNearlyFull() {
    SpaceKeeper keeper = keeper();
    fill(SpaceKeeper.HIGH - 0.02);
    steps(keeper);
    assertThat(thinned()).doesNotContain(true);
    assertThat(losses.all()).isEmpty();
  }

  @Test
  void beforeAnythingGoesAllIsPacked() {
    SpaceKeeper keeper = keeper();
    fill(SpaceKeeper.HIGH + 0.02);
    steps(keeper);
    assertThat(packed()).startsWith(true);
    assertThat(share(log.log)).isLessThan(SpaceKeeper.HIGH);
    steps(keeper); // over a minute
    assertThat(packed()).doesNotContain(false);
    assertThat(thinned()).doesNotContain(true);
    assertThat(losses.all()).isEmpty();
  }

  @Test
  void theOldestSegmentsGoUntilThereIsRoomAgain() {
    SpaceKeeper keeper = keeper();
    keepFull(keeper);
    assertThat(share(log.log)).isLessThan(SpaceKeeper.HIGH);
    assertThat(thinned())
        .startsWith(true)
        .endsWith(false)
        .satisfies(each -> assertThat(each.lastIndexOf(true)).isLessThan(each.indexOf(false)));
    assertThat(losses.lost()).isEqualTo(log.log.status().droppedUnits()).isPositive();
    assertThat(losses.isOngoing()).isTrue();
    assertThat(
            meters
                .get("weir.retention.dropped.readings")
                .tags("log", "readings", "of", "a", "reason", "drop-oldest")
                .counter()
                .count())
        .isEqualTo(losses.lost());
  }

  @Test
  void whatAConsumerInsideTheGatewayHasNotReadStays() throws IOException {
    SpaceKeeper keeper = keeper();
    try (Feed quarantine = log.log.feed("quarantine", SegmentLog.Start.OLDEST)) {
      fill(SpaceKeeper.HIGH + 0.02);
      steps(keeper);
      assertThat(thinned()).doesNotContain(true);
      assertThat(packed()).doesNotContain(true);
      while (quarantine.next() != null) {
        // until it has read all
      }
      quarantine.commit(log.log.syncedOffset(), new byte[0]);
      steps(keeper);
      assertThat(packed()).contains(true);
    }
  }

  @Test
  void aSegmentThatAStoreHasReceivedBeforeItsTurnIsLeftAlone() throws IOException {
    SpaceKeeper keeper = keeper();
    fill(SpaceKeeper.HIGH + 0.02);
    SealedSegment oldest = log.log.sealed().get(0);
    while (log.store.next() != null) {
      // until all is read
    }
    log.store.commit(0, List.of(new OffsetRange(1, oldest.end())), new byte[0]);
    keepFull(keeper);
    assertThat(thinned().subList(0, 2)).containsExactly(false, true);
  }

  @Test
  void changedRoutesDecideFromThenOn() {
    routes = routes(WhenFull.BLOCK);
    SpaceKeeper keeper = keeper();
    fill(0.95);
    steps(keeper);
    fill(0.95);
    steps(keeper);
    assertThat(thinned()).doesNotContain(true);
    routes = routes(WhenFull.DROP_OLDEST);
    steps(keeper);
    assertThat(thinned()).contains(true);
  }

  /** Packing is of no more use. */
  private void packedAndFull(SpaceKeeper keeper) {
    for (int i = 0; i < 3; i++) {
      fill(0.90);
      steps(keeper);
    }
  }

  private static Routes upToADay() {
    RouteConfig.Retention aDay =
        new RouteConfig.Retention(WhenFull.BLOCK, null, Duration.ofDays(1), 1);
    return new Routes(List.of(KeptLog.route("a", aDay)));
  }

  @Test
  void whatCameLongerAgoThanItsMaxAgeGoes() {
    routes = upToADay();
    SpaceKeeper keeper = keeper();
    packedAndFull(keeper);
    log.time.advance(Duration.ofDays(2));
    steps(keeper);
    assertThat(thinned()).contains(true);
  }

  @Test
  void nothingIsOlderBecauseTheClockIsAhead() {
    routes = upToADay();
    SpaceKeeper keeper = keeper();
    packedAndFull(keeper);
    log.time.jump(Duration.ofDays(400));
    steps(keeper);
    fill(0.95);
    steps(keeper);
    log.time.jump(Duration.ofDays(-400));
    steps(keeper);
    assertThat(losses.all()).isEmpty();
    log.time.advance(Duration.ofDays(2));
    steps(keeper);
    assertThat(losses.lost()).isPositive();
  }

  @Test
  void nothingIsOlderBecauseTheClockWasBehindWhenItCame() {
    log.time.jump(Duration.ofDays(-400));
    routes = upToADay();
    SpaceKeeper keeper = keeper();
    packedAndFull(keeper);
    log.time.jump(Duration.ofDays(400));
    steps(keeper);
    assertThat(losses.all()).isEmpty();
  }

  @Test
  void segmentsThatTheLogItselfDropsAreCountedToo() throws IOException {
    log.close();
    log = new KeptLog(BYTES, LogOptions.WhenFull.DROP_OLDEST);
    losses = new Losses(log.log, meters);
    fill(0.9);
    for (int i = 0; i < 400; i++) {
      fillOne();
    }
    assertThat(losses.lost()).isEqualTo(log.log.status().droppedUnits()).isPositive();
    assertThat(losses.all())
        .containsExactly(new Losses.Loss("-", "segment", log.log.status().droppedUnits()));
    assertThat(losses.inWords()).endsWith(" of its oldest segments");
  }

  @Test
  void whatTheStoreHasIsNotCountedAsLost() throws IOException {
    SpaceKeeper keeper = keeper();
    fill(SpaceKeeper.HIGH + 0.02);
    SealedSegment oldest = log.log.sealed().get(0);
    long half = oldest.end() / 2;
    for (Feed.Entry entry = log.store.next(); entry.offset() < half - 1; ) {
      entry = log.store.next();
    }
    log.store.commit(half, new byte[0]);
    keepFull(keeper);
    assertThat(thinned()).startsWith(true);
    assertThat(losses.lost()).isEqualTo(log.content().dropped()).isPositive();
  }
}
