package io.weir.gateway.source;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A source that can also send, for formats with commands to devices, such as Sparkplug. */
public interface CommandPublisher {

  /**
   * Sends a message at QoS 0, not retained, and does not wait. Without a connection the message is
   * dropped; the decoder asks again later.
   */
  void publish(String topic, byte[] payload);

  /**
   * How long a message that is missing in a sender's sequence is waited for; {@code null} where
   * senders are not asked for anything.
   */
  @Nullable Duration reorderTimeout();
}
