package io.weir.gateway.source.mqtt.guard;

/** Is told what arrives, by the thread that reads. */
public interface Arrivals {

  /**
   * A PUBLISH begins; it is read on when this returns.
   *
   * @param bytes how many of it will be held in memory
   */
  void begins(int bytes);

  /** The PUBLISH with this packet id has the DUP flag. */
  void flagged(int packetId);

  /** A long packet has begun, or more of it has arrived. */
  void goesOn();
}
