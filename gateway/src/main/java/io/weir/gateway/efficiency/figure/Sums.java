package io.weir.gateway.efficiency.figure;

import io.weir.gateway.efficiency.config.Target;
import io.weir.gateway.efficiency.signal.Signals;
import io.weir.gateway.model.MachineState;
import java.util.List;

/**
 * The sums of one bucket, as an array of whole numbers: times and ideal times in nanoseconds,
 * pieces in millionths, energy in billionths of a kWh, the rest counts. All figures are computed
 * from them. Sums over machines add them place by place.
 */
public final class Sums {

  /** Millionths in a piece. */
  public static final double PIECE = 1e6;

  /** Billionths in a kWh. */
  public static final double KWH = 1e9;

  /**
   * The most that a bucket of a machine holds of pieces, ideal time and energy, below 0 too: almost
   * ten years. So sums over machines do not overflow, and where they would they stay at the end.
   */
  public static final double MOST = 3e17;

  // The disjoint times that together are planned busy time.
  public static final int RUN = 0;
  public static final int SETUP = 1;
  public static final int MICRO_STOP = 2;
  static final int STARVED = 3;
  static final int BLOCKED = 4;
  public static final int DOWN = 5;
  static final int IDLE = 6;
  public static final int UNKNOWN = 7;
  public static final int BUSY_TIMES = 8;

  static final int PLANNED_STOP = 8;
  public static final int CALENDAR = 9;
  public static final int REPAIR = 10;

  /** Actual production time: run, and micro-stops if they count as a loss of performance. */
  public static final int APT = 11;

  // Pieces, those of them that bridge unknown time, and ideal times.
  public static final int TOTAL = 12;
  public static final int GOOD = 13;
  public static final int SCRAP = 14;
  public static final int REWORK = 15;
  public static final int GAP_TOTAL = 16;
  static final int GAP_GOOD = 17;
  static final int GAP_SCRAP = 18;

  /** Pieces of known, planned time: those with an ideal time. */
  public static final int TIMED_TOTAL = 19;

  public static final int TIMED_GOOD = 20;
  static final int TIMED_SCRAP = 21;
  public static final int IDEAL_TOTAL = 22;
  public static final int IDEAL_GOOD = 23;
  public static final int IDEAL_SCRAP = 24;

  /** Counts without a known ideal cycle: ratios of ideal times are then not defined. */
  public static final int WITHOUT_CYCLE = 25;

  public static final int FAILURES = 26;
  public static final int MICRO_STOPS = 27;
  public static final int ENERGY = 28;

  /**
   * Values of counters that cannot be right: more than the ideal cycle allows, two of an instant.
   */
  public static final int IMPLAUSIBLE = 29;

  // Of complete sums: how many machines are included, and for how many a value is not known.
  public static final int MEMBERS = 30;
  public static final int NO_TOTAL = 31;
  public static final int NO_GOOD = 32;
  public static final int FINAL = 33;
  public static final int REVISION = 34;

  /**
   * The ideal cycle at the end of the bucket, for a bottleneck without pieces; 0 where it is not
   * known.
   */
  public static final int CYCLE = 35;

  /** Not 0 if an ideal cycle was known for any of the time or the pieces. */
  public static final int CYCLE_KNOWN = 36;

  // Of complete sums: how many machines have no ideal time, and how many have an energy meter.
  public static final int NO_CYCLE = 37;
  public static final int METERED = 38;

  // Of the sums of a line until they are finished: the ideal time of the bottleneck, the pieces it
  // is for, and how many output machines are included.
  public static final int LINE_IDEAL = 39;
  public static final int LINE_TIMED = 40;
  public static final int LINE_OUTPUTS = 41;

  /** Of complete sums: for how many machines more pieces were judged than made. */
  public static final int CONTRADICTORY = 42;

  // Of complete sums of a line: pieces made while its bottleneck stood still.
  public static final int STOCK_TOTAL = 44;
  public static final int STOCK_GOOD = 45;

  /** Of complete sums: how many machines count rework. */
  public static final int REWORKED = 43;

  /**
   * Not 0 if the bucket has not all of its time, because the calendar moved while it was open: it
   * is not written, since the store may hold more.
   */
  public static final int PARTIAL = 46;

  // The energy by what the machine did with it, in the order of EnergyMeter.Use; the rest was used
  // in planned stops and outside shifts.
  public static final int ENERGY_RUN = 47;
  public static final int ENERGY_SETUP = 48;
  public static final int ENERGY_STOP = 49;
  public static final int ENERGY_UNKNOWN = 50;

  /** Time of stops, without micro-stops, whose reason is not in the tree of reasons. */
  public static final int UNCODED = 51;

  /**
   * Of complete sums, the ideal time of the good pieces that are aimed at in the known time.
   * Before, how much more that is than at the target that holds where no other one does.
   */
  public static final int TARGET = 52;

  /** How much more of it the line of the machine aims at than the machine itself. */
  public static final int LINE_TARGET = 53;

  public static final int SIZE = 54;

  /** Pieces on their way from one counter to the next are no contradiction: up to so many. */
  private static final long ON_THE_WAY = 2_000_000;

  /** Where groups of total, good and scrap begin. */
  public static final List<Integer> GROUPS = List.of(TOTAL, GAP_TOTAL, TIMED_TOTAL, IDEAL_TOTAL);

  private Sums() {}

  /** All sums 0. */
  public static long[] none() {
    return new long[SIZE];
  }

  /** The place of the time that a state fills. */
  public static int timeOf(MachineState state) {
    return switch (state) {
      case RUNNING -> RUN;
      case SETUP -> SETUP;
      case MICRO_STOP -> MICRO_STOP;
      case STARVED -> STARVED;
      case BLOCKED -> BLOCKED;
      case DOWN -> DOWN;
      case IDLE -> IDLE;
      case UNKNOWN -> UNKNOWN;
      case PLANNED -> PLANNED_STOP;
    };
  }

  public static long plannedBusy(long[] sums) {
    long sum = 0;
    for (int i = 0; i < BUSY_TIMES; i++) {
      sum += sums[i];
    }
    return sum;
  }

  /** Planned busy time of which the state is known. */
  static long known(long[] sums) {
    return plannedBusy(sums) - sums[UNKNOWN];
  }

  /** Corrections have moved time: what is aimed at goes with the known time. */
  public static void moveTargets(long[] sums, long knownBefore) {
    long known = known(sums);
    if (known != knownBefore) {
      double share = knownBefore == 0 ? 0 : (double) known / knownBefore;
      sums[TARGET] = Math.round(sums[TARGET] * share);
      sums[LINE_TARGET] = Math.round(sums[LINE_TARGET] * share);
    }
  }

  /**
   * Completes what is aimed at.
   *
   * @param usual the target that holds where no other one does, in {@link Target#PARTS}
   */
  public static void completeTarget(long[] sums, long usual) {
    long known = known(sums);
    sums[TARGET] += known / Target.PARTS * usual + known % Target.PARTS * usual / Target.PARTS;
  }

  public static void add(long[] to, long[] sums) {
    for (int i = 0; i < to.length; i++) {
      long sum = to[i] + sums[i];
      boolean overflows = ((to[i] ^ sum) & (sums[i] ^ sum)) < 0;
      to[i] = !overflows ? sum : sum < 0 ? Long.MAX_VALUE : Long.MIN_VALUE;
    }
  }

  /** Adds the later part of a period to the earlier one. */
  public static void append(long[] to, long[] later) {
    for (int i = 0; i < to.length; i++) {
      to[i] =
          switch (i) {
            case CYCLE -> later[i] != 0 ? later[i] : to[i];
            case CYCLE_KNOWN, PARTIAL -> Math.max(to[i], later[i]);
            default -> to[i] + later[i];
          };
    }
  }

  public static void subtract(long[] from, long[] sums) {
    for (int i = 0; i < from.length; i++) {
      from[i] -= sums[i];
    }
  }

  /** Whether the figures are equal; the revision and whether they are final do not count. */
  public static boolean sameFigures(long[] one, long[] other) {
    for (int i = 0; i < SIZE; i++) {
      if (one[i] != other[i] && i != REVISION && i != FINAL) {
        return false;
      }
    }
    return true;
  }

  /**
   * Completes the sums from the counters that a machine has: two of total, good and scrap give the
   * third. A total alone gives the others only if all pieces are assumed to be good.
   *
   * @param counters bits in the order of the counts, and {@link Signals#METER}
   * @param hasCycle whether the ideal cycle is configured
   */
  public static void complete(long[] sums, int counters, boolean assumeGood, boolean hasCycle) {
    boolean total = (counters & 1) != 0;
    boolean good = (counters & 2) != 0;
    boolean scrap = (counters & 4) != 0;
    if (!total) {
      fit(sums, 1);
      fit(sums, 2);
    }
    sums[MEMBERS] = 1;
    sums[REWORKED] = (counters & 8) != 0 ? 1 : 0;
    sums[METERED] = (counters & Signals.METER) != 0 ? 1 : 0;
    sums[NO_CYCLE] = sums[CYCLE_KNOWN] == 0 && (!hasCycle || sums[WITHOUT_CYCLE] > 0) ? 1 : 0;
    sums[NO_TOTAL] = total || (good && scrap) ? sums[NO_TOTAL] : 1;
    sums[NO_GOOD] = good || (total && (scrap || assumeGood)) ? sums[NO_GOOD] : 1;
    deriveThird(sums, counters, assumeGood);
    if (!total && good && scrap) {
      fit(sums, 0);
    }
    sums[CONTRADICTORY] = contradicts(sums, counters) ? 1 : 0;
  }

  /**
   * Where a correction took pieces back, they may have been counted in another time: neither those
   * of unknown time nor those with an ideal time are below 0 then, nor more than all.
   *
   * @param kind total, good or scrap
   */
  public static void fit(long[] sums, int kind) {
    long all = sums[TOTAL + kind];
    long gap = between(sums[GAP_TOTAL + kind], all);
    long told = sums[TIMED_TOTAL + kind];
    long timed = between(told, all - gap);
    double ideal = sums[IDEAL_TOTAL + kind];
    if (timed != told) {
      ideal = timed == 0 ? 0 : ideal * timed / told;
    }
    sums[GAP_TOTAL + kind] = gap;
    sums[TIMED_TOTAL + kind] = timed;
    sums[IDEAL_TOTAL + kind] =
        timed == told && ideal * timed >= 0
            ? sums[IDEAL_TOTAL + kind]
            : Math.round(timed < 0 ? Math.min(0, ideal) : Math.max(0, ideal));
  }

  /** A number between 0 and a limit that may be below. */
  private static long between(long number, long limit) {
    return Math.max(Math.min(0, limit), Math.min(Math.max(0, limit), number));
  }

  /**
   * Whether good and scrap are more than the total, by more than two pieces and a hundredth of it.
   * What was not counted was derived, so it is below 0 then.
   */
  private static boolean contradicts(long[] sums, int counters) {
    long most = sums[TOTAL] + Math.max(ON_THE_WAY, sums[TOTAL] / 100);
    boolean judged = (counters & 0b110) != 0 && sums[NO_TOTAL] == 0;
    return judged && Math.max(sums[GOOD], 0) + Math.max(sums[SCRAP], 0) > most;
  }

  /**
   * Of total, good and scrap, that which is not counted, where the others give it.
   *
   * @param counters bits in the order of the counts
   */
  public static void deriveThird(long[] sums, int counters, boolean assumeGood) {
    boolean total = (counters & 1) != 0;
    boolean good = (counters & 2) != 0;
    boolean scrap = (counters & 4) != 0;
    if (!total && good && scrap) {
      derive(sums, 0, 1, 2, 1);
    }
    if (!good && total && (scrap || assumeGood)) {
      derive(sums, 1, 0, 2, -1); // without a counter of scrap there is no scrap
    }
    if (!scrap && total && (good || assumeGood)) {
      derive(sums, 2, 0, 1, -1);
    }
  }

  /** For all groups of pieces and ideal times: {@code kind = one + sign * other}. */
  private static void derive(long[] sums, int kind, int one, int other, int sign) {
    for (int group : GROUPS) {
      sums[group + kind] = sums[group + one] + sign * sums[group + other];
    }
  }
}
