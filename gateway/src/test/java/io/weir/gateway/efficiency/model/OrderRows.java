package io.weir.gateway.efficiency.model;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The rows of {@code efficiency_order} of one machine. */
final class OrderRows {

  /**
   * @param figures the sums, and what only orders have
   * @param texts what is no number
   */
  record Row(OrderTimes.Order order, Map<String, Double> figures, Map<String, Object> texts) {

    String name(String asset) {
      return "efficiency_order %s {level=machine} %s"
          .formatted(asset, Instant.ofEpochSecond(0, order.start()));
    }
  }

  private final Map<String, Row> rows = new TreeMap<>();

  /** When the last piece of an order was told. */
  private double lastPiece = Double.NaN;

  OrderRows(MachineModel machine) {
    @Nullable Row before = null;
    for (OrderTimes.Order order : machine.orders().all()) {
      Row row = row(machine, order, before);
      rows.put(row.name(machine.machine.asset()), row);
      before = row;
    }
  }

  private Row row(MachineModel machine, OrderTimes.Order order, @Nullable Row before) {
    Map<String, Double> figures = machine.sums(order);
    double hours = figures.get("calendar_s") / 3600;
    double busy = figures.get("known_s") - figures.get("idle_s");
    figures.put("throughput_rate", figures.get("total") / hours);
    figures.put("allocation_ratio", busy / 3600 / hours);
    figures.put("production_process_ratio", figures.get(MachineModel.APT) / 3600 / hours);
    double quantity = order.quantity();
    if (!Double.isNaN(quantity)) {
      figures.put("planned_quantity", quantity);
      figures.put("progress", figures.getOrDefault("good", figures.get("total")) / quantity);
    }
    withoutNegative(figures);
    Pieces.Counted counted = machine.pieces().counted(order.start());
    boolean none = counted.isNothing();
    if (!none && !Double.isNaN(lastPiece)) {
      figures.put("changeover_s", (counted.first() - lastPiece) / 1e9);
    }
    lastPiece = none ? lastPiece : counted.last();
    Map<String, Object> texts = new TreeMap<>();
    texts.put("order", order.id());
    texts.put("product", none ? machine.products().at(order.end()) : counted.product());
    texts.put("product_before", before == null ? "" : before.texts.get("product"));
    texts.put("ended", order.end() != OrderTimes.GOES_ON);
    texts.put("paused", order.paused());
    return new Row(order, figures, texts);
  }

  /** A ratio below 0 is not defined. */
  static void withoutNegative(Map<String, Double> figures) {
    for (String ratio : List.of("throughput_rate", "progress")) {
      figures.computeIfPresent(ratio, (name, value) -> value < 0 ? null : value);
    }
  }

  Map<String, Row> rows() {
    return rows;
  }
}
