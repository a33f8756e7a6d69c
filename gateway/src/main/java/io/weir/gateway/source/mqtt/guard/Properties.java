package io.weir.gateway.source.mqtt.guard;

import io.weir.gateway.model.Reason;
import io.weir.gateway.mqtt.Property;
import org.jspecify.annotations.Nullable;

/** The properties of a packet of MQTT 5 (section 2.2.2), and which of them Paho can read. */
final class Properties {

  /** Paho takes the length of binary data for a signed number (paho.mqtt.java #976). */
  private static final int LONGEST_BINARY = Short.MAX_VALUE;

  /** Each becomes an object, many times the bytes that it takes in the packet. */
  private static final int MOST = 1024;

  /** Of other packets it is not looked at which they may have. */
  static final long ANY = -1;

  private static final long SEVERAL_TIMES =
      Property.bits(Property.SUBSCRIPTION_IDENTIFIER, Property.USER_PROPERTY);

  private final byte[] bytes;
  private final int end;
  private int at;

  private Properties(byte[] bytes, int from, int to) {
    this.bytes = bytes;
    this.at = from;
    this.end = to;
  }

  /**
   * What Paho cannot read of the properties between these two places.
   *
   * @param allowed a bit for each that the packet may have
   */
  static @Nullable Fault fault(byte[] bytes, int from, int to, long allowed) {
    return from == to ? null : new Properties(bytes, from, to).fault(allowed);
  }

  private @Nullable Fault fault(long allowed) {
    long seen = 0;
    int count = 0;
    while (at < end) {
      if (++count > MOST) {
        return new Fault(Reason.LIMIT, "it has more than " + MOST + " properties");
      }
      int id = bytes[at++] & 0xFF;
      Property property = Property.of(id);
      if (property == null || (allowed & property.bit()) == 0) {
        return malformed("its property 0x%02X is not one of this packet".formatted(id));
      }
      if ((seen & ~SEVERAL_TIMES & property.bit()) != 0) {
        return malformed("it has the property " + property.label() + " twice");
      }
      seen |= property.bit();
      Fault fault = value(property.form(), property.label());
      if (fault != null) {
        return fault;
      }
    }
    return null;
  }

  private @Nullable Fault value(Property.Form form, String name) {
    return switch (form) {
      case FLAG, BYTE -> fixed(1, name);
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
