package io.weir.gateway.source;

import io.weir.gateway.log.Threads;

/**
 * Receives messages, hands them to an {@link Inbox} as deliveries, and keeps each delivery that is
 * not yet acknowledged, in order, within a bound.
 *
 * <p>A source is built without threads and connections; {@link #start} makes them.
 */
public interface Source extends AutoCloseable {

  /** The name in the configuration. */
  String name();

  /**
   * Starts receiving and returns at once. A peer that is not reachable is tried again without end.
   *
   * @param threads starts the threads of this source
   */
  void start(Threads threads);

  /** The current state, for health and the live page. Any thread may call it. */
  Status status();

  /** First half of a clean stop: receives no more, keeps the connection for acknowledgements. */
  void stopReceiving();

  /**
   * Second half, after the log was synced: sends the acknowledgements that are due and disconnects
   * without ending the session. Waits a bounded time.
   */
  @Override
  void close();

  /**
   * A source's state.
   *
   * @param ready whether it receives now
   * @param state one word: connected, connecting, down, stopped
   * @param reason why it is not ready, in plain words; "" when it is
   * @param unacknowledged deliveries held that are not yet acknowledged
   * @param connects connections made since start
   * @param sessionsLost connections on which the broker had lost the session
   */
  record Status(
      boolean ready,
      String state,
      String reason,
      int unacknowledged,
      long connects,
      long sessionsLost) {}
}
