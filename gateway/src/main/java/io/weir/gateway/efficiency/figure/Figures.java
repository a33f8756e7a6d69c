package io.weir.gateway.efficiency.figure;

import io.weir.gateway.model.MachineState;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * The figures of one bucket of a machine, a line, an area or a site (ISO 22400-2). Times are
 * seconds, ratios are 0 to 1 and not capped; an undefined figure is {@code NaN}. All ratios come
 * from sums, never from other ratios.
 */
public final class Figures {

  /** How the sums of a level are formed. */
  public enum Basis {
    /** One machine. */
    MACHINE,
    /** A serial line: times of its bottleneck, pieces of its output; and sums of such lines. */
    BOTTLENECK,
    /** The sum of machines that make no common piece: an average, without pieces. */
    SUM,
    /** Sums of lines with their pieces; quality is weighted, since each line has its own cycle. */
    PLANT;

    /** Value of the field {@code basis}. */
    public String tag() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private static final double NS = 1e9;

  /**
   * A line counts pieces also while its bottleneck stands still. So what it made is compared with a
   * time of the bottleneck only if that is at least this part of the time in shifts.
   */
  private static final double LEAST_TIME = 0.1;

  private final long[] sums;
  private final Basis basis;
  private final int expected;

  public Figures(long[] sums, Basis basis, int expected) {
    this.sums = sums;
    this.basis = basis;
    this.expected = expected;
  }

  /** The lines of a plant as one; without pieces where any of them has none. */
  public static Figures ofPlant(List<Figures> lines) {
    long[] sum = new long[Sums.SIZE];
    Basis basis = Basis.PLANT;
    int expected = 0;
    for (Figures line : lines) {
      Sums.add(sum, line.sums);
      basis = line.basis == Basis.SUM ? Basis.SUM : basis;
      expected += line.expected;
    }
    return new Figures(sum, basis, expected);
  }

  public Basis basis() {
    return basis;
  }

  /** Machines that should be in the sums. */
  public int expected() {
    return expected;
  }

  /** Machines whose figures are in the sums. */
  public int members() {
    return (int) sums[Sums.MEMBERS];
  }

  /** Whether no reading can change the figures any more. */
  public boolean isFinal() {
    return sums[Sums.FINAL] >= expected && sums[Sums.MEMBERS] > 0;
  }

  /** Whether they lack a part of their time, so that they must not replace what stands. */
  public boolean isPartial() {
    return sums[Sums.PARTIAL] != 0;
  }

  /** How often the figures were written again because late readings changed them. */
  public long revision() {
    return sums[Sums.REVISION];
  }

  /** What they are made of; not to be changed. */
  public long[] sums() {
    return sums;
  }

  /** One time of {@link Sums}, in seconds. */
  double seconds(int time) {
    return sums[time] / NS;
  }

  public double plannedBusy() {
    return Sums.plannedBusy(sums) / NS;
  }

  /** Planned busy time of which the state is known. */
  public double known() {
    return (Sums.plannedBusy(sums) - sums[Sums.UNKNOWN]) / NS;
  }

  /** Ideal time of the good pieces that are aimed at: the target, of the known time. */
  public double targetIdeal() {
    return sums[Sums.TARGET] == 0 && known() > 0 ? Double.NaN : seconds(Sums.TARGET);
  }

  /** The OEE aimed at: the mean of the targets in force, by known time. */
  public double targetOee() {
    return known() > 0 ? targetIdeal() / known() : Double.NaN;
  }

  public double run() {
    return seconds(Sums.RUN);
  }

  public double unknown() {
    return seconds(Sums.UNKNOWN);
  }

  public double total() {
    return pieces(Sums.TOTAL, sums[Sums.NO_TOTAL] == 0);
  }

  public double good() {
    return pieces(Sums.GOOD, sums[Sums.NO_GOOD] == 0);
  }

  public double scrap() {
    return pieces(Sums.SCRAP, sums[Sums.NO_TOTAL] == 0 && sums[Sums.NO_GOOD] == 0);
  }

  public double rework() {
    return pieces(Sums.REWORK, true);
  }

  public double gapTotal() {
    return pieces(Sums.GAP_TOTAL, sums[Sums.NO_TOTAL] == 0);
  }

  public double gapGood() {
    return pieces(Sums.GAP_GOOD, sums[Sums.NO_GOOD] == 0);
  }

  /** Pieces of a line that were made while its bottleneck stood still: from stock before it. */
  public double stockTotal() {
    return isOfLines() ? pieces(Sums.STOCK_TOTAL, sums[Sums.NO_TOTAL] == 0) : Double.NaN;
  }

  /** The good ones of these. */
  public double stockGood() {
    return isOfLines() ? pieces(Sums.STOCK_GOOD, sums[Sums.NO_GOOD] == 0) : Double.NaN;
  }

  private boolean isOfLines() {
    return basis == Basis.BOTTLENECK || basis == Basis.PLANT;
  }

  /** The time, or {@code NaN} where it is too short to be compared with pieces. */
  private double comparable(double seconds) {
    double inShifts = plannedBusy() + seconds(Sums.PLANNED_STOP);
    return isOfLines() && seconds < LEAST_TIME * inShifts ? Double.NaN : seconds;
  }

  private double pieces(int kind, boolean known) {
    return known && basis != Basis.SUM ? sums[kind] / Sums.PIECE : Double.NaN;
  }

  /** Sum of PRI x PQ, seconds, of the pieces whose ideal cycle is known. */
  public double idealTotal() {
    return ideal(Sums.IDEAL_TOTAL, Sums.NO_TOTAL);
  }

  /** Sum of PRI x GQ, seconds, of the pieces whose ideal cycle is known. */
  public double idealGood() {
    return ideal(Sums.IDEAL_GOOD, Sums.NO_GOOD);
  }

  private double ideal(int kind, int missing) {
    boolean known =
        sums[missing] == 0
            && sums[Sums.NO_CYCLE] == 0
            && (basis != Basis.MACHINE || sums[Sums.CYCLE_KNOWN] > 0);
    return known ? sums[kind] / NS : Double.NaN;
  }

  /**
   * The ideal time if it includes all pieces, else {@code NaN}: ratios of a part are not defined.
   */
  private double complete(double ideal) {
    return sums[Sums.WITHOUT_CYCLE] == 0 ? ideal : Double.NaN;
  }

  public long failures() {
    return sums[Sums.FAILURES];
  }

  public long microStops() {
    return sums[Sums.MICRO_STOPS];
  }

  /**
   * Values of counters that cannot be right: more pieces than twice what the ideal cycle allows, a
   * total that went back, two deltas of one instant.
   */
  public long implausible() {
    return sums[Sums.IMPLAUSIBLE];
  }

  /** Machines of which more pieces were good or scrap than were made. */
  public long contradictory() {
    return sums[Sums.CONTRADICTORY];
  }

  public double energyKwh() {
    return sums[Sums.ENERGY] / Sums.KWH;
  }

  /** The energy of one of the places from {@link Sums#ENERGY_RUN} on, kWh. */
  double energyKwh(int place) {
    return sums[Sums.METERED] > 0 ? sums[place] / Sums.KWH : Double.NaN;
  }

  /** The energy of planned stops and of the time outside shifts, kWh. */
  public double plannedStopKwh() {
    long rest = sums[Sums.ENERGY] - sums[Sums.ENERGY_RUN] - sums[Sums.ENERGY_SETUP];
    rest -= sums[Sums.ENERGY_STOP] + sums[Sums.ENERGY_UNKNOWN];
    return sums[Sums.METERED] > 0 ? rest / Sums.KWH : Double.NaN;
  }

  public double kwhPerUnit() {
    return sums[Sums.METERED] > 0 ? ratio(energyKwh(), total()) : Double.NaN;
  }

  private double apt() {
    return seconds(Sums.APT);
  }

  /** APT / known. */
  public double availability() {
    return ratio(apt(), known());
  }

  /** E = sum(PRI x PQ) / APT; the performance of OEE. */
  public double effectiveness() {
    return share(complete(idealTotal()), comparable(apt()));
  }

  /** GQ / PQ; where machines make no common piece, weighted with their ideal cycles. */
  public double qualityRatio() {
    return basis == Basis.SUM || basis == Basis.PLANT
        ? share(complete(idealGood()), idealTotal())
        : share(good(), total());
  }

  /** Sum of PRI x GQ / known. */
  public double oee() {
    return share(complete(idealGood()), comparable(known()));
  }

  /** As OEE, but setup is not a loss. */
  public double nee() {
    return ratio(apt() + seconds(Sums.SETUP), known()) * effectiveness() * qualityRatio();
  }

  /** Sum of PRI x GQ / all time. */
  public double teep() {
    return share(complete(idealGood()), seconds(Sums.CALENDAR));
  }

  public double scrapRatio() {
    return share(scrap(), total());
  }

  /** RQ / PQ; not defined where no machine counts rework. */
  public double reworkRatio() {
    return sums[Sums.REWORKED] > 0 ? share(rework(), total()) : Double.NaN;
  }

  /** Pieces that are neither good nor can be reworked / PQ. */
  public double productionLossRatio() {
    return share(total() - good() - rework(), total());
  }

  /** AUBT: the known time in which the machine executes orders; all but being down without one. */
  private double busy() {
    return busyNs() / NS;
  }

  /** In whole nanoseconds, of which nothing is left where a difference is 0. */
  private long busyNs() {
    return Sums.plannedBusy(sums) - sums[Sums.UNKNOWN] - sums[Sums.IDLE];
  }

  /** AUBT / known. */
  public double allocationEfficiency() {
    return ratio(busy(), known());
  }

  /** APT / AUBT. */
  public double utilizationEfficiency() {
    return ratio(apt(), busy());
  }

  /** APT / (APT + ADET). */
  public double technicalEfficiency() {
    return ratio(apt(), (busyNs() - sums[Sums.SETUP]) / NS);
  }

  /** AUST / (APT + AUST). */
  public double setupRatio() {
    return ratio(seconds(Sums.SETUP), apt() + seconds(Sums.SETUP));
  }

  /** PQ / what the ideal cycle allows in the known time: A x E. */
  public double equipmentLoad() {
    return share(complete(idealTotal()), known());
  }

  /** PQ / AOET, in pieces an hour; AOET is all time of an order. */
  public double throughputRate() {
    return share(total(), seconds(Sums.CALENDAR) / 3600);
  }

  /** AUBT / AOET. */
  public double allocationRatio() {
    return ratio(busy(), seconds(Sums.CALENDAR));
  }

  /** APT / AOET. */
  public double productionProcessRatio() {
    return ratio(apt(), seconds(Sums.CALENDAR));
  }

  /** The part of planned busy time of which the state is known. */
  public double coverage() {
    return ratio(known(), plannedBusy());
  }

  /** APT / failures, seconds. */
  public double mtbf() {
    return ratio(apt(), (double) failures());
  }

  /** Busy time without that of being down / failures, seconds. */
  public double mttf() {
    return ratio(busy() - seconds(Sums.DOWN), (double) failures());
  }

  /** Repair time / failures, seconds. */
  public double mttr() {
    return ratio(seconds(Sums.REPAIR), (double) failures());
  }

  /**
   * The good pieces that a machine with the target OEE would have made in the known time, by the
   * mean ideal cycle of the pieces made. So {@code good() / plan(target) = oee() / target}.
   */
  public double plan(double targetOee) {
    double timed = pieces(Sums.TIMED_TOTAL, sums[Sums.NO_TOTAL] == 0);
    return ratio(targetOee * known() * timed, complete(idealTotal()));
  }

  /**
   * A ratio of pieces or their time. It is not defined below 0: the counts contradict each other.
   */
  private static double share(double numerator, double denominator) {
    return numerator < 0 ? Double.NaN : ratio(numerator, denominator);
  }

  private static double ratio(double numerator, double denominator) {
    return denominator > 0 ? numerator / denominator : Double.NaN;
  }

  /**
   * The losses of planned busy time, from planned busy time down to the ideal time of the good
   * pieces. What remains after each loss is the start of the next.
   *
   * @param plannedBusy planned busy time; all values in seconds
   * @param unknown time of which the state is not known
   * @param availability times lost to states, the largest first
   * @param speed time lost by running slower than the ideal cycle; negative where faster
   * @param quality the ideal time of pieces that are not good
   * @param productive the ideal time of good pieces; these last three are NaN where not defined
   */
  public record LossTree(
      double plannedBusy,
      double unknown,
      List<TimeLoss> availability,
      double speed,
      double quality,
      double productive) {}

  /** Seconds lost to a state, which is named by its word. */
  public record TimeLoss(String state, double seconds) {}

  /** The tree of losses. */
  public LossTree losses() {
    List<TimeLoss> stops = new ArrayList<>();
    for (MachineState state : MachineState.values()) {
      int time = Sums.timeOf(state);
      boolean performance = time == Sums.MICRO_STOP && sums[Sums.APT] > sums[Sums.RUN];
      if (time < Sums.BUSY_TIMES
          && time != Sums.RUN
          && time != Sums.UNKNOWN
          && sums[time] > 0
          && !performance) {
        stops.add(new TimeLoss(state.word(), seconds(time)));
      }
    }
    stops.sort(Comparator.comparingDouble(TimeLoss::seconds).reversed());
    return new LossTree(
        plannedBusy(),
        unknown(),
        List.copyOf(stops),
        apt() - complete(idealTotal()),
        complete(idealTotal()) - complete(idealGood()),
        complete(idealGood()));
  }
}
