package io.weir.gateway.efficiency;

import io.weir.gateway.efficiency.calendar.ShiftCalendar;
import io.weir.gateway.model.Asset;
import java.util.List;
import java.util.Map;

/**
 * The rows of a past span that is folded again: writes those of lines, areas and sites once no
 * machine changes them, and takes back what stands and is so no more.
 *
 * <p>Belongs to its {@link Fold}.
 */
final class PastRows {

  private final Machines machines;
  private final SharedParts shared;

  /** The machines that were retired, each with the instant to which it has rows. */
  private Map<Asset, Long> retired = Map.of();

  /** Rows of lines were written up to here. */
  private long flushedTo = Long.MIN_VALUE;

  PastRows(Machines machines, SharedParts shared) {
    this.machines = machines;
    this.shared = shared;
  }

  /**
   * What is known before the span is folded again: the shifts and states that stand, and what the
   * live figures know of machines.
   */
  void begin(History standing, Edge live) {
    retired = live.retired();
    shared.lines().retired(retired);
    shared.lines().toldBefore(live.cycles());
    shared.rows().takesBack(new FormerMinutes(standing, shared.calendars()), standing);
  }

  /**
   * A machine has told nothing for long when the readings begin. If its rows are older, it is
   * unknown from then on; but not one that is as it was for as long as its session lasts. Else it
   * is new, and not expected before.
   *
   * @param first when its first reading comes
   */
  void beginLate(Asset machine, long instant, long first, History standing) {
    boolean isOlder =
        standing.shifts(machine).keySet().stream().anyMatch(key -> key.end() <= instant);
    if (isOlder) {
      machines.beginSilent(machine, instant);
      shared.rows().staySilent(machine, first);
    } else {
      shared.lines().begins(machine, first);
    }
  }

  /**
   * Writes the rows of lines, areas and sites that no machine changes any more, and forgets their
   * sums. A machine that is more than a day behind the others is silent, and not waited for.
   */
  void flushLines() {
    long newest = machines.newest();
    long closed = Long.MAX_VALUE;
    for (MachineFold machine : machines.all()) {
      boolean settles = machine.closed().states() > Long.MIN_VALUE;
      if (settles && machine.watermark() > newest - 24 * ShiftCalendar.HOUR) {
        closed = Math.min(closed, machine.closed().states());
      }
    }
    if (closed == Long.MAX_VALUE) {
      return;
    }
    if (closed - flushedTo >= ShiftCalendar.HOUR || flushedTo == Long.MIN_VALUE) {
      flushedTo = closed;
      silentUpTo(closed);
      shared.lines().flushBefore(closed);
    }
  }

  /**
   * The span ends at the instant: writes what is left of it.
   *
   * @param standing the stops of before, and the shifts and days
   */
  void end(long until, History standing) {
    Map<Asset, List<Long>> orders = standing.startsOfOrders();
    for (MachineFold machine : machines.all()) {
      machine.writer().end(orders.getOrDefault(machine.asset, List.of()));
    }
    for (MachineFold machine : machines.all()) {
      machine.endPast(endOf(machine, until + 1));
    }
    shared.lines().flush();
    takeBackOrdersOfLines(standing);
    shared.rows().takeBackStops(standing);
    new FormerShifts(shared.calendars(), shared.lines(), shared.rows()).takeBack(standing);
  }

  /** Adds the unknown time of machines without newer readings to the rows of their lines. */
  private void silentUpTo(long instant) {
    for (MachineFold machine : machines.all()) {
      machine.tick(endOf(machine, instant));
    }
  }

  private long endOf(MachineFold machine, long instant) {
    return Math.min(instant, retired.getOrDefault(machine.asset, Long.MAX_VALUE));
  }

  /**
   * Takes back the rows of orders that lines do not have: when they were written, the bottleneck
   * may have been another one.
   */
  private void takeBackOrdersOfLines(History standing) {
    standing
        .startsOfOrdersOfLines()
        .forEach(
            (line, starts) -> {
              List<MachineFold> ofLine =
                  machines.all().stream()
                      .filter(machine -> machine.asset.toLine().equals(line))
                      .toList();
              for (long start : starts) {
                if (ofLine.stream().anyMatch(machine -> hasNoOrder(line, machine, start))) {
                  shared.lines().takeBackOrder(line, start);
                }
              }
            });
  }

  /** Whether a machine says that its line has no order that began at an instant. */
  private boolean hasNoOrder(Asset line, MachineFold machine, long start) {
    return machine.writer().knows(start)
        && (!shared.lines().haveOrders(line)
            || (shared.lines().leads(machine.asset) && !machine.writer().beganOrder(start)));
  }
}
