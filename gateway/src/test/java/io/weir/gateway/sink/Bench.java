package io.weir.gateway.sink;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.weir.gateway.sink.influx.InfluxConfig;
import java.time.Duration;

/**
 * A drain on a test bench: stepped on the test's thread, time flying while it waits, so that
 * back-offs of minutes pass at once.
 */
final class Bench {

  /** As in the gateway, where the data directory is on a disk. */
  static final Duration COMMIT_EVERY = Duration.ofSeconds(1);

  final MemoryFeed feed;
  final MemoryRejects rejects;
  final StepTime time = new StepTime();
  final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  final Drain drain;

  Bench(Sink sink, SinkConfig config, MemoryFeed feed, MemoryRejects rejects) {
    this.feed = feed;
    this.rejects = rejects;
    this.drain = new Drain(config, sink, "readings", feed, rejects, time, COMMIT_EVERY, meters);
  }

  Bench(Sink sink) {
    this(sink, config(sink.name(), 5_000, 0), new MemoryFeed(), new MemoryRejects());
  }

  static InfluxConfig config(String name, int maxLines, long maxLag) {
    return StoreConfig.of(1, StoreConfig.NOWHERE, "db")
        .name(name)
        .maxLines(maxLines)
        .maxLag(maxLag)
        .make();
  }

  /** Starts a thread that does not keep the JVM alive. */
  static Thread thread(String name, Runnable loop) {
    Thread thread = new Thread(loop, name);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  /** One turn; time flies over the wait it asks for. */
  long step() {
    long wait = drain.step();
    time.advance(Math.max(wait, 1_000));
    return wait;
  }

  void steps(int count) {
    for (int i = 0; i < count; i++) {
      step();
    }
  }

  /** Steps until everything is settled and committed; fails where that does not come. */
  void settleAll() {
    for (int i = 0; i < 200_000; i++) {
      if (feed.pendingUnits() == 0) {
        return;
      }
      step();
    }
    throw new AssertionError(
        "not settled: " + feed.pendingUnits() + " pending, " + drain.condition());
  }
}
