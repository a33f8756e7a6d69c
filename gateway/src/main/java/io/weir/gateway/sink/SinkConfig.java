package io.weir.gateway.sink;

import java.time.Duration;
import java.util.List;

/** What the configuration says of one sink. Each kind has a record of its own. */
public interface SinkConfig {

  /** What every kind has. */
  SinkCommon common();

  default String name() {
    return common().name();
  }

  default Batch batch() {
    return common().batch();
  }

  /** Where a new sink starts in a log that has records already. */
  default Start start() {
    return common().start();
  }

  /** Bytes behind beyond which it gives up its oldest, 0 for never. */
  default long maxLag() {
    return common().maxLag();
  }

  /** Its kind, by the word of the file. */
  String type();

  /** Where the store is: scheme, host and port; "" where it has none. */
  default String address() {
    return "";
  }

  /** Of the times in the store. */
  default Precision precision() {
    return Precision.NS;
  }

  /** Columns that the store can do with, all tables together. */
  default int mostFields() {
    return Integer.MAX_VALUE;
  }

  /** A description in one line. */
  String summary();

  /** What is allowed and probably not meant; {@code weir check} prints it behind the name. */
  default List<String> warnings() {
    return List.of();
  }

  /** What is sent first after an outage. */
  default Replay replay() {
    return common().replay();
  }

  /**
   * What is sent first after an outage.
   *
   * @param liveFirst whether new readings are, and those of the outage beside them
   * @param backfillShare of the store's time that these get while new readings wait, from 0 to 1,
   *     neither included
   */
  record Replay(boolean liveFirst, double backfillShare) {

    /** Where the file does not say. */
    public static final Replay DEFAULT = new Replay(true, 0.5);

    /** All in the order of the log. */
    public static final Replay IN_ORDER = new Replay(false, 0.5);
  }

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
