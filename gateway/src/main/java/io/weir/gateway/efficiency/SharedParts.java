package io.weir.gateway.efficiency;

import io.weir.gateway.efficiency.calendar.Calendars;
import io.weir.gateway.efficiency.config.EfficiencyConfig;
import io.weir.gateway.efficiency.config.PlannedOrder;
import io.weir.gateway.efficiency.config.Targets;
import io.weir.gateway.efficiency.signal.FoldMemory;
import io.weir.gateway.efficiency.signal.SignalRules;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What all machines of a {@link Fold} share: the configuration as they use it, and where they put
 * what they write and what is to be folded again.
 *
 * <p>Mutable, without locks: one thread.
 */
final class SharedParts {

  private final Calendars calendars;
  private final long latenessNs;
  private final Lines lines;
  private final FigureRows rows;
  private final FoldMemory memory;
  private final Marks marks = new Marks();
  private final CycleChanges cycleChanges = new CycleChanges();
  private final Targets targets;
  private final boolean again;
  private final Corrections corrections;
  private final OrderEvents orderEvents;
  private final Map<String, List<PlannedOrder>> planned;
  private final MachineReasons.Book reasons;
  private final Sessions sessions;
  private long publishFrom = Long.MIN_VALUE;

  SharedParts(
      EfficiencyConfig efficiency,
      SignalRules.Book book,
      FoldMemory memory,
      @Nullable Again again) {
    this.memory = memory;
    this.again = again != null;
    corrections = new Corrections(again == null ? Corrections.MOST : Integer.MAX_VALUE);
    long reach = again == null ? OrderEvents.REACH : Long.MAX_VALUE / 2;
    orderEvents = new OrderEvents(reach, again != null);
    planned = efficiency.planned().stream().collect(Collectors.groupingBy(PlannedOrder::order));
    calendars = new Calendars(efficiency);
    targets = new Targets(efficiency);
    latenessNs = efficiency.allowedLateness().toNanos();
    reasons = new MachineReasons.Book(efficiency.reasons());
    rows =
        new FigureRows(
            memory.mostMachines, !efficiency.reasons().isEmpty(), efficiency.changeovers(), again);
    sessions = new Sessions(book.hasSessions());
    lines = new Lines(efficiency.lines(), calendars, rows, memory, marks, again != null);
  }

  Calendars calendars() {
    return calendars;
  }

  long latenessNs() {
    return latenessNs;
  }

  Lines lines() {
    return lines;
  }

  FigureRows rows() {
    return rows;
  }

  FoldMemory memory() {
    return memory;
  }

  MachineReasons.Book reasons() {
    return reasons;
  }

  /** The spans that must be folded again. */
  Marks marks() {
    return marks;
  }

  /** What machines and lines aim at. */
  Targets targets() {
    return targets;
  }

  CycleChanges cycleChanges() {
    return cycleChanges;
  }

  /** Whether a past span is folded again: only rows that are final are written. */
  boolean again() {
    return again;
  }

  Corrections corrections() {
    return corrections;
  }

  OrderEvents orderEvents() {
    return orderEvents;
  }

  /** The orders that are to be made, by their id. */
  Map<String, List<PlannedOrder>> planned() {
    return planned;
  }

  Sessions sessions() {
    return sessions;
  }

  /** Buckets that began before are not written, because they would be incomplete. */
  long publishFrom() {
    return publishFrom;
  }

  void publishFrom(long instant) {
    publishFrom = instant;
  }
}
