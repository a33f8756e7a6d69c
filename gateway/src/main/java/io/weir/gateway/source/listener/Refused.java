package io.weir.gateway.source.listener;

/** A client broke the protocol or a limit: its connection ends with this reason. */
final class Refused extends Exception {

  private static final long serialVersionUID = 1L;

  /** A reason code of MQTT 5. */
  private final byte code;

  Refused(byte code, String message) {
    super(message, null, false, false); // many a second are possible, and no one reads a stack
    this.code = code;
  }

  byte code() {
    return code;
  }

  String reason() {
    return String.valueOf(getMessage());
  }
}
