package io.weir.gateway.efficiency;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.log.Feed;
import io.weir.gateway.model.Message;
import io.weir.gateway.model.MessageCodec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A log in memory: a list, a position, and what was committed. */
public class MemoryLog implements Feed {
  public final List<byte[]> records = new ArrayList<>();
  int dropped;

  /** Records that the log has given up, or that are destroyed. */
  final BitSet gone = new BitSet();

  boolean isDamage;
  public volatile int at;
  volatile long committed;
  public byte[] state = new byte[0];

  /** The payload given last. It is valid until the next call, so the next call spoils it. */
  private byte[] given = new byte[0];

  /** One for each of the two threads there may be. */
  private final MessageCodec encoder = new MessageCodec();

  private final MessageCodec decoder = new MessageCodec();

  public void add(Message message) {
    ByteBuffer bytes = encoder.encode(message);
    byte[] record = new byte[bytes.remaining()];
    bytes.get(record);
    records.add(record);
  }

  public MemoryLog reopened() {
    MemoryLog again = new MemoryLog();
    again.records.addAll(records);
    again.state = state;
    again.committed = committed;
    again.at = (int) committed;
    return again;
  }

  /** The number of the last record that was received by then, or of the first one. */
  int receivedBy(long instant) {
    int last = 0;
    int end = records.size();
    while (last + 1 < end) {
      int middle = (last + end) / 2;
      ByteBuffer bytes = ByteBuffer.wrap(records.get(middle)).asReadOnlyBuffer();
      if (encoder.decode(bytes).receiveTimeNs() <= instant) {
        last = middle;
      } else {
        end = middle;
      }
    }
    return last;
  }

  @Override
  public String name() {
    return "efficiency";
  }

  @Override
  public @Nullable Entry next() throws IOException {
    Arrays.fill(given, (byte) 0xff);
    at = Math.max(at, dropped);
    int missing = at;
    at = gone.nextClearBit(at);
    missing = at - missing;
    if (at >= records.size()) {
      return null;
    }
    given = records.get(at).clone();
    ByteBuffer bytes = ByteBuffer.wrap(given).asReadOnlyBuffer();
    long received = decoder.decode(bytes.duplicate()).receiveTimeNs();
    return new Entry(at++, received, 1, bytes, isDamage ? 0 : missing, isDamage ? missing : 0);
  }

  @Override
  public void await(long timeoutNs) throws InterruptedException {
    Thread.sleep(1);
  }

  @Override
  public void seek(long offset) {
    assertThat(offset).isGreaterThanOrEqualTo(committed);
    at = (int) offset;
  }

  @Override
  public long committed() {
    return committed;
  }

  @Override
  public byte[] state() {
    return state;
  }

  @Override
  public void commit(long next, byte[] bytes) {
    assertThat(next).isBetween(committed, (long) at);
    committed = next;
    state = bytes.clone();
  }

  @Override
  public long pendingUnits() {
    return records.size() - at;
  }

  @Override
  public long pendingBytes() {
    return 0;
  }

  @Override
  public void close() {
    // nothing is held
  }
}
