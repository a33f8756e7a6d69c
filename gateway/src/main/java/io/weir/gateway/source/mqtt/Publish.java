package io.weir.gateway.source.mqtt;

import io.weir.gateway.model.Rejected;
import io.weir.gateway.source.Delivery;
import org.jspecify.annotations.Nullable;

/**
 * A PUBLISH packet from the broker.
 *
 * @param payload the bytes; not changed afterwards
 * @param qos 0 or 1
 * @param duplicate the DUP flag: the broker has sent it before
 * @param packetId the packet id, 0 at QoS 0
 * @param contentType the MIME type, MQTT 5 only
 * @param rejected why it goes to the quarantine as it is; {@code null} if it is decoded
 * @param taken to be run when the inbox has taken it; more of the same size has room then
 */
@SuppressWarnings("ArrayRecordComponent") // passed on, never compared
public record Publish(
    String topic,
    byte[] payload,
    int qos,
    boolean retained,
    boolean duplicate,
    int packetId,
    @Nullable String contentType,
    @Nullable Rejected rejected,
    Runnable taken) {

  private static final Runnable NOTHING = () -> {};

  /** Of a client that reads on whatever was taken. */
  public Publish(
      String topic,
      byte[] payload,
      int qos,
      boolean retained,
      boolean duplicate,
      int packetId,
      @Nullable String contentType) {
    this(topic, payload, qos, retained, duplicate, packetId, contentType, null, NOTHING);
  }

  Delivery delivery(String source, ConnectionId by, Delivery.Settled settled) {
    return new Delivery(
        source,
        topic,
        payload,
        qos,
        retained,
        duplicate,
        packetId,
        by.connection(),
        contentType,
        null,
        rejected,
        settled);
  }
}
