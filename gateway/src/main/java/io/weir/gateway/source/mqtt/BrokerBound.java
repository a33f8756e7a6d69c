package io.weir.gateway.source.mqtt;

/**
 * How many messages the broker sends before it waits for an acknowledgement: Receive Maximum at
 * most. Many brokers have a lower bound of their own that they do not tell (Mosquitto's {@code
 * max_inflight_messages} for MQTT 3.1.1, EMQX's {@code max_inflight}), so it is learned: a broker
 * that stops three times at the same count is taken to be at its bound, until it sends more. A
 * bound that is assumed too low costs syncs, and nothing else. Guarded by the {@link
 * InflightWindow}.
 */
final class BrokerBound {

  private static final int STOPS = 3;

  private final int receiveMaximum;
  private int assumed;

  /** The most messages held since the last acknowledgement, and before it. */
  private int most;

  private int mostBefore;

  /** How many times in a row it was the same. */
  private int stops;

  BrokerBound(int receiveMaximum) {
    this.receiveMaximum = receiveMaximum;
    assumed = receiveMaximum;
  }

  /** A new connection may be to another broker. */
  void reset() {
    assumed = receiveMaximum;
    most = 0;
    mostBefore = 0;
    stops = 0;
  }

  /** A message came; this many are held now. */
  void arrived(int held) {
    most = Math.max(most, held);
    if (held > assumed) {
      assumed = receiveMaximum;
    }
  }

  /** Some are acknowledged; this many are still held. */
  void acknowledged(int held) {
    stops = most == mostBefore ? stops + 1 : 1;
    if (stops >= STOPS) {
      assumed = Math.min(most, receiveMaximum);
    }
    mostBefore = most;
    most = held;
  }

  /** Whether the broker sends nothing more before an acknowledgement, with this many held. */
  boolean isReached(int held) {
    return held >= assumed;
  }
}
