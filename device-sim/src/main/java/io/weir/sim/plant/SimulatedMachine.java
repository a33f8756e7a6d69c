package io.weir.sim.plant;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * One machine: its state, its counters, its wear. It runs until something stops it, resumes the
 * piece it was at afterwards, and waits when its line gives it no piece or no room.
 *
 * <p>Production, measurement noise and reasons draw from generators of their own, so that sampling
 * more often does not change what is produced.
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

  /** Running time left until each of {@link MachineModel#STOPS}, in their order. */
  private final long[] runLeftMs = new long[MachineModel.STOPS.size()];

  private String product;
  private long idealCycleMs;

  /** What slows it down, and what lets it make scrap, as long as it lasts. */
  private final List<Double> slowness = new ArrayList<>();

  private final List<Double> scrapProbabilities = new ArrayList<>();

  private SimulatedState state;

  /** Why it stands, "" where nobody says. */
  private String reason = "";

  private long since;
  private boolean changed = true;

  /** Running time left on the piece at hand; none at hand: 0. */
  private long pieceLeftMs;

  private long cycleMs;

  /** End of a stop of its own. */
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

  @Override
  public MachinePath path() {
    return path;
  }

  /** Whether its neighbours make it wait so; it may also be stopped in that state from outside. */
  boolean waits(SimulatedState waiting) {
    return state == waiting && stopEnds == NEVER;
  }

  boolean hasPiece() {
    return pieceLeftMs > 0;
  }

  /** The instant of its next own doing: a piece done, a stop, the end of a stop; or never. */
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

  /** A new piece is put in; it runs, or will once its stop is over. */
  void load() {
    double factor = 1.01 + 0.06 * production.nextDouble();
    for (double each : slowness) {
      factor *= each;
    }
    cycleMs = Math.max(1, Math.round(idealCycleMs * factor));
    pieceLeftMs = cycleMs;
  }

  /** What came to pass; after all but {@link #STOPPED} its line says how it goes on. */
  enum Done {
    GOOD,
    SCRAP,
    STOPPED,
    REPAIRED
  }

  /** Does what is due at the instant, which is {@link #next()}. */
  Done act(long at) {
    if (state != SimulatedState.RUNNING) {
      stopEnds = NEVER;
      return Done.REPAIRED;
    }
    spend(at);
    if (pieceLeftMs == 0) {
      boolean good = production.nextDouble() >= scrapProbability();
      total++;
      reject += good ? 0 : 1;
      chronicle.piece(path, at, good);
      return good ? Done.GOOD : Done.SCRAP;
    }
    for (int cause = 0; cause < runLeftMs.length; cause++) {
      if (runLeftMs[cause] == 0) {
        MachineModel.StopCause stop = MachineModel.STOPS.get(cause);
        runLeftMs[cause] = exponential(stop.meanRunMs());
        stopEnds = at + stop.shortestMs() + exponential(stop.meanMs() - stop.shortestMs());
        turn(stop.state(), stop.reasons().get(causes.nextInt(stop.reasons().size())), at);
        return Done.STOPPED;
      }
    }
    throw new IllegalStateException(path + " has nothing to do at " + at);
  }

  /** Runs, or waits for its neighbours; what is already so changes nothing. */
  void turn(SimulatedState to, long at) {
    turn(to, "", at);
  }

  private void turn(SimulatedState to, String why, long at) {
    if (to == state) {
      return;
    }
    spend(at);
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
      turn(to, why, at);
    }
  }

  @Override
  public void mend(long at) {
    if (stopEnds != NEVER) {
      stopEnds = at;
    }
  }

  @Override
  public void slow(double factor) {
    slowness.add(factor);
  }

  @Override
  public void endSlow(double factor) {
    slowness.remove(factor);
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

  /** Books the time of its state up to the instant. */
  void spend(long at) {
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

  /** Whether its state is another than at its last sample. */
  boolean changed() {
    return changed;
  }

  MachineSample sample(long at) {
    spend(at);
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
        decimal(idealCycleMs / 1000.0, 3));
  }

  private long exponential(long mean) {
    return Math.max(1, Math.round(-mean * StrictMath.log(1 - production.nextDouble())));
  }

  private static BigDecimal decimal(double value, int paths) {
    return BigDecimal.valueOf(Math.round(value * StrictMath.pow(10, paths)), paths);
  }
}
