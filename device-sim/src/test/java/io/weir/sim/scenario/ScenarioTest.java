package io.weir.sim.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.sim.plant.MachineSample;
import io.weir.sim.plant.Plant;
import io.weir.sim.plant.PlantLayout;
import io.weir.sim.plant.Shifts;
import io.weir.sim.plant.SimulatedState;
import io.weir.sim.plant.Truth;
import java.io.StringReader;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;

class ScenarioTest {

  static final List<String> BUILT_IN = Scenario.BUILT_IN;

  private static final long MINUTE = 60_000;
  private static final PlantLayout LAYOUT = new PlantLayout("plant-a", 3, 4);

  private record Arrival(long after, MachineSample reported, MachineSample actual) {}

  private final List<Arrival> arrivals = new ArrayList<>();
  private int broken;

  @ParameterizedTest(name = "{0}")
  @FieldSource("BUILT_IN")
  void everyBuiltInScenarioSaysWhatItShowsAndFitsTheUsualPlant(String name) {
    Scenario scenario = Scenario.builtIn(name);
    assertThat(scenario.about()).isNotBlank();
    scenario.check(plant().paths());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "evnts: [] | f.yaml line 1: unknown key \"evnts\"; did you mean \"events\"?",
        "`about: x\nzone: Mars/Olympus` | f.yaml line 2: zone is a time zone",
        "start: tomorrow | f.yaml line 1: start is a local time such as 2026-03-28T22:00",
        "[1] | f.yaml line 1: expected keys of a scenario",
        "`` | f.yaml line 1: the file is empty; a scenario has events",
        "`a: [` | f.yaml line 1 is not YAML",
        "`for: 1h\nfor: 2h` | f.yaml line 2: key \"for\" appears twice",
        "for: long | f.yaml line 1: for 'long' is not a duration",
        "for: 4000d | f.yaml line 1: for '4000d' is longer than 3650 days",
        "events: 3 | f.yaml line 1: expected a list of events",
        "`events:\n- 3` | f.yaml line 2: expected keys of an event",
        "`events:\n- {at: 1m}` | f.yaml line 2: \"kind\" is missing",
        "`events:\n"
            + "- {kind: brakedown}` | line 2: kind \"brakedown\" is unknown; did you mean"
            + " \"breakdown\"?",
        "`events:\n- {kind: breakdown, for: 1m, machines: a}` | f.yaml line 2: \"at\" is missing",
        "`events:\n- {kind: breakdown, at: -1m, for: 1m, machines: a}` | at counts from the start",
        "`events:\n- {kind: breakdown, at: 1m, for: 0s, machines: a}` | for is at least 1ms",
        "`events:\n- {kind: breakdown, at: 1m, for: 1m}` | \"machines\" is missing",
        "`events:\n"
            + "- {kind: breakdown, at: 1m, for: 1m, machines: []}` | machines names at least one",
        "`events:\n"
            + "- {kind: breakdown, at: 1m, for: 1m, machines: a, raison: x}` | did you mean"
            + " \"reason\"?",
        "`events:\n"
            + "- {kind: counter-rollover, at: 1m, machines: a, width: 10}` | unknown key \"at\"",
        "`events:\n- {kind: counter-rollover, machines: a, width: 1}` | width is 2 to",
        "`events:\n"
            + "- {kind: counter-rollover, machines: a, width: 2.5}` | is a whole number, not 2.5",
        "`events:\n"
            + "- {kind: scrap-burst, at: 1m, for: 1m, machines: a, probability: much}` | is a"
            + " number, not \"much\"",
        "`events:\n"
            + "- {kind: scrap-burst, at: 1m, for: 1m, machines: a, probability: NaN}` | is 0 to 1,"
            + " not NaN",
        "`events:\n"
            + "- {kind: network-outage, at: 1m, for: 1m, machines: a, messages: gone}` | messages"
            + " is buffered or lost",
      })
  void aMistakeIsReportedWithFileLineKeyAndTheMostSimilarName(String yaml, String message) {
    assertThatThrownBy(() -> read(yaml))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @Test
  void aLongReasonIsRefused() {
    String event = "events: [{kind: breakdown, at: 1m, for: 1m, machines: a, reason: %s}]";
    read(event.formatted("x".repeat(200)));
    assertThatThrownBy(() -> read(event.formatted("x".repeat(201))))
        .hasMessage("f.yaml line 1: reason has at most 200 characters");
  }

  @Test
  void anUnknownMachineIsReportedWithTheMostSimilarName() {
    Scenario scenario =
        read("events:\n- {kind: breakdown, at: 1m, for: 1m, machines: [press-01, pres-05]}");
    assertThatThrownBy(() -> scenario.check(plant().paths()))
        .hasMessage(
            "f.yaml line 2: no machine, line or area \"pres-05\"; did you mean \"press-05\"?");
    assertThatThrownBy(() -> Scenario.of("brakedown"))
        .hasMessageContaining("no file brakedown; did you mean \"breakdown\"?");
  }

  @Test
  void aBrokenMachineIsDownForItsTimeWithItsReasonAndThenContinues() {
    play("{kind: breakdown, at: 5m, for: 3m, machines: press-01, reason: \"a \\\"leak\\\"\"}", 10);
    assertThat(reported("press-01"))
        .filteredOn(each -> each.after() >= 5 * MINUTE && each.after() < 8 * MINUTE)
        .hasSizeGreaterThan(15)
        .allMatch(each -> each.reported().state() == SimulatedState.DOWN)
        .allMatch(each -> each.reported().reason().equals("a \"leak\""))
        .allMatch(each -> each.reported().json().contains("\"reason\":\"a \\\"leak\\\"\""));
    assertThat(reported("press-01"))
        .filteredOn(each -> each.after() == 5 * MINUTE || each.after() == 8 * MINUTE)
        .extracting(each -> each.reported().state())
        .containsExactly(SimulatedState.DOWN, SimulatedState.RUNNING);
  }

  @Test
  void aChangeoverIsASetupAfterWhichAnotherProductIsMade() {
    play("{kind: changeover, at: 5m, for: 4m, machines: line-1, product: X, cycle-factor: 2}", 10);
    MachineSample before = reported("robot-02").get(0).reported();
    MachineSample after = reported("robot-02").get(reported("robot-02").size() - 1).reported();
    assertThat(before.product()).isEqualTo("P1");
    assertThat(after.product()).isEqualTo("X");
    assertThat(after.idealCycle().doubleValue()).isEqualTo(before.idealCycle().doubleValue() * 2);
    assertThat(reported("robot-02"))
        .filteredOn(each -> each.after() >= 5 * MINUTE && each.after() < 9 * MINUTE)
        .allMatch(each -> each.reported().state() == SimulatedState.SETUP);
  }

  @Test
  void aSlowMachineMakesFewerPiecesAndABadOneOnlyScrap() {
    play(
        "{kind: slow-cycle, at: 0s, for: 10m, machines: press-01, factor: 2},"
            + " {kind: scrap-burst, at: 0s, for: 10m, machines: press-05, probability: 1}",
        10);
    assertThat(last("press-01").total()).isBetween(150L, 205L);
    assertThat(last("press-05").total()).isGreaterThan(200).isEqualTo(last("press-05").reject());
  }

  @Test
  void eventsOfOneKindThatOverlapEndEachOnItsOwn() {
    play(
        "{kind: slow-cycle, at: 0s, for: 5m, machines: press-01, factor: 2},"
            + " {kind: slow-cycle, at: 0s, for: 10m, machines: press-01, factor: 2},"
            + " {kind: scrap-burst, at: 0s, for: 5m, machines: press-05, probability: 0},"
            + " {kind: scrap-burst, at: 0s, for: 10m, machines: press-05, probability: 1}",
        10);
    assertThat(last("press-01").total() - totalAt("press-01", 5)).isBetween(80L, 110L);
    assertThat(totalAt("press-01", 5)).isBetween(35L, 55L);
    assertThat(last("press-05").total()).isGreaterThan(200).isEqualTo(last("press-05").reject());
  }

  private long totalAt(String machine, int minute) {
    return reported(machine).stream()
        .filter(each -> each.after() == minute * MINUTE)
        .findFirst()
        .orElseThrow()
        .reported()
        .total();
  }

  @Test
  void aStarvedMachineWaitsThoughItsNeighboursWork() {
    play("{kind: starved, at: 2m, for: 3m, machines: robot-02, reason: no glue}", 10);
    assertThat(reported("robot-02"))
        .filteredOn(each -> each.after() >= 2 * MINUTE && each.after() < 5 * MINUTE)
        .allMatch(each -> each.reported().state() == SimulatedState.STARVED);
  }

  @Test
  void whatIsBufferedArrivesInOrderAfterTheOutageAndWhatIsLostDoesNot() {
    play(
        "{kind: network-outage, at: 2m, for: 3m, machines: press-01, messages: buffered},"
            + " {kind: network-outage, at: 2m, for: 3m, machines: press-05, messages: lost}",
        10);
    List<Arrival> buffered = reported("press-01");
    assertThat(buffered).extracting(each -> each.reported().at()).isSorted();
    assertThat(buffered)
        .filteredOn(each -> each.reported().at() >= 2 * MINUTE && each.reported().at() < 5 * MINUTE)
        .hasSizeGreaterThan(15)
        .allMatch(each -> each.after() == 5 * MINUTE);
    assertThat(reported("press-05"))
        .noneMatch(each -> each.reported().at() >= 2 * MINUTE && each.reported().at() < 5 * MINUTE)
        .anyMatch(each -> each.reported().at() == 5 * MINUTE);
  }

  @Tag("slow")
  @Test
  void tooManyDelayedMessagesAreLostAndCounted() {
    Play play =
        start("{kind: network-outage, at: 0s, for: 3d, machines: \"*\", messages: buffered}");
    play.to(2 * 24 * 60 * MINUTE);
    assertThat(play.overflowed()).isPositive();
    assertThat(arrivals).isEmpty();
    long lost = play.overflowed();
    play.to(3 * 24 * 60 * MINUTE);
    assertThat(play.overflowed()).isGreaterThan(lost);
    assertThat(arrivals).hasSizeBetween(Play.MOST_DELAYED, Play.MOST_DELAYED + 12);
  }

  @Test
  void lateAndDuplicateMessagesArriveWithTheirOwnTime() {
    play(
        "{kind: late-data, at: 1m, for: 5m, machines: press-01, by: 2m, share: 0.5},"
            + " {kind: duplicate-data, at: 1m, for: 5m, machines: press-05, after: 30s, share: 1}",
        10);
    assertThat(reported("press-01"))
        .anyMatch(each -> each.after() == each.reported().at() + 2 * MINUTE)
        .anyMatch(each -> each.after() == each.reported().at() && each.after() > MINUTE)
        .allMatch(each -> each.reported().at() % (2 * MINUTE) >= 0);
    Map<Long, Long> times =
        reported("press-05").stream()
            .collect(Collectors.groupingBy(each -> each.reported().at(), Collectors.counting()));
    times.forEach(
        (at, count) -> assertThat(count).isEqualTo(at >= MINUTE && at < 6 * MINUTE ? 2 : 1));
  }

  @Test
  void aShareOfTheMessagesIsLostAndTheirNumbersAreMissing() {
    play("{kind: lost-messages, at: 1m, for: 5m, machines: press-01, share: 0.3}", 10);
    List<Long> numbers =
        reported("press-01").stream().map(each -> each.reported().number()).toList();
    assertThat(numbers).isSorted().doesNotHaveDuplicates().startsWith(1L);
    long missing = numbers.get(numbers.size() - 1) - numbers.size();
    assertThat(missing).isBetween(3L, 27L);
    assertThat(reported("press-05")).last().matches(each -> each.reported().number() > 50);
  }

  @Test
  void wrongClocksAndCountersAreReportedWhileTheMachineWorksNormally() {
    play(
        "{kind: clock-skew, at: 1m, for: 5m, machines: press-01, by: -20s},"
            + " {kind: counter-rollover, machines: press-05, width: 100},"
            + " {kind: counter-reset, at: 5m, machines: press-09}",
        10);
    assertThat(reported("press-01"))
        .allMatch(
            each ->
                each.reported().at() - each.actual().at()
                    == (each.actual().at() >= MINUTE && each.actual().at() < 6 * MINUTE
                        ? -20_000
                        : 0));
    assertThat(reported("press-05"))
        .allMatch(each -> each.reported().total() == each.actual().total() % 100)
        .anyMatch(each -> each.actual().total() > 100);
    List<Arrival> reset = reported("press-09");
    long before = reset.stream().filter(each -> each.after() < 5 * MINUTE).count();
    MachineSample lastBefore = reset.get((int) before - 1).actual();
    assertThat(reset.subList((int) before, reset.size()))
        .allMatch(each -> each.reported().total() == each.actual().total() - lastBefore.total())
        .anyMatch(each -> each.reported().total() > 100);
  }

  @Test
  void aCounterMayRestartTwiceAndOverflowToo() {
    play(
        "{kind: counter-rollover, machines: line-1, width: 100},"
            + " {kind: counter-reset, at: 3m, machines: line-1},"
            + " {kind: counter-reset, at: 6m, machines: press-01},"
            + " {kind: counter-reset, at: 6m, machines: press-05},"
            + " {kind: counter-reset, at: 6m, machines: line-2}",
        10);
    for (String machine : List.of("press-01", "press-05")) {
      List<Arrival> reported = reported(machine);
      long before =
          reported.stream()
              .filter(each -> each.after() < 6 * MINUTE)
              .mapToLong(each -> each.actual().total())
              .max()
              .orElseThrow();
      long width = machine.equals("press-01") ? 100 : Long.MAX_VALUE;
      assertThat(reported)
          .filteredOn(each -> each.after() >= 6 * MINUTE)
          .isNotEmpty()
          .allSatisfy(
              each ->
                  assertThat(each.reported().total())
                      .isEqualTo((each.actual().total() - before) % width));
      assertThat(reported)
          .allMatch(each -> each.reported().total() >= 0 && each.reported().good() >= 0);
    }
  }

  @Test
  void brokenPayloadsArriveBetweenTheGoodOnesAndReplaceNone() {
    play("{kind: poison, at: 0s, for: 10m, machines: \"*\", share: 0.1}", 10);
    int poisoned = broken;
    List<MachineSample> reported = arrivals.stream().map(Arrival::reported).toList();
    arrivals.clear();
    play("{kind: poison, at: 0s, for: 10m, machines: \"*\", share: 0}", 10);
    assertThat(poisoned).isBetween(reported.size() / 20, reported.size() / 5);
    assertThat(arrivals).extracting(Arrival::reported).isEqualTo(reported);
    byte[] payload =
        "{\"ts\":1,\"state\":\"RUNNING\"}".getBytes(java.nio.charset.StandardCharsets.UTF_8);
    for (int turn = 0; turn < 3; turn++) {
      assertThat(Poison.damage(payload, turn)).isNotEqualTo(payload);
    }
  }

  @Test
  void theSameSeedPlaysTheSameScenarioInAnySteps() {
    String events = "{kind: late-data, at: 0s, for: 9m, machines: \"*\", by: 40s, share: 0.3}";
    play(events, 10);
    List<Arrival> first = List.copyOf(arrivals);
    arrivals.clear();
    Play play = start(events);
    for (long at = 0; at <= 10 * MINUTE; at += 777) {
      play.to(at);
    }
    play.to(10 * MINUTE);
    assertThat(arrivals)
        .extracting(Arrival::reported)
        .isEqualTo(first.stream().map(Arrival::reported).toList());
  }

  private void play(String events, int minutes) {
    Play play = start(events);
    for (long at = 0; at <= minutes * MINUTE; at += 100) {
      now = at;
      play.to(at);
    }
  }

  private long now;

  private Play start(String events) {
    Play.Outlet outlet =
        new Play.Outlet() {
          @Override
          public void arrives(MachineSample reported, MachineSample actual, MachineSample counted) {
            arrivals.add(new Arrival(now, reported, actual));
          }

          @Override
          public void broken(MachineSample reported) {
            broken++;
          }
        };
    return new Play(read("events: [" + events + "]"), plant(), 0, 1, outlet);
  }

  private List<Arrival> reported(String machine) {
    return arrivals.stream()
        .filter(each -> each.reported().path().machine().equals(machine))
        .toList();
  }

  private MachineSample last(String machine) {
    List<Arrival> reported = reported(machine);
    return reported.get(reported.size() - 1).reported();
  }

  private static Plant plant() {
    return new Plant(LAYOUT, 1, 0, 10_000, new Truth(new Shifts(ZoneOffset.UTC)));
  }

  private static Scenario read(String yaml) {
    return Scenario.read("f.yaml", new StringReader(yaml == null ? "" : yaml));
  }
}
