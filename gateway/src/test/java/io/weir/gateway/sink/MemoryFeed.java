package io.weir.gateway.sink;

import io.weir.gateway.log.Feed;
import io.weir.gateway.log.OffsetRange;
import io.weir.gateway.log.RangeFeed;
import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Message;
import io.weir.gateway.model.MessageCodec;
import io.weir.gateway.model.Quality;
import io.weir.gateway.model.Reading;
import io.weir.gateway.model.Series;
import io.weir.gateway.model.Value;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A log in memory, all synced, with one cursor that survives {@link #crash()}. */
final class MemoryFeed implements RangeFeed {

  /** The record that readings from the end do not find; -1 for none. */
  private int hidden = -1;

  /**
   * A record at twice its place.
   *
   * @param unitsBefore units and losses of all records before it
   * @param bytesBefore bytes of all records before it
   */
  private record Stored(
      long offset,
      int units,
      byte[] payload,
      long dropped,
      long corrupt,
      long doneAhead,
      long unitsBefore,
      long bytesBefore) {}

  private final MessageCodec codec = new MessageCodec();
  private final List<Stored> records = new ArrayList<>();
  private int at;

  /** The payload given last. It is valid until the next call, so the next call spoils it. */
  private byte[] given = new byte[0];

  private long committed;
  private byte[] state = new byte[0];
  private List<OffsetRange> doneAbove = List.of();

  /** Units and losses of all records, and their bytes; drains ask at each step what is pending. */
  private long allUnits;

  private long allBytes;

  /** From the receive time of an offset to that of the next. */
  long receiveStepNs = 1;

  /** Bytes that each byte counts for, so that few records are much. */
  long weight = 1;

  int commits;

  /** Those that failed too. */
  int commitsTried;

  @Nullable IOException failCommit;
  @Nullable IOException failNext;

  static Series series(String measurement, String machine) {
    return new Series(measurement, new Asset("s", null, null, machine), Map.of());
  }

  static Reading reading(Series series, String metric, Value value, long timeNs) {
    return new Reading(series, metric, value, timeNs, Quality.GOOD, null);
  }

  static Reading reading(String machine, String metric, double value, long timeNs) {
    return reading(series("telemetry", machine), metric, new Value.Real(value), timeNs);
  }

  synchronized void add(Reading... readings) {
    add(List.of(readings));
  }

  synchronized void add(List<Reading> readings) {
    addRaw(encoded(readings.toArray(Reading[]::new)), readings.size());
  }

  /** The bytes of a message. */
  synchronized byte[] encoded(Reading... of) {
    List<Reading> readings = List.of(of);
    long time = 1_700_000_000_000_000_000L + records.size();
    int units = readings.size();
    Message message =
        new Message(
            "src",
            "t/" + records.size(),
            time,
            0,
            0,
            units,
            0,
            0,
            readings,
            List.of(),
            new byte[0]);
    ByteBuffer bytes = codec.encode(message);
    byte[] payload = new byte[bytes.remaining()];
    bytes.get(payload);
    return payload;
  }

  synchronized void addRaw(byte[] payload, int units) {
    records.add(new Stored(records.size() * 2L, units, payload, 0, 0, 0, allUnits, allBytes));
    allUnits += units;
    allBytes += payload.length;
  }

  /** A gap that the log's bound, or damage, left in front of the next record. */
  synchronized void addAfterLoss(List<Reading> readings, long dropped, long corrupt) {
    addAfterLoss(readings, dropped, corrupt, 0);
  }

  /**
   * The same.
   *
   * @param doneAhead units that the log dropped after they were done before their turn
   */
  synchronized void addAfterLoss(
      List<Reading> readings, long dropped, long corrupt, long doneAhead) {
    add(readings);
    Stored last = records.remove(records.size() - 1);
    records.add(
        new Stored(
            last.offset,
            last.units,
            last.payload,
            dropped,
            corrupt,
            doneAhead,
            last.unitsBefore,
            last.bytesBefore));
    allUnits += dropped + corrupt + doneAhead;
  }

  /** The process dies: what was read and not committed is read again. */
  synchronized void crash() {
    seekTo(committed);
  }

  synchronized long offered() {
    return allUnits;
  }

  @Override
  public String name() {
    return "test";
  }

  @Override
  public synchronized @Nullable Entry next() throws IOException {
    Arrays.fill(given, (byte) 0xff);
    if (failNext != null) {
      throw failNext;
    }
    if (at >= records.size()) {
      return null;
    }
    Stored record = records.get(at++);
    given = record.payload.clone();
    return new Entry(
        record.offset,
        1_700_000_000_000_000_000L + record.offset * receiveStepNs,
        record.units,
        ByteBuffer.wrap(given).asReadOnlyBuffer(),
        record.dropped,
        record.corrupt,
        record.doneAhead);
  }

  @Override
  public void await(long timeoutNs) throws InterruptedException {
    Thread.sleep(Math.min(5, timeoutNs / 1_000_000));
  }

  @Override
  public synchronized void seek(long offset) {
    if (offset < committed) {
      throw new IllegalArgumentException("seek to " + offset + ", below " + committed);
    }
    seekTo(offset);
  }

  private void seekTo(long offset) {
    at = placeOf(offset);
  }

  @Override
  public synchronized long committed() {
    return committed;
  }

  @Override
  public synchronized byte[] state() {
    return state.clone();
  }

  @Override
  public void commit(long next, byte[] bytes) throws IOException {
    commit(next, List.of(), bytes);
  }

  @Override
  public synchronized void commit(long next, List<OffsetRange> rangesAbove, byte[] bytes)
      throws IOException {
    long read = at == 0 ? committed : records.get(at - 1).offset + 1;
    if (next < committed || next > Math.max(read, committed)) {
      throw new IllegalArgumentException("commit of " + next + ", read up to " + read);
    }
    commitsTried++;
    if (failCommit != null) {
      throw failCommit;
    }
    doneAbove = List.copyOf(rangesAbove);
    committed = next;
    state = bytes.clone();
    commits++;
  }

  @Override
  public synchronized List<OffsetRange> doneAbove() {
    return doneAbove;
  }

  @Override
  public synchronized Feed tail() {
    return new Tail();
  }

  @Override
  public synchronized long committedUnits() {
    return offered() - pendingUnits();
  }

  @Override
  public synchronized long syncedUnits() {
    return offered();
  }

  @Override
  public synchronized long pendingUnits() {
    int first = placeOf(committed);
    return first == records.size() ? 0 : allUnits - records.get(first).unitsBefore;
  }

  @Override
  public synchronized long pendingBytes() {
    return bytesFrom(committed);
  }

  private long bytesFrom(long offset) {
    int first = placeOf(offset);
    return first == records.size() ? 0 : (allBytes - records.get(first).bytesBefore) * weight;
  }

  /** Of the first record at this offset or behind it; behind the last where there is none. */
  private int placeOf(long offset) {
    return (int) Math.min(records.size(), (offset + 1) / 2);
  }

  /** A reading from the end finds this record damaged; the disk returns it later. */
  synchronized void hideFromTails(int record) {
    hidden = record;
  }

  synchronized int size() {
    return records.size();
  }

  private static Entry afterLoss(Entry entry, int corrupt) {
    return new Entry(
        entry.offset(),
        entry.receiveTimeNs(),
        entry.units(),
        entry.payload(),
        entry.dropped(),
        entry.corrupt() + corrupt,
        entry.doneAhead());
  }

  /** Another reading of it, from its end. */
  private final class Tail implements Feed {
    private int tailAt = records.size();
    private long done = 2L * records.size();

    @Override
    public String name() {
      return "tail";
    }

    @Override
    public @Nullable Entry next() throws IOException {
      synchronized (MemoryFeed.this) {
        int main = at;
        at = tailAt;
        Entry entry = MemoryFeed.this.next();
        if (entry != null && entry.offset() == 2L * hidden) {
          Entry behind = MemoryFeed.this.next();
          at -= behind == null ? 1 : 0; // it comes with the one behind it
          entry = behind == null ? null : afterLoss(behind, entry.units());
        }
        tailAt = at;
        at = main;
        return entry;
      }
    }

    @Override
    public void await(long timeoutNs) throws InterruptedException {
      MemoryFeed.this.await(timeoutNs);
    }

    @Override
    public void seek(long offset) {
      throw new UnsupportedOperationException("forward only");
    }

    @Override
    public long committed() {
      return done;
    }

    @Override
    public byte[] state() {
      return new byte[0];
    }

    @Override
    public void commit(long next, byte[] bytes) {
      done = next;
    }

    @Override
    public long pendingUnits() {
      throw new UnsupportedOperationException("nobody asks");
    }

    @Override
    public long pendingBytes() {
      synchronized (MemoryFeed.this) {
        return bytesFrom(done);
      }
    }

    @Override
    public void close() {
      // nothing is held
    }
  }

  @Override
  public void close() {
    // nothing is held
  }
}
