package io.weir.gateway.source.listener;

import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.mqtt.MqttConnectMessage;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageIdVariableHeader;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttPubReplyMessageVariableHeader;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttReasonCodeAndPropertiesVariableHeader;
import io.netty.handler.codec.mqtt.MqttSubscribeMessage;
import io.netty.handler.codec.mqtt.MqttUnsubscribeMessage;
import io.netty.util.ReferenceCountUtil;
import io.weir.gateway.model.SessionEvent;
import java.io.IOException;
import java.net.SocketAddress;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The protocol of one connection: it connects, is given a session, publishes, and lets go of the
 * session at its end. Belongs to its event loop, but for the methods that say otherwise.
 */
final class ClientConnection {

  private static final Logger LOG = LoggerFactory.getLogger(ClientConnection.class);

  /** Messages of one connection that may be under way, where it has no Receive Maximum. */
  private static final int MOST_PENDING = 2000;

  private static final long RETRY_MS = 50;

  private static final Refused TOO_SLOW =
      new Refused(Codes.UNSPECIFIED, "a packet comes too slowly");

  private static final Refused SILENT =
      new Refused(Codes.KEEP_ALIVE, "no packet for one and a half keep-alive times");

  private enum Phase {
    /** Has not sent its CONNECT. */
    NEW,
    /** Waits for its session; what it sends meanwhile waits too. */
    CONNECTING,
    OPEN,
    CLOSED
  }

  private final Shared shared;
  private final AnswerQueue queue;
  private final Link link;
  private final @Nullable SocketAddress from;
  private final Incomplete incomplete;
  private final Pace pace;
  private final KeepAlive keepAlive;
  private final Future<?> connectTimer;
  private final ArrayDeque<MqttMessage> early = new ArrayDeque<>();

  private Phase phase = Phase.NEW;
  private boolean stopping;
  private boolean written;
  private @Nullable ConnectRequest request;
  private @Nullable Sender sender;
  private String sessionOwner = "";
  private @Nullable ClientSession session;
  private @Nullable Publications publications;
  private @Nullable Will will;
  private Packets packets = new Packets(ConnectRequest.V311, false, Integer.MAX_VALUE);

  /**
   * @param from the address of the client, which a proxy may have said
   */
  ClientConnection(Shared shared, Link link, @Nullable SocketAddress from) {
    this.shared = shared;
    this.from = from;
    this.link = link;
    this.queue = new AnswerQueue(shared.inbox(), link.loop(), shared.window(), this::proceed);
    this.incomplete =
        new Incomplete(
            shared.incomplete(),
            shared.time(),
            link.loop(),
            queue,
            link::isReading,
            () -> refuse(TOO_SLOW));
    ListenerConfig.Limits limits = shared.config().limits();
    this.pace = new Pace(limits.packetsPerSecond(), limits.bytesPerSecond());
    this.keepAlive =
        new KeepAlive(shared.time(), link.loop(), link::isReading, () -> refuse(SILENT));
    this.connectTimer =
        link.loop()
            .schedule(
                this::connectTimeout,
                shared.config().connectTimeout().toMillis(),
                TimeUnit.MILLISECONDS);
  }

  private void connectTimeout() {
    if (phase == Phase.NEW) {
      link.end(null);
    }
  }

  /** Told by the link of the packet of which a part has come. */
  Incomplete incomplete() {
    return incomplete;
  }

  // ---- What arrives

  /** Takes a packet, and releases it in the end. */
  void received(MqttMessage packet) {
    if (phase == Phase.CONNECTING) {
      early.add(packet);
      return;
    }
    readAndRelease(packet);
  }

  private void readAndRelease(MqttMessage packet) {
    try {
      read(packet);
    } finally {
      ReferenceCountUtil.release(packet);
    }
  }

  /** Nothing more has come for now. */
  void receivedAll() {
    flush();
    look();
  }

  private void read(MqttMessage packet) {
    if (phase == Phase.CLOSED) {
      return;
    }
    long nowNs = shared.time().elapsedNs();
    keepAlive.heard(nowNs);
    try {
      if (packet.decoderResult().isFailure()) {
        throw undecodable(packet.decoderResult().cause());
      }
      pace.take(packet.fixedHeader().remainingLength());
      take(packet, nowNs);
    } catch (Refused refused) {
      refuse(refused);
    } catch (RuntimeException e) {
      LOG.error("{}: internal error on a packet of {}", shared.config().name(), who(), e);
      refuse(new Refused(Codes.REJECTED, "internal error"));
    }
  }

  private void take(MqttMessage packet, long nowNs) throws Refused {
    MqttMessageType type = packet.fixedHeader().messageType();
    if (phase == Phase.NEW) {
      if (!(packet instanceof MqttConnectMessage connect)) {
        throw new Refused(Codes.PROTOCOL_ERROR, "the first packet is not CONNECT");
      }
      connect(connect);
      return;
    }
    Publications open = Objects.requireNonNull(publications);
    switch (type) {
      case PUBLISH -> {
        shared.meters().lastMessage().now(nowNs);
        open.publish((MqttPublishMessage) packet);
        look();
      }
      case PUBREL ->
          open.release(((MqttMessageIdVariableHeader) packet.variableHeader()).messageId());
      case PUBACK, PUBCOMP -> {} // of nothing: all that is delivered here has QoS 0
      case PUBREC -> received((MqttMessageIdVariableHeader) packet.variableHeader());
      case PINGREQ -> write(MqttMessage.PINGRESP);
      case SUBSCRIBE -> subscribe((MqttSubscribeMessage) packet);
      case UNSUBSCRIBE -> {
        MqttUnsubscribeMessage unsubscribe = (MqttUnsubscribeMessage) packet;
        write(Subscriptions.unsubscribe(Objects.requireNonNull(session), unsubscribe));
      }
      case DISCONNECT -> disconnected(packet);
      default -> throw new Refused(Codes.PROTOCOL_ERROR, "an unexpected " + type);
    }
  }

  /** Of a message that was never sent: it is released, as by a broker that has forgotten it. */
  private void received(MqttMessageIdVariableHeader header) {
    boolean isFailure =
        header instanceof MqttPubReplyMessageVariableHeader reply && reply.reasonCode() < 0;
    if (!isFailure) {
      write(Packets.pubrel(header.messageId()));
    }
  }

  private Refused undecodable(Throwable cause) {
    shared.meters().broken().increment();
    if (cause instanceof Refused refused) {
      return refused;
    }
    return new Refused(Codes.MALFORMED, cause.toString());
  }

  /** Ends the connection because of what the client did; its will is sent. */
  private void refuse(Refused refused) {
    LOG.debug("{}: {} is disconnected: {}", shared.config().name(), who(), refused.reason());
    byte code = refused.code();
    boolean isBroken = code == Codes.MALFORMED || code == Codes.PROTOCOL_ERROR;
    if (phase == Phase.CONNECTING || phase == Phase.NEW && !isBroken && code != Codes.UNSAID) {
      shared.meters().refused().increment();
      end(packets.refusal(code, refused.reason()));
    } else if (phase == Phase.OPEN && packets.isV5() && code != Codes.UNSAID) {
      // brokers give no reason string to a client that broke the protocol
      boolean isSaidByCode = isBroken || code == Codes.ALIAS_INVALID;
      end(packets.disconnect(code, isSaidByCode ? "" : refused.reason()));
    } else {
      end(null);
    }
  }

  /** Writes a last packet, if there is one, and closes. */
  private void end(@Nullable MqttMessage last) {
    if (phase == Phase.CLOSED) {
      return;
    }
    link.end(last);
    ended();
  }

  private String who() {
    return request == null ? address() : request.client();
  }

  private String address() {
    return String.valueOf(from);
  }

  // ---- CONNECT

  private void connect(MqttConnectMessage message) throws Refused {
    int version = message.variableHeader().version();
    packets = new Packets(version, true, Integer.MAX_VALUE);
    ConnectRequest asked = ConnectRequest.of(message, shared.config());
    packets = new Packets(version, asked.problems(), asked.maxPacketBytes());
    if (Packets.acceptedBytes(asked) > asked.maxPacketBytes()) {
      throw new Refused(Codes.UNSAID, "it takes no packet that could accept it");
    }
    request = asked;
    phase = Phase.CONNECTING;
    new Identification(shared, link, from, new Known()).begin(asked);
    look();
  }

  /** Who it is was asked; the connection may have ended meanwhile. */
  private final class Known implements Identification.Result {

    @Override
    public void identified(DeviceLogin login, String name) {
      if (phase != Phase.CONNECTING) {
        return;
      }
      try {
        claim(login, name);
      } catch (Refused refused) {
        refuse(refused);
      }
    }

    @Override
    public void refused(Refused refused) {
      if (phase == Phase.CONNECTING) {
        refuse(refused);
      }
    }
  }

  /** Asks for its session. */
  private void claim(DeviceLogin login, String name) throws Refused {
    ConnectRequest asked = Objects.requireNonNull(request);
    Sender known = Sender.of(login, name, asked.client());
    sender = known;
    if (asked.will() != null && !known.mayPublish(asked.will().topic())) {
      throw new Refused(Codes.NOT_AUTHORISED, "may not publish to the topic of its will");
    }
    if (asked.will() != null && !shared.wills().keeps(asked.will())) {
      throw new Refused(Codes.QUOTA, "too many wills are kept");
    }
    will = asked.will();
    request = asked.identified();
    String owner = known.ownerOf(asked.client());
    sessionOwner = owner;
    boolean claimed =
        shared
            .sessions()
            .claim(new SessionTable.Claim(owner, asked.fresh(), asked.expirySeconds(), this));
    if (!claimed) {
      throw new Refused(Codes.QUOTA, "too many sessions are kept");
    }
  }

  /** The session is this connection's now. Any thread; does not wait. */
  void granted(SessionTable.Grant grant) {
    link.loop().execute(() -> begin(grant));
  }

  private void begin(SessionTable.Grant grant) {
    ClientSession given = grant.session();
    if (phase != Phase.CONNECTING) { // it ended while it waited
      shared.sessions().release(given);
      return;
    }
    ConnectRequest asked = Objects.requireNonNull(request);
    session = given;
    Runnable accept = () -> accepted(grant.resumed());
    boolean unknown = given.isDurable() && !given.isReported();
    endBefore(grant, grant.mustEnd() && !unknown ? accept : () -> {});
    given.cancelWill();
    given.expiresAfter(asked.expirySeconds());
    if (given.isDurable() && (unknown || grant.resumed() && asked.isKept())) {
      SessionEvent opened = SessionEvent.opened(given.number, given.client, asked.expirySeconds());
      note(
          opened,
          () -> {
            given.reported();
            if (unknown) {
              accept.run();
            }
          });
    }
    if (!unknown && !grant.mustEnd()) {
      accept.run();
    }
    flush();
  }

  private void endBefore(SessionTable.Grant grant, Runnable atLast) {
    List<EndedSession> ended = grant.ended();
    for (int i = 0; i < ended.size(); i++) {
      EndedSession each = ended.get(i);
      boolean isLast = i == ended.size() - 1;
      note(
          each.event(),
          () -> {
            shared.sessions().forget(each);
            if (isLast) {
              atLast.run();
            }
          });
    }
  }

  private void note(SessionEvent event, Runnable answer) {
    queue.add(new SessionNote(shared.config().name(), event, answer));
    retryIfBlocked();
  }

  private void accepted(boolean present) {
    ConnectRequest asked = Objects.requireNonNull(request);
    publications =
        new Publications(
            shared,
            Objects.requireNonNull(session),
            Objects.requireNonNull(sender),
            queue,
            packets,
            new Writer());
    phase = Phase.OPEN;
    write(Packets.accepted(present, asked, shared.config()));
    connectTimer.cancel(false);
    keepAlive.watch(asked.keepAliveSeconds());
    for (MqttMessage each = early.poll(); each != null; each = early.poll()) {
      readAndRelease(each);
    }
    flush();
    look();
  }

  /** Another connection wants this session. Any thread; does not wait. */
  void takenOver() {
    link.loop()
        .execute(
            () -> {
              boolean says = packets.isV5() && phase == Phase.OPEN;
              end(
                  says
                      ? packets.disconnect(
                          Codes.TAKEN_OVER, "a newer connection has this client id")
                      : null);
            });
  }

  // ---- Subscriptions

  private void subscribe(MqttSubscribeMessage message) throws Refused {
    ClientSession own = Objects.requireNonNull(session);
    Subscriptions.Answer answer =
        Subscriptions.subscribe(
            own, message, packets.isV5(), Objects.requireNonNull(sender)::mayPublish);
    write(answer.packet());
    HostState state = shared.state();
    if (state.hostId() != null && Topics.anyMatches(answer.granted(), state.topic())) {
      deliver(state.topic(), state.payload(true), true);
    }
  }

  /** Sends a message to the client, if it takes it now. Any thread; does not wait. */
  void send(String topic, byte[] payload) {
    link.loop().execute(() -> deliver(topic, payload, false));
  }

  private void deliver(String topic, byte[] payload, boolean retained) {
    if (phase == Phase.OPEN && link.isWritable() && packets.fits(topic, payload)) {
      write(Packets.publish(topic, payload, retained));
      flush();
    }
  }

  // ---- The way of answers

  /** Answers what is durable, and goes on with what waited. */
  private void proceed() {
    if (phase == Phase.CLOSED) {
      return;
    }
    queue.proceed();
    retryIfBlocked();
    flush();
    look();
  }

  private void retryIfBlocked() {
    if (queue.isBlocked()) {
      link.loop().schedule(queue::wake, RETRY_MS, TimeUnit.MILLISECONDS);
    }
  }

  /**
   * Reads on, or not, as there is room. Who does not read its answers is not read from either, so a
   * link calls it where it can be written to again.
   */
  void look() {
    if (phase == Phase.CLOSED) {
      return;
    }
    long waitNs = pace.waitNs(shared.time().elapsedNs());
    if (waitNs > 0) {
      link.loop().schedule(queue::wake, waitNs, TimeUnit.NANOSECONDS);
    }
    boolean reads =
        phase != Phase.CONNECTING
            && !stopping
            && waitNs == 0
            && !queue.isBlocked()
            && incomplete.hasRoom()
            && queue.size() < MOST_PENDING
            && link.isWritable()
            && shared.window().hasRoom(queue);
    boolean blockedNow = !reads && queue.isBlocked() && link.isReading();
    link.reads(reads);
    if (blockedNow) {
      retryIfBlocked();
    }
  }

  private void write(Object packet) {
    link.write(packet);
    written = true;
  }

  private void flush() {
    if (written) {
      written = false;
      link.flush();
    }
  }

  private final class Writer implements Publications.Output {

    @Override
    public void plain(MqttMessageType type, int packetId) {
      link.answer(type, packetId);
      written = true;
    }

    @Override
    public void reply(Object packet) {
      write(packet);
    }
  }

  // ---- The end

  private void disconnected(MqttMessage packet) throws Refused {
    ClientSession own = Objects.requireNonNull(session);
    byte code = 0;
    if (packet.variableHeader() instanceof MqttReasonCodeAndPropertiesVariableHeader header) {
      code = header.reasonCode();
      long expiry =
          Properties.number(header.properties(), MqttProperties.SESSION_EXPIRY_INTERVAL, -1);
      if (expiry > 0 && own.expirySeconds() == 0) {
        throw new Refused(Codes.PROTOCOL_ERROR, "a session that ends now cannot be kept");
      }
      if (expiry >= 0) {
        long kept = Math.min(expiry, shared.config().sessionExpiry().toSeconds());
        own.expiresAfter(kept);
        if (kept > 0) {
          shared.sessions().report(SessionEvent.opened(own.number, own.client, kept));
        }
      }
    }
    if (code == Codes.SUCCESS) { // every other reason leaves the will (3.14.4)
      forgetWill();
    }
    end(null);
  }

  /** Receives no more; what has arrived is still answered. Any thread. */
  void stopReceiving() {
    link.loop()
        .execute(
            () -> {
              stopping = true;
              look();
            });
  }

  /** Ends the connection for the stop of the listener: no will is sent. Any thread. */
  void stop() {
    link.loop()
        .execute(
            () -> {
              if (phase == Phase.OPEN) {
                queue.proceed();
              }
              forgetWill();
              boolean says = packets.isV5() && phase == Phase.OPEN;
              end(says ? packets.disconnect(Codes.SHUTTING_DOWN, "the gateway stops") : null);
            });
  }

  /** The connection is gone. */
  void lost() {
    ended();
  }

  /** The connection fails; the link closes it. */
  void failed(Throwable cause) {
    if (cause instanceof DecoderException) { // no TLS, or a handshake that failed
      shared.meters().broken().increment();
      LOG.debug("{}: connection of {}: {}", shared.config().name(), who(), cause.toString());
    } else if (!(cause instanceof IOException)) { // that is a connection that broke
      LOG.warn("{}: connection of {} failed", shared.config().name(), who(), cause);
    }
  }

  private void ended() {
    if (phase == Phase.CLOSED) {
      return;
    }
    Phase before = phase;
    phase = Phase.CLOSED;
    incomplete.ends();
    shared.window().forget(queue);
    shared.incomplete().forget(queue);
    connectTimer.cancel(false);
    keepAlive.stop();
    early.forEach(ReferenceCountUtil::release);
    early.clear();
    ClientSession own = session;
    if (own == null) {
      forgetWill();
      if (before == Phase.CONNECTING && request != null) {
        shared.sessions().withdraw(sessionOwner, this);
      }
      return;
    }
    for (Pending each : queue.clear()) {
      leaveBehind(own, each);
    }
    sendWill(own);
    shared.sessions().release(own);
  }

  /** What the client will send again is dropped; what the inbox has is recognised then. */
  private void leaveBehind(ClientSession own, Pending each) {
    boolean taken = each.state() == Pending.State.OFFERED || each.state() == Pending.State.DURABLE;
    if (taken && each instanceof SessionNote) {
      own.inLog();
    }
    if (!(each instanceof Exchange exchange)) {
      return;
    }
    if (taken) {
      exchange.leftBehind();
    }
    if (exchange.qos == 0 && !taken) {
      shared.inbox().refused(exchange.delivery());
    } else if (exchange.qos == 1 && taken && own.isDurable()) {
      int most = Math.max(MOST_PENDING, shared.config().receiveMaximum());
      own.leaveUnanswered(exchange, most);
    } else if (exchange.qos == 2 && !taken) {
      own.release(exchange);
    }
  }

  private void forgetWill() {
    Will left = will;
    will = null;
    if (left != null) {
      shared.wills().forget(left);
    }
  }

  private void sendWill(ClientSession own) {
    Will left = will;
    will = null;
    if (left == null) {
      return;
    }
    long delay = Math.min(left.delaySeconds(), own.expirySeconds());
    if (delay == 0) {
      shared.wills().send(left);
    } else {
      own.waitsFor(shared.wills().after(left, delay));
    }
  }

  /** What is under way, for the status. Read by any thread; an estimate there. */
  int unanswered() {
    return queue.size();
  }
}
