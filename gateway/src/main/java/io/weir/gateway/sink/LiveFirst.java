package io.weir.gateway.sink;

import io.weir.gateway.log.Feed;
import io.weir.gateway.log.RangeFeed;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.BiFunction;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides when new records are sent before the backlog, and when the two readings of the log become
 * one again. They part where much waits when the store accepts writes again. They meet where the
 * backlog has been sent up to the records that were sent ahead; what is read from there on is
 * mostly in the store already. Belongs to the drain's thread.
 */
final class LiveFirst {

  private static final Logger LOG = LoggerFactory.getLogger(LiveFirst.class);

  /** Less than this is sent within a second or two, so new records need not go first. */
  private static final long SMALL_BACKLOG_BYTES = 1 << 20;

  private final String name;
  private final BooleanSupplier wanted;
  private final boolean knowsRepeats;
  private final RangeFeed feed;
  private final DrainCursor cursor;
  private final SentAhead ahead;
  private final BatchPipe backlog;
  private final BackfillShare share;
  private final BiFunction<Feed, LongConsumer, BatchPipe> pipes;
  private final DrainMeters meters;

  private boolean isFirstTurn = true;
  private boolean wasAway = true; // before the start, the gateway itself was

  /** While the store is away: the records since the last turn, which are new if it is back now. */
  private @Nullable Feed newest;

  private @Nullable LiveAhead live;

  /**
   * @param wanted whether records may be sent ahead now
   * @param knowsRepeats whether the store passes over what it knows
   * @param backlog reads the log in order
   * @param pipes makes a pipe for another reading of the log
   */
  LiveFirst(
      String name,
      BooleanSupplier wanted,
      boolean knowsRepeats,
      RangeFeed feed,
      DrainCursor cursor,
      BatchPipe backlog,
      BackfillShare share,
      BiFunction<Feed, LongConsumer, BatchPipe> pipes,
      DrainMeters meters) {
    this.name = name;
    this.wanted = wanted;
    this.knowsRepeats = knowsRepeats;
    this.feed = feed;
    this.cursor = cursor;
    this.ahead = cursor.ahead();
    this.backlog = backlog;
    this.share = share;
    this.pipes = pipes;
    this.meters = meters;
  }

  /** Whether records wait in front of some that were sent. */
  boolean isBackfilling() {
    return live != null;
  }

  /** Whether the backlog may be written now; new readings may need the store. */
  boolean allowsBacklog() {
    return live == null || share.allowsBackfill(live.isSaturated());
  }

  /** Whether the backlog may be read on: not past what is being sent ahead. */
  boolean allowsReading() {
    return live == null || backlog.readTo() < live.sentTo();
  }

  List<CompletableFuture<?>> answers() {
    return live == null ? List.of() : live.inflight().awaited();
  }

  /** Begins to send ahead, goes on, or ends it; returns nanoseconds until there is more to do. */
  long turn(Condition.State store, boolean stopping, long now, Executor writes) throws IOException {
    if (isFirstTurn && knowsRepeats) { // a process before may have had no answer
      try (Feed end = feed.tail()) {
        ahead.unanswered(end.committed());
      }
    }
    isFirstTurn = false;
    if (live != null) {
      live.takeAnswers();
    }
    if (store == Condition.State.UP && wasAway) {
      if (live != null && live.inflight().areWriting()) {
        return Long.MAX_VALUE; // what is under way is settled first
      }
      wasAway = false;
      part(stopping);
    } else if (store != Condition.State.UP) {
      wasAway = true;
      closeNewest();
      newest = feed.tail();
    }
    LiveAhead sending = live;
    if (sending == null) {
      return Long.MAX_VALUE;
    }
    boolean goesOn = !stopping && wanted.getAsBoolean();
    if (!goesOn || !allowsReading()) {
      if (sending.inflight().areWriting()) {
        return Long.MAX_VALUE;
      }
      LOG.info(
          goesOn
              ? "Sink {} has sent its backlog up to the new readings"
              : "Sink {} sends in order from now on",
          name);
      end(sending);
      return 0;
    }
    return sending.turn(now, writes);
  }

  /** Sends what is new ahead, where much waits. */
  private void part(boolean stopping) throws IOException {
    long waiting = live == null ? backlogBytes() : live.waitingBytes();
    if (!wanted.getAsBoolean() || stopping || !ahead.hasRoom() || waiting <= SMALL_BACKLOG_BYTES) {
      closeNewest();
      return;
    }
    if (live != null) { // away again during the backfill: what came meanwhile waits too
      end(live);
    }
    ahead.begin(backlog.mayBeWritten());
    Feed tail = newest == null ? feed.tail() : newest;
    newest = null;
    live = new LiveAhead(tail, pipes.apply(tail, share::wroteLive), ahead, meters);
    LOG.info(
        "Sink {} sends new readings first; {} MiB before them are sent beside these",
        name,
        waiting >> 20);
  }

  private long backlogBytes() {
    cursor.commit(); // what is settled does not wait
    return feed.pendingBytes();
  }

  private void end(LiveAhead sent) {
    if (knowsRepeats) {
      ahead.unanswered(sent.readTo());
    }
    sent.close();
    live = null;
  }

  private void closeNewest() throws IOException {
    if (newest != null) {
      newest.close();
      newest = null;
    }
  }

  void close() throws IOException {
    closeNewest();
    if (live != null) {
      live.close();
      live = null;
    }
  }
}
