package io.weir.sim.plant;

import java.util.Arrays;
import java.util.List;

/**
 * Machines in a row with a small buffer of pieces between each two. The first never lacks material,
 * the last always has room. A machine whose buffer before it ran empty waits until it is half full
 * again, and one whose buffer after it ran full until it is half empty: so a line does not stutter
 * with every piece.
 */
final class SimulatedLine {

  private static final int BUFFER_CAPACITY = 120;
  private static final int BUFFER_HALF = BUFFER_CAPACITY / 2;

  private final List<SimulatedMachine> machines;

  /** Pieces in the buffer after each machine; that of the last is the yard. */
  private final int[] after;

  private long next;

  SimulatedLine(List<SimulatedMachine> machines, long start) {
    this.machines = List.copyOf(machines);
    after = new int[machines.size()];
    Arrays.fill(after, 0, after.length - 1, BUFFER_HALF);
    for (int position = 0; position < after.length; position++) {
      goOn(position, start);
    }
    next = nextOfAll();
  }

  List<SimulatedMachine> machines() {
    return machines;
  }

  /** The instant something next happens on the line. */
  long next() {
    return next;
  }

  /** Plays everything that happens at the instant, which is {@link #next()}. */
  void play(long at) {
    while (next == at) {
      for (int position = 0; position < after.length; position++) {
        if (machines.get(position).next() == at) {
          act(position, at);
        }
      }
      next = nextOfAll();
    }
  }

  /** Does something to one of its machines, after what happens at the instant by itself. */
  void disturb(SimulatedMachine machine, MachineControls.Action action, long at) {
    action.on(machine, at);
    next = nextOfAll();
    play(at);
  }

  private void act(int position, long at) {
    switch (machines.get(position).act(at)) {
      case GOOD -> {
        after[position]++;
        goOn(position, at);
        if (position + 1 < after.length
            && machines.get(position + 1).waits(SimulatedState.STARVED)
            && after[position] >= BUFFER_HALF) {
          goOn(position + 1, at);
        }
      }
      case SCRAP, REPAIRED -> goOn(position, at);
      case STOPPED -> {}
    }
  }

  /** Takes the next piece and runs, or waits for one, or for room. */
  private void goOn(int position, long at) {
    SimulatedMachine machine = machines.get(position);
    boolean first = position == 0;
    boolean last = position == after.length - 1;
    if (machine.hasPiece()) {
      machine.turn(SimulatedState.RUNNING, at);
    } else if (!last && after[position] >= BUFFER_CAPACITY) {
      machine.turn(SimulatedState.BLOCKED, at);
    } else if (!first && after[position - 1] == 0) {
      machine.turn(SimulatedState.STARVED, at);
    } else {
      machine.load();
      machine.turn(SimulatedState.RUNNING, at);
      if (!first) {
        after[position - 1]--;
        if (machines.get(position - 1).waits(SimulatedState.BLOCKED)
            && after[position - 1] <= BUFFER_HALF) {
          goOn(position - 1, at);
        }
      }
    }
  }

  private long nextOfAll() {
    long earliest = Long.MAX_VALUE;
    for (SimulatedMachine machine : machines) {
      earliest = Math.min(earliest, machine.next());
    }
    return earliest;
  }
}
