package io.weir.gateway.sink;

import io.weir.gateway.config.Section;
import java.time.Duration;

/**
 * What the configuration says of a sink of any kind.
 *
 * @param maxLag bytes behind beyond which it gives up its oldest, 0 for never
 */
public record SinkCommon(
    String name,
    SinkConfig.Batch batch,
    SinkConfig.Start start,
    long maxLag,
    SinkConfig.Replay replay) {

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
            sink.decimal("backfill-share", SinkConfig.Replay.DEFAULT.backfillShare())));
  }
}
