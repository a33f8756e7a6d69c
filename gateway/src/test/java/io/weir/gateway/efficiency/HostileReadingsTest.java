package io.weir.gateway.efficiency;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.efficiency.calendar.ShiftCalendar;
import io.weir.gateway.efficiency.config.EfficiencyConfig;
import io.weir.gateway.efficiency.config.EfficiencyConfigBuilder;
import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Message;
import io.weir.gateway.model.Quality;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;

/**
 * Readings of machines that lie: counts that fall, jump, are negative, huge, no number or text,
 * orders that change in the instant of a count, states that come before their counts or late,
 * clocks that step, in a night in which the clocks change.
 */
@Tag("slow")
class HostileReadingsTest {

  private static final long SECOND = ShiftCalendar.SECOND;
  private static final long MINUTE = ShiftCalendar.MINUTE;
  private static final long HOUR = ShiftCalendar.HOUR;
  private static final String[] MACHINES = {"s/a/l/m", "s/a/l/n", "s/a/k/o"};
  private static final Object[] NO_COUNTS = {
    Double.NaN,
    -1e300,
    1e300,
    "",
    "out of order",
    "1e999",
    "-7",
    true,
    -1L,
    Long.MIN_VALUE,
    Long.MAX_VALUE,
    (1L << 53) + 1,
    99_000_000L,
    0L,
    4_294_967_295L
  };

  private static EfficiencyConfigBuilder config(int seed, Random random) {
    EfficiencyConfigBuilder config =
        new EfficiencyConfigBuilder()
            .shift("early", "06:00", "14:00", EfficiencyConfigBuilder.pause("10:00", 30))
            .shift("late", "14:00", "22:00")
            .shift("night", "22:00", "06:00", EfficiencyConfigBuilder.pause("02:15", 60));
    config.zone = "Europe/Berlin";
    config.silentAfter = Duration.ofMinutes(3);
    config.cycle = new EfficiencyConfig.ConstantCycle(Duration.ofSeconds(seed % 3 == 1 ? 60 : 1));
    EfficiencyConfig.CountKind[] kinds = EfficiencyConfig.CountKind.values();
    config.counts =
        EfficiencyConfigBuilder.count(
            seed % 4 == 1 ? null : "total",
            seed % 4 == 1 || random.nextBoolean() ? "good" : null,
            "reject",
            kinds[random.nextInt(kinds.length)],
            random.nextBoolean() ? 65_536 : 0);
    config.order = new EfficiencyConfig.OrderSignals("order", "product", "quantity");
    if (random.nextBoolean()) {
      config.energy = new EfficiencyConfig.Energy("energy", EfficiencyConfig.EnergyKind.POWER);
    }
    config.lines.add(new EfficiencyConfig.Line("s/a/l", List.of(), List.of("n"), null));
    return config;
  }

  /**
   * Each up to ten minutes late, some of them twice. No silence is so long that the minutes of a
   * line are left to a recompute.
   */
  private static List<Message> readings(Random random, FoldScenario scenario, long begin) {
    List<Message> messages = new ArrayList<>();
    for (String machine : MACHINES) {
      long total = random.nextInt(65_000);
      long reject = 0;
      int order = 0;
      for (long at = begin; at < begin + 20 * HOUR; at += 1 + random.nextInt(60) * SECOND) {
        if (random.nextInt(400) == 0) {
          at += random.nextInt(40) * MINUTE;
        }
        total += random.nextInt(20);
        reject += random.nextInt(12) == 0 ? 1 : 0;
        if (random.nextInt(200) == 0) {
          total = random.nextInt(50);
          reject = random.nextInt(5);
        }
        List<Object> fields = new ArrayList<>();
        if (random.nextInt(3) > 0) {
          String[] words = {"RUNNING", "RUNNING", "DOWN", "IDLE", "MAINTENANCE", "SETUP", "", "?"};
          fields.addAll(List.of("state", words[random.nextInt(words.length)]));
        }
        if (random.nextInt(3) > 0) {
          fields.addAll(List.of("total", random.nextInt(20) == 0 ? any(random) : total));
        }
        if (random.nextInt(3) == 0) {
          fields.addAll(List.of("reject", random.nextInt(20) == 0 ? any(random) : reject));
        }
        if (random.nextInt(3) == 0) {
          fields.addAll(List.of("good", random.nextInt(20) == 0 ? any(random) : total - reject));
        }
        if (random.nextInt(20) == 0) {
          fields.addAll(List.of("energy", random.nextInt(5) == 0 ? any(random) : at / 1e12));
        }
        if (random.nextInt(60) == 0) {
          order += random.nextInt(3);
          fields.addAll(
              List.of("order", order % 5 == 0 ? "" : "o" + order, "product", "p" + order % 3));
        }
        if (random.nextInt(60) == 0) {
          fields.addAll(List.of("quantity", random.nextInt(3) == 0 ? any(random) : 500));
        }
        long delay = random.nextInt(5) == 0 ? random.nextInt(580) * SECOND : 0;
        messages.add(scenario.message(machine, at, at + delay, Quality.GOOD, fields.toArray()));
        if (random.nextInt(10) == 0) {
          messages.add(
              scenario.message(machine, at, at + delay + SECOND, Quality.GOOD, fields.toArray()));
        }
      }
    }
    messages.sort(Comparator.comparingLong(Message::receiveTimeNs));
    return messages;
  }

  private static Object any(Random random) {
    return NO_COUNTS[random.nextInt(NO_COUNTS.length)];
  }

  /** What is final of a span. */
  private static Map<String, Map<String, Object>> rows(StoredRows store, long from, long to) {
    return store.content(
        from, to, name -> name.contains("bucket=") || name.startsWith("efficiency_order"));
  }

  /**
   * Numbers that no store takes; times below 0, and pieces of unknown time and ideal times below 0
   * where not more pieces were taken back than made.
   */
  private static List<String> impossible(Map<String, Map<String, Object>> rows) {
    List<String> found = new ArrayList<>();
    rows.forEach(
        (name, row) -> {
          boolean made = row.get("total") instanceof Double total && total >= 0;
          row.forEach(
              (field, value) -> {
                boolean isTime = field.endsWith("_s") && !field.startsWith("ideal");
                boolean isMade = List.of("gap_total", "ideal_total_s").contains(field);
                if (value instanceof Double number
                    && (!Double.isFinite(number) || ((isTime || (isMade && made)) && number < 0))) {
                  found.add(name + " " + field + "=" + number);
                }
              });
        });
    return found;
  }

  /** As often as not it is killed, else stopped, and started again. */
  private static void run(
      RecomputedPlant plant,
      List<Message> arrives,
      long end,
      Random restarts,
      EfficiencyConfigBuilder config)
      throws IOException {
    while (plant.now < end) {
      plant.runTo(Math.min(end, plant.now + (1 + restarts.nextInt(240)) * MINUTE), arrives);
      if (restarts.nextBoolean()) {
        plant.restart(config);
      } else {
        plant.crash();
      }
    }
  }

  @ParameterizedTest
  @Seeds(few = 1, all = 20)
  void figuresOfMachinesThatLieArePossibleAndTheSameHoweverTheyAreMade(int seed)
      throws IOException {
    Random random = new Random(seed);
    String[] nights = {"2026-03-28T15:00:00Z", "2026-10-24T15:00:00Z", "2026-06-01T03:00:00Z"};
    long begin = StoredRows.nanos(nights[seed % 3]);
    EfficiencyConfigBuilder config = config(seed, random);
    List<Message> arrives = readings(random, new FoldScenario(config), begin);
    long end = begin + 21 * HOUR;
    long to = begin + 18 * HOUR;
    RecomputedPlant always = new RecomputedPlant(config, new MemoryLog(), begin);
    always.runTo(end, arrives);
    Map<String, Map<String, Object>> live = rows(always.store, begin, to);
    assertThat(impossible(live)).isEmpty();
    RecomputedPlant restarted = new RecomputedPlant(config, new MemoryLog(), begin);
    run(restarted, arrives, end, random, config);
    assertThat(StoredRows.differences(live, rows(restarted.store, begin, to)))
        .as("restarted")
        .isEmpty();
    always.recompute.ask(Asset.NONE, begin, to);
    always.recomputeAll();
    assertThat(always.recompute.requests().get(0).state()).isEqualTo(RecomputeRequests.State.DONE);
    assertThat(StoredRows.differences(live, rows(always.store, begin, to)))
        .as("made again")
        .isEmpty();
    List<Message> inTime = new ArrayList<>(arrives);
    inTime.sort(Comparator.comparingLong(message -> time(message)));
    FoldScenario ordered = new FoldScenario(config);
    for (Message message : inTime) {
      long at = time(message);
      message.readings().forEach(reading -> ordered.fold.accept(reading, at));
    }
    ordered.flush();
    assertThat(StoredRows.differences(live, rows(ordered.store, begin, to)))
        .as("in the order of time")
        .isEmpty();
  }

  private static long time(Message message) {
    return message.readings().isEmpty()
        ? message.receiveTimeNs()
        : message.readings().get(0).timeNs();
  }
}
