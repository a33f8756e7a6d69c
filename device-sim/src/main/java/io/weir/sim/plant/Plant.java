package io.weir.sim.plant;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.function.Consumer;

/**
 * A factory of serial lines, played step by step, in which things can be done to machines. Each
 * machine is sampled at every multiple of the interval (counted from the epoch, so that shifts
 * begin with a sample), at the instant of every change of its state, and once when the play begins;
 * at most once an instant.
 */
public final class Plant {

  /** Ideal cycles of the lines, repeated. */
  private static final long[] LINE_CYCLES_MS = {1_500, 2_000, 2_400};

  private static final long LONGEST_INTERVAL_MS = 86_400_000;

  private final List<SimulatedLine> lines = new ArrayList<>();
  private final List<SimulatedMachine> machines = new ArrayList<>();
  private final PriorityQueue<Planned> planned =
      new PriorityQueue<>(Comparator.comparingLong(Planned::at).thenComparing(Planned::turn));
  private final long intervalMs;
  private long turns;
  private long at;
  private long nextTick;

  private record Planned(
      long at,
      long turn,
      SimulatedLine line,
      SimulatedMachine machine,
      MachineControls.Action action) {}

  /**
   * @param start epoch ms of the first sample
   * @param intervalMs between two samples of a machine that changes no state; up to a day
   */
  public Plant(
      PlantLayout layout, long seed, long start, long intervalMs, PlantListener chronicle) {
    if (intervalMs < 1 || intervalMs > LONGEST_INTERVAL_MS) {
      throw new IllegalArgumentException(
          "the interval is 1 ms to 1 day, not %,d ms".formatted(intervalMs));
    }
    this.intervalMs = intervalMs;
    at = start - 1;
    nextTick = start;
    Random seeds = new Random(seed);
    for (int line = 0; line < layout.lines(); line++) {
      List<SimulatedMachine> row = new ArrayList<>();
      long cycleMs = LINE_CYCLES_MS[line % LINE_CYCLES_MS.length];
      for (int position = 0; position < layout.machinesPerLine(); position++) {
        MachineModel model = layout.model(position);
        row.add(
            new SimulatedMachine(
                layout.path(line, position),
                model,
                layout.product(line),
                Math.round(cycleMs * model.cycleFactor()),
                seeds.nextLong(),
                start,
                chronicle));
      }
      lines.add(new SimulatedLine(row, start));
      machines.addAll(row);
    }
  }

  /** Its machines, in the order of the lines and of the flow. */
  public List<MachinePath> paths() {
    return machines.stream().map(SimulatedMachine::path).toList();
  }

  /**
   * Plans something to be done to a machine. At one instant, what was planned first is done first.
   *
   * @param instant epoch ms; if it was played already, the next one that was not
   */
  public void plan(long instant, MachinePath path, MachineControls.Action action) {
    for (SimulatedLine line : lines) {
      for (SimulatedMachine machine : line.machines()) {
        if (machine.path().equals(path)) {
          planned.add(new Planned(Math.max(instant, at + 1), turns++, line, machine, action));
        }
      }
    }
  }

  /** Plays on to the instant, which is included, handing over the samples in order of time. */
  public void play(long until, Consumer<MachineSample> samples) {
    for (long next = next(); next <= until; next = next()) {
      at = next;
      for (SimulatedLine line : lines) {
        if (line.next() == at) {
          line.play(at);
        }
      }
      while (!planned.isEmpty() && planned.peek().at == at) {
        Planned due = planned.remove();
        due.line.disturb(due.machine, due.action, at);
      }
      boolean tick = at == nextTick;
      if (tick) {
        nextTick = Math.floorDiv(at, intervalMs) * intervalMs + intervalMs;
      }
      for (SimulatedMachine machine : machines) {
        if (tick || machine.changed()) {
          samples.accept(machine.sample(at));
        }
      }
    }
    if (until > at) {
      at = until;
      machines.forEach(machine -> machine.spend(until));
    }
  }

  private long next() {
    long earliest = planned.isEmpty() ? nextTick : Math.min(nextTick, planned.peek().at);
    for (SimulatedLine line : lines) {
      earliest = Math.min(earliest, line.next());
    }
    return earliest;
  }
}
