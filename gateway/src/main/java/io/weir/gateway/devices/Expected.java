package io.weir.gateway.devices;

import org.jspecify.annotations.Nullable;

/**
 * What the configuration says of the devices on a topic.
 *
 * @param periodNs between two messages; 0 where it is to be learned
 * @param silentAfterNs how long a device may be silent; 0 where the period decides
 */
public record Expected(long periodNs, long silentAfterNs) {

  /** Nothing. */
  public static final Expected UNKNOWN = new Expected(0, 0);

  /** One instance for all of which nothing is said. */
  public static Expected of(long periodNs, long silentAfterNs) {
    return periodNs == 0 && silentAfterNs == 0 ? UNKNOWN : new Expected(periodNs, silentAfterNs);
  }

  /** Where it comes from. Asked by the thread that folds. */
  @FunctionalInterface
  public interface OfTopic {

    /** For that topic; {@code null} if no route takes it any more. */
    @Nullable Expected of(String source, String topic);

    /** As long as this is the same instance, the answers stay; by default they never do. */
    default Object version() {
      return new Object();
    }
  }
}
