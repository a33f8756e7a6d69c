package io.weir.gateway.correction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.gateway.correction.Change.Annotated;
import io.weir.gateway.correction.Change.Part;
import io.weir.gateway.correction.Change.PiecesBooked;
import io.weir.gateway.correction.Change.PlannedStopDeclared;
import io.weir.gateway.correction.Change.ReasonGiven;
import io.weir.gateway.correction.Change.Reclassified;
import io.weir.gateway.correction.Change.StopSplit;
import io.weir.gateway.correction.Change.StopsMerged;
import io.weir.gateway.correction.Change.Why;
import io.weir.gateway.correction.CorrectionLog.Kept;
import io.weir.gateway.log.MemoryDisk;
import io.weir.gateway.log.SegmentLog;
import io.weir.gateway.model.Asset;
import io.weir.gateway.model.MachineState;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Corrections are kept whatever happens to the process and the disk, until there is no room. */
class CorrectionLogTest {

  private static final Asset PRESS = new Asset("plant", "hall", "line", "press");
  private static final Why JAM = new Why("mechanical", "jam", "left, \"upper\" die", true);
  private static final Origin ANNA = new Origin("Anna Ümit", 1_767_225_600_123_456_789L, "::1");

  private MemoryDisk disk = new MemoryDisk(new Random(1));
  private SegmentLog segments;
  private CorrectionLog log;

  @BeforeEach
  void open() throws IOException {
    CorrectionLogs opened = CorrectionLogs.open(disk);
    segments = opened.segments();
    log = opened.log();
  }

  private static Correction about(Asset asset, Change change) {
    return new Correction(
        0,
        asset,
        1_000_000_001L,
        9_000_000_000L,
        true,
        change,
        "two\nlines",
        List.of(new Correction.Stretch(1_000_000_000L, 5, "down", "E17")),
        ANNA);
  }

  private Entry kept(Entry entry) throws IOException {
    CompletableFuture<Entry> kept = log.append(entry);
    assertThat(kept).as("before the sync").isNotDone();
    segments.step();
    return kept.join();
  }

  private List<Entry> all() throws IOException {
    List<Entry> all = new ArrayList<>();
    try (CorrectionLog.Entries entries = log.from(0)) {
      for (Entry entry = entries.next(); entry != null; entry = entries.next()) {
        all.add(entry);
      }
    }
    return all;
  }

  @Test
  void anEntryIsReadAsItWasMade() throws IOException {
    List<Entry> made = new ArrayList<>();
    for (Change change :
        List.of(
            new Annotated(),
            new Reclassified(MachineState.SETUP, null),
            new Reclassified(MachineState.DOWN, JAM),
            new ReasonGiven(new Why("", "crane", "", null)),
            new PlannedStopDeclared(null),
            new PlannedStopDeclared(JAM),
            new StopSplit(
                List.of(
                    new Part(1_000_000_001L, null, null),
                    new Part(2_000_000_000L, null, JAM),
                    new Part(3_000_000_000L, MachineState.SETUP, null))),
            new StopsMerged(MachineState.DOWN, JAM),
            new PiecesBooked(false, 12.5, null),
            new PiecesBooked(true, 3, new Why("surface", "scratch", "", null)))) {
      made.add(kept(about(PRESS, change)));
    }
    made.add(kept(about(new Asset("plant", null, "line", null), new Annotated())));
    made.add(kept(new Undo(0, 3, "wrong press", ANNA)));
    assertThat(all()).isEqualTo(made);
    assertThat(made.get(4).id()).isEqualTo(4);
    open();
    assertThat(all()).as("after a restart").isEqualTo(made);
  }

  @Test
  void aRecordOfALaterVersionIsRefused() {
    ByteBuffer later =
        ByteBuffer.wrap("{\"version\":3,\"kind\":\"annotated\"}".getBytes(StandardCharsets.UTF_8));
    assertThatThrownBy(() -> CorrectionCodec.decode(1, later))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("version 3");
    ByteBuffer bytes = ByteBuffer.wrap(new byte[] {1, 2});
    assertThatThrownBy(() -> CorrectionCodec.decode(1, bytes))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void theNewestAreFoundWithWhatUndidThem() throws IOException {
    for (int i = 0; i < 600; i++) {
      Asset asset = i % 2 == 0 ? PRESS : new Asset("plant", "hall", "line", "saw");
      kept(about(asset, new Annotated()));
    }
    Entry undo = kept(new Undo(0, 2, "", ANNA));
    List<Kept> presses = log.newest(Long.MAX_VALUE, 1000, each -> each.isAbout(PRESS));
    assertThat(presses).hasSize(300);
    assertThat(presses.get(0).correction().id()).isEqualTo(598);
    assertThat(presses.get(0).undo()).isNull();
    assertThat(presses.get(298).undo()).isEqualTo(undo);
    assertThat(log.newest(10, 2, each -> true))
        .extracting(kept -> kept.correction().id())
        .containsExactly(9L, 8L);
    open();
    assertThat(undoOf(2)).isEqualTo(undo);
    assertThat(undoOf(4)).isNull();
    assertThat(log.find(600)).as("the undo is no correction").isNull();
    assertThat(log.find(601)).isNull();
  }

  private @Nullable Undo undoOf(long id) throws IOException {
    Kept kept = log.find(id);
    assertThat(kept).isNotNull();
    return kept.undo();
  }

  @Test
  void aFullLogTakesNoMoreAndKeepsAll() throws IOException {
    int kept = 0;
    try {
      for (; kept < 10_000; kept++) {
        kept(about(PRESS, new ReasonGiven(JAM)));
      }
    } catch (CorrectionLog.FullException full) {
      assertThat(full).hasMessageContaining("bound of 1048576 bytes");
    }
    assertThat(kept).isBetween(1000, 5000);
    assertThatThrownBy(() -> log.append(about(PRESS, new ReasonGiven(JAM))))
        .isInstanceOf(CorrectionLog.FullException.class);
    assertThat(all()).hasSize(kept);
    open();
    assertThat(all()).as("after a restart").hasSize(kept);
  }

  /** Of what was answered nothing is lost, and nothing is there that was said to have failed. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
  void whatWasAnsweredSurvivesCrashesAndFailingDisks(int seed) throws IOException {
    Random random = new Random(seed);
    disk = new MemoryDisk(random);
    open();
    List<Entry> answered = new ArrayList<>();
    for (int round = 0; round < 12; round++) {
      List<CompletableFuture<Entry>> waiting = new ArrayList<>();
      if (random.nextInt(3) == 0) {
        disk.fail((verb, file) -> verb.equals("force") && random.nextInt(3) == 0);
      }
      for (int i = random.nextInt(6); i >= 0; i--) {
        try {
          waiting.add(
              log.append(
                  random.nextBoolean()
                      ? about(PRESS, new Reclassified(MachineState.DOWN, JAM))
                      : new Undo(0, random.nextInt(20), "", ANNA)));
          if (random.nextBoolean()) {
            segments.step();
          }
        } catch (CorrectionLog.FullException broken) {
          assertThat(segments.status().writable()).isFalse();
        }
      }
      for (CompletableFuture<Entry> each : waiting) {
        if (each.isDone() && !each.isCompletedExceptionally()) {
          answered.add(each.join());
        }
      }
      disk.heal();
      if (random.nextBoolean()) {
        disk.crash();
      } else {
        disk.kill();
      }
      open();
      assertThat(all()).containsAll(answered);
    }
    assertThat(answered).isNotEmpty();
  }

  private static Correction under(String key) {
    Origin origin = new Origin("anna", 1, "::1", key);
    return new Correction(0, PRESS, 1, 2, false, new Annotated(), "c", List.of(), origin);
  }

  /** As a client does that sends again what was not answered. */
  private CompletableFuture<Entry> send(String key) throws IOException {
    CompletableFuture<Entry> before = log.ofKey(key);
    return before == null ? log.append(under(key)) : before;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4})
  void aRequestThatIsSentUntilItIsAnsweredIsKeptOnce(int seed) throws IOException {
    Random random = new Random(seed);
    disk = new MemoryDisk(random);
    open();
    for (int at = 0; at < 30; at++) {
      String key = "key-" + at;
      CompletableFuture<Entry> answer;
      do {
        answer = send(key);
        for (int again = random.nextInt(3); again > 0; again--) {
          assertThat(send(key)).as("while it is written").isSameAs(answer);
        }
        if (random.nextInt(3) > 0) {
          segments.step();
        }
        if (random.nextInt(3) == 0) {
          disk.crash();
          open();
        }
      } while (!answer.isDone());
      assertThat(send(key)).as("after a restart too").isCompletedWithValue(answer.join());
    }
    assertThat(all()).extracting(entry -> entry.origin().key()).doesNotHaveDuplicates().hasSize(30);
  }

  @Test
  void whatCouldNotBeKeptMayBeSentAgainUnderItsKey() throws IOException {
    disk.fail((verb, file) -> verb.equals("force"));
    CompletableFuture<Entry> answer = log.append(under("k"));
    segments.step();
    assertThat(answer).isCompletedExceptionally();
    assertThat(log.ofKey("k")).isNull();
    disk.heal();
    disk.kill();
    open();
    Entry entry = kept(under("k"));
    assertThat(log.ofKey("k").join()).isEqualTo(entry);
    assertThat(all()).hasSize(1);
  }

  @Test
  void aCorrectionOfALineIsAboutItsMachines() {
    Correction ofLine = about(new Asset("plant", "hall", "line", null), new Annotated());
    assertThat(ofLine.isAbout(PRESS)).isTrue();
    assertThat(ofLine.isAbout(new Asset("plant", "hall", "other", "press"))).isFalse();
    assertThat(about(new Asset("plant", null, null, null), new Annotated()).isAbout(PRESS))
        .isTrue();
    assertThat(about(new Asset(null, null, null, "press"), new Annotated()).isAbout(PRESS))
        .isFalse();
    assertThat(
            about(new Asset(null, null, null, "press"), new Annotated())
                .isAbout(new Asset(null, null, null, "press")))
        .isTrue();
  }
}
