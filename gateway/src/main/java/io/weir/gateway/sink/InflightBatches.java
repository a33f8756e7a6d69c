package io.weir.gateway.sink;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The batches between reading and settlement, at most two, in the order of the log. A lane that is
 * done with the older batch goes on with the younger one: each series is always in the same lane,
 * and a lane has one write under way, so lines of a series cannot overtake each other.
 *
 * <p>Where all is written in order, there is one lane. If the sink pipelines, the write of the
 * younger batch may begin when that of the older one is handed over. Its answer is taken behind
 * that of the older, and counts only where that one is done by it; else the older is written again
 * first, when nothing is under way any more.
 *
 * <p>Belongs to the drain's thread; {@link #oldestReceiveNs()} may be read by others.
 */
final class InflightBatches {

  private final Lanes lanes;
  private final boolean pipelines;
  private final Deque<BatchInFlight> batches = new ArrayDeque<>(2);
  private volatile long oldestReceiveNs;

  /**
   * @param pipelines whether a write may begin behind one whose answer is not known; with one lane
   */
  InflightBatches(Lanes lanes, boolean pipelines) {
    this.lanes = lanes;
    this.pipelines = pipelines;
  }

  boolean isEmpty() {
    return batches.isEmpty();
  }

  /** The oldest batch; there must be one. */
  BatchInFlight oldest() {
    return batches.getFirst();
  }

  /** The lines of the batches behind the one that a lane belongs to. */
  List<Outbound> behind(Lane lane) {
    List<Outbound> behind = new ArrayList<>();
    for (Iterator<BatchInFlight> newest = batches.descendingIterator(); newest.hasNext(); ) {
      BatchInFlight batch = newest.next();
      if (batch.lanes().contains(lane)) {
        break;
      }
      behind.addAll(0, batch.lines());
    }
    return behind;
  }

  /**
   * Whether a second batch may begin: the only one is in all lanes, so the second can be too. Where
   * all is written in order, each batch is settled before the next, or handed over at least.
   */
  boolean haveRoomForSecond() {
    if (batches.size() != 1) {
      return false;
    }
    return pipelines
        ? oldest().lanes().get(0).maySomethingFollow()
        : lanes.count() > 1 && oldest().lanes().size() == lanes.count();
  }

  void add(LineBatch batch, StoreKnowledge known) {
    List<List<Outbound>> parts =
        batches.isEmpty() ? lanes.divideMany(batch.lines()) : lanes.divide(batch.lines());
    batches.addLast(new BatchInFlight(batch, parts, lanes.mostLines(), known));
    noteOldest();
  }

  /** Forgets them all. No write may be under way. */
  void clear() {
    batches.clear();
    noteOldest();
  }

  /** All lines in flight, in the order of the log. */
  List<Outbound> lines() {
    return batches.stream().flatMap(batch -> batch.lines().stream()).toList();
  }

  /** A lane whose write has an answer that may be taken now, or {@code null}. */
  @Nullable Lane answered() {
    for (BatchInFlight batch : batches) {
      for (Lane lane : batch.lanes()) {
        if (lane.isAnswered()) {
          return lane;
        } else if (pipelines && lane.isWriting()) {
          return null;
        }
      }
    }
    return null;
  }

  /** An answer was taken: where it leaves something to write, what follows does not count. */
  void taken(Lane lane) {
    if (pipelines && !lane.isDone()) {
      batches.forEach(batch -> batch.lanes().forEach(Lane::withdraw));
    }
  }

  /** The write of the oldest batch that was handed over, if its answer was not taken yet. */
  @Nullable Begun underWay() {
    if (!pipelines || batches.isEmpty()) {
      return null;
    }
    Lane.Write write = oldest().lanes().get(0).write();
    return write == null ? null : write.begun().join();
  }

  /** The lanes that may write now, each of the oldest batch in which it is not done. */
  List<Lane> ready() {
    if (pipelines && areWriting()) {
      Lane first = oldest().lanes().get(0);
      Lane next = batches.size() < 2 ? first : batches.getLast().lanes().get(0);
      return next.isFresh() && !next.isDone() && first.maySomethingFollow()
          ? List.of(next)
          : List.of();
    }
    List<Lane> ready = new ArrayList<>(lanes.count());
    for (int number = 0; number < lanes.count(); number++) {
      Lane lane = current(number);
      if (lane != null && !lane.isWriting()) {
        ready.add(lane);
      }
    }
    return ready;
  }

  private @Nullable Lane current(int number) {
    for (BatchInFlight batch : batches) {
      if (number < batch.lanes().size() && !batch.lanes().get(number).isDone()) {
        return batch.lanes().get(number);
      }
    }
    return null;
  }

  /** Passes on what was refused, the oldest batch first. */
  void setAside(Rejects rejects) throws IOException {
    for (BatchInFlight batch : batches) {
      batch.setAside(rejects);
    }
  }

  /** Removes the oldest batch if it is done, or returns {@code null}. */
  @Nullable BatchInFlight takeDone() {
    if (batches.isEmpty() || !oldest().isDone()) {
      return null;
    }
    BatchInFlight done = batches.removeFirst();
    noteOldest();
    return done;
  }

  boolean areWriting() {
    return !answers().isEmpty();
  }

  /** What is waited for: answers, or that a write is handed over so that the next may begin. */
  List<CompletableFuture<?>> awaited() {
    if (!pipelines) {
      return answers();
    }
    for (BatchInFlight batch : batches) {
      Lane.Write write = batch.lanes().get(0).write();
      if (write != null) { // the answers behind it are taken when it has its own
        return write.begun().isDone()
            ? List.of(write.answer())
            : List.of(write.answer(), write.begun());
      }
    }
    return List.of();
  }

  /** The answers to the writes that are under way. */
  private List<CompletableFuture<?>> answers() {
    List<CompletableFuture<?>> answers = new ArrayList<>(lanes.count());
    for (BatchInFlight batch : batches) {
      for (Lane lane : batch.lanes()) {
        Lane.Write write = lane.write();
        if (write != null) {
          answers.add(write.answer());
        }
      }
    }
    return answers;
  }

  private void noteOldest() {
    oldestReceiveNs = batches.isEmpty() ? 0 : oldest().receiveTimeNs();
  }

  /** When the oldest line in flight was received, nanoseconds since the epoch; 0 without one. */
  long oldestReceiveNs() {
    return oldestReceiveNs;
  }
}
