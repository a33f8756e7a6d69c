package io.weir.gateway.source.listener;

import io.netty.handler.codec.mqtt.MqttProperties;
import java.util.Arrays;

/** How the properties of MQTT 5 are written, and which of them a packet may have (2.2.2). */
final class PropertyRules {

  static final PropertyRules CONNECT =
      new PropertyRules(
          Codes.PROTOCOL_ERROR,
          MqttProperties.SESSION_EXPIRY_INTERVAL,
          MqttProperties.RECEIVE_MAXIMUM,
          MqttProperties.MAXIMUM_PACKET_SIZE,
          MqttProperties.TOPIC_ALIAS_MAXIMUM,
          MqttProperties.REQUEST_RESPONSE_INFORMATION,
          MqttProperties.REQUEST_PROBLEM_INFORMATION,
          MqttProperties.AUTHENTICATION_METHOD,
          MqttProperties.AUTHENTICATION_DATA);

  static final PropertyRules WILL =
      new PropertyRules(
          Codes.PROTOCOL_ERROR,
          MqttProperties.WILL_DELAY_INTERVAL,
          MqttProperties.PAYLOAD_FORMAT_INDICATOR,
          MqttProperties.PUBLICATION_EXPIRY_INTERVAL,
          MqttProperties.CONTENT_TYPE,
          MqttProperties.RESPONSE_TOPIC,
          MqttProperties.CORRELATION_DATA);

  /** Brokers take a Subscription Identifier from a client too, so it is no reason to refuse one. */
  static final PropertyRules PUBLISH =
      new PropertyRules(
          Codes.PROTOCOL_ERROR,
          MqttProperties.PAYLOAD_FORMAT_INDICATOR,
          MqttProperties.PUBLICATION_EXPIRY_INTERVAL,
          MqttProperties.CONTENT_TYPE,
          MqttProperties.RESPONSE_TOPIC,
          MqttProperties.CORRELATION_DATA,
          MqttProperties.SUBSCRIPTION_IDENTIFIER,
          MqttProperties.TOPIC_ALIAS);

  /** Of PUBACK, PUBREC, PUBREL and PUBCOMP. */
  static final PropertyRules ACKNOWLEDGEMENT =
      new PropertyRules(Codes.PROTOCOL_ERROR, MqttProperties.REASON_STRING);

  static final PropertyRules SUBSCRIBE =
      new PropertyRules(Codes.MALFORMED, MqttProperties.SUBSCRIPTION_IDENTIFIER);

  static final PropertyRules UNSUBSCRIBE = new PropertyRules(Codes.MALFORMED);

  static final PropertyRules DISCONNECT =
      new PropertyRules(
          Codes.PROTOCOL_ERROR,
          MqttProperties.SESSION_EXPIRY_INTERVAL,
          MqttProperties.SERVER_REFERENCE,
          MqttProperties.REASON_STRING);

  /** How a value is written. */
  private enum Form {
    UNKNOWN,
    FLAG,
    BYTE,
    TWO_BYTES,
    FOUR_BYTES,
    NUMBER,
    BINARY,
    TEXT,
    TWO_TEXTS
  }

  private static final Form[] FORMS = forms();

  private final byte codeOfOthers;
  private final long allowed;

  /**
   * @param codeOfOthers of a packet with another property
   * @param allowed besides user properties, which every packet may have
   */
  private PropertyRules(byte codeOfOthers, int... allowed) {
    this.codeOfOthers = codeOfOthers;
    long bits = 1L << MqttProperties.USER_PROPERTY;
    for (int id : allowed) {
      bits |= 1L << id;
    }
    this.allowed = bits;
  }

  private static Form[] forms() {
    Form[] forms = new Form[MqttProperties.SHARED_SUBSCRIPTION_AVAILABLE + 1];
    Arrays.fill(forms, Form.UNKNOWN);
    set(
        forms,
        Form.FLAG,
        MqttProperties.PAYLOAD_FORMAT_INDICATOR,
        MqttProperties.REQUEST_PROBLEM_INFORMATION,
        MqttProperties.REQUEST_RESPONSE_INFORMATION);
    set(
        forms,
        Form.BYTE,
        MqttProperties.MAXIMUM_QOS,
        MqttProperties.RETAIN_AVAILABLE,
        MqttProperties.WILDCARD_SUBSCRIPTION_AVAILABLE,
        MqttProperties.SUBSCRIPTION_IDENTIFIER_AVAILABLE,
        MqttProperties.SHARED_SUBSCRIPTION_AVAILABLE);
    set(
        forms,
        Form.TWO_BYTES,
        MqttProperties.SERVER_KEEP_ALIVE,
        MqttProperties.RECEIVE_MAXIMUM,
        MqttProperties.TOPIC_ALIAS_MAXIMUM,
        MqttProperties.TOPIC_ALIAS);
    set(
        forms,
        Form.FOUR_BYTES,
        MqttProperties.PUBLICATION_EXPIRY_INTERVAL,
        MqttProperties.SESSION_EXPIRY_INTERVAL,
        MqttProperties.WILL_DELAY_INTERVAL,
        MqttProperties.MAXIMUM_PACKET_SIZE);
    set(forms, Form.NUMBER, MqttProperties.SUBSCRIPTION_IDENTIFIER);
    set(forms, Form.BINARY, MqttProperties.CORRELATION_DATA, MqttProperties.AUTHENTICATION_DATA);
    set(
        forms,
        Form.TEXT,
        MqttProperties.CONTENT_TYPE,
        MqttProperties.RESPONSE_TOPIC,
        MqttProperties.ASSIGNED_CLIENT_IDENTIFIER,
        MqttProperties.AUTHENTICATION_METHOD,
        MqttProperties.RESPONSE_INFORMATION,
        MqttProperties.SERVER_REFERENCE,
        MqttProperties.REASON_STRING);
    set(forms, Form.TWO_TEXTS, MqttProperties.USER_PROPERTY);
    return forms;
  }

  private static void set(Form[] forms, Form form, int... ids) {
    for (int id : ids) {
      forms[id] = form;
    }
  }

  /** Steps over the properties of a packet, with their length before them; that length. */
  int check(PacketFields packet) throws Refused {
    int length = packet.number();
    if (length > 0) {
      checkAll(packet.inner(length));
    }
    return length;
  }

  /** What is malformed comes first, wherever it is. */
  private void checkAll(PacketFields properties) throws Refused {
    long seen = 0;
    long twice = 0;
    long wrong = 0;
    while (properties.left() > 0) {
      int id = properties.u8();
      if (!value(id, properties)) {
        wrong |= 1L << id;
      }
      twice |= seen & 1L << id;
      seen |= 1L << id;
    }
    if ((seen & ~allowed) != 0) {
      throw refused(codeOfOthers, "it cannot have the property 0x%02X", seen & ~allowed);
    }
    twice &= ~(1L << MqttProperties.USER_PROPERTY);
    if (twice != 0) {
      throw refused(Codes.PROTOCOL_ERROR, "it has the property 0x%02X twice", twice);
    }
    if (wrong != 0) {
      throw refused(Codes.PROTOCOL_ERROR, "its property 0x%02X is neither 0 nor 1", wrong);
    }
  }

  private static Refused refused(byte code, String what, long ids) {
    return new Refused(code, what.formatted(Long.numberOfTrailingZeros(ids)));
  }

  /** Steps over a value; false where it is not one of those that the property can have. */
  private static boolean value(int id, PacketFields in) throws Refused {
    switch (id < FORMS.length ? FORMS[id] : Form.UNKNOWN) {
      case UNKNOWN -> throw PacketFields.malformed("it has a property 0x%02X".formatted(id));
      case FLAG -> {
        return in.u8() <= 1;
      }
      case BYTE -> in.skip(1);
      case TWO_BYTES -> in.skip(2);
      case FOUR_BYTES -> in.skip(4);
      case NUMBER -> {
        if (in.number() == 0) {
          throw PacketFields.malformed("a Subscription Identifier is 0");
        }
      }
      case BINARY -> in.binary();
      case TEXT -> in.text();
      case TWO_TEXTS -> {
        in.text();
        in.text();
      }
    }
    return true;
  }
}
