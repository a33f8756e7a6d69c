package io.weir.gateway.efficiency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.weir.gateway.efficiency.calendar.ShiftCalendar;
import io.weir.gateway.efficiency.config.EfficiencyConfig;
import io.weir.gateway.efficiency.config.EfficiencyConfigBuilder;
import io.weir.gateway.model.Message;
import io.weir.gateway.model.Quality;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What must hold for any readings; the seed makes them. */
@Tag("slow")
class FoldPropertiesTest {

  private static final String[] STATES = {
    "RUNNING",
    "RUNNING",
    "RUNNING",
    "IDLE",
    "DOWN",
    "STARVED",
    "BLOCKED",
    "SETUP",
    "MAINTENANCE",
    "FLYING"
  };
  private static final String[][] NIGHTS = {
    // zone, an instant some hours before its clocks change or do not
    {"Europe/Berlin", "2026-03-28T14:00:00Z"},
    {"Europe/Berlin", "2026-10-24T14:00:00Z"},
    {"America/New_York", "2026-03-07T20:00:00Z"},
    {"Australia/Lord_Howe", "2026-04-04T02:00:00Z"},
    {"Asia/Kolkata", "2026-05-04T02:00:00Z"},
    {"UTC", "2026-12-31T10:00:00Z"},
  };

  /** A configuration and a day of readings, made from a seed. */
  private static final class Day {
    final Random random;
    final EfficiencyConfigBuilder config = new EfficiencyConfigBuilder();
    final List<SecondBySecond.Sample> samples = new ArrayList<>();
    final Instant start;

    Day(int seed) {
      random = new Random(seed);
      String[] night = NIGHTS[seed % NIGHTS.length];
      config.zone = night[0];
      start = Instant.parse(night[1]);
      calendar();
      config.lateness = Duration.ofSeconds(60 + random.nextInt(600));
      config.microStop = Duration.ofSeconds(random.nextInt(240));
      config.silentAfter = Duration.ofSeconds(30 + random.nextInt(90));
      config.counts =
          EfficiencyConfigBuilder.count(
              "total", null, "reject", EfficiencyConfig.CountKind.CUMULATIVE, 0);
      samples();
    }

    private void calendar() {
      Set<DayOfWeek> days = EnumSet.allOf(DayOfWeek.class);
      switch (random.nextInt(4)) {
        case 0 ->
            config
                .shift("early", days, "06:00", "14:00", EfficiencyConfigBuilder.pause("10:00", 30))
                .shift("late", days, "14:00", "22:00", EfficiencyConfigBuilder.pause("18:15", 45))
                .shift("night", days, "22:00", "06:00", EfficiencyConfigBuilder.pause("02:15", 30));
        case 1 ->
            config.shift(
                "night", days, "21:30", "02:30", EfficiencyConfigBuilder.pause("01:45", 60));
        case 2 ->
            config
                .shift("a", days, "02:00", "02:30")
                .shift("b", days, "02:30", "16:17", EfficiencyConfigBuilder.pause("12:00", 7));
        default ->
            config.shift(
                "long", days, "05:00", "05:00", EfficiencyConfigBuilder.pause("00:00", 90));
      }
      if (random.nextInt(3) == 0) {
        config.holidays = Set.of(LocalDate.ofInstant(start, ZoneId.of(config.zone)).plusDays(1));
      }
    }

    /** About 20 hours, and at the end signs of life until all before is final. */
    private void samples() {
      long at = start.getEpochSecond() + random.nextInt(3600);
      long end = at + 20 * 3600;
      int total = random.nextInt(1000);
      int scrap = random.nextInt(50);
      while (at < end) {
        boolean life = random.nextInt(4) == 0;
        total = random.nextInt(300) == 0 ? 0 : total + random.nextInt(20);
        scrap += random.nextInt(3);
        samples.add(
            new SecondBySecond.Sample(
                at,
                samples.isEmpty()
                    ? "IDLE"
                    : life || random.nextInt(3) > 0 ? null : STATES[random.nextInt(STATES.length)],
                life || random.nextInt(3) == 0 ? null : total,
                life || random.nextInt(3) == 0 ? null : scrap));
        int wide = random.nextInt(600);
        at += 1 + random.nextInt(wide == 0 ? 9000 : wide < 15 ? 200 : 40);
      }
      for (int i = 0; i < 240; i++) {
        at += 15;
        samples.add(new SecondBySecond.Sample(at, i == 0 ? "RUNNING" : null, null, null));
      }
    }

    List<Message> messages(FoldScenario scenario) {
      List<Message> messages = new ArrayList<>();
      for (SecondBySecond.Sample sample : samples) {
        List<Object> fields = new ArrayList<>(List.of("temperature", 20));
        if (sample.state() != null) {
          fields.addAll(List.of("state", sample.state()));
        }
        if (sample.total() != null) {
          fields.addAll(List.of("total", sample.total()));
        }
        if (sample.scrap() != null) {
          fields.addAll(List.of("reject", sample.scrap()));
        }
        messages.add(message(scenario, FoldScenario.MACHINE, sample.second(), fields));
      }
      return messages;
    }

    Message message(FoldScenario scenario, String machine, long second, List<Object> fields) {
      long time = second * ShiftCalendar.SECOND;
      return scenario.message(machine, time, time, Quality.GOOD, fields.toArray());
    }
  }

  private static FoldScenario played(EfficiencyConfigBuilder config, List<Message> messages) {
    FoldScenario scenario = new FoldScenario(config);
    messages.forEach(scenario::accept);
    return scenario.flush();
  }

  @ParameterizedTest
  @Seeds(few = 1, all = 12)
  void everyFigureIsThatOfTheModelThatGoesSecondBySecond(int seed) {
    Day day = new Day(seed);
    FoldScenario scenario = new FoldScenario(day.config);
    day.messages(scenario).forEach(scenario::accept);
    scenario.flush();
    SecondBySecond model = new SecondBySecond(day.config.build(), day.samples);
    long certain = day.samples.get(day.samples.size() - 1).second() - 1200;
    int compared = 0;
    for (Map.Entry<String, Map<String, Double>> bucket : model.sums.entrySet()) {
      String[] key = bucket.getKey().split(" ");
      long start = Long.parseLong(key[2]);
      Map<String, Object> row =
          scenario.store.efficiency(
              FoldScenario.MACHINE, key[0], key[1], start * ShiftCalendar.SECOND);
      if (row.isEmpty()) {
        assertThat(mayBeAbsent(key[0], start, bucket.getValue(), certain))
            .as(bucket.getKey())
            .isTrue();
        continue;
      }
      boolean over =
          key[0].equals("minute") ? start + 60 <= certain : Boolean.TRUE.equals(row.get("final"));
      if (over) {
        compare(bucket.getKey(), bucket.getValue(), row);
        compared++;
      }
    }
    assertThat(compared).isGreaterThan(400);
  }

  /** Not written: what is not over, and minutes within a silence of more than an hour. */
  private static boolean mayBeAbsent(
      String bucket, long start, Map<String, Double> sums, long certain) {
    boolean silent =
        sums.getOrDefault("unknown_s", 0.0) + sums.getOrDefault("planned_stop_s", 0.0) == 60
            || sums.size() == 1;
    return bucket.equals("minute") && (start + 60 > certain || silent);
  }

  private static void compare(String name, Map<String, Double> sums, Map<String, Object> row) {
    List<String> fields = new ArrayList<>(StoredRows.TIMES);
    fields.addAll(List.of("repair_s", "failures", "micro_stops"));
    for (String field : fields) {
      assertThat((Double) row.get(field))
          .as(name + " " + field + " " + row)
          .isEqualTo(sums.getOrDefault(field, 0.0));
    }
    double total = sums.getOrDefault("total", 0.0);
    double ideal = sums.getOrDefault("ideal_total_s", 0.0);
    if (row.containsKey("total")) {
      assertThat((Double) row.get("total")).as(name + " total").isEqualTo(total);
      assertThat((Double) row.get("gap_total"))
          .as(name + " gap_total")
          .isEqualTo(sums.getOrDefault("gap_total", 0.0), within(1e-3));
      assertThat((Double) row.get("ideal_total_s"))
          .as(name + " ideal")
          .isEqualTo(ideal, within(1e-3));
    }
    if (row.containsKey("good")) {
      double scrap = sums.getOrDefault("scrap", 0.0);
      double idealScrap = sums.getOrDefault("ideal_scrap_s", 0.0);
      assertThat((Double) row.get("good")).as(name + " good").isEqualTo(total - scrap);
      assertThat((Double) row.get("ideal_good_s"))
          .as(name + " ideal good")
          .isEqualTo(ideal - idealScrap, within(1e-3));
    }
    disjointTimesMakePlannedBusyTime(row);
    boolean writtenOnce = Objects.equals(row.get("revision"), 0L);
    if (writtenOnce
        && Stream.of("good", "scrap", "ideal_good_s").allMatch(f -> isDefined(row, f))) {
      FigureIdentitiesTest.hold(row);
    }
  }

  /** Where a ratio is not defined any more, the one of an earlier writing stays in the store. */
  private static boolean isDefined(Map<String, Object> row, String field) {
    return row.get(field) instanceof Double number && number >= 0;
  }

  private static void disjointTimesMakePlannedBusyTime(Map<String, Object> row) {
    double sum = 0;
    for (String field : StoredRows.BUSY_TIMES) {
      sum += (Double) row.get(field);
    }
    assertThat(sum).isEqualTo((Double) row.get("planned_busy_s"), within(1e-6));
  }

  @ParameterizedTest
  @Seeds(few = 1, all = 3)
  void aRestartAtAnyRecordChangesNothing(int seed) {
    Day day = new Day(seed);
    FoldScenario whole = new FoldScenario(day.config);
    List<Message> messages = day.messages(whole);
    messages.forEach(whole::accept);
    FoldScenario parted = new FoldScenario(day.config);
    for (Message message : messages) {
      parted.accept(message);
      if (day.random.nextInt(day.random.nextBoolean() ? 12 : 500) == 0) {
        byte[] before = parted.flush().fold.encode();
        parted.restart();
        assertThat(parted.fold.encode()).isEqualTo(before);
      }
    }
    assertThat(StoredRows.differences(parted.flush().store, whole.flush().store)).isEmpty();
  }

  @ParameterizedTest
  @Seeds(few = 1, all = 4)
  void anyOrderWithinTheLatenessGivesTheSameFigures(int seed) {
    Day day = new Day(seed);
    FoldScenario scenario = new FoldScenario(day.config);
    List<Message> inOrder = day.messages(scenario);
    List<Message> shuffled = new ArrayList<>(inOrder.subList(1, inOrder.size() - 60));
    Map<Message, Long> arrival = new java.util.IdentityHashMap<>();
    int wide = (int) day.config.lateness.toSeconds();
    for (Message message : shuffled) {
      long delay = day.random.nextInt(4) == 0 ? day.random.nextInt(wide) : 0;
      arrival.put(message, message.receiveTimeNs() + delay * ShiftCalendar.SECOND);
    }
    shuffled.sort(Comparator.comparing(arrival::get));
    shuffled.add(0, inOrder.get(0));
    shuffled.addAll(inOrder.subList(inOrder.size() - 60, inOrder.size()));
    StoredRows late = played(day.config, shuffled).store;
    StoredRows prompt = played(day.config, inOrder).store;
    assertThat(StoredRows.differences(late, prompt)).isEmpty();
    assertThat(late.agreesOnStates(prompt)).isTrue();
    assertThat(prompt.agreesOnStates(late)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(ints = {6, 7})
  void duplicatesChangeNothing(int seed) {
    Day day = new Day(seed);
    FoldScenario scenario = new FoldScenario(day.config);
    List<Message> once = day.messages(scenario);
    List<Message> often = new ArrayList<>();
    for (int i = 0; i < once.size(); i++) {
      often.add(once.get(i));
      for (int copies = day.random.nextInt(3); copies > 0; copies--) {
        often.add(once.get(Math.max(0, i - day.random.nextInt(200))));
      }
    }
    assertThat(
            StoredRows.differences(played(day.config, often).store, played(day.config, once).store))
        .isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void levelsAreSumsOfTheirMachines(int seed) {
    Day day = new Day(seed);
    FoldScenario scenario = new FoldScenario(day.config);
    String[] machines = {"s/a/l/m1", "s/a/l/m2", "s/a/k/m3", "s/b/l/m4"};
    List<Message> messages = new ArrayList<>();
    for (String machine : machines) {
      for (Message message :
          new Day(seed + machine.charAt(machine.length() - 1)).messages(scenario)) {
        long second = message.receiveTimeNs() / ShiftCalendar.SECOND;
        long shifted = day.start.getEpochSecond() + Math.floorMod(second, 26 * 3600);
        List<Object> fields = new ArrayList<>(List.of("temperature", 20));
        message.readings().stream()
            .filter(reading -> reading.metric().equals("state"))
            .forEach(
                reading ->
                    fields.addAll(
                        List.of(
                            "state",
                            ((io.weir.gateway.model.Value.Text) reading.value()).value())));
        messages.add(day.message(scenario, machine, shifted, fields));
      }
    }
    messages.sort(Comparator.comparingLong(Message::receiveTimeNs));
    FoldScenario sums = played(day.config, messages);
    Map<String, Map<String, Object>> rows = sums.store.rows("efficiency ");
    for (String[] level :
        new String[][] {{"s/a/l", "line"}, {"s/a/k", "line"}, {"s/a", "area"}, {"s", "site"}}) {
      String[] members =
          Arrays.stream(machines).filter(m -> m.startsWith(level[0] + "/")).toArray(String[]::new);
      assertSums(rows, level[0], level[1], members);
    }
  }

  private static void assertSums(
      Map<String, Map<String, Object>> rows, String asset, String level, String[] members) {
    int compared = 0;
    for (Map.Entry<String, Map<String, Object>> row : rows.entrySet()) {
      String prefix = "efficiency " + asset + " ";
      if (!row.getKey().startsWith(prefix)
          || (Double) row.getValue().get("members") < members.length) {
        continue;
      }
      String rest = row.getKey().substring(prefix.length());
      Map<String, Double> sum = new TreeMap<>();
      for (String member : members) {
        Map<String, Object> of =
            rows.get(
                "efficiency " + member + " " + rest.replace("level=" + level, "level=machine"));
        for (String field :
            List.of("run_s", "unknown_s", "planned_busy_s", "calendar_s", "failures")) {
          sum.merge(field, (Double) of.get(field), Double::sum);
        }
      }
      sum.forEach(
          (field, value) ->
              assertThat((Double) row.getValue().get(field))
                  .as(row.getKey() + " " + field)
                  .isEqualTo(value, within(1e-6)));
      compared++;
    }
    assertThat(compared).as(asset).isGreaterThan(20);
  }
}
