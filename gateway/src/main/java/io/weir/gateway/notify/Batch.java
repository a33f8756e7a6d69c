package io.weir.gateway.notify;

import java.util.List;

/**
 * The events of one message.
 *
 * @param events at least one, the oldest first
 * @param omitted how many were left out before them
 */
record Batch(List<Event> events, long omitted) {

  long firstNumber() {
    return events.get(0).number();
  }

  long lastNumber() {
    return events.get(events.size() - 1).number();
  }
}
