package io.weir.gateway.efficiency;

import io.weir.gateway.efficiency.config.EfficiencyConfig;
import io.weir.gateway.efficiency.figure.Sums;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The sums of a line: which there are beyond {@link Sums}, and what a machine adds to each.
 *
 * <p>Without an entry, a line is the sum of its machines. With one, its times are those of its
 * bottleneck, its good pieces those of its output, its scrap that of all machines.
 */
final class LineSums {

  // Beyond Sums, of a line with an entry; each group of pieces is total, good and scrap.

  /** Pieces with an ideal time, of the machines beside the bottleneck. */
  static final int OTHERS = 54;

  // Of an hour, a shift or a day: the minutes of it that are no longer kept. The known time of the
  // bottleneck in them, the pieces of OTHERS, and those of these that nobody saw.
  static final int SPLIT_KNOWN = 57;
  static final int SPLIT = 58;
  static final int SPLIT_UNSEEN = 61;

  /** Time of minutes that were given up before the bottleneck and the output had passed them. */
  static final int UNSPLIT_TIME = 64;

  static final int WIDTH = 65;

  /** Where {@link #OTHERS} was before there were targets. */
  private static final int OTHERS_BEFORE = 52;

  /** What only the bottleneck has part in, beside the times up to APT. */
  private static final int[] OF_BOTTLENECK = {
    Sums.FAILURES,
    Sums.MICRO_STOPS,
    Sums.UNCODED,
    Sums.WITHOUT_CYCLE,
    Sums.CYCLE,
    Sums.LINE_IDEAL,
    Sums.LINE_TIMED,
    Sums.TARGET
  };

  private static final int[] OF_ALL_MACHINES = {
    Sums.ENERGY,
    Sums.ENERGY_RUN,
    Sums.ENERGY_SETUP,
    Sums.ENERGY_STOP,
    Sums.ENERGY_UNKNOWN,
    Sums.METERED,
    Sums.IMPLAUSIBLE,
    Sums.CONTRADICTORY,
    Sums.MEMBERS,
    Sums.FINAL,
    Sums.REVISION,
    Sums.PARTIAL
  };
  private static final int[] PIECES = {Sums.TOTAL, Sums.GAP_TOTAL, Sums.TIMED_TOTAL};

  private final EfficiencyConfig.@Nullable Line entry;

  LineSums(EfficiencyConfig.@Nullable Line entry) {
    this.entry = entry;
  }

  /** All 0. */
  long[] none() {
    return new long[width()];
  }

  private int width() {
    return entry == null ? Sums.SIZE : WIDTH;
  }

  /** What the sums of a machine add to those of the line. */
  long[] part(String machine, String bottleneck, long[] sums) {
    if (entry == null) {
      return ofLine(sums);
    }
    long[] part = new long[WIDTH];
    for (int each : OF_ALL_MACHINES) {
      part[each] = sums[each];
    }
    part[Sums.REWORK] = sums[Sums.REWORK]; // part of the scrap, which is that of all machines
    part[Sums.REWORKED] = sums[Sums.REWORKED];
    boolean output = entry.output().contains(machine);
    for (int group : PIECES) {
      part[group] =
          sums[group + (output ? 0 : 2)]; // scrap upstream was a piece of the line as well
      part[group + 1] = output ? sums[group + 1] : 0;
      part[group + 2] = sums[group + 2];
    }
    if (machine.equals(bottleneck)) {
      System.arraycopy(sums, 0, part, 0, Sums.APT + 1);
      for (int each : OF_BOTTLENECK) {
        part[each] = sums[each];
      }
      part[Sums.TARGET] += sums[Sums.LINE_TARGET];
      part[Sums.LINE_IDEAL] = sums[Sums.IDEAL_TOTAL];
      part[Sums.LINE_TIMED] = sums[Sums.TIMED_TOTAL];
    } else {
      System.arraycopy(part, Sums.TIMED_TOTAL, part, OTHERS, PieceSplit.GROUP);
    }
    if (output) {
      part[Sums.NO_TOTAL] = sums[Sums.NO_TOTAL];
      part[Sums.NO_GOOD] = sums[Sums.NO_GOOD];
      part[Sums.LINE_OUTPUTS] = 1;
    }
    return part;
  }

  /** The sums of a machine, with what its line aims at. */
  private static long[] ofLine(long[] sums) {
    if (sums[Sums.LINE_TARGET] == 0) {
      return sums;
    }
    long[] ofLine = sums.clone();
    ofLine[Sums.TARGET] += ofLine[Sums.LINE_TARGET];
    ofLine[Sums.LINE_TARGET] = 0;
    return ofLine;
  }

  /**
   * The same pieces with the times of another machine.
   *
   * @param row the row of that machine, {@code null} where it has none yet
   */
  long[] withBottleneck(String to, long[] before, long @Nullable [] row) {
    long[] sums = before.clone();
    Arrays.fill(sums, 0, Sums.APT + 1, 0);
    for (int each : OF_BOTTLENECK) {
      sums[each] = 0;
    }
    Arrays.fill(sums, SPLIT_KNOWN, SPLIT_UNSEEN + PieceSplit.GROUP, 0);
    System.arraycopy(sums, Sums.TIMED_TOTAL, sums, OTHERS, PieceSplit.GROUP);
    if (row != null) {
      long[] part = part(to, to, row);
      System.arraycopy(part, 0, sums, 0, Sums.APT + 1);
      for (int each : OF_BOTTLENECK) {
        sums[each] = part[each];
      }
      for (int i = 0; i < PieceSplit.GROUP; i++) {
        sums[OTHERS + i] -= part[Sums.TIMED_TOTAL + i];
      }
    }
    return sums;
  }

  /**
   * The sums of a line with an entry in their end: sets the ideal times of the pieces, and which
   * are not known.
   *
   * @param wide all sums
   * @param sums those of {@link Sums}, which are completed
   * @param cycleNs the ideal cycle of the bottleneck, where it has no row
   */
  static void complete(long[] wide, long[] sums, long cycleNs) {
    boolean hasRow = wide[Sums.CALENDAR] > 0; // then it says which cycle it had, 0 for none yet
    long last = hasRow ? wide[Sums.CYCLE] : cycleNs;
    double cycle =
        wide[Sums.LINE_TIMED] > 0
            ? (double) wide[Sums.LINE_IDEAL] / wide[Sums.LINE_TIMED]
            : last / Sums.PIECE;
    Sums.fit(sums, 0);
    boolean isTimed = sums[Sums.TIMED_TOTAL] != 0 || sums[Sums.TIMED_GOOD] != 0;
    sums[Sums.NO_CYCLE] = cycle <= 0 && isTimed ? 1 : 0;
    sums[Sums.NO_TOTAL] += wide[Sums.LINE_OUTPUTS] > 0 ? 0 : 1;
    sums[Sums.NO_GOOD] += wide[Sums.LINE_OUTPUTS] > 0 ? 0 : 1;
    sums[Sums.IDEAL_TOTAL] = Math.round(cycle * sums[Sums.TIMED_TOTAL]);
    sums[Sums.IDEAL_GOOD] = Math.round(cycle * sums[Sums.TIMED_GOOD]);
  }

  /**
   * The sums of an order of a line with an entry. Its minutes are not kept, so the pieces of other
   * machines are divided like all its time: those of the unknown part have no ideal time.
   *
   * @param parts the first one is that of the bottleneck
   * @param cycleNs the ideal cycle of the bottleneck, where it has no row
   */
  long[] ofOrder(List<LineOrders.Part> parts, long cycleNs) {
    String bottleneck = parts.get(0).machine();
    long[] wide = new long[WIDTH];
    for (LineOrders.Part part : parts) {
      Sums.add(wide, part(part.machine(), bottleneck, part.run().row().sums()));
    }
    long[] sums = Arrays.copyOf(wide, Sums.SIZE);
    long busy = Sums.plannedBusy(wide);
    for (int i = 0; i < PieceSplit.GROUP && busy > 0; i++) {
      long unknown = Math.round((double) wide[OTHERS + i] * wide[Sums.UNKNOWN] / busy);
      sums[Sums.GAP_TOTAL + i] += unknown;
      sums[Sums.TIMED_TOTAL + i] -= unknown;
    }
    complete(wide, sums, cycleNs);
    return sums;
  }

  /** Sums that were read, of whatever entry they were, as this entry has them. */
  long[] fitting(long[] read) {
    return Arrays.copyOf(read, width());
  }

  /** Whether sums that were read say more than this entry has a place for. */
  static boolean isCut(long[] read, long[] fitting) {
    return !Arrays.equals(Arrays.copyOf(fitting, WIDTH), read);
  }

  /** Sums of a state without targets: what is beyond {@link Sums} lay elsewhere. */
  static long[] withoutTargets(long[] read) {
    long[] sums = read.clone();
    System.arraycopy(read, OTHERS_BEFORE, sums, OTHERS, WIDTH - OTHERS);
    Arrays.fill(sums, OTHERS_BEFORE, OTHERS, 0);
    return sums;
  }
}
