package io.weir.gateway.efficiency.model;

import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The rows of {@code stops} of one machine: parts of stops, cut where a shift or a break ends. */
final class StopRows {

  /**
   * A row that grows while parts of the same stop for the same reason follow each other.
   *
   * @param first its first part
   * @param last its last part so far
   */
  private record Row(
      long start,
      long end,
      String shift,
      Corrected.Stretch first,
      Corrected.Stretch last,
      String category,
      int count) {

    boolean goesOn(Row next) {
      boolean sameStop =
          last.own() == next.first.own()
              || (last.given() && last.givenBy() == next.first.givenBy());
      return end == next.start
          && sameStop
          && next.count == 0
          && category.equals(next.category)
          && shift.equals(next.shift)
          && last.reason().equals(next.first.reason())
          && last.category().equals(next.first.category());
    }

    Row with(Row next) {
      return new Row(start, next.end, shift, first, next.last, category, count);
    }
  }

  private final String asset;
  private final WorkCalendar calendar;
  private final Map<String, Map<String, Object>> rows = new TreeMap<>();
  private @Nullable Row open;
  private final long openSince;

  /**
   * @param end stops that go on then are left out
   */
  StopRows(MachineModel machine, long end) {
    asset = machine.machine.asset();
    calendar = machine.calendar();
    boolean unknownWaits = false;
    boolean stopWaits = false; // also behind unknown time
    String told = ""; // the state of a stop without time, before a silence
    for (Corrected.Stretch stretch : machine.corrected().within(machine.start(), end)) {
      boolean unknown = stretch.state().equals(States.UNKNOWN);
      boolean stop = States.isStop(stretch.state()) && !stretch.state().equals(Corrected.PLANNED);
      boolean another = stretch.begins() && !goesOn(stretch);
      if (stretch.start() == stretch.end()) {
        told = another ? stretch.state() : told;
        continue;
      }
      unknownWaits |= unknown && stretch.begins();
      stopWaits |= stop && (another || stretch.begins() && stretch.state().equals(told));
      told = unknown ? told : "";
      if (!stop && !unknown) {
        continue;
      }
      for (WorkCalendar.Span shift : calendar.shifts()) {
        if (unknown) {
          unknownWaits = parts(stretch, shift, unknownWaits);
        } else {
          stopWaits = parts(stretch, shift, stopWaits);
        }
      }
    }
    if (open != null && open.end < end) {
      write(open);
      open = null;
    }
    openSince = open == null ? end : open.start;
  }

  /** Whether it is the stop that was there before unknown time. */
  private static boolean goesOn(Corrected.Stretch stretch) {
    return stretch.goesOn() && !stretch.micro();
  }

  /**
   * @param waits whether the stop is not counted yet
   * @return the same afterwards
   */
  private boolean parts(Corrected.Stretch stretch, WorkCalendar.Span shift, boolean waits) {
    boolean still = waits;
    long at = Math.max(stretch.start(), shift.start());
    long end = Math.min(stretch.end(), shift.end());
    while (at < end) {
      long to = calendar.nextCut(shift, at, end);
      if (WorkCalendar.off(shift, at, to) == 0 || stretch.state().equals("setup")) {
        String category = stretch.micro() ? "micro_stop" : stretch.state();
        boolean cut = at > stretch.start();
        if (cut && open != null) {
          write(open);
          open = null;
        }
        add(new Row(at, to, shift.shift(), stretch, stretch, category, still ? 1 : 0));
        still = false;
      }
      at = to;
    }
    return still;
  }

  private void add(Row next) {
    if (open != null && open.goesOn(next)) {
      open = open.with(next);
      return;
    }
    if (open != null) {
      write(open);
    }
    open = next;
  }

  private void write(Row row) {
    String reason = row.first.reason().isEmpty() ? "" : "reason=" + row.first.reason() + ", ";
    String name =
        "stops %s {category=%s, %sshift=%s} %s"
            .formatted(asset, row.category, reason, row.shift, Instant.ofEpochSecond(0, row.start));
    Map<String, Object> fields = new TreeMap<>();
    fields.put("duration_s", (row.end - row.start) / 1e9);
    fields.put("count", (double) row.count);
    fields.put("reason_machine", row.first.machineReason());
    fields.put("reason_category", row.first.category());
    rows.put(name, fields);
  }

  Map<String, Map<String, Object>> rows() {
    return rows;
  }

  long openSince() {
    return openSince;
  }
}
