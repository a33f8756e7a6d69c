package io.weir.gateway.source.listener;

import io.netty.handler.codec.mqtt.MqttConnectMessage;
import io.netty.handler.codec.mqtt.MqttConnectPayload;
import io.netty.handler.codec.mqtt.MqttConnectVariableHeader;
import io.netty.handler.codec.mqtt.MqttProperties;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a CONNECT asks for, checked.
 *
 * @param version 3, 4 (that is 3.1.1) or 5
 * @param assigned whether the client id is the listener's choice
 * @param fresh whether nothing of a session before is wanted
 * @param expirySeconds how long the session outlives the connection
 * @param expirySet whether that is less than it asked for
 * @param keepAliveSeconds the longest silence, 0 for no bound
 * @param keepAliveSet whether that is the listener's choice
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record ConnectRequest(
    int version,
    String client,
    boolean assigned,
    boolean fresh,
    long expirySeconds,
    boolean expirySet,
    int keepAliveSeconds,
    boolean keepAliveSet,
    @Nullable Will will,
    @Nullable String username,
    byte @Nullable [] password) {

  static final int V5 = 5;
  static final int V311 = 4;

  /** Longer ids would only fill memory. */
  private static final int MOST_CLIENT_ID = 1024;

  /**
   * @throws Refused if it is not allowed
   */
  static ConnectRequest of(MqttConnectMessage message, ListenerConfig config) throws Refused {
    MqttConnectVariableHeader header = message.variableHeader();
    MqttConnectPayload payload = message.payload();
    int version = header.version();
    MqttProperties properties = header.properties();
    if (Properties.has(properties, MqttProperties.AUTHENTICATION_METHOD)) {
      throw new Refused(Codes.BAD_AUTHENTICATION_METHOD, "only user name and password are known");
    }
    if (Properties.has(properties, MqttProperties.AUTHENTICATION_DATA)) {
      throw new Refused(Codes.PROTOCOL_ERROR, "authentication data without a method");
    }
    if (header.hasPassword() && !header.hasUserName() && version < V5) {
      throw new Refused(Codes.PROTOCOL_ERROR, "a password without a user name");
    }
    boolean fresh = header.isCleanSession();
    String client = payload.clientIdentifier();
    if (client.length() > MOST_CLIENT_ID) {
      throw new Refused(
          Codes.CLIENT_ID_NOT_VALID, "the client id has more than " + MOST_CLIENT_ID + " letters");
    }
    boolean assigned = client.isEmpty();
    if (assigned && version < V5 && !fresh) {
      throw new Refused(Codes.CLIENT_ID_NOT_VALID, "a session that is kept needs a client id");
    }
    long most = config.sessionExpiry().toSeconds();
    long asked =
        version == V5
            ? Properties.number(properties, MqttProperties.SESSION_EXPIRY_INTERVAL, 0)
            : fresh ? 0 : most;
    int keepAlive = header.keepAliveTimeSeconds();
    int mostSilence = (int) config.keepAlive().toSeconds();
    boolean tooLong = mostSilence > 0 && (keepAlive == 0 || keepAlive > mostSilence);
    boolean set = version == V5 && tooLong; // MQTT 3 has no way to say so
    if (Properties.has(properties, MqttProperties.RECEIVE_MAXIMUM)
        && Properties.number(properties, MqttProperties.RECEIVE_MAXIMUM, 0) == 0) {
      throw new Refused(Codes.PROTOCOL_ERROR, "a Receive Maximum of 0");
    }
    return new ConnectRequest(
        version,
        assigned ? "weir-" + UUID.randomUUID() : client,
        assigned,
        fresh,
        Math.min(asked, most),
        asked > most,
        set ? mostSilence : keepAlive,
        set,
        will(header, payload),
        payload.userName(),
        payload.passwordInBytes());
  }

  /**
   * The largest packet that the client takes: a refusal too is no longer.
   *
   * @throws Refused if it takes none
   */
  static int maxPacketBytes(MqttProperties properties) throws Refused {
    long largest =
        Properties.number(properties, MqttProperties.MAXIMUM_PACKET_SIZE, Integer.MAX_VALUE);
    if (largest == 0) {
      throw new Refused(Codes.PROTOCOL_ERROR, "a Maximum Packet Size of 0");
    }
    return (int) Math.min(largest, Integer.MAX_VALUE);
  }

  /** Whether the client wants reason strings. */
  static boolean wantsProblems(MqttProperties properties) {
    return Properties.number(properties, MqttProperties.REQUEST_PROBLEM_INFORMATION, 1) != 0;
  }

  private static @Nullable Will will(MqttConnectVariableHeader header, MqttConnectPayload payload)
      throws Refused {
    if (!header.isWillFlag()) {
      if (header.willQos() != 0 || header.isWillRetain()) {
        throw new Refused(Codes.MALFORMED, "flags of a will without a will");
      }
      return null;
    }
    if (header.willQos() > 2) {
      throw new Refused(Codes.MALFORMED, "QoS 3 of a will");
    }
    String topic = payload.willTopic();
    if (topic == null || !Topics.isName(topic)) {
      throw new Refused(Codes.TOPIC_INVALID, "the topic of the will is not a topic name");
    }
    byte[] message = payload.willMessageInBytes();
    MqttProperties properties = payload.willProperties();
    String response = Properties.text(properties, MqttProperties.RESPONSE_TOPIC);
    if (response != null && !Topics.isName(response)) {
      throw new Refused(Codes.PROTOCOL_ERROR, "the response topic is not a topic name");
    }
    return new Will(
        topic,
        message == null ? new byte[0] : message,
        header.willQos(),
        Properties.text(properties, MqttProperties.CONTENT_TYPE),
        Properties.number(properties, MqttProperties.WILL_DELAY_INTERVAL, 0));
  }

  /** Bytes that it holds until it is known who it is, estimated. */
  long bytes() {
    long bytes = will == null ? 0 : will.bytes();
    bytes += username == null ? 0 : 2L * username.length();
    return bytes + (password == null ? 0 : password.length);
  }

  /** What is still of use once it is known who it is: the rest could fill memory. */
  ConnectRequest identified() {
    return new ConnectRequest(
        version,
        client,
        assigned,
        fresh,
        expirySeconds,
        expirySet,
        keepAliveSeconds,
        keepAliveSet,
        null,
        null,
        null);
  }

  /** Whether the session outlives the connection. */
  boolean isKept() {
    return expirySeconds > 0;
  }

  /** Without the password. */
  @Override
  public String toString() {
    return "CONNECT of " + client;
  }
}
