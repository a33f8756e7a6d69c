package io.weir.gateway.people;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How often something may happen for each key: some times at once, then at intervals. Keys that
 * were not seen for the longest time are forgotten beyond a number. Not thread-safe.
 */
final class Pace {

  private static final int MOST_KEYS = 10_000;

  private final long intervalNs;
  private final long burstNs;

  /** When each key's debt is paid, by the elapsed clock. */
  private final Map<String, Long> paid =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
          return size() > MOST_KEYS;
        }
      };

  /**
   * @param burst how often at once
   * @param intervalNs between two, after that
   */
  Pace(int burst, long intervalNs) {
    this.intervalNs = intervalNs;
    this.burstNs = (burst - 1) * intervalNs;
  }

  /** How long to wait; 0 where it may happen now. */
  long waitNs(String key, long nowNs) {
    Long until = paid.get(key);
    return until == null ? 0 : Math.max(0, until - nowNs - burstNs);
  }

  /** It happens. */
  void take(String key, long nowNs) {
    Long until = paid.get(key);
    paid.put(key, (until == null || until - nowNs < 0 ? nowNs : until) + intervalNs);
  }

  /** It does not count. */
  void giveBack(String key) {
    paid.computeIfPresent(key, (any, until) -> until - intervalNs);
  }
}
