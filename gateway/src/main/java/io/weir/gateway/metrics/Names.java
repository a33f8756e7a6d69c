package io.weir.gateway.metrics;

/**
 * The names of all meters, in Micrometer's dotted form; Prometheus shows them with underscores, a
 * unit and, for counters, {@code _total}. Documented in {@code docs/metrics.md}.
 */
public final class Names {

  private Names() {}

  /** Counter, tag source: samples received. */
  public static final String RECEIVED = "weir.source.received.readings";

  /** Counter, tag source: messages received. */
  public static final String MESSAGES = "weir.source.messages";

  /** Counter, tag source: payload bytes received. */
  public static final String RECEIVED_BYTES = "weir.source.received.bytes";

  /** Counter, tag source: messages acknowledged to their sender. */
  public static final String ACKNOWLEDGED = "weir.source.acknowledged.messages";

  /** Counter, tag source: readings appended to the log. */
  public static final String APPENDED = "weir.source.appended.readings";

  /** Counter, tag source: samples left out on purpose. */
  public static final String FILTERED = "weir.source.filtered.readings";

  /** Counter, tags source and reason: samples quarantined on the way in. */
  public static final String REJECTED = "weir.source.rejected.readings";

  /** Counter, tag source: samples turned away for want of room. */
  public static final String REFUSED = "weir.source.refused.readings";

  /** Counter, tag source: redeliveries recognised and not appended. */
  public static final String DUPLICATES = "weir.source.duplicate.messages";

  /** Counter, tag source: event times too far ahead, replaced by the receive time. */
  public static final String SKEWED = "weir.source.skewed.readings";

  /** Gauge, tag source: 1 while it receives. */
  public static final String CONNECTED = "weir.source.connected";

  /** Gauge, tag source: deliveries held, not yet acknowledged. */
  public static final String UNACKNOWLEDGED = "weir.source.unacknowledged.messages";

  /** Counter, tag source: connections made. */
  public static final String CONNECTS = "weir.source.connects";

  /** Counter, tag source: sessions the broker had lost. */
  public static final String SESSIONS_LOST = "weir.source.sessions.lost";

  /** Gauge, tag source: seconds since the last message. */
  public static final String LAST_MESSAGE_AGE = "weir.source.last.message.age";

  /** Timer, tag source: from topic to append, of one message. */
  public static final String INTAKE_TIME = "weir.intake.time";

  /** Counter, tag log: bytes appended. */
  public static final String LOG_APPENDED_BYTES = "weir.log.appended.bytes";

  /** Timer, tag log: one group sync. */
  public static final String LOG_SYNC_TIME = "weir.log.sync.time";

  /** Counter, tag log: syncs that failed. */
  public static final String LOG_SYNC_FAILURES = "weir.log.sync.failures";

  /** Gauge, tag log: bytes on disk. */
  public static final String LOG_BYTES = "weir.log.size.bytes";

  /** Gauge, tag log: bound in bytes. */
  public static final String LOG_MAX_BYTES = "weir.log.max.bytes";

  /** Gauge, tag log: 1 while appends are taken. */
  public static final String LOG_WRITABLE = "weir.log.writable";

  /** Gauge, tag log: readings since start that the bound took before every consumer had them. */
  public static final String LOG_DROPPED = "weir.log.dropped.readings";

  /** Gauge, tag log: readings seen since start to be destroyed by damage. */
  public static final String LOG_CORRUPT = "weir.log.corrupt.readings";

  /** Gauge, tag log: segments on disk. */
  public static final String LOG_SEGMENTS = "weir.log.segments";

  /**
   * Gauge, tags sink and state (stored, quarantined, withheld, dropped, corrupt): the durable
   * ledger.
   */
  public static final String SINK_LEDGER = "weir.sink.ledger.readings";

  /** Gauge, tag sink: readings synced in the log, not yet stored. */
  public static final String SINK_PENDING = "weir.sink.pending.readings";

  /** Gauge, tag sink: bytes of the log not yet drained. */
  public static final String SINK_LAG_BYTES = "weir.sink.lag.bytes";

  /** Gauge, tag sink: age in seconds of the oldest record not yet stored. */
  public static final String SINK_LAG_AGE = "weir.sink.lag.age";

  /** Timer, tags sink and outcome: one write to the store. */
  public static final String SINK_WRITE_TIME = "weir.sink.write.time";

  /** Counter, tag sink: lines stored. */
  public static final String SINK_LINES = "weir.sink.stored.lines";

  /** Counter, tag sink: writes repeated. */
  public static final String SINK_RETRIES = "weir.sink.retries";

  /** Gauge, tag sink: 0 closed, 1 half-open, 2 open. */
  public static final String SINK_BREAKER = "weir.sink.breaker.state";

  /** Counter, tags origin and reason: entries written to the quarantine. */
  public static final String QUARANTINED = "weir.quarantine.entries";
}
