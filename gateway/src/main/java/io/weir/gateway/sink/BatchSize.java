package io.weir.gateway.sink;

/**
 * How many bytes one write may have. A store that finds a write too large gets smaller ones. After
 * many that it took, one half larger is tried, because its bound, or that of a proxy before it, may
 * have been raised; that costs one write in a hundred where it was not. Belongs to the drain's
 * thread.
 */
final class BatchSize {

  private static final int WRITES_BEFORE_GROWTH = 100;

  private final int most;
  private int bytes;

  /** The largest write that was taken since the bound was found. */
  private int taken;

  private int full;

  /**
   * @param most the configured bound
   */
  BatchSize(int most) {
    this.most = most;
    this.bytes = most;
  }

  int bytes() {
    return bytes;
  }

  /** A write of this many bytes was too large. */
  void tooLarge(int size) {
    int half = Math.max(1, size / 2);
    taken = taken < size ? taken : 0;
    bytes = Math.min(bytes, Math.max(half, taken));
    full = 0;
  }

  /** A write of this many bytes was taken. */
  void taken(int size) {
    taken = Math.max(taken, size);
    if (bytes == most || size < bytes / 2) { // a small one says little
      return;
    }
    full++;
    if (full >= WRITES_BEFORE_GROWTH) {
      full = 0;
      bytes = (int) Math.min(most, bytes + Math.max(1L, bytes / 2));
    }
  }
}
