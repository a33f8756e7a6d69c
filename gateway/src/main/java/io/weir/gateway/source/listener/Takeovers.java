package io.weir.gateway.source.listener;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Notices client ids whose session is taken over again and again: two devices were given the same
 * one. Each works for a moment and ends the other, and neither says so. Thread-safe.
 */
final class Takeovers {

  /** Of one client id within a span; a device whose link breaks comes back less often. */
  static final int MANY = 10;

  private static final long SPAN_NS = TimeUnit.MINUTES.toNanos(1);

  /** Client ids that are counted at once. */
  private static final int MOST = 64;

  private static final class Count {
    private final long sinceNs;
    private int times;

    Count(long sinceNs) {
      this.sinceNs = sinceNs;
    }
  }

  /** The one that was taken over longest ago first. */
  private final Map<String, Count> counts = new LinkedHashMap<>(16, 0.75f, true);

  private long lastLineNs;
  private boolean anyLine;

  /**
   * A session was taken over.
   *
   * @return whether that is worth a line of the log
   */
  synchronized boolean isWorthALine(String client, long nowNs) {
    Count count = counts.get(client);
    if (count == null || nowNs - count.sinceNs > SPAN_NS) {
      count = new Count(nowNs);
      counts.put(client, count);
      forgetTheOldest();
    }
    boolean isDue = !anyLine || nowNs - lastLineNs >= SPAN_NS;
    if (++count.times < MANY || !isDue) {
      return false;
    }
    anyLine = true;
    lastLineNs = nowNs;
    return true;
  }

  private void forgetTheOldest() {
    if (counts.size() > MOST) {
      Iterator<String> ids = counts.keySet().iterator();
      ids.next();
      ids.remove();
    }
  }
}
