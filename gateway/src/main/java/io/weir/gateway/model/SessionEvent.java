package io.weir.gateway.model;

/**
 * A change of the session of a sender that connects to the gateway itself, or which record of a
 * stream was read. The record that holds it makes it durable; one that only reports a session holds
 * no samples.
 *
 * @param session the number of the session, never given to another one of its source; where a row
 *     was passed on, the offset of its record in the other log
 * @param packetId of the exchange, 0 where none is meant; where a row was passed on, its place in
 *     that record
 * @param expirySeconds how long the session outlives its connection; 0xFFFFFFFF for ever
 * @param client the sender's client id where the session opens; the name of the other log where a
 *     row was passed on; where a message is held, {@link #UNTOLD} or ""; else ""
 * @param content a hash of topic and payload where a message is held, the mark of a record that was
 *     read, the hash of a row that was passed on, else 0
 * @param receivedNs when the other gateway received what it passed on, nanoseconds since the epoch,
 *     else 0
 * @param since where a row was passed on before its turn: the offset in the other log from which on
 *     rows were; else 0
 */
public record SessionEvent(
    Kind kind,
    long session,
    int packetId,
    long expirySeconds,
    String client,
    long content,
    long receivedNs,
    long since) {

  /** The sender of a message that is held is told of a success, whatever became of it. */
  private static final String UNTOLD = "untold";

  /** What happened to a session. */
  public SessionEvent(
      Kind kind, long session, int packetId, long expirySeconds, String client, long content) {
    this(kind, session, packetId, expirySeconds, client, content, 0, 0);
  }

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
    READ,
    /** The row of this record came from the log of another gateway, which may send it again. */
    PASSED,
    /** The same of a row that came before its turn, which rows below it in that log still have. */
    PASSED_AHEAD;

    boolean isPassed() {
      return this == PASSED || this == PASSED_AHEAD;
    }
  }

  /** Whether the row of this record came from the log of another gateway. */
  public boolean isPassed() {
    return kind.isPassed();
  }

  public static SessionEvent opened(long session, String client, long expirySeconds) {
    return new SessionEvent(Kind.OPENED, session, 0, expirySeconds, client, 0);
  }

  /**
   * @param tells whether the sender will be told if all of the message goes to the quarantine,
   *     which frees the packet id
   */
  public static SessionEvent held(long session, int packetId, long content, boolean tells) {
    return new SessionEvent(Kind.HELD, session, packetId, 0, tells ? "" : UNTOLD, content);
  }

  /** Whether the packet id of a message that is held is free once all of it is refused. */
  public boolean tellsOfRefusal() {
    return client.isEmpty();
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

  /**
   * @param log the name of the other gateway's log
   * @param hash of all that the row says
   */
  public static SessionEvent passed(
      String log, long offset, int index, long hash, long receivedNs) {
    return new SessionEvent(Kind.PASSED, offset, index, 0, log, hash, receivedNs, 0);
  }

  /**
   * The same before its turn.
   *
   * @param since the offset from which on rows came before their turn
   */
  public static SessionEvent passedAhead(
      String log, long offset, int index, long hash, long receivedNs, long since) {
    return new SessionEvent(Kind.PASSED_AHEAD, offset, index, 0, log, hash, receivedNs, since);
  }

  public static SessionEvent ended(long session) {
    return new SessionEvent(Kind.ENDED, session, 0, 0, "", 0);
  }
}
