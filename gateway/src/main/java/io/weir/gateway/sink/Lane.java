package io.weir.gateway.sink;

import io.weir.gateway.sink.Sink.Answer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The part of a batch that is written one piece after the other. At most one write is under way.
 * Belongs to the drain's thread.
 */
final class Lane {

  private final BatchProgress progress;
  private @Nullable Write write;
  private boolean repeats;
  private int writes;
  private boolean isWithdrawn;

  /**
   * A write under way.
   *
   * @param begunAt the same as {@code startedAtNs}, as a moment of {@link StoreProof}
   * @param begun is done when the next may begin behind it
   * @param answer {@code null} where the sink gave it up because of another
   */
  record Write(
      List<Outbound> lines,
      long startedAtNs,
      long begunAt,
      CompletableFuture<Begun> begun,
      CompletableFuture<@Nullable Answer> answer) {

    /** Bytes that were sent, line feeds included. */
    int bytes() {
      return Outbound.bytes(lines);
    }
  }

  Lane(BatchProgress progress) {
    this.progress = progress;
  }

  BatchProgress progress() {
    return progress;
  }

  boolean isDone() {
    return progress.isDone();
  }

  boolean isWriting() {
    return write != null;
  }

  /** The write under way, if there is one. */
  @Nullable Write write() {
    return write;
  }

  boolean isAnswered() {
    return write != null && write.answer().isDone();
  }

  void began(Write next) {
    write = next;
    writes++;
    isWithdrawn = false;
  }

  /**
   * Whether another write may begin behind the one under way: it was handed over, is the first of
   * its batch, and with it all of the batch is written. What has failed once is written alone.
   */
  boolean maySomethingFollow() {
    return write != null
        && !isWithdrawn
        && writes == 1
        && progress.isOnLast()
        && write.begun().isDone()
        && !write.begun().isCompletedExceptionally();
  }

  /** Whether nothing of it was written yet. */
  boolean isFresh() {
    return writes == 0;
  }

  /** The answer to the write under way will not count: one before it has failed. */
  void withdraw() {
    isWithdrawn = write != null;
  }

  boolean isWithdrawn() {
    return isWithdrawn;
  }

  /** The write under way has ended without an answer that counts: its lines are written again. */
  void withdrawn() {
    write = null;
    isWithdrawn = false;
    repeats = true;
  }

  /** Takes the answer to the write under way. */
  void answered(Answer answer) {
    write = null;
    repeats =
        answer instanceof Answer.Down
            || answer instanceof Answer.Busy
            || answer instanceof Answer.Misconfigured;
    progress.answered(answer);
  }

  /** Whether the next write is a retry: the last one failed for a reason beside its lines. */
  boolean repeats() {
    return repeats;
  }
}
