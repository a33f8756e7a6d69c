package io.weir.sim.plant;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.function.Consumer;

/**
 * A simulated plant of lines, played step by step; callers can plan actions on its machines. Each
 * machine is sampled when the play starts, at every multiple of the interval (counted from the
 * epoch, so that shifts start with a sample), and whenever its state changes; at most once at one
 * instant.
 *
 * <p>Mutable; one thread.
 */
public final class Plant {

  /** Ideal cycle times of the lines, used in turn. */
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
   * @param intervalMs between two samples of a machine whose state does not change; up to a day
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

  /** The machines, line by line in the direction of flow. */
  public List<MachinePath> paths() {
    return machines.stream().map(SimulatedMachine::path).toList();
  }

  /**
   * Plans an action on a machine. Actions at the same instant happen in the order of planning.
   *
   * @param instant epoch ms; an instant that was already played means the next one
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

  /** Plays up to and including this instant, and delivers the samples in order of time. */
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
      machines.forEach(machine -> machine.advance(until));
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
