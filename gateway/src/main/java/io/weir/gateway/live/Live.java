package io.weir.gateway.live;

import io.weir.gateway.log.Feed;
import io.weir.gateway.log.Time;
import io.weir.gateway.model.Ahead;
import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Follower;
import io.weir.gateway.model.LargeMessages;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the log of readings for the live page and {@code /api/v1/assets}. Runs the thread {@code
 * live}, which alone touches the feed; its position is not kept, since it shows only what is new.
 * Signals, and shifts that were received, are read back from before the start.
 */
public final class Live implements Follower.Work, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Live.class);

  /**
   * The past is read back in a fifth of the time: it can be 256 MiB, and a gateway that has just
   * started has more urgent work.
   */
  private static final long WORK_NS = TimeUnit.MILLISECONDS.toNanos(50);

  private static final long REST_NS = 4 * WORK_NS;

  private final Feed feed;
  private final Ahead ahead;
  private final Time time;
  private final Folds folds;
  private final PastSignals past;

  /** How long it has read the past since it rested. */
  private long workedNs;

  private long restsUntilNs;

  /** Changes once, when the past was read. */
  private volatile long keptSinceMs;

  private final Follower follower;

  /** The end of the log of readings, for one pass. */
  public interface Past {
    Feed past(long receiveTimeNs, long mostBytes) throws IOException;
  }

  /**
   * @param feed of what comes from now on; closed with this
   * @param past what signals were before, which is read where there is nothing new
   * @param bytes of the heap that it may take, about; half of it for the signals
   */
  public Live(Feed feed, Past past, Time time, long bytes) {
    this.feed = feed;
    ahead = new Ahead(feed);
    this.time = time;
    this.folds = new Folds(bytes, time);
    keptSinceMs = time.wallNs() / 1_000_000;
    restsUntilNs = time.elapsedNs();
    this.past = new PastSignals(past, folds, time.wallNs(), feed.committed());
    follower = new Follower("live", "the live page", feed, time, this);
  }

  /** What runs this: on a thread, or step by step. */
  public Follower follower() {
    return follower;
  }

  /** The newest value of each metric, as a tree. Any thread. */
  public List<AssetNode> assets() {
    return folds.tree(time.wallNs());
  }

  /** The newest shifts of which other gateways have sent figures, by place. Any thread. */
  public List<ReceivedShift> received() {
    return folds.received();
  }

  /** The signals of a machine of late. Any thread. */
  public SignalList signals(SignalQuery query) {
    return folds.signals(query, time.wallNs() / 1_000_000, keptSinceMs);
  }

  /**
   * The messages of a machine since the start.
   *
   * @param source the source of its last message
   * @param topic that message's topic
   * @param receivedNs when that arrived, nanoseconds
   * @param uncertain readings of that quality
   * @param bad readings of that quality
   */
  public record Heard(
      Asset machine, String source, String topic, long receivedNs, long uncertain, long bad) {}

  /** The machines with messages, the longest silent first. Any thread. */
  public List<Heard> heard() {
    return folds.machines();
  }

  /** Adds one record, if there is one. */
  @Override
  public boolean step() throws IOException {
    Feed.Entry entry = ahead.next();
    if (entry == null) {
      return readBack();
    }
    try (LargeMessages.Turn turn = LargeMessages.turn(entry.payload().remaining())) {
      folds.fold(entry.payload());
    } catch (IllegalArgumentException e) {
      LOG.error("Record {} cannot be shown: its bytes are not a message", entry.offset(), e);
    }
    return true;
  }

  private boolean readBack() {
    long begun = time.elapsedNs();
    if (begun - restsUntilNs < 0) {
      return false;
    }
    boolean more = past.step();
    if (!more) {
      keptSinceMs = Math.min(keptSinceMs, past.sinceNs(Long.MAX_VALUE) / 1_000_000);
      return false;
    }
    long now = time.elapsedNs();
    workedNs += now - begun;
    if (workedNs >= WORK_NS) {
      workedNs = 0;
      restsUntilNs = now + REST_NS;
    }
    return true;
  }

  /** Stops and waits for the thread. */
  @Override
  public void close() throws IOException {
    follower.close();
    past.close();
  }
}
