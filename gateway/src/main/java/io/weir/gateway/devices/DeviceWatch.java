package io.weir.gateway.devices;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.weir.gateway.alarm.AlarmKind;
import io.weir.gateway.alarm.Trouble;
import io.weir.gateway.log.Feed;
import io.weir.gateway.log.Time;
import io.weir.gateway.metrics.MeterNames;
import io.weir.gateway.model.Ahead;
import io.weir.gateway.model.Follower;
import io.weir.gateway.model.LargeMessages;
import io.weir.gateway.model.MessageCodec;
import io.weir.gateway.model.MessageOutline;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.ToDoubleBiFunction;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the log of readings and knows of every device what it lost before the gateway, and
 * whether it is silent. Runs the thread {@code devices}, which alone touches the feed.
 *
 * <p>What is known is committed with the cursor: about every minute, more rarely the larger it is,
 * and at once when the log would have to hold much for it. After a crash the records since are
 * folded again, so a gap is neither forgotten nor invented; only the meters, which begin at 0, may
 * count its gaps twice.
 */
public final class DeviceWatch implements Follower.Work, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(DeviceWatch.class);

  private static final long LOOK_NS = TimeUnit.SECONDS.toNanos(1);
  private static final long COMMIT_NS = TimeUnit.SECONDS.toNanos(60);

  /** A state of a megabyte is written every quarter of an hour: flash wears. */
  private static final long NS_A_BYTE = TimeUnit.MILLISECONDS.toNanos(1);

  private static final int NAMED = 3;

  /** Records folded in one step, so that it keeps up also where its steps are shared. */
  private static final int BATCH = 100;

  private final Feed feed;
  private final Ahead ahead;
  private final Time time;
  private final Predicate<String> hears;
  private final long mostLogBytes;
  private final MessageCodec codec = new MessageCodec();
  private final MessageOutline outline = new MessageOutline();
  private final Devices devices;
  private final Follower follower;

  // Owned by the thread.
  private long next;
  private long bytesSinceCommit;
  private long stateBytes;
  private long committedAtNs;
  private long lookedAtNs;
  private boolean failedBefore;

  /**
   * @param feed over the log of readings; closed with this
   * @param sources their names
   * @param expected what the routes say of a topic
   * @param hears whether a source is connected, and read
   * @param heapBytes that it may take, about
   * @param mostLogBytes how much of the log may wait for a commit
   */
  public DeviceWatch(
      Feed feed,
      List<String> sources,
      Expected.OfTopic expected,
      Predicate<String> hears,
      long heapBytes,
      long mostLogBytes,
      MeterRegistry meters,
      Time time) {
    this.feed = feed;
    ahead = new Ahead(feed);
    this.time = time;
    this.hears = hears;
    this.mostLogBytes = mostLogBytes;
    devices = new Devices(sources, expected, heapBytes, time.elapsedNs());
    restore();
    next = feed.committed();
    committedAtNs = time.elapsedNs();
    lookedAtNs = committedAtNs;
    follower = new Follower("devices", "the watch over devices", feed, time, this);
    sources.forEach(source -> register(source, meters));
  }

  private void restore() {
    byte[] state = feed.state();
    if (state.length == 0) {
      return;
    }
    stateBytes = state.length;
    try {
      devices.restore(state, time.elapsedNs());
    } catch (IllegalArgumentException e) {
      LOG.warn("The watch over devices starts empty: {}", e.getMessage());
      devices.clear();
    }
  }

  private void register(String source, MeterRegistry meters) {
    counter(MeterNames.DEVICES_MISSING, source, Devices::missing, meters);
    counter(MeterNames.DEVICES_MISSING_ESTIMATED, source, Devices::estimated, meters);
    counter(MeterNames.DEVICES_UNWATCHED, source, Devices::unwatched, meters);
    gauge(MeterNames.DEVICES_WATCHED, source, Devices::watched, meters);
    gauge(MeterNames.DEVICES_SILENT, source, Devices::silent, meters);
  }

  private void counter(
      String name, String source, ToDoubleBiFunction<Devices, String> value, MeterRegistry meters) {
    FunctionCounter.builder(name, devices, all -> value.applyAsDouble(all, source))
        .tag("source", source)
        .register(meters);
  }

  private void gauge(
      String name, String source, ToDoubleBiFunction<Devices, String> value, MeterRegistry meters) {
    Gauge.builder(name, devices, all -> value.applyAsDouble(all, source))
        .tag("source", source)
        .register(meters);
  }

  /** What runs this: on a thread, or step by step. */
  public Follower follower() {
    return follower;
  }

  /** Every device that is watched. Any thread. */
  public List<DeviceStatus> devices() {
    return devices.list();
  }

  /** The alarm, if a device is silent. Any thread. */
  public List<Trouble> troubles() {
    List<DeviceStatus> silent =
        devices.silent().stream().sorted(Comparator.comparingLong(DeviceStatus::heardNs)).toList();
    if (silent.isEmpty()) {
      return List.of();
    }
    String names =
        silent.stream().limit(NAMED).map(DeviceStatus::label).collect(Collectors.joining(", "));
    int more = silent.size() - NAMED;
    return List.of(
        new Trouble(
            AlarmKind.DEVICES_SILENT, "", more > 0 ? names + " and " + more + " more" : names));
  }

  @Override
  public void resume() throws IOException {
    feed.seek(next);
  }

  @Override
  public void finish() throws IOException {
    commit();
  }

  /** Folds the records there are, a batch at most, and does what is due by the clock. */
  @Override
  public boolean step() throws IOException {
    int read = 0;
    while (read < BATCH && bytesSinceCommit < mostLogBytes) {
      Feed.Entry entry = ahead.next();
      if (entry == null) {
        break;
      }
      fold(entry);
      read++;
    }
    long now = time.elapsedNs();
    if (now - lookedAtNs >= LOOK_NS) {
      lookedAtNs = now;
      devices.look(now, time.wallNs(), hears);
    }
    if (bytesSinceCommit >= mostLogBytes
        || now - committedAtNs >= Math.max(COMMIT_NS, stateBytes * NS_A_BYTE)) {
      commit();
    }
    return read > 0;
  }

  private void fold(Feed.Entry entry) {
    next = entry.offset() + 1;
    bytesSinceCommit += entry.payload().remaining();
    if (entry.dropped() > 0 || entry.corrupt() > 0) {
      devices.interrupted();
    }
    try (LargeMessages.Turn turn = LargeMessages.turn(entry.payload().remaining())) {
      codec.outline(entry.payload(), outline);
      devices.fold(outline, time.elapsedNs());
    } catch (RuntimeException e) { // also of a defect: a watch that stops would hold the log
      if (!failedBefore) {
        LOG.error(
            "Record {} is not looked at for gaps; others like it are not logged", next - 1, e);
      }
      failedBefore = true;
    }
  }

  private void commit() throws IOException {
    committedAtNs = time.elapsedNs();
    if (next != feed.committed()) {
      byte[] state = devices.encode();
      feed.commit(next, state);
      stateBytes = state.length;
      bytesSinceCommit = 0;
    }
  }

  /** Stops after the current step, commits, and closes the feed. */
  @Override
  public void close() throws IOException {
    follower.close();
  }
}
