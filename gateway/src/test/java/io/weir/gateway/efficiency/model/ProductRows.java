package io.weir.gateway.efficiency.model;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The rows of {@code efficiency_product} of one shift of a machine: times by which product was
 * told, pieces by what they are.
 */
final class ProductRows {

  private final Map<String, Map<String, Double>> rows = new TreeMap<>();

  ProductRows(MachineModel machine, Model.Row shift) {
    ProductTimes told = machine.products();
    if (told.areNone()) {
      return;
    }
    long start = shift.start();
    long end = shift.end();
    Set<String> counted = machine.pieces().products(start, end);
    for (String product : told.all()) {
      List<MachineModel.Time> times = told.within(product, machine.span(start, end));
      if (!times.isEmpty() || counted.contains(product)) {
        rows.put(
            name(shift, product),
            machine.sums(start, end, times, m -> m.product().equals(product)));
      }
    }
    if (rows.keySet().equals(Set.of(name(shift, ProductTimes.NONE)))) {
      rows.clear(); // it ended before a product was told
    }
    machine.booked().move(List.copyOf(rows.values()), start, end);
  }

  private static String name(Model.Row shift, String product) {
    String tag = product.equals(ProductTimes.NONE) ? "" : "product=" + product + ", ";
    return "efficiency_product %s {bucket=shift, level=machine, %sshift=%s} %s"
        .formatted(shift.asset(), tag, shift.shift(), Instant.ofEpochSecond(0, shift.start()));
  }

  /** Its sums by the names of the rows. */
  Map<String, Map<String, Double>> rows() {
    return rows;
  }
}
