package io.weir.gateway.sink;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A store: one blocking write and what its answer means. Knows nothing of the log, of cursors or of
 * retries; the {@link Drain} decides what happens next. A write may be repeated with the same lines
 * and must leave the same content. Shared by the drains of all logs, so {@link #write} may be
 * called from several threads at once.
 */
public interface Sink extends AutoCloseable {

  /** The name in the configuration. */
  String name();

  /** How this store wants its lines. */
  Dialect dialect();

  /**
   * Writes the lines and waits for the answer, at most the configured time. Never throws for what a
   * store or a network does.
   */
  Answer write(List<String> lines);

  @Override
  void close();

  /**
   * How a store wants its lines, and what it cannot keep.
   *
   * @param precision of the times; finer parts are cut off
   * @param text whether text fields are kept; else they are withheld and counted
   * @param table whether measurements are tables with one row for each line: then each line carries
   *     the integer field {@code point} as a deduplication key ({@link LineProtocol} says which),
   *     and names keep to the characters of column names
   */
  record Dialect(SinkConfig.Precision precision, boolean text, boolean table) {}

  /** What a store said to a write, by what is to be done next. */
  sealed interface Answer {

    /** All lines are stored. */
    record Stored() implements Answer {}

    /**
     * Some lines are refused for good.
     *
     * @param othersStored whether the lines not named are stored; {@code false} where nothing is,
     *     or where it is not known: they are then sent again
     * @param refused the lines by index (from 0) with the store's words; empty where the store did
     *     not say which
     */
    record Refused(boolean othersStored, List<RefusedLine> refused, String detail)
        implements Answer {}

    /** One line the store named. */
    record RefusedLine(int index, String detail) {}

    /** Too many bytes at once (413). */
    record TooLarge(String detail) implements Answer {}

    /** Wrong token, missing database: only a person can mend it (401, 403, 404). */
    record Misconfigured(String detail) implements Answer {}

    /** Asked to wait (429, 503), with the time it named or {@code null}. */
    record Busy(@Nullable Duration retryAfter, String detail) implements Answer {}

    /** Not reachable, timed out, or failed inside (other 5xx). */
    record Down(String detail) implements Answer {}
  }
}
