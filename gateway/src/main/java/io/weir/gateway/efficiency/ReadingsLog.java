package io.weir.gateway.efficiency;

import io.weir.gateway.log.Feed;
import java.io.IOException;

/** The log {@code readings}, as a recompute reads it; the wiring implements it. */
public interface ReadingsLog {

  /**
   * The records from one on that was received no later than the first of this time; from the oldest
   * on, where that is gone. The caller closes it.
   */
  Feed receivedFrom(long receiveTimeNs) throws IOException;
}
