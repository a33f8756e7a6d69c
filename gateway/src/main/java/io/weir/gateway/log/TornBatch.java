package io.weir.gateway.log;

import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Gaps between the whole records of the last segment, and whether a power cut explains them. Each
 * record says where its sync began, so that a whole one proves that all before that was synced. A
 * gap above all that is proven, with sectors that were never written, is what the disk had not yet
 * written of the last sync; nobody was told of it. Used once.
 */
final class TornBatch {

  private long provenBelow;
  private @Nullable Before before;
  private final List<Gap> gaps = new ArrayList<>();

  /**
   * Bytes between two whole records.
   *
   * @param from position in the file
   * @param to the position of the record behind
   * @param nextOffset of that record
   * @param units that are gone
   */
  record Gap(long from, long to, long nextOffset, long units) {

    Damage.LostRecords lost() {
      return new Damage.LostRecords(nextOffset, units);
    }

    private Damage inDoubt(Path file) {
      return new Damage.InDoubt(file, from, to - from, nextOffset, nextOffset, units, true);
    }
  }

  /**
   * The place before the first gap.
   *
   * @param position in the file
   * @param runningTotal the owner's, of all records before
   */
  @SuppressWarnings("ArrayRecordComponent") // the owner's bytes, never compared
  record Before(
      long position, long offset, long units, long lastReceiveTimeNs, byte[] runningTotal) {}

  /**
   * @param seenBelow the end of what consumers have read: that was synced
   */
  TornBatch(long seenBelow) {
    provenBelow = seenBelow;
  }

  /**
   * What is proven of the last segment of a log that is not open: gaps from this offset on are
   * torn.
   *
   * @param cursors the directory of the cursors
   */
  static long provenBelow(FileSystem files, Segment last, SegmentHeader header, Path cursors)
      throws IOException {
    if (header.isRewritten()) {
      return Long.MAX_VALUE;
    }
    long seen = 0;
    for (String name : Cursor.names(files, cursors)) {
      try {
        Cursor cursor = Cursor.read(files, cursors, name);
        seen = cursor == null ? seen : Math.max(seen, cursor.doneBelow());
      } catch (NewerFormatException unknown) {
        return Long.MAX_VALUE;
      }
    }
    try (RecordReader in = RecordReader.ofAll(files, last, header)) {
      TornBatch torn = new TornBatch(seen);
      torn.read(in, last, header);
      return !in.hasUnreadableGap() && torn.isUnfinished(files, last, header)
          ? torn.provenBelow
          : Long.MAX_VALUE;
    }
  }

  private void read(RecordReader in, Segment last, SegmentHeader header) throws IOException {
    long offset = header.first();
    long position = header.recordsAt();
    while (in.next(last.end(), Long.MAX_VALUE)) {
      proven(in.syncedBelow());
      if (in.offset() > offset && mayBeTorn(offset)) {
        before = new Before(position, offset, 0, 0, new byte[0]);
        gaps.add(new Gap(position, in.recordAt(), in.offset(), 0));
      }
      offset = in.last() + 1;
      position = in.position();
    }
  }

  /**
   * Takes what a whole record proves.
   *
   * @return gaps found before that are damage after all
   */
  List<Damage.LostRecords> proven(long below) {
    provenBelow = Math.max(provenBelow, below);
    Before first = before;
    return first != null && first.offset < provenBelow ? giveUp() : List.of();
  }

  /** Whether a gap from an offset on may be torn, as far as it is known. */
  boolean mayBeTorn(long from) {
    return from >= provenBelow;
  }

  /** Whether the next gap that may be torn is the first one. */
  boolean isFirst() {
    return before == null;
  }

  /**
   * Adds a gap.
   *
   * @param place before it; of the first gap only
   */
  void add(Gap gap, @Nullable Before place) {
    if (place != null) {
      before = place;
    }
    gaps.add(gap);
  }

  /** The gaps are no torn ones, or they cannot be mended. */
  List<Damage.LostRecords> giveUp() {
    List<Damage.LostRecords> damage =
        gaps.stream().filter(gap -> gap.units() > 0).map(Gap::lost).toList();
    gaps.clear();
    before = null;
    return damage;
  }

  /** The gaps are no torn ones, and nothing says whether what was there had been synced. */
  List<Damage> giveUpInDoubt(Path file) {
    List<Damage> damage =
        gaps.stream().filter(gap -> gap.units() > 0).map(gap -> gap.inDoubt(file)).toList();
    gaps.clear();
    before = null;
    return damage;
  }

  /** Whether all gaps have a sector that was never written, as an unfinished sync leaves them. */
  boolean isUnfinished(FileSystem files, Segment segment, SegmentHeader header) throws IOException {
    if (gaps.isEmpty()) {
      return true;
    }
    try (WrongBytes bytes = new WrongBytes(files, segment, header)) {
      for (Gap gap : gaps) {
        if (!bytes.hasUnwritten(gap.from, gap.to, segment.end())) {
          return false;
        }
      }
    }
    return true;
  }

  /** Whether there are torn gaps. */
  boolean isTorn() {
    return before != null;
  }

  /** Units of the records that are gone. */
  long units() {
    return gaps.stream().mapToLong(Gap::units).sum();
  }

  /**
   * Writes the whole records behind the first gap to a segment of their own, whose header says that
   * the one before ends at the gap. Their offsets stay. Units before them are counted anew, and
   * records without units stand for the other gaps, so that nothing is missing.
   *
   * @return the new file, under a temporary name and synced
   */
  Path write(FileSystem files, Segment segment, SegmentHeader header) throws IOException {
    Before from = before;
    if (from == null) {
      throw new IllegalStateException("nothing is torn");
    }
    try (RecordReader in = new RecordReader(files, segment, header, from.position, from.offset)) {
      if (!in.next(segment.end(), segment.limit())) {
        throw new IOException("no record behind the gap in " + segment.path);
      }
      SegmentHeader place =
          new SegmentHeader(
              header.salt(),
              in.offset(),
              header.first(),
              from.offset,
              from.units,
              from.lastReceiveTimeNs,
              header.copyBytes());
      Path temporary =
          segment.path.resolveSibling(Segment.fileName(in.offset()) + Segment.TEMPORARY_SUFFIX);
      try (FileSystem.Handle out = files.open(temporary, FileSystem.Mode.WRITE)) {
        out.truncate(0);
        long salt = new SecureRandom().nextLong();
        write(segment, in, new RewrittenFile(out, place, salt, from.runningTotal, 0), from.units);
      }
      return temporary;
    }
  }

  private static void write(Segment segment, RecordReader in, RewrittenFile out, long unitsBefore)
      throws IOException {
    long units = unitsBefore;
    long expected = in.offset();
    Thinned.Builder gap = new Thinned.Builder();
    do {
      if (in.offset() > expected) {
        gap.add(expected, Math.toIntExact(in.offset() - expected), 0);
        out.addRun(gap, in.receiveTimeNs(), units);
      }
      out.copy(in, units);
      units += in.units();
      expected = in.offset() + 1;
    } while (in.next(segment.end(), segment.limit()));
    out.finish();
  }
}
