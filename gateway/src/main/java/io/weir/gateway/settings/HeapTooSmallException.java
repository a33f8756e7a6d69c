package io.weir.gateway.settings;

import java.io.IOException;

/** The data directory knows more than the heap of this process holds. */
public final class HeapTooSmallException extends IOException {

  private static final long serialVersionUID = 1;

  /**
   * @param what is known, in words
   * @param heapBytes what the heap may grow to
   * @param neededBytes what it would have to be
   */
  public HeapTooSmallException(String what, long heapBytes, long neededBytes) {
    super(
        what
            + " needs a heap of at least "
            + (neededBytes >> 20)
            + "MiB, but this process has "
            + (heapBytes >> 20)
            + "MiB; set -Xmx"
            + HeapNeed.withReserve(neededBytes)
            + "m in WEIR_OPTS");
  }
}
