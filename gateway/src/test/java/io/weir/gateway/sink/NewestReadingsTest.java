package io.weir.gateway.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Quality;
import io.weir.gateway.model.Reading;
import io.weir.gateway.model.Series;
import io.weir.gateway.model.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random logs in which few places are written again and again. */
class NewestReadingsTest {

  private static final int LOGS = 300;
  private static final int MESSAGES = 40;

  private static final Sink.Dialect LINES = new Sink.Dialect(SinkConfig.Precision.MS, true, false);
  private static final Sink.Dialect TABLES = new Sink.Dialect(SinkConfig.Precision.US, true, true);

  private final Map<Integer, Series> series = new HashMap<>();

  private Series series(int number) {
    return series.computeIfAbsent(
        number,
        n ->
            new Series(
                n % 2 == 0 ? "telemetry" : "other",
                new Asset("s", null, null, "m" + n / 2),
                n % 3 == 0 ? Map.of() : Map.of("k", "v" + n % 3)));
  }

  /** A message with readings of few series, instants and metrics; no value occurs twice. */
  private List<Reading> message(Random random, double[] value, long stepNs) {
    List<Reading> readings = new ArrayList<>();
    for (int line = 1 + random.nextInt(3); line > 0; line--) {
      Series one = series(random.nextInt(4));
      long timeNs = random.nextInt(3) * stepNs + random.nextInt((int) stepNs);
      Quality quality = random.nextInt(5) == 0 ? Quality.UNCERTAIN : Quality.GOOD;
      for (int metric = 0; metric < 3; metric++) {
        if (random.nextBoolean()) {
          Value next = new Value.Real(value[0]++);
          readings.add(new Reading(one, "m" + metric, next, timeNs, quality, null));
        }
      }
    }
    return readings;
  }

  private static Object place(Reading reading, Sink.Dialect dialect, List<Reading> line) {
    long time = Math.floorDiv(reading.timeNs(), dialect.precision().nanos());
    Object fields =
        dialect.table()
            ? new HashSet<>(line.stream().map(Reading::metric).toList())
            : reading.metric();
    return List.of(reading.series(), reading.quality(), time, fields);
  }

  private static List<Reading> lineOf(List<Reading> readings, int at) {
    int from = at;
    while (from > 0 && readings.get(from - 1).sharesLineWith(readings.get(at))) {
      from--;
    }
    int to = at;
    while (to < readings.size() && readings.get(to).sharesLineWith(readings.get(at))) {
      to++;
    }
    return readings.subList(from, to);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void exactlyTheValuesOfASpanAreSentThatTheWholeLogEndsWith(boolean table) {
    Sink.Dialect dialect = table ? TABLES : LINES;
    for (int seed = 0; seed < LOGS; seed++) {
      Random random = new Random(seed);
      double[] value = {0};
      List<List<Reading>> log = new ArrayList<>();
      for (int i = 0; i < MESSAGES; i++) {
        log.add(message(random, value, dialect.precision().nanos()));
      }
      int from = random.nextInt(MESSAGES);
      int to = from + random.nextInt(MESSAGES - from) + 1;

      Map<Object, Set<Reading>> last = new HashMap<>();
      for (List<Reading> message : log.subList(from, MESSAGES)) {
        for (int i = 0; i < message.size(); i++) {
          List<Reading> line = lineOf(message, i);
          Set<Reading> content = dialect.table() ? new HashSet<>(line) : Set.of(message.get(i));
          last.put(place(message.get(i), dialect, line), content);
        }
      }
      Set<Reading> inSpan = new HashSet<>();
      log.subList(from, to).forEach(inSpan::addAll);
      Set<Reading> expected = new HashSet<>();
      last.values().forEach(expected::addAll);
      expected.retainAll(inSpan);

      NewestReadings newest = new NewestReadings(dialect);
      log.subList(from, to).forEach(newest::span);
      log.subList(to, MESSAGES).forEach(newest::behind);
      List<Reading> sent = new ArrayList<>();
      log.subList(from, to).forEach(message -> sent.addAll(newest.newest(message)));

      assertThat(new HashSet<>(sent)).as("seed %d", seed).isEqualTo(expected);
      assertThat(sent).as("seed %d", seed).doesNotHaveDuplicates();
    }
  }
}
