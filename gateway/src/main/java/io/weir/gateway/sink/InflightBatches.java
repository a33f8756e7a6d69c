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
 * <p>Belongs to the drain's thread; {@link #oldestReceiveNs()} may be read by others.
 */
final class InflightBatches {

  private final Lanes lanes;
  private final Deque<BatchInFlight> batches = new ArrayDeque<>(2);
  private volatile long oldestReceiveNs;

  InflightBatches(Lanes lanes) {
    this.lanes = lanes;
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
   * all is written in order, each batch is settled before the next.
   */
  boolean haveRoomForSecond() {
    return lanes.count() > 1 && batches.size() == 1 && oldest().lanes().size() == lanes.count();
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

  /** The lanes whose write has an answer. */
  List<Lane> answered() {
    List<Lane> answered = new ArrayList<>(lanes.count());
    for (BatchInFlight batch : batches) {
      for (Lane lane : batch.lanes()) {
        if (lane.isAnswered()) {
          answered.add(lane);
        }
      }
    }
    return answered;
  }

  /** The lanes that may write now, each of the oldest batch in which it is not done. */
  List<Lane> ready() {
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

  /** The answers that are waited for. */
  List<CompletableFuture<?>> answers() {
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
