package io.weir.gateway.http;

import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Feed;
import io.weir.gateway.model.Message;
import io.weir.gateway.model.MessageCodec;
import io.weir.gateway.model.Time;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the log of readings for the live page and {@code /api/v1/assets}. Runs the thread {@code
 * live}, which alone touches the feed; its position is not kept, since it shows only what is new.
 */
public final class Live implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Live.class);
  private static final long IDLE_NS = TimeUnit.MILLISECONDS.toNanos(200);
  private static final long RETRY_NS = TimeUnit.SECONDS.toNanos(1);

  private final Feed feed;
  private final Time time;
  private final MessageCodec codec = new MessageCodec();
  private final LatestReadings latest;
  private final SignalMemory signals = new SignalMemory();
  private final MachineQuality quality = new MachineQuality();
  private final long keptSinceMs;
  private final Thread thread = new Thread(this::run, "live");
  private volatile boolean stopping;

  /**
   * @param feed closed with this
   * @param bound series and metrics remembered at most
   */
  public Live(Feed feed, Time time, int bound) {
    this.feed = feed;
    this.time = time;
    this.latest = new LatestReadings(bound);
    keptSinceMs = time.wallNs() / 1_000_000;
    thread.setDaemon(true);
  }

  public void start() {
    thread.start();
  }

  /** The newest value of each metric, as a tree. Any thread. */
  public List<AssetNode> assets() {
    return latest.tree(time.wallNs());
  }

  /** The signals of a machine of late. Any thread. */
  public SignalList signals(MachineView.SignalQuery query) {
    return signals.list(query, time.wallNs() / 1_000_000, keptSinceMs);
  }

  /**
   * A machine as it was heard since the start.
   *
   * @param source the source of its last message
   * @param topic that message's topic
   * @param receivedNs when that arrived, nanoseconds
   * @param uncertain readings of that quality
   * @param bad readings of that quality
   */
  public record Heard(
      Asset machine, String source, String topic, long receivedNs, long uncertain, long bad) {}

  /** The machines that were heard, the longest silent first. Any thread. */
  public List<Heard> heard() {
    return quality.list();
  }

  private void run() {
    try (feed) {
      while (!stopping) {
        try {
          if (!step()) {
            feed.await(IDLE_NS);
          }
        } catch (IOException e) {
          LOG.warn("The live page stands still: the log of readings cannot be read; trying on", e);
          LockSupport.parkNanos(RETRY_NS);
        }
      }
    } catch (IOException e) {
      LOG.warn("The feed of the live page did not close", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Takes up one record, if there is one. For the owning thread, or a test that steps it. */
  boolean step() throws IOException {
    Feed.Entry entry = feed.next();
    if (entry == null) {
      return false;
    }
    try {
      Message message = codec.decode(entry.payload());
      latest.fold(message);
      signals.fold(message);
      quality.fold(message);
    } catch (IllegalArgumentException e) {
      LOG.error("Record {} cannot be shown: its bytes are not a message", entry.offset(), e);
    }
    return true;
  }

  /** Stops and waits for the thread. */
  @Override
  public void close() {
    stopping = true;
    try {
      thread.join(TimeUnit.SECONDS.toMillis(5));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
