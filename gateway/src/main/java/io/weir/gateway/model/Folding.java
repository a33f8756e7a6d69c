package io.weir.gateway.model;

import io.weir.gateway.log.Feed;
import io.weir.gateway.log.Time;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Folds the messages of one log into a state, which is committed together with the position in the
 * log now and then. What came after the last commit is read again after a crash. If it falls
 * behind, only the log keeps its records longer, and the size of the log is bounded.
 */
public abstract class Folding implements Follower.Work, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Folding.class);

  private final Feed feed;
  private final Time time;
  private final long commitEveryNs;
  private final String product;
  private final MessageCodec codec = new MessageCodec();
  private final Follower follower;

  // Owned by the thread.
  private long next;
  private long committedAtNs;

  /**
   * @param thread its name
   * @param product what is made, for log lines, such as {@code the list of sites}
   * @param feed closed with this; only the thread uses it
   * @param commitEvery how often the state is committed
   */
  protected Folding(String thread, String product, Feed feed, Time time, Duration commitEvery) {
    this.feed = feed;
    this.time = time;
    this.product = product;
    commitEveryNs = commitEvery.toNanos();
    next = feed.committed();
    committedAtNs = time.elapsedNs();
    follower = new Follower(thread, product, feed, time, this);
  }

  /** What runs this: on a thread, or step by step. */
  public final Follower follower() {
    return follower;
  }

  /** Whether a record may hold something for the state; others are not decoded. */
  protected boolean concerns(ByteBuffer record) {
    return true;
  }

  /** Folds a message into the state. */
  protected abstract void accept(Message message);

  /** Runs where no record came, and before each commit. */
  protected void look() {}

  /** The state as it is committed. */
  protected abstract byte[] encode();

  @Override
  public final void resume() throws IOException {
    feed.seek(next);
  }

  /** Takes one record, if there is one. */
  @Override
  public final boolean step() throws IOException {
    Feed.Entry entry = feed.next();
    if (entry == null) {
      look();
    } else {
      next = entry.offset() + 1;
      if (concerns(entry.payload())) {
        take(entry);
      }
    }
    if (time.elapsedNs() - committedAtNs >= commitEveryNs) {
      look();
      finish();
    }
    return entry != null;
  }

  private void take(Feed.Entry entry) {
    try {
      accept(codec.decode(entry.payload()));
    } catch (IllegalArgumentException e) {
      LOG.error(
          "Record {} cannot be read and is not in {}: {}", entry.offset(), product, e.toString());
    }
  }

  @Override
  public final void finish() throws IOException {
    committedAtNs = time.elapsedNs();
    if (next != feed.committed()) {
      feed.commit(next, encode());
    }
  }

  /** Stops the thread after its current step, commits the state, and closes the feed. */
  @Override
  public void close() throws IOException {
    follower.close();
  }
}
