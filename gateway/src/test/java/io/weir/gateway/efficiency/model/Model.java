package io.weir.gateway.efficiency.model;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** All rows of a plant, from all that its machines told. */
public final class Model {

  /** So many orders of a line are kept for what other machines make of them later. */
  private static final int KEPT_ORDERS = 16;

  private final Set<String> mayStay = new HashSet<>();
  private final Plant plant;
  private final Map<String, Map<String, Double>> rows = new TreeMap<>();
  private final Map<String, Long> ends = new TreeMap<>();
  private final Map<String, Map<String, Object>> orders = new TreeMap<>();
  private final Map<String, Map<String, Object>> stops = new TreeMap<>();
  private final Map<String, Long> openStops = new TreeMap<>();
  private final Map<String, StateChanges> states = new TreeMap<>();
  private final List<SignalWindows> windows = new ArrayList<>();

  /**
   * @param deliveries all messages in the order in which they came
   */
  public Model(
      Plant plant,
      List<Told> told,
      List<Said> said,
      List<SaidOrder> saidOrders,
      List<PlantGenerator.Delivery> deliveries) {
    this.plant = plant;
    Map<String, LineModel> lines = new LinkedHashMap<>();
    for (Plant.Machine each : plant.machines()) {
      MachineModel machine = new MachineModel(plant, each, told, said, saidOrders);
      String line = above(each.asset());
      lines.computeIfAbsent(line, asset -> new LineModel(plant, asset)).machines.add(machine);
      StopRows ended = new StopRows(machine, machine.end());
      stops.putAll(ended.rows());
      openStops.put(each.asset(), ended.openSince());
      states.put(each.asset(), new StateChanges(machine));
      boolean metered = each.meter() != Plant.Meter.NONE;
      orders(machine, metered);
      for (Row row :
          rows("machine", each.asset(), machine.calendar(), machine.start(), machine.told())) {
        boolean closed = isFinal(row.end, machine.end(), machine.told()) && machine.closes(row.end);
        Map<String, Map<String, Double>> of = new TreeMap<>();
        if (row.bucket.equals("shift") || row.bucket.equals("day")) {
          of.putAll(new ProductRows(machine, row).rows());
          of.keySet().forEach(name -> ends.put(name, row.end));
        }
        if (closed) {
          of.put(row.name(), machine.sums(row));
          of.forEach((name, sums) -> write(name, sums, metered, Ratios.Level.MACHINE));
        }
      }
    }
    plant.signals().forEach(each -> signals(new SignalWindows(each, plant.lateness()), deliveries));
    lines.values().stream().filter(line -> line.entry != null).forEach(this::ordersOfLine);
    Map<String, List<LineModel>> levels = new LinkedHashMap<>();
    for (LineModel line : lines.values()) {
      String area = above(line.asset);
      levels.computeIfAbsent("line " + line.asset, level -> new ArrayList<>()).add(line);
      levels.computeIfAbsent("area " + area, level -> new ArrayList<>()).add(line);
      levels.computeIfAbsent("site " + above(area), level -> new ArrayList<>()).add(line);
    }
    levels.forEach(this::level);
  }

  private void signals(SignalWindows of, List<PlantGenerator.Delivery> deliveries) {
    deliveries.forEach(each -> of.take(each.told()));
    windows.add(of);
  }

  private void orders(MachineModel machine, boolean metered) {
    new OrderRows(machine)
        .rows()
        .forEach(
            (name, row) -> {
              long end = row.order().end();
              ends.put(name, end);
              long known = row.order().known();
              if (isFinal(known, machine.end(), machine.told()) && machine.closes(end)) {
                write(name, row.figures(), metered, Ratios.Level.MACHINE);
                orders.put(name, row.texts());
              }
            });
  }

  /** Whether nothing can change a time of a machine any more that ends at an instant. */
  interface Finality {
    boolean of(MachineModel machine, long end);
  }

  /** They are final when those of all its machines are. */
  private void ordersOfLine(LineModel line) {
    LineOrderRows of = new LineOrderRows(line);
    List<LineOrderRows.Row> all = of.rows();
    for (LineOrderRows.Row row : all) {
      long later = all.stream().filter(each -> row.endsBehind(each)).count();
      if (later >= KEPT_ORDERS) {
        mayStay.add(row.name());
      }
      for (LineOrderRows.Row before : of.rowsBefore(row)) {
        long between = all.stream().filter(each -> before.endsBetween(row, each)).count();
        if (between >= KEPT_ORDERS) {
          mayStay.addAll(List.of(before.name(), row.name()));
        }
      }
      ends.put(row.name(), row.end());
      if (row.isFinal((machine, end) -> isFinal(end, machine.end(), machine.told()))) {
        write(row.name(), row.figures(), row.isMetered(), Ratios.Level.LINES);
        orders.put(row.name(), row.texts());
      }
    }
  }

  private static String above(String asset) {
    return asset.substring(0, asset.lastIndexOf('/'));
  }

  /** A line, or the sum of the lines of an area or a site. */
  private void level(String name, List<LineModel> lines) {
    String[] level = name.split(" ");
    boolean bySum = lines.stream().anyMatch(line -> line.entry == null);
    boolean metered = lines.stream().anyMatch(LineModel::isMetered);
    long start = lines.stream().mapToLong(LineModel::start).min().orElseThrow();
    long end = lines.stream().mapToLong(LineModel::end).min().orElseThrow();
    long told = lines.stream().mapToLong(LineModel::told).min().orElseThrow();
    WorkCalendar calendar = lines.get(0).machines.get(0).calendar();
    for (Row row : rows(level[0], level[1], calendar, start, told)) {
      boolean closed =
          lines.stream().flatMap(l -> l.machines.stream()).allMatch(m -> m.closes(row.end));
      if (!closed || !isFinal(row.end, end, told)) {
        continue;
      }
      Map<String, Double> sums = new TreeMap<>();
      lines.forEach(line -> LineModel.add(sums, line.sums(row)));
      if (bySum) {
        LineModel.PIECES.forEach(sums::remove);
      }
      write(row.name(), sums, metered, bySum ? Ratios.Level.SUM : Ratios.Level.LINES);
    }
  }

  /** A row that no reading can change any more. */
  record Row(String level, String asset, String bucket, String shift, long start, long end) {

    private String name() {
      return "efficiency %s {bucket=%s, level=%s, shift=%s} %s"
          .formatted(asset, bucket, level, shift, Instant.ofEpochSecond(0, start));
    }

    /** Whether its counts are compared with each other. */
    boolean isJudged() {
      return bucket.equals("shift") || bucket.equals("day");
    }
  }

  private List<Row> rows(String level, String asset, WorkCalendar calendar, long from, long told) {
    List<Row> all = new ArrayList<>();
    for (String bucket : List.of("minute", "hour", "day")) {
      List<Long> starts = calendar.starts(bucket, from, told);
      starts.add(Long.MAX_VALUE);
      for (int i = 0; i + 1 < starts.size(); i++) {
        String shift = bucket.equals("minute") ? calendar.shiftAt(starts.get(i)) : "all";
        all.add(new Row(level, asset, bucket, shift, starts.get(i), starts.get(i + 1)));
      }
    }
    List<WorkCalendar.Span> shifts = new ArrayList<>(calendar.shifts());
    shifts.addAll(calendar.without(from, told));
    for (WorkCalendar.Span shift : shifts) {
      if (shift.end() > from) {
        all.add(new Row(level, asset, "shift", shift.shift(), shift.start(), shift.end()));
      }
    }
    all.forEach(row -> ends.put(row.name(), row.end));
    return all;
  }

  /**
   * @param end until then all states are decided
   * @param told the newest reading: a late one may still change what is not older by the lateness
   */
  private boolean isFinal(long of, long end, long told) {
    return of <= end && of < told - plant.lateness();
  }

  private void write(String name, Map<String, Double> sums, boolean metered, Ratios.Level level) {
    Map<String, Double> fields = new TreeMap<>(sums);
    if (fields.get(MachineModel.CYCLES) == 0) {
      fields.keySet().removeAll(List.of("ideal_total_s", "ideal_good_s"));
    }
    if (level != Ratios.Level.MACHINE) {
      fields.values().removeIf(each -> each.isNaN()); // of pieces without an ideal cycle
    }
    Ratios.add(fields, metered, level);
    fields.keySet().removeIf(field -> field.startsWith(MachineModel.HIDDEN));
    if (!metered) {
      fields.keySet().removeAll(EnergyUse.USES);
    }
    rows.put(name, fields);
  }

  /** The fields of each row that is final, by the name of the row. */
  public Map<String, Map<String, Double>> rows() {
    return rows;
  }

  /** When the bucket of each row ends, of those that are not final too. */
  public Map<String, Long> ends() {
    return ends;
  }

  /**
   * The rows of orders of lines of which a machine made a part when so many orders had followed
   * that they may stay as they were until they are made again; and those of an order that came back
   * so late that the row before may have kept what belongs to it.
   */
  public Set<String> mayStay() {
    return mayStay;
  }

  /** What is no number in the rows of orders that are final, by their names. */
  public Map<String, Map<String, Object>> orders() {
    return orders;
  }

  /** The rows of {@code signal_quality} that are final, by their names. */
  public Map<String, Map<String, Double>> signals() {
    Map<String, Map<String, Double>> signals = new TreeMap<>();
    windows.forEach(each -> signals.putAll(each.rows()));
    return signals;
  }

  /** The names of those rows that would not be final with another lateness. */
  public Set<String> signalsOpenWith(long lateness) {
    Set<String> open = new TreeSet<>();
    windows.forEach(each -> open.addAll(each.openWith(lateness)));
    return open;
  }

  /** The rows of {@code stops} that have ended, by their names. */
  public Map<String, Map<String, Object>> stops() {
    return stops;
  }

  /** Since when each machine is in a stop that has not ended: the rows from there on are open. */
  public Map<String, Long> openStops() {
    return openStops;
  }

  /** The rows of {@code machine_state} that must be there, by their names. */
  public Map<String, Map<String, Object>> states() {
    Map<String, Map<String, Object>> rows = new TreeMap<>();
    states.forEach(
        (asset, of) ->
            of.rows()
                .forEach(
                    (at, row) ->
                        rows.put(
                            "machine_state %s {} %s".formatted(asset, Instant.ofEpochSecond(0, at)),
                            row)));
    return rows;
  }

  /**
   * What a row of {@code machine_state} says of an instant; nothing where that may still change.
   */
  public @Nullable Map<String, Object> state(String asset, long instant) {
    StateChanges of = states.get(asset);
    return of == null ? null : of.at(instant);
  }
}
