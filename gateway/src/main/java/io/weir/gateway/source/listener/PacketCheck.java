package io.weir.gateway.source.listener;

import io.netty.buffer.ByteBuf;

/**
 * Whether what a client sends is a packet that MQTT allows it to send, field by field. The codes of
 * what is refused are those that Mosquitto gives, as its packet sequences have them. Belongs to one
 * connection, whose version the CONNECT says.
 */
final class PacketCheck {

  private static final int V31 = 3;
  private static final int LONGEST_NAME = 6;

  private static final int CONNECT = 1;
  private static final int PUBLISH = 3;
  private static final int PUBACK = 4;
  private static final int PUBREC = 5;
  private static final int PUBREL = 6;
  private static final int PUBCOMP = 7;
  private static final int SUBSCRIBE = 8;
  private static final int SUBACK = 9;
  private static final int UNSUBSCRIBE = 10;
  private static final int UNSUBACK = 11;
  private static final int PINGREQ = 12;
  private static final int PINGRESP = 13;
  private static final int DISCONNECT = 14;

  private static final int DUP = 0x08;

  private static final int USER_NAME = 0x80;
  private static final int PASSWORD = 0x40;
  private static final int WILL_RETAIN = 0x20;
  private static final int WILL_QOS = 0x18;
  private static final int WILL = 0x04;
  private static final int RESERVED = 0x01;

  /** Each becomes an object, many times the bytes that it takes in the packet. */
  private static final int MOST_FILTERS = 1024;

  private static final int RETAIN_HANDLING = 0x30;
  private static final int OPTIONS_RESERVED = 0xC0;

  /** Of the connection; 0 before its CONNECT. */
  private int version;

  private boolean plain;

  /** Looks at the first byte, before any more is there. */
  void first(int first) throws Refused {
    int type = first >> 4;
    if (version == 0 && type != CONNECT) {
      throw new Refused(Codes.PROTOCOL_ERROR, "the first packet is not CONNECT");
    }
    if (version != 0 && (type == CONNECT || type == 0)) {
      throw new Refused(Codes.PROTOCOL_ERROR, "an unexpected packet of type " + type);
    }
  }

  /** Looks at the rest of a packet, which is all there. */
  void rest(int first, ByteBuf bytes, int from, int length) throws Refused {
    int type = first >> 4;
    int flags = first & 0x0F;
    PacketFields fields = new PacketFields(bytes, from, length);
    switch (type) {
      case CONNECT -> connect(flags, fields);
      case PUBLISH -> publish(flags, fields);
      case PUBACK, PUBREC, PUBCOMP -> {
        flags(flags, 0);
        acknowledgement(type, fields);
      }
      case PUBREL -> {
        flags(withoutAgain(flags), 2);
        acknowledgement(type, fields);
      }
      case SUBSCRIBE -> {
        flags(withoutAgain(flags), 2);
        subscribe(fields);
      }
      case UNSUBSCRIBE -> {
        flags(withoutAgain(flags), 2);
        unsubscribe(fields);
      }
      case PINGREQ -> {
        empty(fields);
        flags(flags, 0);
      }
      case DISCONNECT -> {
        flags(flags, 0);
        disconnect(fields);
      }
      default -> {
        if (type == PINGRESP) {
          empty(fields);
        }
        if (type == SUBACK || type == UNSUBACK) {
          flags(flags, 0);
        }
        throw new Refused(Codes.PROTOCOL_ERROR, "an unexpected packet of type " + type);
      }
    }
  }

  private static void flags(int flags, int right) throws Refused {
    if (flags != right) {
      throw PacketFields.malformed("its first byte has the flags " + flags);
    }
  }

  /** MQTT 3.1 says of these packets too that they are sent again (MQTT 3.1, 2.1). */
  private int withoutAgain(int flags) {
    return version == V31 ? flags & ~DUP : flags;
  }

  /** What is longer than two bytes is no such packet, and has no answer. */
  private static void empty(PacketFields fields) throws Refused {
    if (fields.left() > 0) {
      throw new Refused(Codes.UNSAID, "a packet of two bytes is longer");
    }
  }

  boolean isV5() {
    return version == ConnectRequest.V5;
  }

  /** Whether the PUBLISH that was looked at last has no properties. */
  boolean isPlain() {
    return plain;
  }

  // ---- CONNECT

  private void connect(int headerFlags, PacketFields fields) throws Refused {
    int level = level(fields);
    boolean isOld = level == V31;
    boolean five = level == ConnectRequest.V5;
    int flagsAt = fields.skip(1);
    int flags = fields.u8(flagsAt);
    if (!isOld) {
      flags(headerFlags, 0);
      if ((flags & RESERVED) != 0) {
        throw PacketFields.malformed("a reserved flag is set");
      }
    }
    connectFlags(flags, five);
    fields.skip(2); // keep alive
    if (five) {
      connectProperties(PropertyRules.CONNECT, fields);
    }
    if (fields.text() == 0 && isOld) {
      throw new Refused(Codes.CLIENT_ID_NOT_VALID, "MQTT 3.1 needs a client id");
    }
    if ((flags & WILL) != 0) {
      if (five) {
        connectProperties(PropertyRules.WILL, fields);
      }
      if (fields.name() == 0 && !five) { // MQTT 3 has no code for it
        throw PacketFields.malformed("a will without a topic");
      }
      fields.binary();
    }
    int absent = login(flags, isOld, fields);
    fields.end();
    fields.set(flagsAt, flags & ~absent);
    version = level;
  }

  /**
   * Steps over user name and password. In MQTT 3.1 the length goes before the flags: where the
   * packet has ended, they are not there (MQTT 3.1, 3.1). The decoder would wait for them.
   *
   * @return the flags of those that are not there
   */
  private static int login(int flags, boolean isOld, PacketFields fields) throws Refused {
    int absent = 0;
    for (int each : new int[] {USER_NAME, PASSWORD}) {
      if ((flags & each) == 0) {
        continue;
      }
      if (isOld && fields.left() == 0) {
        absent |= each;
      } else if (each == USER_NAME) {
        fields.text();
      } else {
        fields.binary();
      }
    }
    return absent;
  }

  private static int level(PacketFields fields) throws Refused {
    int length = fields.text();
    boolean isOld = fields.wasText("MQIsdp", length);
    if (!isOld && !fields.wasText("MQTT", length)) {
      throw PacketFields.malformed("it is not of MQTT");
    }
    int level = fields.u8();
    if (isOld ? level != V31 : level != ConnectRequest.V311 && level != ConnectRequest.V5) {
      throw new Refused(Codes.UNSUPPORTED_VERSION, "the version is not MQTT 3.1, 3.1.1 or 5");
    }
    return level;
  }

  /**
   * The version of a CONNECT of which only the beginning may be there.
   *
   * @return 0 where it is too short to say
   */
  static int level(ByteBuf bytes, int from, int there) throws Refused {
    int name = there < 2 ? 0 : bytes.getUnsignedShort(from);
    if (name > LONGEST_NAME) {
      throw PacketFields.malformed("it is not of MQTT");
    }
    int needed = 2 + name + 1;
    return there < needed ? 0 : level(new PacketFields(bytes, from, needed));
  }

  /** What is wrong here is answered; of the rest of a CONNECT brokers say nothing. */
  private static void connectProperties(PropertyRules rules, PacketFields fields) throws Refused {
    try {
      rules.check(fields);
    } catch (Refused refused) {
      throw refused.ofConnect5();
    }
  }

  private static void connectFlags(int flags, boolean five) throws Refused {
    boolean hasWill = (flags & WILL) != 0;
    if (hasWill ? (flags & WILL_QOS) == WILL_QOS : (flags & (WILL_QOS | WILL_RETAIN)) != 0) {
      throw PacketFields.malformed("the flags of the will contradict each other");
    }
    if (!five && (flags & PASSWORD) != 0 && (flags & USER_NAME) == 0) {
      throw PacketFields.malformed("a password without a user name");
    }
  }

  // ---- PUBLISH and its acknowledgements

  private void publish(int flags, PacketFields fields) throws Refused {
    int qos = flags >> 1 & 3;
    boolean again = (flags & DUP) != 0;
    if (qos == 3 || qos == 0 && again) {
      throw PacketFields.malformed("its first byte has the flags " + flags);
    }
    fields.name();
    if (qos > 0) {
      packetId(fields);
    }
    plain = !isV5() || PropertyRules.PUBLISH.check(fields) == 0;
  }

  private static void packetId(PacketFields fields) throws Refused {
    if (fields.u16() == 0) {
      throw new Refused(Codes.PROTOCOL_ERROR, "its packet id is 0");
    }
  }

  private void acknowledgement(int type, PacketFields fields) throws Refused {
    packetId(fields);
    if (isV5() && fields.left() > 0) {
      int code = fields.u8();
      boolean isKnown =
          type == PUBACK || type == PUBREC ? isOfMessage(code) : code == 0 || code == 0x92;
      if (!isKnown) {
        throw new Refused(Codes.PROTOCOL_ERROR, "its reason code is 0x%02X".formatted(code));
      }
      if (fields.left() > 0) {
        PropertyRules.ACKNOWLEDGEMENT.check(fields);
      }
    }
    fields.end();
  }

  /** Reason codes of PUBACK and PUBREC (MQTT 5, 3.4.2.1). */
  private static boolean isOfMessage(int code) {
    return switch (code) {
      case 0x00, 0x10, 0x80, 0x83, 0x87, 0x90, 0x91, 0x97, 0x99 -> true;
      default -> false;
    };
  }

  // ---- Subscriptions

  private void subscribe(PacketFields fields) throws Refused {
    filtersBegin(fields, PropertyRules.SUBSCRIBE);
    int filters = 0;
    do {
      filter(fields, ++filters);
      int options = fields.u8();
      int reserved = isV5() ? OPTIONS_RESERVED : ~3;
      if ((options & 3) == 3
          || (options & reserved) != 0
          || (options & RETAIN_HANDLING) == RETAIN_HANDLING) {
        throw PacketFields.malformed("the options of a filter are 0x%02X".formatted(options));
      }
    } while (fields.left() > 0);
  }

  private void unsubscribe(PacketFields fields) throws Refused {
    filtersBegin(fields, PropertyRules.UNSUBSCRIBE);
    int filters = 0;
    do {
      filter(fields, ++filters);
    } while (fields.left() > 0);
  }

  private void filtersBegin(PacketFields fields, PropertyRules properties) throws Refused {
    if (fields.u16() == 0) {
      throw PacketFields.malformed("its packet id is 0");
    }
    if (isV5()) {
      properties.check(fields);
    }
  }

  private static void filter(PacketFields fields, int number) throws Refused {
    if (number > MOST_FILTERS) {
      throw new Refused(Codes.QUOTA, "it has more than " + MOST_FILTERS + " filters");
    }
    if (fields.text() == 0) {
      throw PacketFields.malformed("a filter is empty");
    }
  }

  // ---- DISCONNECT

  private void disconnect(PacketFields fields) throws Refused {
    if (isV5() && fields.left() > 0) {
      fields.u8();
      if (fields.left() > 0) {
        PropertyRules.DISCONNECT.check(fields);
      }
    }
    fields.end();
  }
}
