package io.weir.gateway.efficiency.model;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The rows of {@code efficiency_order} of a line with an entry: one for each of its bottleneck. */
final class LineOrderRows {

  private static final List<String> OF_CHANGEOVER = List.of("planned_quantity", "changeover_s");

  /** An order as one machine made it. */
  private record Part(MachineModel machine, OrderTimes.Order order) {

    /** Time in common; below 0 the distance. */
    long common(OrderTimes.Order other) {
      return Math.min(order.end(), other.end()) - Math.max(order.start(), other.start());
    }
  }

  /**
   * @param figures the sums, and what only orders have
   * @param texts what is no number
   * @param parts by which machines it was made, and when
   */
  record Row(
      String name, Map<String, Double> figures, Map<String, Object> texts, List<Part> parts) {

    long end() {
      return parts.stream().mapToLong(part -> part.order.end()).max().orElseThrow();
    }

    /** Whether another order that began later had ended on the bottleneck before. */
    boolean endsBehind(Row other) {
      OrderTimes.Order lead = other.parts.get(0).order;
      return lead.start() > parts.get(0).order.start() && lead.end() < end();
    }

    /** Whether another order that began later had ended on the bottleneck before a row began. */
    boolean endsBetween(Row later, Row other) {
      OrderTimes.Order lead = other.parts.get(0).order;
      return lead.start() > start() && lead.end() < later.start();
    }

    private long start() {
      return parts.get(0).order.start();
    }

    boolean isMetered() {
      return parts.stream().anyMatch(part -> part.machine.machine.meter() != Plant.Meter.NONE);
    }

    boolean isFinal(Model.Finality finality) {
      return parts.stream().allMatch(part -> finality.of(part.machine, part.order.known()));
    }
  }

  private final LineModel line;
  private final Plant.Line entry;
  private final MachineModel bottleneck;
  private final List<Row> rows = new ArrayList<>();

  LineOrderRows(LineModel line) {
    this.line = line;
    entry = Objects.requireNonNull(line.entry);
    bottleneck = line.bottleneck();
    Map<OrderTimes.Order, List<Part>> parts = parts();
    for (OrderRows.Row lead : new OrderRows(bottleneck).rows().values()) {
      rows.add(row(lead, parts.getOrDefault(lead.order(), List.of())));
    }
  }

  List<Row> rows() {
    return rows;
  }

  /** The rows that had parts of a later one until their order came back with it. */
  List<Row> rowsBefore(Row back) {
    List<Row> before = new ArrayList<>();
    for (Part part : back.parts) {
      @Nullable Row had = null;
      for (Row each : rows) {
        OrderTimes.Order lead = each.parts.get(0).order;
        boolean isBefore = each.start() < back.start() && lead.id().equals(part.order.id());
        if (isBefore && (had == null || part.common(lead) > part.common(had.parts.get(0).order))) {
          had = each;
        }
      }
      if (had != null && part.order.start() < back.start()) {
        before.add(had);
      }
    }
    return before;
  }

  /** What each machine made for the orders of the bottleneck. */
  private Map<OrderTimes.Order, List<Part>> parts() {
    Map<OrderTimes.Order, List<Part>> parts = new HashMap<>();
    for (OrderTimes.Order order : bottleneck.orders().all()) {
      parts.computeIfAbsent(order, o -> new ArrayList<>()).add(new Part(bottleneck, order));
    }
    for (MachineModel machine : line.machines) {
      for (OrderTimes.Order order : machine.orders().all()) {
        Part part = new Part(machine, order);
        OrderTimes.Order lead = machine == bottleneck ? null : lead(part);
        if (lead != null) {
          Objects.requireNonNull(parts.get(lead)).add(part);
        }
      }
    }
    return parts;
  }

  /** The one of the same id with most time in common, without any the nearest. */
  private OrderTimes.@Nullable Order lead(Part part) {
    OrderTimes.Order lead = null;
    for (OrderTimes.Order each : bottleneck.orders().all()) {
      boolean same = each.id().equals(part.order.id());
      if (same && (lead == null || part.common(each) > part.common(lead))) {
        lead = each;
      }
    }
    return lead;
  }

  private Row row(OrderRows.Row lead, List<Part> parts) {
    Map<String, Double> of = lead.figures();
    Map<String, Double> row = LineModel.ofBottleneck(of);
    for (String field : OF_CHANGEOVER) {
      if (of.containsKey(field)) {
        row.put(field, of.get(field));
      }
    }
    LineModel.PIECES_OF_LINE.forEach(field -> row.put(field, 0.0));
    for (Part part : parts) {
      Map<String, Double> sums = part.machine.sums(part.order);
      boolean output = entry.output().contains(part.machine.name());
      LineModel.addOthers(row, sums);
      LineModel.addPieces(row, sums, output);
      if (part.machine != bottleneck) {
        divide(row, sums, output, of);
      }
    }
    row.put("members", (double) parts.stream().map(Part::machine).distinct().count());
    row.put("expected", (double) line.machines.size());
    double cycle =
        of.get(MachineModel.TIMED_TOTAL) > 0
            ? of.get("ideal_total_s") / of.get(MachineModel.TIMED_TOTAL)
            : bottleneck.cycleBefore(lead.order().end());
    row.put(MachineModel.CYCLES, 1.0);
    row.put("ideal_total_s", LineModel.ideal(cycle, row.get(MachineModel.TIMED_TOTAL)));
    row.put("ideal_good_s", LineModel.ideal(cycle, row.get(MachineModel.TIMED_GOOD)));
    leaveOut(row, parts);
    ratios(row);
    String name =
        "efficiency_order %s {level=line} %s"
            .formatted(line.asset, Instant.ofEpochSecond(0, lead.order().start()));
    return new Row(name, row, lead.texts(), parts);
  }

  /** As all planned time of the order is divided. */
  private static void divide(
      Map<String, Double> row, Map<String, Double> sums, boolean output, Map<String, Double> of) {
    double busy = of.get("planned_busy_s");
    double unknown = busy == 0 ? 0 : of.get("unknown_s") / busy;
    for (String kind : LineModel.GOES_ON) {
      if (output || kind.equals("total")) {
        String from = output ? kind : "scrap";
        double unseen = sums.getOrDefault(MachineModel.timed(from), 0.0) * unknown;
        row.merge("gap_" + kind, unseen, Double::sum);
        row.merge(MachineModel.timed(kind), -unseen, Double::sum);
      }
    }
  }

  /** Pieces that no output has counted for the order, and good ones that one of them has not. */
  private void leaveOut(Map<String, Double> row, List<Part> parts) {
    List<MachineModel> outputs =
        parts.stream()
            .map(Part::machine)
            .filter(machine -> entry.output().contains(machine.name()))
            .toList();
    if (outputs.isEmpty()) {
      List.of("total", "gap_total", "ideal_total_s").forEach(row::remove);
    }
    if (outputs.isEmpty() || outputs.stream().anyMatch(machine -> !machine.judges())) {
      List.of("good", "scrap", "gap_good", "ideal_good_s").forEach(row::remove);
    }
    row.keySet().removeAll(List.of("stock_total", "stock_good"));
  }

  private static void ratios(Map<String, Double> row) {
    double hours = row.get("calendar_s") / 3600;
    double busy = row.get("known_s") - row.get("idle_s");
    row.put("allocation_ratio", busy / 3600 / hours);
    row.put("production_process_ratio", row.get(MachineModel.APT) / 3600 / hours);
    Double made = row.getOrDefault("good", row.get("total"));
    if (row.containsKey("total")) {
      row.put("throughput_rate", row.get("total") / hours);
    }
    if (made != null && row.containsKey("planned_quantity")) {
      row.put("progress", made / row.get("planned_quantity"));
    }
    OrderRows.withoutNegative(row);
  }
}
