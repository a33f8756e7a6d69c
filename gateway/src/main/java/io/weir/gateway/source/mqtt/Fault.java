package io.weir.gateway.source.mqtt;

/** A connection that could not be made or kept. */
final class Fault extends Exception {

  private static final long serialVersionUID = 1;

  private final String reason;

  Fault(String reason) {
    super(reason);
    this.reason = reason;
  }

  Fault(String reason, Throwable cause) {
    super(reason, cause);
    this.reason = reason;
  }

  String reason() {
    return reason;
  }
}
