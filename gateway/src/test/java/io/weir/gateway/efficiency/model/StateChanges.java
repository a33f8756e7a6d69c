package io.weir.gateway.efficiency.model;

import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What the rows of {@code machine_state} of one machine say of each instant. */
final class StateChanges {

  private static final long HOUR = 60 * WorkCalendar.MINUTE;

  private static final Map<String, Integer> CODES =
      Map.of(
          "unknown",
          0,
          "running",
          1,
          "micro_stop",
          2,
          "down",
          3,
          "setup",
          4,
          "idle",
          5,
          "planned",
          6,
          "starved",
          7,
          "blocked",
          8);

  /** What holds from an instant on, and whether its full minutes are written one by one. */
  private record Change(Map<String, Object> row, long repeatedTo) {}

  private final WorkCalendar calendar;
  private final TreeMap<Long, Change> changes = new TreeMap<>();
  private final long start;
  private final long end;

  StateChanges(MachineModel machine) {
    calendar = machine.calendar();
    start = machine.start();
    end = machine.end();
    for (Corrected.Stretch stretch : machine.corrected().within(start, end)) {
      long to = Math.min(stretch.end(), end);
      for (long at = stretch.start(); at < to; at = calendar.nextChange(at, to)) {
        add(at, stretch);
      }
    }
  }

  private void add(long at, Corrected.Stretch stretch) {
    Map<String, Object> row = row(stretch, calendar.isPause(at));
    Map.Entry<Long, Change> before = changes.lastEntry();
    if (before == null || !before.getValue().row.equals(row)) {
      boolean unknown = stretch.state().equals(States.UNKNOWN);
      changes.put(at, new Change(row, unknown ? stretch.own().start() + HOUR : Long.MAX_VALUE));
    }
  }

  private static Map<String, Object> row(Corrected.Stretch stretch, boolean pause) {
    boolean works = stretch.state().equals(States.RUNNING) || stretch.state().equals("setup");
    String state = stretch.micro() ? "micro_stop" : stretch.state();
    state = pause && !works ? Corrected.PLANNED : state;
    Map<String, Object> row = new TreeMap<>();
    row.put("state", state);
    row.put("code", CODES.get(state).longValue());
    boolean ranAfterAll =
        state.equals(States.RUNNING) && !stretch.own().state().equals(States.RUNNING);
    row.put("reason", ranAfterAll ? "" : stretch.reason());
    row.put("reason_machine", stretch.machineReason());
    row.put("reason_category", ranAfterAll ? "" : stretch.category());
    return row;
  }

  /** The row of an instant, or nothing where the state of then may still change. */
  @Nullable Map<String, Object> at(long instant) {
    Map.Entry<Long, Change> holds = instant < end ? changes.floorEntry(instant) : null;
    return holds == null ? null : holds.getValue().row;
  }

  /** The rows that must be there, by their instants: at each change, and at full minutes. */
  TreeMap<Long, Map<String, Object>> rows() {
    TreeMap<Long, Map<String, Object>> rows = new TreeMap<>();
    changes.forEach((at, change) -> rows.put(at, change.row));
    for (long at = Math.floorDiv(start, WorkCalendar.MINUTE) * WorkCalendar.MINUTE;
        at < end;
        at += WorkCalendar.MINUTE) {
      Map.Entry<Long, Change> holds = changes.floorEntry(at);
      if (holds != null && at < holds.getValue().repeatedTo) {
        rows.put(at, holds.getValue().row);
      }
    }
    return rows;
  }
}
