package io.weir.gateway.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.weir.gateway.log.ClockSteps;
import io.weir.gateway.log.SealedSegment;
import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Quality;
import io.weir.gateway.model.Reading;
import io.weir.gateway.model.Reason;
import io.weir.gateway.model.Rejected;
import io.weir.gateway.model.Series;
import io.weir.gateway.model.Value;
import io.weir.gateway.normalize.RouteConfig;
import io.weir.gateway.normalize.RouteConfig.Thinning;
import io.weir.gateway.normalize.RouteConfig.WhenFull;
import io.weir.gateway.normalize.Routes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RoutePolicyTest {

  private static final int BYTES = 512 << 10;
  private static final long MINUTE = 60_000_000_000L;
  private static final Retention.Metrics METRICS =
      new Retention.Metrics(Set.of("total"), Set.of("pieces"));

  private static RouteConfig.Retention keep(@Nullable WhenFull whenFull, int keep) {
    return new RouteConfig.Retention(whenFull, null, null, keep);
  }

  private static RouteConfig.Retention thin(Thinning how) {
    return new RouteConfig.Retention(WhenFull.THIN, how, null, 5);
  }

  private static RoutePolicy policy(KeptLog log, WhenFull usual, RouteConfig... routes) {
    Routes made = new Routes(List.of(routes));
    RoutePolicy policy = new RoutePolicy(log.log, () -> made, usual, () -> METRICS);
    assertThat(policy.rules()).isNotNull();
    return policy;
  }

  private static Reading reading(String machine, String metric, Value value, long timeNs) {
    return new Reading(
        new Series("telemetry", new Asset(null, null, null, machine), Map.of()),
        metric,
        value,
        timeNs,
        Quality.GOOD,
        null);
  }

  private static Reading number(String machine, String metric, double value, long timeNs) {
    return reading(machine, metric, new Value.Real(value), timeNs);
  }

  /** Fills some segments: one message a second, topics in turn. */
  private static int fill(KeptLog log, int messages, String... topics) {
    int readings = 0;
    for (int i = 0; i < messages; i++) {
      String topic = topics[i % topics.length];
      List<Reading> all =
          List.of(
              number(topic, "temperature", i, log.time.wallNs()),
              number(topic, "total", i, log.time.wallNs()),
              number(topic, "pieces", 1, log.time.wallNs()),
              reading(topic, "state", new Value.Text("word " + i), log.time.wallNs()),
              reading(topic, "good", new Value.Whole(i), log.time.wallNs()));
      assertThat(log.append(topic, all, List.of())).isTrue();
      readings += all.size();
      log.time.advance(Duration.ofSeconds(1));
    }
    return readings;
  }

  private static long lost(List<Policy.Rule> rules) {
    return rules.stream().flatMap(r -> r.lost().values().stream()).mapToLong(n -> n).sum();
  }

  private static int readings(KeptLog.Content content) {
    return content.messages().stream().mapToInt(held -> held.message().readings().size()).sum();
  }

  private static List<String> topics(KeptLog.Content content) {
    return content.messages().stream().map(held -> held.message().topic()).distinct().toList();
  }

  /** Of the stages of one content, in order. */
  private static List<Integer> stages(RoutePolicy policy, KeptLog log) throws Exception {
    List<Integer> stages = new ArrayList<>();
    Policy.Content content = policy.look(log.log.sealed().get(0));
    for (int stage = content.firstStage(new ClockSteps(log.time));
        stage != Policy.NONE;
        stage = content.firstStage(new ClockSteps(log.time))) {
      stages.add(stage);
      content.exhaust(stage);
    }
    return stages;
  }

  @Test
  void aRouteThatBlocksLosesNothing() throws Exception {
    try (KeptLog log = new KeptLog(BYTES)) {
      int all = fill(log, 600, "safe", "other");
      RoutePolicy policy =
          policy(
              log,
              WhenFull.DROP_OLDEST,
              KeptLog.route("safe", keep(WhenFull.BLOCK, 1)),
              KeptLog.route("other", keep(null, 9)));
      for (int stage : stages(policy, log)) {
        log.apply(policy, stage);
      }
      KeptLog.Content left = log.content();
      assertThat(left.messages().stream().filter(h -> h.message().topic().equals("safe")))
          .hasSize(300);
      assertThat(readings(left) + left.dropped()).isEqualTo(all);
      assertThat(left.dropped()).isPositive();
    }
  }

  @Test
  void theLowestClassGoesFirstAndThinnedBeforeDropped() throws Exception {
    try (KeptLog log = new KeptLog(BYTES)) {
      fill(log, 600, "a", "b", "c");
      RouteConfig.Retention thinned =
          new RouteConfig.Retention(WhenFull.THIN, new Thinning.EveryNth(3), null, 2);
      RoutePolicy policy =
          policy(
              log,
              WhenFull.BLOCK,
              KeptLog.route("a", keep(WhenFull.DROP_OLDEST, 3)),
              KeptLog.route("b", thinned),
              KeptLog.route("c", keep(WhenFull.DROP_OLDEST, 1)));
      List<Integer> stages = stages(policy, log);
      long first = log.log.sealed().get(0).end();
      List<List<String>> left = new ArrayList<>();
      List<Long> ofB = new ArrayList<>();
      for (int stage : stages) {
        log.apply(policy, stage);
        KeptLog.Content now = log.content();
        List<KeptLog.Held> old =
            now.messages().stream().filter(held -> held.offset() < first).toList();
        left.add(topics(new KeptLog.Content(old, 0)));
        ofB.add(old.stream().filter(held -> held.message().topic().equals("b")).count());
      }
      assertThat(left.get(0)).as("c, of class 1").containsExactlyInAnyOrder("a", "b");
      assertThat(left).as("b is thinned before it is dropped").contains(List.of("a"));
      assertThat(ofB).isSortedAccordingTo((x, y) -> Long.compare(y, x)).contains(0L);
      assertThat(ofB.stream().distinct()).hasSize(3);
      assertThat(left.get(left.size() - 1)).isEmpty();
    }
  }

  @Test
  void whatIsOlderThanItsMaxAgeGoesFirstAlsoOfARouteThatBlocks() throws Exception {
    try (KeptLog log = new KeptLog(BYTES)) {
      fill(log, 200, "a", "b");
      log.time.advance(Duration.ofHours(2));
      fill(log, 200, "a", "b");
      RouteConfig.Retention aged =
          new RouteConfig.Retention(WhenFull.BLOCK, null, Duration.ofHours(1), 9);
      RoutePolicy policy =
          policy(
              log,
              WhenFull.BLOCK,
              KeptLog.route("a", aged),
              KeptLog.route("b", keep(WhenFull.DROP_OLDEST, 1)));
      List<Policy.Rule> rules = log.apply(policy, stages(policy, log).get(0));
      KeptLog.Content left = log.content();
      assertThat(left.dropped()).isEqualTo(lost(rules)).isPositive();
      assertThat(left.messages().stream().filter(h -> h.message().topic().equals("b")))
          .hasSize(200);
      assertThat(rules.get(0).lost().keySet())
          .containsExactly(new Policy.Cause("a", "max-age", true));
    }
  }

  @Test
  void everyNthMessageOfATopicIsKept() throws Exception {
    try (KeptLog log = new KeptLog(BYTES)) {
      int all = fill(log, 600, "a/1", "a/2", "a/3");
      List<SealedSegment> sealed = log.log.sealed();
      long end = sealed.get(0).end();
      RoutePolicy policy =
          policy(log, WhenFull.BLOCK, KeptLog.route("a/#", thin(new Thinning.EveryNth(7))));
      List<Policy.Rule> rules = log.apply(policy, stages(policy, log).get(0));
      KeptLog.Content left = log.content();
      List<KeptLog.Held> first =
          left.messages().stream().filter(held -> held.offset() < end).toList();
      for (int topic = 0; topic < 3; topic++) {
        int number = topic;
        List<Long> wanted =
            IntStream.range(0, (int) end)
                .filter(offset -> offset % 3 == number && offset / 3 % 7 == 0)
                .mapToObj(offset -> (long) offset)
                .toList();
        assertThat(
                first.stream()
                    .filter(held -> held.offset() % 3 == number)
                    .map(KeptLog.Held::offset))
            .isEqualTo(wanted);
      }
      assertThat(left.dropped()).isEqualTo(lost(rules));
      assertThat(readings(left) + left.dropped()).isEqualTo(all);

      RoutePolicy afterRestart =
          policy(log, WhenFull.BLOCK, KeptLog.route("a/#", thin(new Thinning.EveryNth(7))));
      assertThat(sealed.get(0).unitsLeft()).isEqualTo(sealed.get(0).units());
      assertThat(stages(afterRestart, log).get(0))
          .as("what is thinned may be dropped then, but is not thinned again")
          .isEqualTo(2 * RouteConfig.Retention.USUAL_KEEP + 1);
    }
  }

  @Test
  void aMeanStandsForAWindowAndLatestValuesForWhatHasNoMean() throws Exception {
    try (KeptLog log = new KeptLog(BYTES)) {
      fill(log, 600, "a");
      long end = log.log.sealed().get(0).end();
      List<Reading> before = new ArrayList<>();
      log.content().messages().stream()
          .filter(held -> held.offset() < end)
          .forEach(held -> before.addAll(held.message().readings()));
      Thinning minutes = new Thinning.WindowMean(Duration.ofMinutes(1));
      RoutePolicy policy = policy(log, WhenFull.BLOCK, KeptLog.route("a", thin(minutes)));
      log.apply(policy, stages(policy, log).get(0));

      Map<String, List<Reading>> windows = new LinkedHashMap<>();
      for (Reading each : before) {
        windows
            .computeIfAbsent(
                each.metric() + Math.floorDiv(each.timeNs(), MINUTE), key -> new ArrayList<>())
            .add(each);
      }
      List<Reading> wanted = new ArrayList<>();
      windows.values().forEach(each -> wanted.add(standsFor(each)));
      List<Reading> left = new ArrayList<>();
      log.content().messages().stream()
          .filter(held -> held.offset() < end)
          .forEach(held -> left.addAll(held.message().readings()));
      assertThat(left).usingRecursiveFieldByFieldElementComparator().hasSameSizeAs(wanted);
      assertThat(left).allSatisfy(each -> assertThat(wanted).anySatisfy(w -> same(each, w)));
    }
  }

  private static void same(Reading is, Reading wanted) {
    assertThat(is.metric()).isEqualTo(wanted.metric());
    assertThat(is.timeNs()).isEqualTo(wanted.timeNs());
    if (wanted.value() instanceof Value.Real real) {
      assertThat(((Value.Real) is.value()).value()).isCloseTo(real.value(), within(1e-9));
    } else {
      assertThat(is.value()).isEqualTo(wanted.value());
    }
  }

  private static Reading standsFor(List<Reading> window) {
    Reading last = window.get(window.size() - 1);
    double sum = 0;
    for (Reading each : window) {
      sum += each.value() instanceof Value.Real real ? real.value() : 0;
      sum += each.value() instanceof Value.Whole whole ? whole.value() : 0;
    }
    Value value =
        switch (last.metric()) {
          case "temperature" -> new Value.Real(sum / window.size());
          case "pieces" -> new Value.Real(sum);
          case "good" -> new Value.Whole(Math.round(sum / window.size()));
          default -> last.value();
        };
    return new Reading(last.series(), last.metric(), value, last.timeNs(), Quality.GOOD, null);
  }

  // ---- Whatever the routes and the messages

  static Stream<Long> seeds() {
    return Stream.iterate(1L, seed -> seed + 1).limit(60);
  }

  /** The topics a to e have routes of any kind, f has none. */
  @ParameterizedTest
  @MethodSource("seeds")
  void onlyWhatTheRoutesGiveUpGoesAndAllOfItIsCounted(long seed) throws Exception {
    Random random = new Random(seed);
    try (KeptLog log = new KeptLog(BYTES)) {
      List<RouteConfig> routes = new ArrayList<>();
      for (String topic : List.of("a", "b", "c", "d", "e")) {
        routes.add(KeptLog.route(topic, anyRetention(random)));
      }
      WhenFull usual = random.nextBoolean() ? WhenFull.BLOCK : WhenFull.DROP_OLDEST;
      List<Held> all = anyMessages(log, random);
      RoutePolicy policy = new RoutePolicy(log.log, once(routes), usual, () -> METRICS);
      if (policy.rules() == null) {
        return;
      }
      long counted = 0;
      int stages = 1 + random.nextInt(19);
      for (int stage = 0; stage < stages; stage++) {
        counted += lost(log.apply(policy, stage));
      }
      KeptLog.Content left = log.content();
      assertThat(left.dropped()).isEqualTo(counted);
      assertThat(readings(left) + counted)
          .isEqualTo(all.stream().mapToLong(held -> held.readings().size()).sum());
      Map<Long, KeptLog.Held> byOffset = new HashMap<>();
      left.messages().forEach(held -> byOffset.put(held.offset(), held));
      for (Held before : all) {
        checkKept(before, byOffset.get(before.offset()), routes, usual, stages - 1, log);
      }
    }
  }

  private record Held(long offset, String topic, long receivedNs, List<Reading> readings) {}

  private static Supplier<Routes> once(List<RouteConfig> routes) {
    Routes made = new Routes(routes);
    return () -> made;
  }

  private static RouteConfig.Retention anyRetention(Random random) {
    WhenFull whenFull =
        List.of(WhenFull.BLOCK, WhenFull.DROP_OLDEST, WhenFull.THIN).get(random.nextInt(3));
    Thinning thinning =
        random.nextBoolean()
            ? new Thinning.EveryNth(2 + random.nextInt(5))
            : new Thinning.WindowMean(Duration.ofSeconds(1 + random.nextInt(100)));
    return new RouteConfig.Retention(
        random.nextInt(4) == 0 && whenFull != WhenFull.THIN ? null : whenFull,
        whenFull == WhenFull.THIN ? thinning : null,
        random.nextInt(3) == 0 ? Duration.ofMinutes(1 + random.nextInt(20)) : null,
        1 + random.nextInt(9));
  }

  private static List<Held> anyMessages(KeptLog log, Random random) {
    List<Held> all = new ArrayList<>();
    int messages = 200 + random.nextInt(600);
    for (int i = 0; i < messages; i++) {
      String topic = String.valueOf((char) ('a' + random.nextInt(6)));
      List<Reading> readings = new ArrayList<>();
      int count = random.nextInt(8);
      for (int r = 0; r < count; r++) {
        readings.add(anyReading(topic, random, log.time.wallNs()));
      }
      List<Rejected> rejected =
          count == 0 || random.nextInt(9) == 0
              ? List.of(new Rejected(Reason.MALFORMED, "no", new byte[20]))
              : List.of();
      if (log.append(topic, readings, rejected)) {
        all.add(new Held(i, topic, log.time.wallNs(), readings));
      } else {
        return all;
      }
      log.time.advance(Duration.ofMillis(random.nextInt(6_000)));
    }
    return all;
  }

  private static Reading anyReading(String topic, Random random, long nowNs) {
    String metric = List.of("x", "total", "pieces", "state", "on").get(random.nextInt(5));
    Value value =
        switch (metric) {
          case "state" -> new Value.Text("w" + random.nextInt(3));
          case "on" -> new Value.Flag(random.nextBoolean());
          default -> new Value.Real(random.nextInt(1000));
        };
    Quality quality = Quality.values()[random.nextInt(3)];
    return new Reading(
        new Series("telemetry", new Asset(null, null, null, topic), Map.of()),
        metric,
        value,
        nowNs - random.nextInt(30_000) * 1_000_000L,
        quality,
        quality == Quality.GOOD ? null : "because");
  }

  private static void checkKept(
      Held before,
      KeptLog.@Nullable Held after,
      List<RouteConfig> routes,
      WhenFull usual,
      int lastStage,
      KeptLog log) {
    RouteConfig.Retention rule =
        routes.stream()
            .filter(route -> route.topic().equals(before.topic()))
            .map(RouteConfig::retention)
            .findFirst()
            .orElse(RouteConfig.Retention.DEFAULT);
    WhenFull whenFull = rule.whenFull() == null ? usual : rule.whenFull();
    Duration maxAge = rule.maxAge();
    boolean mayAge = maxAge != null && log.time.wallNs() - before.receivedNs() > maxAge.toNanos();
    boolean mayGo = mayAge || (whenFull != WhenFull.BLOCK && lastStage >= 2 * rule.keep());
    List<Reading> left = after == null ? List.of() : after.message().readings();
    if (!mayGo) {
      assertThat(left).isEqualTo(before.readings());
      return;
    }
    // What is left is in its place; only a mean may have another value.
    int at = 0;
    for (Reading each : left) {
      while (!samePlace(each, before.readings().get(at))) {
        at++;
      }
      boolean mayDiffer = rule.thinning() instanceof Thinning.WindowMean;
      assertThat(mayDiffer || each.value().equals(before.readings().get(at).value())).isTrue();
      at++;
    }
  }

  private static boolean samePlace(Reading one, Reading other) {
    return one.series().equals(other.series())
        && one.metric().equals(other.metric())
        && one.timeNs() == other.timeNs()
        && one.quality() == other.quality();
  }
}
