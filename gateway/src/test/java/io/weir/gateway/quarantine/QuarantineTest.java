package io.weir.gateway.quarantine;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.weir.gateway.log.Feed;
import io.weir.gateway.log.FileSystem;
import io.weir.gateway.log.LogOptions;
import io.weir.gateway.log.RunningTotal;
import io.weir.gateway.log.SegmentLog;
import io.weir.gateway.log.Threads;
import io.weir.gateway.log.Time;
import io.weir.gateway.metrics.MeterNames;
import io.weir.gateway.model.Message;
import io.weir.gateway.model.MessageCodec;
import io.weir.gateway.model.Reason;
import io.weir.gateway.model.Rejected;
import io.weir.gateway.model.RejectedTotal;
import io.weir.gateway.quarantine.QuarantineBook.Line;
import io.weir.gateway.quarantine.QuarantineBook.Page;
import io.weir.gateway.quarantine.QuarantineBook.Replayed;
import io.weir.gateway.quarantine.QuarantineBook.Selection;
import io.weir.gateway.quarantine.Quarantined.Fault;
import io.weir.gateway.quarantine.Quarantined.Side;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The quarantine on real logs: one of readings, and its own. */
class QuarantineTest {

  private static final int MOST_EVIDENCE = 10_000;

  @TempDir Path home;

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final MessageCodec codec = new MessageCodec();
  private SegmentLog readings;
  private SegmentLog held;
  private Quarantine quarantine;
  private QuarantineBook book;
  private final List<Long> passesFrom = new ArrayList<>();
  private volatile boolean syncFails;
  private final AtomicInteger failures = new AtomicInteger();

  @BeforeEach
  void open() throws IOException {
    readings = log("readings", LogOptions.WhenFull.BLOCK);
    held = log("quarantine", LogOptions.WhenFull.DROP_OLDEST);
    quarantine = quarantine();
    book =
        new QuarantineBook(
            new QuarantineBook.Held() {
              @Override
              public long first() {
                return held.firstOffset();
              }

              @Override
              public long end() {
                return held.endOffset();
              }

              @Override
              public Feed from(long offset) throws IOException {
                passesFrom.add(offset);
                return held.scan(offset);
              }

              @Override
              public Feed all() throws IOException {
                return held.held();
              }
            });
  }

  private Quarantine quarantine() {
    return new Quarantine(
        new Quarantine.Log() {
          @Override
          public long append(long receiveTimeNs, int units, ByteBuffer payload) throws IOException {
            long offset = held.append(0, receiveTimeNs, units, payload, null);
            if (offset == SegmentLog.NO_ROOM) {
              throw new IOException("no room");
            }
            return offset;
          }

          @Override
          public void sync(long from) throws IOException {
            held.sync(from);
            if (syncFails) {
              failures.incrementAndGet();
              throw new IOException("the disk says no");
            }
          }
        },
        MOST_EVIDENCE,
        meters);
  }

  private SegmentLog log(String name, LogOptions.WhenFull whenFull) throws IOException {
    LogOptions options =
        new LogOptions(
            home.resolve(name),
            1 << 20,
            4 << 20,
            whenFull,
            Duration.ZERO,
            Quarantine.mostRecordBytes(MOST_EVIDENCE));
    return SegmentLog.open(
            name, options, FileSystem.DISK, Time.SYSTEM, RunningTotal.NOTHING, meters)
        .start(Threads.SYSTEM);
  }

  @AfterEach
  void close() throws IOException {
    readings.close();
    held.close();
  }

  private long receive(String topic, byte[] payload, Rejected... rejected) throws IOException {
    long now = Time.SYSTEM.wallNs();
    int count = rejected.length;
    Message message =
        new Message("plant", topic, now, 1, 2, count, 0, 0, List.of(), List.of(rejected), payload);
    long offset = readings.append(0, now, count, codec.encode(message), null);
    readings.sync();
    return offset;
  }

  private QuarantineCopier copier() throws IOException {
    return new QuarantineCopier(
        readings.feed("quarantine", SegmentLog.Start.OLDEST),
        quarantine.writer(Side.SOURCE, "", "readings"),
        Time.SYSTEM,
        Duration.ZERO,
        () -> new RejectedTotal(0, Long.MAX_VALUE));
  }

  private List<Line> all() throws IOException {
    return book.list(Selection.ALL, 1000, Long.MAX_VALUE).lines();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  private static List<Fault> refused() {
    return List.of(new Fault(Reason.STORE_REJECTED, "partial write", 6));
  }

  @Test
  void aRejectedPayloadIsKeptWithItsTopicTimeAndReason() throws IOException {
    receive("factory/a", bytes("{\"t\":"), new Rejected(Reason.MALFORMED, "ends early"));
    copier().step();

    Quarantined entry = book.show(all().get(0).entry().id()).entry();
    assertThat(entry.topic()).isEqualTo("factory/a");
    assertThat(entry.origin().name()).isEqualTo("plant");
    assertThat(entry.faults()).containsExactly(new Fault(Reason.MALFORMED, "ends early", 1));
    assertThat(entry.raw()).isEqualTo(bytes("{\"t\":"));
    assertThat(quarantine.newest()).extracting(Quarantined::id).containsExactly(entry.id());
    assertThat(
            meters
                .get(MeterNames.QUARANTINED)
                .tags("origin", "plant", "reason", "malformed")
                .counter()
                .count())
        .isEqualTo(1);
  }

  @Test
  void manyFaultsOfOnePayloadShareItsBytes() throws IOException {
    Rejected[] rejected = new Rejected[600];
    for (int i = 0; i < rejected.length; i++) {
      Reason reason = i % 3 == 0 ? Reason.BAD_TIME : Reason.BAD_VALUE;
      rejected[i] = new Rejected(reason, "fault " + i);
    }
    receive("t", new byte[9_000], rejected);
    copier().step();

    assertThat(all()).hasSize(1);
    Quarantined entry = all().get(0).entry();
    assertThat(entry.faults())
        .containsExactlyInAnyOrder(
            new Fault(Reason.BAD_TIME, "fault 0", 200),
            new Fault(Reason.BAD_VALUE, "fault 1", 400));
    assertThat(entry.readings()).isEqualTo(600);
  }

  @Test
  void aPartWithBytesOfItsOwnIsAnEntryOfItsOwn() throws IOException {
    receive(
        "write",
        new byte[0],
        new Rejected(Reason.MALFORMED, "line 1", bytes("one")),
        new Rejected(Reason.MALFORMED, "line 2", bytes("two")));
    copier().step();
    assertThat(all())
        .extracting(line -> new String(line.entry().raw(), UTF_8))
        .containsExactly("two", "one");
  }

  @Test
  void aMessageWithoutRejectsLeavesNothing() throws IOException {
    receive("t", new byte[0]);
    copier().step();
    assertThat(all()).isEmpty();
  }

  @Test
  void aRecordThatIsNoMessageIsPassedOver() throws IOException {
    readings.append(0, 1, 1, ByteBuffer.wrap(bytes("nonsense")), null);
    receive("t", bytes("x"), new Rejected(Reason.MALFORMED, "m"));
    copier().step();
    assertThat(all()).hasSize(1);
  }

  @Test
  void whatIsWrittenTwiceInOneLifeIsKeptOnce() throws IOException {
    QuarantineWriter writer = quarantine.writer(Side.SINK, "history", "readings");
    assertThat(writer.put(7, 0, "t", 1, refused(), bytes("line"))).isTrue();
    assertThat(writer.put(7, 0, "t", 1, refused(), bytes("line"))).isFalse();
    writer.sync();
    assertThat(writer.put(7, 0, "t", 1, refused(), bytes("line"))).isFalse();
    assertThat(writer.put(7, 1, "t", 1, refused(), bytes("line"))).isTrue();
    writer.sync();
    assertThat(all()).hasSize(2);
    assertThat(quarantine.entries()).isEqualTo(2);
  }

  @Test
  void theSameOffsetOfAnotherSinkOrLogIsAnotherEntry() throws IOException {
    for (String log : List.of("readings", "figures")) {
      for (String sink : List.of("history", "cloud")) {
        QuarantineWriter writer = quarantine.writer(Side.SINK, sink, log);
        writer.put(7, 0, "t", 1, refused(), bytes("line"));
        writer.sync();
      }
    }
    assertThat(all()).hasSize(4);
  }

  @Test
  void afterACrashRepeatsCollapseOnReading() throws IOException {
    receive("t", bytes("x"), new Rejected(Reason.MALFORMED, "m"));
    QuarantineWriter first = quarantine.writer(Side.SINK, "history", "readings");
    first.put(0, 0, "t", 1, refused(), bytes("line"));
    first.sync();
    quarantine = quarantine(); // what the process knew is gone
    QuarantineWriter second = quarantine.writer(Side.SINK, "history", "readings");
    assertThat(second.put(0, 0, "t", 1, refused(), bytes("line"))).isTrue();
    second.sync();
    assertThat(all()).hasSize(1);
  }

  @Test
  void whatIsRecalledIsNotWrittenAgain() throws IOException {
    QuarantineWriter first = quarantine.writer(Side.SINK, "history", "readings");
    first.put(0, 0, "t", 1, refused(), bytes("line"));
    first.sync();
    quarantine = quarantine();
    quarantine.recall(held.scan(0));
    QuarantineWriter second = quarantine.writer(Side.SINK, "history", "readings");
    assertThat(second.put(0, 0, "t", 1, refused(), bytes("line"))).isFalse();
    assertThat(quarantine.newest()).hasSize(1);
    assertThat(quarantine.entries()).isZero();
  }

  @Test
  void whatWasReplayedIsNotCountedAnyMoreAlsoAfterARestart() throws IOException {
    QuarantineWriter writer = quarantine.writer(Side.SINK, "history", "readings");
    for (int i = 0; i < 3; i++) {
      writer.put(i, 0, "t", 1, refused(), bytes("line " + i));
    }
    writer.sync();
    assertThat(quarantine.byReason()).singleElement().matches(held -> held.entries() == 3);
    for (int twice = 0; twice < 2; twice++) {
      writer.replayed(all().get(0).entry(), 7);
      writer.sync();
      assertThat(quarantine.byReason()).singleElement().matches(held -> held.entries() == 2);
    }
    quarantine = quarantine();
    quarantine.recall(held.scan(0));
    assertThat(quarantine.byReason()).singleElement().matches(held -> held.entries() == 2);
    QuarantineWriter other = quarantine.writer(Side.SINK, "history", "readings");
    for (Line line : all()) {
      other.replayed(line.entry(), 8);
    }
    other.sync();
    assertThat(quarantine.byReason()).isEmpty();
  }

  @Test
  void aFailedSyncCommitsNothingAndIsWrittenAgain() throws IOException {
    receive("t", bytes("x"), new Rejected(Reason.MALFORMED, "m"));
    syncFails = true;
    try (QuarantineCopier copier = copier()) {
      copier.follower().start(Threads.SYSTEM);
      await().until(() -> failures.get() >= 1);
      assertThat(quarantine.entries()).isZero();
      syncFails = false;
      await().until(() -> quarantine.entries() == 1);
    }
    QuarantineWriter writer = quarantine.writer(Side.SINK, "history", "readings");
    syncFails = true;
    writer.put(3, 0, "t", 1, refused(), bytes("line"));
    assertThatThrownBy(writer::sync).isInstanceOf(IOException.class);
    syncFails = false;
    assertThat(writer.put(3, 0, "t", 1, refused(), bytes("line"))).as("it is kept").isFalse();
    writer.sync();
    assertThat(all()).extracting(line -> line.entry().origin().offset()).contains(3L);
  }

  @Test
  void theCopierGoesOnWhereItStopped() throws IOException {
    receive("one", bytes("x"), new Rejected(Reason.MALFORMED, "m"));
    try (QuarantineCopier copier = copier()) {
      copier.follower().start(Threads.SYSTEM);
      await().until(() -> quarantine.entries() == 1);
    }
    receive("two", bytes("x"), new Rejected(Reason.MALFORMED, "m"));
    quarantine = quarantine();
    try (QuarantineCopier copier = copier()) {
      copier.follower().start(Threads.SYSTEM);
      await().until(() -> quarantine.entries() == 1);
    }
    assertThat(all()).extracting(line -> line.entry().topic()).containsExactly("two", "one");
  }

  @Test
  void pagesGoFromNewestToOldestAndMeetEachEntryOnce() throws IOException {
    QuarantineWriter writer = quarantine.writer(Side.SINK, "history", "readings");
    for (int i = 0; i < 25; i++) {
      writer.put(i, 0, "t", i, refused(), bytes("line " + i));
    }
    writer.sync();
    List<Long> met = new ArrayList<>();
    Long before = Long.MAX_VALUE;
    while (before != null) {
      Page page = book.list(Selection.ALL, 10, before);
      page.lines().forEach(line -> met.add(line.entry().origin().offset()));
      before = page.next();
    }
    assertThat(met).hasSize(25).isSortedAccordingTo((a, b) -> Long.compare(b, a));
    assertThat(new HashSet<>(met)).hasSize(25);
  }

  @Test
  void aPageReadsFromItsOldestEntryOnAndMissesNoneThatIsRare() throws IOException {
    QuarantineWriter writer = quarantine.writer(Side.SINK, "history", "readings");
    writer.put(0, 0, "rare", 1, refused(), bytes("line"));
    for (int i = 1; i < 1_000; i++) {
      writer.put(i, 0, "t", i, refused(), bytes("line " + i));
    }
    writer.sync();
    writer.replayed(all().get(985).entry(), 7);
    writer.sync();
    passesFrom.clear();
    Page newest = book.list(Selection.ALL, 10, Long.MAX_VALUE);
    assertThat(newest.lines()).hasSize(10);
    assertThat(passesFrom).allMatch(from -> from > 900);

    Page older = book.list(Selection.ALL, 10, 20);
    assertThat(older.lines()).extracting(Line::position).first().isEqualTo(19L);
    assertThat(older.lines()).extracting(Line::replayedNs).contains(7L);
    assertThat(book.list(Selection.ALL, 10, 10).next()).as("the last page").isNull();
    assertThat(topics(new Selection(null, null, null, "rare", Long.MIN_VALUE)))
        .containsExactly("rare");
  }

  @Test
  void aSelectionTakesWhatItNames() throws IOException {
    receive("press/1", bytes("x"), new Rejected(Reason.MALFORMED, "m"));
    receive("press/2", bytes("x"), new Rejected(Reason.BAD_TIME, "m"));
    copier().step();
    QuarantineWriter writer = quarantine.writer(Side.SINK, "history", "readings");
    writer.put(1, 0, "old", 5, refused(), bytes("line"));
    writer.sync();

    assertThat(topics(new Selection(null, Reason.BAD_TIME, null, null, Long.MIN_VALUE)))
        .containsExactly("press/2");
    assertThat(topics(new Selection(null, null, "history", null, Long.MIN_VALUE)))
        .containsExactly("old");
    assertThat(topics(new Selection(null, null, null, "press", Long.MIN_VALUE)))
        .containsExactly("press/2", "press/1");
    assertThat(topics(new Selection(null, null, null, null, 6)))
        .containsExactly("press/2", "press/1");
    long id = all().get(0).entry().id();
    assertThat(topics(new Selection(Set.of(id), null, null, null, Long.MIN_VALUE)))
        .containsExactly("old");
  }

  private List<String> topics(Selection selection) throws IOException {
    return book.list(selection, 10, Long.MAX_VALUE).lines().stream()
        .map(line -> line.entry().topic())
        .toList();
  }

  @Test
  void aReplayHandsOverEachEntryOnceAndDoesNotMeetWhatItCauses() throws IOException {
    receive("one", bytes("1"), new Rejected(Reason.MALFORMED, "m"));
    receive("two", bytes("2"), new Rejected(Reason.MALFORMED, "m"));
    QuarantineCopier copier = copier();
    copier.step();
    QuarantineWriter marks = quarantine.writer(Side.SOURCE, "", "readings");
    List<String> replayed = new ArrayList<>();
    Replayed first =
        book.replay(
            Selection.ALL,
            false,
            entry -> {
              replayed.add(entry.topic() + "=" + new String(entry.raw(), UTF_8));
              receive(entry.topic(), entry.raw(), new Rejected(Reason.MALFORMED, "again"));
              copier.step();
              marks.replayed(entry, 99);
              marks.sync();
            });
    assertThat(replayed).containsExactly("one=1", "two=2");
    assertThat(first).isEqualTo(new Replayed(2, 0, 0, 0, 0));
    assertThat(all()).hasSize(4);
    assertThat(all().get(3).replayedNs()).isEqualTo(99);
    assertThat(all().get(0).replayedNs()).isNull();

    Replayed second = book.replay(Selection.ALL, false, entry -> replayed.add(entry.topic()));
    assertThat(second).isEqualTo(new Replayed(2, 2, 0, 0, 0));
    Replayed third = book.replay(Selection.ALL, true, entry -> replayed.add(entry.topic()));
    assertThat(third).isEqualTo(new Replayed(4, 0, 0, 0, 0));
  }

  @Test
  void evidenceTooLargeToKeepIsCutAndNotReplayed() throws IOException {
    QuarantineWriter writer = quarantine.writer(Side.SINK, "history", "readings");
    writer.put(1, 0, "t", 1, refused(), new byte[MOST_EVIDENCE + 1]);
    writer.put(2, 0, "t", 1, refused(), new byte[MOST_EVIDENCE]);
    writer.sync();
    assertThat(all())
        .extracting(line -> line.entry().rawLength())
        .containsExactly(MOST_EVIDENCE, MOST_EVIDENCE + 1);
    List<Integer> given = new ArrayList<>();
    assertThat(book.replay(Selection.ALL, false, entry -> given.add(entry.raw().length)))
        .isEqualTo(new Replayed(1, 0, 1, 0, 0));
    assertThat(given).containsExactly(MOST_EVIDENCE);
  }

  /** In the middle, where a later record tells, and at the end, where none does. */
  @Test
  void aReplaySaysHowManyRecordsDamageLeftOut() throws IOException {
    for (String topic : List.of("one", "two", "three")) {
      receive(topic, bytes("evidence of " + topic), new Rejected(Reason.MALFORMED, "m"));
    }
    copier().step();
    long whole = all().get(2).entry().id();
    List<String> replayed = new ArrayList<>();

    damage("evidence of two");
    assertThat(book.replay(Selection.ALL, true, entry -> replayed.add(entry.topic())))
        .isEqualTo(new Replayed(2, 0, 0, 0, 1));
    assertThat(replayed).containsExactly("one", "three");
    damage("evidence of three");
    assertThat(book.replay(Selection.ALL, true, entry -> {}))
        .isEqualTo(new Replayed(1, 0, 0, 0, 2));
    Selection one = new Selection(Set.of(whole), null, null, null, Long.MIN_VALUE);
    assertThat(book.replay(one, true, entry -> {}))
        .as("what was asked for is whole")
        .isEqualTo(new Replayed(1, 0, 0, 0, 0));
  }

  @Test
  void aReplaySaysHowManyEntriesWereDroppedBeforeItCameToThem() throws IOException {
    QuarantineWriter writer = quarantine.writer(Side.SINK, "history", "readings");
    int entries = (3 << 20) / MOST_EVIDENCE;
    for (int i = 0; i < entries; i++) {
      writer.put(i, 0, "t", i, refused(), new byte[MOST_EVIDENCE]);
      writer.sync();
    }
    int[] given = new int[1];
    Replayed done =
        book.replay(
            Selection.ALL,
            false,
            entry -> {
              if (given[0]++ == 0) {
                for (int i = 0; i < 2 * entries; i++) {
                  writer.put(entries + i, 0, "t", i, refused(), new byte[MOST_EVIDENCE]);
                  writer.sync();
                }
              }
            });
    assertThat(done.dropped()).isPositive();
    assertThat(done).isEqualTo(new Replayed(given[0], 0, 0, entries - given[0], 0));
  }

  private void damage(String evidence) throws IOException {
    Path segment = home.resolve("quarantine").resolve("00000000000000000000.seg");
    byte[] bytes = Files.readAllBytes(segment);
    bytes[new String(bytes, ISO_8859_1).indexOf(evidence)] ^= 1;
    Files.write(segment, bytes);
  }

  @Test
  void theOldestGoesWhenTheBoundIsReachedAndNothingEverBlocks() throws IOException {
    QuarantineWriter writer = quarantine.writer(Side.SINK, "history", "readings");
    for (int i = 0; i < 1_000; i++) {
      writer.put(i, 0, "t", i, refused(), new byte[MOST_EVIDENCE]);
      if (i % 50 == 0) {
        writer.sync();
      }
    }
    writer.sync();
    List<Line> kept = all();
    assertThat(kept.get(0).entry().origin().offset()).isEqualTo(999);
    assertThat(kept.get(kept.size() - 1).entry().origin().offset()).isPositive();
  }
}
