package io.weir.gateway.source;

/** A source that can also send, for formats with commands to devices, such as Sparkplug. */
public interface CommandPublisher {

  /**
   * Sends a message at QoS 0, not retained, and does not wait. Without a connection the message is
   * dropped; the decoder asks again later.
   */
  void publish(String topic, byte[] payload);
}
