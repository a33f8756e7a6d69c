package io.weir.gateway.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one delivery became: the content of one record in the {@code readings} log. The same shape
 * carries derived figures in the {@code figures} log.
 *
 * <p>The ledger's equation holds in each message: {@code received = readings + filtered +
 * rejected}. Refusals from a full log are added to the next message of their source; they are
 * counted in {@code refused} and are not part of {@code received} here.
 *
 * @param source the name of the source in the configuration
 * @param topic the topic, or the request path of an HTTP source
 * @param receiveTimeNs when it arrived, nanoseconds since the epoch, strictly increasing
 * @param packetId the MQTT packet id, 0 where there is none
 * @param duplicate whether its sender flagged it as sent before (DUP)
 * @param connection the number of the connection that it came by, 0 where connections have none
 * @param resumed whether that connection resumed the session of the one before, for sure
 * @param payloadHash 64-bit hash of the payload
 * @param received samples that the payload held; a message that cannot be decoded counts as one
 * @param filtered samples left out on purpose (retained without a time, duplicate, unlisted)
 * @param refused samples of earlier messages that were refused because the log was full
 * @param readings the readings to store
 * @param rejected the parts to quarantine
 * @param payload the raw payload where a rejected part has no bytes of its own, else empty
 * @param retained whether the broker served it from its retained store
 * @param numbers what its sender counted it as, in payload order
 * @param session what the record says of its sender's session, or {@code null}
 */
@SuppressWarnings("ArrayRecordComponent") // raw evidence, never compared
public record Message(
    String source,
    String topic,
    long receiveTimeNs,
    int packetId,
    boolean duplicate,
    long connection,
    boolean resumed,
    long payloadHash,
    int received,
    int filtered,
    int refused,
    List<Reading> readings,
    List<Rejected> rejected,
    byte[] payload,
    boolean retained,
    List<SequenceNumber> numbers,
    @Nullable SessionEvent session) {

  /** The source of what is sent through the intake again: each has its first receive time. */
  public static final String REPLAY = "replay";

  /** A message whose sender has no session with the gateway itself. */
  public Message(
      String source,
      String topic,
      long receiveTimeNs,
      int packetId,
      boolean duplicate,
      long connection,
      boolean resumed,
      long payloadHash,
      int received,
      int filtered,
      int refused,
      List<Reading> readings,
      List<Rejected> rejected,
      byte[] payload,
      boolean retained,
      List<SequenceNumber> numbers) {
    this(
        source,
        topic,
        receiveTimeNs,
        packetId,
        duplicate,
        connection,
        resumed,
        payloadHash,
        received,
        filtered,
        refused,
        readings,
        rejected,
        payload,
        retained,
        numbers,
        null);
  }

  /** A message that was sent for the first time, uncounted, by a connection without a number. */
  public Message(
      String source,
      String topic,
      long receiveTimeNs,
      int packetId,
      long payloadHash,
      int received,
      int filtered,
      int refused,
      List<Reading> readings,
      List<Rejected> rejected,
      byte[] payload) {
    this(
        source,
        topic,
        receiveTimeNs,
        packetId,
        false,
        0,
        false,
        payloadHash,
        received,
        filtered,
        refused,
        readings,
        rejected,
        payload,
        false,
        List.of());
  }

  /** A record that only reports a session, with no sample. */
  public static Message ofSession(String source, long receiveTimeNs, SessionEvent event) {
    return new Message(
        source,
        "",
        receiveTimeNs,
        0,
        false,
        0,
        false,
        0,
        0,
        0,
        0,
        List.of(),
        List.of(),
        new byte[0],
        false,
        List.of(),
        event);
  }
}
