package io.weir.gateway.efficiency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.weir.gateway.correction.CorrectionLogs;
import io.weir.gateway.efficiency.calendar.ShiftCalendar;
import io.weir.gateway.efficiency.config.EfficiencyConfigBuilder;
import io.weir.gateway.efficiency.figure.FiguresLog;
import io.weir.gateway.log.Feed;
import io.weir.gateway.log.MemoryDisk;
import io.weir.gateway.model.Asset;
import io.weir.gateway.model.MemoryBudget;
import io.weir.gateway.model.Quality;
import io.weir.gateway.model.Reading;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A store that hangs while figures are made again from it holds nothing else up. */
class UnkindStoreTest {

  private static final long SECOND = ShiftCalendar.SECOND;
  private static final long HOUR = ShiftCalendar.HOUR;
  private static final MemoryBudget BUDGET = MemoryBudget.of(1L << 30, 1 << 20);

  /** Answers nothing until it may; then it says that it cannot. */
  private static final class Hanging implements StoredReadings {
    final CountDownLatch asked = new CountDownLatch(1);
    final CountDownLatch mayAnswer = new CountDownLatch(1);

    @Override
    public String name() {
      return "history";
    }

    @Override
    public long hasBelow() {
      return Long.MAX_VALUE;
    }

    @Override
    public Pages read(
        Set<String> metrics, Set<String> figures, @Nullable String site, long from, long to) {
      return this::next;
    }

    private List<Reading> next() throws IOException {
      asked.countDown();
      try {
        mayAnswer.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      throw new IOException("no answer in time");
    }
  }

  private final PlantClock clock = new PlantClock();
  private final FoldScenario scenario = new FoldScenario(new EfficiencyConfigBuilder());
  private final MemoryLog log = new MemoryLog();
  private final Hanging store = new Hanging();
  private final AtomicInteger minutes = new AtomicInteger();

  private void runFor(EfficiencyConsumer live, int seconds) throws IOException {
    for (int i = 0; i < seconds; i += 10) {
      String state = i % 1800 < 300 ? "DOWN" : "RUNNING";
      log.add(
          scenario.message(
              FoldScenario.MACHINE, clock.now, clock.now, Quality.GOOD, "state", state));
      while (live.step()) {
        // all that is there
      }
      clock.now += 10 * SECOND;
    }
  }

  @Test
  void theLiveFiguresGoOnAndTheAnswerSaysWhatTheStoreSaid() throws Exception {
    FiguresBook book = new FiguresBook(new MemoryBook(), false, clock.now);
    FiguresLog figures =
        new TakenFigures(
            message ->
                message.readings().stream()
                    .filter(each -> "minute".equals(each.series().tags().get("bucket")))
                    .filter(each -> each.metric().equals("revision"))
                    .forEach(each -> minutes.incrementAndGet()));
    EfficiencyConsumer live =
        new EfficiencyConsumer(
            new EfficiencyConfigBuilder().build(),
            BUDGET,
            log,
            CorrectionLogs.open(new MemoryDisk(new Random(1))).log(),
            figures,
            book,
            clock,
            Duration.ofSeconds(15));
    runFor(live, 3 * 3600);
    Recompute recompute =
        new Recompute(
            BUDGET,
            this::theEndOfTheLog,
            figures,
            book,
            live,
            new History(600 * SECOND),
            new Stores(List.of(store), List.of()),
            clock);
    recompute.ask(Asset.NONE, PlantClock.BEGIN, PlantClock.BEGIN + HOUR);
    recompute.start(
        (name, loop) -> {
          Thread thread = new Thread(loop, name);
          thread.setDaemon(true);
          thread.start();
          return thread;
        });
    await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () -> {
              live.step();
              return store.asked.getCount() == 0;
            });
    int before = minutes.get();
    runFor(live, 600);
    assertThat(minutes.get() - before).as("minutes while the store hangs").isGreaterThan(8);
    assertThat(recompute.requests().get(0).state()).isEqualTo(RecomputeRequests.State.RUNNING);

    store.mayAnswer.countDown();
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () ->
                assertThat(recompute.requests().get(0).course().detail())
                    .isEqualTo("store history: no answer in time; asked again in a minute"));
    recompute.close();
  }

  /** Its first records are gone. */
  private Feed theEndOfTheLog(long receivedNs) {
    MemoryLog rest = new MemoryLog();
    rest.records.addAll(log.records);
    rest.dropped = 900;
    return rest;
  }
}
