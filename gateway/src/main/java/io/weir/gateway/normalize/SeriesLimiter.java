package io.weir.gateway.normalize;

import io.weir.gateway.model.BoundedMap;
import io.weir.gateway.model.Reason;
import io.weir.gateway.model.Series;
import io.weir.gateway.model.Weight;

/**
 * Holds back who invents series or metrics without end. Of a topic whose route has a limit, each
 * series and metric is known once it was let in; a bounded number of new ones is let in each
 * minute. After a start all are new once. Shared by all source threads.
 */
final class SeriesLimiter {

  private static final long MINUTE_NS = 60_000_000_000L;

  /** One topic beside its name and what is known of it. */
  private static final int BYTES_OF_TOPIC = 200;

  /** How many new ones one topic had in a minute; guarded by itself. */
  private static final class Device {
    private long minute = Long.MIN_VALUE;
    private int admitted;

    synchronized boolean admits(int limit, long receiveNs) {
      long now = Math.floorDiv(receiveNs, MINUTE_NS);
      if (now != minute) {
        minute = now;
        admitted = 0;
      }
      if (admitted >= limit) {
        return false;
      }
      admitted++;
      return true;
    }
  }

  /** One series and metric of one topic. */
  private record Known(String topic, NormalizerMemory.Point point) {}

  private final BoundedMap<Known, Boolean> known;
  private final BoundedMap<String, Device> devices;

  /**
   * @param bytes of the heap that it may take, about; once full, all are new once more
   */
  SeriesLimiter(long bytes) {
    known = new BoundedMap<>(bytes * 3 / 4, each -> each.point.weight() + Weight.of(each.topic));
    devices = new BoundedMap<>(bytes / 4, topic -> BYTES_OF_TOPIC + Weight.of(topic));
  }

  /** Refuses what is new beyond the limit. */
  void admit(String topic, int limit, Series series, String metric, long receiveNs) throws Unfit {
    Known point = new Known(topic, new NormalizerMemory.Point(series, metric));
    if (known.get(point) != null) {
      return;
    }
    Device device = devices.get(topic);
    if (device == null) {
      device = devices.putIfAbsent(topic, new Device());
    }
    if (device.admits(limit, receiveNs)) {
      known.put(point, true);
    } else {
      throw new Unfit(
          Reason.LIMIT, "more than " + limit + " new series and metrics of this topic in a minute");
    }
  }
}
