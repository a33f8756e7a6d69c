package io.weir.gateway.source.mqtt;

/** A connection that could not be made or kept. */
final class MqttConnectionException extends Exception {

  private static final long serialVersionUID = 1;

  private final String reason;

  MqttConnectionException(String reason) {
    super(reason);
    this.reason = reason;
  }

  MqttConnectionException(String reason, Throwable cause) {
    super(reason, cause);
    this.reason = reason;
  }

  String reason() {
    return reason;
  }
}
