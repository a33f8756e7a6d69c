package io.weir.gateway.efficiency;

import io.weir.gateway.model.MemoryBudget;

/**
 * What all machines of a fold take of the heap, within bounds that they share. A machine that waits
 * for late readings, or for words, takes of one store: with few machines each may take much, with
 * many each has its share.
 *
 * <p>Mutable; belongs to its {@link Fold}.
 */
final class FoldMemory {

  /** A gateway has at most so many machines, whatever its heap. */
  static final int MOST_MACHINES = 50_000;

  /** A value that may be preceded by a late one, in arrays that are half empty at worst. */
  static final int READING_BYTES = 34;

  /** A minute that is open, in both timelines and as a row that was written. */
  static final int MINUTE_BYTES = 1_500;

  /** A word beside its characters. */
  static final int WORD_BYTES = 56;

  /** A product beside its word: its sums in the open shifts and days. */
  static final int PRODUCT_BYTES = 2_000;

  final int mostMachines;
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
  static FoldMemory ample() {
    return new FoldMemory(MOST_MACHINES, Long.MAX_VALUE, Long.MAX_VALUE);
  }

  static FoldMemory of(MemoryBudget budget) {
    return new FoldMemory(
        Math.min(MOST_MACHINES, budget.machines()), budget.waitingBytes(), budget.wordBytes());
  }

  void machines(int count) {
    machines = count;
  }

  /** What waits of one machine takes more, or less. */
  void waits(long more) {
    waiting += more;
  }

  /** Whether a machine must settle some of what waits, because all take too much and it most. */
  boolean isTooMuch(long ofOne) {
    return waiting > mostWaiting && ofOne > mostWaiting / Math.max(1, machines);
  }

  /** Whether there is room for a word. */
  boolean takesWord(long bytes) {
    return words + bytes <= mostWords;
  }

  void word(long bytes) {
    words += bytes;
  }
}
