package io.weir.gateway.normalize;

import io.weir.gateway.model.Reason;
import io.weir.gateway.model.Series;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Holds back who invents series or metrics without end. Of a topic whose route has a limit, each
 * series and metric is known once it was let in; a bounded number of new ones is let in each
 * minute. After a start all are new once. Shared by all source threads.
 */
final class SeriesLimiter {

  private static final long MINUTE_NS = 60_000_000_000L;

  /** Topics, and series and metrics of one; beyond, all are forgotten. */
  private static final int MOST_TOPICS = 10_000;

  private static final int MOST_KNOWN = 100_000;

  /** What is known of one topic; guarded by itself. */
  private static final class Device {
    private final Set<NormalizerMemory.Point> known = new HashSet<>();
    private long minute = Long.MIN_VALUE;
    private int admitted;

    synchronized boolean admits(NormalizerMemory.Point point, int limit, long receiveNs) {
      if (known.contains(point)) {
        return true;
      }
      long now = Math.floorDiv(receiveNs, MINUTE_NS);
      if (now != minute) {
        minute = now;
        admitted = 0;
      }
      if (admitted >= limit) {
        return false;
      }
      if (known.size() >= MOST_KNOWN) {
        known.clear();
      }
      admitted++;
      return known.add(point);
    }
  }

  private final ConcurrentHashMap<String, Device> devices = new ConcurrentHashMap<>();

  /** Refuses what is new beyond the limit. */
  void admit(String topic, int limit, Series series, String metric, long receiveNs) throws Unfit {
    Device device = devices.get(topic);
    if (device == null) {
      if (devices.size() >= MOST_TOPICS) {
        devices.clear();
      }
      device = devices.computeIfAbsent(topic, name -> new Device());
    }
    if (!device.admits(new NormalizerMemory.Point(series, metric), limit, receiveNs)) {
      throw new Unfit(
          Reason.LIMIT, "more than " + limit + " new series and metrics of this topic in a minute");
    }
  }
}
