package io.weir.gateway.source.weir;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A batch that is on its way, as far as it has come. Guarded by the {@link Uploads} that it belongs
 * to.
 */
final class Upload {

  /** First room of a batch; most are small. */
  private static final int FIRST = 4096;

  final String gateway;
  final String id;
  final int length;
  private byte[] bytes;
  private int held;

  /** The request that adds to it now; an older one that still comes is not listened to. */
  @Nullable Object writer;

  /** When something of it came last. */
  long atNs;

  /** Whether it is whole, and is being stored. */
  boolean storing;

  Upload(String gateway, String id, int length) {
    this.gateway = gateway;
    this.id = id;
    this.length = length;
    this.bytes = new byte[Math.min(length, FIRST)];
  }

  int held() {
    return held;
  }

  void add(byte[] more) {
    int needed = held + more.length;
    if (needed > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.min(length, Math.max(needed, 2 * held)));
    }
    System.arraycopy(more, 0, bytes, held, more.length);
    held += more.length;
  }

  boolean isWhole() {
    return held == length;
  }

  byte[] bytes() {
    return held == bytes.length ? bytes : Arrays.copyOf(bytes, held);
  }
}
