package io.weir.gateway.model;

/**
 * A change of the session of a sender that connects to the gateway itself, or which record of a
 * stream was read. The record that holds it makes it durable; one that only reports a session holds
 * no samples.
 *
 * @param session the number of the session, never given to another one of its source
 * @param packetId of the exchange, 0 where none is meant
 * @param expirySeconds how long the session outlives its connection; 0xFFFFFFFF for ever
 * @param client the sender's client id where the session opens, else ""
 * @param content a hash of topic and payload where a message is held, the mark of a record that was
 *     read, else 0
 */
public record SessionEvent(
    Kind kind, long session, int packetId, long expirySeconds, String client, long content) {

  /** What happened. The order is that of the log's format. */
  public enum Kind {
    /** It begins, or its expiry changes. */
    OPENED,
    /** The message of this record may not be taken a second time, until its id is released. */
    HELD,
    /** The sender knows that the message was taken: the packet id is free. */
    RELEASED,
    /** Nothing of it is kept any more. */
    ENDED,
    /** The message of this record was read from a stream, where it may be read again. */
    READ
  }

  public static SessionEvent opened(long session, String client, long expirySeconds) {
    return new SessionEvent(Kind.OPENED, session, 0, expirySeconds, client, 0);
  }

  public static SessionEvent held(long session, int packetId, long content) {
    return new SessionEvent(Kind.HELD, session, packetId, 0, "", content);
  }

  public static SessionEvent released(long session, int packetId) {
    return new SessionEvent(Kind.RELEASED, session, packetId, 0, "", 0);
  }

  /**
   * @param mark tells the record of the stream from all others
   */
  public static SessionEvent read(long mark) {
    return new SessionEvent(Kind.READ, 0, 0, 0, "", mark);
  }

  public static SessionEvent ended(long session) {
    return new SessionEvent(Kind.ENDED, session, 0, 0, "", 0);
  }
}
