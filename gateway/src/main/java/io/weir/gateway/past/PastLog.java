package io.weir.gateway.past;

import io.weir.gateway.log.Feed;
import java.io.IOException;

/** A log of the gateway, read from a time on. For any thread. */
public interface PastLog {

  /**
   * The records received from a time on, as far back as they are there and fit into this many
   * bytes. The caller closes it.
   */
  Feed past(long receiveTimeNs, long mostBytes) throws IOException;
}
