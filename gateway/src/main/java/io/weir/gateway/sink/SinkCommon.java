package io.weir.gateway.sink;

import io.weir.gateway.config.Section;
import io.weir.gateway.sink.thin.ThinReader;
import io.weir.gateway.sink.thin.ThinRule;
import java.time.Duration;
import java.util.List;

/**
 * What the configuration says of a sink of any kind.
 *
 * @param maxLag bytes behind beyond which it gives up its oldest, 0 for never
 * @param thin what is left out on the way to it; empty for nothing
 */
public record SinkCommon(
    String name,
    SinkConfig.Batch batch,
    SinkConfig.Start start,
    long maxLag,
    SinkConfig.Replay replay,
    List<ThinRule> thin) {

  public SinkCommon {
    thin = List.copyOf(thin);
  }

  /** All readings are sent. */
  public SinkCommon(
      String name,
      SinkConfig.Batch batch,
      SinkConfig.Start start,
      long maxLag,
      SinkConfig.Replay replay) {
    this(name, batch, start, maxLag, replay, List.of());
  }

  /** After an outage, new readings are sent first. */
  public SinkCommon(String name, SinkConfig.Batch batch, SinkConfig.Start start, long maxLag) {
    this(name, batch, start, maxLag, SinkConfig.Replay.DEFAULT);
  }

  private enum Order {
    LIVE_FIRST,
    IN_ORDER
  }

  /**
   * Reads the keys that every sink has.
   *
   * @param gzip whether writes are compressed where the file does not say
   */
  public static SinkCommon read(Section sink, boolean gzip) {
    Section batch = sink.section("batch");
    List<ThinRule> thin = ThinReader.read(sink);
    if (!thin.isEmpty()) {
      readInOrder(sink);
    }
    return new SinkCommon(
        sink.text("name", ""),
        new SinkConfig.Batch(
            batch.number("max-lines", 5000),
            (int) batch.bytes("max-size", 4 << 20, 1024, 256 << 20),
            batch.duration("linger", Duration.ofMillis(200), Duration.ZERO, Duration.ofMinutes(1)),
            batch.flag("gzip", gzip)),
        sink.choice("start", SinkConfig.Start.OLDEST),
        sink.bytes("max-lag", 0, 1 << 20, Long.MAX_VALUE),
        new SinkConfig.Replay(
            sink.choice("replay", Order.LIVE_FIRST) == Order.LIVE_FIRST,
            sink.decimal("backfill-share", SinkConfig.Replay.DEFAULT.backfillShare())),
        thin);
  }

  /** A window is made of readings in the order of the log, so none goes before its turn. */
  private static void readInOrder(Section sink) {
    if (sink.has("replay") && sink.choice("replay", Order.LIVE_FIRST) == Order.LIVE_FIRST) {
      sink.problem("replay", "must be in-order with thin: it is made in the order of the log");
    }
    if (sink.has("backfill-share")) {
      sink.problem("backfill-share", "does not belong to a sink with thin, which sends in order");
    }
  }
}
