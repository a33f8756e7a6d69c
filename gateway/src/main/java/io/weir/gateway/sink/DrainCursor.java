package io.weir.gateway.sink;

import io.weir.gateway.log.OffsetRange;
import io.weir.gateway.log.RangeFeed;
import io.weir.gateway.log.Time;
import io.weir.gateway.model.Failure;
import io.weir.gateway.sink.thin.ThinChanges;
import io.weir.gateway.sink.thin.ThinState;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How far a drain is in its log, and the totals up to there. Batches are settled in the order of
 * the log; a commit writes position and totals together, after the rejections they rest on. Belongs
 * to the drain's thread; {@link #committed()}, {@link #balance()} and {@link #uncommitted()} may be
 * called by others.
 */
final class DrainCursor {

  private static final Logger LOG = LoggerFactory.getLogger(DrainCursor.class);

  private final String name;
  private final RangeFeed feed;
  private final Rejects rejects;
  private final Time time;
  private final long commitEveryNs;
  private final boolean confirms;
  private final SentAhead ahead;
  private final long startUnits;
  private final @Nullable Portion portion;

  /** Ends of records above the committed position, where it must wait for others to store. */
  private final Deque<Mark> marks = new ArrayDeque<>();

  private static final int MOST_MARKS = 4096;

  private Portion.@Nullable Share share;
  private long positionNs = Portion.NOTHING;

  /** Totals up to the last batch settled, which may end within a record. */
  private SinkTotals settled;

  /** End of the last record that is settled whole, and the totals there. */
  private long position;

  private SinkTotals atPosition;

  /** What thinning knows at that position; with marks, at the committed one. */
  private ThinState thin;

  private final boolean thins;
  private int stateBytes;

  private long committedAtNs;
  private volatile Committed committed;
  private volatile String uncommitted = "";

  /** The totals of the committed position, the log's count there, and what thinning holds there. */
  private record Committed(SinkTotals totals, long units, long held) {}

  /**
   * The end of a record that is settled whole, the totals there, what thinning knows there against
   * the mark before, and when it was received.
   */
  private record Mark(
      long position, SinkTotals totals, @Nullable ThinChanges thin, long receivedNs) {

    /** This mark, where the one before it is left out. */
    Mark behind(Mark before) {
      ThinChanges both =
          thin == null || before.thin == null
              ? (thin == null ? before.thin : thin)
              : before.thin.and(thin);
      return new Mark(position, totals, both, receivedNs);
    }
  }

  /**
   * @param confirms whether what the sink took is stored; else it was sent
   * @param commitEvery how often the position is saved
   * @param thins whether the sink has rules of thinning
   * @param portion of the log that is sent, {@code null} for all
   */
  DrainCursor(
      String name,
      boolean confirms,
      RangeFeed feed,
      Rejects rejects,
      Time time,
      Duration commitEvery,
      boolean thins,
      @Nullable Portion portion) {
    this.confirms = confirms;
    this.portion = portion;
    this.name = name;
    this.feed = feed;
    this.rejects = rejects;
    this.time = time;
    this.commitEveryNs = commitEvery.toNanos();
    DrainState state = DrainState.fromBytes(feed.state(), feed.committedUnits());
    this.startUnits = state.startUnits();
    this.thin = ThinState.of(state.thin());
    this.thins = thins || !thin.isEmpty();
    this.settled = state.totals();
    this.position = feed.committed();
    this.atPosition = settled;
    this.ahead = new SentAhead(feed.doneAbove(), state.latestNs());
    this.committed = new Committed(settled, feed.committedUnits(), state.held());
    this.committedAtNs = time.elapsedNs();
  }

  /** Takes a batch that is done and set aside; batches come in the order of the log. */
  void settle(BatchInFlight batch) {
    settled = settled.plus(confirms ? batch.totals() : batch.totals().unconfirmed());
    if (batch.next() != LineBatch.WITHIN_RECORD) {
      position = batch.next();
      atPosition = settled;
      if (portion != null) {
        mark(batch.thinChanges(), batch.lastReceivedNs());
      } else {
        know(batch.thinChanges());
      }
    }
  }

  private void know(@Nullable ThinChanges changes) {
    if (changes != null) {
      thin.apply(changes);
    }
  }

  /** Whether there is something to thin, or that was held by rules of before. */
  boolean thins() {
    return thins;
  }

  /** What thinning knows at the committed position, where all that is above it begins again. */
  ThinState thinState() {
    return thin;
  }

  /** Readings below the committed position that thinning holds. For any thread. */
  long held() {
    return committed.held();
  }

  private void mark(@Nullable ThinChanges changes, long receivedNs) {
    positionNs = receivedNs;
    if (marks.size() >= MOST_MARKS) { // every second one serves as well
      List<Mark> all = List.copyOf(marks);
      marks.clear();
      for (int i = 1; i < all.size(); i += 2) {
        marks.add(all.get(i).behind(all.get(i - 1)));
      }
    }
    marks.add(new Mark(position, atPosition, changes, receivedNs));
  }

  /** Goes back to the committed position, with what is ours from now on; returns that position. */
  long beginAgain(Portion.Share now) {
    share = now;
    marks.clear();
    settled = committed.totals();
    atPosition = settled;
    thin = ThinState.of(DrainState.fromBytes(feed.state(), feed.committedUnits()).thin());
    position = feed.committed();
    positionNs = Portion.NOTHING;
    return position;
  }

  /** Up to which receive time all is settled; {@link Portion#NOTHING} where it is not known. */
  long positionNs() {
    return positionNs;
  }

  /** What was sent before its turn. */
  SentAhead ahead() {
    return ahead;
  }

  /** Why the position could not be committed, when that was last tried; "" where it could. */
  String uncommitted() {
    return uncommitted;
  }

  /** The end of the last record that is settled whole. */
  long position() {
    return position;
  }

  /** The durable totals. */
  SinkTotals committed() {
    return committed.totals();
  }

  /** The durable totals beside the log's own count. */
  SinkBalance balance() {
    Committed at = committed;
    long synced = Math.max(at.units(), feed.syncedUnits());
    return new SinkBalance(at.totals(), synced - startUnits, synced - at.units() + at.held());
  }

  /** Commits now and then, where there is something to commit; returns whether it did. */
  boolean commitWhenDue() {
    return isDue() && commit();
  }

  private boolean isDue() {
    return time.elapsedNs() - committedAtNs >= commitEveryNs * pace();
  }

  /**
   * Commits at once what is settled; after a failure when the next is due.
   *
   * @return whether nothing that is settled counts as pending any more
   */
  boolean commitSettled() {
    if (uncommitted.isEmpty() || isDue()) {
      commit();
    }
    return position <= feed.committed();
  }

  /** A large state is written the more rarely: about 1 MiB in each interval. */
  private long pace() {
    return 1 + (stateBytes >> 20);
  }

  /** Data, then cursor, then memory. A failure is logged, and tried again when the next is due. */
  boolean commit() {
    Portion.Share held = share;
    if (portion != null && held != null) {
      long bound = portion.othersStoredTo(held);
      return bound == Portion.ALL ? commitAll() : commitBelow(bound);
    }
    return portion == null && commit(position, atPosition);
  }

  private boolean commitAll() {
    marks.forEach(mark -> know(mark.thin()));
    marks.clear();
    return commit(position, atPosition);
  }

  /** Commits up to the last record that was received before an instant. */
  private boolean commitBelow(long bound) {
    Mark last = null;
    while (!marks.isEmpty() && marks.getFirst().receivedNs() < bound) {
      last = marks.removeFirst();
      know(last.thin());
    }
    if (last == null) {
      return false;
    }
    if (commit(last.position(), last.totals())) {
      return true;
    }
    // tried again when the next is due
    marks.addFirst(new Mark(last.position(), last.totals(), null, last.receivedNs()));
    return false;
  }

  private boolean commit(long to, SinkTotals totals) {
    List<OffsetRange> above = ahead.above(to);
    if (to <= feed.committed() && above.equals(feed.doneAbove())) {
      return false;
    }
    committedAtNs = time.elapsedNs();
    try {
      ByteBuffer known = ByteBuffer.wrap(thin.isEmpty() ? new byte[0] : thin.toBytes());
      DrainState drain = new DrainState(totals, startUnits, ahead.latestOfAllNs(), known);
      byte[] state = drain.toBytes();
      stateBytes = state.length;
      rejects.sync().then(() -> feed.commit(to, above, state));
      committed = new Committed(totals, feed.committedUnits(), drain.held());
      if (!uncommitted.isEmpty()) {
        uncommitted = "";
        LOG.info("Drain {} commits its position again", name);
      }
      return true;
    } catch (IOException e) {
      if (uncommitted.isEmpty()) {
        LOG.error("Drain {} cannot commit its position, and keeps trying", name, e);
      }
      uncommitted = Failure.inWords(e);
      return false;
    }
  }
}
