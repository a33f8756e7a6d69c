package io.weir.gateway.source.mqtt.guard;

/** Is told what arrives, by the thread that reads. */
public interface Arrivals {

  /**
   * A PUBLISH begins; it is read on when this returns.
   *
   * @param bytes how many of it will be held in memory
   */
  void begins(int bytes);

  /**
   * Offers a PUBLISH that is all there and says nothing beside its topic and its payload.
   *
   * @param topic one instance for all messages of a topic, where there are not too many
   * @param packetId 0 at QoS 0
   * @return whether it is taken; else Paho gets it, behind those that it has already
   */
  default boolean takes(
      String topic, byte[] payload, boolean retained, boolean duplicate, int packetId) {
    return false;
  }

  /** Paho gets the PUBLISH, or what stands for it. */
  default void passes() {}

  /** The PUBLISH with this packet id has the DUP flag, and passes. */
  void flagged(int packetId);

  /** A long packet has begun, or more of it has arrived. */
  void goesOn();
}
