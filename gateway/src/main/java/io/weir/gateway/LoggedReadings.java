package io.weir.gateway;

import io.weir.gateway.efficiency.ReadingsLog;
import io.weir.gateway.log.Feed;
import io.weir.gateway.log.SegmentLog;
import java.io.IOException;

/** Reads the log {@code readings} from a time on, and what is kept of it. For any thread. */
record LoggedReadings(SegmentLog log) implements ReadingsLog {

  @Override
  public Feed receivedFrom(long receiveTimeNs) throws IOException {
    return log.past(receiveTimeNs, Long.MAX_VALUE);
  }
}
