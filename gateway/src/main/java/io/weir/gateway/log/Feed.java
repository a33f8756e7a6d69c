package io.weir.gateway.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What a consumer reads from: the synced records of one log, in order, at least once, with a
 * durable position and the consumer's own bytes beside it, so that position and state never
 * disagree. Owned by one consumer thread; only {@link #pendingUnits()} and {@link #pendingBytes()}
 * may be called by others.
 */
public interface Feed extends AutoCloseable {

  /**
   * One record.
   *
   * @param offset its ordinal in the log; rising, gaps allowed, never used again
   * @param receiveTimeNs wall time of arrival, nanoseconds
   * @param units how many readings it holds (the ledger's unit)
   * @param payload its bytes, read-only; valid until the next call of {@link Feed#next()}
   * @param dropped units between the record read before and this one that the log's bound dropped
   * @param corrupt units between the record read before and this one that damage destroyed
   */
  record Entry(
      long offset, long receiveTimeNs, int units, ByteBuffer payload, long dropped, long corrupt) {}

  /** The consumer's name, and that of its cursor file. */
  String name();

  /** The next synced record, or {@code null} when there is none now. Never waits. */
  @Nullable Entry next() throws IOException;

  /** Waits until a record may be there, at most this long; never, in a log without a thread. */
  void await(long timeoutNs) throws InterruptedException;

  /** Goes back to read again from an offset at or above the committed position. */
  void seek(long offset) throws IOException;

  /** Offset below which all is done, durably. */
  long committed();

  /** The consumer's own bytes as committed last; empty for a new cursor. */
  byte[] state();

  /** Durably records that all below {@code next} is done, with the consumer's bytes. */
  void commit(long next, byte[] state) throws IOException;

  /** Units appended to the log and synced, but not yet below the committed position. */
  long pendingUnits();

  /** About the same, in bytes of the log. */
  long pendingBytes();

  @Override
  void close() throws IOException;
}
