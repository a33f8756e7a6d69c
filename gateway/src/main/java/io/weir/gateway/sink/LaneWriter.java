package io.weir.gateway.sink;

import io.weir.gateway.log.Time;
import io.weir.gateway.model.Failure;
import io.weir.gateway.sink.Sink.Answer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends lines to the sink and takes its answers: paced, measured and reported. Reads nothing, and
 * settles nothing. Belongs to the drain's thread; the write itself runs where the executor runs it.
 */
final class LaneWriter {

  private static final Logger LOG = LoggerFactory.getLogger(LaneWriter.class);

  /** Fields that the store holds with another type are tried again so often. */
  private static final long FORGET_EVERY_NS = TimeUnit.MINUTES.toNanos(10);

  private final String name;
  private final SinkForm form;
  private final Pacing pacing;
  private final DrainMeters meters;
  private final ConditionReporter condition;
  private final Time time;
  private final StoreProof proof;

  private final FieldConflicts conflicts = new FieldConflicts();
  private long forgetAtNs;

  LaneWriter(
      String name,
      SinkForm form,
      Pacing pacing,
      DrainMeters meters,
      ConditionReporter condition,
      Time time,
      StoreProof proof) {
    this.proof = proof;
    this.name = name;
    this.form = form;
    this.pacing = pacing;
    this.meters = meters;
    this.condition = condition;
    this.time = time;
    this.forgetAtNs = time.elapsedNs() + FORGET_EVERY_NS;
  }

  /** When the store last took something. */
  StoreProof proof() {
    return proof;
  }

  /** What the answers have shown of the store's fields. */
  FieldConflicts conflicts() {
    return conflicts;
  }

  /**
   * Begins the next write of a lane, if one may go now.
   *
   * @param ahead lines behind this batch, for a probe
   * @param calls makes the sink's write of some lines
   * @return nanoseconds to wait before trying again; 0 where the write began, or none is needed
   */
  long begin(
      Lane lane,
      Supplier<List<Outbound>> ahead,
      Function<List<Outbound>, Supplier<Begun>> calls,
      Executor executor) {
    if (lane.progress().prepare()) {
      condition.tookOthers();
    }
    if (lane.isDone()) {
      return 0;
    }
    long wait = pacing.acquire();
    if (wait > 0) {
      return wait;
    }
    if (lane.repeats()) {
      meters.repeated();
    }
    List<Outbound> lines =
        form.strictOrder() ? lane.progress().toWriteInTurn() : lane.progress().toWrite(ahead);
    lane.began(written(lines, calls.apply(lines), executor));
    return 0;
  }

  private Lane.Write written(List<Outbound> lines, Supplier<Begun> call, Executor executor) {
    Lane.Write write =
        new Lane.Write(
            lines,
            time.elapsedNs(),
            proof.moment(),
            new CompletableFuture<>(),
            new CompletableFuture<>());
    executor.execute(
        () -> {
          try {
            Begun begun = call.get();
            write.begun().complete(begun);
            write.answer().complete(begun.answer());
          } catch (RuntimeException | Error e) {
            write.begun().completeExceptionally(e);
            write.answer().completeExceptionally(e);
          }
        });
    return write;
  }

  /**
   * Takes the answer to a write that has one.
   *
   * @param took receives the nanoseconds that the write took
   * @return {@code null} where there is none that counts
   */
  @Nullable Answer end(Lane lane, Lane.Write write, LongConsumer took) {
    Answer answer;
    try {
      answer = write.answer().join();
    } catch (RuntimeException e) { // a fault of the sink: to the drain, a store that fails
      LOG.error("Sink {} threw an exception, which a sink must not do", name, e);
      answer = new Answer.Down(Failure.inWords(e));
    }
    if (answer == null || lane.isWithdrawn()) {
      pacing.withdrawn();
      lane.withdrawn();
      return null;
    }
    long tookNs = time.elapsedNs() - write.startedAtNs();
    took.accept(tookNs);
    pacing.answered(answer, tookNs);
    meters.written(answer, tookNs);
    if (answer instanceof Answer.Stored) {
      proof.took(write.begunAt());
    }
    forgetConflicts(answer);
    lane.answered(answer);
    condition.answered(answer, lane.progress().standsAlone());
    return answer;
  }

  /** A store that was away may be another one; and now and then it is asked again. */
  private void forgetConflicts(Answer answer) {
    if (answer instanceof Answer.Down || time.elapsedNs() - forgetAtNs >= 0) {
      conflicts.forget();
      forgetAtNs = time.elapsedNs() + FORGET_EVERY_NS;
    }
  }
}
