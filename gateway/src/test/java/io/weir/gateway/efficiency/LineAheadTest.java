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
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;

/**
 * A line whose output is known minutes before its bottleneck; and whose gateway has a wrong clock.
 */
@Tag("slow")
class LineAheadTest {

  private static final long SECOND = ShiftCalendar.SECOND;
  private static final long MINUTE = ShiftCalendar.MINUTE;
  private static final long HOUR = ShiftCalendar.HOUR;
  private static final long BEGIN = StoredRows.nanos("2026-03-02T05:30:00Z");

  private static EfficiencyConfigBuilder config(int seed) {
    EfficiencyConfigBuilder config =
        new EfficiencyConfigBuilder()
            .shift("early", "06:00", "14:00", EfficiencyConfigBuilder.pause("10:00", 30))
            .shift("late", "14:00", "22:00");
    config.silentAfter = Duration.ofMinutes(3);
    config.cycle = new EfficiencyConfig.MetricCycle("cycle");
    config.order = new EfficiencyConfig.OrderSignals("order", "product", "quantity");
    config.counts =
        EfficiencyConfigBuilder.count(
            "total", null, "reject", EfficiencyConfig.CountKind.CUMULATIVE, 0);
    config.lines.add(
        new EfficiencyConfig.Line(
            "s/a/l", List.of(), List.of("pack"), seed % 2 == 0 ? "press" : null));
    return config;
  }

  private static List<Message> readings(int seed, FoldScenario scenario) {
    List<Message> messages = new ArrayList<>();
    for (String machine : new String[] {"saw", "press", "pack"}) {
      Random random = new Random(seed * 31L + machine.hashCode());
      long behind = machine.equals("press") ? (2 + random.nextInt(8)) * MINUTE : 0;
      int total = 0;
      int scrap = 0;
      String state = "RUNNING";
      for (long at = BEGIN; at < BEGIN + 10 * HOUR; at += (5 + random.nextInt(40)) * SECOND) {
        if (random.nextInt(150) == 0) {
          at += random.nextInt(25) * MINUTE;
        }
        if (random.nextInt(30) == 0) {
          String[] states = {"RUNNING", "RUNNING", "DOWN", "IDLE", "MAINTENANCE"};
          state = states[random.nextInt(states.length)];
        }
        total += state.equals("RUNNING") ? random.nextInt(9) : 0;
        scrap += random.nextInt(20) == 0 ? 1 : 0;
        List<Object> fields = new ArrayList<>(List.of("state", state, "total", total));
        fields.addAll(List.of("reject", scrap, "cycle", machine.equals("press") ? 4 : 3));
        if (random.nextInt(80) == 0) {
          fields.addAll(List.of("order", "o" + at / HOUR));
        }
        long late = behind + (random.nextInt(20) == 0 ? random.nextInt(60) * SECOND : 0);
        messages.add(
            scenario.message("s/a/l/" + machine, at, at + late, Quality.GOOD, fields.toArray()));
      }
    }
    messages.sort(Comparator.comparingLong(Message::receiveTimeNs));
    return messages;
  }

  private static Map<String, Map<String, Object>> rows(StoredRows store) {
    return store.content(
        BEGIN,
        BEGIN + 8 * HOUR,
        name -> name.contains("bucket=") || name.startsWith("efficiency_order"));
  }

  @ParameterizedTest
  @Seeds(few = 1, all = 20)
  void itsFiguresAreTheSameHoweverTheyAreMade(int seed) throws IOException {
    EfficiencyConfigBuilder config = config(seed);
    List<Message> arrives = readings(seed, new FoldScenario(config));
    long end = BEGIN + 11 * HOUR;
    RecomputedPlant plant = new RecomputedPlant(config, new MemoryLog(), BEGIN);
    plant.runTo(end, arrives);
    Map<String, Map<String, Object>> live = rows(plant.store);
    RecomputedPlant restarted = new RecomputedPlant(config, new MemoryLog(), BEGIN);
    Random restarts = new Random(seed);
    while (restarted.now < end) {
      restarted.runTo(Math.min(end, restarted.now + (1 + restarts.nextInt(60)) * MINUTE), arrives);
      if (restarts.nextBoolean()) {
        restarted.restart(config);
      } else {
        restarted.crash();
      }
    }
    assertThat(StoredRows.differences(live, rows(restarted.store))).as("restarted").isEmpty();
    plant.recompute.ask(Asset.NONE, BEGIN, BEGIN + 8 * HOUR);
    plant.recomputeAll();
    assertThat(StoredRows.differences(live, rows(plant.store))).as("made again").isEmpty();
    List<Message> inTime = new ArrayList<>();
    arrives.forEach(each -> inTime.add(received(each, time(each))));
    inTime.sort(Comparator.comparingLong(LineAheadTest::time));
    RecomputedPlant ordered = new RecomputedPlant(config, new MemoryLog(), BEGIN);
    ordered.runTo(end, inTime);
    assertThat(StoredRows.differences(live, rows(ordered.store))).as("in time").isEmpty();
  }

  @ParameterizedTest
  @Seeds(few = 1, all = 12)
  void aClockOfTheGatewayThatIsAheadForAWhileChangesNothing(int seed) throws IOException {
    EfficiencyConfigBuilder config = config(seed);
    List<Message> arrives = readings(seed, new FoldScenario(config));
    long end = BEGIN + 11 * HOUR;
    RecomputedPlant right = new RecomputedPlant(config, new MemoryLog(), BEGIN);
    right.runTo(end, arrives);
    long from = BEGIN + 3 * HOUR;
    long to = from + (seed % 3 == 0 ? 10 : 70) * MINUTE;
    long ahead = seed % 2 == 0 ? HOUR : 26 * HOUR;
    RecomputedPlant wrong = new RecomputedPlant(config, new MemoryLog(), BEGIN);
    Iterator<Message> next = arrives.iterator();
    Message each = next.next();
    for (long now = BEGIN; now < end; now += MINUTE) {
      long by = now >= from && now < to ? ahead : 0;
      for (; each.receiveTimeNs() <= now && next.hasNext(); each = next.next()) {
        wrong.feed.add(received(each, each.receiveTimeNs() + by));
      }
      wrong.now = now + by;
      while (wrong.live.step()) {
        // all that is there
      }
      if (now % HOUR == 0) {
        wrong.crash();
      }
    }
    assertThat(StoredRows.differences(rows(right.store), rows(wrong.store))).isEmpty();
  }

  private static long time(Message message) {
    return message.readings().get(0).timeNs();
  }

  private static Message received(Message message, long receivedNs) {
    return new Message(
        message.source(),
        message.topic(),
        receivedNs,
        0,
        0,
        message.received(),
        0,
        0,
        message.readings(),
        List.of(),
        new byte[0]);
  }
}
