package io.weir.gateway.efficiency;

import io.weir.gateway.model.Asset;
import io.weir.gateway.model.MachineState;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The factory as it is now, for the live page and the API. Immutable. Instants are nanoseconds
 * since the epoch.
 *
 * @param wallNs when it was taken
 * @param targetOee the OEE aimed at
 * @param machines in the order in which they were first seen
 * @param lines in the order in which they were first seen
 * @param late readings of all machines that came later than allowed
 * @param ignored readings of machines beyond the limit of one gateway
 */
public record EfficiencySnapshot(
    long wallNs,
    double targetOee,
    List<MachineNow> machines,
    List<LineNow> lines,
    long late,
    long ignored) {

  /** Before the first reading. */
  static EfficiencySnapshot empty(double targetOee) {
    return new EfficiencySnapshot(0, targetOee, List.of(), List.of(), 0, 0);
  }

  /**
   * A machine.
   *
   * @param asOf the instant of the machine's own time for which all of this holds
   * @param seen its newest reading
   * @param state the current state as the calendar counts it
   * @param reason the reason of the state, "" where none is known
   * @param since when the state began
   * @param product the current product, "" where none is known
   * @param shift the current shift
   * @param last the shift before, or {@code null} where there was none
   * @param late its readings that came later than allowed
   * @param received when its last reading arrived, by the wall clock
   * @param silentAfterNs how long it may be silent before its state is unknown
   * @param stop the current stop, or {@code null} where it runs or is not planned to run
   */
  public record MachineNow(
      Asset asset,
      long asOf,
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
      @Nullable OpenStop stop) {}

  /**
   * The part of a stop that lies in the current shift and is not over.
   *
   * @param start when that part began
   * @param count 1 where the stop began with it, else 0
   */
  public record OpenStop(long start, String shift, MachineState state, String reason, int count) {}

  /** A line in the current shift of its machines, and in the shift before where there was one. */
  public record LineNow(Asset asset, ShiftFigures shift, @Nullable ShiftFigures last) {}

  /** The figures of one shift, so far. */
  public record ShiftFigures(String name, long start, long end, Figures figures) {}
}
