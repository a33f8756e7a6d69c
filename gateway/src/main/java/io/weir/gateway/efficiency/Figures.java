package io.weir.gateway.efficiency;

import io.weir.gateway.model.MachineState;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * The figures of one bucket of a machine, a line, an area or a site (ISO 22400-2). Times are
 * seconds, ratios 0 to 1 and not capped; what is not defined is {@code NaN}. All ratios come from
 * sums, never from other ratios.
 */
public final class Figures {

  /** How the sums of a level are made. */
  public enum Basis {
    /** One machine. */
    MACHINE,
    /** A serial line: times of its bottleneck, pieces of its output; and sums of such lines. */
    BOTTLENECK,
    /** The sum of the machines, which make no common piece: an average, without pieces. */
    SUM;

    /** As it is stored. */
    String tag() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private static final double NS = 1e9;

  private final long[] cell;
  private final Basis basis;
  private final int expected;

  Figures(long[] cell, Basis basis, int expected) {
    this.cell = cell;
    this.basis = basis;
    this.expected = expected;
  }

  public Basis basis() {
    return basis;
  }

  /** Machines that ought to be in the sums. */
  public int expected() {
    return expected;
  }

  /** Machines whose figures are in the sums. */
  public int members() {
    return (int) cell[Cell.MEMBERS];
  }

  /** Whether nothing can change it any more. */
  public boolean isFinal() {
    return cell[Cell.FINAL] >= expected && cell[Cell.MEMBERS] > 0;
  }

  /** How often it was written again because late readings changed it. */
  public long revision() {
    return cell[Cell.REVISION];
  }

  /** A time by its place in {@link Cell}, in seconds. */
  double seconds(int time) {
    return cell[time] / NS;
  }

  public double plannedBusy() {
    return Cell.plannedBusy(cell) / NS;
  }

  /** Planned busy time of which the state is known. */
  public double known() {
    return (Cell.plannedBusy(cell) - cell[Cell.UNKNOWN]) / NS;
  }

  public double run() {
    return seconds(Cell.RUN);
  }

  public double unknown() {
    return seconds(Cell.UNKNOWN);
  }

  public double total() {
    return pieces(Cell.TOTAL, cell[Cell.NO_TOTAL] == 0);
  }

  public double good() {
    return pieces(Cell.GOOD, cell[Cell.NO_GOOD] == 0);
  }

  public double scrap() {
    return pieces(Cell.SCRAP, cell[Cell.NO_TOTAL] == 0 && cell[Cell.NO_GOOD] == 0);
  }

  public double rework() {
    return pieces(Cell.REWORK, true);
  }

  public double gapTotal() {
    return pieces(Cell.GAP_TOTAL, cell[Cell.NO_TOTAL] == 0);
  }

  public double gapGood() {
    return pieces(Cell.GAP_GOOD, cell[Cell.NO_GOOD] == 0);
  }

  private double pieces(int kind, boolean known) {
    return known && basis != Basis.SUM ? cell[kind] / Cell.PIECE : Double.NaN;
  }

  /** Sum of PRI x PQ, seconds, of the pieces whose ideal cycle is known. */
  public double idealTotal() {
    return ideal(Cell.IDEAL_TOTAL, Cell.NO_TOTAL);
  }

  /** Sum of PRI x GQ, seconds, likewise. */
  public double idealGood() {
    return ideal(Cell.IDEAL_GOOD, Cell.NO_GOOD);
  }

  private double ideal(int kind, int missing) {
    boolean known =
        cell[missing] == 0
            && cell[Cell.NO_CYCLE] == 0
            && (basis != Basis.MACHINE || cell[Cell.PRICED] > 0);
    return known ? cell[kind] / NS : Double.NaN;
  }

  /** An ideal time of which no piece is left out: what is made of others is not defined. */
  private double whole(double ideal) {
    return cell[Cell.UNPRICED] == 0 ? ideal : Double.NaN;
  }

  public long failures() {
    return cell[Cell.FAILURES];
  }

  public long microStops() {
    return cell[Cell.MICRO_STOPS];
  }

  /** Counts that rose by more than the ideal cycle allows. */
  public long implausible() {
    return cell[Cell.IMPLAUSIBLE];
  }

  public double energyKwh() {
    return cell[Cell.ENERGY] / Cell.KWH;
  }

  public double kwhPerUnit() {
    return cell[Cell.METERED] > 0 ? ratio(energyKwh(), total()) : Double.NaN;
  }

  private double apt() {
    return seconds(Cell.APT);
  }

  /** APT / known. */
  public double availability() {
    return ratio(apt(), known());
  }

  /** E = sum(PRI x PQ) / APT; the performance of OEE. */
  public double effectiveness() {
    return ratio(whole(idealTotal()), apt());
  }

  /** GQ / PQ; where machines make no common piece, weighted with their ideal cycles. */
  public double qualityRatio() {
    return basis == Basis.SUM ? ratio(whole(idealGood()), idealTotal()) : ratio(good(), total());
  }

  /** Sum of PRI x GQ / known. */
  public double oee() {
    return ratio(whole(idealGood()), known());
  }

  /** As OEE, but setup is not a loss. */
  public double nee() {
    return ratio(apt() + seconds(Cell.SETUP), known()) * effectiveness() * qualityRatio();
  }

  /** Sum of PRI x GQ / all time. */
  public double teep() {
    return ratio(whole(idealGood()), seconds(Cell.CALENDAR));
  }

  public double scrapRatio() {
    return ratio(scrap(), total());
  }

  /** The part of planned busy time of which the state is known. */
  public double coverage() {
    return ratio(known(), plannedBusy());
  }

  /** APT / failures, seconds. */
  public double mtbf() {
    return ratio(apt(), (double) failures());
  }

  /** Repair time / failures, seconds. */
  public double mttr() {
    return ratio(seconds(Cell.REPAIR), (double) failures());
  }

  /**
   * The good pieces that the known time so far would have brought at a target OEE, with the mean
   * ideal cycle of the pieces made; {@code good()} is to it as OEE to its target.
   */
  public double plan(double targetOee) {
    double timed = pieces(Cell.TIMED_TOTAL, cell[Cell.NO_TOTAL] == 0);
    return ratio(targetOee * known() * timed, whole(idealTotal()));
  }

  private static double ratio(double numerator, double denominator) {
    return denominator > 0 ? numerator / denominator : Double.NaN;
  }

  /**
   * Where the planned busy time went, as a tree: what is left of each after its losses is the next,
   * from planned busy time down to the ideal time of the good pieces.
   *
   * @param plannedBusy all of it, seconds
   * @param unknown what is not known
   * @param availability the states that took time, the largest first
   * @param speed running slower than the ideal cycle; negative where faster, NaN where not defined
   * @param quality the ideal time of pieces that are not good; NaN where not defined
   * @param productive the ideal time of the good ones; NaN where not defined
   */
  public record Losses(
      double plannedBusy,
      double unknown,
      List<Loss> availability,
      double speed,
      double quality,
      double productive) {}

  /** Seconds lost to a state, by its word. */
  public record Loss(String state, double seconds) {}

  /** The tree of losses. */
  public Losses losses() {
    List<Loss> stops = new ArrayList<>();
    for (MachineState state : MachineState.values()) {
      int time = Cell.timeOf(state);
      boolean performance = time == Cell.MICRO_STOP && cell[Cell.APT] > cell[Cell.RUN];
      if (time < Cell.BUSY_TIMES
          && time != Cell.RUN
          && time != Cell.UNKNOWN
          && cell[time] > 0
          && !performance) {
        stops.add(new Loss(state.word(), seconds(time)));
      }
    }
    stops.sort(Comparator.comparingDouble(Loss::seconds).reversed());
    return new Losses(
        plannedBusy(),
        unknown(),
        List.copyOf(stops),
        apt() - whole(idealTotal()),
        whole(idealTotal()) - whole(idealGood()),
        whole(idealGood()));
  }
}
