package io.weir.sim.mqtt;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.mqtt.MqttConnAckMessage;
import io.netty.handler.codec.mqtt.MqttConnAckVariableHeader;
import io.netty.handler.codec.mqtt.MqttConnectReturnCode;
import io.netty.handler.codec.mqtt.MqttDecoder;
import io.netty.handler.codec.mqtt.MqttEncoder;
import io.netty.handler.codec.mqtt.MqttFixedHeader;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageBuilders;
import io.netty.handler.codec.mqtt.MqttMessageIdVariableHeader;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttProperties.IntegerProperty;
import io.netty.handler.codec.mqtt.MqttPubReplyMessageVariableHeader;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttReasonCodeAndPropertiesVariableHeader;
import io.netty.handler.codec.mqtt.MqttVersion;
import io.netty.handler.timeout.IdleState;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.handler.timeout.IdleStateHandler;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;

/**
 * One MQTT 5 connection of a publisher, from CONNECT to its end: the handshake, keep-alive, and the
 * packets of the broker. What to send and whether to connect again is for its {@link Listener}.
 *
 * <p>Belongs to its event loop, which also calls the listener.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a write or close that fails ends the connection
final class MqttConnection extends SimpleChannelInboundHandler<MqttMessage> {

  private static final int KEEP_ALIVE_S = 60;
  private static final int SILENCE_S = KEEP_ALIVE_S * 3 / 2;
  private static final int SESSION_EXPIRY_S = 3_600;

  /** Reasons of a DISCONNECT that come again if the same is sent again. */
  private static final Set<Integer> FATAL_REASONS =
      Set.of(0x81, 0x82, 0x87, 0x8E, 0x90, 0x93, 0x95, 0x99, 0x9B);

  /** What happens to the connection. */
  interface Listener {

    /**
     * The broker accepted the connection.
     *
     * @param receiveMaximum how many QoS 1 packets may be unacknowledged, 1 to 65535
     * @param sessionPresent whether the broker remembers the session
     */
    void connected(Channel channel, int receiveMaximum, boolean sessionPresent);

    /** The broker answered a packet, with a reason code of MQTT 5. */
    void acknowledged(int id, int reason);

    /** More can be sent now: acknowledgements were reported, or the channel takes bytes again. */
    void ready();

    /**
     * The connection ended. This is the last call.
     *
     * @param fatal whether another attempt would end the same way
     */
    void ended(String reason, boolean fatal);
  }

  private final Publisher.Options options;
  private final String clientId;
  private final boolean cleanStart;
  private final Listener listener;
  private String endReason = "the connection ended";
  private boolean fatal;

  /**
   * @param cleanStart whether the broker must forget an earlier session of this client
   */
  MqttConnection(
      Publisher.Options options, String clientId, boolean cleanStart, Listener listener) {
    this.options = options;
    this.clientId = clientId;
    this.cleanStart = cleanStart;
    this.listener = listener;
  }

  /** Installs the connection and the codecs below it. */
  void addTo(ChannelPipeline pipeline) {
    pipeline
        .addLast(new IdleStateHandler(SILENCE_S, KEEP_ALIVE_S / 2, 0))
        .addLast(new MqttDecoder(), MqttEncoder.INSTANCE, this);
  }

  /** Ends the session and the connection. */
  static void disconnect(Channel channel) {
    MqttProperties properties = new MqttProperties();
    properties.add(new IntegerProperty(MqttProperties.SESSION_EXPIRY_INTERVAL, 0));
    channel.writeAndFlush(
        MqttMessageBuilders.disconnect().reasonCode((byte) 0).properties(properties).build());
    channel.close();
  }

  static String hex(int reason) {
    return "0x%02X".formatted(reason);
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    MqttProperties properties = new MqttProperties();
    properties.add(new IntegerProperty(MqttProperties.SESSION_EXPIRY_INTERVAL, SESSION_EXPIRY_S));
    MqttMessageBuilders.ConnectBuilder connect =
        MqttMessageBuilders.connect()
            .protocolVersion(MqttVersion.MQTT_5)
            .clientId(clientId)
            .cleanSession(cleanStart)
            .keepAlive(KEEP_ALIVE_S)
            .properties(properties);
    String user = options.user();
    if (user != null) {
      connect.username(user).hasUser(true);
    }
    String password = options.password();
    if (password != null) {
      connect.password(password.getBytes(StandardCharsets.UTF_8)).hasPassword(true);
    }
    context.writeAndFlush(connect.build());
  }

  @Override
  protected void channelRead0(ChannelHandlerContext context, MqttMessage message) {
    if (message.decoderResult().isFailure()) {
      String why = message.decoderResult().cause().getMessage();
      end(context, "the broker's answer is not MQTT: " + why, false);
      return;
    }
    switch (message.fixedHeader().messageType()) {
      case CONNACK -> connected(context, ((MqttConnAckMessage) message).variableHeader());
      case PUBACK -> {
        int id = ((MqttMessageIdVariableHeader) message.variableHeader()).messageId();
        listener.acknowledged(id, reason(message));
      }
      case DISCONNECT -> {
        int reason = reason(message);
        end(
            context,
            "the broker closed the connection: reason " + hex(reason),
            FATAL_REASONS.contains(reason));
      }
      default -> {}
    }
  }

  /** The reason code of a PUBACK or DISCONNECT; a packet without one means success. */
  private static int reason(MqttMessage message) {
    Object header = message.variableHeader();
    if (header instanceof MqttPubReplyMessageVariableHeader reply) {
      return Byte.toUnsignedInt(reply.reasonCode());
    }
    if (header instanceof MqttReasonCodeAndPropertiesVariableHeader disconnect) {
      return Byte.toUnsignedInt(disconnect.reasonCode());
    }
    return 0;
  }

  private void connected(ChannelHandlerContext context, MqttConnAckVariableHeader answer) {
    MqttConnectReturnCode code = answer.connectReturnCode();
    if (code == MqttConnectReturnCode.CONNECTION_ACCEPTED) {
      int receiveMaximum =
          answer.properties().getProperty(MqttProperties.RECEIVE_MAXIMUM)
                  instanceof IntegerProperty property
              ? property.value()
              : SendWindow.IDENTIFIERS;
      listener.connected(context.channel(), receiveMaximum, answer.isSessionPresent());
      return;
    }
    boolean passing =
        code == MqttConnectReturnCode.CONNECTION_REFUSED_SERVER_UNAVAILABLE_5
            || code == MqttConnectReturnCode.CONNECTION_REFUSED_SERVER_BUSY;
    end(context, "the broker refuses the connection: " + words(code), !passing);
  }

  /** {@code not authorized} for CONNECTION_REFUSED_NOT_AUTHORIZED_5. */
  private static String words(MqttConnectReturnCode code) {
    return code.name()
        .replaceFirst("^CONNECTION_REFUSED_", "")
        .replaceFirst("_5$", "")
        .replace('_', ' ')
        .toLowerCase(Locale.ROOT);
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    listener.ready();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    listener.ready();
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (!(event instanceof IdleStateEvent idle)) {
      return;
    }
    if (idle.state() == IdleState.READER_IDLE) {
      end(context, "the broker sent nothing for " + SILENCE_S + " s", false);
      return;
    }
    context.writeAndFlush(
        new MqttMessage(
            new MqttFixedHeader(MqttMessageType.PINGREQ, false, MqttQoS.AT_MOST_ONCE, false, 0)));
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    end(context, String.valueOf(cause.getMessage()), false);
  }

  private void end(ChannelHandlerContext context, String reason, boolean forGood) {
    endReason = reason;
    fatal = forGood;
    context.close();
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    listener.ended(endReason, fatal);
  }
}
