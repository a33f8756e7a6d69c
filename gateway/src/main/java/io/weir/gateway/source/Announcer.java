package io.weir.gateway.source;

import java.time.Duration;

/** A source that can say something to all clients of its broker, also to those that come later. */
public interface Announcer {

  /**
   * Publishes at QoS 1, retained, and does not wait. Without a connection the message is dropped.
   *
   * @param payload empty to remove what is retained
   * @param expiry after which the broker forgets it
   */
  void announce(String topic, byte[] payload, Duration expiry);

  /** The same for those alone that are subscribed. */
  void tell(String topic, byte[] payload, Duration expiry);
}
