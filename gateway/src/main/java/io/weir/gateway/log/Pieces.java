package io.weir.gateway.log;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is whole in a segment that is being repaired: its records in runs without a gap between
 * them, each with the header of a segment of its own, and what is lost between them. Owned by one
 * thread; read once, then asked.
 */
final class Pieces {

  /** Lost units that cannot be known. */
  static final long UNKNOWN = -1;

  /**
   * Records without a gap between them.
   *
   * @param header of the segment that they get
   * @param total the owner's total before them
   * @param from file position of the first, in the damaged file
   * @param to file position behind the last, and behind what is wrong at the end of the log
   * @param end the offset after the last
   * @param unitsEnd units of all records up to the last
   */
  @SuppressWarnings("ArrayRecordComponent") // the owner's bytes, never compared
  record Run(SegmentHeader header, byte[] total, long from, long to, long end, long unitsEnd) {

    /** With the bytes behind it, of which the next start says what they may cost. */
    private Run upTo(long position) {
      return new Run(header, total, from, position, end, unitsEnd);
    }

    /** With one more record, the reader's current one. */
    private Run with(RecordReader record) throws IOException {
      long left = header.unitsLeft() + record.unitsLeft();
      return new Run(
          header.isRewritten() ? header.rewritten(header.salt(), total, left) : header,
          total,
          from,
          record.position(),
          record.last() + 1,
          record.unitsBefore() + record.units());
    }
  }

  private final SegmentHeader header;
  private final boolean isRebuilt;
  private final RunningTotal total;
  private final byte @Nullable [] totalBefore;
  private final long tornFrom;

  private final List<Run> runs = new ArrayList<>();
  private @Nullable Run run;
  private boolean isTorn;
  private boolean isDamaged;
  private long records;
  private long units;
  private long lostRecords;
  private long lostUnits;
  private boolean isUnknown;

  /** The offset after the last record, the units of all up to it, and whether these are known. */
  private long offset;

  private long unitsUpTo;
  private boolean unitsKnown;
  private long lastReceiveTimeNs;

  /**
   * @param header read, or made again from the records
   * @param unitsKnown whether the header says what came before; else the first record says it
   * @param total receives the records
   * @param totalBefore what the header holds of it; {@code null} where the header is made again
   * @param tornFrom gaps from this offset on are what a power cut tore, and no damage
   */
  Pieces(
      SegmentHeader header,
      boolean unitsKnown,
      RunningTotal total,
      byte @Nullable [] totalBefore,
      long tornFrom) {
    this.header = header;
    this.isRebuilt = totalBefore == null;
    this.unitsKnown = unitsKnown;
    this.total = total;
    this.totalBefore = totalBefore;
    this.tornFrom = tornFrom;
    offset = header.first();
    unitsUpTo = header.unitsBefore();
    lastReceiveTimeNs = header.lastReceiveTimeNs();
  }

  /** Reads the records of the segment, up to the one that follows. */
  void read(FileSystem files, Segment segment, @Nullable Segment next) throws IOException {
    long limit = next == null ? Long.MAX_VALUE : segment.limitBefore(next);
    boolean isUnread;
    long end = header.endIn(segment.bytes()); // also of a header that was made again
    try (RecordReader reader = RecordReader.ofAll(files, segment, header)) {
      while (reader.next(end, limit)) {
        add(reader);
      }
      isUnread = reader.hasUnreadableGap();
    }
    Run last = run;
    if (last != null) {
      boolean isOpenEnd = next == null && !isUnread;
      runs.add(isOpenEnd && isWrong(files, segment, last, end) ? last.upTo(end) : last);
    }
    SegmentHeader following = next == null ? null : next.header;
    if (following != null && following.previousFirst() == segment.first && offset < limit) {
      isDamaged = true;
      lostRecords += limit - offset;
      lostUnits += Math.max(0, following.unitsBefore() - unitsUpTo);
    }
  }

  private boolean isWrong(FileSystem files, Segment segment, Run last, long end)
      throws IOException {
    try (WrongBytes bytes = new WrongBytes(files, segment, header)) {
      return bytes.atEnd(last.to(), offset, unitsUpTo, end).isAny();
    }
  }

  private void add(RecordReader record) throws IOException {
    boolean isGap = record.offset() > offset;
    isTorn |= isGap && offset >= tornFrom;
    isDamaged |= !isTorn && (isGap || (record.damageAt() >= 0 && (run != null || !isRebuilt)));
    if (isGap) {
      lostRecords += record.offset() - offset;
      lostUnits += Math.max(0, record.unitsBefore() - unitsUpTo);
      isUnknown |= !unitsKnown;
    }
    Run current = run;
    if (current != null && isGap) {
      runs.add(current);
    }
    if (current == null || isGap) {
      current = begin(current, record);
    }
    unitsKnown = true;
    offset = record.last() + 1;
    unitsUpTo = record.unitsBefore() + record.units();
    units += record.unitsLeft();
    lastReceiveTimeNs = Math.max(lastReceiveTimeNs, record.receiveTimeNs());
    if (!record.isEmptyRun()) {
      records++;
      total.add(record.kind(), record.payload());
    }
    run = current.with(record);
  }

  /** The run that begins with a record. */
  private Run begin(@Nullable Run before, RecordReader record) throws IOException {
    byte[] own = before == null && totalBefore != null ? totalBefore : total.snapshot();
    SegmentHeader place =
        new SegmentHeader(
            header.salt(),
            record.offset(),
            before == null ? header.previousFirst() : before.header().first(),
            before == null ? header.previousEnd() : before.end(),
            record.unitsBefore(),
            lastReceiveTimeNs,
            SegmentHeader.copyBytes(own));
    return new Run(
        header.isRewritten() ? place.rewritten(place.salt(), own, 0) : place,
        own,
        record.recordAt(),
        record.recordAt(),
        record.offset(),
        record.unitsBefore());
  }

  List<Run> runs() {
    return runs;
  }

  @Nullable Run last() {
    return runs.isEmpty() ? null : runs.get(runs.size() - 1);
  }

  /** Whether anything is lost, other than what a power cut tore. */
  boolean isDamaged() {
    return isDamaged;
  }

  /** Number of whole records. */
  long records() {
    return records;
  }

  /** Their units. */
  long units() {
    return units;
  }

  long lostRecords() {
    return lostRecords;
  }

  /** Units of the lost records, or {@link #UNKNOWN}. */
  long lostUnits() {
    return isUnknown ? UNKNOWN : lostUnits;
  }

  /** The highest receive time of any record up to the last. */
  long lastReceiveTimeNs() {
    return lastReceiveTimeNs;
  }
}
