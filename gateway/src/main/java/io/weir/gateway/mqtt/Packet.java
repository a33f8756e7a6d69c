package io.weir.gateway.mqtt;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;

/** A packet that came, and what is read of it, from front to back. */
final class Packet {

  static final int CONNACK = 2;
  static final int PUBLISH = 3;
  static final int PUBACK = 4;
  static final int SUBACK = 9;
  static final int UNSUBACK = 11;
  static final int PINGRESP = 13;
  static final int DISCONNECT = 14;

  /** Packet ids are from 1 to this. */
  static final int MOST_IDS = 0xFFFF;

  private final int first;
  private final byte[] body;
  private int at;

  Packet(int first, byte[] body) {
    this.first = first;
    this.body = body;
  }

  int type() {
    return first >> 4;
  }

  /** QoS of a PUBLISH. */
  int qos() {
    return first >> 1 & 3;
  }

  boolean isRetained() {
    return (first & 1) != 0;
  }

  boolean hasMore() {
    return at < body.length;
  }

  int oneByte() throws IOException {
    if (at >= body.length) {
      throw new IOException("the broker sent a packet that ends too early");
    }
    return body[at++] & 0xFF;
  }

  int twoBytes() throws IOException {
    return oneByte() << 8 | oneByte();
  }

  long fourBytes() throws IOException {
    return (long) twoBytes() << 16 | twoBytes();
  }

  private int number() throws IOException {
    int value = 0;
    for (int i = 0; i < 4; i++) {
      int digit = oneByte();
      value |= (digit & 0x7F) << 7 * i;
      if (digit < 0x80) {
        return value;
      }
    }
    throw new IOException("the broker sent a length of more than four bytes");
  }

  private byte[] bytes(int count) throws IOException {
    if (count > body.length - at) {
      throw new IOException("the broker sent a packet that ends too early");
    }
    byte[] read = Arrays.copyOfRange(body, at, at + count);
    at += count;
    return read;
  }

  String text() throws IOException {
    return new String(bytes(twoBytes()), UTF_8);
  }

  byte[] rest() throws IOException {
    return bytes(body.length - at);
  }

  /** Properties of MQTT 5; what may come several times is left out. */
  Properties properties() throws IOException {
    Map<Property, Object> values = new EnumMap<>(Property.class);
    int end = number();
    end += at;
    if (end > body.length) {
      throw new IOException("the broker sent properties that end too early");
    }
    while (at < end) {
      int id = oneByte();
      Property property = Property.of(id);
      if (property == null) {
        throw new IOException("the broker sent the unknown property " + id);
      }
      switch (property.form()) {
        case FLAG, BYTE -> values.put(property, (long) oneByte());
        case TWO_BYTES -> values.put(property, (long) twoBytes());
        case FOUR_BYTES -> values.put(property, fourBytes());
        case NUMBER -> number();
        case TEXT -> values.put(property, text());
        case BINARY -> bytes(twoBytes());
        case TWO_TEXTS -> {
          text();
          text();
        }
      }
    }
    return new Properties(values);
  }

  /** The same where a packet without any may end before their length. */
  Properties propertiesIfAny() throws IOException {
    return hasMore() ? properties() : new Properties(Map.of());
  }
}
