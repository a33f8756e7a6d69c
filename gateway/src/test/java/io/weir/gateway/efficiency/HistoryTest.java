package io.weir.gateway.efficiency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.gateway.efficiency.calendar.ShiftCalendar;
import io.weir.gateway.efficiency.config.EfficiencyConfigBuilder;
import io.weir.gateway.efficiency.figure.FigureNames;
import io.weir.gateway.model.Asset;
import io.weir.gateway.model.MachineState;
import io.weir.gateway.model.Message;
import io.weir.gateway.model.Quality;
import io.weir.gateway.model.Reading;
import io.weir.gateway.model.Series;
import io.weir.gateway.model.Value;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;

class HistoryTest {

  private static final Asset MACHINE = new Asset("s", "a", "l", "m");
  private static final long LATENESS = Duration.ofMinutes(5).toNanos();
  private static final String[] STATES = {
    "RUNNING", "RUNNING", "DOWN", "JAM", "STARVED", "MAINTENANCE", "FLYING"
  };

  /** All rows as a store keeps them: nothing is forgotten, the last one written holds. */
  private static final class AllRows {
    final TreeMap<Long, String> states = new TreeMap<>();
    final TreeMap<String, Double> stops = new TreeMap<>();

    void write(List<Reading> rows) {
      for (int i = 0; i < rows.size(); i++) {
        Reading row = rows.get(i);
        String measurement = row.series().measurement();
        if (measurement.equals(FigureNames.STATE) && row.metric().equals("state")) {
          states.put(row.timeNs(), text(row) + " " + text(rows.get(i + 2)));
        } else if (measurement.equals(FigureNames.STOPS) && row.metric().equals("duration_s")) {
          String stop = row.timeNs() + " " + new TreeMap<>(row.series().tags());
          stops.put(stop, ((Value.Real) row.value()).value());
        }
      }
    }

    private static String text(Reading row) {
      return ((Value.Text) row.value()).value();
    }

    /** The same form as {@link HistoryTest#spans}. */
    List<String> spans(long from, long to) {
      List<String> spans = new ArrayList<>();
      long start = 0;
      String state = "";
      for (Map.Entry<Long, String> row : states.entrySet()) {
        if (!row.getValue().equals(state)) {
          add(spans, Math.max(start, from), Math.min(row.getKey(), to), state);
          start = row.getKey();
          state = row.getValue();
        }
      }
      add(spans, Math.max(start, from), to, state);
      return spans;
    }

    private static void add(List<String> spans, long start, long end, String state) {
      if (start < end && !state.isEmpty()) {
        spans.add(start + " " + end + " " + state);
      }
    }

    List<String> stops() {
      return stops.entrySet().stream()
          .filter(stop -> stop.getValue() > 0)
          .map(stop -> stop.getKey() + " " + stop.getValue())
          .sorted()
          .toList();
    }
  }

  private static List<String> spans(History history, long from, long to) {
    return history.spans(MACHINE, from, to).stream()
        .map(s -> s.start() + " " + s.end() + " " + s.state().word() + " " + s.reason())
        .toList();
  }

  private static List<String> stops(History history) {
    List<String> stops = new ArrayList<>();
    history.stops(
        MACHINE,
        Long.MIN_VALUE,
        Long.MAX_VALUE,
        stop -> {
          Map<String, String> tags =
              new TreeMap<>(Map.of("category", stop.state().word(), "shift", stop.shift()));
          if (!stop.reason().isEmpty()) {
            tags.put("reason", stop.reason());
          }
          stops.add(stop.start() + " " + tags + " " + stop.lengthNs() / 1e9);
        });
    stops.sort(null);
    return stops;
  }

  private static Message message(List<Reading> rows) {
    return new Message(
        "efficiency", "efficiency", 1, 0, 0, rows.size(), 0, 0, rows, List.of(), new byte[0]);
  }

  private static EfficiencyConfigBuilder config() {
    EfficiencyConfigBuilder config = new EfficiencyConfigBuilder();
    config.lateness = Duration.ofNanos(LATENESS);
    config.microStop = Duration.ofSeconds(90);
    return config
        .shift("early", "06:00", "14:00", EfficiencyConfigBuilder.pause("10:00", 30))
        .shift("late", "14:00", "22:00");
  }

  @ParameterizedTest
  @Seeds(few = 1, all = 13)
  void itAgreesWithAStoreOfAllRowsThoughReadingsAreLateAndItForgetsRepeats(int seed) {
    Random random = new Random(seed);
    Fold fold = new Fold(config().build());
    FoldScenario scenario = new FoldScenario(config());
    History history = new History(LATENESS);
    AllRows plain = new AllRows();
    long now = StoredRows.nanos("2026-03-02T05:00:00Z");
    long begin = now;
    for (int i = 0; i < 2_000; i++) {
      now += random.nextInt(40) * ShiftCalendar.SECOND + (random.nextInt(80) == 0 ? LATENESS : 0);
      // often on the whole minute, where a repeat stands
      now = random.nextInt(3) == 0 ? ShiftCalendar.minute(now).end() : now;
      long late = random.nextInt(4) == 0 ? Math.floorMod(random.nextLong(), LATENESS) : 0;
      long time = (now - late) / ShiftCalendar.SECOND * ShiftCalendar.SECOND;
      Object[] fields =
          random.nextInt(3) == 0
              ? new Object[] {"state", STATES[random.nextInt(STATES.length)]}
              : new Object[] {"temperature", 20};
      fold.accept(scenario.message(FoldScenario.MACHINE, time, now, Quality.GOOD, fields));
      if (random.nextInt(5) == 0) {
        fold.flush();
      }
      if (random.nextInt(20) == 0) {
        fold.tick(now);
      }
      List<Reading> rows = fold.takeRows();
      plain.write(rows);
      history.accept(message(rows));
      if (random.nextInt(50) == 0) {
        history = History.decode(history.encode(), LATENESS);
      }
      if (random.nextInt(50) == 0) {
        history.accept(message(rows)); // read again after a crash
      }
    }
    assertThat(spans(history, begin, now)).isEqualTo(plain.spans(begin, now));
    assertThat(stops(history)).isEqualTo(plain.stops()).hasSizeGreaterThan(20);
    long inner = now - Duration.ofHours(2).toNanos();
    assertThat(spans(history, inner, now)).isEqualTo(plain.spans(inner, now));
  }

  private static Reading row(Asset asset, String metric, Value value, long time) {
    Series series = new Series(FigureNames.STATE, asset, Map.of());
    return new Reading(series, metric, value, time, Quality.GOOD, null);
  }

  private static List<Reading> state(Asset asset, MachineState state, String reason, long time) {
    return List.of(
        row(asset, "state", new Value.Text(state.word()), time),
        row(asset, "code", new Value.Whole(state.code()), time),
        row(asset, "reason", new Value.Text(reason), time));
  }

  private static void change(History history, Asset asset, int i, long step) {
    MachineState state = i % 2 == 0 ? MachineState.RUNNING : MachineState.DOWN;
    history.accept(message(state(asset, state, "r" + i, i * step)));
  }

  @Test
  void aMachineThatFlickersForgetsItsOldest() {
    History history = new History(0);
    int changes = 100_000;
    for (int i = 0; i < changes; i++) {
      change(history, MACHINE, i, ShiftCalendar.SECOND);
    }
    long end = changes * ShiftCalendar.SECOND;
    List<History.StateInterval> spans = history.spans(MACHINE, 0, end);
    assertThat(spans).hasSizeBetween(8_000, 1 << 14);
    assertThat(spans.get(spans.size() - 1).end()).isEqualTo(end);
    assertThat(spans.get(spans.size() - 1).reason()).isEqualTo("r99999");
  }

  @Tag("slow")
  @Test
  void tenThousandMachinesShareTheBound() {
    History history = new History(0);
    for (int i = 0; i < 200; i++) {
      for (int machine = 0; machine < 10_000; machine++) {
        change(history, new Asset("s", "a", "l", "m" + machine), i, ShiftCalendar.MINUTE);
      }
    }
    long spans =
        history.machines().stream()
            .mapToLong(m -> history.spans(m, 0, Long.MAX_VALUE).size())
            .sum();
    assertThat(spans).isBetween((long) History.MOST / 2, (long) History.MOST);
    assertThat(history.encode()).hasSizeLessThan(16 << 20);
  }

  @Test
  void aWeekIsKeptAndWhatTheOldestInstantBeganWith() {
    History history = new History(0);
    history.accept(message(state(MACHINE, MachineState.RUNNING, "", 0)));
    history.accept(message(state(MACHINE, MachineState.DOWN, "", 2 * ShiftCalendar.HOUR)));
    long now = History.KEPT + 3 * ShiftCalendar.HOUR;
    history.accept(message(state(MACHINE, MachineState.RUNNING, "", now)));
    History again = History.decode(history.encode(), 0);
    assertThat(spans(again, 0, now + 1))
        .containsExactly(
            2 * ShiftCalendar.HOUR + " " + now + " down ", now + " " + (now + 1) + " running ");
  }

  @Test
  void bytesThatAreNoHistoryAreRefused() {
    assertThatThrownBy(() -> History.decode(new byte[] {9}, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("format 9");
    History history = new History(0);
    change(history, MACHINE, 1, 1);
    byte[] bytes = history.encode();
    assertThatThrownBy(() -> History.decode(java.util.Arrays.copyOf(bytes, bytes.length - 2), 0))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
