package io.weir.gateway.source;

/**
 * A way in. Runs its own threads, hands deliveries to an {@link Inbox}, and keeps every delivery
 * that is not yet acknowledged, in order, within a bound.
 */
public interface Source extends AutoCloseable {

  /** The name in the configuration. */
  String name();

  /** Starts connecting and returns at once; a peer that is away is retried for ever. */
  void start();

  /** The state now, for health and the live page. */
  Status status();

  /** First half of a clean stop: receive no more, keep the connection for acknowledgements. */
  void stopReceiving();

  /**
   * Second half, after the log was synced: sends what acknowledgements are due, disconnects without
   * ending the session.
   */
  @Override
  void close();

  /**
   * A source's state.
   *
   * @param ready whether it receives now
   * @param state one word: connected, connecting, down, stopped
   * @param reason why it is not ready, for a person; "" when it is
   * @param unacknowledged deliveries held that are not yet acknowledged
   * @param connects connections made since start
   * @param sessionsLost connections on which the broker no longer knew the session
   */
  record Status(
      boolean ready,
      String state,
      String reason,
      int unacknowledged,
      long connects,
      long sessionsLost) {}
}
