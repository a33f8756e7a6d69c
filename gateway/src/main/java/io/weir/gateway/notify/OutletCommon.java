package io.weir.gateway.notify;

import io.weir.gateway.config.Section;
import java.time.Duration;

/**
 * What the configuration says of an outlet of any kind.
 *
 * @param gather how long the first event waits for others that go in the same message
 * @param maxPerHour messages of any hour at most; what comes then goes in the next one
 */
public record OutletCommon(String name, Duration gather, int maxPerHour) {

  private static final Duration USUAL_GATHER = Duration.ofSeconds(15);
  private static final int USUAL_PER_HOUR = 12;

  /** Reads the keys that every outlet has. */
  public static OutletCommon read(Section section) {
    return new OutletCommon(
        section.text("name", ""),
        section.duration("gather", USUAL_GATHER, Duration.ZERO, Duration.ofHours(1)),
        section.number("max-per-hour", USUAL_PER_HOUR));
  }
}
