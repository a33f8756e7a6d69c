package io.weir.gateway;

import io.weir.gateway.efficiency.figure.FiguresLog;
import io.weir.gateway.log.SegmentLog;
import io.weir.gateway.model.Message;
import io.weir.gateway.model.MessageCodec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.BooleanSupplier;

/** Writes figures to the log {@code figures}. Owned by the thread {@code efficiency}. */
final class FiguresWriter implements FiguresLog {

  /** A thousand readings, whatever their names. */
  static final int MOST_RECORD_BYTES = 8 << 20;

  private static final long NOTHING = -1;

  private final SegmentLog log;
  private final BooleanSupplier behind;
  private final MessageCodec codec = new MessageCodec();
  private long unsyncedFrom = NOTHING;

  /**
   * @param behind whether the figures should wait for the stores
   */
  FiguresWriter(SegmentLog log, BooleanSupplier behind) {
    this.log = log;
    this.behind = behind;
  }

  @Override
  public boolean isBehind() {
    return behind.getAsBoolean();
  }

  @Override
  public void append(Message message) throws IOException {
    ByteBuffer bytes = codec.encode(message);
    long offset = tryAppend(message, bytes);
    if (offset == SegmentLog.NO_ROOM) {
      sync(); // as much waits for the disk as may
      offset = tryAppend(message, bytes);
    }
    if (offset == SegmentLog.NO_ROOM) {
      throw new IOException("the log of figures accepts no records: " + log.status().reason());
    }
    if (unsyncedFrom == NOTHING) {
      unsyncedFrom = offset;
    }
  }

  private long tryAppend(Message message, ByteBuffer bytes) {
    int readings = message.readings().size();
    return log.append(1, message.receiveTimeNs(), readings, bytes, null);
  }

  @Override
  public void sync() throws IOException {
    long from = unsyncedFrom;
    unsyncedFrom = NOTHING; // after a failure the records are appended again, with new offsets
    if (from != NOTHING) {
      log.sync(from);
    }
  }
}
