package io.weir.gateway.efficiency;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.efficiency.calendar.ShiftCalendar;
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
 * A line whose machines are silent for up to five hours, some at the same time, and one of which
 * begins late: what the live figures say of it, through starts and kills, is what the same readings
 * say when they are folded again.
 */
@Tag("slow")
class SilentMachinesTest {

  private static final long SECOND = ShiftCalendar.SECOND;
  private static final long MINUTE = ShiftCalendar.MINUTE;
  private static final long HOUR = ShiftCalendar.HOUR;
  private static final long BEGIN = StoredRows.nanos("2026-03-02T00:00:00Z");
  private static final long DAY_END = BEGIN + 24 * HOUR;
  private static final int HOURS = 30;

  /**
   * Its pieces are known in every minute: where all machines of a line are silent for longer than
   * the line keeps minutes, the pieces of the last ones are divided like the hour.
   */
  private static final String STEADY = "o";

  private static final String NEW = "p";

  private static EfficiencyConfigBuilder config() {
    EfficiencyConfigBuilder config = FoldedFigures.plant();
    config.silentAfter = Duration.ofMinutes(2);
    return config;
  }

  private static List<Message> readings(Random random) {
    FoldScenario scenario = new FoldScenario(config());
    List<Message> messages = new ArrayList<>();
    for (String machine : List.of("m", "n", STEADY, NEW)) {
      long begin = machine.equals(NEW) ? random.nextInt(20 * 60) * MINUTE : 0;
      int total = 0;
      for (long at = BEGIN + begin + random.nextInt(40) * SECOND; at < BEGIN + HOURS * HOUR; ) {
        total += random.nextInt(40);
        String state =
            random.nextInt(9) == 0 ? "DOWN" : random.nextInt(9) == 0 ? "IDLE" : "RUNNING";
        Object[] fields = {"state", state, "total", total, "reject", total / 11};
        long received = at + random.nextInt(20) * SECOND;
        messages.add(scenario.message("s/a/l/" + machine, at, received, Quality.GOOD, fields));
        at += (30 + random.nextInt(30)) * SECOND;
        if (!machine.equals(STEADY) && random.nextInt(300) == 0) {
          at += random.nextInt(5 * 60) * MINUTE;
          if (random.nextInt(4) == 0) {
            break; // it is taken away
          }
        }
      }
    }
    messages.sort(Comparator.comparingLong(Message::receiveTimeNs));
    return messages;
  }

  /** What stands in a store of the day; of longer rows than minutes only what is final. */
  private static Map<String, Map<String, Object>> rows(RecomputedPlant plant) {
    return plant.store.content(BEGIN, DAY_END, name -> name.contains("bucket="));
  }

  @ParameterizedTest
  @Seeds(few = 2, all = 14)
  void figuresOfALineWithSilentMachinesAreThoseOfTheSameReadingsFoldedAgain(int seed)
      throws IOException {
    Random random = new Random(seed);
    List<Message> arrives = readings(random);
    RecomputedPlant plant = new RecomputedPlant(config(), new MemoryLog(), BEGIN);
    while (plant.now < BEGIN + HOURS * HOUR) {
      plant.runTo(plant.now + (1 + random.nextInt(6 * 60)) * MINUTE, arrives);
      if (random.nextBoolean()) {
        plant.restart(config());
      } else {
        plant.crash();
      }
    }
    plant.now += HOUR;
    plant.recomputeAll(); // what the live figures lack, as they note
    Map<String, Map<String, Object>> live = rows(plant);
    plant.recompute.ask(Asset.NONE, BEGIN, DAY_END);
    plant.recomputeAll();
    Map<String, Map<String, Object>> again = rows(plant);
    assertThat(StoredRows.differences(live, again)).isEmpty();
    assertThat(again.keySet()).as("24 hours and a day of a line").hasSizeGreaterThan(25);
    assertThat(plant.revisions.fell).isEmpty();
  }
}
