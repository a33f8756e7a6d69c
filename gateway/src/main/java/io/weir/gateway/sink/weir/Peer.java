package io.weir.gateway.sink.weir;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The other gateway, as far as a batch has to do with it. For one thread at a time. */
interface Peer extends AutoCloseable {

  /**
   * An answer.
   *
   * @param held bytes of the batch that the other gateway has, -1 where it does not say
   * @param stored whether all of the batch is on its disk
   * @param storing whether it is being stored
   * @param newIncarnation whether it cannot tell these rows from others
   * @param inOrder whether it takes rows only in their turn
   * @param detail its words where it refuses
   * @param retryAfter after which it asks to be asked again, or {@code null}
   */
  record Reply(
      int status,
      long held,
      boolean stored,
      boolean storing,
      boolean newIncarnation,
      boolean inOrder,
      String detail,
      @Nullable Duration retryAfter) {}

  /**
   * Asks what is held of a batch.
   *
   * @throws IOException if no answer came
   */
  Reply state(String batch) throws IOException;

  /**
   * Sends a part of a batch.
   *
   * @throws IOException if no answer came; some of the part may have arrived
   */
  Reply post(String batch, byte[] bytes, int from, int count) throws IOException;

  /** Ends what is under way; called by another thread. */
  @Override
  void close();

  /** How fast bytes may go. */
  interface Pace {

    /**
     * Waits until some of those bytes may be sent.
     *
     * @return how many, at least one
     */
    int await(int wanted) throws InterruptedIOException;
  }
}
