package io.weir.gateway.log;

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
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Segments that are written again with less in them: every unit is served, or counted. */
class RewriteTest {

  private static final Path DIRECTORY = Path.of("/log");
  private static final int RECORDS = 60;
  private static final byte[] NO_STATE = {};

  private MemoryDisk disk = new MemoryDisk(new Random(4));
  private final ManualTime time = new ManualTime();
  private SegmentLog log;

  private boolean pack = true;

  private SegmentLog open(WhenFull whenFull) throws IOException {
    LogOptions options =
        new LogOptions(
            DIRECTORY,
            12 << 10,
            64 << 10,
            whenFull,
            Duration.ZERO,
            2 << 10,
            LogOptions.Keep.NOTHING,
            pack);
    log =
        SegmentLog.open(
            "thin", options, disk, time, RunningTotal.NOTHING, new SimpleMeterRegistry());
    return log;
  }

  @AfterEach
  void close() throws IOException {
    log.close();
  }

  private static int units(long offset) {
    return (int) (offset * 3 % 4);
  }

  private static long units(long from, long to) {
    long sum = 0;
    for (long i = from; i < to; i++) {
      sum += units(i);
    }
    return sum;
  }

  private static byte[] payload(long offset) {
    byte[] payload = new byte[200];
    new Random(offset).nextBytes(payload);
    return payload;
  }

  /** Several sealed segments and a last one. */
  private void write() throws IOException {
    for (long i = 0; i < RECORDS; i++) {
      assertThat(log.append(1, 1_000 + i, units(i), ByteBuffer.wrap(payload(i)), null))
          .isEqualTo(i);
      log.step();
    }
    assertThat(log.sealed()).hasSizeGreaterThan(2);
  }

  private Rewrite rewriteFirst(RewriteRule rule) throws IOException {
    Rewrite rewrite = log.rewrite(log.sealed().get(0).first(), rule);
    assertThat(rewrite.state()).isEqualTo(Rewrite.State.WAITING);
    log.step();
    assertThat(rewrite.state()).isEqualTo(Rewrite.State.DONE);
    return rewrite;
  }

  /** What a consumer gets of the log, and what it hears of the rest. */
  private record Heard(List<Long> served, long units, long dropped, long corrupt, long done) {

    long all() {
      return units + dropped + corrupt + done;
    }
  }

  private static Heard read(Feed feed) throws IOException {
    List<Long> served = new ArrayList<>();
    long units = 0;
    long dropped = 0;
    long corrupt = 0;
    long done = 0;
    for (Feed.Entry entry = feed.next(); entry != null; entry = feed.next()) {
      served.add(entry.offset());
      byte[] bytes = new byte[entry.payload().remaining()];
      entry.payload().get(bytes);
      assertThat(payload(entry.offset())).startsWith(bytes);
      units += entry.units();
      dropped += entry.dropped();
      corrupt += entry.corrupt();
      done += entry.doneAhead();
    }
    return new Heard(served, units, dropped, corrupt, done);
  }

  @Test
  void aSealedSegmentSaysWhatItHoldsAndWhoWaitsForIt() throws IOException {
    open(WhenFull.BLOCK);
    Feed slow = log.feed("slow", Start.OLDEST);
    Feed fast = log.feed("fast", Start.OLDEST);
    write();
    SealedSegment first = log.sealed().get(0);
    read(fast);
    fast.commit(first.end(), NO_STATE);

    SealedSegment held = log.sealed().get(0);
    assertThat(held.first()).isZero();
    assertThat(held.units()).isEqualTo(units(0, held.end())).isEqualTo(held.unitsLeft());
    assertThat(held.bytes()).isEqualTo(disk.bytes(path(0)).length);
    assertThat(held.waiting()).containsExactly("slow");
    assertThat(log.sealed().get(1).waiting()).containsExactly("fast", "slow");

    Rewrite rewrite =
        rewriteFirst(one -> one.offset() % 2 == 0 ? RewriteRule.KEEP : RewriteRule.DROP);
    SealedSegment less = log.sealed().get(0);
    assertThat(less.units()).isEqualTo(held.units());
    assertThat(less.unitsLeft()).isEqualTo(held.units() - rewrite.unitsDropped());
    assertThat(less.bytes()).isEqualTo(rewrite.bytesAfter()).isLessThan(held.bytes());
    slow.close();
    fast.close();
  }

  private static Path path(long first) {
    return DIRECTORY.resolve(Segment.fileName(first));
  }

  @Test
  void aConsumerCountsAsDroppedWhatItHadNotRead() throws IOException {
    open(WhenFull.BLOCK);
    Feed feed = log.feed("sink", Start.OLDEST);
    write();
    long before = log.status().bytes();
    long end = log.sealed().get(0).end();
    Rewrite rewrite = rewriteFirst(one -> one.offset() == 3 ? RewriteRule.KEEP : RewriteRule.DROP);

    Heard heard = read(feed);
    assertThat(heard.served()).startsWith(3L, end).hasSize((int) (RECORDS - end) + 1);
    assertThat(heard.dropped()).isEqualTo(units(0, end) - units(3));
    assertThat(heard.corrupt()).isZero();
    assertThat(heard.all()).isEqualTo(units(0, RECORDS));
    assertThat(rewrite.unitsDropped()).isEqualTo(heard.dropped());
    assertThat(log.status().droppedUnits()).isEqualTo(heard.dropped());
    assertThat(log.status().bytes())
        .isEqualTo(before - rewrite.bytesBefore() + rewrite.bytesAfter())
        .isEqualTo(disk.files(".seg").stream().mapToLong(this::size).sum());
    feed.close();
  }

  private long size(Path file) {
    try {
      return disk.size(file);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aConsumerAnywhereInARunCountsOnlyTheRest() throws IOException {
    for (int at = 0; at < 12; at++) {
      disk = new MemoryDisk(new Random(at));
      open(WhenFull.BLOCK);
      Feed feed = log.feed("sink", Start.OLDEST);
      write();
      long end = log.sealed().get(0).end();
      for (int i = 0; i < at; i++) {
        feed.next();
      }
      feed.commit(at, NO_STATE);
      rewriteFirst(one -> RewriteRule.DROP);
      assertThat(feed.pendingUnits()).isEqualTo(units(at, RECORDS));
      long droppedOf = units(Math.min(at, end), end);
      assertThat(log.status().droppedUnits()).isEqualTo(droppedOf);

      Heard heard = read(feed);
      assertThat(heard.dropped()).as("from %d", at).isEqualTo(droppedOf);
      assertThat(heard.all()).isEqualTo(units(at, RECORDS));
      feed.seek(at); // and a place that was read in the old file is found in the new one
      assertThat(read(feed)).isEqualTo(heard);
      feed.close();
      log.close();
      open(WhenFull.BLOCK);
      Feed again = log.feed("sink", Start.NOW);
      assertThat(read(again)).isEqualTo(heard);
      again.close();
      log.close();
    }
  }

  @Test
  void whatWasReadInTheOldFileIsCommittedInTheNewOne() throws IOException {
    open(WhenFull.BLOCK);
    RangeFeed feed = log.feed("sink", Start.OLDEST);
    write();
    for (int i = 0; i < 7; i++) {
      feed.next();
    }
    rewriteFirst(one -> RewriteRule.DROP);
    feed.commit(5, NO_STATE); // in the middle of what is one record now
    assertThat(feed.committedUnits()).isEqualTo(units(0, 5));
    Heard heard = read(feed);
    long end = heard.served().get(0);
    assertThat(heard.dropped()).isEqualTo(units(7, end));
    feed.commit(end + 1, NO_STATE);
    assertThat(feed.committedUnits()).isEqualTo(units(0, end + 1));
    feed.close();
  }

  @Test
  void whatWasDoneAheadIsNotDropped() throws IOException {
    open(WhenFull.BLOCK);
    RangeFeed feed = log.feed("sink", Start.OLDEST);
    write();
    feed.next();
    List<OffsetRange> done = List.of(new OffsetRange(3, 5), new OffsetRange(8, 40));
    feed.commit(1, done, NO_STATE);
    long end = log.sealed().get(0).end();
    assertThat(end).isBetween(9L, 39L);
    rewriteFirst(
        one ->
            one.offset() == 3
                ? new RewriteRule.Replace(one.payload().slice(0, 9), 1)
                : RewriteRule.DROP);
    Heard heard = read(feed);
    assertThat(heard.dropped()).isEqualTo(units(1, 3) + units(5, 8));
    assertThat(heard.done()).isEqualTo(units(3) - 1 + units(4) + units(8, end));
    assertThat(heard.all()).isEqualTo(units(1, RECORDS));
    feed.close();
  }

  @Test
  void aRecordIsReplacedAndThatAgain() throws IOException {
    open(WhenFull.BLOCK);
    Feed feed = log.feed("sink", Start.OLDEST);
    write();
    long end = log.sealed().get(0).end();
    rewriteFirst(one -> new RewriteRule.Replace(one.payload().slice(0, 100), one.units() / 2));
    rewriteFirst(
        one -> {
          assertThat(one.units()).isEqualTo(units(one.offset()) / 2);
          assertThat(one.payload().remaining()).isEqualTo(100);
          return one.offset() == 1
              ? RewriteRule.KEEP
              : new RewriteRule.Replace(one.payload().slice(0, 35), 0);
        });
    Heard heard = read(feed);
    assertThat(heard.served()).hasSize(RECORDS);
    assertThat(heard.dropped()).isEqualTo(units(0, end) - units(1) / 2);
    assertThat(heard.all()).isEqualTo(units(0, RECORDS));
    rewriteFirst(one -> RewriteRule.DROP);
    feed.seek(0);
    assertThat(read(feed).dropped()).isEqualTo(units(0, end));
    feed.close();
  }

  @Test
  void tooLittleIsNotWorthAnotherFile() throws IOException {
    open(WhenFull.BLOCK);
    write();
    byte[] before = disk.bytes(path(0));
    Rewrite rewrite =
        log.rewrite(0, one -> one.offset() == 1 ? RewriteRule.DROP : RewriteRule.KEEP);
    assertThat(rewrite.state()).isEqualTo(Rewrite.State.TOO_LITTLE);
    log.step();
    assertThat(disk.bytes(path(0))).isEqualTo(before);
    assertThat(disk.files(".tmp")).isEmpty();
  }

  @Test
  void theNewestRecordIsNeverDropped() throws IOException {
    open(WhenFull.BLOCK);
    write();
    long sealed = log.sealed().size();
    disk.fail((verb, file) -> verb.equals("force"));
    log.append(1, 1, 1, ByteBuffer.allocate(0), null);
    log.step(); // seals the last segment; the next one holds nothing
    disk.heal();
    time.advance(Duration.ofSeconds(2));
    log.step();
    assertThat(log.status().writable()).isTrue();
    assertThat(log.sealed()).hasSize((int) sealed);
  }

  @Test
  void aSegmentThatWasDeletedMeanwhileStaysDeleted() throws IOException {
    open(WhenFull.BLOCK);
    Feed feed = log.feed("sink", Start.OLDEST);
    write();
    Rewrite rewrite = log.rewrite(0, one -> RewriteRule.DROP);
    read(feed);
    feed.commit(RECORDS, NO_STATE);
    log.step();
    assertThat(rewrite.state()).isEqualTo(Rewrite.State.FAILED);
    assertThat(disk.files(".tmp")).isEmpty();
    assertThat(log.rewrite(0, one -> RewriteRule.DROP).state()).isEqualTo(Rewrite.State.FAILED);
    assertThat(log.status().bytes())
        .isEqualTo(disk.files(".seg").stream().mapToLong(this::size).sum());
    feed.close();
  }

  @Test
  void aRuleThatFailsChangesNothing() throws IOException {
    open(WhenFull.BLOCK);
    write();
    byte[] before = disk.bytes(path(0));
    assertThatThrownBy(
            () ->
                log.rewrite(
                    0,
                    one -> {
                      throw new IllegalStateException("a fault of its owner");
                    }))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(
            () -> log.rewrite(0, one -> new RewriteRule.Replace(one.payload(), one.units() + 1)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(disk.files(".tmp")).isEmpty();
    log.rewrite(0, one -> RewriteRule.DROP);
    assertThatThrownBy(() -> log.rewrite(0, one -> RewriteRule.DROP))
        .isInstanceOf(IllegalStateException.class);
    assertThat(disk.bytes(path(0))).isEqualTo(before);
  }

  @Test
  void aDroppedSegmentCountsOnlyWhatWasLeftInIt() throws IOException {
    open(WhenFull.DROP_OLDEST);
    Feed feed = log.feed("sink", Start.OLDEST);
    write();
    SealedSegment first = log.sealed().get(0);
    long already = log.status().droppedUnits();
    rewriteFirst(one -> one.offset() % 2 == 0 ? RewriteRule.DROP : RewriteRule.KEEP);
    while (log.firstOffset() == first.first()) {
      log.append(1, 1, 0, ByteBuffer.wrap(payload(1)), null);
      log.step();
    }
    assertThat(log.status().droppedUnits() - already)
        .isEqualTo(units(first.first(), log.firstOffset()));
    feed.close();
  }

  /** Each verb of the disk fails once at each place of a rewrite, and the power is cut there. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whereverARewriteFailsTheSegmentIsTheOldOneOrTheNewOne(boolean powerCut) throws IOException {
    boolean struck = true;
    for (int at = 0; struck; at++) {
      disk = new MemoryDisk(new Random(at));
      open(WhenFull.BLOCK);
      log.feed("sink", Start.OLDEST).close();
      write();
      long end = log.sealed().get(0).end();
      AtomicInteger calls = new AtomicInteger();
      int last = at;
      disk.fail((verb, file) -> calls.getAndIncrement() == last);
      Rewrite rewrite = null;
      try {
        rewrite = log.rewrite(0, one -> one.offset() == 2 ? RewriteRule.KEEP : RewriteRule.DROP);
      } catch (IOException e) {
        SealedSegment whole = log.sealed().get(0);
        assertThat(whole.unitsLeft()).isEqualTo(whole.units());
      }
      log.step();
      struck = calls.get() > at;
      boolean isDone = rewrite != null && rewrite.state() == Rewrite.State.DONE;
      if (powerCut) {
        disk.crash();
        open(WhenFull.BLOCK);
      } else {
        disk.heal();
        log.step();
        assertThat(rewrite == null ? Rewrite.State.FAILED : rewrite.state())
            .isNotEqualTo(Rewrite.State.WAITING);
      }
      boolean isNew = disk.bytes(path(0)).length < 10_000;
      assertThat(isNew).as("done stays done").isIn(true, isDone);
      try (Feed feed = log.feed("sink", Start.NOW)) {
        Heard heard = read(feed);
        assertThat(heard.dropped()).isEqualTo(isNew ? units(0, end) - units(2) : 0);
        assertThat(heard.served()).contains(2L).hasSize(RECORDS - (isNew ? (int) end - 1 : 0));
        assertThat(heard.corrupt()).isZero();
        assertThat(heard.all()).isEqualTo(units(0, RECORDS));
      }
      if (!isNew) {
        rewriteFirst(one -> RewriteRule.DROP); // another try begins anew
      }
      assertThat(disk.files(".tmp")).as("at %d", at).isEmpty();
      assertThat(log.status().bytes())
          .isEqualTo(disk.files(".seg").stream().mapToLong(this::size).sum());
      log.close();
    }
  }

  @Test
  void untilTheDiskSaysWhichFileItIsNoReaderOpensIt() throws IOException {
    boolean[] strikes = {true};
    FileSystem unsure =
        new ForwardingFiles(disk) {
          @Override
          public void rename(Path from, Path to) throws IOException {
            super.rename(from, to);
            if (strikes[0] && to.equals(path(0)) && disk.bytes(to).length < 11_000) {
              throw new IOException("renamed, and it does not say so");
            }
          }

          @Override
          public Object identity(Path file) throws IOException {
            if (strikes[0] && disk.files(".tmp").isEmpty() && file.equals(path(0))) {
              throw new IOException("nor does it say what is there");
            }
            return super.identity(file);
          }
        };
    open(WhenFull.BLOCK);
    log.feed("sink", Start.OLDEST).close();
    strikes[0] = false;
    write();
    log.close();
    LogOptions options =
        new LogOptions(DIRECTORY, 12 << 10, 64 << 10, WhenFull.BLOCK, Duration.ZERO, 2 << 10);
    log =
        SegmentLog.open(
            "thin", options, unsure, time, RunningTotal.NOTHING, new SimpleMeterRegistry());
    Feed feed = log.feed("sink", Start.OLDEST);
    Rewrite rewrite = log.rewrite(0, one -> RewriteRule.DROP);
    strikes[0] = true;
    log.step();
    assertThat(rewrite.state()).isEqualTo(Rewrite.State.WAITING);
    assertThatThrownBy(feed::next).isInstanceOf(ReadFailedException.class);
    strikes[0] = false;
    log.step();
    assertThat(rewrite.state()).isEqualTo(Rewrite.State.DONE);
    Heard heard = read(feed);
    assertThat(heard.dropped()).isEqualTo(units(0, heard.served().get(0)));
    assertThat(heard.corrupt()).isZero();
    feed.close();
  }

  @Test
  void aReaderNeverTakesTheNewFileForTheOldOne() throws IOException {
    open(WhenFull.BLOCK);
    log.feed("sink", Start.OLDEST).close();
    write();
    log.close();
    Runnable[] whileOpening = {() -> {}};
    FileSystem replacing =
        new ForwardingFiles(disk) {
          @Override
          public Handle open(Path file, Mode mode) throws IOException {
            if (file.equals(path(0))) {
              Runnable once = whileOpening[0];
              whileOpening[0] = () -> {};
              once.run();
            }
            return super.open(file, mode);
          }
        };
    LogOptions options =
        new LogOptions(DIRECTORY, 12 << 10, 64 << 10, WhenFull.BLOCK, Duration.ZERO, 2 << 10);
    log =
        SegmentLog.open(
            "thin", options, replacing, time, RunningTotal.NOTHING, new SimpleMeterRegistry());
    Feed feed = log.feed("sink", Start.OLDEST);
    Rewrite rewrite = log.rewrite(0, one -> RewriteRule.DROP);
    whileOpening[0] = log::step;
    Heard heard = read(feed);
    assertThat(rewrite.state()).as("replaced while it was opened").isEqualTo(Rewrite.State.DONE);
    assertThat(heard.corrupt()).isZero();
    assertThat(heard.dropped()).isEqualTo(units(0, heard.served().get(0)));
    assertThat(heard.all()).isEqualTo(units(0, RECORDS));
    feed.close();
  }

  @Test
  void whatIsNotReturnedNowIsNotLeftOutForGood() throws IOException {
    open(WhenFull.BLOCK);
    write();
    disk.spoil(path(0), 9_000);
    assertThatThrownBy(() -> log.rewrite(0, one -> RewriteRule.DROP))
        .isInstanceOf(ReadFailedException.class);
    assertThat(disk.files(".tmp")).isEmpty();
  }

  @Test
  void damageInTheOldFileIsStillCounted() throws IOException {
    open(WhenFull.BLOCK);
    Feed feed = log.feed("sink", Start.OLDEST);
    write();
    long end = log.sealed().get(0).end();
    disk.flip(path(0), 8192 + 3 * 240 + 100, 1);
    rewriteFirst(one -> RewriteRule.DROP);
    Heard heard = read(feed);
    assertThat(heard.corrupt()).isEqualTo(units(3));
    assertThat(heard.dropped()).isEqualTo(units(0, end) - units(3));
    assertThat(log.status().corruptUnits()).isEqualTo(units(3));
    feed.close();
  }

  @Test
  void theReadersOfTheDirectoryKnowIt() throws IOException {
    open(WhenFull.BLOCK);
    log.feed("sink", Start.OLDEST).close();
    write();
    long end = log.sealed().get(0).end();
    rewriteFirst(
        one ->
            one.offset() == 5
                ? new RewriteRule.Replace(one.payload().slice(0, 9), 0)
                : RewriteRule.DROP);
    try (LogReader reader = new LogReader(DIRECTORY, disk)) {
      Heard heard = read(reader);
      assertThat(heard.served()).startsWith(5L, end);
      assertThat(heard.dropped()).isEqualTo(units(0, end));
      assertThat(heard.corrupt()).isZero();
    }
    for (LogCheck.Report report :
        List.of(LogCheck.verify(DIRECTORY, disk), LogCheck.status(DIRECTORY, disk))) {
      assertThat(report.isSound()).isTrue();
      assertThat(report.segments().get(0).units()).isZero();
      assertThat(report.segments().get(0).end()).isEqualTo(end);
      assertThat(report.cursors().get(0).pendingUnits()).isEqualTo(units(0, RECORDS));
    }
    assertThat(LogRepair.plan(DIRECTORY, disk, RunningTotal.NOTHING).lines()).isEmpty();
    int version = ByteBuffer.wrap(disk.bytes(path(0))).order(ByteOrder.LITTLE_ENDIAN).getInt(8);
    assertThat(version)
        .as("a program that knows neither thinned nor packed records refuses")
        .isEqualTo(3);
  }

  @Test
  void aReadingOfTheDirectoryGoesOnWhileASegmentIsWrittenAgain() throws IOException {
    open(WhenFull.BLOCK);
    write();
    LogReader reader = new LogReader(DIRECTORY, disk);
    LogSnapshot snapshot = LogSnapshot.open(DIRECTORY, disk);
    long first = log.sealed().get(1).first();
    reader.next();
    log.rewrite(first, one -> one.offset() == first ? RewriteRule.KEEP : RewriteRule.DROP);
    log.step();
    Heard heard = read(reader);
    assertThat(heard.corrupt()).isZero();
    assertThat(heard.dropped()).isPositive();
    assertThat(heard.all()).isEqualTo(units(1, RECORDS));
    reader.close();
    Path copy = Path.of("/copy");
    assertThat(snapshot.extend()).isTrue();
    snapshot.copySegments(copy);
    snapshot.close();
    assertThat(LogCheck.verify(copy, disk).isSound()).isTrue();
    try (LogReader copied = new LogReader(copy, disk)) {
      assertThat(read(copied).all()).isEqualTo(units(0, RECORDS));
    }
  }

  @Test
  @Tag("slow")
  void readersOnOtherThreadsGoOnFromTheOldFileInTheNewOne(@TempDir Path directory)
      throws Exception {
    LogOptions options =
        new LogOptions(directory, 16 << 10, 8 << 20, WhenFull.BLOCK, Duration.ZERO, 2 << 10);
    log =
        SegmentLog.open(
                "thin",
                options,
                FileSystem.DISK,
                Time.SYSTEM,
                RunningTotal.NOTHING,
                new SimpleMeterRegistry())
            .start(Threads.SYSTEM);
    int records = 1_200;
    for (long i = 0; i < records; i++) {
      assertThat(log.append(1, i, units(i), ByteBuffer.wrap(payload(i)), null)).isEqualTo(i);
      if (i % 20 == 0) {
        log.sync();
      }
    }
    log.sync();
    AtomicBoolean stop = new AtomicBoolean();
    List<Future<Long>> readers = new ArrayList<>();
    ExecutorService threads = Executors.newFixedThreadPool(3);
    try {
      for (int i = 0; i < 3; i++) {
        long from = i * 300L;
        readers.add(
            threads.submit(
                () -> {
                  long passes = 0;
                  while (!stop.get()) {
                    try (Feed scan = log.scan(from)) {
                      Heard heard = read(scan);
                      assertThat(heard.corrupt()).isZero();
                      assertThat(heard.all()).isEqualTo(units(from, records));
                      passes++;
                    }
                  }
                  return passes;
                }));
      }
      for (int left : new int[] {3, 1}) {
        for (SealedSegment one : log.sealed()) {
          Rewrite rewrite =
              log.rewrite(
                  one.first(),
                  held -> held.offset() % 5 < left ? RewriteRule.KEEP : RewriteRule.DROP);
          while (rewrite.state() == Rewrite.State.WAITING) {
            Thread.onSpinWait();
          }
          assertThat(rewrite.state()).isEqualTo(Rewrite.State.DONE);
        }
      }
      stop.set(true);
      for (Future<Long> reader : readers) {
        assertThat(reader.get()).isPositive();
      }
    } finally {
      stop.set(true);
      threads.shutdownNow();
    }
    assertThat(log.status().corruptGaps()).isZero();
  }

  /** A segment with a run, a kept record, a replaced one and another run. */
  private long thinnedInParts() throws IOException {
    open(WhenFull.BLOCK);
    log.feed("sink", Start.OLDEST).close();
    write();
    long end = log.sealed().get(0).end();
    assertThat(end).isGreaterThan(9);
    rewriteFirst(
        one -> {
          if (one.offset() == 4) {
            return RewriteRule.KEEP;
          }
          return one.offset() == 6
              ? new RewriteRule.Replace(one.payload().slice(0, 30), 1)
              : RewriteRule.DROP;
        });
    log.close();
    return end;
  }

  @Test
  void itIsFoundWithoutItsHeader() throws IOException {
    long end = thinnedInParts();
    byte[] file = disk.bytes(path(0));
    Arrays.fill(file, 0, 8192, (byte) 0x55);
    disk.put(path(0), file);
    open(WhenFull.BLOCK);
    try (Feed feed = log.feed("sink", Start.NOW)) {
      Heard heard = read(feed);
      assertThat(heard.served()).startsWith(4L, 6L, end);
      assertThat(heard.dropped()).isEqualTo(units(0, end) - units(4) - 1);
      assertThat(heard.corrupt()).isZero();
    }
    log.close();
    LogRepair.Result result =
        LogRepair.run(DIRECTORY, disk, RunningTotal.NOTHING, Path.of("/aside"));
    assertThat(result.repaired()).isOne();
    assertThat(result.rescuedUnits()).isEqualTo(units(4) + 1);
    assertThat(result.lostUnits()).isZero();
    assertThat(LogCheck.verify(DIRECTORY, disk).isSound()).isTrue();
    open(WhenFull.BLOCK);
    assertThat(log.sealed().get(0).unitsLeft()).isEqualTo(units(4) + 1);
    try (Feed feed = log.feed("sink", Start.NOW)) {
      assertThat(read(feed).dropped()).isEqualTo(units(0, end) - units(4) - 1);
    }
  }

  @Test
  void everyByteOfItFlippedIsCountedOrHarmless() throws IOException {
    long end = thinnedInParts();
    TreeMap<Path, byte[]> whole = files();
    int length = whole.get(path(0)).length;
    for (int at = 0; at < length; at += at < 8192 ? 61 : Soak.count(7, 1)) {
      disk = diskOf(whole);
      disk.flip(path(0), at, at % 8);
      Heard heard = heardAfterAStart();
      assertThat(heard.all()).as("byte %d", at).isEqualTo(units(0, RECORDS));
      if (at < 8192) {
        assertThat(heard.corrupt()).as("byte %d", at).isZero();
      } else { // one of its two frames
        assertThat(heard.corrupt()).as("byte %d", at).isIn(units(0, 7), units(7, end));
      }
    }
    assertHarmlessHoweverItIsCut(whole);
  }

  @Test
  void everyByteOfOneThatIsNotPackedFlippedIsCountedOrHarmless() throws IOException {
    pack = false;
    long end = thinnedInParts();
    TreeMap<Path, byte[]> whole = files();
    int length = whole.get(path(0)).length;
    // What each record of the file stands for, by its place.
    long[] from = {0, 4, 5, 6, 7};
    long[] to = {4, 5, 6, 7, end};
    for (int at = 0; at < length; at += at < 8192 ? 61 : Soak.count(7, 1)) {
      disk = diskOf(whole);
      disk.flip(path(0), at, at % 8);
      Heard heard = heardAfterAStart();
      assertThat(heard.all()).as("byte %d", at).isEqualTo(units(0, RECORDS));
      long expected = 0;
      long start = 8192;
      for (int i = 0; i < from.length; i++) {
        long size = sizeOf(from[i], to[i]);
        if (at >= start && at < start + size) {
          expected = units(from[i], to[i]);
        }
        start += size;
      }
      assertThat(start).isEqualTo(length);
      assertThat(heard.corrupt()).as("byte %d", at).isEqualTo(expected);
    }
    assertHarmlessHoweverItIsCut(whole);
  }

  private void assertHarmlessHoweverItIsCut(TreeMap<Path, byte[]> whole) throws IOException {
    byte[] segment = whole.get(path(0));
    for (int cut = 0; cut < segment.length; cut += cut < 8192 ? 61 : 1) {
      disk = diskOf(whole);
      disk.put(path(0), Arrays.copyOf(segment, cut));
      assertThat(heardAfterAStart().all()).as("cut to %d", cut).isEqualTo(units(0, RECORDS));
    }
  }

  private TreeMap<Path, byte[]> files() throws IOException {
    TreeMap<Path, byte[]> files = new TreeMap<>();
    for (Path file : disk.files("/log")) {
      files.put(file, disk.bytes(file));
    }
    return files;
  }

  private static MemoryDisk diskOf(TreeMap<Path, byte[]> files) {
    MemoryDisk disk = new MemoryDisk(new Random(1));
    files.forEach(disk::put);
    return disk;
  }

  /** What a consumer hears of the log on the disk; closes it again. */
  private Heard heardAfterAStart() throws IOException {
    open(WhenFull.BLOCK);
    try (Feed feed = log.feed("sink", Start.NOW)) {
      return read(feed);
    } finally {
      log.close();
    }
  }

  private static long sizeOf(long from, long to) {
    if (from == 4) {
      return 40 + 200;
    }
    int groups = 1;
    for (long i = from + 1; i < to; i++) {
      groups += units(i) == units(i - 1) ? 0 : 1;
    }
    return 40 + 16 + 8L * groups + (from == 6 ? 30 : 0);
  }

  @Test
  void aDamagedOneThatIsNotPackedIsRepaired() throws IOException {
    pack = false;
    long end = thinnedInParts();
    disk.flip(path(0), 8192 + 40 + 16 + 4 * 8 + 100, 2); // in the record that was kept
    LogRepair.Result result =
        LogRepair.run(DIRECTORY, disk, RunningTotal.NOTHING, Path.of("/aside"));
    assertThat(result.lostUnits()).isEqualTo(units(4));
    assertThat(LogCheck.verify(DIRECTORY, disk).isSound()).isTrue();
    open(WhenFull.BLOCK);
    assertThat(log.sealed().get(0).unitsLeft()).isLessThan(log.sealed().get(0).units());
    assertThat(log.sealed().get(1).unitsLeft()).isOne();
    try (Feed feed = log.feed("sink", Start.NOW)) {
      Heard heard = read(feed);
      assertThat(heard.served()).startsWith(6L, end);
      assertThat(heard.corrupt()).isEqualTo(units(4));
      assertThat(heard.dropped()).isEqualTo(units(0, end) - units(4) - 1);
    }
  }
}
