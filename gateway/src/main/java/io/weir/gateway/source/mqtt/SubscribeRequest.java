package io.weir.gateway.source.mqtt;

/**
 * What to ask the broker for.
 *
 * @param filter an MQTT topic filter
 * @param qos 0 or 1. QoS 2 is never asked for: it adds a second handshake and no durability, since
 *     a redelivered message is recognised anyway
 * @param retained whether retained messages are wanted on each connection, not only for a
 *     subscription that is new to the broker's session
 */
public record SubscribeRequest(String filter, int qos, boolean retained) {

  public SubscribeRequest(String filter, int qos) {
    this(filter, qos, false);
  }

  public SubscribeRequest {
    if (qos != 0 && qos != 1) {
      throw new IllegalArgumentException("qos of " + filter + " is " + qos + ", not 0 or 1");
    }
  }

  /** The same within a shared subscription group: each message goes to one of its members. */
  SubscribeRequest sharedBy(String group) {
    return new SubscribeRequest("$share/" + group + "/" + filter, qos, retained);
  }

  boolean isShared() {
    return filter.startsWith("$share/");
  }
}
