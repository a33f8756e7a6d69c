package io.weir.gateway.efficiency;

import io.weir.gateway.efficiency.calendar.ShiftCalendar;
import io.weir.gateway.efficiency.config.EfficiencyConfig;
import io.weir.gateway.efficiency.config.EfficiencyConfigBuilder;
import io.weir.gateway.model.Message;
import io.weir.gateway.model.Quality;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;

/**
 * A plant from a seed that is received live: each of its machines stops sending now and then. Of
 * some silences a backlog comes later, of others nothing. {@link #play} goes minute by minute, as
 * the gateway does.
 */
final class SilentLine {

  static final String LINE = "s/a/l";
  static final String SUM = "s/a/k";
  static final String[] MACHINES = {
    LINE + "/saw", LINE + "/press", LINE + "/pack", SUM + "/x", SUM + "/y"
  };
  static final long BEGIN = StoredRows.nanos("2026-03-02T05:40:00Z");

  private static final String[] STATES = {
    "RUNNING", "RUNNING", "RUNNING", "DOWN", "STARVED", "MAINTENANCE"
  };

  final EfficiencyConfigBuilder config = new EfficiencyConfigBuilder();
  final FoldScenario scenario;
  private final Random random;
  private final List<Message> received = new ArrayList<>();
  private int next;

  /** What happens after each minute. */
  interface EachMinute {
    void at(long wallNs);
  }

  SilentLine(int seed, int minutes) {
    random = new Random(seed);
    config.shift("early", "06:00", "14:00", EfficiencyConfigBuilder.pause("07:00", 10));
    config.shift("late", "14:00", "22:00");
    config.counts =
        EfficiencyConfigBuilder.count(
            "total", null, "reject", EfficiencyConfig.CountKind.CUMULATIVE, 0);
    config.cycle = new EfficiencyConfig.MetricCycle("cycle");
    config.lines.add(new EfficiencyConfig.Line(LINE, List.of(), List.of("pack"), "press"));
    scenario = new FoldScenario(config);
    for (String machine : MACHINES) {
      send(machine, minutes);
    }
    received.sort(Comparator.comparingLong(Message::receiveTimeNs));
  }

  private void send(String machine, int minutes) {
    long end = BEGIN + minutes * ShiftCalendar.MINUTE;
    long at = BEGIN + random.nextInt(1200) * ShiftCalendar.SECOND / 10;
    int total = 0;
    int scrap = 0;
    long silentUntil = 0;
    boolean backlog = false;
    String state = "RUNNING";
    while (at < end) {
      if (at >= silentUntil && random.nextInt(250) == 0) {
        long length = random.nextInt(4) == 0 ? 4500 : 300;
        silentUntil = at + (60 + random.nextInt((int) length)) * ShiftCalendar.SECOND;
        backlog = random.nextBoolean();
      }
      if (random.nextInt(30) == 0) {
        state = STATES[random.nextInt(STATES.length)];
      }
      total += state.equals("RUNNING") ? random.nextInt(5) : 0;
      scrap += random.nextInt(20) == 0 ? 1 : 0;
      if (at >= silentUntil || backlog) {
        received.add(
            scenario.message(
                machine,
                at,
                Math.max(at, silentUntil),
                Quality.GOOD,
                "state",
                state,
                "total",
                total,
                "reject",
                Math.min(scrap, total),
                "cycle",
                machine.endsWith("press") ? 4 : 3));
      }
      at += (5 + random.nextInt(15)) * ShiftCalendar.SECOND;
    }
  }

  /** Receives up to a wall time; each minute ends as it does in a gateway that has no backlog. */
  void play(long untilNs, EachMinute each) {
    long minute = BEGIN;
    while (minute < untilNs) {
      minute += ShiftCalendar.MINUTE;
      while (next < received.size() && received.get(next).receiveTimeNs() <= minute) {
        scenario.accept(received.get(next++));
        if (random.nextInt(10) == 0) {
          scenario.flush();
        }
      }
      scenario.flush();
      scenario.tick(minute);
      each.at(minute);
    }
  }
}
