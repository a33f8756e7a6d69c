package io.weir.gateway.efficiency.figure;

import io.weir.gateway.model.Asset;
import io.weir.gateway.model.MachineState;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The factory as it is now, for the live page and the API. Immutable. Instants are nanoseconds
 * since the epoch.
 *
 * @param wallNs when it was taken
 * @param asOfNs all that was received up to then is in it; 0 before the first reading
 * @param targetOee the OEE aimed at
 * @param machines in the order in which they were first seen
 * @param lines in the order in which they were first seen
 * @param late readings of all machines that came later than allowed
 * @param ignored readings of machines beyond the limit of one gateway
 * @param ignoredOfSignals readings that would be in the statistics of a signal beyond that limit
 * @param implausible values of counters that cannot be right
 */
public record EfficiencySnapshot(
    long wallNs,
    long asOfNs,
    double targetOee,
    List<MachineNow> machines,
    List<LineNow> lines,
    long late,
    long ignored,
    long ignoredOfSignals,
    long implausible) {

  private static final long BEHIND_NS = 10_000_000_000L;

  /**
   * Whether what the log has is not yet in it, as after a start: a machine that is missing may
   * still come.
   */
  public boolean isBehind() {
    return wallNs == 0 || wallNs - asOfNs > BEHIND_NS;
  }

  /** Before the first reading. */
  public static EfficiencySnapshot empty(double targetOee) {
    return new EfficiencySnapshot(0, 0, targetOee, List.of(), List.of(), 0, 0, 0, 0);
  }

  /** The same, with all that was received up to an instant. */
  public EfficiencySnapshot asOf(long instant) {
    return new EfficiencySnapshot(
        wallNs, instant, targetOee, machines, lines, late, ignored, ignoredOfSignals, implausible);
  }

  /**
   * The same, where the last shift of some was made again.
   *
   * @param again by machine or line
   */
  public EfficiencySnapshot with(Map<Asset, ShiftFigures> again) {
    if (again.isEmpty()) {
      return this;
    }
    List<MachineNow> machinesNow =
        machines.stream()
            .map(each -> each.last(lastOf(again.get(each.asset), each.shift, each.last)))
            .toList();
    List<LineNow> linesNow =
        lines.stream()
            .map(
                each ->
                    new LineNow(
                        each.asset,
                        each.shift,
                        lastOf(again.get(each.asset), each.shift, each.last)))
            .toList();
    return new EfficiencySnapshot(
        wallNs,
        asOfNs,
        targetOee,
        machinesNow,
        linesNow,
        late,
        ignored,
        ignoredOfSignals,
        implausible);
  }

  /** The one that was made again, if it is the one before the present; its times may be others. */
  private static @Nullable ShiftFigures lastOf(
      @Nullable ShiftFigures again, ShiftFigures present, @Nullable ShiftFigures last) {
    boolean replaces =
        again != null && again.end <= present.start && (last == null || again.end > last.start);
    return replaces ? again : last;
  }

  /**
   * A machine.
   *
   * @param asOf the instant of the machine's own time for which all of this holds
   * @param heard whether a reading of it ever came; if not, only the configuration names it
   * @param seen its newest reading; where none came, since when it is expected
   * @param state the current state as the calendar counts it
   * @param reason the reason of the state, "" where none is known
   * @param since when the state began
   * @param product the current product, "" where none is known
   * @param shift the current shift
   * @param last the shift before, or {@code null} where there was none
   * @param late its readings that came later than allowed
   * @param received when its last reading arrived, by the wall clock
   * @param silentAfterNs how long it may be silent before its state is unknown
   * @param stops its newest stops in the order of time; the last may be open
   * @param stopsFrom from when on {@code stops} has all of them
   * @param order the one that it makes, or {@code null}
   */
  public record MachineNow(
      Asset asset,
      long asOf,
      boolean heard,
      long seen,
      MachineState state,
      String reason,
      long since,
      String product,
      ShiftFigures shift,
      @Nullable ShiftFigures last,
      long late,
      long received,
      long silentAfterNs,
      List<RecentStop> stops,
      long stopsFrom,
      @Nullable OrderNow order) {

    /**
     * Until when what is known of it holds, in its own time, as of a wall time, which is the
     * latest.
     */
    public long holdsUntil(long wallNs) {
      return Math.min(wallNs, seen + silentAfterNs + Math.max(0, wallNs - received));
    }

    private MachineNow last(@Nullable ShiftFigures other) {
      return Objects.equals(other, last)
          ? this
          : new MachineNow(
              asset,
              asOf,
              heard,
              seen,
              state,
              reason,
              since,
              product,
              shift,
              other,
              late,
              received,
              silentAfterNs,
              stops,
              stopsFrom,
              order);
    }
  }

  /**
   * A stop, or its part in one shift. It is known only up to the machine's own time, which is that
   * of its newest reading; so it never gets shorter while its readings come in order.
   *
   * @param count 1 where the stop began with it, else 0
   * @param open whether it goes on
   * @param provisional whether it may still turn out to be something else: a stop that is so short
   *     that it may be a micro-stop, or a silence, whose readings may still come
   */
  public record RecentStop(
      long start,
      long end,
      String shift,
      MachineState state,
      String reason,
      int count,
      boolean open,
      boolean provisional) {}

  /**
   * The order that a machine makes.
   *
   * @param product "" where none is known
   * @param quantity that is planned; NaN where it is not known
   * @param start when it began
   * @param total pieces made for it; NaN where that is not known
   * @param good the good ones of them; NaN where that is not known
   * @param progress good pieces / quantity, or all pieces; NaN where that is not known
   */
  public record OrderNow(
      String order,
      String product,
      double quantity,
      long start,
      double total,
      double good,
      double progress) {}

  /** A line in the current shift of its machines, and in the shift before where there was one. */
  public record LineNow(Asset asset, ShiftFigures shift, @Nullable ShiftFigures last) {}

  /** The figures of one shift, so far. */
  public record ShiftFigures(String name, long start, long end, Figures figures) {}
}
