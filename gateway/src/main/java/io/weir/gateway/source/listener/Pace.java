package io.weir.gateway.source.listener;

import java.util.concurrent.TimeUnit;

/**
 * Limits the packets and bytes of one connection in a second, with a second's worth at once.
 * Belongs to its event loop.
 */
final class Pace {

  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private final double nsAPacket;
  private final double nsAByte;

  /** How far the connection is ahead of what it may send, in nanoseconds. */
  private double aheadNs;

  private long atNs;
  private boolean begun;

  /**
   * @param packets a second; 0 for no limit
   * @param bytes a second; 0 for no limit
   */
  Pace(int packets, long bytes) {
    nsAPacket = packets == 0 ? 0 : (double) SECOND / packets;
    nsAByte = bytes == 0 ? 0 : (double) SECOND / bytes;
  }

  /** A packet has come. */
  void take(int bytes) {
    aheadNs += Math.max(nsAPacket, nsAByte * bytes);
  }

  /** How long nothing more may be read, in nanoseconds; 0 for not at all. */
  long waitNs(long nowNs) {
    if (nsAPacket == 0 && nsAByte == 0) {
      return 0;
    }
    if (begun) {
      aheadNs = Math.max(0, aheadNs - (nowNs - atNs));
    }
    begun = true;
    atNs = nowNs;
    return aheadNs > SECOND ? (long) (aheadNs - SECOND) + 1 : 0;
  }
}
