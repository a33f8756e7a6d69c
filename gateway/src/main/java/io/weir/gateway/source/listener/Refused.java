package io.weir.gateway.source.listener;

/** A client broke the protocol or a limit: its connection ends with this reason. */
final class Refused extends Exception {

  private static final long serialVersionUID = 1L;

  /** A reason code of MQTT 5. */
  private final byte code;

  private final boolean ofConnect5;

  Refused(byte code, String message) {
    this(code, message, false);
  }

  private Refused(byte code, String message, boolean ofConnect5) {
    super(message, null, false, false); // many a second are possible, and no one reads a stack
    this.code = code;
    this.ofConnect5 = ofConnect5;
  }

  /** The same of the properties of a CONNECT, which only MQTT 5 has: it is answered. */
  Refused ofConnect5() {
    return new Refused(code, reason(), true);
  }

  boolean isOfConnect5() {
    return ofConnect5;
  }

  /** Whether what is refused is one message too many, and what came before it was sound. */
  boolean isOfOneMessage() {
    return switch (code) {
      case Codes.NOT_AUTHORISED, Codes.RECEIVE_MAXIMUM, Codes.TOO_LARGE, Codes.QUOTA -> true;
      default -> false;
    };
  }

  byte code() {
    return code;
  }

  String reason() {
    return String.valueOf(getMessage());
  }
}
