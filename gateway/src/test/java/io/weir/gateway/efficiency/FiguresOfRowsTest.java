package io.weir.gateway.efficiency;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.efficiency.figure.FigureFields;
import io.weir.gateway.efficiency.figure.Figures;
import io.weir.gateway.efficiency.figure.StoredFigures;
import io.weir.gateway.model.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is made of a row that a store gives back is what stands in that row. */
class FiguresOfRowsTest {

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void theFiguresOfARowAreThoseThatItSays(long seed) {
    List<String> differences = new ArrayList<>();
    int[] rows = {0};
    new ModelComparison(seed)
        .all()
        .forEach(
            (name, row) -> {
              if (name.startsWith("efficiency ")) {
                rows[0]++;
                compare(name, row, differences);
              }
            });
    assertThat(rows[0]).isGreaterThan(100);
    assertThat(differences).isEmpty();
  }

  /** A line that has had an entry for a part of the time only. */
  @Test
  void piecesOfOneRowAreNotThoseOfAllRows() {
    Map<String, Value> row = new HashMap<>();
    for (String field : List.of("run_s", "calendar_s", "ideal_total_s", "ideal_good_s", "teep")) {
      row.put(field, new Value.Real(60));
    }
    row.put("members", new Value.Real(1));
    row.put("basis", new Value.Text("sum"));
    Figures without = Objects.requireNonNull(StoredFigures.of(row));
    row.put("total", new Value.Real(10));
    row.put("good", new Value.Real(10));
    row.put("basis", new Value.Text("bottleneck"));
    Figures with = Objects.requireNonNull(StoredFigures.of(row));
    assertThat(StoredFigures.sum(List.of(with, with)).total()).isEqualTo(20);
    for (List<Figures> rows : List.of(List.of(with, without), List.of(without, with))) {
      assertThat(StoredFigures.sum(rows).total()).isNaN();
      assertThat(StoredFigures.sum(rows).idealGood()).isEqualTo(120);
    }
  }

  private static void compare(String name, Map<String, Object> row, List<String> differences) {
    Map<String, Value> values = new HashMap<>();
    row.forEach((field, value) -> values.put(field, value(value)));
    Figures made = StoredFigures.of(values);
    if (made == null) {
      return;
    }
    Map<String, Double> figures = FigureFields.of(made, row.containsKey("uncoded_s"));
    for (String field : FigureFields.names()) {
      if (field.equals("contradictory")) {
        continue; // only of shifts and days, and 0 in others
      }
      Object stored = row.get(field);
      Double mine = figures.get(field);
      double one = stored instanceof Double number ? number : Double.NaN;
      double other = mine == null ? Double.NaN : mine;
      boolean same =
          Double.isNaN(one)
              ? Double.isNaN(other)
              : Math.abs(one - other) <= 1e-6 * Math.max(1, Math.abs(one));
      if (!same) {
        differences.add(name + ": " + field + " is " + other + ", not " + one);
      }
    }
  }

  private static Value value(Object plain) {
    if (plain instanceof Double number) {
      return new Value.Real(number);
    }
    if (plain instanceof Long number) {
      return new Value.Whole(number);
    }
    return plain instanceof Boolean flag ? new Value.Flag(flag) : new Value.Text((String) plain);
  }
}
