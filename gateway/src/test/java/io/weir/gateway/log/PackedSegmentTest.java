package io.weir.gateway.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Segments whose records are packed: the same records, in less room, and as safe. */
class PackedSegmentTest {

  private static final Path DIRECTORY = Path.of("/log");
  private static final int RECORDS = 1_000;
  private static final byte[] NO_STATE = {};

  /** Larger than any frame. */
  private static final long LARGE = 100;

  /** Its bytes are random, so that it becomes no smaller. */
  private static final long RANDOM = 200;

  private final MemoryDisk memory = new MemoryDisk(new Random(3));
  private final BadBlocksDisk disk = new BadBlocksDisk(memory);
  private final ManualTime time = new ManualTime();
  private SegmentLog log;

  private static int units(long offset) {
    return 1 + (int) (offset % 5);
  }

  private static long units(long from, long to) {
    long sum = 0;
    for (long i = from; i < to; i++) {
      sum += units(i);
    }
    return sum;
  }

  private static byte[] payload(long offset) {
    if (offset == LARGE || offset == RANDOM) {
      byte[] payload = new byte[offset == LARGE ? 20_000 : 5_000];
      new Random(offset).nextBytes(payload);
      return payload;
    }
    return "factory/plant-a/line-1/machine-%03d {temperature: %d, state: RUNNING}"
        .formatted(offset % 10, 60_000 + new Random(offset).nextInt(1_000))
        .repeat(3)
        .getBytes(UTF_8);
  }

  private SegmentLog open() throws IOException {
    LogOptions options =
        new LogOptions(DIRECTORY, 96 << 10, 4 << 20, WhenFull.BLOCK, Duration.ZERO, 32 << 10);
    log =
        SegmentLog.open(
            "packed", options, disk, time, RunningTotal.NOTHING, new SimpleMeterRegistry());
    return log;
  }

  @BeforeEach
  void write() throws IOException {
    open();
    log.feed("sink", Start.OLDEST).close();
    for (long i = 0; i < RECORDS; i++) {
      assertThat(log.append(1, 1_000 * i, units(i), ByteBuffer.wrap(payload(i)), null))
          .isEqualTo(i);
      if (i % 7 == 0) {
        log.step();
      }
    }
    log.step();
    assertThat(log.sealed()).hasSizeGreaterThan(2);
  }

  @AfterEach
  void close() throws IOException {
    log.close();
  }

  private Rewrite pack(SealedSegment segment) throws IOException {
    Rewrite rewrite = log.rewrite(segment.first(), record -> RewriteRule.KEEP);
    log.step();
    assertThat(rewrite.state()).isEqualTo(Rewrite.State.DONE);
    assertThat(rewrite.unitsDropped()).isZero();
    return rewrite;
  }

  private void packAll() throws IOException {
    for (SealedSegment segment : log.sealed()) {
      pack(segment);
    }
  }

  private static Path path(long first) {
    return DIRECTORY.resolve(Segment.fileName(first));
  }

  /** Reads to the end; returns units that are corrupt. All else is as it was written. */
  private static long read(Feed feed, long from) throws IOException {
    long next = from;
    long corrupt = 0;
    for (Feed.Entry entry = feed.next(); entry != null; entry = feed.next()) {
      byte[] bytes = new byte[entry.payload().remaining()];
      entry.payload().get(bytes);
      assertThat(bytes).isEqualTo(payload(entry.offset()));
      assertThat(entry.units()).isEqualTo(units(entry.offset()));
      assertThat(entry.receiveTimeNs()).isEqualTo(1_000 * entry.offset());
      assertThat(entry.dropped()).isZero();
      assertThat(entry.corrupt()).isEqualTo(units(next, entry.offset()));
      corrupt += entry.corrupt();
      next = entry.offset() + 1;
    }
    assertThat(next).isEqualTo(RECORDS);
    return corrupt;
  }

  @Test
  void theSameRecordsTakeLessRoom() throws IOException {
    long before = log.status().bytes();
    long freed = 0;
    for (SealedSegment segment : log.sealed()) {
      Rewrite rewrite = pack(segment);
      freed += rewrite.bytesBefore() - rewrite.bytesAfter();
      assertThat(rewrite.bytesAfter()).isEqualTo(memory.size(path(segment.first())));
    }
    assertThat(log.sealed()).allMatch(SealedSegment::packed);
    assertThat(log.sealed().get(1).bytes())
        .isEqualTo(memory.size(path(log.sealed().get(1).first())));
    assertThat(log.status().bytes()).isEqualTo(before - freed).isLessThan(before / 3);
    try (Feed feed = log.feed("sink", Start.OLDEST)) {
      assertThat(read(feed, 0)).isZero();
      feed.commit(RECORDS, NO_STATE);
    }
    log.close();
    open();
    assertThat(log.status().units()).isEqualTo(units(0, RECORDS));
    log.step();
    assertThat(log.status().segments()).isOne();
  }

  @Test
  void itIsTheSameAfterARestart() throws IOException {
    packAll();
    long bytes = log.status().bytes();
    log.close();
    open();
    assertThat(log.status().bytes()).isEqualTo(bytes);
    assertThat(log.sealed()).allMatch(SealedSegment::packed);
    for (long from : new long[] {0, 1, LARGE, LARGE + 1, RANDOM, 555, RECORDS - 1}) {
      try (Feed feed = log.scan(from)) {
        assertThat(read(feed, from)).isZero();
      }
    }
    assertThat(LogCheck.verify(DIRECTORY, disk).isSound()).isTrue();
    assertThat(LogCheck.verify(DIRECTORY, disk).segments().get(0).bytes())
        .isEqualTo(memory.size(path(0)));
    assertThat(LogRepair.plan(DIRECTORY, disk, RunningTotal.NOTHING).lines()).isEmpty();
    try (LogReader reader = new LogReader(DIRECTORY, disk)) {
      assertThat(read(reader, 0)).isZero();
    }
  }

  @Test
  void aConsumerInTheMiddleGoesOn() throws IOException {
    try (Feed feed = log.feed("sink", Start.OLDEST)) {
      for (int i = 0; i < 50; i++) {
        feed.next();
      }
      packAll();
      assertThat(read(feed, 50)).isZero();
      feed.seek(30);
      assertThat(read(feed, 30)).isZero();
    }
  }

  @Test
  void aFileWithDamageStaysAsItIs() throws IOException {
    SealedSegment first = log.sealed().get(0);
    long middle = (first.first() + first.end()) / 2;
    Path file = path(first.first());
    for (int at : new int[] {20_000, (int) first.bytes() - 1}) {
      memory.flip(file, at, 1);
      Rewrite rewrite = log.rewrite(first.first(), record -> RewriteRule.KEEP);
      log.step();
      assertThat(rewrite.state()).isEqualTo(Rewrite.State.DAMAGED);
      assertThat(log.sealed().get(0)).isEqualTo(first);
      assertThat(memory.files(".tmp")).isEmpty();
      memory.flip(file, at, 1);
    }
    pack(first);
    memory.flip(file, (int) log.sealed().get(0).bytes() / 2, 1);
    assertThat(log.rewrite(first.first(), record -> RewriteRule.KEEP).state())
        .isEqualTo(Rewrite.State.DAMAGED);
    Rewrite less =
        log.rewrite(
            first.first(),
            record -> record.offset() < middle ? RewriteRule.DROP : RewriteRule.KEEP);
    assertThat(less.state()).as("a full log needs the room").isEqualTo(Rewrite.State.WAITING);
  }

  @Test
  void whatIsPackedIsPackedAgainWithLessInIt() throws IOException {
    long end = log.sealed().get(0).end();
    pack(log.sealed().get(0));
    Rewrite again =
        log.rewrite(0, record -> record.offset() % 2 == 1 ? RewriteRule.KEEP : RewriteRule.DROP);
    log.step();
    assertThat(again.state()).isEqualTo(Rewrite.State.DONE);
    assertThat(log.sealed().get(0).packed()).isTrue();
    assertThat(log.rewrite(0, record -> RewriteRule.KEEP).state())
        .isEqualTo(Rewrite.State.TOO_LITTLE);
    long units = 0;
    long dropped = 0;
    try (Feed feed = log.feed("sink", Start.OLDEST)) {
      for (Feed.Entry entry = feed.next(); entry != null; entry = feed.next()) {
        units += entry.units();
        dropped += entry.dropped();
        assertThat(entry.corrupt()).isZero();
      }
    }
    assertThat(units + dropped).isEqualTo(units(0, RECORDS));
    assertThat(dropped)
        .isEqualTo(IntStream.range(0, (int) end).filter(i -> i % 2 == 0).map(i -> units(i)).sum());
  }

  @Test
  void aFrameIsAnEighthOfASmallSegmentAtMostSoThatDamageCostsLittle() throws IOException {
    packAll();
    int length = (int) memory.size(path(0));
    for (int at = 8192; at < length; at += 97) {
      memory.flip(path(0), at, at % 8);
      try (Feed feed = log.scan(0)) {
        long corrupt = read(feed, 0);
        assertThat(corrupt).as("byte %d", at).isPositive();
        assertThat(corrupt).isLessThanOrEqualTo(units(0, 100));
      }
      memory.flip(path(0), at, at % 8);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {8_192, 8_200, 9_500, 12_288, 16_384})
  void aBlockThatTheDiskDoesNotReturnCostsItsFramesOnceItIsGivenUp(int at) throws IOException {
    packAll();
    disk.spoil(path(0), at, at + 1);
    try (Feed feed = log.feed("sink", Start.OLDEST)) {
      assertThatThrownBy(() -> drain(feed)).isInstanceOf(ReadFailedException.class);
      disk.heal();
      assertThat(drainFrom(feed)).as("it is whole again").isZero();
      feed.seek(0);
      disk.spoil(path(0), at, at + 1);
      long corrupt = -1;
      for (int second = 0; second < 70 && corrupt < 0; second++) {
        time.advance(Duration.ofSeconds(1));
        try {
          corrupt = drainFrom(feed);
        } catch (ReadFailedException e) {
          assertThat(second).isLessThan(62);
        }
      }
      assertThat(corrupt).isBetween(1L, units(0, 250));
    }
  }

  private static void drain(Feed feed) throws IOException {
    while (feed.next() != null) {
      // up to the block
    }
  }

  private static long drainFrom(Feed feed) throws IOException {
    long corrupt = 0;
    for (Feed.Entry entry = feed.next(); entry != null; entry = feed.next()) {
      corrupt += entry.corrupt();
    }
    return corrupt;
  }

  @Test
  void itIsFoundWithoutItsHeader() throws IOException {
    packAll();
    log.close();
    byte[] file = memory.bytes(path(0));
    Arrays.fill(file, 0, 8192, (byte) 0x55);
    memory.put(path(0), file);
    open();
    try (Feed feed = log.feed("sink", Start.OLDEST)) {
      assertThat(read(feed, 0)).isZero();
    }
    log.close();
    LogRepair.Result result =
        LogRepair.run(DIRECTORY, disk, RunningTotal.NOTHING, Path.of("/aside"));
    assertThat(result.repaired()).isOne();
    assertThat(result.lostUnits()).isZero();
    assertThat(LogCheck.verify(DIRECTORY, disk).isSound()).isTrue();
    assertThat(memory.bytes(Path.of("/aside").resolve(Segment.fileName(0)))).isEqualTo(file);
    open();
    try (Feed feed = log.feed("sink", Start.OLDEST)) {
      assertThat(read(feed, 0)).isZero();
    }
  }

  @Test
  void aDamagedOneIsRepaired() throws IOException {
    packAll();
    log.close();
    memory.flip(path(0), 9_000, 3);
    assertThat(LogCheck.verify(DIRECTORY, disk).isSound()).isFalse();
    LogRepair.Result result =
        LogRepair.run(DIRECTORY, disk, RunningTotal.NOTHING, Path.of("/aside"));
    assertThat(result.repaired()).isOne();
    assertThat(LogCheck.verify(DIRECTORY, disk).isSound()).isTrue();
    open();
    try (Feed feed = log.feed("sink", Start.OLDEST)) {
      assertThat(read(feed, 0)).isEqualTo(result.lostUnits()).isPositive();
    }
  }

  /**
   * Whoever looks there with another program finds the frame: the file is shorter than its records.
   */
  @Test
  void damageIsSaidToBeWhereItIsInTheFile() throws IOException {
    packAll();
    Path first = path(0);
    List<Long> heads = heads(first);
    assertThat(heads).hasSizeGreaterThan(3);

    memory.flip(first, heads.get(2) + Frame.HEAD_BYTES + 9, 0);
    assertThat(faults()).containsExactly(heads.get(2));

    memory.flip(first, heads.get(2) + Frame.HEAD_BYTES + 9, 0);
    memory.flip(first, heads.get(2), 0);
    assertThat(faults()).as("its head").containsExactly(heads.get(2));
  }

  private List<Long> faults() throws IOException {
    return LogCheck.verify(DIRECTORY, disk).faults().stream()
        .map(LogCheck.Fault::position)
        .toList();
  }

  private List<Long> heads(Path file) throws IOException {
    List<Long> heads = new ArrayList<>();
    ByteBuffer bytes = ByteBuffer.wrap(memory.bytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    for (int at = 0; at + Frame.HEAD_BYTES <= bytes.limit(); at++) {
      if (Frame.readHead(bytes, at, at) != null) {
        heads.add((long) at);
      }
    }
    return heads;
  }

  @Test
  void itIsKeptAndReadBesideTheLog() throws IOException {
    log.close();
    LogOptions options =
        new LogOptions(
            DIRECTORY,
            96 << 10,
            4 << 20,
            WhenFull.BLOCK,
            Duration.ZERO,
            32 << 10,
            new LogOptions.Keep(Duration.ofDays(1), 1 << 20));
    log =
        SegmentLog.open(
            "packed", options, disk, time, RunningTotal.NOTHING, new SimpleMeterRegistry());
    packAll();
    long bytes = log.sealed().stream().mapToLong(SealedSegment::bytes).sum();
    try (Feed feed = log.feed("sink", Start.OLDEST)) {
      drain(feed);
      feed.commit(RECORDS, NO_STATE);
    }
    log.step();
    assertThat(log.kept().bytes()).isEqualTo(bytes);
    try (Feed past = log.past(0, Long.MAX_VALUE)) {
      assertThat(read(past, 0)).isZero();
    }
  }

  @Test
  void aDiskThatTakesNoNewFileChangesNothing() throws IOException {
    byte[] before = memory.bytes(path(0));
    memory.fail((verb, file) -> verb.equals("write") && file.toString().endsWith(".tmp"));
    assertThatThrownBy(() -> log.rewrite(0, record -> RewriteRule.KEEP))
        .isInstanceOf(IOException.class);
    assertThat(memory.bytes(path(0))).isEqualTo(before);
  }
}
