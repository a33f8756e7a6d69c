package io.weir.gateway.efficiency;

import io.weir.gateway.log.Feed;
import io.weir.gateway.log.Time;
import io.weir.gateway.model.Follower;
import io.weir.gateway.model.MessageCodec;
import java.io.IOException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the log {@code figures} and fills the {@link History} for the live page. Only its thread,
 * {@code history}, uses the feed.
 *
 * <p>The history is committed with the cursor now and then; rows after the last commit are read
 * again after a crash. If it falls behind, only the log keeps its records longer, and the size of
 * the log is bounded.
 */
public final class HistoryConsumer implements Follower.Work, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(HistoryConsumer.class);

  private final Feed feed;
  private final Time time;
  private final long commitEveryNs;
  private final MessageCodec codec = new MessageCodec();
  private final History history;
  private final Follower follower;
  private long next;
  private long committedAtNs;

  /**
   * @param allowedLatenessNs how late a reading may come and still change figures
   * @param feed over the log of figures; closed with this
   * @param commitEvery how often the history is saved
   * @param heapBytes that it may take, about
   */
  public HistoryConsumer(
      long allowedLatenessNs, Feed feed, Time time, Duration commitEvery, long heapBytes) {
    this.feed = feed;
    this.time = time;
    this.commitEveryNs = commitEvery.toNanos();
    history = restored(feed.state(), allowedLatenessNs, heapBytes);
    next = feed.committed();
    committedAtNs = time.elapsedNs();
    follower = new Follower("history", "the history of states", feed, time, this);
  }

  private static History restored(byte[] state, long allowedLatenessNs, long heapBytes) {
    if (state.length == 0) {
      return new History(allowedLatenessNs, heapBytes);
    }
    try {
      return History.decode(state, allowedLatenessNs, heapBytes);
    } catch (IllegalArgumentException e) {
      LOG.warn("The history of states starts empty: {}", e.getMessage());
      return new History(allowedLatenessNs, heapBytes);
    }
  }

  /** What runs this: on a thread, or step by step. */
  public Follower follower() {
    return follower;
  }

  /** The history so far; for any thread. */
  public History history() {
    return history;
  }

  @Override
  public void resume() throws IOException {
    feed.seek(next);
  }

  @Override
  public void finish() throws IOException {
    commit();
  }

  /** Takes one record, if there is one. */
  @Override
  public boolean step() throws IOException {
    Feed.Entry entry = feed.next();
    if (entry != null) {
      next = entry.offset() + 1;
      try {
        history.accept(codec.decode(entry.payload()));
      } catch (IllegalArgumentException e) {
        LOG.error(
            "Record {} of the figures cannot be read and is not in the history: {}",
            entry.offset(),
            e.toString());
      }
    }
    if (time.elapsedNs() - committedAtNs >= commitEveryNs) {
      commit();
    }
    return entry != null;
  }

  private void commit() throws IOException {
    committedAtNs = time.elapsedNs();
    if (next != feed.committed()) {
      feed.commit(next, history.encode());
    }
  }

  /** Stops the thread after its current step, commits the history, and closes the feed. */
  @Override
  public void close() throws IOException {
    follower.close();
  }
}
