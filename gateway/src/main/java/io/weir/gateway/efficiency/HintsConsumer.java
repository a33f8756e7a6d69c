package io.weir.gateway.efficiency;

import io.weir.gateway.log.Feed;
import io.weir.gateway.log.Time;
import io.weir.gateway.model.Follower;
import io.weir.gateway.model.MessageCodec;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the log {@code figures} and learns from it where {@code efficiency.learned} is enabled;
 * otherwise it passes over the records without reading them, and keeps nothing. Only its thread,
 * {@code hints}, uses the feed.
 *
 * <p>What was learned is committed with the cursor now and then, and so survives a crash; rows
 * after the last commit are read again. If the cursor is lost, what was learned is lost with it,
 * and is learned again from what the log still holds.
 */
public final class HintsConsumer implements Follower.Work, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(HintsConsumer.class);
  private static final byte[] NOTHING = new byte[0];

  private final Feed feed;
  private final Time time;
  private final long commitEveryNs;
  private final long heapBytes;
  private final MessageCodec codec = new MessageCodec();
  private final Follower follower;

  private volatile EfficiencyConfig wanted;
  private volatile List<Finding> findings = List.of();

  // Owned by the thread.
  private EfficiencyConfig used;
  private @Nullable Learned learned;
  private long next;
  private long committedAtNs;

  /**
   * @param feed over the log of figures; closed with this
   * @param commitEvery how often what was learned is saved
   * @param heapBytes that it may take, about
   */
  public HintsConsumer(
      EfficiencyConfig efficiency, Feed feed, Time time, Duration commitEvery, long heapBytes) {
    this.feed = feed;
    this.time = time;
    this.commitEveryNs = commitEvery.toNanos();
    this.heapBytes = heapBytes;
    wanted = efficiency;
    used = efficiency;
    if (efficiency.learned().enabled()) {
      learned = restored(feed.state());
      findings = learned.findings();
    }
    next = feed.committed();
    committedAtNs = time.elapsedNs();
    follower = new Follower("hints", "the hints", feed, time, this);
  }

  private Learned restored(byte[] state) {
    if (state.length > 0) {
      try {
        return Learned.decode(state, used, heapBytes);
      } catch (IllegalArgumentException e) {
        LOG.warn("The hints are learned from the beginning: {}", e.getMessage());
      }
    }
    return new Learned(used, heapBytes);
  }

  /** What runs this: on a thread, or step by step. */
  public Follower follower() {
    return follower;
  }

  /** Learns as configured here from the next record on; for any thread. */
  public void use(EfficiencyConfig efficiency) {
    wanted = efficiency;
  }

  /** How it is configured now; for any thread. */
  public LearnedConfig config() {
    return wanted.learned();
  }

  /** All that is found now; for any thread. */
  public List<Finding> findings() {
    return config().enabled() ? findings : List.of();
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
    configure();
    Feed.Entry entry = feed.next();
    if (entry != null) {
      next = entry.offset() + 1;
      Learned takes = learned;
      if (takes != null) {
        take(entry, takes);
      }
    }
    if (time.elapsedNs() - committedAtNs >= commitEveryNs) {
      commit();
    }
    return entry != null;
  }

  private void take(Feed.Entry entry, Learned takes) {
    try {
      takes.accept(codec.decode(entry.payload()));
      findings = takes.findings();
    } catch (IllegalArgumentException e) {
      LOG.error(
          "Record {} of the figures cannot be read; nothing is learned from it: {}",
          entry.offset(),
          e.toString());
    }
  }

  @SuppressWarnings("ReferenceEquality") // another instance is another configuration
  private void configure() {
    EfficiencyConfig now = wanted;
    if (now == used) {
      return;
    }
    used = now;
    Learned before = learned;
    if (!now.learned().enabled()) {
      learned = null;
      findings = List.of();
    } else if (before == null) {
      learned = new Learned(now, heapBytes);
    } else {
      before.use(now);
      findings = before.findings();
    }
  }

  private void commit() throws IOException {
    committedAtNs = time.elapsedNs();
    if (next != feed.committed()) {
      feed.commit(next, learned == null ? NOTHING : learned.encode());
    }
  }

  /** Stops the thread after its current step, commits, and closes the feed. */
  @Override
  public void close() throws IOException {
    follower.close();
  }
}
