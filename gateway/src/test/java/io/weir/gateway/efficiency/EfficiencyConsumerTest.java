package io.weir.gateway.efficiency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.weir.gateway.correction.Change;
import io.weir.gateway.correction.Correction;
import io.weir.gateway.correction.CorrectionLogs;
import io.weir.gateway.correction.Entry;
import io.weir.gateway.correction.Origin;
import io.weir.gateway.correction.Undo;
import io.weir.gateway.efficiency.calendar.ShiftCalendar;
import io.weir.gateway.efficiency.config.EfficiencyConfig;
import io.weir.gateway.efficiency.config.EfficiencyConfigBuilder;
import io.weir.gateway.efficiency.figure.EfficiencySnapshot;
import io.weir.gateway.efficiency.figure.FiguresLog;
import io.weir.gateway.log.MemoryDisk;
import io.weir.gateway.log.Threads;
import io.weir.gateway.model.Asset;
import io.weir.gateway.model.MachineState;
import io.weir.gateway.model.MemoryBudget;
import io.weir.gateway.model.Message;
import io.weir.gateway.model.Quality;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class EfficiencyConsumerTest {

  private static final long SECOND = ShiftCalendar.SECOND;

  private static final MemoryBudget BUDGET = MemoryBudget.of(1L << 30, 1 << 20);

  private final EfficiencyConfigBuilder config = new EfficiencyConfigBuilder();
  private final FoldScenario scenario = new FoldScenario(config);
  private final MemoryDisk disk = new MemoryDisk(new Random(1));
  private CorrectionLogs corrections;
  private final PlantClock clock = new PlantClock();
  private final MemoryLog log = new MemoryLog();
  private final MemoryFigures figures = new MemoryFigures();
  private final MemoryBook bookStore = new MemoryBook();

  /**
   * A figures log as unkind as its contract: what was appended may reach the store before the sync,
   * a crash keeps any part of it from the front, and a sync that fails keeps none.
   */
  private static final class MemoryFigures implements FiguresLog {
    private final Random chance = new Random(7);
    private final Deque<Message> waiting = new ArrayDeque<>();
    final StoredRows store = new StoredRows();
    volatile boolean fails;
    boolean behind;

    @Override
    public boolean isBehind() {
      return behind;
    }

    @Override
    public synchronized void append(Message message) throws IOException {
      if (fails && chance.nextInt(4) == 0) {
        throw new IOException("the disk failed, no room is left");
      }
      assertThat(message.received()).isEqualTo(message.readings().size());
      waiting.add(message);
      if (!fails && chance.nextInt(3) == 0) {
        write(waiting.size());
      }
    }

    @Override
    public synchronized void sync() throws IOException {
      if (fails) {
        waiting.clear();
        throw new IOException("the disk failed");
      }
      write(waiting.size());
    }

    /** The process dies. */
    synchronized void crash() {
      write(chance.nextInt(waiting.size() + 1));
      waiting.clear();
    }

    private void write(int count) {
      for (int i = 0; i < count; i++) {
        store.write(waiting.remove().readings());
      }
    }

    synchronized Object field(String bucket, String start, String field) {
      return store.efficiency(FoldScenario.MACHINE, bucket, "all", start).get(field);
    }
  }

  /** A message each ten seconds of an hour and more. */
  private List<Message> hour() {
    List<Message> messages = new ArrayList<>();
    long begin = PlantClock.BEGIN;
    for (int i = 0; i <= 440; i++) {
      long time = begin + i * 10 * SECOND;
      String state = i % 100 < 80 ? "RUNNING" : "DOWN";
      messages.add(
          scenario.message(
              FoldScenario.MACHINE,
              time,
              time,
              Quality.GOOD,
              "state",
              state,
              "total",
              i * 5,
              "good",
              i * 4));
    }
    return messages;
  }

  @BeforeEach
  void openCorrections() throws IOException {
    corrections = CorrectionLogs.open(disk);
  }

  private EfficiencyConsumer consumer(MemoryLog feed) throws IOException {
    return new EfficiencyConsumer(
        config.build(),
        BUDGET,
        feed,
        corrections.log(),
        figures,
        book(),
        clock,
        Duration.ofSeconds(15));
  }

  /** The book as a process finds it that has just started. */
  private FiguresBook book() {
    try {
      return new FiguresBook(bookStore, false, clock.now);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void steps(EfficiencyConsumer consumer, int count) throws IOException {
    for (int i = 0; i < count; i++) {
      consumer.step();
      clock.now += SECOND;
    }
  }

  @Test
  void figuresAreSyncedBeforeThePositionIsCommitted() throws IOException {
    hour().forEach(log::add);
    EfficiencyConsumer consumer = consumer(log);
    steps(consumer, 460);
    assertThat(log.committed).isEqualTo(441);
    assertThat(figures.field("hour", "2026-03-02T06:00:00Z", "run_s")).isEqualTo(3000.0);
    assertThat(figures.field("hour", "2026-03-02T06:00:00Z", "final")).isEqualTo(true);
  }

  /** Each second begins with a reading that waits, as where many machines send. */
  @Test
  void aSilentMachineIsUnknownHoweverMuchAnotherSends() throws IOException {
    EfficiencyConsumer consumer = consumer(log);
    log.add(told(FoldScenario.MACHINE));
    for (int second = 0; second < 1200; second++) {
      log.add(told("s/a/l/n"));
      while (consumer.step()) {
        // all that is there
      }
      clock.now += SECOND;
    }
    figures.sync();
    assertThat((Double) figures.field("hour", "2026-03-02T06:00:00Z", "unknown_s")).isPositive();
  }

  private Message told(String machine) {
    return scenario.message(
        machine, clock.now, clock.now, Quality.GOOD, "state", "RUNNING", "total", clock.now);
  }

  /** A stop of the machine of {@link #hour}, from 06:13:20 to 06:16:40, was a planned one. */
  private Entry planned() throws IOException {
    Asset machine = new Asset("s", "a", "l", "m");
    long from = StoredRows.nanos("2026-03-02T06:13:20Z");
    long to = StoredRows.nanos("2026-03-02T06:16:40Z");
    Origin origin = new Origin("anna", to, "");
    Change change = new Change.PlannedStopDeclared(null);
    return corrections.keep(
        new Correction(0, machine, from, to, false, change, "", List.of(), origin));
  }

  @Test
  void aCorrectionIsInTheFiguresAfterCrashesAndOutAfterAnUndo() throws IOException {
    hour().forEach(log::add);
    EfficiencyConsumer consumer = consumer(log);
    steps(consumer, 330);
    Entry planned = planned();
    steps(consumer, 20);
    String start = "2026-03-02T06:00:00Z";
    assertThat(figures.field("hour", start, "planned_stop_s")).isEqualTo(200.0);
    MemoryLog feed = log.reopened();
    figures.crash();
    disk.crash();
    openCorrections();
    steps(consumer(feed), 20);
    assertThat(figures.field("hour", start, "planned_stop_s")).isEqualTo(200.0);
    feed = feed.reopened();
    corrections.keep(new Undo(0, planned.id(), "", planned.origin()));
    figures.crash();
    disk.kill();
    openCorrections();
    steps(consumer(feed), 20);
    assertThat(figures.field("hour", start, "planned_stop_s")).isEqualTo(0.0);
    steps(consumer(feed.reopened()), 460);
    assertThat(figures.field("hour", start, "final")).isEqualTo(true);
    assertThat(figures.field("hour", start, "planned_stop_s")).isEqualTo(0.0);
  }

  /** As after the restore of an older backup: what the log has holds, and no more. */
  @Test
  void aLogOfCorrectionsThatWasLostBeginsAgain() throws IOException {
    hour().forEach(log::add);
    EfficiencyConsumer consumer = consumer(log);
    steps(consumer, 300);
    planned();
    planned();
    steps(consumer, 20);
    for (Path file : disk.files("/log")) {
      disk.remove(file);
    }
    openCorrections();
    MemoryLog feed = log.reopened();
    EfficiencyConsumer restarted = consumer(feed);
    steps(restarted, 2);
    planned();
    steps(restarted, 460);
    assertThat(figures.field("hour", "2026-03-02T06:00:00Z", "planned_stop_s")).isEqualTo(200.0);
  }

  @Tag("slow")
  @Test
  void aCrashAtAnyStepWritesTheSameFiguresOverThemselves() throws IOException {
    hour().forEach(log::add);
    MemoryLog feed = log;
    for (int crash = 0; crash < 40; crash++) {
      EfficiencyConsumer consumer = consumer(feed);
      steps(consumer, 17 + crash);
      figures.crash();
      feed = feed.reopened();
    }
    steps(consumer(feed), 100);
    FoldScenario whole = new FoldScenario(config);
    hour().forEach(whole::accept);
    whole.flush();
    for (String name : whole.store.rows("efficiency s/a/l/m {bucket=minute").keySet()) {
      assertThat(figures.store.content().get(name))
          .as(name)
          .isEqualTo(whole.store.content().get(name));
    }
    assertThat(figures.field("hour", "2026-03-02T06:00:00Z", "run_s")).isEqualTo(3000.0);
  }

  @Test
  void whileFiguresWaitForTheStoresReadingsWaitInTheirLogAndCountAsNoSilence() throws IOException {
    hour().forEach(log::add);
    EfficiencyConsumer consumer = consumer(log);
    steps(consumer, 100);
    figures.behind = true;
    steps(consumer, 600);
    assertThat(log.pendingUnits()).isEqualTo(341);
    assertThat(log.committed).as("what was folded is committed").isEqualTo(100);
    assertThat(consumer.snapshot().machines().get(0).state()).isNotEqualTo(MachineState.UNKNOWN);
    figures.behind = false;
    steps(consumer, 400);
    assertThat(figures.field("hour", "2026-03-02T06:00:00Z", "run_s")).isEqualTo(3000.0);
  }

  @Test
  void aLogThatFailsIsTriedAgainFromTheLastCommit() throws IOException {
    hour().forEach(log::add);
    figures.fails = true;
    EfficiencyConsumer consumer = consumer(log);
    consumer.follower().start(Threads.SYSTEM);
    Thread time = new Thread(() -> run(() -> log.committed < 441));
    time.start();
    await().until(() -> consumer.fault().contains("the disk failed"));
    figures.fails = false;
    await().until(() -> log.committed == 441);
    await().until(() -> consumer.fault().isEmpty());
    consumer.close();
    assertThat(figures.field("hour", "2026-03-02T06:00:00Z", "run_s")).isEqualTo(3000.0);
  }

  private void run(BooleanSupplier on) {
    while (on.getAsBoolean()) {
      clock.now += SECOND / 10;
      LockSupport.parkNanos(100_000);
    }
  }

  @Test
  void closingCommitsWhatWasTaken() throws IOException {
    hour().forEach(log::add);
    EfficiencyConsumer consumer = consumer(log);
    consumer.follower().start(Threads.SYSTEM);
    await().until(() -> log.pendingUnits() == 0);
    consumer.close();
    assertThat(log.committed).isEqualTo(441);
  }

  @Test
  void theSnapshotShowsAStopWithinASecondAndSilenceWhenItIsOne() throws IOException {
    long now = clock.now;
    log.add(scenario.message(FoldScenario.MACHINE, now, now, Quality.GOOD, "state", "RUNNING"));
    EfficiencyConsumer consumer = consumer(log);
    steps(consumer, 3);
    assertThat(consumer.snapshot().machines().get(0).state()).isEqualTo(MachineState.RUNNING);
    now = clock.now;
    log.add(scenario.message(FoldScenario.MACHINE, now, now, Quality.GOOD, "state", "JAM"));
    steps(consumer, 2);
    EfficiencySnapshot.MachineNow jammed = consumer.snapshot().machines().get(0);
    assertThat(jammed.state()).isEqualTo(MachineState.DOWN);
    assertThat(jammed.reason()).isEqualTo("JAM");
    assertThat(jammed.since()).isEqualTo(now);
    steps(consumer, 150);
    assertThat(consumer.snapshot().machines().get(0).state()).isEqualTo(MachineState.UNKNOWN);
    figures.sync();
    assertThat(figures.field("hour", "2026-03-02T06:00:00Z", "unknown_s")).isNotNull();
  }

  @Test
  void aNamedMachineIsExpectedFromTheFirstStartOnAlsoBeforeAnyRecord() throws IOException {
    config.lines.add(new EfficiencyConfig.Line("s/a/l", List.of(), List.of("m"), null));
    steps(consumer(log), 120);
    long later = clock.now + ShiftCalendar.HOUR / 2;
    clock.now = later;
    EfficiencyConsumer restarted = consumer(log.reopened());
    steps(restarted, 120);
    assertThat(restarted.snapshot().machines()).singleElement().matches(each -> !each.heard());
    figures.sync();
    assertThat((Double) figures.field("hour", "2026-03-02T06:00:00Z", "unknown_s"))
        .as("since the first start, 32 minutes ago")
        .isBetween(1900.0, 2100.0);
  }

  @Test
  void aMachineThatWasRenamedIsRetiredForGood() throws IOException {
    hour().forEach(log::add);
    EfficiencyConsumer consumer = consumer(log);
    steps(consumer, 460);
    Asset machine = consumer.snapshot().machines().get(0).asset();
    assertThat(consumer.retire(new Asset("s", "a", "l", "other"))).isNotDone();
    CompletableFuture<Retired> answer = consumer.retire(machine);
    steps(consumer, 3);
    assertThat(answer).isCompletedWithValue(Retired.DONE);
    assertThat(consumer.snapshot().machines()).isEmpty();
    EfficiencyConsumer again = consumer(log.reopened());
    steps(again, 100);
    assertThat(again.snapshot().machines()).isEmpty();
    assertThat(figures.field("hour", "2026-03-02T06:00:00Z", "run_s")).isEqualTo(3000.0);
  }

  @Test
  void aLostStateWritesNoPartialBucketOverARightOne() throws IOException {
    hour().forEach(log::add);
    log.dropped = 100;
    steps(consumer(log), 380);
    assertThat(figures.field("hour", "2026-03-02T06:00:00Z", "run_s")).isNull();
    assertThat(figures.field("minute", "2026-03-02T06:20:00Z", "run_s")).isEqualTo(60.0);
  }

  @Test
  void aRecordThatCannotBeReadDoesNotStopItsNeighbours() throws IOException {
    hour().forEach(log::add);
    log.records.set(7, new byte[] {99});
    MemoryLog feed =
        new MemoryLog() {
          @Override
          public @Nullable Entry next() {
            if (at >= records.size()) {
              return null;
            }
            return new Entry(at, 0, 1, ByteBuffer.wrap(records.get(at++)), 0, 0);
          }
        };
    feed.records.addAll(log.records);
    steps(consumer(feed), 460);
    assertThat(figures.field("hour", "2026-03-02T06:00:00Z", "run_s")).isEqualTo(3000.0);
  }

  @Test
  void aStateOfAnOlderFormatIsLikeALostOne() throws IOException {
    hour().forEach(log::add);
    log.state = new byte[] {1, 0};
    log.dropped = 100;
    steps(consumer(log), 380);
    assertThat(figures.field("hour", "2026-03-02T06:00:00Z", "run_s")).isNull();
    assertThat(figures.field("minute", "2026-03-02T06:20:00Z", "run_s")).isEqualTo(60.0);
  }

  @Test
  void aStateOfANewerFormatIsRefusedBeforeAnythingRuns() {
    log.state = new byte[] {77};
    assertThatThrownBy(() -> consumer(log)).hasMessageContaining("format 77");
  }
}
