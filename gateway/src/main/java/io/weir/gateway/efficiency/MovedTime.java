package io.weir.gateway.efficiency;

import io.weir.gateway.efficiency.EnergyMeter.Use;
import io.weir.gateway.efficiency.codec.StateCodec;
import io.weir.gateway.efficiency.figure.Sums;

/**
 * How much of the time in some sums corrections have moved from one {@link Use} to another. So the
 * time that the machine reported is known too, and energy and targets of a row go with the time in
 * one share, whatever was corrected before.
 *
 * <p>Mutable; belongs to one row, or to its {@link OrderRun}.
 */
@SuppressWarnings("EnumOrdinal") // the order of the uses is part of the format
final class MovedTime {

  private static final Use[] USES = Use.values();
  private static final long[] NOTHING = {};

  /** From each use to each other one; empty where nothing was moved, as mostly. */
  private long[] lengths = NOTHING;

  MovedTime copy() {
    MovedTime copy = new MovedTime();
    copy.lengths = lengths.clone();
    return copy;
  }

  void add(Use from, Use to, long length) {
    if (from != to && length != 0) {
      lengths = lengths.length == 0 ? new long[USES.length * USES.length] : lengths;
      lengths[place(from, to)] += length;
    }
  }

  void add(MovedTime more) {
    for (Use from : USES) {
      for (Use to : USES) {
        add(from, to, more.length(from, to));
      }
    }
  }

  private long length(Use from, Use to) {
    return lengths.length == 0 ? 0 : lengths[place(from, to)];
  }

  private static int place(Use from, Use to) {
    return from.ordinal() * USES.length + to.ordinal();
  }

  /** The time of a use as the machine reported it. */
  private long reported(Use use, long[] sums) {
    long time = EnergyMeter.timeOf(use, sums);
    for (Use other : USES) {
      time += length(use, other) - length(other, use);
    }
    return time;
  }

  /**
   * Completes sums whose time was moved: the energy of a use goes with the time of that use, in
   * equal parts, and what is aimed at with the known time.
   */
  void complete(long[] sums) {
    if (lengths.length > 0) {
      moveEnergy(sums);
      long known = reported(Use.RUN, sums) + reported(Use.SETUP, sums) + reported(Use.STOP, sums);
      Sums.moveTargets(sums, known);
    }
  }

  private void moveEnergy(long[] sums) {
    long[] before = sums.clone();
    for (Use from : USES) {
      long time = reported(from, before);
      for (Use to : USES) {
        long length = Math.min(length(from, to), time);
        if (length > 0) {
          double share = (double) length / time;
          long energy = Math.round(EnergyMeter.energyOf(from, before) * share);
          EnergyMeter.add(from, sums, -energy);
          EnergyMeter.add(to, sums, energy);
        }
      }
    }
  }

  void exchange(StateCodec codec) {
    if (codec.flag(lengths.length > 0)) {
      lengths = lengths.length == 0 ? new long[USES.length * USES.length] : lengths;
      for (int place = 0; place < lengths.length; place++) {
        lengths[place] = codec.number(lengths[place]);
      }
    }
  }
}
