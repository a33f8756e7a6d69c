package io.weir.gateway.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.weir.gateway.log.LogOptions.WhenFull;
import io.weir.gateway.log.SegmentLog.Start;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Something changes bytes of the last sync between a crash and the next start. What was written and
 * is wrong counts as lost, since it may have been acknowledged; what was never written does not.
 */
class WrongBytesTest {

  private static final Path DIRECTORY = Path.of("/log");
  private static final Path SEGMENT = DIRECTORY.resolve(Segment.fileName(0));
  private static final Path ASIDE = Path.of("/damaged");
  private static final int HEADERS = 8192;
  private static final int SECTOR = 512;
  private static final int PAYLOAD = 300;
  private static final int BYTES = RecordHeader.PAYLOAD + PAYLOAD;
  private static final int RECORDS = 10;
  private static final int LAST = RECORDS - 1;

  private MemoryDisk disk = new MemoryDisk(new Random(1));
  private byte[] whole = {};

  private SegmentLog open() throws IOException {
    LogOptions options =
        new LogOptions(DIRECTORY, 64 << 10, 1 << 20, WhenFull.BLOCK, Duration.ZERO, 4 << 10);
    return SegmentLog.open(
        "ends", options, disk, new ManualTime(), RunningTotal.NOTHING, new SimpleMeterRegistry());
  }

  private static int units(long offset) {
    return 1 + (int) (offset % 5);
  }

  private static long append(SegmentLog log) {
    byte[] payload = new byte[PAYLOAD];
    Arrays.fill(payload, (byte) 0x5a);
    return log.append(1, 1, units(log.endOffset()), ByteBuffer.wrap(payload), null);
  }

  /** Records that are synced one by one. */
  @BeforeEach
  void write() throws IOException {
    SegmentLog log = open();
    log.feed("sink", Start.OLDEST).close();
    for (int i = 0; i < RECORDS; i++) {
      append(log);
      log.step();
    }
    log.close();
    whole = disk.bytes(SEGMENT);
    assertThat(whole).hasSize(HEADERS + RECORDS * BYTES);
  }

  private static int at(int record) {
    return HEADERS + record * BYTES;
  }

  private void flip(int record, int byteOfRecord) throws IOException {
    disk.flip(SEGMENT, at(record) + byteOfRecord, 3);
  }

  /** What a consumer gets, up to a record that is appended now. */
  private record Read(List<Long> offsets, long corrupt) {}

  private static Read readTo(SegmentLog log, long fresh) throws IOException {
    List<Long> offsets = new ArrayList<>();
    long corrupt = 0;
    try (RangeFeed feed = log.feed("sink", Start.OLDEST)) {
      long accounted = 0;
      long pending = feed.pendingUnits();
      for (Feed.Entry entry = feed.next(); entry != null; entry = feed.next()) {
        offsets.add(entry.offset());
        corrupt += entry.corrupt();
        accounted += entry.units() + entry.corrupt();
      }
      assertThat(accounted).as("what was pending is accounted for").isEqualTo(pending);
      feed.commit(fresh + 1, new byte[0]);
    }
    return new Read(offsets, corrupt);
  }

  @Test
  void whatMayHaveBeenAcknowledgedIsCountedOnceAndForGood() throws IOException {
    flip(LAST - 1, 100);
    flip(LAST, 200);
    long lost = units(LAST - 1) + units(LAST);
    for (int start = 0; start < 3; start++) { // nothing is appended, so nothing else remembers it
      SegmentLog log = open();
      LogStatus status = log.status();
      assertThat(status.corruptUnits()).as("start %d", start).isEqualTo(lost);
      assertThat(status.inDoubtUnits()).isEqualTo(lost);
      assertThat(status.corruptUncounted()).isFalse();
      assertThat(disk.bytes(SEGMENT)).as("bytes that are left").hasSize(whole.length);
      log.close();
    }
    SegmentLog log = open();
    try (RangeFeed feed = log.feed("early", Start.OLDEST)) {
      assertThat(feed.passEnd()).as("before the records are read").isNull();
      Feed.Entry last = null;
      for (Feed.Entry entry = feed.next(); entry != null; entry = feed.next()) {
        last = entry;
      }
      assertThat(last).isNotNull();
      Feed.Entry end = feed.passEnd();
      assertThat(end).isNotNull();
      assertThat(end.corrupt()).isEqualTo(lost);
      feed.commit(end.offset() + 1, new byte[0]);
      assertThat(feed.pendingUnits()).as("although no record follows").isZero();
      assertThat(feed.passEnd()).isNull();
    }
    log.close();

    log = open();
    long fresh = append(log);
    assertThat(fresh).as("no offset is given again").isGreaterThan(LAST);
    log.step();
    log.close();

    log = open();
    try (RangeFeed feed = log.feed("early", Start.OLDEST)) {
      Feed.Entry entry = feed.next();
      assertThat(entry).isNotNull();
      assertThat(entry.offset()).isEqualTo(fresh);
      assertThat(entry.corrupt()).as("counted before").isZero();
    }
    Read read = readTo(log, fresh);
    assertThat(read.offsets()).containsExactly(0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L, fresh);
    assertThat(read.corrupt()).isEqualTo(lost);
    log.close();

    log = open();
    assertThat(log.status().corruptGaps()).isZero();
    try (RangeFeed feed = log.feed("sink", Start.OLDEST)) {
      assertThat(feed.pendingUnits()).isZero();
    }
  }

  @Test
  void whatIsDamagedAtTheEndWhileTheLogIsOpenIsFoundBeforeARecordFollows() throws IOException {
    SegmentLog log = open();
    flip(LAST, 100);
    try (RangeFeed feed = log.feed("sink", Start.OLDEST)) {
      Feed.Entry entry = feed.next();
      while (entry != null && entry.offset() < LAST - 1) {
        entry = feed.next();
      }
      assertThat(feed.next()).isNull();
      append(log);
      log.step(); // since it was asked
      Feed.Entry end = feed.passEnd();
      assertThat(end).isNotNull();
      assertThat(end.corrupt()).isEqualTo(units(LAST));
      assertThat(log.status().corruptUnits()).isEqualTo(units(LAST));
      entry = feed.next();
      assertThat(entry).isNotNull();
      assertThat(entry.offset()).isEqualTo(RECORDS);
      assertThat(entry.corrupt()).isZero();
      feed.commit(RECORDS + 1, new byte[0]);
      assertThat(feed.pendingUnits()).isZero();
    }
  }

  @Test
  void everyByteOfTheLastRecordsIsCounted() throws IOException {
    for (int record : new int[] {LAST, LAST - 1}) {
      for (int at = 0; at < BYTES; at++) {
        disk.put(SEGMENT, whole);
        flip(record, at);
        SegmentLog log = open();
        assertThat(log.status().corruptUnits())
            .as("byte %d of record %d", at, record)
            .isEqualTo(units(record));
      }
    }
  }

  @Test
  void aWriteThatEndsAnywhereIsNoDamage() throws IOException {
    for (int length = at(LAST - 2); length < whole.length; length++) {
      disk.put(SEGMENT, Arrays.copyOf(whole, length));
      assertUnfinished("cut to " + length);
    }
  }

  @Test
  void sectorsThatWereNeverWrittenAreNoDamage() throws IOException {
    int batch = at(LAST);
    for (int at = batch; at < whole.length; at = (at / SECTOR + 1) * SECTOR) {
      byte[] bytes = whole.clone();
      Arrays.fill(bytes, at, Math.min(bytes.length, (at / SECTOR + 1) * SECTOR), (byte) 0);
      disk.put(SEGMENT, bytes);
      assertUnfinished("without the sector at " + at);
      bytes = whole.clone();
      Arrays.fill(bytes, at, bytes.length, (byte) 0);
      disk.put(SEGMENT, bytes);
      assertUnfinished("zeros from " + at);
      disk.put(SEGMENT, Arrays.copyOf(bytes, bytes.length + 3 * SECTOR));
      assertUnfinished("zeros from " + at + ", and a length without bytes");
    }
  }

  private void assertUnfinished(String where) throws IOException {
    assertThat(LogCheck.verify(DIRECTORY, disk).isSound()).as(where).isTrue();
    SegmentLog log = open();
    assertThat(log.status().corruptGaps()).as(where).isZero();
    long end = log.syncedOffset();
    assertThat(append(log)).as("the segment goes on, " + where).isEqualTo(end);
    log.step();
    assertThat(log.status().segments()).as(where).isEqualTo(1);
    log.close();
  }

  /** As a message of readings does. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void aRecordMayEndInZerosThatAreAllItHasOfASector(int inLastSector) throws IOException {
    for (byte end : new byte[] {0, 0x5a}) {
      disk = new MemoryDisk(new Random(1));
      SegmentLog log = open();
      append(log);
      byte[] payload = new byte[2 * SECTOR - BYTES - RecordHeader.PAYLOAD + inLastSector];
      Arrays.fill(payload, (byte) 0x5a);
      Arrays.fill(payload, payload.length - inLastSector, payload.length, end);
      log.append(1, 1, units(1), ByteBuffer.wrap(payload), null);
      log.step();
      log.close();
      byte[] bytes = disk.bytes(SEGMENT);
      assertThat(bytes.length % SECTOR).isEqualTo(inLastSector);
      Arrays.fill(bytes, bytes.length - inLastSector, bytes.length, (byte) 0);
      if (end == 0) {
        bytes[bytes.length - 200] ^= 1;
      }
      disk.put(SEGMENT, bytes);
      log = open();
      assertThat(log.status().corruptUnits()).isEqualTo(end == 0 ? units(1) : 0);
      assertThat(log.status().corruptGaps()).isEqualTo(end == 0 ? 1 : 0);
    }
  }

  @Test
  void aWrongRecordBeforeAnUnfinishedSyncIsCounted() throws IOException {
    Arrays.fill(whole, (at(LAST) / SECTOR + 1) * SECTOR, whole.length, (byte) 0);
    for (int at = 0; at < BYTES; at++) {
      disk.put(SEGMENT, whole);
      flip(LAST - 1, at);
      SegmentLog log = open();
      assertThat(log.status().corruptUnits()).as("byte %d", at).isEqualTo(units(LAST - 1));
      assertThat(log.status().corruptUncounted()).isFalse();
      log.close();
    }
  }

  @Test
  void ofASectorOfOtherBytesTheLogSaysThatMoreMayBeLost() throws IOException {
    byte[] other = new byte[SECTOR];
    new Random(5).nextBytes(other);
    System.arraycopy(other, 0, whole, at(LAST) / SECTOR * SECTOR, SECTOR);
    disk.put(SEGMENT, whole);
    SegmentLog log = open();
    assertThat(log.status().corruptGaps()).isEqualTo(1);
    assertThat(log.status().corruptUncounted()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(ints = {RECORDS, RECORDS + 7, RECORDS + 19})
  void aWrongRecordInTheLastBatchIsCounted(int wrong) throws IOException {
    SegmentLog log = open();
    for (int i = 0; i < 20; i++) {
      append(log);
    }
    log.step();
    log.close();
    flip(wrong, 100);
    assertThat(LogCheck.verify(DIRECTORY, disk).isSound()).isFalse();
    log = open();
    assertThat(log.status().corruptUnits()).isEqualTo(units(wrong));
    assertThat(log.status().inDoubtUnits()).isEqualTo(units(wrong));
    long fresh = append(log);
    log.step();
    Read read = readTo(log, fresh);
    assertThat(read.offsets()).hasSize(RECORDS + 20).doesNotContain((long) wrong);
    assertThat(read.corrupt()).isEqualTo(units(wrong));
  }

  @Test
  void theCheckAndTheRepairLeaveItToTheNextStart() throws IOException {
    flip(LAST, 100);
    LogCheck.Report report = LogCheck.verify(DIRECTORY, disk);
    assertThat(report.isSound()).isFalse();
    assertThat(report.faults())
        .singleElement()
        .satisfies(
            fault -> {
              assertThat(fault.kind()).isEqualTo(LogCheck.Kind.RECORD);
              assertThat(fault.position()).isEqualTo(at(LAST));
              assertThat(fault.detail()).startsWith(units(LAST) + " units at the end damaged");
            });
    assertThat(LogRepair.run(DIRECTORY, disk, RunningTotal.NOTHING, ASIDE).lines()).isEmpty();

    flip(3, 100);
    assertThat(LogRepair.run(DIRECTORY, disk, RunningTotal.NOTHING, ASIDE).repaired()).isOne();
    SegmentLog log = open();
    assertThat(log.status().corruptUnits()).as("also what a repair moved").isEqualTo(units(LAST));
    long fresh = append(log);
    log.step();
    assertThat(readTo(log, fresh).corrupt()).isEqualTo(units(3) + units(LAST));
  }
}
