package io.weir.gateway.efficiency.model;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The rows of {@code efficiency_product} of one shift or one day of a machine: times by which
 * product was told, pieces by what they are.
 */
final class ProductRows {

  private final Map<String, Map<String, Double>> rows = new TreeMap<>();

  ProductRows(MachineModel machine, Model.Row row) {
    ProductTimes told = machine.products();
    if (told.areNone()) {
      return;
    }
    long start = row.start();
    long end = row.end();
    Set<String> counted = machine.pieces().products(start, end);
    for (String product : told.all()) {
      List<MachineModel.Time> times = told.within(product, machine.span(start, end));
      if (!times.isEmpty() || counted.contains(product)) {
        rows.put(
            name(row, product), machine.sums(start, end, times, m -> m.product().equals(product)));
      }
    }
    if (rows.keySet().equals(Set.of(name(row, ProductTimes.NONE)))) {
      rows.clear(); // it ended before a product was told
    }
    machine.booked().move(List.copyOf(rows.values()), start, end);
  }

  private static String name(Model.Row row, String product) {
    String tag = product.equals(ProductTimes.NONE) ? "" : "product=" + product + ", ";
    Instant start = Instant.ofEpochSecond(0, row.start());
    return "efficiency_product %s {bucket=%s, level=machine, %sshift=%s} %s"
        .formatted(row.asset(), row.bucket(), tag, row.shift(), start);
  }

  /** Its sums by the names of the rows. */
  Map<String, Map<String, Double>> rows() {
    return rows;
  }
}
