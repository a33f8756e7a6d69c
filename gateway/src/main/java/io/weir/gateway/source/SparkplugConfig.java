package io.weir.gateway.source;

import io.weir.gateway.config.Section;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a source is to Sparkplug edge nodes.
 *
 * @param hostId the host application whose STATE it publishes, or {@code null} for none
 * @param rebirth whether nodes are asked for their births where those are not known
 * @param reorderTimeout how long a message missing in a node's sequence is waited for
 */
public record SparkplugConfig(@Nullable String hostId, boolean rebirth, Duration reorderTimeout) {

  public static final SparkplugConfig DEFAULT =
      new SparkplugConfig(null, true, Duration.ofSeconds(5));

  /** Reads the group {@code sparkplug} of a source. */
  public static SparkplugConfig read(Section section) {
    return new SparkplugConfig(
        section.text("host-id"),
        section.flag("rebirth", DEFAULT.rebirth()),
        section.duration(
            "reorder-timeout", DEFAULT.reorderTimeout(), Duration.ZERO, Duration.ofMinutes(10)));
  }
}
