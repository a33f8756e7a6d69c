package io.weir.gateway.api;

import io.weir.gateway.alarm.Alarm;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The gateway at one instant. Rates are per second over the last few seconds, ages and waits are
 * seconds; {@code null} stands where there is nothing to measure yet.
 *
 * @param gateway the id in the configuration
 * @param state what it does as a whole
 * @param reason why the state is not {@code running}, as readable text; "" when it is
 * @param topics the topic patterns of the routes, in order
 * @param dropped readings that went from the logs before every store had them, the most first
 * @param alarms those that are raised now
 * @param group {@code null} of a gateway that is in no group
 */
public record Status(
    String gateway,
    String version,
    Instant now,
    double uptimeSeconds,
    State state,
    String reason,
    List<String> topics,
    List<SourceStatus> sources,
    LogStatus log,
    DiskStatus disk,
    List<SinkStatus> sinks,
    QuarantineStatus quarantine,
    List<Dropped> dropped,
    List<Alarm> alarms,
    @Nullable GroupStatus group) {

  /** What the gateway does as a whole. */
  public enum State {
    STARTING,
    RUNNING,
    /** It runs, but a part of it does not. */
    DEGRADED,
    STOPPING
  }

  /**
   * One source.
   *
   * @param type its kind, such as mqtt
   * @param url where it connects to, without credentials; "" for a source that is connected to
   * @param state connected, connecting, down or stopped
   * @param reason why it does not receive, as readable text; "" when it does
   * @param sessionsLost connections where the broker had lost the session
   * @param unacknowledged deliveries held that are not yet acknowledged
   */
  public record SourceStatus(
      String name,
      String type,
      String url,
      boolean ready,
      String state,
      String reason,
      long connects,
      long sessionsLost,
      int unacknowledged,
      double messagesPerSecond,
      double readingsPerSecond,
      @Nullable Double lastMessageAgeSeconds,
      LedgerResponse.Source ledger) {}

  /**
   * The log of readings.
   *
   * @param reason why it takes no appends, as readable text; "" when it does
   * @param keptBytes of files that every store has, kept to make figures again; not in {@code
   *     bytes}
   * @param keptFrom from which receive time on they reach; {@code null} without any
   * @param syncMillis mean time of a group sync in the last seconds
   */
  public record LogStatus(
      long bytes,
      long maxBytes,
      int segments,
      boolean writable,
      String reason,
      long keptBytes,
      @Nullable Instant keptFrom,
      @Nullable Double syncMillis) {}

  /**
   * What is written to the data directory in a day, as since the start; without the embedded store.
   *
   * @param bytesPerDay in whole blocks of 4 KiB
   */
  public record DiskStatus(@Nullable Double bytesPerDay, @Nullable Double syncsPerDay) {}

  /**
   * Readings that went from a log that was nearly full, since the gateway started.
   *
   * @param log readings or figures
   * @param of the topic of their route, or the kind of figures: minute, hour, state or shift
   * @param reason max-age, thinned, drop-oldest or segment (a whole file at the bound); or
   *     replaced, where a later row of figures is kept in their place
   */
  public record Dropped(String log, String of, String reason, long readings) {}

  /** What a sink does now. */
  public enum SinkState {
    /** It writes, or has nothing to write. */
    STORING,
    /** The store asked it to wait. */
    WAITING,
    /** Needs manual action: a wrong token, a missing database. */
    HELD,
    /** The store cannot be reached, or fails. */
    DOWN
  }

  /**
   * One sink's drain of one log.
   *
   * @param log which log it drains: readings or figures
   * @param type influxdb or embedded
   * @param url the store, without credentials
   * @param reason why it is not storing, in the store's words where it gave any; "" when it is
   * @param nextTrySeconds until it tries again, or {@code null} when it is not waiting
   * @param breaker closed, half-open or open
   * @param lagSeconds age of the oldest record not yet stored; 0 when all is stored
   * @param lagBytes bytes of the log not yet stored
   */
  public record SinkStatus(
      String name,
      String log,
      String type,
      String url,
      SinkState state,
      String reason,
      @Nullable Double nextTrySeconds,
      String breaker,
      double lagSeconds,
      long lagBytes,
      double linesPerSecond,
      LedgerResponse.Sink ledger) {}

  /**
   * The quarantine.
   *
   * @param entries entries it took since the gateway started
   * @param newest the newest of them, newest first; a handful
   * @param ledger what became of what the sources rejected
   */
  public record QuarantineStatus(
      long entries, List<Recent> newest, LedgerResponse.@Nullable Quarantine ledger) {}

  /** One entry of the quarantine, in short. */
  public record Recent(
      String id, Instant received, String origin, String topic, String reason, String detail) {}
}
