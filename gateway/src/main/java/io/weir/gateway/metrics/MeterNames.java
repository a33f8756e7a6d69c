package io.weir.gateway.metrics;

import io.micrometer.core.instrument.Meter;
import io.weir.gateway.alarm.Alarms;
import io.weir.gateway.log.LogMeter;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The names of all meters of the gateway's own, in Micrometer's dotted form, with what each means
 * and which tags it has. Prometheus shows them with underscores and, for counters, {@code _total},
 * for timers {@code _seconds}. {@code docs/reference/metrics.md} lists the same for users; a test
 * compares both.
 */
public final class MeterNames {

  private static final Map<String, Described> ALL = new LinkedHashMap<>();

  // Sources. The unit of the ledger is the reading; received = appended + filtered + rejected +
  // refused.

  public static final String RECEIVED =
      counter("weir.source.received.readings", "Samples received", "source");

  public static final String MESSAGES =
      counter("weir.source.messages", "Messages received", "source");

  public static final String RECEIVED_BYTES =
      counter("weir.source.received.bytes", "Payload bytes received", "source");

  public static final String ACKNOWLEDGED =
      counter("weir.source.acknowledged.messages", "Messages acknowledged to the sender", "source");

  public static final String APPENDED =
      counter("weir.source.appended.readings", "Readings appended to the log", "source");

  public static final String FILTERED =
      counter("weir.source.filtered.readings", "Samples left out on purpose", "source");

  public static final String REJECTED =
      counter(
          "weir.source.rejected.readings",
          "Samples rejected by the intake and quarantined, by reason",
          "source",
          "reason");

  public static final String REFUSED =
      counter("weir.source.refused.readings", "Samples refused because the log was full", "source");

  public static final String DUPLICATES =
      counter(
          "weir.source.duplicate.messages",
          "Redeliveries recognised, acknowledged and not appended",
          "source");

  public static final String SKEWED =
      counter(
          "weir.source.skewed.readings",
          "Event times too far ahead, replaced by the receive time",
          "source");

  public static final String MISREAD =
      counter(
          "weir.source.misread.time.readings",
          "Event times in an unexpected unit, such as seconds instead of milliseconds",
          "source");

  public static final String OWN_MESSAGES =
      counter(
          "weir.source.own.messages",
          "Messages left out because this gateway itself had published them",
          "source");

  public static final String CLOCK_AHEAD =
      gauge(
          "weir.source.clock.ahead.seconds",
          "Largest lead of a device's clock over the gateway's",
          "source");

  public static final String CLOCK_BEHIND =
      gauge(
          "weir.source.clock.behind.seconds",
          "Largest lag of a device's clock behind the gateway's, or the delay of its readings",
          "source");

  public static final String CONNECTED =
      gauge("weir.source.connected", "1 while the source receives, else 0", "source");

  public static final String UNACKNOWLEDGED =
      gauge(
          "weir.source.unacknowledged.messages",
          "Deliveries held that are not yet acknowledged",
          "source");

  public static final String CONNECTS =
      counter("weir.source.connects", "Connections made", "source");

  public static final String SESSIONS_LOST =
      counter(
          "weir.source.sessions.lost",
          "Connections where the broker had lost the session: messages may be lost",
          "source");

  public static final String BROKEN_PACKETS =
      counter(
          "weir.source.broken.packets",
          "Connections ended because the other side sent a broken packet",
          "source");

  public static final String CONNECTIONS =
      gauge("weir.source.connections", "Connections of senders that are open now", "source");

  public static final String REFUSED_CONNECTIONS =
      counter(
          "weir.source.refused.connections",
          "Connections of senders that were not let in: too many, or a wrong login",
          "source");

  public static final String NOT_AUTHORISED =
      counter(
          "weir.source.not.authorised.messages",
          "Messages dropped because their sender may not publish to their topic",
          "source");

  public static final String LAST_MESSAGE_AGE =
      gauge("weir.source.last.message.age.seconds", "Time since the last message", "source");

  public static final String SOURCE_LAG =
      gauge(
          "weir.source.lag.records",
          "Records of the source's topics that are not yet on disk here, read or not",
          "source");

  public static final String NAMES_KNOWN =
      gauge(
          "weir.names.known",
          "Machines, series (long ones count as several) and fields that the source has brought",
          "source",
          "limit");

  public static final String NAMES_LIMIT =
      gauge("weir.names.limit", "How many of them the source may bring", "source", "limit");

  public static final String NAMES_REFUSED =
      counter(
          "weir.names.refused",
          "New machines, series, fields, and texts and names that were beyond a limit of the"
              + " source; one that comes again counts again",
          "source",
          "limit");

  public static final String INTAKE_TIME =
      timer("weir.intake.time", "Time from the delivery of a message to its append", "source");

  // The logs: readings, figures, quarantine. Their package has the names.

  static {
    for (LogMeter meter : LogMeter.values()) {
      described(meter.meterName(), kind(meter.type()), meter.meaning(), LogMeter.TAG);
    }
  }

  public static final String RETENTION_DROPPED =
      counter(
          "weir.retention.dropped.readings",
          "Readings thinned out or dropped from a log that was nearly full before every store had"
              + " them, by route or kind of figures and by reason",
          "log",
          "of",
          "reason");

  // The data directory. Files: a log's name for its segments, cursors, other.

  public static final String DISK_WRITTEN =
      counter(
          "weir.disk.written.bytes",
          "Bytes written to the data directory, in whole blocks of 4 KiB; without the embedded"
              + " store",
          "files");

  public static final String DISK_SYNCS =
      counter("weir.disk.syncs", "Syncs of files and folders of the data directory", "files");

  public static final String DISK_DAILY_BYTES =
      gauge(
          "weir.disk.daily.bytes",
          "Bytes written to the data directory in a day, as since the start",
          "files");

  public static final String DISK_DAILY_SYNCS =
      gauge(
          "weir.disk.daily.syncs",
          "Syncs of the data directory in a day, as since the start",
          "files");

  // Group
  public static final String GROUP_PASSED_OVER =
      counter(
          "weir.group.passed.over.readings",
          "Readings of the log that another member of the group sends, each time they are read",
          "sink",
          "log");

  public static final String GROUP_EPOCH =
      gauge("weir.group.epoch", "Rises with each change of who sends what");

  public static final String GROUP_MEMBERS =
      gauge("weir.group.members", "Members of the group that are heard, this one included");

  // Sinks. offered = stored + sent + thinned + quarantined + withheld + dropped +
  // corrupt + pending.

  public static final String SINK_LEDGER =
      gauge(
          "weir.sink.ledger.readings",
          "The durable ledger: readings that ended as stored, sent, thinned, quarantined, withheld,"
              + " dropped or corrupt since the sink was first configured",
          "sink",
          "log",
          "state");

  public static final String SINK_THIN_LATE =
      counter(
          "weir.sink.thin.late.readings",
          "Readings that came when their window was closed, sent in a field of their own",
          "sink",
          "log");

  public static final String SINK_PENDING =
      gauge(
          "weir.sink.pending.readings", "Readings safe in the log, not yet stored", "sink", "log");

  public static final String SINK_LAG_BYTES =
      gauge("weir.sink.lag.bytes", "Bytes of the log not yet stored", "sink", "log");

  public static final String SINK_LAG_AGE =
      gauge("weir.sink.lag.age.seconds", "Age of the oldest record not yet stored", "sink", "log");

  public static final String SINK_WRITE_TIME =
      timer(
          "weir.sink.write.time",
          "One write to the store, by what it answered",
          "sink",
          "log",
          "outcome");

  public static final String SINK_LINES =
      counter("weir.sink.stored.lines", "Lines stored", "sink", "log");

  public static final String SINK_RETRIES =
      counter("weir.sink.retries", "Writes repeated", "sink", "log");

  public static final String SINK_BREAKER =
      gauge(
          "weir.sink.breaker.state",
          "Circuit breaker: 0 closed, 1 half-open, 2 open",
          "sink",
          "log");

  public static final String SINK_READINGS_BREAKER =
      gauge(
          "weir.sink.readings.breaker.state",
          "Circuit breaker of readings given back: 0 closed, 1 half-open, 2 open",
          "sink");

  // Notifications.

  /** The tag of their meters. */
  public static final String OUTLET = "outlet";

  public static final String NOTIFY_DELIVERED =
      counter("weir.notify.delivered.messages", "Notifications that an outlet has taken", OUTLET);

  public static final String NOTIFY_FAILED =
      counter(
          "weir.notify.failed.messages", "Attempts to send that an outlet did not take", OUTLET);

  public static final String NOTIFY_PENDING =
      gauge("weir.notify.pending.events", "Events that wait for an outlet", OUTLET);

  // Efficiency.

  public static final String EFFICIENCY_MACHINES =
      gauge("weir.efficiency.machines", "Machines with efficiency figures");

  public static final String EFFICIENCY_PENDING =
      gauge(
          "weir.efficiency.pending.readings",
          "Readings in the log that are not yet in committed figures");

  public static final String EFFICIENCY_LATE =
      gauge(
          "weir.efficiency.late.readings",
          "Readings that came too late: stored, but in no figure; durable");

  public static final String EFFICIENCY_IMPLAUSIBLE =
      gauge(
          "weir.efficiency.implausible.counts",
          "Counts that cannot be right, such as more pieces than the ideal cycle allows; durable");

  public static final String EFFICIENCY_IGNORED =
      gauge(
          "weir.efficiency.ignored.readings",
          "Readings of machines beyond the limit of one gateway; durable");

  public static final String EFFICIENCY_IGNORED_OF_SIGNALS =
      gauge(
          "weir.efficiency.signals.ignored.readings",
          "Readings of efficiency.signals beyond the signals that the heap holds, since the start");

  // Devices.

  public static final String DEVICES_MISSING =
      counter(
          "weir.devices.missing.messages",
          "Messages that devices numbered and that never arrived, found since the start",
          "source");

  public static final String DEVICES_MISSING_ESTIMATED =
      counter(
          "weir.devices.missing.estimated.messages",
          "Messages missing by the period of devices without numbers, estimated, found since the"
              + " start",
          "source");

  public static final String DEVICES_UNWATCHED =
      counter(
          "weir.devices.unwatched.messages",
          "Messages of devices past the bound, which are not watched",
          "source");

  public static final String DEVICES_WATCHED =
      gauge("weir.devices.watched", "Devices watched for gaps and silence", "source");

  public static final String DEVICES_SILENT =
      gauge("weir.devices.silent", "Devices that are silent for too long", "source");

  // The quarantine.

  public static final String QUARANTINED =
      counter(
          "weir.quarantine.entries",
          "Entries written to the quarantine, by source or sink and by reason",
          "origin",
          "reason");

  // rejected by the sources = copied + lost + pending.

  public static final String QUARANTINE_LEDGER =
      gauge(
          "weir.quarantine.ledger.readings",
          "The durable ledger: what the sources rejected, copied to the quarantine, lost before it"
              + " was copied, or pending",
          "state");

  // The HTTP server.

  public static final String HTTP_REQUEST_TIME =
      timer(
          "weir.http.request.time",
          "One request, by known path and status; `none` where it ended before its answer",
          "path",
          "status");

  public static final String HTTP_STREAM_CLIENTS =
      gauge("weir.http.stream.clients", "Clients that follow the stream of snapshots");

  public static final String HTTP_CERTIFICATE_LEFT =
      gauge(
          "weir.http.certificate.left.seconds",
          "Until the certificate of http.tls expires; below 0 it has");

  // The gateway among others.

  public static final String FLEET_SITES =
      gauge("weir.fleet.sites", "Gateways that report to this one, by how they are", "level");

  public static final String FLEET_BUNDLE =
      gauge("weir.fleet.bundle", "Version of the bundle in use; 0 for the main file");

  // The gateway itself.

  public static final String ALARM =
      gauge(Alarms.METER, "1 while an alarm of the id is raised, else 0", Alarms.TAG);

  public static final String CONFIG_RELOADS =
      counter("weir.config.reloads", "Reloads of the configuration, applied or refused", "outcome");

  public static final String VERSION =
      gauge(
          "weir.gateway.version",
          "Always 1; its tags name the gateway and its version",
          "gateway",
          "version");

  private MeterNames() {}

  /** How a meter counts. */
  public enum Kind {
    /** Only rises; starts at 0 with the process. */
    COUNTER,
    /** A value now. */
    GAUGE,
    /** Count, sum and greatest of durations. */
    TIMER
  }

  /**
   * What is known of a meter.
   *
   * @param tags the keys of its tags, in order
   */
  public record Described(String name, Kind kind, String meaning, List<String> tags) {

    private static final Set<String> UNITS =
        Set.of("readings", "messages", "bytes", "lines", "entries", "segments", "seconds");

    /** The unit of its value, or "" for a plain number. */
    public String unit() {
      String last = name.substring(name.lastIndexOf('.') + 1);
      return kind == Kind.TIMER ? "seconds" : UNITS.contains(last) ? last : "";
    }
  }

  /** Every meter, by name, in the order above. */
  public static Map<String, Described> all() {
    return Collections.unmodifiableMap(ALL);
  }

  private static String counter(String name, String meaning, String... tags) {
    return described(name, Kind.COUNTER, meaning, tags);
  }

  private static String gauge(String name, String meaning, String... tags) {
    return described(name, Kind.GAUGE, meaning, tags);
  }

  private static String timer(String name, String meaning, String... tags) {
    return described(name, Kind.TIMER, meaning, tags);
  }

  private static Kind kind(Meter.Type type) {
    return switch (type) {
      case COUNTER -> Kind.COUNTER;
      case GAUGE -> Kind.GAUGE;
      case TIMER -> Kind.TIMER;
      default -> throw new IllegalArgumentException("Weir has no meter of type " + type);
    };
  }

  private static String described(String name, Kind kind, String meaning, String... tags) {
    ALL.put(name, new Described(name, kind, meaning, List.of(tags)));
    return name;
  }
}
