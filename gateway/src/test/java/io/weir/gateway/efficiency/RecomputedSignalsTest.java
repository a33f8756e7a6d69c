package io.weir.gateway.efficiency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.weir.gateway.correction.CorrectionLogs;
import io.weir.gateway.efficiency.calendar.ShiftCalendar;
import io.weir.gateway.efficiency.config.EfficiencyConfig;
import io.weir.gateway.efficiency.config.EfficiencyConfigBuilder;
import io.weir.gateway.log.Feed;
import io.weir.gateway.log.MemoryDisk;
import io.weir.gateway.model.Asset;
import io.weir.gateway.model.MemoryBudget;
import io.weir.gateway.model.Message;
import io.weir.gateway.model.Quality;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Statistics of signals of the past are made again with the limits in force, from the log. */
class RecomputedSignalsTest {

  private static final long SECOND = ShiftCalendar.SECOND;
  private static final long HOUR = ShiftCalendar.HOUR;
  private static final long BEGIN = PlantClock.BEGIN;
  private static final int HOURS = 10;
  private static final String NAME = "signal_quality s/a/l/m {metric=t}";
  private static final MemoryBudget BUDGET = MemoryBudget.of(1L << 30, 1 << 20);

  private final Random random = new Random(4);
  private final EfficiencyConfigBuilder config = new EfficiencyConfigBuilder();
  private final FoldScenario scenario = new FoldScenario(config);
  private final PlantClock clock = new PlantClock();
  private final StoredRows store = new StoredRows();
  private final TakenFigures figures = new TakenFigures(m -> store.write(m.readings()));
  private final MemoryBook saved = new MemoryBook();

  /** By instant, what was measured. */
  private final TreeMap<Long, Double> measured = new TreeMap<>();

  /** Records that the log lost. */
  private final BitSet gone = new BitSet();

  private MemoryLog log = new MemoryLog();
  private EfficiencyConsumer live;
  private Recompute recompute;

  private void limits(double lower, double upper) {
    config.signals.clear();
    config.signals.add(
        new EfficiencyConfig.Monitored(
            "s/*/*/*", "t", Duration.ofHours(1), lower, upper, null, null));
  }

  private void start() throws IOException {
    log = log.reopened();
    FiguresBook book = new FiguresBook(saved, true, clock.now);
    live =
        new EfficiencyConsumer(
            config.build(),
            BUDGET,
            log,
            CorrectionLogs.open(new MemoryDisk(new Random(1))).log(),
            figures,
            book,
            clock,
            Duration.ofSeconds(15));
    recompute =
        new Recompute(
            BUDGET,
            this::whole,
            figures,
            book,
            live,
            new History(600 * SECOND),
            Stores.NONE,
            clock);
  }

  private Feed whole(long receivedNs) {
    MemoryLog whole = new MemoryLog();
    whole.records.addAll(log.records);
    whole.gone.or(gone);
    return whole;
  }

  /** A value each half minute; some come forty minutes late. */
  private List<Message> messages() {
    List<Message> all = new ArrayList<>();
    for (long at = BEGIN; at < BEGIN + HOURS * HOUR; at += 30 * SECOND) {
      double value = 20 + random.nextGaussian();
      measured.put(at, value);
      long delay = random.nextInt(40) == 0 ? 2400 * SECOND : 0;
      all.add(
          scenario.message(
              FoldScenario.MACHINE, at, at + delay, Quality.GOOD, "state", state(at), "t", value));
    }
    all.sort(Comparator.comparingLong(Message::receiveTimeNs));
    return all;
  }

  /** It stands for five minutes of each hour. */
  private static String state(long at) {
    return (at - BEGIN) % HOUR < 300 * SECOND ? "DOWN" : "RUNNING";
  }

  private void run(List<Message> messages) throws IOException {
    for (Message message : messages) {
      clock.now = message.receiveTimeNs();
      log.add(message);
      while (live.step()) {
        // all that is there
      }
    }
  }

  private void makeAgain(long from, long to) throws IOException {
    recompute.ask(Asset.NONE, from, to);
    while (!recompute.requests().get(0).state().isEnded()) {
      live.step();
      recompute.step();
    }
    assertThat(recompute.requests().get(0).state()).isEqualTo(RecomputeRequests.State.DONE);
  }

  private Map<String, Object> row(int hour) {
    return store.row(NAME, BEGIN + hour * HOUR);
  }

  private List<Double> values(int hour) {
    return List.copyOf(measured.subMap(BEGIN + hour * HOUR, BEGIN + (hour + 1) * HOUR).values());
  }

  @Test
  void theLimitsInForceHoldAndLateReadingsAreInTheirWindow() throws IOException {
    limits(0, 100);
    start();
    run(messages());
    live.finish();
    List<Map<String, Object>> before = new ArrayList<>();
    for (int hour = 0; hour < HOURS; hour++) {
      before.add(Map.copyOf(row(hour)));
    }
    assertThat(before).anySatisfy(row -> assertThat((Long) row.get("late")).isPositive());

    limits(19, 21);
    start();
    live.step();
    makeAgain(BEGIN + 2 * HOUR, BEGIN + 5 * HOUR);

    for (int hour = 2; hour < 5; hour++) {
      List<Double> values = values(hour);
      double mean = values.stream().mapToDouble(each -> each).average().orElseThrow();
      double squares = values.stream().mapToDouble(each -> Math.pow(each - mean, 2)).sum();
      double deviation = Math.sqrt(squares / (values.size() - 1));
      long outside = values.stream().filter(each -> each < 19 || each > 21).count();
      Map<String, Object> row = row(hour);
      assertThat(row)
          .containsEntry("n", 120L)
          .containsEntry("late", 0L)
          .containsEntry("outside", outside)
          .containsEntry("final", true);
      assertThat((Double) row.get("mean")).isCloseTo(mean, within(1e-9));
      assertThat((Double) row.get("cp")).isCloseTo(2 / (6 * deviation), within(1e-9));
      double previous = values(hour - 1).stream().mapToDouble(each -> each).average().orElseThrow();
      assertThat((Double) row.get("center")).isCloseTo(previous, within(1e-9));
    }
    for (int hour : new int[] {0, 1, 5, 6, 7, 8, 9}) {
      assertThat(row(hour)).as("hour %d is not in the span", hour).isEqualTo(before.get(hour));
    }
  }

  @Test
  void aWindowThatIsOpenIsLeftToTheLiveFigures() throws IOException {
    limits(0, 100);
    start();
    run(messages());
    live.finish();
    int last = HOURS - 1;
    Map<String, Object> before = Map.copyOf(row(last));
    assertThat(before).containsEntry("final", false);
    makeAgain(BEGIN + 6 * HOUR, BEGIN + HOURS * HOUR);
    assertThat(row(last)).isEqualTo(before);
    assertThat(row(6)).containsEntry("n", 120L).containsEntry("late", 0L);
  }

  /**
   * From the third hour to the sixteenth a value comes each ten minutes: too few to compare others
   * with. So the hour before, which has lost the first half of its readings, is the one with which
   * all of them, and the next one, are compared.
   */
  @Test
  void windowsThatAreComparedWithOneThatHasLostReadingsStayAndOthersAreMadeAgain()
      throws IOException {
    List<Message> messages = new ArrayList<>();
    for (long at = BEGIN; at < BEGIN + 22 * HOUR; at += 30 * SECOND) {
      long hour = (at - BEGIN) / HOUR;
      if (hour < 3 || hour >= 17 || at % (600 * SECOND) == 0) {
        double value = random.nextGaussian() + (at - BEGIN) / HOUR;
        messages.add(
            scenario.message(
                FoldScenario.MACHINE, at, at, Quality.GOOD, "state", "RUNNING", "t", value));
      }
    }
    limits(0, 100);
    start();
    run(messages);
    live.finish();
    List<Map<String, Object>> before = new ArrayList<>();
    for (int hour = 0; hour < 22; hour++) {
      before.add(Map.copyOf(row(hour)));
    }
    gone.set(2 * 120, 2 * 120 + 60);
    limits(1, 2);
    start();
    live.step();
    makeAgain(BEGIN, BEGIN + 21 * HOUR);

    for (int hour = 1; hour <= 18; hour++) {
      assertThat(row(hour)).as("hour %d", hour).isEqualTo(before.get(hour));
    }
    for (int hour : new int[] {19, 20}) {
      Map<String, Object> row = new TreeMap<>(row(hour));
      row.put("outside", before.get(hour).get("outside"));
      row.put("cp", before.get(hour).get("cp"));
      row.put("cpk", before.get(hour).get("cpk"));
      assertThat(row).as("hour %d", hour).isEqualTo(before.get(hour));
      assertThat(row(hour)).as("hour %d", hour).isNotEqualTo(before.get(hour));
    }
  }
}
