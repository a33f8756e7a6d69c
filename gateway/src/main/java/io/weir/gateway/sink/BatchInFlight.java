package io.weir.gateway.sink;

import io.weir.gateway.sink.thin.ThinChanges;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One batch between reading and settlement, with its own lanes, rejections and counts. It knows no
 * other batch, so what is counted here belongs to the records of this batch alone. Belongs to the
 * drain's thread.
 */
final class BatchInFlight {

  private final LineBatch batch;
  private final List<Lane> lanes;
  private final Deque<Rejection> toSetAside;
  private int readingsSetAside;

  /**
   * @param parts the lines of the batch, one part for each lane
   * @param mostLines lines of one write at most
   * @param known what is known of the store
   */
  BatchInFlight(LineBatch batch, List<List<Outbound>> parts, int mostLines, StoreKnowledge known) {
    this.batch = batch;
    this.toSetAside = new ArrayDeque<>(batch.unwritable());
    List<Lane> made = new ArrayList<>(parts.size());
    for (int lane = 0; lane < parts.size(); lane++) {
      Integer number = parts.size() == 1 ? null : (Integer) lane;
      made.add(new Lane(new BatchProgress(parts.get(lane), number, mostLines, known)));
    }
    this.lanes = List.copyOf(made);
  }

  List<Lane> lanes() {
    return lanes;
  }

  /** Whether every line is stored, refused or given up. */
  boolean isDone() {
    for (Lane lane : lanes) {
      if (!lane.isDone()) {
        return false;
      }
    }
    return true;
  }

  /** Gives up what is neither stored nor refused. No write may be under way. */
  void giveUp() {
    for (Lane lane : lanes) {
      lane.progress().giveUp();
    }
  }

  /**
   * Passes on what was refused since the last call.
   *
   * @throws IOException if the quarantine takes nothing now; the next call goes on where it stopped
   */
  void setAside(Rejects rejects) throws IOException {
    for (Lane lane : lanes) {
      toSetAside.addAll(lane.progress().takeRejections());
    }
    while (!toSetAside.isEmpty()) {
      Rejection rejection = toSetAside.getFirst();
      rejects.reject(rejection);
      toSetAside.removeFirst();
      readingsSetAside += rejection.readings();
    }
  }

  /**
   * For a batch before its turn: those of its lines that the store has not taken as they are. What
   * was refused is refused again in its turn, and set aside then.
   */
  List<Outbound> notTaken() {
    Set<Long> offsets = new HashSet<>();
    for (Lane lane : lanes) {
      lane.progress().takeRejections().forEach(each -> offsets.add(each.offset()));
    }
    return batch.lines().stream().filter(line -> offsets.contains(line.origin().offset())).toList();
  }

  List<Outbound> lines() {
    return batch.lines();
  }

  /** What became of its readings. Complete once it is done and set aside. */
  SinkTotals totals() {
    long stored = 0;
    long givenUp = 0;
    long folded = 0;
    for (Lane lane : lanes) {
      stored += lane.progress().readingsStored();
      givenUp += lane.progress().readingsGivenUp();
      folded += lane.progress().readingsFolded();
    }
    return batch.aside().plus(new SinkTotals(stored, readingsSetAside, 0, givenUp, 0, 0, folded));
  }

  int linesStored() {
    int stored = 0;
    for (Lane lane : lanes) {
      stored += lane.progress().linesStored();
    }
    return stored;
  }

  /** Offset below which all is done once this batch is, or {@link LineBatch#WITHIN_RECORD}. */
  long next() {
    return batch.next();
  }

  /** What thinning knows at {@link #next}, against the batch before; {@code null} without it. */
  @Nullable ThinChanges thinChanges() {
    return batch.thinChanges();
  }

  /** When its last record was received, nanoseconds since the epoch. */
  long lastReceivedNs() {
    return batch.receivedNs();
  }

  /** When the oldest of its lines was received, nanoseconds since the epoch; 0 without lines. */
  long receiveTimeNs() {
    return batch.lines().isEmpty() ? 0 : batch.lines().get(0).origin().receiveTimeNs();
  }
}
