package io.weir.gateway.source.mqtt.guard;

import io.weir.gateway.model.Reason;
import org.jspecify.annotations.Nullable;

/** The properties of a packet of MQTT 5 (section 2.2.2), and which of them Paho can read. */
final class Properties {

  /** Paho takes the length of binary data for a signed number (paho.mqtt.java #976). */
  private static final int LONGEST_BINARY = Short.MAX_VALUE;

  private static final int SUBSCRIPTION_ID = 0x0B;
  private static final int USER_PROPERTY = 0x26;
  private static final int LAST = 0x2A;

  /** How a value is written. */
  private enum Form {
    UNKNOWN,
    BYTE,
    TWO_BYTES,
    FOUR_BYTES,
    NUMBER,
    BINARY,
    TEXT,
    TWO_TEXTS
  }

  private static final Form[] FORMS = new Form[LAST + 1];
  private static final String[] NAMES = new String[LAST + 1];

  /** A bit for each property that a PUBLISH may have. */
  private static final long OF_A_PUBLISH =
      1L << 0x01
          | 1L << 0x02
          | 1L << 0x03
          | 1L << 0x08
          | 1L << 0x09
          | 1L << 0x0B
          | 1L << 0x23
          | 1L << 0x26;

  static {
    java.util.Arrays.fill(FORMS, Form.UNKNOWN);
    known(0x01, Form.BYTE, "payload format indicator");
    known(0x02, Form.FOUR_BYTES, "message expiry interval");
    known(0x03, Form.TEXT, "content type");
    known(0x08, Form.TEXT, "response topic");
    known(0x09, Form.BINARY, "correlation data");
    known(SUBSCRIPTION_ID, Form.NUMBER, "subscription identifier");
    known(0x11, Form.FOUR_BYTES, "session expiry interval");
    known(0x12, Form.TEXT, "assigned client identifier");
    known(0x13, Form.TWO_BYTES, "server keep alive");
    known(0x15, Form.TEXT, "authentication method");
    known(0x16, Form.BINARY, "authentication data");
    known(0x17, Form.BYTE, "request problem information");
    known(0x18, Form.FOUR_BYTES, "will delay interval");
    known(0x19, Form.BYTE, "request response information");
    known(0x1A, Form.TEXT, "response information");
    known(0x1C, Form.TEXT, "server reference");
    known(0x1F, Form.TEXT, "reason string");
    known(0x21, Form.TWO_BYTES, "receive maximum");
    known(0x22, Form.TWO_BYTES, "topic alias maximum");
    known(0x23, Form.TWO_BYTES, "topic alias");
    known(0x24, Form.BYTE, "maximum QoS");
    known(0x25, Form.BYTE, "retain available");
    known(USER_PROPERTY, Form.TWO_TEXTS, "user property");
    known(0x27, Form.FOUR_BYTES, "maximum packet size");
    known(0x28, Form.BYTE, "wildcard subscription available");
    known(0x29, Form.BYTE, "subscription identifiers available");
    known(0x2A, Form.BYTE, "shared subscription available");
  }

  private final byte[] bytes;
  private final int end;
  private int at;

  private Properties(byte[] bytes, int from, int to) {
    this.bytes = bytes;
    this.at = from;
    this.end = to;
  }

  private static void known(int id, Form form, String name) {
    FORMS[id] = form;
    NAMES[id] = name;
  }

  /** What Paho cannot read of the properties between these two places. */
  static @Nullable Fault fault(byte[] bytes, int from, int to, boolean publish) {
    return from == to ? null : new Properties(bytes, from, to).fault(publish);
  }

  private @Nullable Fault fault(boolean publish) {
    long seen = 0;
    while (at < end) {
      int id = bytes[at++] & 0xFF;
      if (id > LAST || FORMS[id] == Form.UNKNOWN || publish && (OF_A_PUBLISH >> id & 1) == 0) {
        return malformed("its property 0x%02X is not one of this packet".formatted(id));
      }
      if ((seen >> id & 1) != 0 && id != SUBSCRIPTION_ID && id != USER_PROPERTY) {
        return malformed("it has the property " + NAMES[id] + " twice");
      }
      seen |= 1L << id;
      Fault fault = value(FORMS[id], NAMES[id]);
      if (fault != null) {
        return fault;
      }
    }
    return null;
  }

  private @Nullable Fault value(Form form, String name) {
    return switch (form) {
      case UNKNOWN -> throw new AssertionError(name);
      case BYTE -> fixed(1, name);
      case TWO_BYTES -> fixed(2, name);
      case FOUR_BYTES -> fixed(4, name);
      case NUMBER -> number(name);
      case BINARY -> sized(name, false);
      case TEXT -> sized(name, true);
      case TWO_TEXTS -> {
        Fault key = sized(name, true);
        yield key == null ? sized(name, true) : key;
      }
    };
  }

  private @Nullable Fault fixed(int length, String name) {
    if (end - at < length) {
      return cutOff(name);
    }
    at += length;
    return null;
  }

  private @Nullable Fault number(String name) {
    for (int i = 0; i < 4; i++) {
      if (at == end) {
        return cutOff(name);
      }
      if (bytes[at++] >= 0) {
        return null;
      }
    }
    return malformed("its " + name + " has more than four bytes");
  }

  private @Nullable Fault sized(String name, boolean text) {
    if (end - at < 2) {
      return cutOff(name);
    }
    int length = (bytes[at] & 0xFF) << 8 | bytes[at + 1] & 0xFF;
    at += 2;
    if (!text && length > LONGEST_BINARY) {
      return new Fault(
          Reason.LIMIT,
          "its %s has %d bytes; the client takes at most %d"
              .formatted(name, length, LONGEST_BINARY));
    }
    if (length > end - at) {
      return malformed(
          "its %s says it has %d bytes, but only %d are left in the properties"
              .formatted(name, length, end - at));
    }
    int refused = text ? Texts.refused(bytes, at, at + length, true) : Texts.NONE;
    at += length;
    return refused == Texts.NONE
        ? null
        : malformed("its %s has the character U+%04X".formatted(name, refused));
  }

  private static Fault cutOff(String name) {
    return malformed("its properties end in the middle of the " + name);
  }

  private static Fault malformed(String what) {
    return new Fault(Reason.MALFORMED, what);
  }
}
