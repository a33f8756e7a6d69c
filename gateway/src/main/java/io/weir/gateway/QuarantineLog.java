package io.weir.gateway;

import io.weir.gateway.log.SegmentLog;
import io.weir.gateway.quarantine.Quarantine;
import java.io.IOException;
import java.nio.ByteBuffer;

/** The way of entries into the log {@code quarantine}. For any thread, like the log. */
record QuarantineLog(SegmentLog log) implements Quarantine.Log {

  @Override
  public long append(long receiveTimeNs, int units, ByteBuffer payload) throws IOException {
    long offset = log.append(1, receiveTimeNs, units, payload, null);
    if (offset == SegmentLog.NO_ROOM) {
      throw new IOException("the quarantine takes nothing now: " + log.status().reason());
    }
    return offset;
  }

  @Override
  public void sync(long from) throws IOException {
    log.sync(from);
  }
}
