package io.weir.gateway.efficiency.model;

import java.time.Instant;
import java.util.HashMap;
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

  /** A stop, or unknown time; its first row counts it. */
  private static final class Stop {

    private final String state;
    private final boolean micro;
    private boolean counted;

    Stop(Corrected.Stretch first) {
      state = first.state();
      micro = first.micro();
    }

    boolean isOf(Corrected.Stretch stretch) {
      return state.equals(stretch.state()) && micro == stretch.micro();
    }

    /** 1 for the first row, then 0. */
    int count() {
      int count = counted ? 0 : 1;
      counted = true;
      return count;
    }
  }

  /** What the machine itself told of a stop. */
  private record Own(States.Episode episode, String state, boolean micro) {
    Own(Corrected.Stretch stretch) {
      this(stretch.own(), stretch.state(), stretch.micro());
    }
  }

  private final String asset;
  private final WorkCalendar calendar;
  private final Map<String, Map<String, Object>> rows = new TreeMap<>();
  private @Nullable Row open;
  private final long openSince;

  /** The stops of the machine's own episodes. */
  private final Map<Own, Stop> own = new HashMap<>();

  private @Nullable Stop before;

  /** The last one that was no unknown time. */
  private @Nullable Stop known;

  /**
   * @param end stops that go on then are left out
   */
  StopRows(MachineModel machine, long end) {
    asset = machine.machine.asset();
    calendar = machine.calendar();
    for (Corrected.Stretch stretch : machine.corrected().within(machine.start(), end)) {
      Stop stop = stopOf(stretch);
      if (!stretch.given() && !stretch.splitOff()) {
        own.putIfAbsent(new Own(stretch), stop);
      }
      known = stretch.state().equals(States.UNKNOWN) ? known : stop;
      before = stretch.start() == stretch.end() ? before : stop;
      if (!stretch.state().equals(States.RUNNING)
          && !stretch.state().equals(Corrected.PLANNED)
          && stretch.start() < stretch.end()) {
        for (WorkCalendar.Span shift : calendar.shifts()) {
          parts(stretch, shift, stop);
        }
      }
    }
    if (open != null && open.end < end) {
      write(open);
      open = null;
    }
    openSince = open == null ? end : open.start;
  }

  /** The one to which a stretch belongs; a new one where it begins one. */
  private Stop stopOf(Corrected.Stretch stretch) {
    if (stretch.begins()) {
      boolean goesOn = stretch.goesOn() && !stretch.micro() && known != null;
      return goesOn ? known : new Stop(stretch);
    }
    Stop same = before != null && before.isOf(stretch) ? before : own.get(new Own(stretch));
    return same == null ? new Stop(stretch) : same;
  }

  private void parts(Corrected.Stretch stretch, WorkCalendar.Span shift, Stop stop) {
    long at = Math.max(stretch.start(), shift.start());
    long end = Math.min(stretch.end(), shift.end());
    while (at < end) {
      long to = calendar.nextCut(shift, at, end);
      if (WorkCalendar.off(shift, at, to) == 0 || stretch.state().equals("setup")) {
        String category = stretch.micro() ? "micro_stop" : stretch.state();
        boolean cut = at > stretch.start() || calendar.isCut(shift, at);
        if (cut && open != null) {
          write(open);
          open = null;
        }
        add(new Row(at, to, shift.shift(), stretch, stretch, category, stop.count()));
      }
      at = to;
    }
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
