package io.weir.gateway.sink;

/**
 * How many writes of one log a store over HTTP is given at once. With two it has nothing to do
 * while both wait for its disk; with four there is always one to work on. The lines of four take
 * twice the heap of those of two, which a small one does not have; so it is with eight.
 */
public final class WritesAtOnce {

  private static final long HEAP_FOR_FOUR = 200L << 20;
  private static final long HEAP_FOR_EIGHT = 2 * HEAP_FOR_FOUR;

  private WritesAtOnce() {}

  /**
   * With the heap of this process.
   *
   * @param most more than these are no gain for the store
   */
  public static int upTo(int most) {
    return Math.min(most, of(Runtime.getRuntime().maxMemory()));
  }

  static int of(long heapBytes) {
    if (heapBytes < HEAP_FOR_FOUR) {
      return 2;
    }
    return heapBytes < HEAP_FOR_EIGHT ? 4 : 8;
  }
}
