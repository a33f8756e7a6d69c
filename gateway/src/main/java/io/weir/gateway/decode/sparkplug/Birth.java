package io.weir.gateway.decode.sparkplug;

import io.weir.gateway.model.Value;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the birth of a node or of a device said of its metrics. Filled by the thread that reads the
 * birth, then handed to {@link Sessions}; from there on only the last values change, the time of
 * the newest message and whether it is in doubt, under its monitor.
 */
final class Birth {

  /** Characters of a text at most that is remembered as last value. */
  private static final int LONGEST_TEXT = 256;

  /** What one metric costs beside its texts, bytes, about. */
  private static final int METRIC_BYTES = 300;

  /** Sessions of a node are counted up to 255, and around. */
  private static final int SESSIONS = 256;

  /**
   * So many messages in a row that came in their turn, and would have been sent before the birth,
   * tell that the node does not write when it sends them.
   */
  private static final int STRANGE = 32;

  /** What a birth without metrics costs, bytes, about. */
  private static final int BIRTH_BYTES = 256;

  /** One metric, and the last value it had. */
  static final class Metric {
    final String name;
    final int datatype;
    final @Nullable String unit;
    private @Nullable Value last;

    Metric(String name, int datatype, @Nullable String unit) {
      this.name = name;
      this.datatype = datatype;
      this.unit = unit;
    }

    /** The last value, or {@code null} where there is none. */
    @Nullable Value last() {
      return last;
    }

    void last(@Nullable Value value) {
      boolean large = value instanceof Value.Text text && text.value().length() > LONGEST_TEXT;
      last = large ? null : value;
    }
  }

  /**
   * What an alias means, and in messages of which time by the clock of the node: from the first of
   * the births that agree on it, until one that does not.
   *
   * @param fromMs 0 where it has always been so
   * @param untilMs that time is not meant any more
   * @param changed whether it meant something else before, as far as is known
   */
  record Meaning(Metric metric, long fromMs, long untilMs, boolean changed) {

    /** Whether it is sure in a message of a time; 0 is no time. */
    boolean holds(long timeMs) {
      return timeMs == 0 || fromMs <= timeMs && timeMs < untilMs;
    }

    /** Whether it is not sure, but nothing else is known that it meant then. */
    boolean isLikely(long timeMs) {
      return !changed && timeMs < fromMs;
    }

    private boolean agrees(Meaning other) {
      return metric.datatype == other.metric.datatype && metric.name.equals(other.metric.name);
    }
  }

  /** Stands under an alias that the birth gave to several metrics: it names none of them. */
  static final Metric AMBIGUOUS = new Metric("", 0, null);

  private final Map<String, Metric> byName = new LinkedHashMap<>();
  private final Map<Long, Meaning> byAlias = new HashMap<>();
  private final long timeMs;
  private @Nullable Long session;
  private long newestMs;
  private boolean doubtful;
  private int early;
  private long bytes = BIRTH_BYTES;

  /**
   * @param timeMs by the clock of the node; 0 where it has none
   */
  Birth(long timeMs) {
    this.timeMs = timeMs;
    this.newestMs = timeMs;
  }

  /** The session of the node that it is of, as the node counts them; {@code null} if unknown. */
  void ofSession(@Nullable Long number) {
    session = number;
  }

  void add(Metric metric, @Nullable Long alias) {
    byName.put(metric.name, metric);
    if (alias != null) {
      byAlias.merge(
          alias,
          meaning(metric),
          (a, b) -> a.metric.name.equals(b.metric.name) ? b : meaning(AMBIGUOUS));
    }
    int unit = metric.unit == null ? 0 : metric.unit.length();
    bytes += METRIC_BYTES + 2L * (metric.name.length() + unit);
  }

  private Meaning meaning(Metric metric) {
    return new Meaning(metric, timeMs, Long.MAX_VALUE, false);
  }

  /**
   * Learns from the birth that was known before. Births come in any order, and a clock of a node
   * goes back: so of two that do not agree each holds in its own time alone.
   */
  void follows(Birth before) {
    early = before.isTimeless() ? STRANGE : 0;
    if (timeMs == 0) {
      return;
    }
    boolean adjoins = adjoins(before);
    byAlias.replaceAll(
        (alias, meaning) -> {
          Meaning was = before.byAlias.get(alias);
          return adjoins && was != null && was.agrees(meaning)
              ? continued(was, meaning.metric)
              : new Meaning(meaning.metric, timeMs, before.endOf(timeMs), true);
        });
    doubtful = before.doubtful && timeMs < before.newestMs;
  }

  /** Whether the node had no session between the two: its sessions are counted. */
  private boolean adjoins(Birth before) {
    return session != null
        && before.session != null
        && (session.equals(before.session) || session == (before.session + 1) % SESSIONS);
  }

  private Meaning continued(Meaning was, Metric metric) {
    if (timeMs >= was.untilMs) {
      return new Meaning(metric, timeMs, Long.MAX_VALUE, true);
    }
    if (timeMs >= was.fromMs || !was.changed) {
      return new Meaning(metric, Math.min(timeMs, was.fromMs), was.untilMs, was.changed);
    }
    return new Meaning(metric, timeMs, timeMs, true); // until when it was another one is not known
  }

  /** Until when another birth holds that does not agree with this one. */
  private long endOf(long otherMs) {
    return otherMs < timeMs ? timeMs : Long.MAX_VALUE;
  }

  /** Whether all aliases that it gives meant the same in another one. */
  boolean agrees(Birth other) {
    return byAlias.entrySet().stream()
        .allMatch(
            each -> {
              Meaning was = other.byAlias.get(each.getKey());
              return was != null && was.agrees(each.getValue());
            });
  }

  /** A later one may be missing. */
  void doubt() {
    doubtful = true;
  }

  boolean isDoubtful() {
    return doubtful;
  }

  /** A message of this time came in its turn: so it was sent after the birth. */
  void cameInTurn(long messageMs) {
    if (!isTimeless()) {
      early = messageMs < timeMs ? early + 1 : 0;
    }
  }

  /** Whether the times of messages do not tell when they were sent. */
  boolean isTimeless() {
    return early >= STRANGE;
  }

  /** A message of this time came under it. */
  void came(long messageMs) {
    newestMs = Math.max(newestMs, messageMs);
  }

  /** The time of the newest message under it. */
  long newestMs() {
    return newestMs;
  }

  @Nullable Metric named(String name) {
    return byName.get(name);
  }

  /** What an alias means, {@link #AMBIGUOUS} where several have it. */
  @Nullable Meaning aliased(long alias) {
    return byAlias.get(alias);
  }

  Collection<Metric> metrics() {
    return byName.values();
  }

  /** What it costs to remember, about. */
  long bytes() {
    return bytes;
  }
}
