package io.weir.gateway.mqtt;

import java.util.Map;

/** Reason codes of MQTT 5 (section 2.4), and the return codes of 3.1.1. */
public final class Codes {

  /** From here on a code says that something failed. */
  public static final int FIRST_FAILURE = 0x80;

  public static final int UNSPECIFIED = 0x80;
  public static final int NOT_AUTHORISED = 0x87;
  public static final int TOPIC_NAME_INVALID = 0x90;
  public static final int PACKET_TOO_LARGE = 0x95;
  public static final int QUOTA_EXCEEDED = 0x97;
  public static final int PAYLOAD_FORMAT_INVALID = 0x99;

  private static final Map<Integer, String> WORDS =
      Map.ofEntries(
          Map.entry(0x80, "unspecified error"),
          Map.entry(0x81, "malformed packet"),
          Map.entry(0x82, "protocol error"),
          Map.entry(0x83, "implementation specific error"),
          Map.entry(0x84, "unsupported protocol version"),
          Map.entry(0x85, "client identifier not valid"),
          Map.entry(0x86, "bad user name or password"),
          Map.entry(NOT_AUTHORISED, "not authorised"),
          Map.entry(0x88, "server unavailable"),
          Map.entry(0x89, "server busy"),
          Map.entry(0x8A, "banned"),
          Map.entry(0x8B, "server shutting down"),
          Map.entry(0x8C, "bad authentication method"),
          Map.entry(0x8D, "keep alive timeout"),
          Map.entry(0x8E, "session taken over by another client with this client id"),
          Map.entry(0x8F, "topic filter invalid"),
          Map.entry(TOPIC_NAME_INVALID, "topic name invalid"),
          Map.entry(0x91, "packet identifier in use"),
          Map.entry(0x93, "receive maximum exceeded"),
          Map.entry(0x94, "topic alias invalid"),
          Map.entry(PACKET_TOO_LARGE, "packet too large"),
          Map.entry(0x96, "message rate too high"),
          Map.entry(QUOTA_EXCEEDED, "quota exceeded"),
          Map.entry(0x98, "administrative action"),
          Map.entry(PAYLOAD_FORMAT_INVALID, "payload format invalid"),
          Map.entry(0x9A, "retain not supported"),
          Map.entry(0x9B, "QoS not supported"),
          Map.entry(0x9C, "use another server"),
          Map.entry(0x9D, "server moved"),
          Map.entry(0x9F, "connection rate exceeded"));

  private static final Map<Integer, String> OLD_WORDS =
      Map.of(
          1, "unsupported protocol version",
          2, "client identifier not valid",
          3, "server unavailable",
          4, "bad user name or password",
          5, "not authorised");

  private Codes() {}

  /** A code of MQTT 5 for a person. */
  public static String words(int code) {
    return "%s (0x%02X)".formatted(WORDS.getOrDefault(code, "reason code"), code);
  }

  /** A return code of a CONNACK of 3.1.1 for a person. */
  static String oldWords(int code) {
    return "%s (%d)".formatted(OLD_WORDS.getOrDefault(code, "return code"), code);
  }

  /** What helps where a broker refuses a connection, or ends one. */
  static LinkException.Kind kind(int code) {
    return switch (code) {
      case 0x84, 0x85, 0x86, NOT_AUTHORISED, 0x8A, 0x8C, 0x9A, 0x9B, 0x9C, 0x9D ->
          LinkException.Kind.REFUSED;
      case 0x88, 0x89, 0x96, QUOTA_EXCEEDED, 0x9F -> LinkException.Kind.BUSY;
      default -> LinkException.Kind.AWAY;
    };
  }

  static LinkException.Kind oldKind(int code) {
    return switch (code) {
      case 1, 2, 4, 5 -> LinkException.Kind.REFUSED;
      case 3 -> LinkException.Kind.BUSY;
      default -> LinkException.Kind.AWAY;
    };
  }
}
