package io.weir.gateway.source.listener;

import io.weir.gateway.model.SessionEvent;
import io.weir.gateway.source.Delivery;
import io.weir.gateway.source.Inbox;
import io.weir.gateway.source.KnownSessions;
import io.weir.gateway.source.SourceConnection;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** One PUBLISH of a client, until it is answered; at QoS 2 until its packet id is released. */
final class Exchange extends Pending {

  private static final byte[] NOTHING = {};

  /** Whom the answer goes to. */
  interface Answers {
    void answer(Exchange exchange);
  }

  final int qos;
  final int packetId;
  private final String source;
  private final @Nullable SessionEvent event;
  private final int bytes;
  private String topic;
  private byte[] payload;
  private @Nullable String contentType;
  private Answers answers;

  /** See {@link #content}; set where the content itself may be gone. */
  private long hash;

  /** Whether that is set. */
  private volatile boolean hashed;

  /** Known from before the start to have gone to the quarantine as a whole. */
  private boolean refusedBefore;

  /** Its sender was told, and may give the packet id to another message. */
  private boolean freed;

  Exchange(
      String source,
      String topic,
      byte[] payload,
      int qos,
      int packetId,
      @Nullable String contentType,
      @Nullable SessionEvent event,
      Answers answers) {
    this.source = source;
    this.topic = topic;
    this.payload = payload;
    this.qos = qos;
    this.packetId = packetId;
    this.contentType = contentType;
    this.event = event;
    this.answers = answers;
    this.bytes = Delivery.bytes(topic, payload, contentType);
  }

  /** One of QoS 2 whose record was found at the start. */
  static Exchange known(String source, int packetId, long content) {
    Exchange known = new Exchange(source, "", NOTHING, 2, packetId, null, null, unasked -> {});
    known.knownDurable();
    known.hash = content;
    known.hashed = true;
    return known;
  }

  /** One of QoS 2 that went to the quarantine as a whole before the start. */
  static Exchange refused(String source, int packetId, long content) {
    Exchange known = known(source, packetId, content);
    known.refusedBefore = true;
    return known;
  }

  /** A hash of what a message says. */
  static long content(String topic, byte[] payload) {
    return (long) topic.hashCode() << 32 | Integer.toUnsignedLong(Arrays.hashCode(payload));
  }

  @Override
  Inbox.Answer offer(Inbox inbox) {
    return inbox.offer(delivery());
  }

  Delivery delivery() {
    return new Delivery(
        source,
        topic,
        payload,
        qos,
        false, // here RETAIN comes with live data
        false, // who sends what again is told by its session
        0,
        SourceConnection.NONE,
        contentType,
        null,
        null,
        event,
        null,
        this);
  }

  /** Its answer goes to another connection from now on. */
  void answersTo(Answers next) {
    answers = next;
  }

  @Override
  void answer() {
    if (qos == 2) { // the exchange goes on, without what it has delivered
      leftBehind();
    }
    answers.answer(this);
  }

  /** Its connection needs it no more: of what is on the disk only a hash is kept. */
  void leftBehind() {
    if (!hashed) {
      hash = content(topic, payload);
      hashed = true;
    }
    if (state() == State.DURABLE) {
      dropContent();
    }
  }

  @Override
  void isDurable() {
    if (hashed) {
      dropContent();
    }
  }

  private void dropContent() {
    topic = "";
    payload = NOTHING;
    contentType = null;
  }

  /** Whether it is not the same message: then its sender has given the packet id to another one. */
  boolean isAnother(String otherTopic, byte[] otherPayload) {
    boolean isUnknown = hashed && hash == KnownSessions.Session.UNKNOWN;
    return !isUnknown && !isSame(otherTopic, otherPayload);
  }

  /** Whether this is the same message, sent again. */
  boolean isSame(String otherTopic, byte[] otherPayload) {
    return hashed
        ? hash == content(otherTopic, otherPayload)
        : topic.equals(otherTopic) && Arrays.equals(payload, otherPayload);
  }

  /** Whether nothing of it became a reading, and something went to the quarantine. */
  boolean isRefused() {
    Inbox.Receipt receipt = receipt();
    return receipt == null
        ? refusedBefore
        : receipt.appended() == 0 && !receipt.rejected().isEmpty();
  }

  /** Its answer says that it was refused, which frees its packet id. */
  void frees() {
    freed = true;
  }

  /**
   * Whether its packet id may be free; where it was answered before the start, nobody knows.
   *
   * @param hearsOfRefusals whether its sender is one of MQTT 5: an older one is never told, which
   *     records of earlier versions do not say
   */
  boolean isFreed(boolean hearsOfRefusals) {
    return freed || refusedBefore && hearsOfRefusals;
  }

  @Override
  int bytes() {
    return bytes;
  }
}
