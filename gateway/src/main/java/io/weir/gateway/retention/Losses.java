package io.weir.gateway.retention;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.weir.gateway.log.SegmentLog;
import io.weir.gateway.metrics.MeterNames;
import io.weir.gateway.retention.Policy.Cause;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * The readings of one log that went before every store had received them, since the start: by what
 * they were and why. Counted by the thread {@code retention}, read by any.
 */
public final class Losses {

  /** Segments that the log itself dropped. */
  private static final Cause WHOLE = new Cause("-", "segment", true);

  private final SegmentLog of;
  private final String log;
  private final MeterRegistry meters;
  private final Map<Cause, Long> byCause = new ConcurrentHashMap<>();
  private volatile boolean ongoing;

  Losses(SegmentLog of, MeterRegistry meters) {
    this.of = of;
    this.log = of.status().name();
    this.meters = meters;
    FunctionCounter.builder(MeterNames.RETENTION_DROPPED, of, SegmentLog::droppedWhole)
        .tags("log", log, "of", WHOLE.of(), "reason", WHOLE.reason())
        .register(meters);
  }

  /**
   * Readings that went for one cause.
   *
   * @param of the topic of their route, or what kind of figures they are; {@code -} for any
   * @param reason {@code max-age}, {@code thinned}, {@code drop-oldest}; {@code segment} for whole
   *     segments at the bound of the log; {@code replaced} where a later row of figures has the
   *     same place in the stores
   */
  public record Loss(String of, String reason, long readings) {}

  /** The name of the log. */
  public String log() {
    return log;
  }

  /** Whether readings went since the log was last half empty, so that more will go. */
  public boolean isOngoing() {
    return ongoing;
  }

  void ongoing(boolean now) {
    ongoing = now;
  }

  /** All of them, the most first. */
  public List<Loss> all() {
    return causes().entrySet().stream()
        .map(each -> new Loss(each.getKey().of(), each.getKey().reason(), each.getValue()))
        .sorted(Comparator.comparingLong(Loss::readings).reversed().thenComparing(Loss::of))
        .toList();
  }

  /** The readings that a store misses now; not those that later rows replace. */
  public long lost() {
    return causes().entrySet().stream()
        .filter(each -> each.getKey().isLoss())
        .mapToLong(Map.Entry::getValue)
        .sum();
  }

  /** The same in words, the most first; "" for none. */
  public String inWords() {
    Map<String, Long> byPart = new HashMap<>();
    causes()
        .forEach(
            (cause, readings) -> {
              if (cause.isLoss()) {
                String part = cause.equals(WHOLE) ? "its oldest segments" : cause.of();
                byPart.merge(part, readings, Long::sum);
              }
            });
    return byPart.entrySet().stream()
        .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
        .map(each -> each.getValue() + " of " + each.getKey())
        .collect(Collectors.joining(", "));
  }

  private Map<Cause, Long> causes() {
    Map<Cause, Long> all = new HashMap<>(byCause);
    if (of.droppedWhole() > 0) {
      all.put(WHOLE, of.droppedWhole());
    }
    return all;
  }

  void add(Cause cause, long readings) {
    byCause.merge(cause, readings, Long::sum);
    meters
        .counter(
            MeterNames.RETENTION_DROPPED, "log", log, "of", cause.of(), "reason", cause.reason())
        .increment(readings);
  }
}
