package io.weir.gateway.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.weir.gateway.log.LogOptions.WhenFull;
import io.weir.gateway.log.SegmentLog.Start;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Segments of which neither copy of the header is whole. */
class LostHeaderTest {

  private static final Path DIRECTORY = Path.of("/log");
  private static final int UNITS = 3;

  private final Random random = new Random(8);
  private final MemoryDisk disk = new MemoryDisk(random);

  private SegmentLog open() throws IOException {
    LogOptions options =
        new LogOptions(DIRECTORY, 16 << 10, 1 << 20, WhenFull.BLOCK, Duration.ZERO, 2 << 10);
    return SegmentLog.open(
        "lost", options, disk, new ManualTime(), RunningTotal.NOTHING, new SimpleMeterRegistry());
  }

  private void write(int records) throws IOException {
    SegmentLog log = open();
    log.feed("sink", Start.OLDEST).close();
    for (int i = 0; i < records; i++) {
      byte[] payload = new byte[random.nextInt(800)];
      random.nextBytes(payload);
      assertThat(log.append(1, i, UNITS, ByteBuffer.wrap(payload), null)).isEqualTo(i);
      log.step();
    }
    log.close();
  }

  private List<Path> segments() throws IOException {
    return disk.list(DIRECTORY).stream().filter(Segment::isName).map(DIRECTORY::resolve).toList();
  }

  private static byte[] withoutHeader(byte[] file, int from) {
    byte[] damaged = file.clone();
    Arrays.fill(damaged, from, 4096, (byte) 0x55);
    Arrays.fill(damaged, 4096 + from, 8192, (byte) 0x55);
    return damaged;
  }

  private List<Long> read(SegmentLog log) throws IOException {
    List<Long> offsets = new ArrayList<>();
    try (Feed feed = log.feed("sink", Start.NOW)) {
      for (Feed.Entry entry = feed.next(); entry != null; entry = feed.next()) {
        offsets.add(entry.offset());
        assertThat(entry.corrupt()).isZero();
      }
    }
    return offsets;
  }

  @Test
  void theRecordsOfAnySegmentAreServedWithoutItsHeader() throws IOException {
    write(100);
    for (Path segment : segments()) {
      byte[] whole = disk.bytes(segment);
      disk.put(segment, withoutHeader(whole, 0));
      SegmentLog log = open();
      assertThat(read(log)).as("without the header of %s", segment).hasSize(100);
      assertThat(log.status().corruptGaps()).isZero();
      assertThat(log.status().corruptUncounted()).isFalse();
      assertThat(log.status().units()).isEqualTo(100 * UNITS);
      log.close();
      disk.put(segment, whole);
    }
  }

  @Test
  void aTailWithoutItsHeaderIsNotContinued() throws IOException {
    write(100);
    Path tail = segments().get(segments().size() - 1);
    disk.put(tail, withoutHeader(disk.bytes(tail), 0));
    byte[] before = disk.bytes(tail);
    SegmentLog log = open();
    assertThat(log.append(1, 1, UNITS, ByteBuffer.allocate(5), null)).isEqualTo(100);
    log.step();
    assertThat(read(log)).hasSize(101);
    assertThat(disk.bytes(tail)).isEqualTo(before);
    log.close();
    assertThat(read(open())).hasSize(101);
  }

  @Test
  void aSingleRecordIsServedIfASaltIsLeft() throws IOException {
    write(1);
    Path tail = segments().get(0);
    disk.put(tail, withoutHeader(disk.bytes(tail), SegmentHeader.SALT + 8));
    assertThat(read(open())).containsExactly(0L);
  }

  @Test
  void aSingleRecordThatNothingProvesIsNotServedButCounted() throws IOException {
    write(1);
    Path tail = segments().get(0);
    disk.put(tail, withoutHeader(disk.bytes(tail), 0));
    SegmentLog log = open();
    assertThat(log.status().corruptUnits()).isEqualTo(UNITS);
    assertThat(log.status().corruptUncounted()).as("nothing says that it was one").isTrue();
    assertThat(log.status().units()).isEqualTo(UNITS);
    long next = log.append(1, 1, UNITS, ByteBuffer.allocate(5), null);
    log.step();
    Feed feed = log.feed("sink", Start.NOW);
    Feed.Entry entry = feed.next();
    assertThat(entry).isNotNull();
    assertThat(entry.offset()).isEqualTo(next).isPositive();
    assertThat(entry.corrupt()).isEqualTo(UNITS);
    assertThat(log.status().corruptUnits()).as("counted once").isEqualTo(UNITS);
  }

  @Test
  void damagedRecordsBesideWholeOnesAreStillFoundDamaged() throws IOException {
    write(100);
    Path segment = segments().get(0);
    byte[] damaged = withoutHeader(disk.bytes(segment), 0);
    damaged[8192 + RecordHeader.PAYLOAD - 1] ^= 1; // of the first record
    disk.put(segment, damaged);
    SegmentLog log = open();
    List<Long> offsets = new ArrayList<>();
    long corrupt = 0;
    Feed feed = log.feed("sink", Start.NOW);
    for (Feed.Entry entry = feed.next(); entry != null; entry = feed.next()) {
      offsets.add(entry.offset());
      corrupt += entry.corrupt();
    }
    assertThat(offsets).hasSize(99).doesNotContain(0L);
    assertThat(corrupt).isEqualTo(UNITS);
  }

  @Test
  void aSaltGivenBackByARecordChecksAllRecordsOfItsSegment() {
    for (int i = 0; i < 200; i++) {
      long salt = random.nextLong();
      ByteBuffer record = ByteBuffer.allocate(RecordHeader.PAYLOAD + random.nextInt(300));
      record.order(ByteOrder.LITTLE_ENDIAN);
      random.nextBytes(record.array());
      int length = record.capacity() - RecordHeader.PAYLOAD;
      record.putInt(RecordHeader.LENGTH, length);
      record.putInt(RecordHeader.CRC, new RecordHeader(salt).crc(record, 0, length));
      int state = RecordCheck.stateBehindSalt(record, 0, length);
      assertThat(state).isEqualTo(RecordCheck.stateBehind(salt));
      long back = RecordCheck.saltOf(state);
      assertThat(new RecordHeader(back).crc(record, 0, length))
          .isEqualTo(record.getInt(RecordHeader.CRC));
    }
  }
}
