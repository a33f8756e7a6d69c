package io.weir.gateway.mqtt;

import org.jspecify.annotations.Nullable;

/** Reason codes of MQTT 5 (section 2.4), and the return codes of 3.1.1. */
public final class Codes {

  /** From here on a code says that something failed. */
  public static final int FIRST_FAILURE = 0x80;

  public static final int UNSPECIFIED = 0x80;
  public static final int NOT_AUTHORISED = 0x87;
  public static final int SESSION_TAKEN_OVER = 0x8E;
  public static final int TOPIC_NAME_INVALID = 0x90;
  public static final int PACKET_TOO_LARGE = 0x95;
  public static final int QUOTA_EXCEEDED = 0x97;
  public static final int PAYLOAD_FORMAT_INVALID = 0x99;

  /** The last one that MQTT 5 assigns. */
  public static final int LAST_FAILURE = 0xA2;

  /** The last return code of a CONNACK in MQTT 3.1.1 (section 3.2.2.3). */
  public static final int LAST_OLD = 5;

  private static final String NOT_ALLOWED =
      "not authorised; check username, password and the broker's access rules";

  private Codes() {}

  /** A code of MQTT 5 for a person. */
  public static String words(int code) {
    String text =
        switch (code) {
          case 0x00 -> "normal disconnection";
          case UNSPECIFIED -> "unspecified error";
          case 0x81 -> "malformed packet";
          case 0x82 -> "protocol error";
          case 0x83 -> "implementation specific error";
          case 0x84 -> "the broker does not support MQTT 5; set version: 3.1.1";
          case 0x85 -> "client id not accepted";
          case 0x86 -> "bad user name or password";
          case NOT_AUTHORISED -> NOT_ALLOWED;
          case 0x88 -> "broker unavailable";
          case 0x89 -> "broker busy";
          case 0x8A -> "banned";
          case 0x8B -> "the broker is shutting down";
          case 0x8C -> "bad authentication method";
          case 0x8D -> "keep-alive timed out";
          case SESSION_TAKEN_OVER -> "session taken over: another client uses the same client id";
          case 0x8F -> "topic filter not valid";
          case TOPIC_NAME_INVALID -> "topic name not valid";
          case 0x91 -> "packet id in use";
          case 0x93 -> "receive maximum exceeded";
          case 0x94 -> "topic alias not valid";
          case PACKET_TOO_LARGE -> "packet too large";
          case 0x96 -> "message rate too high";
          case QUOTA_EXCEEDED -> "quota exceeded";
          case 0x98 -> "administrative action";
          case PAYLOAD_FORMAT_INVALID -> "payload format not valid";
          case 0x9A -> "retain not supported";
          case 0x9B -> "QoS not supported";
          case 0x9C, 0x9D -> "use another broker";
          case 0x9E -> "shared subscriptions not supported";
          case 0x9F -> "connection rate exceeded";
          case 0xA0 -> "maximum connect time reached";
          case 0xA1 -> "subscription ids not supported";
          case LAST_FAILURE -> "wildcard subscriptions not supported";
          default -> "unknown reason";
        };
    return "%s (0x%02X)".formatted(text, code);
  }

  /** The same with what the broker says to it, which may be nothing. */
  public static String words(int code, @Nullable String said) {
    return words(code) + (said == null ? "" : ": " + said);
  }

  /** A return code of a CONNACK of 3.1.1 for a person. */
  public static String oldWords(int code) {
    String text =
        switch (code) {
          case 1 -> "the broker does not support MQTT 3.1.1";
          case 2 -> "client id not accepted";
          case 3 -> "broker unavailable";
          case 4 -> "bad user name or password";
          case LAST_OLD -> NOT_ALLOWED;
          default -> "unknown reason";
        };
    return "%s (%d)".formatted(text, code);
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
