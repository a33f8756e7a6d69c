package io.weir.sim.plant;

import java.util.Arrays;
import java.util.List;

/**
 * Machines in a row, with a buffer of pieces between neighbours. The first machine always has
 * material, and the last always has room. A machine whose input buffer ran empty waits until it is
 * half full; a machine whose output buffer ran full waits until it is half empty. Without this a
 * line would stop and start with every piece.
 *
 * <p>Mutable; one thread.
 */
final class SimulatedLine {

  private static final int BUFFER_CAPACITY = 120;
  private static final int BUFFER_HALF = BUFFER_CAPACITY / 2;

  private final List<SimulatedMachine> machines;

  /** Pieces in the buffer after each machine; after the last it is the store of finished pieces. */
  private final int[] buffers;

  private long next;

  SimulatedLine(List<SimulatedMachine> machines, long start) {
    this.machines = List.copyOf(machines);
    buffers = new int[machines.size()];
    Arrays.fill(buffers, 0, buffers.length - 1, BUFFER_HALF);
    for (int position = 0; position < buffers.length; position++) {
      proceed(position, start);
    }
    next = nextOfAll();
  }

  List<SimulatedMachine> machines() {
    return machines;
  }

  /** The instant of the next event on the line. */
  long next() {
    return next;
  }

  /** Plays all events at this instant, which must be {@link #next()}. */
  void play(long at) {
    while (next == at) {
      for (int position = 0; position < buffers.length; position++) {
        if (machines.get(position).next() == at) {
          act(position, at);
        }
      }
      next = nextOfAll();
    }
  }

  /** Does something to one of its machines, after the line's own events at this instant. */
  void disturb(SimulatedMachine machine, MachineControls.Action action, long at) {
    action.on(machine, at);
    next = nextOfAll();
    play(at);
  }

  private void act(int position, long at) {
    switch (machines.get(position).act(at)) {
      case GOOD -> {
        buffers[position]++;
        proceed(position, at);
        if (position + 1 < buffers.length
            && machines.get(position + 1).waits(SimulatedState.STARVED)
            && buffers[position] >= BUFFER_HALF) {
          proceed(position + 1, at);
        }
      }
      case SCRAP, REPAIRED -> proceed(position, at);
      case STOPPED -> {}
    }
  }

  /** Takes the next piece and runs, or waits for a piece or for room. */
  private void proceed(int position, long at) {
    SimulatedMachine machine = machines.get(position);
    boolean first = position == 0;
    boolean last = position == buffers.length - 1;
    if (machine.hasPiece()) {
      machine.enter(SimulatedState.RUNNING, at);
    } else if (!last && buffers[position] >= BUFFER_CAPACITY) {
      machine.enter(SimulatedState.BLOCKED, at);
    } else if (!first && buffers[position - 1] == 0) {
      machine.enter(SimulatedState.STARVED, at);
    } else {
      machine.load();
      machine.enter(SimulatedState.RUNNING, at);
      if (!first) {
        buffers[position - 1]--;
        if (machines.get(position - 1).waits(SimulatedState.BLOCKED)
            && buffers[position - 1] <= BUFFER_HALF) {
          proceed(position - 1, at);
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
