package io.weir.gateway.source.mqtt.guard;

import io.weir.gateway.model.Names;
import io.weir.gateway.model.Reason;
import io.weir.gateway.mqtt.Property;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Reads the head of a packet: all of it but the payload of a PUBLISH. It is given the bytes that
 * are there and says what to do, or that it needs more; its own fields describe the packet that it
 * looked at last. It allocates nothing for a packet that is in order.
 */
final class PacketReader {

  /** What is to happen with a packet. */
  enum Verdict {
    /** More of it must be there first. */
    MORE,
    /** Paho gets it. */
    PASS,
    /** It is a PUBLISH that Paho must not get; {@link #fault} says why. */
    SET_ASIDE
  }

  /** Most bytes of properties that Paho gets: as objects they take many times as much. */
  static final int MOST_PROPERTIES = 96 * 1024;

  /**
   * A packet other than PUBLISH is short; the longest is a SUBACK with one byte for each filter.
   */
  static final int LONGEST_CONTROL = 128 * 1024;

  /** Most bytes that must be there before there is a verdict. */
  static final int LONGEST_HEAD = 5 + 2 + 65_535 + 2 + 4 + MOST_PROPERTIES;

  static final int PUBLISH = 3;
  private static final int PUBREL = 6;
  private static final int MOST_DIGITS = 4;

  /** The longest packet that is taken from the buffer at once. */
  static final int MOST_PLAIN = 4 * 1024;

  /** Where the payload begins is not known. */
  static final int UNKNOWN = -1;

  private static final String[] NAMES = {
    "reserved (0)",
    "CONNECT",
    "CONNACK",
    "PUBLISH",
    "PUBACK",
    "PUBREC",
    "PUBREL",
    "PUBCOMP",
    "SUBSCRIBE",
    "SUBACK",
    "UNSUBSCRIBE",
    "UNSUBACK",
    "PINGREQ",
    "PINGRESP",
    "DISCONNECT",
    "AUTH"
  };

  /** A bit for each type that a broker may send. */
  private static final int FROM_A_BROKER = bits(2, 3, 4, 5, 6, 7, 9, 11, 13);

  private static final int FROM_A_BROKER_5 = FROM_A_BROKER | bits(14, 15);

  private final boolean five;
  private final int limit;

  // of the packet looked at last
  private int first;
  private int length;
  private int topicAt;
  private int topicEnd;
  private int packetId;
  private int payloadAt;
  private boolean hasProperties;
  private @Nullable Fault fault;

  // a number of one to four bytes
  private int number;
  private int numberEnd;

  /**
   * @param version 5 or 311
   * @param limit most bytes of a PUBLISH that Paho gets
   */
  PacketReader(int version, int limit) {
    this.five = version == 5;
    this.limit = limit;
  }

  private static int bits(int... types) {
    int bits = 0;
    for (int type : types) {
      bits |= 1 << type;
    }
    return bits;
  }

  /**
   * Looks at the packet that begins at {@code from}.
   *
   * @param to the end of what is there
   * @throws BrokenPacketException if it cannot be a packet, so that it is not known where the next
   *     one begins
   */
  Verdict look(byte[] bytes, int from, int to) throws BrokenPacketException {
    if (to - from < 2) {
      return Verdict.MORE;
    }
    first = bytes[from] & 0xFF;
    int type = type();
    if (((five ? FROM_A_BROKER_5 : FROM_A_BROKER) >> type & 1) == 0) {
      throw new BrokenPacketException("its type is " + NAMES[type] + ", which no broker sends");
    }
    if (!number(bytes, from + 1, to, from + 1 + MOST_DIGITS)) {
      return Verdict.MORE;
    }
    if (number < 0) {
      throw new BrokenPacketException(
          "the remaining length of a " + NAMES[type] + " has more than four bytes");
    }
    length = numberEnd - from + number;
    return type == PUBLISH ? publish(bytes, from, to) : control(bytes, from, to, type);
  }

  // ---- What it found

  int type() {
    return first >> 4;
  }

  /** The packet as it is named in a sentence. */
  String name() {
    return "a %s of %d bytes".formatted(NAMES[type()], length);
  }

  /** Bytes of the whole packet. */
  int length() {
    return length;
  }

  int first() {
    return first;
  }

  boolean isFive() {
    return five;
  }

  boolean isFlagged() {
    return type() == PUBLISH && (first & 0x08) != 0 && packetId != 0;
  }

  boolean isRetained() {
    return type() == PUBLISH && (first & 0x01) != 0;
  }

  /** Of a PUBLISH; 0 at QoS 0, and where it cannot be read. */
  int packetId() {
    return packetId;
  }

  /** Where the payload of a PUBLISH begins in the packet, or {@link #UNKNOWN}. */
  int payloadAt() {
    return payloadAt;
  }

  boolean isTooLong() {
    return length > limit;
  }

  /** Whether it is a PUBLISH of a few bytes that says nothing beside its topic and its payload. */
  boolean isPlain() {
    return type() == PUBLISH && length <= MOST_PLAIN && !hasProperties;
  }

  /** Why it is set aside. */
  Fault fault() {
    Fault known = fault;
    if (known == null) {
      throw new IllegalStateException("nothing is wrong with it");
    }
    return known;
  }

  /** The topic of a PUBLISH that begins at {@code from}; "" if its length says too much. */
  String topic(byte[] bytes, int from) {
    return Texts.text(bytes, from + topicAt, from + topicEnd);
  }

  /** The same of one that is in order: each topic is made once. */
  String plainTopic(byte[] bytes, int from) {
    return Names.of(bytes, from + topicAt, from + topicEnd);
  }

  // ---- PUBLISH

  private Verdict publish(byte[] bytes, int from, int to) throws BrokenPacketException {
    packetId = 0;
    payloadAt = UNKNOWN;
    topicAt = numberEnd - from;
    topicEnd = topicAt;
    fault = null;
    int qos = first >> 1 & 3;
    if (qos > 1) {
      // Paho would hold it in memory until the broker ends the delivery
      throw new BrokenPacketException(
          "a PUBLISH has QoS %d, which no subscription of the gateway asks for".formatted(qos));
    }
    if (length - topicAt < 2) {
      return unreadable("it has no topic");
    }
    if (to - from < topicAt + 2) {
      return Verdict.MORE;
    }
    int topicLength = unsigned(bytes, from + topicAt);
    int idLength = qos > 0 ? 2 : 0;
    int left = length - topicAt - 2;
    if (topicLength + idLength > left) {
      return unreadable(
          "its topic says it has %d bytes, but only %d are left in the packet"
              .formatted(topicLength, left));
    }
    int afterTopic = topicAt + 2 + topicLength;
    if (to - from < afterTopic + idLength) {
      return Verdict.MORE;
    }
    topicAt += 2;
    topicEnd = afterTopic;
    if (qos > 0) {
      packetId = unsigned(bytes, from + afterTopic);
      if (packetId == 0) {
        return unreadable("its packet id is 0");
      }
    }
    return five
        ? properties(bytes, from, to, afterTopic + idLength)
        : withPayload(bytes, from, to, afterTopic + idLength, 0);
  }

  private Verdict properties(byte[] bytes, int from, int to, int at) {
    if (!number(bytes, from + at, to, from + length)) {
      return Verdict.MORE;
    }
    if (number < 0) {
      return malformed("the length of its properties cannot be read");
    }
    int begin = numberEnd - from;
    if (number > length - begin) {
      return malformed(
          "its properties say they have %d bytes, but only %d are left in the packet"
              .formatted(number, length - begin));
    }
    return withPayload(bytes, from, to, begin, number);
  }

  private Verdict withPayload(byte[] bytes, int from, int to, int propertiesAt, int properties) {
    payloadAt = propertiesAt + properties;
    hasProperties = properties > 0;
    if (isTooLong()) {
      return setAside(Reason.LIMIT, "its packet has %d bytes, the limit is %d", length, limit);
    }
    if (properties > MOST_PROPERTIES) {
      return setAside(
          Reason.LIMIT,
          "its properties have %d bytes; the client takes at most %d",
          properties,
          MOST_PROPERTIES);
    }
    if (to - from < payloadAt) {
      return Verdict.MORE;
    }
    int topic = from + topicAt;
    int end = from + topicEnd;
    int refused = Texts.refused(bytes, topic, end, five);
    if (refused != Texts.NONE) {
      return setAside(
          Reason.BAD_NAME,
          "its topic has the character U+%04X, which the client for MQTT %s does not take",
          refused,
          five ? "5" : "3.1.1");
    }
    if (topic == end) {
      return setAside(Reason.BAD_NAME, "its topic is empty");
    }
    for (int i = topic; i < end; i++) {
      if (bytes[i] == '+' || bytes[i] == '#') {
        return setAside(Reason.BAD_NAME, "its topic has the wildcard %c", bytes[i]);
      }
    }
    if (PacketGuard.isOwn(bytes, topic, end)) {
      return setAside(Reason.BAD_NAME, "its topic is one that the gateway uses itself");
    }
    fault = Properties.fault(bytes, from + propertiesAt, from + payloadAt, Property.OF_A_PUBLISH);
    return fault == null ? Verdict.PASS : Verdict.SET_ASIDE;
  }

  /** Without a packet id it cannot be acknowledged. */
  private Verdict unreadable(String what) {
    packetId = 0;
    return malformed(
        (first >> 1 & 3) == 0 ? what : what + ", so it cannot be acknowledged and may come again");
  }

  private Verdict malformed(String what) {
    fault = new Fault(Reason.MALFORMED, what);
    return Verdict.SET_ASIDE;
  }

  private Verdict setAside(Reason reason, String what, Object... values) {
    fault = new Fault(reason, String.format(Locale.ROOT, what, values));
    return Verdict.SET_ASIDE;
  }

  // ---- All others

  private Verdict control(byte[] bytes, int from, int to, int type) throws BrokenPacketException {
    packetId = 0;
    if (length > LONGEST_CONTROL) {
      throw new BrokenPacketException(
          "%s; at most %d can be right".formatted(name(), LONGEST_CONTROL));
    }
    if (five && (first & 0x0F) != (type == PUBREL ? 2 : 0)) {
      throw new BrokenPacketException("a %s has the flags %d".formatted(NAMES[type], first & 0x0F));
    }
    if (to - from < length) {
      return Verdict.MORE;
    }
    int body = length - (numberEnd - from);
    int before = propertiesBegin(type, body);
    if (five && before >= 0 && before < body) {
      control(bytes, numberEnd + before, from + length, NAMES[type]);
    }
    return Verdict.PASS;
  }

  /** Where the properties begin in the body of a packet of MQTT 5, or -1 if it has none. */
  private static int propertiesBegin(int type, int body) {
    return switch (type) {
      case 2, 9, 11 -> 2;
      case 4, 5, 6, 7 -> body >= 4 ? 3 : -1;
      case 14, 15 -> 1;
      default -> -1;
    };
  }

  private void control(byte[] bytes, int at, int end, String name) throws BrokenPacketException {
    if (!number(bytes, at, end, end) || number < 0) {
      throw new BrokenPacketException("the length of the properties of a " + name + " is broken");
    }
    if (number > end - numberEnd) {
      throw new BrokenPacketException(
          "the properties of a %s say they have %d bytes, but only %d are left in the packet"
              .formatted(name, number, end - numberEnd));
    }
    Fault wrong = Properties.fault(bytes, numberEnd, numberEnd + number, Properties.ANY);
    if (wrong != null) {
      throw new BrokenPacketException("in a " + name + " " + wrong.what());
    }
  }

  // ---- Numbers

  private static int unsigned(byte[] bytes, int at) {
    return (bytes[at] & 0xFF) << 8 | bytes[at + 1] & 0xFF;
  }

  /**
   * Reads a number of one to four bytes (section 1.5.5); -1 if it is longer, or goes beyond its
   * place.
   *
   * @param to the end of what is there
   * @param end the end of its place
   * @return false if more must be there
   */
  private boolean number(byte[] bytes, int at, int to, int end) {
    number = 0;
    for (int i = 0; i < MOST_DIGITS; i++) {
      if (at + i >= end) {
        break;
      }
      if (at + i >= to) {
        return false;
      }
      int digit = bytes[at + i];
      number |= (digit & 0x7F) << 7 * i;
      if (digit >= 0) {
        numberEnd = at + i + 1;
        return true;
      }
    }
    number = -1;
    return true;
  }
}
