package io.weir.gateway.source.mqtt;

/** A connection could not be made, or a packet could not be sent on it. The message says why. */
public final class MqttConnectionException extends Exception {

  private static final long serialVersionUID = 1;

  private final String reason;

  public MqttConnectionException(String reason) {
    super(reason);
    this.reason = reason;
  }

  public MqttConnectionException(String reason, Throwable cause) {
    super(reason, cause);
    this.reason = reason;
  }

  /** Why, in a few words for the status and the log. */
  public String reason() {
    return reason;
  }
}
