package io.weir.gateway.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.function.LongPredicate;

/**
 * Writes the records of a segment to a new file, without what a rule drops. Records that follow
 * each other and of which nothing is left become one. Used once, by one thread.
 */
final class SegmentRewriter {

  /**
   * The new file.
   *
   * @param header of it
   * @param bytes its length
   * @param dropped units that the rule dropped
   * @param droppedUnread of those, units that not every consumer had read
   * @param damaged whether the old file has damage, which the new one leaves out
   */
  record Result(
      SegmentHeader header, long bytes, long dropped, long droppedUnread, boolean damaged) {}

  private static final SecureRandom SALTS = new SecureRandom();

  private final Segment segment;
  private final RewriteRule rule;
  private final LongPredicate isRead;
  private final RewrittenFile out;
  private final Thinned.Builder run = new Thinned.Builder();

  private long runUnitsBefore;
  private long runReceiveTimeNs;
  private long dropped;
  private long droppedUnread;
  private boolean damaged;

  /**
   * Writes a segment to a new file and syncs it. Never gives a block up: what the disk returns
   * later must not be left out for good.
   *
   * @param old closed at the end
   * @param temporary name of the new file; what it held before is overwritten
   * @param frameBytes bytes of records that are packed in one frame; 0 if none are
   * @param isRead whether every consumer has read the record of an offset
   * @throws IOException if the disk fails, or the header is not whole any more
   */
  static Result write(
      FileSystem files,
      Time time,
      Segment.Opened old,
      Path temporary,
      int frameBytes,
      RewriteRule rule,
      LongPredicate isRead)
      throws IOException {
    Segment segment = old.segment();
    SegmentHeader header = segment.header;
    try (FileSystem.Handle handle = old.handle()) {
      byte[] total = header == null ? null : header.readTotal(handle, segment.path);
      if (header == null || total == null) {
        throw new IOException(segment.path + " has no whole header any more");
      }
      RecordReader in =
          new RecordReader(
              handle,
              segment.path,
              header,
              UnreadableBlocks.patient(time),
              header.recordsAt(),
              header.first());
      try (FileSystem.Handle out = files.open(temporary, FileSystem.Mode.WRITE)) {
        out.truncate(0);
        long salt = SALTS.nextLong();
        RewrittenFile file = new RewrittenFile(out, header, salt, total, frameBytes);
        return new SegmentRewriter(segment, rule, isRead, file).run(in);
      }
    }
  }

  private SegmentRewriter(
      Segment segment, RewriteRule rule, LongPredicate isRead, RewrittenFile out) {
    this.segment = segment;
    this.rule = rule;
    this.isRead = isRead;
    this.out = out;
  }

  private Result run(RecordReader in) throws IOException {
    while (in.next(segment.end(), segment.limit())) {
      damaged |= in.damageAt() >= 0;
      judge(in);
    }
    damaged |= in.damageAt() >= 0;
    flushRun();
    return new Result(out.finish(), out.bytes(), dropped, droppedUnread, damaged);
  }

  private void judge(RecordReader in) throws IOException {
    if (in.isEmptyRun()) {
      addToRun(in);
      return;
    }
    int units = in.unitsLeft();
    RewriteRule.Verdict verdict =
        rule.judge(
            new RewriteRule.Held(
                in.offset(), in.receiveTimeNs(), in.kind(), units, in.payload().slice()));
    if (verdict instanceof RewriteRule.Replace replace && replace.payload().hasRemaining()) {
      if (replace.unitsLeft() < 0 || replace.unitsLeft() > units) {
        throw new IllegalArgumentException(
            "record " + in.offset() + " of " + units + " units would have " + replace.unitsLeft());
      }
      count(in.last(), units - replace.unitsLeft());
      replace(in, replace.payload(), replace.unitsLeft());
    } else if (!(verdict instanceof RewriteRule.Keep)) {
      count(in.last(), units);
      addToRun(in);
    } else if (in.thinned() == null) {
      flushRun();
      out.copy(in, in.unitsBefore());
    } else {
      replace(in, in.payload(), units);
    }
  }

  private void count(long offset, long units) {
    dropped += units;
    if (!isRead.test(offset)) {
      droppedUnread += units;
    }
  }

  /** The record stands for one or more of which nothing is left now. */
  private void addToRun(RecordReader in) throws IOException {
    Thinned before = in.thinned();
    if (!run.takes(in.offset(), in.units(), before == null ? 1 : before.groups())) {
      flushRun();
    }
    if (run.isEmpty()) {
      runUnitsBefore = in.unitsBefore();
      runReceiveTimeNs = in.receiveTimeNs();
    }
    runReceiveTimeNs = Math.max(runReceiveTimeNs, in.receiveTimeNs());
    collect(in);
  }

  private void collect(RecordReader in) {
    Thinned before = in.thinned();
    if (before == null) {
      run.add(in.offset(), in.units());
    } else {
      run.add(before, in.offset());
    }
  }

  private void flushRun() throws IOException {
    if (!run.isEmpty()) {
      out.addRun(run, runReceiveTimeNs, runUnitsBefore);
    }
  }

  private void replace(RecordReader in, ByteBuffer payload, int left) throws IOException {
    flushRun();
    collect(in);
    out.addThinned(run, in.kind(), in.receiveTimeNs(), in.unitsBefore(), left, payload);
  }
}
