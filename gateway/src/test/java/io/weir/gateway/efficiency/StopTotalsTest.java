package io.weir.gateway.efficiency;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.api.MachineStates;
import io.weir.gateway.api.MachineView.Period;
import io.weir.gateway.api.MachineView.StopQuery;
import io.weir.gateway.api.StopList;
import io.weir.gateway.efficiency.calendar.ShiftCalendar;
import io.weir.gateway.efficiency.config.EfficiencyConfig;
import io.weir.gateway.efficiency.config.EfficiencyConfigBuilder;
import io.weir.gateway.efficiency.config.ReasonTree;
import io.weir.gateway.efficiency.figure.EfficiencySnapshot;
import io.weir.gateway.live.Scope;
import io.weir.gateway.log.ManualTime;
import io.weir.gateway.model.Message;
import io.weir.gateway.model.Reading;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The list of stops and their sums while stops begin and end, and their rows are still on the way.
 */
class StopTotalsTest {

  private static final long SECOND = ShiftCalendar.SECOND;

  /** A machine, its figures, and a history that gets the rows some time later. */
  private static final class Shown {
    final ManualTime time = new ManualTime();
    final FoldScenario scenario;
    final History history;
    final Deque<Message> onTheWay = new ArrayDeque<>();
    final MachineStates states;
    final long delayNs;

    Shown(EfficiencyConfigBuilder config, long delayNs) {
      this.delayNs = delayNs;
      scenario = new FoldScenario(config);
      history = new History(config.lateness.toNanos());
      EfficiencyConfig built = config.build();
      states =
          new MachineStates(
              () -> scenario.fold.snapshot(time.wallNs()), history, () -> built, time);
    }

    void pass(long seconds, @Nullable String state) {
      time.advance(Duration.ofSeconds(seconds));
      if (state != null) {
        scenario.fold.accept(message(state));
      }
      scenario.fold.flush();
      List<Reading> rows = scenario.fold.takeRows();
      onTheWay.add(message(rows, time.wallNs()));
      while (!onTheWay.isEmpty()
          && onTheWay.getFirst().receiveTimeNs() <= time.wallNs() - delayNs) {
        history.accept(onTheWay.removeFirst());
      }
    }

    private Message message(String state) {
      long now = time.wallNs();
      return scenario.message(
          FoldScenario.MACHINE,
          now - 3 * SECOND,
          now,
          io.weir.gateway.model.Quality.GOOD,
          "state",
          state);
    }

    private static Message message(List<Reading> rows, long at) {
      return new Message("f", "f", at, 0, 0, rows.size(), 0, 0, rows, List.of(), new byte[0]);
    }

    StopList stops() {
      return stops(new Period.Hours(24));
    }

    StopList stops(Period period) {
      Scope all = new Scope(null, null, null, null);
      return states.stops(new StopQuery(period, all, null, null, false, 1000));
    }

    double failures() {
      EfficiencySnapshot now = scenario.fold.snapshot(time.wallNs());
      return now.machines().get(0).shift().figures().failures();
    }

    double seconds() {
      return stops().pareto().stream().mapToDouble(StopList.Sum::seconds).sum();
    }
  }

  @Test
  void aStopThatEndsStaysInTheListAndInTheSums() {
    Shown shown = new Shown(new EfficiencyConfigBuilder(), 20 * SECOND);
    shown.pass(0, "RUNNING");
    shown.pass(55, "RUNNING");
    shown.pass(10, "DOWN");
    shown.pass(30, "DOWN");
    assertThat(shown.stops().stops()).singleElement().matches(StopList.Stop::open);
    assertThat(shown.stops().stops()).singleElement().matches(StopList.Stop::provisional);
    assertThat(shown.stops().pareto().get(0).provisionalSeconds()).isEqualTo(30);
    shown.pass(10, "RUNNING");
    assertThat(shown.stops().stops())
        .singleElement()
        .matches(stop -> !stop.open() && !stop.provisional() && stop.seconds() == 40)
        .matches(stop -> stop.state().equals("micro_stop"));
    assertThat(shown.seconds()).isEqualTo(40);
    assertThat(shown.stops().pareto().get(0).provisionalSeconds()).isZero();
    shown.pass(50, "DOWN");
    shown.pass(50, "DOWN");
    shown.pass(50, "DOWN");
    assertThat(shown.stops().stops().get(0).provisional()).isTrue();
    shown.pass(30, "DOWN");
    assertThat(shown.stops().stops().get(0).provisional()).isFalse();
    assertThat(shown.stops().stops().get(0).open()).isTrue();
  }

  @Test
  void aStopHasTheCategoryThatTheCodeOfItsMachineMeans() {
    EfficiencyConfigBuilder config = new EfficiencyConfigBuilder();
    ReasonTree.Node jam =
        new ReasonTree.Node(
            "Jam",
            "Jam",
            "Mechanical",
            false,
            false,
            List.of("JAM"),
            List.of(List.of("s/a/*")),
            List.of());
    ReasonTree.Node other =
        new ReasonTree.Node(
            "Film torn",
            "Film torn",
            "Material",
            false,
            false,
            List.of("JAM", "IDLE"),
            List.of(List.of("t")),
            List.of());
    config.reasons = new ReasonTree(List.of(other, jam));
    Shown shown = new Shown(config, 20 * SECOND);
    shown.pass(0, "RUNNING");
    shown.pass(30, "JAM");
    shown.pass(30, "RUNNING");
    shown.pass(30, "IDLE");
    shown.pass(30, "RUNNING");
    assertThat(shown.stops().stops())
        .extracting(StopList.Stop::reason, StopList.Stop::reasonCategory)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("IDLE", ""),
            org.assertj.core.groups.Tuple.tuple("Jam", "Mechanical"));
    assertThat(shown.stops().pareto())
        .extracting(StopList.Sum::reasonCategory)
        .containsExactlyInAnyOrder("", "Mechanical");
  }

  @Test
  void aSilenceIsProvisionalUntilTheMachineSpeaks() {
    Shown shown = new Shown(new EfficiencyConfigBuilder(), 20 * SECOND);
    shown.pass(0, "DOWN");
    shown.pass(50, "DOWN");
    shown.pass(200, null);
    assertThat(shown.stops().stops()).extracting(StopList.Stop::state).contains("unknown", "down");
    assertThat(shown.stops().stops().get(0).provisional()).isTrue();
    assertThat(shown.seconds()).isEqualTo(250);
    shown.pass(10, "DOWN");
    assertThat(shown.stops().stops())
        .noneMatch(stop -> stop.state().equals("unknown") && stop.open());
    assertThat(shown.seconds()).isEqualTo(260);
  }

  /** Readings in order, also after silences: time that was shown is never taken back. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3})
  void totalsNeverShrink(int seed) {
    Random random = new Random(seed);
    EfficiencyConfigBuilder config = new EfficiencyConfigBuilder();
    config.lateness = Duration.ofSeconds(random.nextInt(2) * 600L);
    config.shift("early", "00:00", "08:00").shift("late", "08:00", "00:00");
    Shown shown = new Shown(config, random.nextInt(60) * SECOND);
    String[] states = {"RUNNING", "RUNNING", "DOWN", "IDLE", "SETUP"};
    String state = "RUNNING";
    double before = 0;
    double run = 0;
    List<Double> steps = new ArrayList<>();
    for (int i = 0; i < 700; i++) {
      int seconds = random.nextInt(40) == 0 ? 60 + random.nextInt(200) : 1 + random.nextInt(30);
      boolean silent = seconds > 60;
      boolean speaks = i == 0 || random.nextInt(8) > 0;
      state = random.nextInt(6) == 0 ? states[random.nextInt(states.length)] : state;
      shown.pass(seconds, speaks || silent ? state : null);
      double now = shown.seconds();
      assertThat(now).as("step " + i).isGreaterThanOrEqualTo(before - 1e-6);
      run += now > before ? 1 : 0;
      before = now;
      steps.add(now);
    }
    assertThat(run).isGreaterThan(100);
    assertThat(shown.stops().stops())
        .extracting(StopList.Stop::state)
        .contains("down", "micro_stop", "unknown");
  }

  /**
   * Wherever the machine runs again. A breakdown that is told in the last reading before a silence
   * has no time and no row, so here each state is told twice before the machine falls silent.
   */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3})
  void theListCountsAsManyBreakdownsAsTheFigures(int seed) {
    Random random = new Random(seed);
    EfficiencyConfigBuilder config = new EfficiencyConfigBuilder();
    Shown shown = new Shown(config, random.nextInt(60) * SECOND);
    String[] states = {"RUNNING", "DOWN", "DOWN", "IDLE", "FLYING"};
    String state = "RUNNING";
    boolean twice = false;
    int compared = 0;
    for (int i = 0; i < 500; i++) {
      boolean silent = twice && random.nextInt(4) == 0;
      String before = state;
      state = random.nextInt(3) == 0 ? states[random.nextInt(states.length)] : state;
      shown.pass(silent ? 70 + random.nextInt(300) : 1 + random.nextInt(59), state);
      twice = state.equals(before) && !silent;
      if (state.equals("RUNNING")) {
        long counted =
            shown.stops(new Period.Shift(false)).pareto().stream()
                .filter(sum -> sum.state().equals("down"))
                .mapToLong(StopList.Sum::count)
                .sum();
        assertThat((double) counted).as("step %d", i).isEqualTo(shown.failures());
        compared++;
      }
    }
    assertThat(compared).isGreaterThan(50);
  }
}
