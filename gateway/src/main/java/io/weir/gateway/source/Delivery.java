package io.weir.gateway.source;

import io.weir.gateway.model.Rejected;
import io.weir.gateway.model.SessionEvent;
import org.jspecify.annotations.Nullable;

/**
 * One message as a source received it.
 *
 * @param source the source's name
 * @param topic the topic, or the request path of an HTTP source
 * @param payload the bytes; not changed afterwards
 * @param qos 0, 1 or 2; 0 is best effort
 * @param retained the RETAIN flag: the broker had stored it before the subscription
 * @param duplicate the DUP flag: the broker has sent it before
 * @param packetId the MQTT packet id, 0 if there is none
 * @param connection that it came by
 * @param contentType the MIME type, {@code null} if the protocol has none
 * @param format the payload format if the source fixes it (HTTP endpoints), {@code null} if the
 *     route decides
 * @param rejected why the source sets it aside: its payload goes to the quarantine as it is; {@code
 *     null} if it is decoded
 * @param session what its record says of its sender's session, {@code null} if nothing
 * @param stream its place in the stream that it was read from, {@code null} if there is none
 * @param settled receives the result once; called by the thread {@code log-sync}, so it must not
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
    SourceConnection connection,
    @Nullable String contentType,
    @Nullable String format,
    @Nullable Rejected rejected,
    @Nullable SessionEvent session,
    @Nullable StreamRecord stream,
    Settled settled) {

  /** What a message under way holds beside its content, in bytes, estimated. */
  private static final int OVERHEAD = 256;

  /**
   * Bytes that a message holds while it is under way, estimated: all of it that a sender can make
   * long.
   */
  public static int bytes(String topic, byte[] payload, @Nullable String contentType) {
    int type = contentType == null ? 0 : contentType.length();
    return OVERHEAD + 2 * topic.length() + payload.length + 2 * type;
  }

  /** A record of a stream. */
  public Delivery(
      String source,
      String topic,
      byte[] payload,
      @Nullable String contentType,
      @Nullable Rejected rejected,
      StreamRecord stream,
      Settled settled) {
    this(
        source,
        topic,
        payload,
        1,
        false,
        false,
        0,
        SourceConnection.NONE,
        contentType,
        null,
        rejected,
        null,
        stream,
        settled);
  }

  /** A delivery whose sender has no session with the gateway itself, and that is of no stream. */
  public Delivery(
      String source,
      String topic,
      byte[] payload,
      int qos,
      boolean retained,
      boolean duplicate,
      int packetId,
      SourceConnection connection,
      @Nullable String contentType,
      @Nullable String format,
      @Nullable Rejected rejected,
      Settled settled) {
    this(
        source,
        topic,
        payload,
        qos,
        retained,
        duplicate,
        packetId,
        connection,
        contentType,
        format,
        rejected,
        null,
        null,
        settled);
  }

  /** A delivery by a connection that has no number. */
  public Delivery(
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
    this(
        source,
        topic,
        payload,
        qos,
        retained,
        duplicate,
        packetId,
        SourceConnection.NONE,
        contentType,
        format,
        null,
        settled);
  }

  /** The result of a delivery that was TAKEN: one of the two is called, once. */
  public interface Settled {
    /** Its record is on stable storage: acknowledge. */
    void durable(Inbox.Receipt receipt);

    /** The sync failed and nothing was kept: offer the delivery again, or refuse it. */
    void failed(Throwable cause);
  }
}
