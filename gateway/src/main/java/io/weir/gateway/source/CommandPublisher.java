package io.weir.gateway.source;

/** A source that can send as well, for formats whose senders must be spoken to. */
public interface CommandPublisher {

  /**
   * Sends a message at QoS 0, not retained, and does not wait. Where there is no connection it is
   * lost: who sent it will find reason to send it again.
   */
  void publish(String topic, byte[] payload);
}
