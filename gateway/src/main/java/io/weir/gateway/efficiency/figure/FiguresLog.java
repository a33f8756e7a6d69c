package io.weir.gateway.efficiency.figure;

import io.weir.gateway.model.Message;
import java.io.IOException;

/**
 * The log {@code figures}, as the consumer uses it; the wiring implements it. Bounded: when it is
 * nearly full, it is thinned out, and full, it drops its oldest records.
 */
public interface FiguresLog {

  /**
   * Whether readings had better wait in their own log for now: the stores are taking figures, and
   * too many wait for them. Asked before each record of readings.
   */
  boolean isBehind();

  /** Appends a message; it is durable only after {@link #sync}. */
  void append(Message message) throws IOException;

  /**
   * Makes all appended messages durable.
   *
   * @throws IOException if any since the last sync is not; then append again all since the last
   *     sync that returned
   */
  void sync() throws IOException;
}
