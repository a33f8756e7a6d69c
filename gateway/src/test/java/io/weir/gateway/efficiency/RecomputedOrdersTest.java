package io.weir.gateway.efficiency;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.correction.CorrectionLogs;
import io.weir.gateway.correction.Entry;
import io.weir.gateway.correction.OrderEvent;
import io.weir.gateway.correction.OrderEvent.Step;
import io.weir.gateway.correction.Origin;
import io.weir.gateway.correction.Undo;
import io.weir.gateway.efficiency.calendar.ShiftCalendar;
import io.weir.gateway.efficiency.config.EfficiencyConfig;
import io.weir.gateway.efficiency.config.EfficiencyConfigBuilder;
import io.weir.gateway.log.Feed;
import io.weir.gateway.log.MemoryDisk;
import io.weir.gateway.log.Soak;
import io.weir.gateway.model.Asset;
import io.weir.gateway.model.MemoryBudget;
import io.weir.gateway.model.Message;
import io.weir.gateway.model.Quality;
import io.weir.gateway.model.Reading;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Rows of orders that are folded again from the log are those of a gateway that knew in time. */
@Tag("slow")
class RecomputedOrdersTest {

  private static final long SECOND = ShiftCalendar.SECOND;
  private static final long MINUTE = ShiftCalendar.MINUTE;
  private static final long HOUR = ShiftCalendar.HOUR;
  private static final long BEGIN = PlantClock.BEGIN;
  private static final MemoryBudget BUDGET = MemoryBudget.of(1L << 30, 1 << 20);
  private static final Asset LINE = new Asset("s", "a", "l", null);

  private final EfficiencyConfigBuilder config = new EfficiencyConfigBuilder();

  RecomputedOrdersTest() {
    config.lateness = Duration.ofMinutes(5);
    config.lines.add(new EfficiencyConfig.Line("s/a/l", List.of(), List.of("n"), "m"));
  }

  /** A gateway's figures of one machine, from its logs to its store. */
  private final class Plant {
    final PlantClock clock = new PlantClock();
    final StoredRows store = new StoredRows();
    final Revisions revisions = new Revisions();
    final MemoryDisk disk = new MemoryDisk(new Random(1));
    final MemoryBook saved = new MemoryBook();
    final History history = new History(600 * SECOND);
    final TakenFigures figures =
        new TakenFigures(
            message -> {
              revisions.take(message);
              history.accept(message);
              store.write(message.readings());
            });
    MemoryLog log = new MemoryLog();
    CorrectionLogs corrections;
    FiguresBook book;
    EfficiencyConsumer live;
    Recompute recompute;

    /** Whether what is marked is made again while readings come. */
    boolean stepsBeside;

    Plant() throws IOException {
      start();
    }

    /** Also after a kill. */
    void start() throws IOException {
      log = log.reopened();
      corrections = CorrectionLogs.open(disk);
      book = new FiguresBook(saved, true, clock.now);
      live =
          new EfficiencyConsumer(
              config.build(),
              BUDGET,
              log,
              corrections.log(),
              figures,
              book,
              clock,
              Duration.ofSeconds(15));
      recompute =
          new Recompute(
              BUDGET, this::receivedFrom, figures, book, live, history, Stores.NONE, clock);
    }

    private Feed receivedFrom(long receivedNs) throws IOException {
      MemoryLog whole = new MemoryLog();
      whole.records.addAll(log.records);
      Feed.Entry next = whole.next();
      while (next != null && next.receiveTimeNs() < receivedNs) {
        next = whole.next();
      }
      whole.at = next == null ? whole.at : (int) next.offset();
      return whole;
    }

    /** The events come between the readings, each at its place. */
    void run(List<Message> messages, Map<Integer, List<Entry>> said) throws IOException {
      for (int i = 0; i < messages.size(); i++) {
        clock.now = messages.get(i).receiveTimeNs();
        for (Entry entry : said.getOrDefault(i, List.of())) {
          corrections.keep(entry);
        }
        log.add(messages.get(i));
        while (live.step()) {
          // all that is there
        }
        if (stepsBeside) {
          recompute.step();
          recompute.step();
        }
      }
    }

    void makeAgain(long from, long to) throws IOException {
      recompute.ask(Asset.NONE, from, to);
      while (!recompute.requests().get(0).state().isEnded()) {
        live.step();
        recompute.step();
      }
      assertThat(recompute.requests().get(0).state()).isEqualTo(RecomputeRequests.State.DONE);
    }

    /** What was marked is made again within the next hours. */
    Plant hoursGoBy() throws IOException {
      for (int hour = 0; hour < 2; hour++) {
        clock.now += HOUR;
        for (int i = 0; i < 300; i++) {
          live.step();
          recompute.step();
        }
      }
      assertThat(revisions.fell).isEmpty();
      return this;
    }

    /** The orders that were not taken back, and have ended long ago. */
    Map<String, Map<String, Object>> orders(long from, long to) {
      Map<String, Map<String, Object>> rows = new TreeMap<>(store.content());
      rows.entrySet()
          .removeIf(
              row -> {
                String name = row.getKey();
                long at = StoredRows.nanos(name.substring(name.lastIndexOf(' ') + 1));
                return !name.startsWith("efficiency_order")
                    || at < from
                    || at >= to
                    || "".equals(row.getValue().get("order"));
              });
      return rows;
    }
  }

  /** Each minute; a piece each second or two. It is down now and then. */
  private static List<Message> messages(Random random, int hours) {
    FoldScenario scenario = new FoldScenario(new EfficiencyConfigBuilder());
    List<Message> all = new ArrayList<>();
    int total = 0;
    for (long at = BEGIN; at < BEGIN + hours * HOUR; at += MINUTE) {
      total += 30 + random.nextInt(30);
      String state = random.nextInt(12) == 0 ? "DOWN" : "RUNNING";
      Object[] fields = {"state", state, "total", total, "good", total - total / 20};
      Message message = scenario.message(FoldScenario.MACHINE, at, at, Quality.GOOD, fields);
      String stateOfOutput = all.size() % 17 == 0 ? "DOWN" : "RUNNING";
      Object[] ofOutput = {
        "state", stateOfOutput, "total", total - 9, "good", total - 9 - total / 30
      };
      all.add(both(message, scenario.message("s/a/l/n", at, at, Quality.GOOD, ofOutput)));
    }
    return all;
  }

  private static Message both(Message one, Message other) {
    List<Reading> readings = new ArrayList<>(one.readings());
    readings.addAll(other.readings());
    long at = one.receiveTimeNs();
    int count = readings.size();
    return new Message("plant", "p", at, 0, 0, count, 0, 0, readings, List.of(), new byte[0]);
  }

  /** The place of the message that is received then. */
  private static int place(long at) {
    return Math.toIntExact((at - BEGIN) / MINUTE);
  }

  private static OrderEvent event(long id, long at, Step step, String order) {
    Origin origin = new Origin("anna", at, "::1");
    String product = step == Step.STARTED ? "p" + order : "";
    double quantity = step == Step.STARTED ? 5000 : Double.NaN;
    return new OrderEvent(id, LINE, at, step, order, product, quantity, "", origin);
  }

  private static Map<Integer, List<Entry>> promptly(List<OrderEvent> events) {
    Map<Integer, List<Entry>> said = new TreeMap<>();
    for (OrderEvent event : events) {
      said.computeIfAbsent(place(event.at()), place -> new ArrayList<>()).add(event);
    }
    return said;
  }

  private static final List<OrderEvent> THREE =
      List.of(
          event(0, BEGIN + 70 * MINUTE, Step.STARTED, "1"),
          event(1, BEGIN + 130 * MINUTE, Step.STARTED, "2"),
          event(2, BEGIN + 200 * MINUTE, Step.PAUSED, ""),
          event(3, BEGIN + 215 * MINUTE, Step.STARTED, "2"),
          event(4, BEGIN + 260 * MINUTE, Step.FINISHED, ""));

  private static final List<String> ROWS =
      List.of(
          "efficiency_order s/a/l/m {level=machine}",
          "efficiency_order s/a/l/n {level=machine}",
          "efficiency_order s/a/l {level=line}");

  private static void same(Plant plant, Plant always, int least) {
    long to = BEGIN + 6 * HOUR;
    assertThat(always.orders(BEGIN, to)).hasSizeGreaterThanOrEqualTo(least);
    assertThat(StoredRows.differences(plant.orders(BEGIN, to), always.orders(BEGIN, to))).isEmpty();
  }

  @Test
  void afterACorrectedCycleTheRowsAreThoseOfAGatewayThatAlwaysHadIt() throws IOException {
    List<Message> messages = messages(new Random(1), 7);
    Plant plant = new Plant();
    plant.run(messages, promptly(THREE));
    plant.live.finish();
    config.cycle = new EfficiencyConfig.ConstantCycle(Duration.ofMillis(1300));
    Plant always = new Plant();
    always.run(messages, promptly(THREE));
    assertThat(
            StoredRows.differences(
                plant.orders(BEGIN, BEGIN + 6 * HOUR), always.orders(BEGIN, BEGIN + 6 * HOUR)))
        .isNotEmpty();
    plant.start();
    plant.live.step();
    plant.makeAgain(BEGIN, BEGIN + 6 * HOUR);
    same(plant, always, 3);
  }

  @Test
  void whatIsSaidOfTheTimeBeforeTheFirstReadingHoldsFromItOnHoweverLate() throws IOException {
    List<Message> messages = messages(new Random(2), 7);
    List<Entry> said =
        List.of(
            event(0, BEGIN - 30 * MINUTE, Step.STARTED, "1"),
            event(1, BEGIN - 20 * MINUTE, Step.STARTED, "2"),
            event(2, BEGIN + 90 * MINUTE, Step.FINISHED, ""));
    Plant always = new Plant();
    always.run(
        messages, Map.of(0, said.subList(0, 2), place(BEGIN + 90 * MINUTE), said.subList(2, 3)));
    Plant plant = new Plant();
    plant.run(messages, Map.of(place(BEGIN + 6 * HOUR), said));
    same(plant.hoursGoBy(), always.hoursGoBy(), 3);
    assertThat(plant.orders(BEGIN, BEGIN + MINUTE)).hasSize(3);
    assertThat(always.orders(BEGIN, BEGIN + MINUTE)).hasSize(3);
  }

  @Test
  void ordersThatAreSaidTooLateHaveTheRowsOfThoseThatWereSaidInTime() throws IOException {
    List<Message> messages = messages(new Random(2), 7);
    Plant always = new Plant();
    always.run(messages, promptly(THREE));
    Plant plant = new Plant();
    plant.run(messages, Map.of(place(BEGIN + 6 * HOUR), List.copyOf(THREE)));
    assertThat(plant.orders(BEGIN, BEGIN + 6 * HOUR)).isEmpty();
    same(plant.hoursGoBy(), always.hoursGoBy(), 3);
  }

  @Test
  void afterTheUndoOfAStartTheRowsAreThoseOfAGatewayWhereNobodySaidIt() throws IOException {
    List<Message> messages = messages(new Random(3), 7);
    Plant always = new Plant();
    always.run(messages, promptly(THREE));
    OrderEvent wrong = event(0, BEGIN + 100 * MINUTE, Step.STARTED, "3");
    List<OrderEvent> said = new ArrayList<>(THREE);
    said.add(1, wrong);
    Map<Integer, List<Entry>> events = promptly(said);
    events.put(
        place(BEGIN + 330 * MINUTE),
        List.of(new Undo(0, 1, "", new Origin("anna", BEGIN + 330 * MINUTE, "::1"))));
    Plant plant = new Plant();
    plant.run(messages, events);
    for (String row : ROWS) {
      assertThat(plant.store.row(row, wrong.at())).as(row).containsEntry("order", "3");
    }
    same(plant.hoursGoBy(), always.hoursGoBy(), 3);
    for (String row : ROWS) {
      assertThat(plant.store.row(row, wrong.at())).as(row).containsEntry("order", "");
    }
  }

  @Test
  @Tag("soak")
  void aPauseThatIsSaidTooLateEndsAtTheNextStartOfTheSameOrder() throws IOException {
    List<Message> messages = messages(new Random(4), 13);
    OrderEvent pause = event(0, BEGIN + 100 * MINUTE, Step.PAUSED, "");
    List<OrderEvent> all =
        List.of(
            event(0, BEGIN + 70 * MINUTE, Step.STARTED, "1"),
            pause,
            event(0, BEGIN + 130 * MINUTE, Step.STARTED, "1"),
            event(0, BEGIN + 600 * MINUTE, Step.FINISHED, ""));
    Plant always = new Plant();
    always.run(messages, promptly(all));
    List<OrderEvent> others = new ArrayList<>(all);
    others.remove(pause);
    Map<Integer, List<Entry>> said = promptly(others);
    said.put(place(BEGIN + 200 * MINUTE), List.of(pause));
    Plant plant = new Plant();
    plant.stepsBeside = true;
    plant.run(messages, said);
    same(plant.hoursGoBy(), always.hoursGoBy(), 2);
  }

  @Test
  void anOrderThatTheMachineTellsTooLateHasTheRowsOfOneThatItToldInTime() throws IOException {
    config.order = new EfficiencyConfig.OrderSignals("order", null, null);
    FoldScenario scenario = new FoldScenario(new EfficiencyConfigBuilder());
    long late = BEGIN + 170 * MINUTE + 7 * SECOND;
    List<Message> inTime = new ArrayList<>();
    List<Message> tooLate = new ArrayList<>();
    for (Message message : messages(new Random(5), 13)) {
      List<Message> at = new ArrayList<>(List.of(message));
      long time = message.receiveTimeNs();
      for (long[] order : new long[][] {{30, 1}, {100, 2}, {400, 3}, {600, 4}}) {
        if (time == BEGIN + order[0] * MINUTE) {
          at.add(told(scenario, time, time, "" + order[1]));
        }
      }
      tooLate.addAll(at);
      inTime.addAll(at);
      if (time == BEGIN + 170 * MINUTE) {
        inTime.add(told(scenario, late, late, "9"));
      }
      if (time == BEGIN + 230 * MINUTE) {
        tooLate.add(told(scenario, late, time, "9"));
      }
    }
    Plant always = new Plant();
    always.run(inTime, Map.of());
    Plant plant = new Plant();
    plant.stepsBeside = true;
    plant.run(tooLate, Map.of());
    same(plant.hoursGoBy(), always.hoursGoBy(), 3);
  }

  /** A reading each five minutes; order 1 from the beginning on, 2 from hour 5, 3 from hour 50. */
  private List<Message> longOrders() {
    config.order = new EfficiencyConfig.OrderSignals("order", null, null);
    config.silentAfter = Duration.ofMinutes(10);
    FoldScenario scenario = new FoldScenario(new EfficiencyConfigBuilder());
    List<Message> all = new ArrayList<>();
    for (Message message : messages(new Random(6), 56)) {
      long time = message.receiveTimeNs();
      if ((time - BEGIN) % (5 * MINUTE) == 0) {
        all.add(message);
      }
      for (long[] order : new long[][] {{0, 1}, {5, 2}, {50, 3}, {52, 0}}) {
        if (time == BEGIN + MINUTE + order[0] * HOUR) {
          all.add(told(scenario, time, time, order[1] == 0 ? "" : "" + order[1]));
        }
      }
    }
    return all;
  }

  @Test
  @Tag("soak")
  void theFirstOrderOfAMachineIsMadeAgainToo() throws IOException {
    madeAgainWithAnotherCycle(longOrders(), BEGIN, BEGIN + 6 * HOUR, BEGIN + MINUTE);
  }

  @Tag("soak")
  @Test
  void anOrderThatTheReadingsAtHandTellFirstIsMadeAgainIfItsRowSaysThatItBeganThere()
      throws IOException {
    long start = BEGIN + MINUTE + 50 * HOUR;
    madeAgainWithAnotherCycle(longOrders(), BEGIN + 49 * HOUR, BEGIN + 53 * HOUR, start);
  }

  /** The order that begins at an instant is in the end as if the cycle had always been that. */
  private void madeAgainWithAnotherCycle(List<Message> messages, long from, long to, long order)
      throws IOException {
    Plant plant = new Plant();
    plant.run(messages, Map.of());
    plant.live.finish();
    config.cycle = new EfficiencyConfig.ConstantCycle(Duration.ofMillis(1300));
    Plant always = new Plant();
    always.run(messages, Map.of());
    plant.start();
    plant.live.step();
    plant.makeAgain(from, to);
    String row = "efficiency_order s/a/l/m {level=machine}";
    assertThat(always.store.row(row, order)).isNotEmpty();
    assertThat(plant.store.row(row, order))
        .containsEntry("origin", "log")
        .usingRecursiveComparison()
        .ignoringFields("origin", "revision", "undefined")
        .isEqualTo(always.store.row(row, order));
  }

  static IntStream told() {
    return IntStream.of(430, 630).limit(Soak.count(1, 2));
  }

  @ParameterizedTest
  @MethodSource("told")
  void anOrderThatBeganEarlierThanItSeemedHasNoRowMoreWhereItSeemedTo(int told) throws IOException {
    config.order = new EfficiencyConfig.OrderSignals("order", null, null);
    FoldScenario scenario = new FoldScenario(new EfficiencyConfigBuilder());
    long late = BEGIN + 390 * MINUTE + 7 * SECOND;
    List<Message> inTime = new ArrayList<>();
    List<Message> tooLate = new ArrayList<>();
    for (Message message : messages(new Random(5), 13)) {
      List<Message> at = new ArrayList<>(List.of(message));
      long time = message.receiveTimeNs();
      for (long[] order : new long[][] {{30, 1}, {100, 2}, {400, 3}, {600, 4}}) {
        if (time == BEGIN + order[0] * MINUTE) {
          at.add(told(scenario, time, time, "" + order[1]));
        }
      }
      tooLate.addAll(at);
      inTime.addAll(at);
      if (time == BEGIN + 390 * MINUTE) {
        inTime.add(told(scenario, late, late, "3"));
      }
      if (time == BEGIN + told * MINUTE) {
        tooLate.add(told(scenario, late, time, "3"));
      }
    }
    Plant always = new Plant();
    always.run(inTime, Map.of());
    Plant plant = new Plant();
    plant.stepsBeside = true;
    plant.run(tooLate, Map.of());
    plant.hoursGoBy();
    always.hoursGoBy();
    long to = BEGIN + 9 * HOUR;
    assertThat(always.orders(BEGIN, to)).hasSizeGreaterThanOrEqualTo(4);
    assertThat(StoredRows.differences(plant.orders(BEGIN, to), always.orders(BEGIN, to))).isEmpty();
  }

  /**
   * The output is more than five hours behind the bottleneck. The days that are made again have a
   * part of some orders only: these stay, until the days are made again that they reach into.
   */
  @Test
  void anOrderOverMidnightIsMadeAgainAsAWholeOrStaysAsItIs() throws IOException {
    config.order = new EfficiencyConfig.OrderSignals("order", null, null);
    config.silentAfter = Duration.ofMinutes(20);
    long noon = StoredRows.nanos("2026-03-02T12:00:00Z");
    FoldScenario scenario = new FoldScenario(config);
    List<Message> messages = new ArrayList<>();
    for (int minute = 0; minute < 24 * 60; minute += 10) {
      long at = noon + minute * MINUTE;
      for (String machine : List.of(FoldScenario.MACHINE, "s/a/l/n")) {
        int made = machine.endsWith("n") ? minute - 320 : minute;
        String order = made < 0 ? "" : "o" + made / 180;
        Object[] fields = {"state", "RUNNING", "total", minute, "good", minute, "order", order};
        messages.add(scenario.message(machine, at, at, Quality.GOOD, fields));
      }
    }
    RecomputedPlant plant = new RecomputedPlant(config, new MemoryLog(), noon);
    plant.runTo(noon + 24 * HOUR, messages);
    Map<String, Map<String, Object>> before = ended(plant);
    config.cycle = new EfficiencyConfig.ConstantCycle(Duration.ofMillis(1300));
    RecomputedPlant always = new RecomputedPlant(config, new MemoryLog(), noon);
    always.runTo(noon + 24 * HOUR, messages);
    Map<String, Map<String, Object>> right = ended(always);
    plant.restart(config);
    plant.recompute.ask(Asset.NONE, noon, noon + 12 * HOUR);
    plant.recomputeAll();
    Map<String, Map<String, Object>> first = ended(plant);
    assertThat(first.keySet()).isEqualTo(right.keySet()).hasSize(14);
    first.forEach(
        (row, fields) -> assertThat(fields).as(row).isIn(before.get(row), right.get(row)));
    assertThat(
            first.entrySet().stream().filter(row -> row.getValue().equals(right.get(row.getKey()))))
        .hasSize(8);
    plant.recompute.ask(Asset.NONE, noon + 12 * HOUR, noon + 19 * HOUR);
    plant.recomputeAll();
    assertThat(StoredRows.differences(right, ended(plant))).isEmpty();
  }

  /** The orders that began before three at night. */
  private static Map<String, Map<String, Object>> ended(RecomputedPlant plant) {
    long to = StoredRows.nanos("2026-03-03T03:00:00Z");
    Map<String, Map<String, Object>> rows =
        plant.store.content(0, to, name -> name.startsWith("efficiency_order"));
    rows.keySet().removeIf(row -> !row.startsWith("efficiency_order"));
    rows.values().removeIf(row -> "".equals(row.get("order")));
    return rows;
  }

  /**
   * Of two times the log has lost all readings. In the first one the bottleneck made its last piece
   * before an order, in the second one the output made its part of another order.
   */
  @Test
  void anOrderStaysOfWhichTheBeginOrAPartOnAnotherMachineMayBeMissing() throws IOException {
    config.order = new EfficiencyConfig.OrderSignals("order", null, null);
    config.energy = null;
    config.counts =
        EfficiencyConfigBuilder.count(
            "total", "good", null, EfficiencyConfig.CountKind.CUMULATIVE, 0);
    FoldScenario scenario = new FoldScenario(new EfficiencyConfigBuilder());
    List<Message> messages = new ArrayList<>();
    for (int minute = 0; minute < 600; minute++) {
      long at = BEGIN + minute * MINUTE;
      int total = 20 * (minute < 120 ? minute : Math.max(120, minute - 60)); // for an hour none
      String order = minute < 150 ? "1" : minute < 330 ? "2" : minute < 420 ? "3" : "4";
      boolean early = minute >= 302 && minute < 308;
      Object[] fields = {"state", "RUNNING", "total", total, "good", total, "order", order};
      messages.add(scenario.message(FoldScenario.MACHINE, at, at, Quality.GOOD, fields));
      Object[] ofOutput = {
        "state", "RUNNING", "total", total, "good", total, "order", early ? "3" : "other"
      };
      messages.add(scenario.message("s/a/l/n", at, at, Quality.GOOD, ofOutput));
    }
    RecomputedPlant plant = new RecomputedPlant(config, new MemoryLog(), BEGIN);
    plant.runTo(BEGIN + 10 * HOUR, messages);
    Map<String, Object> changedOver = order(plant, "/m {level=machine}", 150);
    Map<String, Object> ofLine = order(plant, " {level=line}", 330);
    Map<String, Object> later = order(plant, "/m {level=machine}", 330);
    assertThat(changedOver).containsEntry("order", "2").containsEntry("changeover_s", 3660.0);
    assertThat(ofLine).containsEntry("order", "3").containsEntry("members", 2.0);
    plant.log.gone.set(2 * 110, 2 * 125);
    plant.log.gone.set(2 * 300, 2 * 310);
    config.cycle = new EfficiencyConfig.ConstantCycle(Duration.ofMillis(1300));
    plant.reload(config);
    plant.recompute.ask(Asset.NONE, BEGIN, BEGIN + 8 * HOUR);
    plant.recomputeAll();
    assertThat(order(plant, "/m {level=machine}", 150)).isEqualTo(changedOver);
    assertThat(order(plant, " {level=line}", 330)).isEqualTo(ofLine);
    assertThat(order(plant, "/m {level=machine}", 330)).isNotEqualTo(later);
  }

  /** No piece was made for two days and a half before an order. */
  @Tag("soak") // days
  @Test
  void theChangeoverOfAnOrderReachesBackAsFarAsItsLastPieceBefore() throws IOException {
    RecomputedPlant plant = afterALongPause(Duration.ofMillis(1000), 0);
    assertThat(afterThePause(plant)).containsEntry("changeover_s", 216_900.0);
    config.cycle = new EfficiencyConfig.ConstantCycle(Duration.ofMillis(1300));
    plant.reload(config);
    plant.recompute.ask(Asset.NONE, BEGIN + 66 * HOUR, BEGIN + 72 * HOUR);
    plant.recomputeAll();
    sameAfterThePause(plant, afterALongPause(Duration.ofMillis(1300), 0));
  }

  @Tag("soak") // days
  @Test
  void aLateFirstPieceEndsALongChangeoverAsOneInTimeDoes() throws IOException {
    RecomputedPlant plant = afterALongPause(Duration.ofMillis(1000), 30);
    plant.now += HOUR;
    for (int i = 0; i < 1000; i++) {
      plant.live.step();
      plant.recompute.step();
    }
    RecomputedPlant always = afterALongPause(Duration.ofMillis(1000), 1);
    assertThat(afterThePause(always)).containsEntry("changeover_s", 216_780.0);
    sameAfterThePause(plant, always);
  }

  private static void sameAfterThePause(RecomputedPlant plant, RecomputedPlant always) {
    assertThat(afterThePause(plant))
        .containsEntry("origin", "log")
        .usingRecursiveComparison()
        .ignoringFields("origin", "revision", "undefined")
        .isEqualTo(afterThePause(always));
  }

  private static Map<String, Object> afterThePause(RecomputedPlant plant) {
    return order(plant, "/m {level=machine}", 67 * 60);
  }

  /**
   * Order 1 makes pieces up to hour 8, order 2 begins at hour 67 and makes its first piece 75
   * minutes later; or 2 minutes before, in a reading that comes so many minutes late, where that is
   * above 0.
   */
  private RecomputedPlant afterALongPause(Duration cycle, int late) throws IOException {
    config.order = new EfficiencyConfig.OrderSignals("order", null, null);
    config.energy = null;
    config.silentAfter = Duration.ofMinutes(10);
    config.cycle = new EfficiencyConfig.ConstantCycle(cycle);
    FoldScenario scenario = new FoldScenario(new EfficiencyConfigBuilder());
    List<Message> messages = new ArrayList<>();
    for (int minute = 0; minute <= 80 * 60; minute += 5) {
      long at = BEGIN + minute * MINUTE;
      boolean pauses = minute > 8 * 60 && minute < 67 * 60 + 75;
      int total = minute <= 8 * 60 ? 100 * minute : pauses ? 48_000 : 100 * minute - 361_000;
      String order = minute < 67 * 60 ? "1" : minute < 70 * 60 ? "2" : "3";
      String state = pauses ? "IDLE" : "RUNNING";
      Object[] fields = {"state", state, "total", total, "good", total, "order", order};
      messages.add(scenario.message(FoldScenario.MACHINE, at, at, Quality.GOOD, fields));
      if (late > 0 && minute == 67 * 60 + 70) {
        long first = at + 3 * MINUTE;
        messages.add(
            scenario.message(
                FoldScenario.MACHINE,
                first,
                first + (late - 1) * MINUTE,
                Quality.GOOD,
                "total",
                48_005,
                "good",
                48_005));
      }
    }
    messages.sort(Comparator.comparingLong(Message::receiveTimeNs));
    RecomputedPlant plant = new RecomputedPlant(config, new MemoryLog(), BEGIN);
    plant.runTo(BEGIN + 80 * HOUR, messages);
    return plant;
  }

  private static Map<String, Object> order(RecomputedPlant plant, String name, int minute) {
    return Map.copyOf(plant.store.row("efficiency_order s/a/l" + name, BEGIN + minute * MINUTE));
  }

  private static Message told(FoldScenario scenario, long at, long receivedNs, String order) {
    return scenario.message(FoldScenario.MACHINE, at, receivedNs, Quality.GOOD, "order", order);
  }

  @Tag("soak")
  @ParameterizedTest
  @Seeds(few = 1, all = 7)
  void whenAndInWhichOrderTheyAreSaidDoesNotMatter(int seed) throws IOException {
    Random random = new Random(seed);
    List<Message> messages = messages(random, 12);
    Map<Integer, List<Entry>> prompt = new TreeMap<>();
    TreeMap<Long, OrderEvent> late = new TreeMap<>();
    TreeMap<Integer, OrderEvent> taken = new TreeMap<>();
    for (long at = BEGIN + 20 * MINUTE; at < BEGIN + 9 * HOUR; at += random.nextInt(80) * MINUTE) {
      at += 13 * SECOND;
      Step step = random.nextInt(4) == 0 ? Step.values()[random.nextInt(3)] : Step.STARTED;
      String order = step == Step.STARTED ? "" + random.nextInt(4) : "";
      OrderEvent event = event(0, at, step, order);
      long when = at + (random.nextBoolean() ? 0 : random.nextInt(120) * MINUTE);
      while (late.containsKey(when)) {
        when++;
      }
      late.put(when, event);
      if (random.nextInt(5) == 0) {
        taken.put(place(when) + random.nextInt(200), event);
      } else {
        prompt.computeIfAbsent(place(at), place -> new ArrayList<>()).add(event);
      }
    }
    OrderEvent last = event(0, BEGIN + 10 * HOUR, Step.FINISHED, "");
    late.put(last.at(), last);
    prompt.computeIfAbsent(place(last.at()), place -> new ArrayList<>()).add(last);
    Plant always = new Plant();
    always.run(messages, prompt);
    Map<Integer, List<Entry>> said = new TreeMap<>();
    Map<OrderEvent, Integer> ids = new IdentityHashMap<>();
    late.forEach(
        (when, event) -> said.computeIfAbsent(place(when), p -> new ArrayList<>()).add(event));
    taken.forEach((place, event) -> said.computeIfAbsent(place, p -> new ArrayList<>()));
    int id = 0;
    for (Map.Entry<Integer, List<Entry>> each : said.entrySet()) {
      for (Entry entry : each.getValue()) {
        ids.put((OrderEvent) entry, id++);
      }
      OrderEvent undone = taken.get(each.getKey());
      if (undone != null) {
        Origin origin = new Origin("anna", BEGIN + each.getKey() * MINUTE, "::1");
        each.getValue().add(new Undo(0, ids.get(undone), "", origin));
        id++;
      }
    }
    Plant plant = new Plant();
    plant.stepsBeside = true;
    plant.run(messages, said);
    long to = BEGIN + 10 * HOUR;
    plant.hoursGoBy();
    always.hoursGoBy();
    assertThat(always.orders(BEGIN, to)).hasSizeGreaterThan(4);
    assertThat(StoredRows.differences(plant.orders(BEGIN, to), always.orders(BEGIN, to))).isEmpty();
  }
}
