package io.weir.gateway.source.mqtt;

import java.util.Locale;

/**
 * Where a source is with its broker.
 *
 * @param reason why it is not connected, or what of it the broker does not grant; else ""
 */
record Phase(State state, String reason) {

  static final Phase STOPPED = new Phase(State.STOPPED, "stopped");

  enum State {
    DOWN,
    CONNECTING,
    CONNECTED,
    STOPPED;

    /** As the status shows it. */
    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  static Phase down(String reason) {
    return new Phase(State.DOWN, reason);
  }

  boolean isConnected() {
    return state == State.CONNECTED;
  }

  /** Connected, and granted all that was asked for. */
  boolean isReady() {
    return isConnected() && reason.isEmpty();
  }
}
