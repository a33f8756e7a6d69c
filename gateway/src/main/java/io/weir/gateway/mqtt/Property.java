package io.weir.gateway.mqtt;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The properties of MQTT 5, and how the value of each is written (section 2.2.2.2). */
public enum Property {
  PAYLOAD_FORMAT_INDICATOR(0x01, Form.FLAG),
  MESSAGE_EXPIRY_INTERVAL(0x02, Form.FOUR_BYTES),
  CONTENT_TYPE(0x03, Form.TEXT),
  RESPONSE_TOPIC(0x08, Form.TEXT),
  CORRELATION_DATA(0x09, Form.BINARY),
  SUBSCRIPTION_IDENTIFIER(0x0B, Form.NUMBER),
  SESSION_EXPIRY_INTERVAL(0x11, Form.FOUR_BYTES),
  ASSIGNED_CLIENT_IDENTIFIER(0x12, Form.TEXT),
  SERVER_KEEP_ALIVE(0x13, Form.TWO_BYTES),
  AUTHENTICATION_METHOD(0x15, Form.TEXT),
  AUTHENTICATION_DATA(0x16, Form.BINARY),
  REQUEST_PROBLEM_INFORMATION(0x17, Form.FLAG),
  WILL_DELAY_INTERVAL(0x18, Form.FOUR_BYTES),
  REQUEST_RESPONSE_INFORMATION(0x19, Form.FLAG),
  RESPONSE_INFORMATION(0x1A, Form.TEXT),
  SERVER_REFERENCE(0x1C, Form.TEXT),
  REASON_STRING(0x1F, Form.TEXT),
  RECEIVE_MAXIMUM(0x21, Form.TWO_BYTES),
  TOPIC_ALIAS_MAXIMUM(0x22, Form.TWO_BYTES),
  TOPIC_ALIAS(0x23, Form.TWO_BYTES),
  MAXIMUM_QOS(0x24, Form.BYTE),
  RETAIN_AVAILABLE(0x25, Form.BYTE),
  USER_PROPERTY(0x26, Form.TWO_TEXTS),
  MAXIMUM_PACKET_SIZE(0x27, Form.FOUR_BYTES),
  WILDCARD_SUBSCRIPTION_AVAILABLE(0x28, Form.BYTE),
  SUBSCRIPTION_IDENTIFIERS_AVAILABLE(0x29, Form.BYTE),
  SHARED_SUBSCRIPTION_AVAILABLE(0x2A, Form.BYTE);

  /** How a value is written. */
  public enum Form {
    /** One byte that is 0 or 1, and nothing else. */
    FLAG,
    BYTE,
    TWO_BYTES,
    FOUR_BYTES,
    /** A number of one to four bytes. */
    NUMBER,
    /** Bytes with their length before them. */
    BINARY,
    TEXT,
    TWO_TEXTS
  }

  /** Those that a PUBLISH may have, as a set of bits. */
  public static final long OF_A_PUBLISH =
      bits(
          PAYLOAD_FORMAT_INDICATOR,
          MESSAGE_EXPIRY_INTERVAL,
          CONTENT_TYPE,
          RESPONSE_TOPIC,
          CORRELATION_DATA,
          SUBSCRIPTION_IDENTIFIER,
          TOPIC_ALIAS,
          USER_PROPERTY);

  private static final @Nullable Property[] BY_ID = new @Nullable Property[0x2B];

  static {
    for (Property each : values()) {
      BY_ID[each.id] = each;
    }
  }

  private final int id;
  private final Form form;
  private final String label;

  Property(int id, Form form) {
    this.id = id;
    this.form = form;
    this.label = name().toLowerCase(Locale.ROOT).replace('_', ' ').replace("qos", "QoS");
  }

  /** The property of this identifier, or {@code null} where MQTT 5 has none. */
  public static @Nullable Property of(int id) {
    return id < BY_ID.length ? BY_ID[id] : null;
  }

  public Form form() {
    return form;
  }

  /** Its name in a sentence. */
  public String label() {
    return label;
  }

  public int id() {
    return id;
  }

  /** Its place in a set of bits. */
  public long bit() {
    return 1L << id;
  }

  /** Several of them as a set of bits. */
  public static long bits(Property... properties) {
    long bits = 0;
    for (Property each : properties) {
      bits |= each.bit();
    }
    return bits;
  }
}
