package io.weir.gateway.normalize;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Payloads without a time of their own that came a short while ago, by a 64-bit hash of topic and
 * bytes. Guarded by itself; bounded, the oldest go first.
 */
public final class RecentPayloads {

  private static final int MOST = 100_000;
  private static final int BYTES_OF_ONE = 100;

  private final int most;

  private final ReceiveClock clock;

  /** By key, in the order of arrival. */
  private final Map<Long, Arrival> arrivals = new LinkedHashMap<>();

  private record Arrival(long receiveNs, long elapsedNs) {}

  /**
   * @param bytes of the heap that it may take, about
   */
  RecentPayloads(long bytes, ReceiveClock clock) {
    most = (int) Math.min(MOST, bytes / BYTES_OF_ONE);
    this.clock = clock;
  }

  /**
   * Whether the same arrived within the window before, by receive time and by elapsed time: where
   * the clock went back, receive times stand until it is there again. What arrived at the very same
   * instant is the same message, sent through again out of the quarantine.
   */
  synchronized boolean contains(long key, long receiveNs, long windowNs) {
    Arrival before = arrivals.get(key);
    return before != null
        && receiveNs > before.receiveNs
        && receiveNs - before.receiveNs < windowNs
        && clock.elapsedNs() - before.elapsedNs < windowNs;
  }

  synchronized void keep(long key, long receiveNs) {
    arrivals.remove(key); // to the end of the order
    arrivals.put(key, new Arrival(receiveNs, clock.elapsedNs()));
    if (arrivals.size() > most) {
      Iterator<Long> oldest = arrivals.keySet().iterator();
      oldest.next();
      oldest.remove();
    }
  }

  synchronized void forget(long key) {
    arrivals.remove(key);
  }

  /** Never 0. */
  static long key(String topic, long payloadHash) {
    long hash = payloadHash;
    for (int i = 0; i < topic.length(); i++) {
      hash = (hash ^ topic.charAt(i)) * 0x100000001b3L;
    }
    return hash == 0 ? 1 : hash;
  }

  /** FNV-1a, 64 bits: stable over versions, since it stands in the log. */
  public static long hash(byte[] payload) {
    long hash = 0xcbf29ce484222325L;
    for (byte b : payload) {
      hash = (hash ^ (b & 0xff)) * 0x100000001b3L;
    }
    return hash;
  }
}
