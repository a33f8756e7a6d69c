package io.weir.gateway.source;

import io.weir.gateway.alarm.AlarmKind;
import io.weir.gateway.alarm.Trouble;
import io.weir.gateway.log.Threads;
import java.util.List;

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

  /** The conditions of this source that are reason for an alarm now. Any thread may call it. */
  default List<Trouble> troubles() {
    Status now = status();
    return now.ready()
        ? List.of()
        : List.of(new Trouble(AlarmKind.SOURCE_DOWN, name(), now.reason()));
  }

  /** First half of a clean stop: receives no more, keeps the connection for acknowledgements. */
  void stopReceiving();

  /**
   * Begins what {@link #close} does, and returns at once: several sources then end their
   * connections at the same time, and a stop takes as long as the slowest of them.
   */
  default void closing() {}

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
