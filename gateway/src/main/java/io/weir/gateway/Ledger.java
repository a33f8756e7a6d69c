package io.weir.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.weir.gateway.log.Carried;
import io.weir.gateway.model.MessageCodec;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.TreeMap;

/**
 * What each source brought since the data directory was made: {@code received = appended + filtered
 * + rejected + refused}. Every message's counts stand in its record, so the totals survive whatever
 * the records survive: the log carries them in its segment headers and brings them up to date from
 * its tail.
 *
 * <p>Bytes of a snapshot, little-endian: u8 format 1, u32 sources; each u32 length, UTF-8 name,
 * then received, appended, filtered, rejected, refused as i64.
 *
 * <p>Written by the log, read by anyone; guarded by itself.
 */
final class Ledger implements Carried {

  private static final byte FORMAT = 1;

  /** Cumulative counts of one source, in readings. */
  record Line(long received, long appended, long filtered, long rejected, long refused) {

    static final Line ZERO = new Line(0, 0, 0, 0, 0);

    /** A refusal is a reading received too, though its message never had a record. */
    Line plus(MessageCodec.Counts counts) {
      return new Line(
          received + counts.received() + counts.refused(),
          appended + counts.appended(),
          filtered + counts.filtered(),
          rejected + counts.rejected(),
          refused + counts.refused());
    }
  }

  private final Map<String, Line> lines = new TreeMap<>();
  private final MessageCodec codec = new MessageCodec();

  /** The lines by source. */
  synchronized Map<String, Line> lines() {
    return new TreeMap<>(lines);
  }

  @Override
  public synchronized void add(int kind, ByteBuffer payload) {
    MessageCodec.Counts counts = codec.counts(payload);
    lines.merge(counts.source(), Line.ZERO.plus(counts), (line, first) -> line.plus(counts));
  }

  @Override
  public synchronized byte[] snapshot() {
    int size = 1 + 4;
    for (String source : lines.keySet()) {
      size += 4 + source.getBytes(UTF_8).length + 5 * 8;
    }
    ByteBuffer out = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    out.put(FORMAT).putInt(lines.size());
    lines.forEach(
        (source, line) -> {
          byte[] name = source.getBytes(UTF_8);
          out.putInt(name.length).put(name);
          out.putLong(line.received()).putLong(line.appended()).putLong(line.filtered());
          out.putLong(line.rejected()).putLong(line.refused());
        });
    return out.array();
  }

  @Override
  public synchronized void restore(byte[] snapshot) {
    lines.clear();
    if (snapshot.length == 0) {
      return;
    }
    ByteBuffer in = ByteBuffer.wrap(snapshot).order(ByteOrder.LITTLE_ENDIAN);
    int format = in.get();
    if (format != FORMAT) {
      throw new IllegalArgumentException("ledger format " + format + " is not known");
    }
    for (int count = in.getInt(); count > 0; count--) {
      byte[] name = new byte[in.getInt()];
      in.get(name);
      lines.put(
          new String(name, UTF_8),
          new Line(in.getLong(), in.getLong(), in.getLong(), in.getLong(), in.getLong()));
    }
  }
}
