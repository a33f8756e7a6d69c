package io.weir.gateway.retention;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.weir.gateway.log.ClockSteps;
import io.weir.gateway.log.Feed;
import io.weir.gateway.log.LogOptions;
import io.weir.gateway.log.ManualTime;
import io.weir.gateway.log.MemoryDisk;
import io.weir.gateway.log.RangeFeed;
import io.weir.gateway.log.Rewrite;
import io.weir.gateway.log.RunningTotal;
import io.weir.gateway.log.SealedSegment;
import io.weir.gateway.log.SegmentLog;
import io.weir.gateway.model.EventTime;
import io.weir.gateway.model.Message;
import io.weir.gateway.model.MessageCodec;
import io.weir.gateway.model.Reading;
import io.weir.gateway.model.Rejected;
import io.weir.gateway.normalize.RouteConfig;
import io.weir.gateway.plugin.NoKeys;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** A log of messages on a disk in memory, with one store that is away. */
final class KeptLog implements AutoCloseable {

  static final String STORE = "sink-history";

  final ManualTime time = new ManualTime();
  final MemoryDisk disk;
  final SegmentLog log;
  final RangeFeed store;
  private final MessageCodec codec = new MessageCodec();

  KeptLog(int maxBytes) throws IOException {
    this(maxBytes, LogOptions.WhenFull.BLOCK);
  }

  KeptLog(int maxBytes, LogOptions.WhenFull whenFull) throws IOException {
    this(new MemoryDisk(new Random(1)), maxBytes, whenFull);
  }

  /** On a disk that may have such a log already. */
  KeptLog(MemoryDisk disk, int maxBytes, LogOptions.WhenFull whenFull) throws IOException {
    this.disk = disk;
    LogOptions options =
        new LogOptions(Path.of("/log"), maxBytes / 8, maxBytes, whenFull, Duration.ZERO, 8 << 10);
    log =
        SegmentLog.open(
            "readings", options, disk, time, RunningTotal.NOTHING, new SimpleMeterRegistry());
    store = log.feed(STORE, SegmentLog.Start.OLDEST);
  }

  /** A route that says nothing but what is kept of its readings. */
  static RouteConfig route(String topic, RouteConfig.Retention retention) {
    return new RouteConfig(
        topic,
        null,
        "json",
        1,
        "telemetry",
        new EventTime(null, null, null, Duration.ofMinutes(10)),
        List.of(),
        RouteConfig.Unlisted.KEEP,
        RouteConfig.Fields.METRICS,
        RouteConfig.Reporting.EVERY,
        null,
        null,
        Duration.ZERO,
        RouteConfig.Retained.DROP,
        RouteConfig.Limits.DEFAULT,
        retention,
        RouteConfig.Devices.UNKNOWN,
        NoKeys.NONE);
  }

  /** Appends a message; {@code false} where the log has no room. */
  boolean append(String topic, List<Reading> readings, List<Rejected> rejected) {
    int received = readings.size() + rejected.size();
    Message message =
        new Message(
            "plant",
            topic,
            time.wallNs(),
            received % 3, // some with a packet id
            7,
            received,
            0,
            0,
            readings,
            rejected,
            new byte[0]);
    long offset = log.append(1, time.wallNs(), readings.size(), codec.encode(message), null);
    log.step();
    return offset != SegmentLog.NO_ROOM;
  }

  /** One message as the log has it. */
  record Held(long offset, Message message, boolean thinned) {}

  /** What the store would read, and how many readings it would miss. */
  record Content(List<Held> messages, long dropped) {}

  Content content() throws IOException {
    List<Held> all = new ArrayList<>();
    long dropped = 0;
    store.seek(store.committed());
    for (Feed.Entry entry = store.next(); entry != null; entry = store.next()) {
      dropped += entry.dropped();
      all.add(
          new Held(
              entry.offset(),
              codec.decode(entry.payload()),
              MessageCodec.isThinned(entry.payload())));
    }
    return new Content(all, dropped);
  }

  /** Applies one stage to every segment that may be written again. */
  List<Policy.Rule> apply(Policy policy, int stage) throws IOException {
    List<Policy.Rule> rules = new ArrayList<>();
    for (SealedSegment segment : log.sealed()) {
      Policy.Rule rule = policy.rule(stage, segment, 0, new ClockSteps(time));
      if (log.rewrite(segment.first(), rule).state() != Rewrite.State.TOO_LITTLE) {
        log.step();
        rules.add(rule);
      }
    }
    return rules;
  }

  @Override
  public void close() throws IOException {
    store.close();
    log.close();
  }
}
