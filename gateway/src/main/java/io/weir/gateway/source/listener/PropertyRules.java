package io.weir.gateway.source.listener;

import io.weir.gateway.mqtt.Property;

/** Which properties of MQTT 5 a packet may have (2.2.2). */
final class PropertyRules {

  static final PropertyRules CONNECT =
      new PropertyRules(
          Codes.PROTOCOL_ERROR,
          Property.SESSION_EXPIRY_INTERVAL,
          Property.RECEIVE_MAXIMUM,
          Property.MAXIMUM_PACKET_SIZE,
          Property.TOPIC_ALIAS_MAXIMUM,
          Property.REQUEST_RESPONSE_INFORMATION,
          Property.REQUEST_PROBLEM_INFORMATION,
          Property.AUTHENTICATION_METHOD,
          Property.AUTHENTICATION_DATA);

  static final PropertyRules WILL =
      new PropertyRules(
          Codes.PROTOCOL_ERROR,
          Property.WILL_DELAY_INTERVAL,
          Property.PAYLOAD_FORMAT_INDICATOR,
          Property.MESSAGE_EXPIRY_INTERVAL,
          Property.CONTENT_TYPE,
          Property.RESPONSE_TOPIC,
          Property.CORRELATION_DATA);

  /** Brokers take a Subscription Identifier from a client too, so it is no reason to refuse one. */
  static final PropertyRules PUBLISH =
      new PropertyRules(Codes.PROTOCOL_ERROR, Property.OF_A_PUBLISH);

  /** Of PUBACK, PUBREC, PUBREL and PUBCOMP. */
  static final PropertyRules ACKNOWLEDGEMENT =
      new PropertyRules(Codes.PROTOCOL_ERROR, Property.REASON_STRING);

  static final PropertyRules SUBSCRIBE =
      new PropertyRules(Codes.MALFORMED, Property.SUBSCRIPTION_IDENTIFIER);

  static final PropertyRules UNSUBSCRIBE = new PropertyRules(Codes.MALFORMED);

  static final PropertyRules DISCONNECT =
      new PropertyRules(
          Codes.PROTOCOL_ERROR,
          Property.SESSION_EXPIRY_INTERVAL,
          Property.SERVER_REFERENCE,
          Property.REASON_STRING);

  /** Each becomes an object, many times the bytes that it takes in the packet. */
  private static final int MOST = 1024;

  private final byte codeOfOthers;
  private final long allowed;

  /**
   * @param codeOfOthers of a packet with another property
   * @param allowed besides user properties, which every packet may have
   */
  private PropertyRules(byte codeOfOthers, Property... allowed) {
    this(codeOfOthers, Property.USER_PROPERTY.bit() | Property.bits(allowed));
  }

  private PropertyRules(byte codeOfOthers, long allowed) {
    this.codeOfOthers = codeOfOthers;
    this.allowed = allowed;
  }

  /** Steps over the properties of a packet, with their length before them; that length. */
  int check(PacketFields packet) throws Refused {
    int length = packet.number();
    if (length > 0) {
      checkAll(packet.inner(length));
    }
    return length;
  }

  /**
   * What is malformed comes first, wherever it is; but who sends too many is not read to the end.
   */
  private void checkAll(PacketFields properties) throws Refused {
    int count = 0;
    long seen = 0;
    long twice = 0;
    long wrong = 0;
    while (properties.left() > 0) {
      if (++count > MOST) {
        throw new Refused(Codes.QUOTA, "it has more than " + MOST + " properties");
      }
      int id = properties.u8();
      Property property = Property.of(id);
      if (property == null) {
        throw PacketFields.malformed("it has a property 0x%02X".formatted(id));
      }
      if (!value(property, properties)) {
        wrong |= property.bit();
      }
      twice |= seen & property.bit();
      seen |= property.bit();
    }
    if ((seen & ~allowed) != 0) {
      throw refused(codeOfOthers, "it cannot have the property 0x%02X", seen & ~allowed);
    }
    twice &= ~Property.USER_PROPERTY.bit();
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
  private static boolean value(Property property, PacketFields in) throws Refused {
    switch (property.form()) {
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
