package io.weir.sim.plant;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * One machine: its state, its counters and its wear. It runs until something stops it, resumes its
 * piece afterwards, and waits when its line has no piece or no room for it.
 *
 * <p>Production, measurement noise and reasons use random generators of their own, so that more
 * frequent sampling does not change the production.
 *
 * <p>Mutable; one thread.
 */
final class SimulatedMachine implements MachineControls {

  private static final long NEVER = Long.MAX_VALUE;
  private static final double MILLIJOULES_PER_KILOWATT_HOUR = 3_600_000_000.0;
  private static final double THERMAL_TIME_CONSTANT_MS = 240_000;

  private final MachinePath path;
  private final MachineModel model;
  private final PlantListener chronicle;
  private final Random production;
  private final Random noise;
  private final Random causes;

  /** Running time left until each of {@link MachineModel#STOPS}, in the same order. */
  private final long[] runLeftMs = new long[MachineModel.STOPS.size()];

  private String product;
  private long idealCycleMs;

  // The effects of events that are not over yet.
  private final List<Double> slowFactors = new ArrayList<>();
  private final List<Double> scrapProbabilities = new ArrayList<>();

  private SimulatedState state;

  /** Why it stands; "" if no reason is given. */
  private String reason = "";

  private long since;
  private long samples;
  private boolean changed = true;

  /** Running time left on the current piece; 0 without a piece. */
  private long pieceLeftMs;

  private long cycleMs;

  /** The end of a stop; {@link #NEVER} while it runs or waits for its neighbours. */
  private long stopEnds = NEVER;

  private long total;
  private long reject;
  private long millijoules;
  private double celsius;
  private long sampledAt;

  SimulatedMachine(
      MachinePath path,
      MachineModel model,
      String product,
      long idealCycleMs,
      long seed,
      long start,
      PlantListener chronicle) {
    this.path = path;
    this.model = model;
    this.product = product;
    this.idealCycleMs = idealCycleMs;
    this.chronicle = chronicle;
    Random seeds = new Random(seed);
    production = new Random(seeds.nextLong());
    noise = new Random(seeds.nextLong());
    causes = new Random(seeds.nextLong());
    for (int cause = 0; cause < runLeftMs.length; cause++) {
      runLeftMs[cause] = exponential(MachineModel.STOPS.get(cause).meanRunMs());
    }
    state = SimulatedState.STARVED;
    since = start;
    sampledAt = start;
    celsius = model.celsius(SimulatedState.IDLE);
    chronicle.begins(path, state, start);
  }

  MachinePath path() {
    return path;
  }

  /** Whether it waits for its neighbours in this state. An event may also stop it in that state. */
  boolean waits(SimulatedState waiting) {
    return state == waiting && stopEnds == NEVER;
  }

  boolean hasPiece() {
    return pieceLeftMs > 0;
  }

  /** The instant of its next event: a finished piece, a stop or the end of a stop; or never. */
  long next() {
    if (state == SimulatedState.RUNNING) {
      long left = pieceLeftMs;
      for (long run : runLeftMs) {
        left = Math.min(left, run);
      }
      return since + left;
    }
    return stopEnds;
  }

  /** Takes a new piece. */
  void load() {
    double factor = 1.01 + 0.06 * production.nextDouble();
    for (double each : slowFactors) {
      factor *= each;
    }
    cycleMs = Math.max(1, Math.round(idealCycleMs * factor));
    pieceLeftMs = cycleMs;
  }

  /**
   * The kinds of event. After all but {@link #STOPPED} the line decides how the machine goes on.
   */
  enum Outcome {
    GOOD,
    SCRAP,
    STOPPED,
    REPAIRED
  }

  /** Plays the event at this instant, which must be {@link #next()}. */
  Outcome act(long at) {
    if (state != SimulatedState.RUNNING) {
      stopEnds = NEVER;
      return Outcome.REPAIRED;
    }
    advance(at);
    if (pieceLeftMs == 0) {
      boolean good = production.nextDouble() >= scrapProbability();
      total++;
      reject += good ? 0 : 1;
      chronicle.piece(path, at, good);
      return good ? Outcome.GOOD : Outcome.SCRAP;
    }
    for (int cause = 0; cause < runLeftMs.length; cause++) {
      if (runLeftMs[cause] == 0) {
        MachineModel.StopCause stop = MachineModel.STOPS.get(cause);
        runLeftMs[cause] = exponential(stop.meanRunMs());
        stopEnds = at + stop.shortestMs() + exponential(stop.meanMs() - stop.shortestMs());
        enter(stop.state(), stop.reasons().get(causes.nextInt(stop.reasons().size())), at);
        return Outcome.STOPPED;
      }
    }
    throw new IllegalStateException(path + " has nothing to do at " + at);
  }

  /** Runs, or waits for its neighbours. Does nothing if it is in this state already. */
  void enter(SimulatedState to, long at) {
    enter(to, "", at);
  }

  private void enter(SimulatedState to, String why, long at) {
    if (to == state) {
      return;
    }
    advance(at);
    state = to;
    reason = why;
    changed = true;
    chronicle.begins(path, to, at);
  }

  @Override
  public long idealCycleMs() {
    return idealCycleMs;
  }

  @Override
  public void stop(SimulatedState to, String why, long at, long until) {
    if (to == state) {
      reason = why.isEmpty() ? reason : why;
      stopEnds = stopEnds == NEVER ? until : Math.max(stopEnds, until);
      changed = true;
    } else {
      stopEnds = until;
      enter(to, why, at);
    }
  }

  @Override
  public void endStop(long at) {
    if (stopEnds != NEVER) {
      stopEnds = at;
    }
  }

  @Override
  public void slow(double factor) {
    slowFactors.add(factor);
  }

  @Override
  public void endSlow(double factor) {
    slowFactors.remove(factor);
  }

  @Override
  public void scrap(double probability) {
    scrapProbabilities.add(probability);
  }

  @Override
  public void endScrap(double probability) {
    scrapProbabilities.remove(probability);
  }

  private double scrapProbability() {
    return scrapProbabilities.isEmpty()
        ? model.scrapProbability()
        : Collections.max(scrapProbabilities);
  }

  @Override
  public void product(String next, long cycleMs) {
    product = next;
    idealCycleMs = cycleMs;
    changed = true;
  }

  /** Accounts for the time in its state up to this instant. */
  void advance(long at) {
    long ms = at - since;
    if (ms == 0) {
      return;
    }
    long watts = model.watts(state);
    chronicle.spent(path, state, since, at, watts);
    millijoules += watts * ms;
    if (state == SimulatedState.RUNNING) {
      pieceLeftMs -= ms;
      for (int cause = 0; cause < runLeftMs.length; cause++) {
        runLeftMs[cause] -= ms;
      }
    }
    since = at;
  }

  /** Whether its state, reason or product changed since its last sample. */
  boolean changed() {
    return changed;
  }

  /** Also counts the sample. */
  MachineSample sample(long at) {
    advance(at);
    changed = false;
    double target = model.celsius(state);
    celsius =
        target + (celsius - target) * StrictMath.exp((sampledAt - at) / THERMAL_TIME_CONSTANT_MS);
    sampledAt = at;
    double vibration = model.millimetresPerSecond(state) * (1 + 0.08 * noise.nextGaussian());
    return new MachineSample(
        path,
        at,
        state,
        reason,
        product,
        total,
        total - reject,
        reject,
        decimal(celsius + 0.15 * noise.nextGaussian(), 2),
        decimal(Math.max(0, vibration), 3),
        decimal(model.watts(state) * (1 + 0.01 * noise.nextGaussian()) / 1000, 2),
        decimal(millijoules / MILLIJOULES_PER_KILOWATT_HOUR, 4),
        decimal(state == SimulatedState.RUNNING ? 60_000.0 / cycleMs : 0, 1),
        decimal(idealCycleMs / 1000.0, 3),
        ++samples);
  }

  private long exponential(long mean) {
    return Math.max(1, Math.round(-mean * StrictMath.log(1 - production.nextDouble())));
  }

  private static BigDecimal decimal(double value, int paths) {
    return BigDecimal.valueOf(Math.round(value * StrictMath.pow(10, paths)), paths);
  }
}
