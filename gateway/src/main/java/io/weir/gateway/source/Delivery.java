package io.weir.gateway.source;

import org.jspecify.annotations.Nullable;

/**
 * One message as a source received it.
 *
 * @param source the source's name
 * @param topic the topic, or the request path of an HTTP source
 * @param payload the bytes, not to be changed after
 * @param qos 0 or 1; 0 is best effort
 * @param retained whether the broker served it from its retained store
 * @param duplicate whether the broker flags it as sent before
 * @param packetId the MQTT packet id, 0 where there is none
 * @param contentType the MIME type where the protocol carries one
 * @param format the payload format where the source fixes it (HTTP endpoints), else {@code null}:
 *     the route decides
 * @param settled told once what became of it; called by the thread {@code log-sync}, so it must not
 *     wait
 */
@SuppressWarnings("ArrayRecordComponent")
public record Delivery(
    String source,
    String topic,
    byte[] payload,
    int qos,
    boolean retained,
    boolean duplicate,
    int packetId,
    @Nullable String contentType,
    @Nullable String format,
    Settled settled) {

  /** How the story of a delivery ends. Exactly one of the two is called, once, after TAKEN. */
  public interface Settled {
    /** Its record is on stable storage: acknowledge. */
    void durable(Inbox.Receipt receipt);

    /** The sync failed; nothing was kept. Offer the delivery again. */
    void failed(Throwable cause);
  }
}
