package io.weir.gateway.efficiency.signal;

import io.weir.gateway.model.MemoryBudget;

/**
 * What all machines of a fold take of the heap, within bounds that they share. A machine that waits
 * for late readings, or for words, takes of one store: with few machines each may take much, with
 * many each has its share.
 *
 * <p>Mutable; belongs to its {@code Fold}.
 */
public final class FoldMemory {

  /** A gateway has at most so many machines, whatever its heap. */
  private static final int MOST_MACHINES = 50_000;

  public final int mostMachines;
  private final long mostWaiting;
  private final long mostWords;
  private int machines;
  private long waiting;
  private long words;

  private FoldMemory(int mostMachines, long mostWaiting, long mostWords) {
    this.mostMachines = mostMachines;
    this.mostWaiting = mostWaiting;
    this.mostWords = mostWords;
  }

  /** For a process whose heap is large enough for all. */
  public static FoldMemory ample() {
    return new FoldMemory(MOST_MACHINES, Long.MAX_VALUE, Long.MAX_VALUE);
  }

  public static FoldMemory of(MemoryBudget budget) {
    return new FoldMemory(
        Math.min(MOST_MACHINES, budget.machines()), budget.waitingBytes(), budget.wordBytes());
  }

  public void machines(int count) {
    machines = count;
  }

  /** What waits of one machine takes more, or less. */
  public void waits(long more) {
    waiting += more;
  }

  /** Whether a machine must settle some of what waits, because all take too much and it most. */
  public boolean isTooMuch(long ofOne) {
    return waiting > mostWaiting && ofOne > mostWaiting / Math.max(1, machines);
  }

  /** Whether there is room for a word. */
  public boolean takesWord(long bytes) {
    return words + bytes <= mostWords;
  }

  public void word(long bytes) {
    words += bytes;
  }
}
