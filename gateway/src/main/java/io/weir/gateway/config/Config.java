package io.weir.gateway.config;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The whole configuration file, defaults filled in, every value possible. Sizes are bytes. Made
 * only by {@link ConfigLoader}.
 */
public record Config(
    Gateway gateway,
    List<Source> sources,
    List<Route> routes,
    Buffer buffer,
    Quarantine quarantine,
    List<Sink> sinks,
    Http http,
    Logging logging) {

  /**
   * This gateway among others.
   *
   * @param id names this gateway to brokers and in logs
   * @param dataDir where everything durable stands; one gateway at a time
   */
  public record Gateway(String id, Path dataDir) {}

  /** A value that is never printed. */
  public record Secret(String value) {
    @Override
    public String toString() {
      return "***";
    }
  }

  /** PEM files: who is trusted, and who we are (both or neither of cert and key). */
  public record Tls(@Nullable Path ca, @Nullable Path cert, @Nullable Path key) {}

  /** A way in. */
  public sealed interface Source {
    String name();
  }

  /**
   * An MQTT broker and the session kept at it.
   *
   * @param version 5 or 311 (MQTT 3.1.1)
   * @param receiveMaximum messages the broker may have under way, 1 to 65535
   * @param windowBytes bytes of unacknowledged messages held at most
   * @param share name of a shared subscription group, or {@code null}
   * @param sparkplug what it is to the Sparkplug edge nodes behind it, if there are any
   */
  public record MqttSource(
      String name,
      URI url,
      String clientId,
      @Nullable String username,
      @Nullable Secret password,
      int version,
      int receiveMaximum,
      long windowBytes,
      int maxPacketBytes,
      Duration sessionExpiry,
      Duration keepAlive,
      Duration connectTimeout,
      @Nullable String share,
      @Nullable Tls tls,
      Sparkplug sparkplug)
      implements Source {}

  /**
   * What a source is to Sparkplug edge nodes.
   *
   * @param hostId the host application whose STATE it publishes, or {@code null} for none
   * @param rebirth whether nodes are asked for their births where those are not known
   * @param reorderTimeout how long a message missing in a node's sequence is waited for
   */
  public record Sparkplug(@Nullable String hostId, boolean rebirth, Duration reorderTimeout) {

    public static final Sparkplug DEFAULT = new Sparkplug(null, true, Duration.ofSeconds(5));
  }

  /** Readings that are posted to the gateway; at most so many bytes at once. */
  public record HttpSource(String name, int maxBodyBytes) implements Source {}

  /**
   * What the messages of a topic become.
   *
   * @param topic the pattern, such as {@code factory/{site}/{line}/{machine}/telemetry}
   * @param source name of the only source this route serves, or {@code null} for all
   * @param format a decoder's name
   * @param qos 0 or 1
   * @param measurement the store's measurement
   * @param metrics what is renamed and typed; empty where all keep their names
   * @param unlisted what happens to metrics that are not listed
   */
  public record Route(
      String topic,
      @Nullable String source,
      String format,
      int qos,
      String measurement,
      EventTime time,
      List<Metric> metrics,
      Unlisted unlisted) {}

  /** What becomes of metrics that a route does not list. */
  public enum Unlisted {
    KEEP,
    DROP
  }

  /**
   * Which time a reading has.
   *
   * @param from JSON Pointer of the time, or {@code null}: then it is looked for
   * @param unit unit of a numeric time, or {@code null}: then by magnitude
   * @param zone zone of times that name none, or {@code null}: then such times are rejected
   * @param maxFuture how far ahead of the receive time an event time may lie
   */
  public record EventTime(
      @Nullable String from,
      io.weir.gateway.model.Sample.@Nullable TimeUnit unit,
      @Nullable ZoneId zone,
      Duration maxFuture) {

    /** The same, with numbers in that unit. */
    public EventTime in(io.weir.gateway.model.Sample.TimeUnit other) {
      return new EventTime(from, other, zone, maxFuture);
    }
  }

  /**
   * What a metric is named and typed in the store.
   *
   * @param from the metric's name in the payload (a JSON Pointer where it starts with a slash)
   * @param to its name in the store, or {@code null} to keep it
   * @param type the type declared, or {@code null} for the natural one (numbers are floats)
   */
  public record Metric(
      String from, @Nullable String to, io.weir.gateway.model.Value.@Nullable Type type) {}

  /** The {@code readings} log. */
  public record Buffer(
      long segmentSize, long maxSize, WhenFull whenFull, Duration linger, int maxMessageSize) {}

  /** What an append does at the bound of the log. */
  public enum WhenFull {
    BLOCK,
    DROP_OLDEST
  }

  /** The {@code quarantine} log, bounded, drop-oldest. */
  public record Quarantine(long maxSize) {}

  /** A way out. */
  public sealed interface Sink {
    String name();

    Batch batch();

    /** Where a new sink starts in a log that has records already. */
    Start start();

    /** Bytes behind beyond which it gives up its oldest, 0 for never. */
    long maxLag();
  }

  /** Where a new sink starts. */
  public enum Start {
    OLDEST,
    NOW
  }

  /**
   * How lines are gathered into one write.
   *
   * @param maxLines lines of one write at most
   * @param maxBytes bytes of one write at most, before compression
   * @param linger how long a batch waits to fill
   */
  public record Batch(int maxLines, int maxBytes, Duration linger, boolean gzip) {}

  /**
   * An InfluxDB, or a store that speaks its line protocol over HTTP.
   *
   * @param version 1, 2 or 3
   * @param bucket version 2: with org; else {@code null}
   * @param database versions 1 and 3
   * @param text whether the store keeps text fields (VictoriaMetrics does not)
   */
  public record InfluxSink(
      String name,
      int version,
      URI url,
      @Nullable String org,
      @Nullable String bucket,
      @Nullable Secret token,
      @Nullable String database,
      @Nullable String retentionPolicy,
      @Nullable String username,
      @Nullable Secret password,
      Precision precision,
      boolean text,
      Duration timeout,
      Batch batch,
      Start start,
      long maxLag)
      implements Sink {}

  /**
   * QuestDB inside the gateway, on loopback.
   *
   * @param port its HTTP port: console, SQL, writes
   * @param pgPort its PostgreSQL port, 0 for off
   * @param pgPassword password for the PostgreSQL port; without it the port stays off
   */
  public record EmbeddedSink(
      String name,
      int port,
      int pgPort,
      @Nullable Secret pgPassword,
      Batch batch,
      Start start,
      long maxLag)
      implements Sink {}

  /** Of the times in a store. */
  public enum Precision {
    NS(1),
    US(1_000),
    MS(1_000_000),
    S(1_000_000_000);

    private final long nanos;

    Precision(long nanos) {
      this.nanos = nanos;
    }

    /** Nanoseconds in one step. */
    public long nanos() {
      return nanos;
    }
  }

  /**
   * The gateway's own server.
   *
   * @param bind address; one beyond loopback needs a token
   * @param token bearer token asked of every request but health, or {@code null}
   * @param maxBodyBytes largest request body
   */
  public record Http(
      String bind,
      int port,
      @Nullable Secret token,
      @Nullable Tls tls,
      int maxBodyBytes,
      Duration timeout) {}

  /**
   * What the process says while it runs.
   *
   * @param format {@code text} or {@code json}
   * @param level of Weir's own loggers: error, warn, info, debug or trace
   * @param loggers levels of single loggers by name
   */
  public record Logging(String format, String level, Map<String, String> loggers) {}
}
