package io.weir.gateway.source;

/**
 * A subscription to ask the broker for.
 *
 * @param filter an MQTT topic filter
 * @param qos 0 or 1. QoS 2 is not used: it adds a second handshake and no durability, because a
 *     redelivered message is recognised anyway
 * @param retained whether retained messages are wanted on each connection, not only when the
 *     subscription is new to the session
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

  /** The same as a shared subscription: each message goes to one member of the group. */
  public SubscribeRequest sharedBy(String group) {
    return new SubscribeRequest("$share/" + group + "/" + filter, qos, retained);
  }

  public boolean isShared() {
    return filter.startsWith("$share/");
  }
}
