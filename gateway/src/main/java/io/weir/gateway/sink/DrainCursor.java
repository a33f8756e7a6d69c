package io.weir.gateway.sink;

import io.weir.gateway.log.OffsetRange;
import io.weir.gateway.log.RangeFeed;
import io.weir.gateway.log.Time;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How far a drain is in its log, and the totals up to there. Batches are settled in the order of
 * the log; a commit writes position and totals together, after the rejections they rest on. Belongs
 * to the drain's thread; {@link #committed()} and {@link #balance()} may be called by others.
 */
final class DrainCursor {

  private static final Logger LOG = LoggerFactory.getLogger(DrainCursor.class);

  private final String name;
  private final RangeFeed feed;
  private final Rejects rejects;
  private final Time time;
  private final long commitEveryNs;
  private final SentAhead ahead;
  private final long startUnits;

  /** Totals up to the last batch settled, which may end within a record. */
  private SinkTotals settled;

  /** End of the last record that is settled whole, and the totals there. */
  private long position;

  private SinkTotals atPosition;

  private long committedAtNs;
  private volatile Committed committed;

  /** The totals of the committed position, and the log's count there. */
  private record Committed(SinkTotals totals, long units) {}

  /**
   * @param commitEvery how often the position is saved
   */
  DrainCursor(String name, RangeFeed feed, Rejects rejects, Time time, Duration commitEvery) {
    this.name = name;
    this.feed = feed;
    this.rejects = rejects;
    this.time = time;
    this.commitEveryNs = commitEvery.toNanos();
    DrainState state = DrainState.fromBytes(feed.state(), feed.committedUnits());
    this.startUnits = state.startUnits();
    this.settled = state.totals();
    this.position = feed.committed();
    this.atPosition = settled;
    this.ahead = new SentAhead(feed.doneAbove(), state.latestNs());
    this.committed = new Committed(settled, feed.committedUnits());
    this.committedAtNs = time.elapsedNs();
  }

  /** Takes a batch that is done and set aside; batches come in the order of the log. */
  void settle(BatchInFlight batch) {
    settled = settled.plus(batch.totals());
    if (batch.next() != LineBatch.WITHIN_RECORD) {
      position = batch.next();
      atPosition = settled;
    }
  }

  /** What was sent before its turn. */
  SentAhead ahead() {
    return ahead;
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
    return new SinkBalance(at.totals(), synced - startUnits, synced - at.units());
  }

  /** Commits now and then, where there is something to commit; returns whether it did. */
  boolean commitWhenDue() {
    return time.elapsedNs() - committedAtNs >= commitEveryNs && commit();
  }

  /** Data, then cursor, then memory. A failure is logged, and tried again when the next is due. */
  boolean commit() {
    List<OffsetRange> above = ahead.above(position);
    if (position <= feed.committed() && above.equals(feed.doneAbove())) {
      return false;
    }
    committedAtNs = time.elapsedNs();
    try {
      byte[] state = new DrainState(atPosition, startUnits, ahead.latestOfAllNs()).toBytes();
      rejects.sync().then(() -> feed.commit(position, above, state));
      committed = new Committed(atPosition, feed.committedUnits());
      return true;
    } catch (IOException e) {
      LOG.error("Drain {} could not commit its position, and tries again: {}", name, e.toString());
      return false;
    }
  }
}
