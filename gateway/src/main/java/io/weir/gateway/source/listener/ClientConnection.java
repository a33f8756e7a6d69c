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
import java.io.IOException;
import java.net.SocketAddress;
import java.util.ArrayDeque;
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
  static final int MOST_PENDING = 2000;

  private static final long RETRY_MS = 50;

  private static final Refused TOO_SLOW =
      new Refused(Codes.UNSPECIFIED, "a packet comes too slowly");

  private static final Refused SILENT =
      new Refused(Codes.KEEP_ALIVE, "no packet for one and a half keep-alive times");

  private static final Refused READS_NOTHING =
      new Refused(Codes.UNSPECIFIED, "it takes nothing of what is sent to it");

  private static final Refused TOO_MANY =
      new Refused(Codes.QUOTA, "this user has too many connections: others need a place");

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
  private final Deaf deaf;
  private final ClientWindow window = new ClientWindow();
  private final Future<?> connectTimer;
  private final ArrayDeque<MqttMessage> early = new ArrayDeque<>();

  private Phase phase = Phase.NEW;
  private boolean stopping;
  private boolean written;

  /** Why it ends once what came before is answered; nothing more is taken. */
  private @Nullable Refused ending;

  /** From the CONNECT on. */
  private @Nullable SessionLease lease;

  /** From when it has a place among the connections of its sender. */
  private @Nullable Sender placed;

  /** While it is OPEN. */
  private @Nullable Publications publications;

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
            this::grew,
            () -> refuse(TOO_SLOW));
    ListenerConfig.Limits limits = shared.config().limits();
    this.pace = new Pace(limits.packetsPerSecond(), limits.bytesPerSecond());
    this.keepAlive =
        new KeepAlive(shared.time(), link.loop(), link::isReading, () -> refuse(SILENT));
    this.deaf = new Deaf(link.loop(), () -> refuse(READS_NOTHING));
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

  private void grew() {
    keepAlive.heard(shared.time().elapsedNs());
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
    if (phase == Phase.CLOSED || ending != null) {
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
      refuseInTurn(refused);
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
        waits(nowNs);
        look();
      }
      case PUBREL -> {
        open.release(((MqttMessageIdVariableHeader) packet.variableHeader()).messageId());
        waits(nowNs);
      }
      case PUBACK, PUBCOMP -> {} // of nothing: all that is delivered here has QoS 0
      case PUBREC -> received((MqttMessageIdVariableHeader) packet.variableHeader());
      case PINGREQ -> write(MqttMessage.PINGRESP);
      case SUBSCRIBE -> subscribe((MqttSubscribeMessage) packet);
      case UNSUBSCRIBE -> {
        MqttUnsubscribeMessage unsubscribe = (MqttUnsubscribeMessage) packet;
        MqttMessage answer = Subscriptions.unsubscribe(leased().session(), unsubscribe);
        writeCodes(answer, unsubscribe.payload().topics().size());
      }
      case DISCONNECT -> disconnected(packet);
      default -> throw new Refused(Codes.PROTOCOL_ERROR, "an unexpected " + type);
    }
  }

  private void waits(long nowNs) {
    int underWay = queue.size();
    if (underWay > 0 && window.arrived(nowNs, underWay)) {
      shared.inbox().endLinger();
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
      if (refused.isOfConnect5()) {
        packets = new Packets(ConnectRequest.V5, false, Integer.MAX_VALUE);
      }
      return refused;
    }
    return new Refused(Codes.MALFORMED, cause.toString());
  }

  /**
   * The same as {@link #refuse}, but what came before is answered first where a sound client may
   * have to send it all again: else it would never get further.
   */
  private void refuseInTurn(Refused refused) {
    if (phase == Phase.OPEN && refused.isOfOneMessage() && queue.size() > 0) {
      ending = refused;
      look();
    } else {
      refuse(refused);
    }
  }

  /** Ends the connection because of what the client did; its will is sent. */
  private void refuse(Refused refused) {
    LOG.debug("{}: {} is disconnected: {}", shared.config().name(), who(), refused.reason());
    byte code = refused.code();
    boolean isBroken = code == Codes.MALFORMED || code == Codes.PROTOCOL_ERROR;
    // brokers give no reason string to a client that broke the protocol
    String reason = isBroken || code == Codes.ALIAS_INVALID ? "" : refused.reason();
    boolean isSaid = code != Codes.UNSAID && (packets.isV5() || !isBroken);
    boolean isTaken = isSaid && packets.fitsRefusal();
    if (phase == Phase.CONNECTING || phase == Phase.NEW && isTaken) {
      shared.meters().refused().increment();
      end(packets.refusal(code, reason));
    } else if (phase == Phase.OPEN && packets.isV5() && isSaid) {
      end(packets.disconnect(code, reason));
    } else {
      end(null);
    }
  }

  /** Writes a last packet, if there is one, and closes. */
  private void end(@Nullable MqttMessage last) {
    if (phase == Phase.CLOSED) {
      return;
    }
    ended(); // before the last of all is closed, the listener knows what is still to be done
    link.end(last);
  }

  private String who() {
    return lease == null ? String.valueOf(from) : lease.request().client();
  }

  private SessionLease leased() {
    return Objects.requireNonNull(lease);
  }

  // ---- CONNECT

  private void connect(MqttConnectMessage message) throws Refused {
    int version = message.variableHeader().version();
    packets = new Packets(version, true, Integer.MAX_VALUE);
    MqttProperties properties = message.variableHeader().properties();
    int largest = ConnectRequest.maxPacketBytes(properties);
    packets = new Packets(version, ConnectRequest.wantsProblems(properties), largest);
    ConnectRequest asked = ConnectRequest.of(message, shared.config());
    if (Packets.acceptedBytes(asked) > largest) {
      throw new Refused(Codes.UNSAID, "it takes no packet that could accept it");
    }
    SessionLease claimed = new SessionLease(shared, this, queue, asked, new Opening());
    claimed.arrive();
    lease = claimed;
    phase = Phase.CONNECTING;
    new Identification(shared, link, from, claimed).begin(asked);
    look();
  }

  /** The session is this connection's now. Any thread; does not wait. */
  void granted(SessionTable.Grant grant) {
    link.loop()
        .execute(
            () -> {
              leased().granted(grant);
              if (phase != Phase.CLOSED) {
                retryIfBlocked();
                flush();
              }
            });
  }

  private final class Opening implements SessionLease.Result {

    @Override
    public void opened(ClientSession session, Sender sender, boolean resumed) {
      if (!shared.connections().shares().take(sender)) {
        refuse(TOO_MANY);
        return;
      }
      placed = sender;
      if (!shared.connections().accept(ClientConnection.this)) {
        return; // it is about to be closed
      }
      ConnectRequest asked = leased().request();
      publications = new Publications(shared, session, sender, queue, packets, new Writer());
      phase = Phase.OPEN;
      incomplete.accepted();
      write(Packets.accepted(resumed, asked, shared.config()));
      connectTimer.cancel(false);
      keepAlive.watch(asked.keepAliveSeconds());
      for (MqttMessage each = early.poll(); each != null; each = early.poll()) {
        readAndRelease(each);
      }
      flush();
      look();
    }

    @Override
    public void refused(Refused refused) {
      refuse(refused);
    }
  }

  /** Another connection wants this session. Any thread; does not wait. */
  void takenOver() {
    link.loop()
        .execute(
            () -> {
              warnOfSharedId();
              boolean says = packets.isV5() && phase == Phase.OPEN;
              end(
                  says
                      ? packets.disconnect(
                          Codes.TAKEN_OVER, "a newer connection has this client id")
                      : null);
            });
  }

  private void warnOfSharedId() {
    String client = leased().request().client();
    long nowNs = shared.time().elapsedNs();
    if (phase != Phase.CLOSED && shared.sessions().takeovers().isWorthALine(client, nowNs)) {
      LOG.warn(
          "{}: the session of the client id {} was taken over {} times within a minute, the last"
              + " time from {}: two devices may have the same client id",
          shared.config().name(),
          client,
          Takeovers.MANY,
          from);
    }
  }

  /** It is closed for another connection, before its client was accepted. Any thread. */
  void makeRoom() {
    link.loop()
        .execute(
            () -> {
              shared.meters().refused().increment();
              end(null);
            });
  }

  // ---- Subscriptions

  private void subscribe(MqttSubscribeMessage message) throws Refused {
    Subscriptions.Answer answer =
        Subscriptions.subscribe(
            leased().session(), message, packets.isV5(), leased().sender()::mayPublish);
    writeCodes(answer.packet(), message.payload().topicSubscriptions().size());
    HostState state = shared.state();
    if (state.hostId() != null && Topics.anyMatches(answer.retained(), state.topic())) {
      deliver(state.topic(), state.payload(true), true);
    }
  }

  /** An answer that is larger than the client takes counts as sent (MQTT 5, 3.1.2.11.4). */
  private void writeCodes(MqttMessage answer, int filters) {
    if (packets.fitsCodes(filters)) {
      write(answer);
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
    int before = queue.size();
    queue.proceed();
    int left = queue.size();
    if (left < before) {
      window.answered(shared.time().elapsedNs(), left);
    }
    retryIfBlocked();
    flush();
    if (ending != null && left == 0) {
      refuse(ending);
      return;
    }
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
    boolean takes = link.isWritable();
    deaf.takes(takes);
    boolean reads =
        takes
            && phase != Phase.CONNECTING
            && !stopping
            && ending == null
            && waitNs == 0
            && !queue.isBlocked()
            && incomplete.hasRoom()
            && queue.size() < MOST_PENDING
            && shared.window().hasRoom(queue);
    boolean blockedNow = !reads && queue.isBlocked() && link.isReading();
    if (reads && !link.isReading()) { // what came meanwhile has time to be read
      keepAlive.heard(shared.time().elapsedNs());
    }
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
    byte code = 0;
    if (packet.variableHeader() instanceof MqttReasonCodeAndPropertiesVariableHeader header) {
      code = header.reasonCode();
      long expiry =
          Properties.number(header.properties(), MqttProperties.SESSION_EXPIRY_INTERVAL, -1);
      if (expiry >= 0) {
        leased().expiresAfter(expiry);
      }
    }
    if (code == Codes.SUCCESS) { // every other reason leaves the will (3.14.4)
      leased().forgetWill();
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

  /** Ends the connection for the stop of the listener; its will is sent. Any thread. */
  void stop() {
    link.loop()
        .execute(
            () -> {
              if (phase == Phase.OPEN) {
                queue.proceed();
              }
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
    phase = Phase.CLOSED;
    incomplete.close();
    shared.window().forget(queue);
    connectTimer.cancel(false);
    keepAlive.stop();
    deaf.stop();
    early.forEach(ReferenceCountUtil::release);
    early.clear();
    if (publications != null) {
      publications.close();
    }
    if (placed != null) { // before who takes its session over is accepted
      shared.connections().shares().give(placed);
    }
    if (lease != null) {
      lease.letGo();
    }
  }

  /** What is under way, for the status. Read by any thread; an estimate there. */
  int unanswered() {
    return queue.size();
  }
}
