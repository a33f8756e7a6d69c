package io.weir.gateway.normalize;

import io.weir.gateway.model.BoundedMap;
import io.weir.gateway.model.MemoryBudget;
import io.weir.gateway.model.Series;
import io.weir.gateway.model.Weight;
import org.jspecify.annotations.Nullable;

/**
 * What normalizing remembers from one message to the next, beside the types: the last reading kept
 * of each series that has a report rule, payloads that may come again, names of each source, clocks
 * of devices, instants given to samples whose clock is wrong. One for the life of the program,
 * whatever routes come and go. Shared by all source threads; each part is bounded, and what it
 * forgets costs a reading more, never one less.
 */
public final class NormalizerMemory {

  /** One metric of one series. */
  record Point(Series series, String metric) {

    /** What the names take; a series is shared by its metrics, but not always. */
    long weight() {
      return Weight.of(series) + Weight.of(metric);
    }
  }

  private final ReceiveClock clock;
  private final BoundedMap<Point, ReportRule.Last> lasts;

  /** When it began to remember {@link #lasts}, a receive time. */
  private volatile long sinceNs;

  /** How often the clock had gone back when it began to remember them. */
  private volatile long rebases;

  private final KnownNames names;
  final RecentPayloads duplicates;
  private final DeviceClocks clocks;
  final ArrivalTimes arrivals;

  private static final int BYTES_OF_LAST = 64;

  /** Of a command. */
  private static final long LARGE_HEAP = 1L << 30;

  private final MemoryBudget budget;

  /** Instants within one such step are the same to every store, nanoseconds. */
  final long finestNs;

  /** For stores that keep nanoseconds, where messages bring their receive times. */
  public NormalizerMemory() {
    this(1, ReceiveClock.silent(), KnownNames.unlimited(), MemoryBudget.of(LARGE_HEAP, 0));
  }

  /**
   * @param finestNs the finest precision of any store, nanoseconds
   * @param clock gives the receive times of the messages
   * @param names of all sources
   * @param budget how much may be remembered
   */
  public NormalizerMemory(
      long finestNs, ReceiveClock clock, KnownNames names, MemoryBudget budget) {
    this.clock = clock;
    this.sinceNs = clock.last();
    this.names = names;
    this.finestNs = finestNs;
    this.budget = budget;
    long series = budget.seriesBytes() / 4;
    long topics = budget.topicBytes() / 4;
    this.lasts =
        new BoundedMap<>(
            series,
            (point, last) -> BYTES_OF_LAST + point.weight() + Weight.of(last.reading().value()));
    this.arrivals = new ArrivalTimes(clock, series);
    this.clocks = new DeviceClocks(topics);
    this.duplicates = new RecentPayloads(topics / 2, clock);
  }

  /** What the routes may remember of topics, in bytes. */
  long topicBytes() {
    return budget.topicBytes() / 2;
  }

  /** What each source has brought. */
  public KnownNames names() {
    return names;
  }

  /** How far the clocks of devices are from the gateway's. */
  public DeviceClocks clocks() {
    return clocks;
  }

  ReportRule.@Nullable Last last(Point point) {
    if (clock.rebases() != rebases) {
      rebases = clock.rebases();
      forgetLasts(); // some are of times that have not come yet, and would keep all until then
    }
    return lasts.get(point);
  }

  /** How long ago what has no time of its own was kept is told by elapsed time alone now. */
  boolean timeStands() {
    return clock.stands();
  }

  long elapsedNs() {
    return clock.elapsedNs();
  }

  void keep(Point point, ReportRule.Last last) {
    if (lasts.put(point, last)) {
      sinceNs = clock.last(); // of the other points nothing is known any more
    }
  }

  /** What was kept of a point is not stored after all. */
  void undo(Point point, ReportRule.Last last) {
    ReportRule.Last now = lasts.get(point);
    if (now != null && now.reading().timeNs() > last.reading().timeNs()) {
      keep(point, now.undone());
    } else {
      keep(point, last.undone());
    }
  }

  /** Event time up to which readings may be stored that are not remembered, as received now. */
  long sinceNs() {
    return clock.asOfNow(sinceNs);
  }

  /**
   * Other routes hold from now on. Points that had no report rule before were not remembered, so
   * nothing is known of the readings of any.
   */
  public void routesChange() {
    forgetLasts();
  }

  private void forgetLasts() {
    sinceNs = clock.last();
    lasts.clear();
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
