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
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Each kind of damage in a log of several segments: what a repair keeps, makes, counts and leaves.
 */
class LogRepairTest {

  private static final Path DIRECTORY = Path.of("/log");
  private static final Path ASIDE = Path.of("/damaged");
  private static final int RECORDS = 100;
  private static final int UNITS = 3;
  private static final int PAYLOAD_BYTES = 900;

  private final MemoryDisk disk = new MemoryDisk(new Random(1));

  /** Counts records and their bytes, so that each header holds a total of its own. */
  private static final class Counter implements RunningTotal {
    private long records;

    @Override
    public byte[] snapshot() {
      return ByteBuffer.allocate(8).putLong(records).array();
    }

    @Override
    public void restore(byte[] snapshot) {
      records = snapshot.length == 0 ? 0 : ByteBuffer.wrap(snapshot).getLong();
    }

    @Override
    public void add(int kind, ByteBuffer payload) {
      records++;
    }
  }

  private SegmentLog open(RunningTotal total) throws IOException {
    return SegmentLog.open(
        "damaged",
        new LogOptions(DIRECTORY, 16 << 10, 1 << 20, WhenFull.BLOCK, Duration.ZERO, 8 << 10),
        disk,
        new ManualTime(),
        total,
        new SimpleMeterRegistry());
  }

  @BeforeEach
  void writeLog() throws IOException {
    SegmentLog log = open(new Counter());
    for (long i = 0; i < RECORDS; i++) {
      assertThat(log.append(1, 1_000 + i, UNITS, payload(i), null)).isEqualTo(i);
      log.step();
    }
    Feed feed = log.feed("sink", Start.OLDEST);
    for (int i = 0; i < 10; i++) {
      feed.next();
    }
    feed.commit(3, new byte[] {1});
    feed.commit(4, new byte[] {2});
    feed.close();
    log.close();
    assertThat(segments()).hasSizeGreaterThan(4);
  }

  private static ByteBuffer payload(long i) {
    byte[] bytes = new byte[PAYLOAD_BYTES];
    new Random(i).nextBytes(bytes);
    return ByteBuffer.wrap(bytes).putLong(0, i);
  }

  private List<Path> segments() throws IOException {
    return disk.list(DIRECTORY).stream().filter(Segment::isName).map(DIRECTORY::resolve).toList();
  }

  private byte[] bytes(Path file) throws IOException {
    ByteBuffer all = ByteBuffer.allocate((int) disk.size(file));
    try (FileSystem.Handle handle = disk.open(file, FileSystem.Mode.READ)) {
      handle.read(all, 0);
    }
    return all.array();
  }

  private Map<Path, byte[]> allBytes() throws IOException {
    Map<Path, byte[]> all = new TreeMap<>();
    for (Path each : segments()) {
      all.put(each, bytes(each));
    }
    return all;
  }

  private void overwrite(Path file, long at, int length) throws IOException {
    byte[] junk = new byte[length];
    new Random(at).nextBytes(junk);
    try (FileSystem.Handle handle = disk.open(file, FileSystem.Mode.WRITE)) {
      handle.write(ByteBuffer.wrap(junk), at);
      handle.force();
    }
  }

  private LogRepair.Result repair() throws IOException {
    return LogRepair.run(DIRECTORY, disk, new Counter(), ASIDE);
  }

  private LogCheck.Report verify() throws IOException {
    return LogCheck.verify(DIRECTORY, disk);
  }

  /** The payload numbers that the log serves from the start, and the units it counts as corrupt. */
  private record Served(List<Long> numbers, long corrupt) {}

  private Served serve() throws IOException {
    List<Long> numbers = new ArrayList<>();
    long corrupt = 0;
    SegmentLog log = open(new Counter());
    Feed feed = log.scan(0);
    for (Feed.Entry entry = feed.next(); entry != null; entry = feed.next()) {
      ByteBuffer bytes = entry.payload().duplicate().order(ByteOrder.BIG_ENDIAN);
      long number = bytes.getLong(bytes.position());
      assertThat(entry.offset()).isEqualTo(number);
      assertThat(bytes).isEqualTo(payload(number));
      numbers.add(number);
      corrupt += entry.corrupt();
    }
    feed.close();
    log.close();
    return new Served(numbers, corrupt);
  }

  private static List<Long> allBut(long from, long to) {
    List<Long> numbers = new ArrayList<>();
    for (long i = 0; i < RECORDS; i++) {
      if (i < from || i >= to) {
        numbers.add(i);
      }
    }
    return numbers;
  }

  private LogCheck.SegmentReport report(int index) throws IOException {
    return verify().segments().get(index);
  }

  private static long recordAt(LogCheck.SegmentReport segment, int index) {
    return SegmentHeader.USUAL_BYTES + (long) index * (RecordHeader.PAYLOAD + PAYLOAD_BYTES);
  }

  @Test
  void aLogWithoutDamageIsNotTouched() throws IOException {
    Map<Path, byte[]> before = allBytes();

    LogRepair.Result result = repair();

    assertThat(result).isEqualTo(new LogRepair.Result(List.of(), 0, 0, 0, 0, 0));
    assertThat(allBytes()).usingRecursiveComparison().isEqualTo(before);
    assertThat(disk.list(ASIDE)).isEmpty();
  }

  @Test
  void damagedRecordsAreTakenOutAndCountedAndOtherFilesAreNotTouched() throws IOException {
    LogCheck.SegmentReport second = report(1);
    overwrite(second.file(), recordAt(second, 2) + 50, 1_000); // records 2 and 3 of the file
    Map<Path, byte[]> before = allBytes();
    long lostFrom = second.first() + 2;

    LogRepair.Result plan = LogRepair.plan(DIRECTORY, disk, new Counter());
    assertThat(allBytes()).usingRecursiveComparison().isEqualTo(before);
    LogRepair.Result result = repair();

    assertThat(result).isEqualTo(plan);
    assertThat(result.repaired()).isEqualTo(1);
    assertThat(result.lostUnits()).isEqualTo(2 * UNITS);
    assertThat(result.lines())
        .containsExactly(
            second.file().getFileName()
                + ": "
                + (second.records() - 2)
                + " whole records kept, 2 records with 6 readings are lost");
    assertThat(bytes(ASIDE.resolve(second.file().getFileName())))
        .isEqualTo(before.get(second.file()));
    assertThat(verify().faults()).isEmpty();
    before.remove(second.file());
    for (Map.Entry<Path, byte[]> each : before.entrySet()) {
      assertThat(bytes(each.getKey())).isEqualTo(each.getValue());
    }
    assertThat(serve()).isEqualTo(new Served(allBut(lostFrom, lostFrom + 2), 2 * UNITS));
  }

  @Test
  void damageAtTheBeginningAndAtTheEndOfASegmentIsTakenOut() throws IOException {
    LogCheck.SegmentReport second = report(1);
    overwrite(second.file(), recordAt(second, 0), 10);
    overwrite(second.file(), second.bytes() - 20, 20);

    LogRepair.Result result = repair();

    assertThat(result.lostUnits()).isEqualTo(2 * UNITS);
    assertThat(verify().faults()).isEmpty();
    List<Long> expected = allBut(second.first(), second.first() + 1);
    expected.remove(second.end() - 1);
    assertThat(serve()).isEqualTo(new Served(expected, 2 * UNITS));
    assertThat(repair().repaired()).isZero();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 3})
  void aDestroyedHeaderIsMadeAgainFromTheRecords(int index) throws IOException {
    LogCheck.SegmentReport segment = report(index);
    overwrite(segment.file(), 0, SegmentHeader.USUAL_BYTES);
    assertThat(verify().isSound()).isFalse();

    LogRepair.Result result = repair();

    assertThat(result.repaired()).isEqualTo(1);
    assertThat(result.rescuedRecords()).isEqualTo(segment.records());
    assertThat(result.rescuedUnits()).isEqualTo(segment.units());
    assertThat(result.lostUnits()).isZero();
    assertThat(verify().faults()).isEmpty();
    assertThat(serve()).isEqualTo(new Served(allBut(0, 0), 0));
  }

  @Test
  void theHeaderOfTheLastSegmentIsMadeAgainWithTheTotalOfItsOwner() throws IOException {
    int last = segments().size() - 1;
    overwrite(report(last).file(), 0, SegmentHeader.USUAL_BYTES);

    assertThat(repair().repaired()).isEqualTo(1);

    Counter total = new Counter();
    SegmentLog log = open(total);
    assertThat(total.records).isEqualTo(RECORDS);
    assertThat(log.status().units()).isEqualTo(RECORDS * UNITS);
    assertThat(log.append(1, 2_000, UNITS, payload(RECORDS), null)).isEqualTo(RECORDS);
    log.close();
  }

  @Test
  void aDestroyedHeaderWithADamagedFirstRecordGivesTheOthersBack() throws IOException {
    LogCheck.SegmentReport segment = report(2);
    overwrite(segment.file(), 0, SegmentHeader.USUAL_BYTES + 60);

    LogRepair.Result result = repair();

    assertThat(result.rescuedRecords()).isEqualTo(segment.records() - 1);
    assertThat(result.lostUnits()).isEqualTo(UNITS);
    assertThat(verify().faults()).isEmpty();
    assertThat(serve()).isEqualTo(new Served(allBut(segment.first(), segment.first() + 1), UNITS));
  }

  @Test
  void aFileOfZerosIsBeyondRepairAndStaysAsItIs() throws IOException {
    LogCheck.SegmentReport segment = report(0);
    try (FileSystem.Handle handle = disk.open(segment.file(), FileSystem.Mode.WRITE)) {
      handle.write(ByteBuffer.allocate((int) segment.bytes()), 0);
    }

    LogRepair.Result result = repair();

    assertThat(result.repaired()).isZero();
    assertThat(result.beyondRepair()).isEqualTo(1);
    assertThat(bytes(segment.file())).containsOnly(0);
  }

  @Test
  void aMissingFileIsReportedWithItsReadings() throws IOException {
    LogCheck.SegmentReport segment = report(2);
    disk.delete(segment.file());

    LogRepair.Result result = repair();

    assertThat(result.beyondRepair()).isEqualTo(1);
    assertThat(result.lostUnits()).isEqualTo(segment.units());
    assertThat(result.lines())
        .containsExactly(
            segment.file().getFileName()
                + ": the file is missing, "
                + segment.units()
                + " readings are lost");
  }

  @Test
  void aDamagedCursorIsSetToTheOldestRecordAndItsBytesAreKept() throws IOException {
    Path cursors = DIRECTORY.resolve(Cursor.DIRECTORY);
    byte[] before = bytes(cursors.resolve("sink.0"));
    overwrite(cursors.resolve("sink.0"), 0, 4);
    overwrite(cursors.resolve("sink.1"), 0, 4);
    assertThat(verify().isSound()).isFalse();

    assertThat(repair().repaired()).isEqualTo(1);

    assertThat(verify().cursors())
        .containsExactly(new LogCheck.CursorReport("sink", 0, RECORDS * UNITS));
    byte[] kept = bytes(ASIDE.resolve(Cursor.DIRECTORY).resolve("sink.0"));
    assertThat(kept).hasSameSizeAs(before);
    SegmentLog log = open(new Counter());
    try (Feed feed = log.feed("sink", Start.NOW)) {
      assertThat(feed.committed()).isZero();
    }
    log.close();
  }

  /** Ends the repair at each of its writes in turn: nothing that was whole is lost by it. */
  @Test
  void aRepairThatIsCutOffLosesNothingAndIsEndedByAnother() throws IOException {
    LogCheck.SegmentReport second = report(1);
    overwrite(second.file(), recordAt(second, 1) + 50, 10);
    overwrite(second.file(), recordAt(second, 4) + 50, 10);
    List<Long> expected = allBut(second.first() + 1, second.first() + 2);
    expected.remove(second.first() + 4);
    boolean failed = true;
    for (int allowed = 0; failed; allowed++) {
      int[] left = {allowed};
      disk.fail((verb, file) -> !verb.equals("read") && !verb.equals("list") && left[0]-- <= 0);
      try {
        LogRepair.run(DIRECTORY, disk, new Counter(), ASIDE.resolve(String.valueOf(allowed)));
        failed = false;
      } catch (IOException cut) {
        failed = true;
      }
      disk.heal();
      disk.crash();
      assertThat(readable()).as("cut at %d", allowed).isEqualTo(expected);
    }
    assertThat(verify().faults()).isEmpty();
    assertThat(serve()).isEqualTo(new Served(expected, 2 * UNITS));
  }

  /** What a reader finds, without opening the log. */
  private List<Long> readable() throws IOException {
    List<Long> numbers = new ArrayList<>();
    try (LogReader reader = new LogReader(DIRECTORY, disk)) {
      for (Feed.Entry entry = reader.next(); entry != null; entry = reader.next()) {
        numbers.add(entry.offset());
      }
    }
    return numbers;
  }
}
