package io.weir.gateway.sink;

import io.weir.gateway.config.Secret;
import io.weir.gateway.config.Urls;
import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A way out. */
public sealed interface SinkConfig {
  String name();

  /** Its kind, by the word of the file. */
  String type();

  /** Where the store is: scheme, host and port. */
  String address();

  /** Of the times in the store. */
  Precision precision();

  Batch batch();

  /** Where a new sink starts in a log that has records already. */
  Start start();

  /** Bytes behind beyond which it gives up its oldest, 0 for never. */
  long maxLag();

  /** What it is, in a line for a person. */
  String summary();

  /** Where a new sink starts. */
  enum Start {
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
  record Batch(int maxLines, int maxBytes, Duration linger, boolean gzip) {}

  /**
   * An InfluxDB, or a store that speaks its line protocol over HTTP.
   *
   * @param version 1, 2 or 3
   * @param bucket version 2: with org; else {@code null}
   * @param database versions 1 and 3
   * @param text whether the store keeps text fields (VictoriaMetrics does not)
   */
  record Influx(
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
      implements SinkConfig {

    @Override
    public String type() {
      return "influxdb";
    }

    @Override
    public String address() {
      return Urls.origin(url);
    }

    @Override
    public String summary() {
      return "InfluxDB " + version + " at " + url + ", " + (bucket == null ? database : bucket);
    }
  }

  /**
   * QuestDB inside the gateway, on loopback.
   *
   * @param port its HTTP port: console, SQL, writes
   * @param pgPort its PostgreSQL port, 0 for off
   * @param pgPassword password for the PostgreSQL port; without it the port stays off
   */
  record Embedded(
      String name,
      int port,
      int pgPort,
      @Nullable Secret pgPassword,
      Batch batch,
      Start start,
      long maxLag)
      implements SinkConfig {

    @Override
    public String type() {
      return "embedded";
    }

    @Override
    public String address() {
      return "http://127.0.0.1:" + port;
    }

    @Override
    public Precision precision() {
      return Precision.NS;
    }

    @Override
    public String summary() {
      return "QuestDB inside, on port " + port;
    }
  }

  /** Of the times in a store. */
  enum Precision {
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
}
