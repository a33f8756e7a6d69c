package io.weir.sim.plant;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.weir.sim.plant.Shifts.Shift;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What was really played, by machine and shift, to compare with the figures of a gateway.
 *
 * <p>Times are [start, end): a state is split where a shift ends. A piece finished exactly when a
 * shift starts belongs to the shift before, because the sample of that instant already counts it. A
 * failure is a breakdown that starts in the shift.
 *
 * <p>Mutable; one thread.
 */
public final class Truth implements PlantListener {

  private static final JsonMapper JSON = new JsonMapper();
  private static final double MILLIJOULES_PER_KILOWATT_HOUR = 3_600_000_000.0;

  private final Shifts shifts;
  private final Map<MachinePath, List<ShiftTotals>> totals = new LinkedHashMap<>();

  public Truth(Shifts shifts) {
    this.shifts = shifts;
  }

  /**
   * One machine in one shift, as in the file.
   *
   * @param start of the shift, ISO 8601 in UTC
   * @param playedFrom the first instant that was played
   * @param playedTo the end of what was played; equal to {@code end} once the shift is over
   * @param seconds in each state that occurred
   * @param failures breakdowns that started
   */
  @JsonPropertyOrder({"site", "area", "line", "machine", "shift", "date"})
  public record MachineShift(
      String site,
      String area,
      String line,
      String machine,
      String shift,
      String date,
      String start,
      String end,
      @JsonProperty("played_from") String playedFrom,
      @JsonProperty("played_to") String playedTo,
      Map<String, Double> seconds,
      long total,
      long good,
      long scrap,
      int failures,
      @JsonProperty("energy_kwh") double energyKwh) {}

  /** Everything played so far, by machine, then by time. */
  public List<MachineShift> all() {
    List<MachineShift> all = new ArrayList<>();
    totals.forEach((path, shiftsOfOne) -> shiftsOfOne.forEach(entry -> all.add(entry.toRow(path))));
    return all;
  }

  /** Everything played so far as JSON: an array with one object per line. */
  public String json() {
    StringBuilder text = new StringBuilder("[");
    String separator = "\n";
    for (MachineShift entry : all()) {
      text.append(separator).append(JSON.<JsonNode>valueToTree(entry));
      separator = ",\n";
    }
    return text.append("\n]\n").toString();
  }

  @Override
  public void begins(MachinePath path, SimulatedState state, long at) {
    shiftsOf(path);
    if (state == SimulatedState.DOWN) {
      entry(path, at).failures++;
    }
  }

  @Override
  public void spent(MachinePath path, SimulatedState state, long from, long to, long watts) {
    long begin = from;
    while (begin < to) {
      ShiftTotals entry = entry(path, begin);
      long end = Math.min(to, entry.shift.end());
      entry.milliseconds.merge(state, end - begin, Long::sum);
      entry.millijoules += watts * (end - begin);
      entry.playedTo = end;
      begin = end;
    }
  }

  @Override
  public void piece(MachinePath path, long at, boolean good) {
    ShiftTotals entry = entry(path, at - 1);
    entry.total++;
    entry.scrap += good ? 0 : 1;
  }

  private ShiftTotals entry(MachinePath path, long at) {
    List<ShiftTotals> existing = shiftsOf(path);
    for (int index = existing.size() - 1; index >= 0; index--) {
      ShiftTotals entry = existing.get(index);
      if (entry.shift.start() <= at && at < entry.shift.end()) {
        return entry;
      }
    }
    ShiftTotals entry = new ShiftTotals(shifts.at(at), at);
    existing.add(entry);
    return entry;
  }

  /** The shifts of a machine. Machines are in the order in which they started. */
  private List<ShiftTotals> shiftsOf(MachinePath path) {
    return totals.computeIfAbsent(path, unused -> new ArrayList<>());
  }

  private static final class ShiftTotals {
    private final Shift shift;
    private final long playedFrom;
    private final Map<SimulatedState, Long> milliseconds = new EnumMap<>(SimulatedState.class);
    private long playedTo;
    private long total;
    private long scrap;
    private int failures;
    private long millijoules;

    ShiftTotals(Shift shift, long at) {
      this.shift = shift;
      playedFrom = at;
      playedTo = at;
    }

    MachineShift toRow(MachinePath path) {
      Map<String, Double> seconds = new LinkedHashMap<>();
      milliseconds.forEach((state, ms) -> seconds.put(state.name(), ms / 1000.0));
      return new MachineShift(
          path.site(),
          path.area(),
          path.line(),
          path.machine(),
          shift.name(),
          shift.date().toString(),
          Instant.ofEpochMilli(shift.start()).toString(),
          Instant.ofEpochMilli(shift.end()).toString(),
          Instant.ofEpochMilli(playedFrom).toString(),
          Instant.ofEpochMilli(playedTo).toString(),
          seconds,
          total,
          total - scrap,
          scrap,
          failures,
          millijoules / MILLIJOULES_PER_KILOWATT_HOUR);
    }
  }
}
