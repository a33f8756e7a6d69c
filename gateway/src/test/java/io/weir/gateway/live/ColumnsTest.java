package io.weir.gateway.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.log.Soak;
import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Series;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Columns keep what a map of each metric would, in whatever order metrics come and go. */
class ColumnsTest {

  private final Map<String, Long> expected = new HashMap<>();
  private final Numbered columns = new Numbered();

  private static final class Numbered extends Columns<String> {
    Numbered() {
      super(new Series("telemetry", Asset.NONE, Map.of()), 2);
    }

    void put(String metric, long number) {
      int known = column(metric);
      int column = known < 0 ? add(metric) : known;
      assertThat(numbers()[at(column)]).isEqualTo(known < 0 ? 0 : numbers()[at(column) + 1]);
      numbers()[at(column)] = number;
      numbers()[at(column) + 1] = number;
      object(column, metric + "=" + number);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
  void columnsAreAMapOfTheMetrics(int seed) {
    Random random = new Random(seed);
    int metrics = 1 + random.nextInt(40);
    for (int line = 0; line < Soak.count(300, 3_000); line++) {
      columns.begin();
      int first = random.nextInt(metrics);
      for (int i = random.nextInt(metrics); i >= 0; i--) {
        int metric = random.nextInt(6) == 0 ? random.nextInt(metrics) : (first + i) % metrics;
        put(random.nextBoolean() ? "metric-" + metric : ("metric-" + metric).intern(), line);
      }
      if (random.nextInt(10) == 0) {
        long before = line - random.nextInt(20);
        expected.values().removeIf(number -> number < before);
        columns.removeIf(column -> columns.numbers()[columns.at(column)] < before);
      }
      compare();
    }
  }

  private void put(String metric, long number) {
    columns.put(metric, number);
    expected.put(metric, number);
  }

  private void compare() {
    Map<String, Long> kept = new HashMap<>();
    for (int column = 0; column < columns.size(); column++) {
      long number = columns.numbers()[columns.at(column)];
      assertThat(columns.object(column)).isEqualTo(columns.metric(column) + "=" + number);
      kept.put(columns.metric(column), number);
    }
    assertThat(kept).isEqualTo(expected).hasSize(columns.size());
    assertThat(columns.isEmpty()).isEqualTo(expected.isEmpty());
    assertThat(columns.column("none")).isNegative();
  }
}
