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
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The power fails while a batch is written: its pages come to the disk in any order, or not. */
class TornBatchTest {

  private static final Path DIRECTORY = Path.of("/log");
  private static final Path SEGMENT = DIRECTORY.resolve(Segment.fileName(0));

  /** Of a record: a sector, which the disk writes as a whole. */
  private static final int BYTES = 512;

  private static final int PAYLOAD = BYTES - 40;
  private static final int SYNCED = 10;
  private static final int BATCH = 50;
  private static final int ALL = SYNCED + BATCH;

  private MemoryDisk disk = new MemoryDisk(new Random(1));
  private SegmentLog log;

  /** A total that is right only if each record that is there was added once. */
  private static final class Sum implements RunningTotal {
    long sum;

    @Override
    public byte[] snapshot() {
      return ByteBuffer.allocate(8).putLong(sum).array();
    }

    @Override
    public void restore(byte[] snapshot) {
      sum = snapshot.length == 0 ? 0 : ByteBuffer.wrap(snapshot).getLong();
    }

    @Override
    public void add(int kind, ByteBuffer payload) {
      sum += id(payload);
    }
  }

  private static long id(ByteBuffer payload) {
    return payload.duplicate().order(ByteOrder.BIG_ENDIAN).getLong();
  }

  private Sum sum = new Sum();

  private void open() throws IOException {
    LogOptions options =
        new LogOptions(DIRECTORY, 64 << 10, 1 << 20, WhenFull.BLOCK, Duration.ZERO, 4 << 10);
    sum = new Sum();
    log = SegmentLog.open("torn", options, disk, new ManualTime(), sum, new SimpleMeterRegistry());
  }

  private static int units(long offset) {
    return 1 + (int) (offset % 3);
  }

  private static long units(long from, long to) {
    long sum = 0;
    for (long i = from; i < to; i++) {
      sum += units(i);
    }
    return sum;
  }

  private void append(long id) {
    byte[] filled = new byte[PAYLOAD];
    Arrays.fill(filled, (byte) 0x5a);
    ByteBuffer payload = ByteBuffer.wrap(filled).putLong(0, id);
    assertThat(log.append(1, 1, units(id), payload, null)).isEqualTo(id);
  }

  /** Records that are synced one by one, then a batch of one sync. */
  private void write() throws IOException {
    open();
    log.feed("sink", Start.OLDEST).close();
    for (long i = 0; i < ALL; i++) {
      append(i);
      if (i < SYNCED) {
        log.step();
      }
    }
    log.step();
    assertThat(disk.bytes(SEGMENT)).hasSize(8192 + ALL * BYTES);
  }

  /** The disk has only zeros where these records are. */
  private void lose(int from, int to) throws IOException {
    byte[] bytes = disk.bytes(SEGMENT);
    Arrays.fill(bytes, 8192 + from * BYTES, 8192 + to * BYTES, (byte) 0);
    disk.put(SEGMENT, bytes);
  }

  /** What a consumer gets; all units are served or counted. */
  private List<Long> read(long corrupt) throws IOException {
    List<Long> served = new ArrayList<>();
    try (RangeFeed feed = log.feed("sink", Start.NOW)) {
      long units = feed.committedUnits();
      for (Feed.Entry entry = feed.next(); entry != null; entry = feed.next()) {
        served.add(entry.offset());
        assertThat(id(entry.payload())).isEqualTo(entry.offset());
        assertThat(entry.dropped()).isZero();
        corrupt -= entry.corrupt();
        units += entry.units() + entry.corrupt();
      }
      assertThat(corrupt).as("counted as corrupt").isZero();
      assertThat(units).isEqualTo(feed.syncedUnits());
    }
    return served;
  }

  private static List<Long> allBut(int... ranges) {
    List<Long> offsets = new ArrayList<>();
    for (long i = 0; i < ALL; i++) {
      boolean lost = false;
      for (int r = 0; r < ranges.length; r += 2) {
        lost |= i >= ranges[r] && i < ranges[r + 1];
      }
      if (!lost) {
        offsets.add(i);
      }
    }
    return offsets;
  }

  private void assertSound(List<Long> served) throws IOException {
    LogStatus status = log.status();
    assertThat(status.corruptUnits()).isZero();
    assertThat(status.corruptGaps()).isZero();
    assertThat(status.units()).isEqualTo(served.stream().mapToLong(TornBatchTest::units).sum());
    assertThat(sum.sum).isEqualTo(served.stream().mapToLong(Long::longValue).sum());
    assertThat(LogCheck.verify(DIRECTORY, disk).isSound()).isTrue();
    assertThat(LogRepair.plan(DIRECTORY, disk, RunningTotal.NOTHING).lines()).isEmpty();
  }

  @Test
  void whatWasNeverAcknowledgedIsNoDamage() throws IOException {
    int[][] cases = {
      {30, 32}, {SYNCED, 12}, {11, 12}, {15, 20, 30, 40}, {SYNCED, 20, 21, 22, 58, 59}
    };
    for (int[] holes : cases) {
      disk = new MemoryDisk(new Random(1));
      write();
      for (int i = 0; i < holes.length; i += 2) {
        lose(holes[i], holes[i + 1]);
      }
      List<Long> whole = allBut(holes);
      LogCheck.Report report = LogCheck.verify(DIRECTORY, disk);
      assertThat(report.isSound()).isTrue();
      assertThat(report.faults()).hasSize(holes.length / 2);
      assertThat(LogRepair.plan(DIRECTORY, disk, RunningTotal.NOTHING).lines()).isEmpty();
      open();
      assertThat(read(0)).isEqualTo(whole);
      assertSound(whole);
      append(ALL);
      log.step();
      whole.add((long) ALL);
      assertThat(read(0)).isEqualTo(whole);
      assertSound(whole);
      open();
      assertThat(read(0)).isEqualTo(whole);
      assertSound(whole);
    }
  }

  @Test
  void whatALaterBatchProvesToHaveBeenSyncedIsDamage() throws IOException {
    write();
    append(ALL);
    log.step();
    lose(30, 32);
    open();
    assertThat(log.status().corruptUnits()).isEqualTo(units(30, 32));
    List<Long> whole = allBut(30, 32);
    whole.add((long) ALL);
    assertThat(read(units(30, 32))).isEqualTo(whole);
  }

  @Test
  void damageOnBothSidesOfTheBoundaryIsCountedWhole() throws IOException {
    write();
    lose(SYNCED - 2, SYNCED + 2);
    open();
    assertThat(log.status().corruptUnits()).isEqualTo(units(SYNCED - 2, SYNCED + 2));
    assertThat(read(units(SYNCED - 2, SYNCED + 2))).isEqualTo(allBut(SYNCED - 2, SYNCED + 2));
  }

  @Test
  void damageBelowAndTornPagesAboveAreToldApart() throws IOException {
    write();
    lose(3, 4);
    lose(30, 33);
    open();
    assertThat(read(units(3))).isEqualTo(allBut(3, 4, 30, 33));
    assertThat(log.status().corruptUnits()).isEqualTo(units(3));
    assertThat(log.status().units()).isEqualTo(units(0, ALL) - units(30, 33));
  }

  @Test
  void whatAConsumerHasReadWasSynced() throws IOException {
    write();
    try (Feed feed = log.feed("sink", Start.NOW)) {
      for (int i = 0; i < 40; i++) {
        feed.next();
      }
      feed.commit(40, new byte[0]);
    }
    lose(30, 31);
    open();
    assertThat(log.status().corruptUnits()).isEqualTo(units(30));
  }

  @Test
  void aBlockThatTheDiskDoesNotReturnIsNotTorn() throws IOException {
    write();
    disk.spoil(SEGMENT, 8192 + 30 * BYTES);
    open();
    assertThat(log.status().corruptUnits()).isPositive();
  }

  /** What is whole of it is in the log, so a sender that sends it again is told so. */
  @Test
  void whatWasSetApartIsDamagedLikeAnythingElse() throws IOException {
    write();
    lose(30, 32);
    open();
    Path made = DIRECTORY.resolve(Segment.fileName(32));
    byte[] apart = disk.bytes(made);
    for (boolean zeros : new boolean[] {false, true}) {
      byte[] bytes = apart.clone();
      if (zeros) {
        Arrays.fill(bytes, bytes.length - 200, bytes.length, (byte) 0);
      } else {
        bytes[bytes.length - 200] ^= 4;
      }
      disk.put(made, bytes);
      for (int start = 0; start < 2; start++) {
        assertThat(LogCheck.verify(DIRECTORY, disk).isSound()).isFalse();
        open();
        assertThat(log.status().corruptUnits()).isEqualTo(units(ALL - 1));
      }
    }
    append(log.endOffset());
    log.step();
    List<Long> whole = allBut(30, 32, ALL - 1, ALL);
    whole.add(log.endOffset() - 1);
    assertThat(read(units(ALL - 1))).isEqualTo(whole);
  }

  /** Each verb of the disk fails once, or the power fails once more, at each place. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theLogStartsWhateverFailsMeanwhile(boolean powerCut) throws IOException {
    int[] holes = {15, 20, 30, 40};
    boolean struck = true;
    for (int at = 0; struck; at++) {
      disk = new MemoryDisk(new Random(at));
      write();
      lose(15, 20);
      lose(30, 40);
      AtomicInteger calls = new AtomicInteger();
      int last = at;
      disk.fail((verb, file) -> calls.getAndIncrement() == last);
      boolean isOpen = false;
      try {
        open();
        isOpen = true;
      } catch (IOException e) {
        assertThat(calls.get()).isGreaterThan(last);
      }
      struck = calls.get() > at;
      disk.heal();
      if (powerCut || !isOpen) {
        disk.crash();
        open();
      }
      long corrupt = log.status().corruptUnits();
      assertThat(corrupt).as("all or nothing").isIn(0L, units(15, 20) + units(30, 40));
      assertThat(read(corrupt)).as("at %d", at).isEqualTo(allBut(holes));
      append(ALL);
      log.step();
      assertThat(read(corrupt)).hasSize(allBut(holes).size() + 1);
    }
  }

  @Test
  void aRecordThatDoesNotSayWhereItsBatchBeganProvesAllBeforeIt() throws IOException {
    write();
    byte[] bytes = disk.bytes(SEGMENT);
    ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    RecordHeader header = new RecordHeader(in.getLong(SegmentHeader.SALT));
    for (int at = 8192; at < bytes.length; at += BYTES) { // as earlier versions wrote them
      in.putInt(at + RecordHeader.KIND, 1);
      in.putInt(at + RecordHeader.CRC, header.crc(in, at, PAYLOAD));
    }
    disk.put(SEGMENT, bytes);
    lose(30, 32);
    open();
    assertThat(log.status().corruptUnits()).isEqualTo(units(30, 32));
    assertThat(read(units(30, 32))).isEqualTo(allBut(30, 32));
  }
}
