package io.weir.gateway.source.listener;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a listener is to Sparkplug edge nodes.
 *
 * @param hostId the host application whose STATE nodes may subscribe to, or {@code null} for none
 * @param rebirth whether nodes are asked for their births where those are not known
 * @param reorderTimeout how long a message missing in a node's sequence is waited for
 */
public record SparkplugHost(@Nullable String hostId, boolean rebirth, Duration reorderTimeout) {

  static final SparkplugHost DEFAULT = new SparkplugHost(null, true, Duration.ofSeconds(5));
}
