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
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A log behaves like a list, through crashes, failures and full disks. Each seed is a run of
 * thousands of random steps on one log; after each step the log is compared with a list of the
 * records appended and the outcomes reported.
 */
class LogModelTest {

  /** Seeds that failed once; never removed. */
  private static final long[] ONCE_FAILED = {3, 5, 8, 11, 56, 84, 121, 180, 207};

  private static final int STEPS = 3_000;

  /** Rewrites by what became of them. */
  private static final LongAdder DONE = new LongAdder();

  private static final LongAdder IN_PLACE_AT_CRASH = new LongAdder();
  private static final LongAdder NOT_DONE = new LongAdder();

  @AfterAll
  static void everyEndOfARewriteWasSeen() {
    assertThat(List.of(DONE.sum(), IN_PLACE_AT_CRASH.sum(), NOT_DONE.sum()))
        .as("done, in place when the power was cut, not done")
        .allSatisfy(count -> assertThat(count).isPositive());
  }

  static LongStream seeds() {
    long[] more = LongStream.range(0, Long.getLong("log.seeds", Soak.count(2, 20))).toArray();
    return LongStream.concat(Arrays.stream(ONCE_FAILED), Arrays.stream(more));
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void aLogIsAListWhateverHappens(long seed) throws IOException {
    Run run = new Run(seed);
    for (int step = 0; step < STEPS; step++) {
      run.step();
    }
    run.finish();
  }

  /** The outcome of an append. */
  private enum Outcome {
    WAITING,
    SYNCED,
    FAILED
  }

  private static final class Rec {
    final long id;
    final long offset;
    final int units;
    Outcome outcome = Outcome.WAITING;

    /** Units of all records before. */
    long unitsBefore;

    /** Units that no rewrite has dropped. */
    int left;

    /** Whether a rewrite has dropped all of it. */
    boolean gone;

    Rec(long id, long offset, int units) {
      this.id = id;
      this.offset = offset;
      this.units = units;
      left = units;
    }

    long unitsAfter() {
      return unitsBefore + units;
    }
  }

  private static final class Consumer {
    final String name;
    Feed feed;
    long committed;
    byte[] state = new byte[0];

    /** Its next offset to read: all lower ones were served or reported as lost. */
    long next;

    long units;

    Consumer(String name, Feed feed) {
      this.name = name;
      this.feed = feed;
    }
  }

  /** A total that is only right if each synced record was added once. */
  private static final class Sum implements RunningTotal {
    long records;
    long ids;

    @Override
    public byte[] snapshot() {
      return ByteBuffer.allocate(16).putLong(records).putLong(ids).array();
    }

    @Override
    public void restore(byte[] snapshot) {
      ByteBuffer in = ByteBuffer.wrap(snapshot.length == 0 ? new byte[16] : snapshot);
      records = in.getLong();
      ids = in.getLong();
    }

    @Override
    public void add(int kind, ByteBuffer payload) {
      records++;
      ids += payload.duplicate().order(java.nio.ByteOrder.BIG_ENDIAN).getLong();
    }
  }

  /** What a rewrite leaves of each record once its file is in the place of the old one. */
  private record Plan(Rewrite rewrite, Path file, Map<Long, Left> left, long droppedUnread) {}

  private record Left(int units, boolean gone) {}

  private static final class Run {
    private final Random random;
    private final MemoryDisk disk;
    private final ManualTime time = new ManualTime();
    private final LogOptions options;
    private final boolean drops;
    private final TreeMap<Long, Rec> synced = new TreeMap<>();

    /** The sum of their ids. */
    private long syncedIds;

    private final List<Rec> waiting = new ArrayList<>();
    private final Map<String, Consumer> consumers = new TreeMap<>();
    private Sum sum = new Sum();
    private SegmentLog log;
    private long nextId;
    private long served;
    private boolean forceFails;
    private Plan plan;
    private boolean planned;
    private long droppedUnread;

    Run(long seed) throws IOException {
      random = new Random(seed);
      disk = new MemoryDisk(random);
      drops = seed % 3 == 2;
      options =
          new LogOptions(
              Path.of("/log"),
              16 << 10,
              96 << 10,
              drops ? WhenFull.DROP_OLDEST : WhenFull.BLOCK,
              Duration.ZERO,
              3_000);
      log = open();
    }

    private SegmentLog open() throws IOException {
      sum = new Sum();
      return SegmentLog.open("model", options, disk, time, sum, new SimpleMeterRegistry());
    }

    void step() throws IOException {
      int choice = random.nextInt(1000);
      if (choice < 400) {
        append();
      } else if (choice < 600) {
        log.step();
        if (!forceFails) {
          assertThat(log.status().bytes()).isLessThanOrEqualTo(options.maxBytes());
        }
      } else if (choice < 800) {
        withConsumer(this::read);
      } else if (choice < 900) {
        withConsumer(this::commit);
      } else if (choice < 920) {
        withConsumer(this::seek);
      } else if (choice < 935) {
        addConsumer();
      } else if (choice < 938) {
        withConsumer(this::remove);
      } else if (choice < 945) {
        crash();
      } else if (choice < 950) {
        restart();
      } else if (choice < 955) {
        forceFails = true;
        int strikes = 1 + random.nextInt(3);
        int[] left = {strikes};
        String verb =
            List.of("force", "write", "read", "forceDirectory", "rename").get(random.nextInt(5));
        disk.fail((what, file) -> what.equals(verb) && left[0]-- > 0);
      } else if (choice < 960) {
        disk.fillUpTo(random.nextInt(20_000));
      } else if (choice < 980) {
        forceFails = false;
        disk.heal();
      } else if (choice < 987) {
        rewrite();
      } else {
        time.advance(Duration.ofMillis(random.nextInt(1500)));
      }
      learnWhatIsRewritten();
      forgetPlan();
      check();
    }

    private interface Act {
      void on(Consumer consumer) throws IOException;
    }

    private void withConsumer(Act act) throws IOException {
      List<Consumer> all = new ArrayList<>(consumers.values());
      if (!all.isEmpty()) {
        act.on(all.get(random.nextInt(all.size())));
      }
    }

    private void append() {
      for (int i = random.nextInt(6); i >= 0; i--) {
        long id = nextId++;
        int length = 8 + (random.nextInt(20) == 0 ? random.nextInt(2_992) : random.nextInt(300));
        ByteBuffer payload = ByteBuffer.allocate(length).putLong(0, id);
        int units = random.nextInt(4);
        Rec[] made = new Rec[1];
        long offset =
            log.append(
                1,
                time.wallNs(),
                units,
                payload,
                new Synced() {
                  @Override
                  public void synced(long at) {
                    settle(made, at, Outcome.SYNCED);
                  }

                  @Override
                  public void failed(long at, Throwable cause) {
                    settle(made, at, Outcome.FAILED);
                  }
                });
        if (offset != SegmentLog.NO_ROOM) {
          assertThat(offset).as("offsets are never given again").isGreaterThanOrEqualTo(served);
          consumers
              .values()
              .forEach(one -> assertThat(offset).isGreaterThanOrEqualTo(one.committed));
          made[0] = new Rec(id, offset, units);
          waiting.add(made[0]);
        }
      }
    }

    private void settle(Rec[] made, long at, Outcome outcome) {
      Rec rec = made[0];
      assertThat(rec.offset).isEqualTo(at);
      assertThat(rec.outcome).as("reported once").isEqualTo(Outcome.WAITING);
      assertThat(waiting.remove(rec)).isTrue();
      rec.outcome = outcome;
      if (outcome == Outcome.SYNCED) {
        assertThat(synced.isEmpty() || synced.lastKey() < at).as("reported in order").isTrue();
        addSynced(rec);
      }
    }

    private void addSynced(Rec rec) {
      rec.unitsBefore = unitsEnd();
      synced.put(rec.offset, rec);
      syncedIds += rec.id;
    }

    private long unitsEnd() {
      return synced.isEmpty() ? 0 : synced.lastEntry().getValue().unitsAfter();
    }

    private void rewrite() throws IOException {
      List<SealedSegment> sealed = log.sealed();
      if (plan != null || sealed.isEmpty()) {
        return;
      }
      SealedSegment which = sealed.get(random.nextInt(sealed.size()));
      long readByAll =
          consumers.values().stream().mapToLong(one -> one.feed.committed()).min().orElse(0);
      int share = random.nextInt(5);
      Map<Long, Left> left = new TreeMap<>();
      long[] unread = new long[1];
      try {
        Rewrite rewrite =
            log.rewrite(
                which.first(),
                held -> {
                  Rec rec = synced.get(held.offset());
                  assertThat(rec).as("only synced records are rewritten").isNotNull();
                  assertThat(held.units()).isEqualTo(rec.left);
                  assertThat(rec.gone).isFalse();
                  int units = random.nextInt(5) >= share ? -1 : random.nextInt(rec.left + 1);
                  if (units < 0 && random.nextBoolean()) {
                    return RewriteRule.KEEP;
                  }
                  left.put(rec.offset, new Left(Math.max(0, units), units < 0));
                  unread[0] += rec.offset >= readByAll ? rec.left - Math.max(0, units) : 0;
                  return units < 0
                      ? RewriteRule.DROP
                      : new RewriteRule.Replace(held.payload().slice(0, 8), units);
                });
        if (rewrite.state() == Rewrite.State.WAITING) {
          Path file = options.directory().resolve(Segment.fileName(which.first()));
          plan = new Plan(rewrite, file, left, unread[0]);
        }
      } catch (IOException e) {
        assertThat(forceFails || disk.usableSpace(options.directory()) < 60_000).isTrue();
      }
    }

    /** The new file is in the place of the old one, or not; a crash may bring the old one back. */
    private void learnWhatIsRewritten() throws IOException {
      if (plan == null || !disk.files(plan.file().toString()).contains(plan.file())) {
        return;
      }
      boolean inPlace = disk.bytes(plan.file()).length == plan.rewrite().bytesAfter();
      if (inPlace != planned) {
        planned = inPlace;
        plan.left().forEach(this::swap);
        droppedUnread += plan.droppedUnread();
      }
    }

    /** What is left of a record, by the new file or again by the old one. */
    private void swap(long offset, Left other) {
      Rec rec = synced.get(offset);
      Left now = new Left(rec.left, rec.gone);
      rec.left = other.units;
      rec.gone = other.gone;
      plan.left().put(offset, now);
    }

    private void forgetPlan() {
      if (plan != null && plan.rewrite().state() != Rewrite.State.WAITING) {
        (planned ? DONE : NOT_DONE).increment();
        plan = null;
        planned = false;
      }
    }

    private Map.Entry<Long, Rec> nextLeft(long from) {
      Map.Entry<Long, Rec> next = synced.ceilingEntry(from);
      while (next != null && next.getValue().gone) {
        next = synced.higherEntry(next.getKey());
      }
      return next;
    }

    /** Units that rewrites dropped of some records. */
    private long dropped(long from, long to) {
      return synced.subMap(from, true, to, true).values().stream()
          .mapToLong(rec -> rec.units - rec.left)
          .sum();
    }

    private void addConsumer() throws IOException {
      String name = "sink " + random.nextInt(3);
      if (consumers.containsKey(name)) {
        return;
      }
      Start start = random.nextBoolean() ? Start.OLDEST : Start.NOW;
      Feed feed;
      try {
        feed = log.feed(name, start);
      } catch (IOException full) {
        assertThat(forceFails || disk.usableSpace(options.directory()) < 8_192).isTrue();
        return;
      }
      Consumer consumer = new Consumer(name, feed);
      consumer.committed = feed.committed();
      consumer.next = consumer.committed;
      consumer.units = unitsBelow(consumer.committed);
      assertThat(consumer.committed)
          .isEqualTo(start == Start.OLDEST ? log.firstOffset() : log.syncedOffset());
      consumers.put(name, consumer);
    }

    private long unitsBelow(long offset) {
      Map.Entry<Long, Rec> before = synced.lowerEntry(offset);
      return before == null ? 0 : before.getValue().unitsAfter();
    }

    private void read(Consumer consumer) throws IOException {
      for (int i = random.nextInt(60); i >= 0; i--) {
        Feed.Entry entry;
        try {
          entry = consumer.feed.next();
        } catch (ReadFailedException e) {
          assertThat(forceFails).as("a read that fails costs nothing").isTrue();
          return;
        }
        Map.Entry<Long, Rec> expected = nextLeft(Math.max(consumer.next, oldest()));
        if (entry == null) {
          assertThat(expected).as("nothing is left unread by %s", consumer.name).isNull();
          return;
        }
        served = Math.max(served, entry.offset() + 1);
        assertThat(expected).isNotNull();
        Rec rec = expected.getValue();
        assertThat(entry.offset()).isEqualTo(rec.offset);
        assertThat(entry.payload().duplicate().order(java.nio.ByteOrder.BIG_ENDIAN).getLong())
            .isEqualTo(rec.id);
        assertThat(entry.units()).isEqualTo(rec.left);
        assertThat(entry.dropped() + entry.corrupt())
            .as("what is missing before %s", entry)
            .isEqualTo(rec.unitsAfter() - rec.left - consumer.units);
        assertThat(entry.corrupt()).as("nothing is damaged here").isZero();
        if (!drops) {
          assertThat(entry.dropped()).isEqualTo(dropped(consumer.next, rec.offset));
        }
        consumer.next = rec.offset + 1;
        consumer.units = rec.unitsAfter();
      }
    }

    private long oldest() {
      return log.firstOffset();
    }

    private void commit(Consumer consumer) throws IOException {
      boolean dropped = consumer.committed < oldest(); // then what lay between is not known
      long next =
          random.nextInt(3) > 0 || dropped
              ? consumer.next
              : consumer.committed + random.nextLong(consumer.next - consumer.committed + 1);
      byte[] state = new byte[random.nextInt(40)];
      random.nextBytes(state);
      try {
        consumer.feed.commit(next, state);
        consumer.committed = next;
        consumer.state = state;
      } catch (IOException e) {
        assertThat(forceFails).as("a full disk still takes a commit").isTrue();
      }
    }

    private void seek(Consumer consumer) throws IOException {
      if (consumer.committed < oldest()) {
        return;
      }
      long to = consumer.committed + random.nextLong(consumer.next - consumer.committed + 1);
      try {
        consumer.feed.seek(to);
      } catch (ReadFailedException e) {
        assertThat(forceFails).isTrue();
        return;
      }
      consumer.next = to;
      consumer.units = unitsBelow(to);
    }

    private void remove(Consumer consumer) throws IOException {
      consumer.feed.close();
      long pending = consumer.feed.pendingUnits();
      try {
        assertThat(log.removeCursor(consumer.name)).isEqualTo(pending);
        consumers.remove(consumer.name);
      } catch (IOException e) {
        assertThat(forceFails).isTrue();
        crash(); // the cursor is gone, or as it was and removed again
        if (consumers.remove(consumer.name) != null) {
          consumer.feed.close();
          log.removeCursor(consumer.name);
        }
      }
    }

    private void restart() throws IOException {
      for (Consumer consumer : consumers.values()) {
        consumer.feed.close();
      }
      disk.heal();
      log.close();
      assertThat(waiting).as("close reports every outcome").isEmpty();
      reopen();
    }

    private void crash() throws IOException {
      disk.crash();
      reopen();
    }

    private void reopen() throws IOException {
      forceFails = false;
      disk.heal();
      log = open();
      learnWhatIsRewritten();
      if (plan != null) {
        (planned ? IN_PLACE_AT_CRASH : NOT_DONE).increment();
        plan = null;
        planned = false;
      }
      droppedUnread = 0;
      learnWhatSurvived();
      for (String name : log.cursorNames()) {
        if (!consumers.containsKey(name)) {
          log.removeCursor(name); // its creation failed, but the file is there
        }
      }
      for (Consumer consumer : new ArrayList<>(consumers.values())) {
        if (!log.cursorNames().contains(consumer.name)) {
          consumers.remove(consumer.name);
          continue;
        }
        Feed feed = log.feed(consumer.name, Start.NOW);
        // A commit that failed may still be there; one that returned must be.
        assertThat(feed.committed()).isGreaterThanOrEqualTo(consumer.committed);
        consumer.feed = feed;
        consumer.committed = feed.committed();
        consumer.state = feed.state();
        consumer.next = consumer.committed;
        consumer.units = unitsBelow(consumer.committed);
      }
    }

    /** Any part of the records without an outcome may be there; from now on it must stay. */
    private void learnWhatSurvived() throws IOException {
      TreeMap<Long, Rec> undecided = new TreeMap<>();
      waiting.forEach(rec -> undecided.put(rec.offset, rec));
      waiting.clear();
      Feed scan = log.scan(0);
      long end = synced.isEmpty() ? -1 : synced.lastKey();
      for (Feed.Entry entry = scan.next(); entry != null; entry = scan.next()) {
        served = Math.max(served, entry.offset() + 1);
        if (entry.offset() > end) {
          Rec rec = undecided.get(entry.offset());
          assertThat(rec).as("only what was appended is served: %s", entry).isNotNull();
          assertThat(entry.payload().duplicate().order(java.nio.ByteOrder.BIG_ENDIAN).getLong())
              .isEqualTo(rec.id);
          rec.outcome = Outcome.SYNCED;
          assertThat(entry.corrupt()).as("a power cut is no damage").isZero();
          addSynced(rec);
        }
      }
      scan.close();
    }

    private void check() {
      LogStatus status = log.status();
      assertThat(status.corruptGaps()).isZero();
      assertThat(status.units()).isEqualTo(unitsEnd());
      assertThat(sum.records).isEqualTo(synced.size());
      assertThat(sum.ids).isEqualTo(syncedIds);
      if (!drops) {
        assertThat(status.bytes()).isLessThanOrEqualTo(options.maxBytes());
        assertThat(status.droppedUnits()).isEqualTo(droppedUnread);
      }
      if (!drops && !consumers.isEmpty()) {
        long lowest =
            consumers.values().stream().mapToLong(one -> one.committed).min().orElseThrow();
        if (lowest < status.firstOffset()) {
          assertThat(synced.subMap(lowest, status.firstOffset())).as("held").isEmpty();
        }
      }
      for (Consumer consumer : consumers.values()) {
        assertThat(consumer.feed.committed()).isEqualTo(consumer.committed);
        assertThat(consumer.feed.state()).isEqualTo(consumer.state);
        assertThat(consumer.feed.pendingUnits())
            .as("pending of %s", consumer.name)
            .isEqualTo(unitsEnd() - unitsBelow(consumer.committed));
      }
    }

    void finish() throws IOException {
      disk.heal();
      time.advance(Duration.ofSeconds(2));
      log.step();
      restart();
      for (Consumer consumer : consumers.values()) {
        for (int i = 0; i < 1_000; i++) {
          read(consumer);
        }
        assertThat(consumer.units).as("%s has had all", consumer.name).isEqualTo(unitsEnd());
      }
    }
  }
}
