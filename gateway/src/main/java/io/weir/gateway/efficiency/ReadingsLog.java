package io.weir.gateway.efficiency;

import io.weir.gateway.log.Feed;
import io.weir.gateway.model.Message;
import java.io.IOException;

/** The log {@code readings}, as a recompute reads it; the wiring implements it. */
public interface ReadingsLog {

  /**
   * The records from one on that was received no later than the first of this time; from the oldest
   * on, where that is gone. The caller closes it.
   */
  Feed receivedFrom(long receiveTimeNs) throws IOException;

  /** Whether the log may give up messages like this one where space ends, as its route says. */
  default boolean mayGiveUp(Message message) {
    return true;
  }
}
