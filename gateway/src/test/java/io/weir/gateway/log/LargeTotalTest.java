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
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A small log whose owner keeps a large total: it is never full with nothing to store. */
@Timeout(60)
class LargeTotalTest {

  private static final Path DIRECTORY = Path.of("/log");
  private static final int BOUND = 1 << 20;
  private static final int SMALL = 4 << 10;
  private static final int MOST_RECORD = 32 << 10;

  private final MemoryDisk disk = new MemoryDisk(new Random(3));
  private final ManualTime time = new ManualTime();
  private final List<Long> stored = new ArrayList<>();
  private Total total = new Total(SMALL);
  private SegmentLog log;
  private Feed feed;

  /** So many bytes, the first of which count the records. */
  private static final class Total implements RunningTotal {
    int bytes;
    private long records;

    Total(int bytes) {
      this.bytes = bytes;
    }

    @Override
    public byte[] snapshot() {
      return ByteBuffer.allocate(bytes).putLong(records).array();
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

  @BeforeEach
  void open() throws IOException {
    LogOptions options =
        new LogOptions(DIRECTORY, 256 << 10, BOUND, WhenFull.BLOCK, Duration.ZERO, MOST_RECORD);
    log = SegmentLog.open("small", options, disk, time, total, new SimpleMeterRegistry());
    feed = log.feed("sink", Start.OLDEST);
  }

  /** As after a power cut. */
  private void startAgain(int totalBytes) throws IOException {
    disk.crash();
    total = new Total(totalBytes);
    open();
  }

  private boolean append() {
    int size = MOST_RECORD - 8;
    boolean taken = log.append(1, 1, 1, ByteBuffer.allocate(size), null) != SegmentLog.NO_ROOM;
    log.step();
    return taken;
  }

  private int fill() {
    int taken = 0;
    while (append()) {
      taken++;
    }
    return taken;
  }

  private void drain(boolean oneByOne) throws IOException {
    Feed.Entry entry;
    while ((entry = feed.next()) != null) {
      stored.add(entry.offset());
      assertThat(entry.corrupt() + entry.dropped()).isZero();
      if (oneByOne) {
        feed.commit(entry.offset() + 1, new byte[0]);
      }
    }
    if (!stored.isEmpty()) {
      feed.commit(stored.get(stored.size() - 1) + 1, new byte[0]);
    }
    log.step();
  }

  @ParameterizedTest
  @ValueSource(ints = {SMALL, 50_000, 100_000, 150_000})
  void whatIsPassedMakesRoomAgainAndAgain(int bytes) throws IOException {
    total.bytes = bytes;
    int taken = 0;
    for (int round = 0; round < 20; round++) {
      int more = fill();
      assertThat(more).as("round %d", round).isPositive();
      taken += more;
      drain(round % 2 == 0);
      assertThat(log.status().bytes()).isLessThanOrEqualTo(BOUND);
    }
    assertThat(stored).hasSize(taken).doesNotHaveDuplicates();
    assertThat(total.records).isEqualTo(taken);
  }

  /** Written by a program that did not bound its total. */
  @ParameterizedTest
  @ValueSource(ints = {200_000, 300_000, 800_000})
  void oneThatBeganWithALargerTotalTakesRecordsOnceItsOwnArePassed(int bytes) throws IOException {
    total.bytes = bytes;
    int taken = fill();
    startAgain(SMALL);
    drain(true);
    int more = fill();
    assertThat(more).isPositive();
    drain(false);
    assertThat(stored).hasSize(taken + more).doesNotHaveDuplicates();
    assertThat(total.records).isEqualTo(taken + more);
    assertThat(fill()).isPositive();
    startAgain(SMALL);
    drain(true);
    assertThat(total.records).isEqualTo(stored.size());
    assertThat(fill()).isPositive();
  }

  @Test
  void oneWhoseNewestSegmentIsEmptyToo() throws IOException {
    assertThat(append()).isTrue();
    log.close();
    total = new Total(700_000);
    open();
    disk.fail((verb, file) -> verb.equals("force") && file.toString().endsWith(".seg"));
    append();
    disk.heal();
    log.step();
    assertThat(log.status().bytes()).isGreaterThan(1_400_000);
    startAgain(SMALL);
    drain(true);
    assertThat(fill()).isPositive();
    drain(false);
    startAgain(SMALL);
    drain(true);
    assertThat(stored).hasSize((int) total.records).doesNotHaveDuplicates();
  }

  /** The disk failed for a moment at the start; at its end a consumer commits no more. */
  @Test
  void oneWhoseCursorCouldNotBeWrittenAtItsStartTakesRecordsAgain() throws IOException {
    fill();
    drain(false);
    assertThat(fill()).isPositive();
    Feed.Entry entry;
    while ((entry = feed.next()) != null) {
      stored.add(entry.offset());
    }
    feed.commit(stored.size(), new byte[0]);
    disk.crash();
    disk.fail((verb, file) -> file.toString().contains("cursors/") && verb.equals("write"));
    open();
    disk.heal();
    assertThat(feed.next()).isNull();
    log.step();
    assertThat(fill()).isPositive();
  }

  @Test
  void aCursorThatCannotBeWrittenIsTriedOnceASecond() throws IOException {
    append();
    drain(false);
    disk.crash();
    int[] tries = new int[1];
    disk.fail(
        (verb, file) ->
            file.toString().contains("cursors/") && verb.equals("write") && tries[0]++ >= 0);
    open();
    for (int second = 0; second < 3; second++) {
      tries[0] = 0;
      assertThat(feed.next()).isNull();
      int once = tries[0];
      assertThat(once).isPositive();
      for (int look = 0; look < 100; look++) {
        assertThat(feed.next()).isNull();
      }
      assertThat(tries[0]).isEqualTo(once);
      time.advance(Duration.ofSeconds(1));
    }
  }

  /** Its consumers have passed all, and nothing would wake it. */
  @Test
  void oneThatWasKilledBeforeItDeletedWhatIsPassedTakesRecordsAgain() throws Exception {
    int taken = fill();
    Feed.Entry entry;
    while ((entry = feed.next()) != null) {
      stored.add(entry.offset());
    }
    feed.commit(taken, new byte[0]);
    startAgain(SMALL);
    log.start(Threads.SYSTEM);
    long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
    boolean isTaken = false;
    while (!isTaken && System.nanoTime() < end) {
      isTaken = log.append(1, 1, 1, ByteBuffer.allocate(MOST_RECORD), null) >= 0;
      Thread.sleep(20);
    }
    log.close();
    assertThat(isTaken).isTrue();
  }
}
