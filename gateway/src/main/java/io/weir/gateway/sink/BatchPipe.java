package io.weir.gateway.sink;

import io.weir.gateway.sink.Sink.Answer;
import io.weir.gateway.sink.thin.Thinner;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One reading of a log on its way to the store: reads records, makes batches, writes them, and
 * takes the answers. At most two batches are in flight. Settles nothing. Belongs to the drain's
 * thread.
 */
final class BatchPipe {

  private final Batcher batcher;
  private final LaneWriter writer;
  private final StoreKnowledge known;
  private final Calls calls;
  private final LongConsumer took;
  private final InflightBatches inflight;

  /** Makes the sink's write of some lines. */
  interface Calls {

    /**
     * @param behind the write before, whose answer is not known yet, or {@code null}
     */
    Supplier<Begun> begin(List<Outbound> lines, @Nullable Begun behind);
  }

  /**
   * @param pipelines whether a write may begin behind one whose answer is not known
   * @param took receives the nanoseconds that each write took
   */
  BatchPipe(
      Batcher batcher,
      LaneWriter writer,
      Calls calls,
      Lanes lanes,
      boolean pipelines,
      LongConsumer took) {
    this.calls = calls;
    this.took = took;
    this.batcher = batcher;
    this.writer = writer;
    this.known =
        new StoreKnowledge(
            new AcceptedLines(lanes), writer.conflicts(), writer.proof(), new OldLines());
    this.inflight = new InflightBatches(lanes, pipelines);
  }

  InflightBatches inflight() {
    return inflight;
  }

  /** Whether nothing is read that is not done. */
  boolean isEmpty() {
    return inflight.isEmpty() && batcher.isEmpty();
  }

  /** Whether more waits than may be written at once. */
  boolean isSaturated() {
    return inflight.areWriting() && batcher.isFull();
  }

  /** The offset up to which the log is read. */
  long readTo() {
    return batcher.readTo();
  }

  /** All lines read so far that may still be written: those not settled, and the probes. */
  List<Outbound> mayBeWritten() {
    List<Outbound> lines = new ArrayList<>(inflight.lines());
    lines.addAll(batcher.ahead());
    lines.addAll(known.accepted().all());

    return lines;
  }

  /**
   * Forgets what is read and not settled, and reads on from an offset. No write may be under way.
   */
  void beginAgain(long offset, Portion.Share share, @Nullable Thinner thinner) throws IOException {
    inflight.clear();
    batcher.beginAgain(offset, share, thinner);
  }

  void takeAnswers() {
    for (Lane lane = inflight.answered(); lane != null; lane = inflight.answered()) {
      Lane.Write write = Objects.requireNonNull(lane.write(), "an answered lane has a write");
      Answer answer = writer.end(lane, write, took);
      inflight.taken(lane);
      if (answer instanceof Answer.TooLarge && write.lines().size() > 1) {
        batcher.size().tooLarge(write.bytes());
      } else if (answer instanceof Answer.Stored) {
        batcher.size().taken(write.bytes());
      }
    }
  }

  /**
   * Reads what is there now, a few records at a time.
   *
   * @return whether there may be more to read
   */
  boolean read(long now) throws IOException {
    return batcher.fill(now);
  }

  /**
   * Begins a batch of what was read, where it is time.
   *
   * @param flush whether what was read is not to wait for more
   * @return nanoseconds until it is time, 0 where a batch is in flight
   */
  long begin(long now, boolean flush) {
    if (inflight.isEmpty()) {
      long wait = batcher.isEmpty() ? Long.MAX_VALUE : batcher.waitNs(now);
      if (wait > 0 && (!flush || batcher.isEmpty())) {
        return wait;
      }
      inflight.add(batcher.take(), known);
    } else if (inflight.haveRoomForSecond() && batcher.isFull()) {
      inflight.add(batcher.take(), known);
    }
    return 0;
  }

  /** Begins the writes that may begin; returns nanoseconds until the next may. */
  long write(Executor writes) {
    for (Lane lane : inflight.ready()) {
      Begun behind = inflight.underWay();
      long wait =
          writer.begin(lane, () -> ahead(lane), lines -> calls.begin(lines, behind), writes);
      if (wait > 0) {
        return wait;
      }
    }
    return !inflight.isEmpty() && inflight.oldest().isDone() ? 0 : Long.MAX_VALUE;
  }

  /** The lines behind the batch of a lane. */
  private List<Outbound> ahead(Lane lane) {
    List<Outbound> ahead = new ArrayList<>(inflight.behind(lane));
    ahead.addAll(batcher.ahead());
    return ahead;
  }
}
