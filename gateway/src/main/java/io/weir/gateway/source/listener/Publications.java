package io.weir.gateway.source.listener;

import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttPublishVariableHeader;
import io.weir.gateway.model.Rejected;
import io.weir.gateway.model.SessionEvent;
import io.weir.gateway.source.Inbox;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The messages that a client publishes on one connection, and their answers. Belongs to the event
 * loop of the connection.
 */
final class Publications {

  private static final Logger LOG = LoggerFactory.getLogger(Publications.class);

  /** Topic aliases that a client may set. */
  static final int MOST_ALIASES = 10;

  /** What their topics may hold together, in letters: a client could set very long ones. */
  private static final int MOST_ALIAS_LETTERS = 32 << 10;

  /** Of a client of MQTT 3, which has no Receive Maximum: messages of QoS 2 never released. */
  private static final int MOST_HELD = 1 << 14;

  private final Shared shared;
  private final ClientSession session;
  private final Sender sender;
  private final AnswerQueue queue;
  private final Packets packets;
  private final Output output;
  private final Map<Integer, String> aliases = new HashMap<>();
  private int aliasLetters;

  /** Of QoS 1, on this connection. */
  private int unanswered;

  /** Packet ids of QoS 2, on this connection, that are not released. */
  private final Set<Integer> unreleased = new HashSet<>();

  /** What answers are written to. */
  interface Output {
    void plain(MqttMessageType type, int packetId);

    void reply(Object packet);
  }

  Publications(
      Shared shared,
      ClientSession session,
      Sender sender,
      AnswerQueue queue,
      Packets packets,
      Output output) {
    this.shared = shared;
    this.session = session;
    this.sender = sender;
    this.queue = queue;
    this.packets = packets;
    this.output = output;
  }

  // ---- PUBLISH

  /** Takes a message in. */
  void publish(MqttPublishMessage message) throws Refused {
    MqttPublishVariableHeader header = message.variableHeader();
    MqttProperties properties = header.properties();
    String topic = topic(header);
    String response = Properties.text(properties, MqttProperties.RESPONSE_TOPIC);
    if (response != null && !Topics.isName(response)) {
      throw new Refused(Codes.PROTOCOL_ERROR, "the response topic is not a topic name");
    }
    int qos = message.fixedHeader().qosLevel().value();
    if (qos == 0 && message.fixedHeader().isDup()) {
      throw new Refused(Codes.MALFORMED, "DUP at QoS 0");
    }
    if (!sender.mayPublish(topic)) {
      deny(topic, qos, qos == 0 ? 0 : header.packetId());
      return;
    }
    byte[] payload = ByteBufUtil.getBytes(message.payload());
    int packetId = qos == 0 ? 0 : header.packetId();
    boolean again = message.fixedHeader().isDup();
    if (qos == 1 && isUnderWay(packetId, again, topic, payload)
        || qos == 2 && isHeld(packetId, again, topic, payload)) {
      return;
    }
    count(qos, packetId);
    Exchange exchange =
        new Exchange(
            shared.config().name(),
            topic,
            payload,
            qos,
            packetId,
            Properties.text(properties, MqttProperties.CONTENT_TYPE),
            qos == 2 ? session.holding(packetId, topic, payload, tells()) : null,
            this::answer);
    if (qos == 2) {
      session.hold(exchange);
    }
    queue.add(exchange);
  }

  private void deny(String topic, int qos, int packetId) throws Refused {
    shared.meters().notAuthorised().increment();
    LOG.debug("{}: {} may not publish to {}", shared.config().name(), sender.name(), topic);
    if (!packets.isV5()) { // it has no answer for that, and one of success would be a lie
      throw new Refused(Codes.NOT_AUTHORISED, "may not publish to " + topic);
    }
    if (qos > 0) {
      MqttMessageType type = qos == 1 ? MqttMessageType.PUBACK : MqttMessageType.PUBREC;
      queue.add(
          new Denied(
              () ->
                  output.reply(
                      packets.reply(
                          type, packetId, Codes.NOT_AUTHORISED, "not allowed on this topic"))));
    }
  }

  private String topic(MqttPublishVariableHeader header) throws Refused {
    String topic = header.topicName();
    long alias = Properties.number(header.properties(), MqttProperties.TOPIC_ALIAS, -1);
    if (alias < 0) {
      if (topic.isEmpty()) {
        throw new Refused(Codes.MALFORMED, "an empty topic");
      }
      return topic;
    }
    if (alias == 0 || alias > MOST_ALIASES) {
      throw new Refused(
          Codes.ALIAS_INVALID, "topic alias " + alias + " is not one of 1 to " + MOST_ALIASES);
    }
    if (topic.isEmpty()) {
      String known = aliases.get((int) alias);
      if (known == null) {
        throw new Refused(Codes.PROTOCOL_ERROR, "topic alias " + alias + " has no topic yet");
      }
      return known;
    }
    String before = aliases.put((int) alias, topic);
    int more = topic.length() - (before == null ? 0 : before.length());
    aliasLetters += more;
    shared.aliases().add(2L * more);
    if (aliasLetters > MOST_ALIAS_LETTERS || !shared.aliases().hasRoom(2L * aliasLetters)) {
      throw new Refused(Codes.QUOTA, "the topics of all aliases are too long together");
    }
    return topic;
  }

  /** The connection has ended. */
  void close() {
    shared.aliases().add(-2L * aliasLetters);
    aliasLetters = 0;
    aliases.clear();
  }

  /** A client of MQTT 5 may not send more than it was told. */
  private void count(int qos, int packetId) throws Refused {
    if (qos == 1) {
      unanswered++;
    } else if (qos == 2) {
      unreleased.add(packetId);
    }
    if (qos == 2 && !session.held.containsKey(packetId) && !session.mayHold()) {
      throw new Refused(Codes.QUOTA, "too many messages of QoS 2 are not released");
    }
    int most = packets.isV5() ? shared.config().receiveMaximum() : MOST_HELD;
    if (packets.isV5() && unanswered + unreleased.size() > most
        || session.held.size() > MOST_HELD) {
      throw new Refused(
          Codes.RECEIVE_MAXIMUM, "more messages than " + most + " that are not answered yet");
    }
  }

  /**
   * Whether a message of QoS 1 is one that a connection before had brought, and whose PUBACK was
   * never sent: then it gets that now.
   */
  private boolean isUnderWay(int packetId, boolean again, String topic, byte[] payload)
      throws Refused {
    Exchange before = session.takeUnanswered(packetId);
    if (before == null
        || !again
        || before.state() == Pending.State.FAILED
        || !before.isSame(topic, payload)) {
      return false;
    }
    adopt(before);
    return true;
  }

  /**
   * Whether a message of QoS 2 was taken already and is not released. Another message with its
   * packet id is taken: a client that has lost its state begins with the first ids again.
   */
  private boolean isHeld(int packetId, boolean again, String topic, byte[] payload) throws Refused {
    Exchange before = session.held.get(packetId);
    if (before == null) {
      return false;
    }
    if (before.state() == Pending.State.FAILED && !queue.has(before)) {
      return false; // the connection that would offer it again is gone
    }
    if (before.isAnother(topic, payload)) {
      return false;
    }
    boolean isDurable = before.state() == Pending.State.DURABLE;
    if (isDurable && before.isFreed(packets.isV5()) && !again) {
      return false; // its PUBREC has freed the packet id
    }
    if (queue.has(before)) {
      shared.meters().duplicates().increment();
    } else {
      adopt(before);
    }
    return true;
  }

  private void adopt(Exchange before) throws Refused {
    shared.meters().duplicates().increment();
    count(before.qos, before.packetId);
    before.answersTo(this::answer);
    queue.adopt(before);
  }

  // ---- Answers

  private void answer(Exchange exchange) {
    switch (exchange.qos) {
      case 1 -> {
        unanswered--;
        acknowledge(exchange, MqttMessageType.PUBACK);
      }
      case 2 -> {
        boolean isFree = acknowledge(exchange, MqttMessageType.PUBREC);
        if (isFree) {
          exchange.frees();
          unreleased.remove(exchange.packetId);
          forgetRefused(exchange);
        }
      }
      default -> {} // QoS 0 has no answer
    }
  }

  private void forgetRefused(Exchange latest) {
    if (session.held.get(latest.packetId) != latest) {
      return; // another one has the packet id
    }
    session.refuses(latest);
    Exchange first = session.forgetRefused(shared.config().receiveMaximum());
    if (first != null && session.isDurable()) {
      SessionEvent released = SessionEvent.released(session.number, first.packetId);
      queue.add(new SessionNote(shared.config().name(), released, () -> {}));
    }
  }

  /** Whether the answer was a refusal. */
  private boolean acknowledge(Exchange exchange, MqttMessageType type) {
    shared.meters().acknowledged().increment();
    Inbox.Receipt receipt = exchange.receipt();
    List<Rejected> rejected = receipt == null ? List.of() : receipt.rejected();
    boolean refused = exchange.isRefused() && tells();
    if (packets.isV5() && (refused || !rejected.isEmpty())) {
      output.reply(
          packets.reply(
              type, exchange.packetId, refused ? Codes.REJECTED : Codes.SUCCESS, reason(receipt)));
    } else {
      output.plain(type, exchange.packetId);
    }
    return refused;
  }

  /** Whether the client hears of refusals. */
  private boolean tells() {
    return packets.isV5() && shared.config().reportRejects();
  }

  private static String reason(Inbox.@Nullable Receipt receipt) {
    if (receipt == null || receipt.rejected().isEmpty()) {
      return "";
    }
    Rejected first = receipt.rejected().get(0);
    return "%d of %d in quarantine: %s: %s"
        .formatted(
            receipt.rejected().size(), receipt.received(), first.reason().label(), first.detail());
  }

  // ---- PUBREL

  /** The client knows that a message of QoS 2 was taken. */
  void release(int packetId) throws Refused {
    Exchange exchange = session.held.get(packetId);
    if (exchange == null) {
      // a success, as brokers say: the client may have missed the first PUBCOMP
      output.plain(MqttMessageType.PUBCOMP, packetId);
      return;
    }
    if (exchange.state() != Pending.State.DURABLE) {
      throw new Refused(Codes.PROTOCOL_ERROR, "PUBREL before PUBREC");
    }
    if (session.isDurable()) {
      SessionEvent released = SessionEvent.released(session.number, packetId);
      queue.add(
          new SessionNote(shared.config().name(), released, () -> complete(packetId, exchange)));
    } else {
      complete(packetId, exchange);
    }
  }

  private void complete(int packetId, Exchange exchange) {
    session.release(exchange);
    unreleased.remove(packetId);
    output.plain(MqttMessageType.PUBCOMP, packetId);
  }
}
