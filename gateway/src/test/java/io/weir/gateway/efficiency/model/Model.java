package io.weir.gateway.efficiency.model;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** All rows of a plant, from all that its machines told. */
public final class Model {

  private final Plant plant;
  private final List<Told> told;
  private final Map<String, Map<String, Double>> rows = new TreeMap<>();

  public Model(Plant plant, List<Told> told) {
    this.plant = plant;
    this.told = told;
    for (Plant.Machine machine : plant.machines()) {
      machine(new MachineModel(plant, machine, told));
    }
  }

  private void machine(MachineModel model) {
    for (String bucket : List.of("minute", "hour", "day")) {
      List<Long> starts = model.calendar().starts(bucket, model.start(), model.end());
      for (int i = 0; i + 1 < starts.size(); i++) {
        String shift = bucket.equals("minute") ? model.calendar().shiftAt(starts.get(i)) : "all";
        row(model, bucket, shift, starts.get(i), starts.get(i + 1));
      }
    }
    List<WorkCalendar.Span> shifts = new ArrayList<>(model.calendar().shifts());
    shifts.addAll(model.calendar().without(model.start(), model.end()));
    for (WorkCalendar.Span shift : shifts) {
      if (shift.end() > model.start()) {
        row(model, "shift", shift.shift(), shift.start(), shift.end());
      }
    }
  }

  private void row(MachineModel model, String bucket, String shift, long start, long end) {
    if (end + plant.lateness() < model.end()) {
      Map<String, Double> row = model.sums(bucket, start, end);
      boolean metered = model.machine.meter() != Plant.Meter.NONE;
      Ratios.add(row, model.machine.microStopsArePerformance(), metered, false);
      rows.put(name("machine", model.machine.asset(), bucket, shift, start), row);
    }
  }

  private static String name(String level, String asset, String bucket, String shift, long start) {
    return "efficiency %s {bucket=%s, level=%s, shift=%s} %s"
        .formatted(asset, bucket, level, shift, Instant.ofEpochSecond(0, start));
  }

  /** The fields of each row that is final, by the name of the row. */
  public Map<String, Map<String, Double>> rows() {
    return rows;
  }
}
