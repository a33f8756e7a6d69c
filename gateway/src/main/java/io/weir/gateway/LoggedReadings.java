package io.weir.gateway;

import io.weir.gateway.efficiency.ReadingsLog;
import io.weir.gateway.log.Feed;
import io.weir.gateway.log.SealedSegment;
import io.weir.gateway.log.SegmentLog;
import java.io.IOException;

/** Reads the log {@code readings} from a time on, segment by segment. For any thread. */
record LoggedReadings(SegmentLog log) implements ReadingsLog {

  @Override
  public Feed receivedFrom(long receiveTimeNs) throws IOException {
    long first = log.firstOffset();
    for (SealedSegment segment : log.sealed()) {
      if (segment.upToNs() >= receiveTimeNs) {
        return log.scan(segment.first());
      }
      first = segment.end();
    }
    return log.scan(first);
  }
}
