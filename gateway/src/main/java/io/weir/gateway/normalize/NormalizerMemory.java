package io.weir.gateway.normalize;

import io.weir.gateway.model.Series;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What normalizing remembers from one message to the next, beside the types: the last reading kept
 * of each series that has a report rule, payloads that may come again, series of each topic, clocks
 * of devices, instants given to samples whose clock is wrong. One for the life of the program,
 * whatever routes come and go. Shared by all source threads; each part is bounded, and what it
 * forgets costs a reading more, never one less.
 */
public final class NormalizerMemory {

  private static final int MOST_SERIES = 200_000;

  /** One metric of one series. */
  record Point(Series series, String metric) {}

  private final ConcurrentHashMap<Point, ReportRule.Last> lasts = new ConcurrentHashMap<>();
  final RecentPayloads duplicates = new RecentPayloads();
  final SeriesLimiter newcomers = new SeriesLimiter();
  private final DeviceClocks clocks = new DeviceClocks();
  final ArrivalTimes arrivals;

  /** Instants within one such step are the same to every store, nanoseconds. */
  final long finestNs;

  /** For stores that keep nanoseconds, where messages bring their receive times. */
  public NormalizerMemory() {
    this(1, ReceiveClock.silent());
  }

  /**
   * @param finestNs the finest precision of any store, nanoseconds
   * @param clock gives the receive times of the messages
   */
  public NormalizerMemory(long finestNs, ReceiveClock clock) {
    this.finestNs = finestNs;
    this.arrivals = new ArrivalTimes(clock);
  }

  /** How far the clocks of devices are from the gateway's. */
  public DeviceClocks clocks() {
    return clocks;
  }

  ReportRule.@Nullable Last last(Point point) {
    return lasts.get(point);
  }

  void keep(Point point, ReportRule.Last last) {
    if (lasts.size() >= MOST_SERIES) {
      lasts.clear();
    }
    lasts.put(point, last);
  }

  void forget(Point point) {
    lasts.remove(point);
  }

  /**
   * Remembers a message from before the start, as the log has it.
   *
   * @param payloadHash as {@link RecentPayloads#hash} gives it
   */
  public void recall(String topic, long payloadHash, long receiveNs) {
    duplicates.keep(RecentPayloads.key(topic, payloadHash), receiveNs);
  }
}
