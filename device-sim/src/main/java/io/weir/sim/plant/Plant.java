package io.weir.sim.plant;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;

/**
 * A factory of serial lines, played step by step. Each machine is sampled at every multiple of the
 * interval (counted from the epoch, so that shifts begin with a sample), at the instant of every
 * change of its state, and once when the play begins; at most once an instant.
 */
public final class Plant {

  /** Ideal cycles of the lines, repeated. */
  private static final long[] LINE_CYCLES_MS = {1_500, 2_000, 2_400};

  private final List<Line> lines = new ArrayList<>();
  private final List<Machine> machines = new ArrayList<>();
  private final long intervalMs;
  private long at;
  private long nextTick;

  /**
   * @param start epoch ms of the first sample
   * @param intervalMs between two samples of a machine that changes no state; at least 1
   */
  public Plant(Layout layout, long seed, long start, long intervalMs, Chronicle chronicle) {
    if (intervalMs < 1) {
      throw new IllegalArgumentException("the interval is at least 1 ms, not " + intervalMs);
    }
    this.intervalMs = intervalMs;
    at = start - 1;
    nextTick = start;
    Random seeds = new Random(seed);
    for (int line = 0; line < layout.lines(); line++) {
      List<Machine> row = new ArrayList<>();
      long cycleMs = LINE_CYCLES_MS[line % LINE_CYCLES_MS.length];
      for (int position = 0; position < layout.machinesPerLine(); position++) {
        Kind kind = layout.kind(position);
        row.add(
            new Machine(
                layout.place(line, position),
                kind,
                Math.round(cycleMs * kind.cycleFactor()),
                seeds.nextLong(),
                start,
                chronicle));
      }
      lines.add(new Line(row, start));
      machines.addAll(row);
    }
  }

  /** Plays on to the instant, which is included, handing over the samples in order of time. */
  public void play(long until, Consumer<Sample> samples) {
    for (long next = next(); next <= until; next = next()) {
      at = next;
      for (Line line : lines) {
        if (line.next() == at) {
          line.play(at);
        }
      }
      boolean tick = at == nextTick;
      if (tick) {
        nextTick = Math.floorDiv(at, intervalMs) * intervalMs + intervalMs;
      }
      for (Machine machine : machines) {
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
    long earliest = nextTick;
    for (Line line : lines) {
      earliest = Math.min(earliest, line.next());
    }
    return earliest;
  }
}
