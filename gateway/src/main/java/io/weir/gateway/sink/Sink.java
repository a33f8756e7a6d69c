package io.weir.gateway.sink;

import io.weir.gateway.model.Reason;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A store: one blocking write and what its answer means. A sink is a {@link LineSink}, which is
 * given ready lines of line protocol, a {@link RowSink}, which is given typed rows, or a {@link
 * StreamSink}, which is given rows with where they come from; one row says what one line says. Only
 * what the sink takes is built.
 *
 * <p>A sink knows nothing of the log, of positions or of retries; the {@link Drain} decides what
 * happens next. A write may be repeated with the same content and must leave the same content in
 * the store; a stream keeps it twice. Shared by the drains of all logs, so a write may be called
 * from several threads at once.
 */
public sealed interface Sink extends AutoCloseable permits LineSink, RowSink, StreamSink {

  /** The name in the configuration. */
  String name();

  /** How this store wants its lines or rows. Always the same. */
  Dialect dialect();

  /**
   * Starts what the sink itself runs, as a store inside the gateway. Called once, before the first
   * write; a sink of a store elsewhere has nothing to start.
   */
  default void start() {}

  /**
   * What is wrong with the store beyond its answers: what it took may not be there to ask for, or
   * it may not be written to. "" where nothing is known. Asked once a second, also while nothing is
   * written.
   */
  default String fault() {
    return "";
  }

  /** The store, where it runs inside the gateway and can be asked over HTTP. */
  default @Nullable StoreInside inside() {
    return null;
  }

  /**
   * What it gives back of the readings that were written to it; {@code null} for nothing. Each call
   * makes one, for one thread at a time.
   */
  default @Nullable StoreReadings readings() {
    return null;
  }

  /** Whether a line that is written again with other values replaces those. */
  default boolean replaces() {
    return true;
  }

  /**
   * Whether a store or broker confirms what it has; else it only was sent, and is counted so.
   * Always the same.
   */
  default boolean confirms() {
    return true;
  }

  /**
   * How many writes of one log it takes at once, where there is much to write: from 1 to 4. Always
   * the same.
   */
  default int writesAtOnce() {
    return 2;
  }

  @Override
  void close();

  /**
   * How a store wants its lines or rows, and what it cannot keep.
   *
   * @param precision of the times; finer parts are cut off
   * @param text whether text fields are kept; else they are withheld and counted
   * @param table whether measurements are tables with one row for each line: then each line carries
   *     the integer field {@code point}, and each row has {@link Row#point()}, as a deduplication
   *     key, and names keep to the characters of column names
   */
  record Dialect(SinkConfig.Precision precision, boolean text, boolean table) {}

  /** What a store answered to a write, by what the drain does next. */
  sealed interface Answer {

    /** All lines are stored. */
    record Stored() implements Answer {}

    /**
     * Some lines are refused for good. What is said of lines holds for rows.
     *
     * @param othersStored whether the lines not named are stored; {@code false} where nothing is,
     *     or where it is not known: they are then sent again
     * @param refused the refused lines by index, with the store's words; empty where the store did
     *     not say which
     * @param fields fields that the store holds with another type; their readings are set aside and
     *     the other fields of all lines are sent again
     * @param tooOld how many lines are older than what the store keeps, as far as it says so
     */
    record Refused(
        boolean othersStored,
        List<RefusedLine> refused,
        List<RefusedField> fields,
        int tooOld,
        String detail)
        implements Answer {

      /** No line is too old. */
      public Refused(
          boolean othersStored,
          List<RefusedLine> refused,
          List<RefusedField> fields,
          String detail) {
        this(othersStored, refused, fields, 0, detail);
      }

      /** Lines are refused, for another reason than the type of a field. */
      public Refused(boolean othersStored, List<RefusedLine> refused, String detail) {
        this(othersStored, refused, List.of(), detail);
      }
    }

    /**
     * One line or row the store named.
     *
     * @param index its place in the write, from 0
     */
    record RefusedLine(int index, Reason reason, String detail) {

      /** For another reason than its size or names. */
      public RefusedLine(int index, String detail) {
        this(index, Reason.STORE_REJECTED, detail);
      }
    }

    /** A field that the store holds with another type than the values have that were written. */
    record RefusedField(FieldOfStore field, String detail) {}

    /** Too many bytes at once (413). The drain writes them in parts. */
    record TooLarge(String detail) implements Answer {}

    /** Wrong token, missing database: needs manual action (401, 403, 404). */
    record Misconfigured(String detail) implements Answer {}

    /**
     * Busy (429, 503). The drain waits.
     *
     * @param retryAfter how long the store asked to wait, or {@code null} where it did not say
     */
    record Busy(@Nullable Duration retryAfter, String detail) implements Answer {

      public Busy {
        retryAfter = retryAfter != null && retryAfter.isNegative() ? Duration.ZERO : retryAfter;
      }
    }

    /** Not reachable, timed out, or failed inside (other 5xx). The drain tries again. */
    record Down(String detail) implements Answer {}
  }
}
