package io.weir.gateway.source;

import io.weir.gateway.model.Reading;
import java.util.List;

/**
 * Takes readings that another gateway has decoded and stored: they are appended to the log as they
 * are, without a route. Any thread may call it; it never waits.
 *
 * <p>Of each row it is remembered which it was, in the log of which gateway, so that one that comes
 * again is known. A row counts as known only if all that it says is the same: in doubt it is a new
 * one, or the sender has to name its log anew.
 */
public interface Passage {

  /**
   * A row of another gateway's log.
   *
   * @param log names that log, and its incarnation, among all
   * @param offset of its record there
   * @param index place in that record
   * @param hash of all that it says
   * @param since {@link #IN_TURN}; or, where it comes before its turn, the offset from which on all
   *     rows up to it have come so
   */
  record Place(String log, long offset, int index, long hash, long since) {

    /** All rows below it are done. */
    public static final long IN_TURN = -1;

    /** In turn. */
    public Place(String log, long offset, int index, long hash) {
      this(log, offset, index, hash, IN_TURN);
    }

    public boolean isAhead() {
      return since != IN_TURN;
    }
  }

  /**
   * A row to be taken.
   *
   * @param source name of the source
   * @param topic of its message
   * @param receivedNs when that gateway received it, nanoseconds since the epoch
   * @param readings at least one
   */
  record Passed(
      String source, String topic, long receivedNs, Place place, List<Reading> readings) {}

  /** What is known of a row. */
  enum Known {
    /** Its place lies in no range of places that came before; or it is to be stored again. */
    NEW,
    /** It is on stable storage. */
    REPEATED,
    /**
     * It is on stable storage, if it is the row that came; what that one said is forgotten. It is
     * the same one if a row behind it, in the same log, is known.
     */
    FORGOTTEN,
    /** It has been appended, and is not on stable storage yet. */
    UNDER_WAY,
    /** Its place has come before, with another row, or so long ago that the row is not known. */
    DOUBTFUL,
    /** It came before its turn, and so did rows of so many ranges that it cannot be remembered. */
    CROWDED
  }

  /**
   * A batch of rows begins. As long as its sender has not heard that all of them are stored, any of
   * them may come again, also after a restart: they are remembered rather than those before.
   *
   * @param first the place of its first row
   */
  void begin(String source, Place first);

  /**
   * What is known of a row.
   *
   * @param mustStand whether it is to be stored again where it came before its turn, because an
   *     older value of the same series and instant may have come since
   */
  Known known(String source, Place place, boolean mustStand);

  /**
   * Appends a row.
   *
   * @param again whether somebody asked for it although it came before: it is not remembered
   * @param settled receives the result once where it was taken
   */
  Inbox.Answer pass(Passed row, boolean again, Delivery.Settled settled);

  /** Counts rows that were known. */
  void repeated(String source, int rows);
}
