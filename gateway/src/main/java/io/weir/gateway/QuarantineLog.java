package io.weir.gateway;

import io.weir.gateway.log.Feed;
import io.weir.gateway.log.SegmentLog;
import io.weir.gateway.quarantine.Quarantine;
import io.weir.gateway.quarantine.QuarantineBook;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Writes entries to the log {@code quarantine} and reads them. For any thread, like the log. */
record QuarantineLog(SegmentLog log) implements Quarantine.Log, QuarantineBook.Held {

  @Override
  public long append(long receiveTimeNs, int units, ByteBuffer payload) throws IOException {
    long offset = log.append(1, receiveTimeNs, units, payload, null);
    if (offset == SegmentLog.NO_ROOM) {
      throw new IOException("the quarantine accepts no entries: " + log.status().reason());
    }
    return offset;
  }

  @Override
  public void sync(long from) throws IOException {
    log.sync(from);
  }

  @Override
  public long first() {
    return log.firstOffset();
  }

  @Override
  public long end() {
    return log.endOffset();
  }

  @Override
  public Feed from(long offset) throws IOException {
    return log.scan(offset);
  }

  @Override
  public Feed all() throws IOException {
    return log.held();
  }
}
