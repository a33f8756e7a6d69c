package io.weir.gateway.retention;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.efficiency.figure.FigureRank;
import io.weir.gateway.log.ClockSteps;
import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Quality;
import io.weir.gateway.model.Reading;
import io.weir.gateway.model.Series;
import io.weir.gateway.model.Value;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FiguresPolicyTest {

  private static final int BYTES = 512 << 10;
  private static final int REPLACED = 0;

  private final Map<Series, Series> known = new HashMap<>();

  private List<Reading> row(String measurement, String bucket, String machine, long start, int n) {
    Map<String, String> tags = bucket.isEmpty() ? Map.of() : Map.of("bucket", bucket);
    Series made = new Series(measurement, new Asset(null, null, null, machine), tags);
    Series series = known.computeIfAbsent(made, same -> same);
    return List.of(
        new Reading(series, "oee", new Value.Real(n), start, Quality.GOOD, null),
        new Reading(series, "run_s", new Value.Real(2 * n), start, Quality.GOOD, null),
        new Reading(series, "final", new Value.Flag(n % 2 == 0), start, Quality.GOOD, null));
  }

  private List<Reading> anyRow(Random random, int n) {
    String machine = "m" + random.nextInt(3);
    return switch (random.nextInt(6)) {
      case 0, 1 -> row("efficiency", "minute", machine, n / 4, n);
      case 2 -> row("efficiency", "hour", machine, n / 60, n);
      case 3 -> row("efficiency", "shift", machine, n / 200, n);
      case 4 -> row("machine_state", "", machine, n / 3, n);
      default -> row("efficiency", "day", machine, 0, n);
    };
  }

  private static List<Reading> readings(KeptLog.Content content) {
    List<Reading> all = new ArrayList<>();
    content.messages().forEach(held -> all.addAll(held.message().readings()));
    return all;
  }

  private static Set<FigureRank> ranks(KeptLog.Content content, long below) {
    Set<FigureRank> ranks = EnumSet.noneOf(FigureRank.class);
    content.messages().stream()
        .filter(held -> held.offset() < below)
        .flatMap(held -> held.message().readings().stream())
        .forEach(reading -> ranks.add(FigureRank.of(reading.series())));
    return ranks;
  }

  private record Point(Series series, String metric, long timeNs) {}

  /** As a store has them in the end: of one series, metric and instant the last. */
  private static Map<Point, Value> stored(List<Reading> readings) {
    Map<Point, Value> stored = new HashMap<>();
    readings.forEach(
        each -> stored.put(new Point(each.series(), each.metric(), each.timeNs()), each.value()));
    return stored;
  }

  private void fill(KeptLog log, Random random) {
    for (int i = 0; i < 450; i++) {
      List<Reading> rows = new ArrayList<>();
      for (int r = 0; r < 5; r++) {
        rows.addAll(anyRow(random, 5 * i + r));
      }
      assertThat(log.append("efficiency", rows, List.of())).isTrue();
      log.time.advance(Duration.ofSeconds(15));
    }
  }

  static LongStream seeds() {
    return LongStream.rangeClosed(1, 10);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void rowsThatLaterOnesReplaceGoFirstAndChangeNothingInTheStores(long seed) throws Exception {
    try (KeptLog log = new KeptLog(BYTES)) {
      fill(log, new Random(seed));
      FiguresPolicy policy = new FiguresPolicy(log.log);
      KeptLog.Content before = log.content();
      assertThat(policy.look(log.log.sealed().get(0)).firstStage(new ClockSteps(log.time)))
          .isEqualTo(REPLACED);
      List<Policy.Rule> rules = log.apply(policy, REPLACED);

      KeptLog.Content after = log.content();
      assertThat(stored(readings(after))).isEqualTo(stored(readings(before)));
      assertThat(after.dropped())
          .isEqualTo(readings(before).size() - readings(after).size())
          .isEqualTo(
              rules.stream().flatMap(rule -> rule.lost().values().stream()).mapToLong(n -> n).sum())
          .isPositive();
      assertThat(rules)
          .allSatisfy(rule -> assertThat(rule.lost().keySet()).noneMatch(Policy.Cause::isLoss));
      assertThat(policy.look(log.log.sealed().get(0)).firstStage(new ClockSteps(log.time)))
          .isGreaterThan(REPLACED);
    }
  }

  @Test
  void minutesGoBeforeHoursBeforeStatesAndShiftsStay() throws Exception {
    try (KeptLog log = new KeptLog(BYTES)) {
      fill(log, new Random(1));
      FiguresPolicy policy = new FiguresPolicy(log.log);
      long end = log.log.sealed().get(0).end();
      Map<Point, Value> shifts = stored(readings(log.content()));
      shifts.keySet().removeIf(point -> FigureRank.of(point.series()) != FigureRank.SHIFT);
      List<Set<FigureRank>> left = new ArrayList<>();
      for (int stage = 0; stage <= FigureRank.STATE.ordinal() + 1; stage++) {
        log.apply(policy, stage);
        left.add(ranks(log.content(), end));
      }
      assertThat(left)
          .containsExactly(
              EnumSet.allOf(FigureRank.class),
              EnumSet.of(FigureRank.HOUR, FigureRank.STATE, FigureRank.SHIFT),
              EnumSet.of(FigureRank.STATE, FigureRank.SHIFT),
              EnumSet.of(FigureRank.SHIFT));
      assertThat(stored(readings(log.content()))).containsAllEntriesOf(shifts);
    }
  }
}
