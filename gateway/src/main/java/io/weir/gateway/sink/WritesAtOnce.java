package io.weir.gateway.sink;

/**
 * How many writes of one log a store over HTTP is given at once. With two it has nothing to do
 * while both wait for its disk; with four there is always one to work on. The lines of four take
 * twice the heap of those of two, which a small one does not have.
 */
public final class WritesAtOnce {

  private static final long HEAP_FOR_FOUR = 200L << 20;

  private WritesAtOnce() {}

  /** With the heap of this process. */
  public static int ofThisHeap() {
    return of(Runtime.getRuntime().maxMemory());
  }

  static int of(long heapBytes) {
    return heapBytes < HEAP_FOR_FOUR ? 2 : 4;
  }
}
