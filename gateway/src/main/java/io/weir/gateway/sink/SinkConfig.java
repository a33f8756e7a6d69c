package io.weir.gateway.sink;

import io.weir.gateway.sink.thin.ThinRule;
import java.time.Duration;
import java.util.List;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

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

  /** What is left out on the way to it; empty for nothing. */
  default List<ThinRule> thin() {
    return common().thin();
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

  /** Whether it passes over what is below the last record that it wrote. */
  default boolean writesOnce() {
    return false;
  }

  /** Whether a row replaces the same row of another gateway, however often each writes it. */
  default boolean sharesRows() {
    return !writesOnce();
  }

  /**
   * Why two gateways with this configuration, but for their ids, disturb each other at the store;
   * "" where they do not.
   *
   * @param gateway the id of this one
   */
  default String notInGroup(String gateway) {
    return "";
  }

  /** A description in one line. */
  String summary();

  /** What is allowed and probably not meant; {@code weir check} prints it behind the name. */
  default List<String> warnings() {
    return List.of();
  }

  /**
   * Whether it may publish to a topic of MQTT that matches this filter, at the broker that is its
   * {@link #address}.
   */
  default boolean publishesTo(String filter) {
    return false;
  }

  /**
   * Whether a message of MQTT, by topic and payload, is one that this sink has written; {@code
   * null} where it writes none. For any thread, at each message.
   */
  default @Nullable BiPredicate<String, byte[]> written() {
    return null;
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
