package io.weir.gateway.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The synced records of one log for one consumer, in order, at least once. A commit stores the
 * consumer's position together with its own bytes, so that position and state never disagree. Owned
 * by one consumer thread; only {@link #pendingUnits()} and {@link #pendingBytes()} may be called by
 * others.
 */
public interface Feed extends AutoCloseable {

  /**
   * One record.
   *
   * @param offset its ordinal in the log; rising, gaps allowed, never used again
   * @param receiveTimeNs wall time of arrival, nanoseconds
   * @param units how many readings it holds
   * @param payload its bytes, read-only; valid until the next call of {@link Feed#next()}
   * @param dropped units between the previous record and this one, and of this one, that the log
   *     dropped at its bound, and that the consumer was not done with
   * @param corrupt units between the previous record and this one that damage destroyed
   * @param doneAhead units that the log dropped too, but that the consumer was done with before
   *     their turn; see {@link RangeFeed#doneAbove}
   */
  record Entry(
      long offset,
      long receiveTimeNs,
      int units,
      ByteBuffer payload,
      long dropped,
      long corrupt,
      long doneAhead) {

    /** Where nothing was dropped that was done before its turn. */
    public Entry(
        long offset,
        long receiveTimeNs,
        int units,
        ByteBuffer payload,
        long dropped,
        long corrupt) {
      this(offset, receiveTimeNs, units, payload, dropped, corrupt, 0);
    }
  }

  /** The name of the consumer and of its cursor. */
  String name();

  /** The next synced record, or {@code null} if there is none now. Never waits. */
  @Nullable Entry next() throws IOException;

  /**
   * Shows the payloads of the records that follow, as far as they are in memory. They are not
   * checked, and any of them may be damaged, or none that {@link #next} gives.
   *
   * @param seen given each of them, read-only, for the time of the call
   */
  default void ahead(int most, Consumer<ByteBuffer> seen) {}

  /**
   * Where {@link #next} found none: passes what damage destroyed at the end of the log, so that it
   * can be counted and committed before another record comes.
   *
   * @return an entry without units or bytes, or {@code null} if nothing is destroyed there
   */
  default @Nullable Entry passEnd() {
    return null;
  }

  /**
   * Whether damage destroyed records from an offset on, up to the one that {@link #next} gave last,
   * as far as the log knows; also records without units.
   *
   * @param from behind a record that was given before it
   */
  default boolean isDamagedSince(long from) {
    return false;
  }

  /**
   * The offset behind what damage destroyed at the end of the log before it was opened, where that
   * is not below the committed position; else 0. Once other records follow, the next start does not
   * know of it, but for its units.
   */
  default long damagedEnd() {
    return 0;
  }

  /**
   * What a pass over a log has not found so far, with the files that it could not read at all;
   * nothing of a feed that counts it in its entries alone.
   */
  default List<Missing> missing() {
    return List.of();
  }

  /** Waits until a record may be there, at most this long; never, in a log without a thread. */
  void await(long timeoutNs) throws InterruptedException;

  /** Reads next from an offset at or above the committed position. */
  void seek(long offset) throws IOException;

  /** Offset below which all records are done, durably. */
  long committed();

  /** The consumer's own bytes of the last commit; empty for a new cursor. */
  byte[] state();

  /** Stores durably that all records below {@code next} are done, with the consumer's bytes. */
  void commit(long next, byte[] state) throws IOException;

  /** Units of the synced records that are not yet below the committed position. */
  long pendingUnits();

  /** About the same in bytes of the log. */
  long pendingBytes();

  @Override
  void close() throws IOException;
}
