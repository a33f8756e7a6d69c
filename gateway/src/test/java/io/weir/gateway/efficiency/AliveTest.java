package io.weir.gateway.efficiency;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.efficiency.calendar.ShiftCalendar;
import io.weir.gateway.efficiency.config.EfficiencyConfig;
import io.weir.gateway.efficiency.config.EfficiencyConfigBuilder;
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
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Machines that speak only on change are alive as long as their session is. */
class AliveTest {

  private static final String M = FoldScenario.MACHINE;
  private static final String CLOCK = "s/a/l/clock";
  private static final EfficiencyConfig.Alive WILL =
      new EfficiencyConfig.Alive("LWT", null, Set.of("Offline"), null);

  private final EfficiencyConfigBuilder config = new EfficiencyConfigBuilder();
  private FoldScenario scenario = new FoldScenario(config);
  private long connection = 7;

  @BeforeEach
  void aMachineWithAWill() {
    config.shift("early", "06:00", "14:00");
    config.cycle = new EfficiencyConfig.ConstantCycle(Duration.ofSeconds(4));
    use(WILL);
  }

  private void use(EfficiencyConfig.Alive alive) {
    config.alive = alive;
    scenario = new FoldScenario(config);
  }

  private static long at(String time) {
    return StoredRows.nanos("2026-03-02T" + time + "Z");
  }

  private void read(String time, Object... fields) {
    received(time, time, M, Quality.GOOD, null, fields);
  }

  /** The source is heard: another machine of it sends. */
  private void heard(String time) {
    received(time, time, CLOCK, Quality.GOOD, null, "temperature", 20);
  }

  private void heardUntil(String from, String to) {
    for (long at = at(from); at < at(to); at += 30 * ShiftCalendar.SECOND) {
      scenario.accept(
          FoldScenario.connected(
              scenario.message(CLOCK, at, at, Quality.GOOD, "temperature", 20), connection));
    }
  }

  private void received(
      String time, String received, String asset, Quality quality, String why, Object... fields) {
    Message message = scenario.message(asset, at(time), at(received), quality, fields);
    List<Reading> readings =
        message.readings().stream()
            .map(
                each ->
                    new Reading(
                        each.series(), each.metric(), each.value(), each.timeNs(), quality, why))
            .toList();
    scenario.accept(FoldScenario.connected(with(message, readings), connection));
  }

  private static Message with(Message message, List<Reading> readings) {
    return new Message(
        message.source(),
        message.topic(),
        message.receiveTimeNs(),
        0,
        0,
        readings.size(),
        0,
        0,
        readings,
        List.of(),
        new byte[0]);
  }

  private double early(String field) {
    scenario.flush();
    return scenario.number("shift", "early", "2026-03-02T06:00:00Z", field);
  }

  private Object state(String instant, String field) {
    return scenario
        .store
        .row("machine_state " + M + " {}", StoredRows.nanos("2026-03-02T" + instant + "Z"))
        .get(field);
  }

  // ---- silence

  @Test
  void itsStateHoldsThroughSilenceWhileItIsAlive() {
    read("06:00:00", "state", "RUNNING", "total", 100);
    heardUntil("06:00:30", "07:00:00");
    read("07:00:00", "state", "DOWN", "total", 700);
    assertThat(early("run_s")).isEqualTo(3600);
    assertThat(early("unknown_s")).isZero();
    assertThat(early("total")).isEqualTo(600);
    assertThat(early("ideal_total_s")).isEqualTo(2400);
  }

  @Test
  void alsoWhereNothingOfItsSourceIsHeard() {
    read("06:00:00", "state", "RUNNING", "total", 100);
    read("09:00:00", "state", "DOWN", "total", 700);
    assertThat(early("run_s")).isEqualTo(3 * 3600);
    assertThat(early("unknown_s")).isZero();
  }

  @Test
  void itsRowsAreWrittenAndFinalWhileItIsSilent() {
    read("06:00:00", "state", "RUNNING", "total", 100);
    heardUntil("06:00:30", "07:30:00");
    scenario.flush();
    Map<String, Object> hour = scenario.store.efficiency(M, "hour", "all", "2026-03-02T06:00:00Z");
    assertThat(hour).containsEntry("run_s", 3600.0).containsEntry("final", true);
    assertThat(scenario.store.efficiency(M, "minute", "early", "2026-03-02T07:28:00Z"))
        .containsEntry("run_s", 60.0);
  }

  @Test
  void withoutTheKeySilenceIsUnknownAsBefore() {
    use(null);
    read("06:00:00", "state", "RUNNING", "total", 100);
    heardUntil("06:00:30", "07:00:00");
    read("07:00:00", "state", "DOWN", "total", 700);
    assertThat(early("unknown_s")).isEqualTo(3600);
  }

  // ---- the end of a session

  @Test
  void aWillEndsItAndItsNextReadingShowsThatItIsAlive() {
    read("06:00:00", "state", "RUNNING", "total", 100);
    heardUntil("06:00:30", "06:30:00");
    read("06:30:00", "LWT", "Offline");
    heardUntil("06:30:30", "06:45:00");
    read("06:45:00", "LWT", "Online");
    heardUntil("06:45:30", "07:00:00");
    read("07:00:00", "total", 700);
    assertThat(early("run_s")).isEqualTo(45 * 60);
    assertThat(early("unknown_s")).isEqualTo(15 * 60);
    assertThat(state("06:30:00", "state")).isEqualTo("unknown");
    assertThat(state("06:30:00", "reason")).isEqualTo("disconnected");
    assertThat(state("06:45:00", "state")).isEqualTo("running");
  }

  @Test
  void aWillThatComesAgainChangesNothing() {
    read("06:00:00", "state", "RUNNING");
    read("06:30:00", "LWT", "Offline");
    read("06:40:00", "LWT", "Offline");
    read("06:50:00", "temperature", 20);
    read("07:00:00", "temperature", 20);
    assertThat(early("unknown_s")).isEqualTo(20 * 60);
    assertThat(early("run_s")).isEqualTo(40 * 60);
  }

  @Test
  void aWillAloneMakesNoMachine() {
    read("06:00:00", "LWT", "Offline");
    read("06:10:00", "LWT", "Online");
    scenario.flush();
    assertThat(scenario.fold.snapshot(at("06:11:00")).machines()).isEmpty();
  }

  @Test
  void aDeathOfSparkplugEndsIt() {
    use(EfficiencyConfig.Alive.SPARKPLUG);
    read("06:00:00", "state", "RUNNING", "total", 100);
    heardUntil("06:00:30", "06:30:00");
    received("06:30:00", "06:30:00", M, Quality.BAD, "stale", "state", "RUNNING", "total", 100);
    heardUntil("06:30:30", "06:45:00");
    read("06:45:00", "state", "RUNNING", "total", 600); // its birth
    heardUntil("06:45:30", "07:00:00");
    read("07:00:00", "total", 700);
    assertThat(early("run_s")).isEqualTo(45 * 60);
    assertThat(early("unknown_s")).isEqualTo(15 * 60);
    assertThat(early("gap_total")).isEqualTo(500); // its counter stood at 100 when it died
    assertThat(early("ideal_total_s")).isEqualTo(400);
  }

  @Test
  void anotherBadValueIsNoDeath() {
    use(EfficiencyConfig.Alive.SPARKPLUG);
    read("06:00:00", "state", "RUNNING");
    received("06:30:00", "06:30:00", M, Quality.BAD, "500 (stale)", "temperature", 20);
    read("07:00:00", "temperature", 20);
    assertThat(early("unknown_s")).isZero();
  }

  /** The broker publishes the will as soon as the node is back; the node's clock may be slow. */
  @Test
  void aBirthOfASlowerClockIsNotBeforeTheDeath() {
    use(EfficiencyConfig.Alive.SPARKPLUG);
    read("06:00:00", "state", "RUNNING");
    received("06:30:00", "06:30:00", M, Quality.BAD, "stale", "state", "RUNNING");
    received("06:29:57", "06:30:00.100", M, Quality.GOOD, null, "state", "DOWN");
    read("07:00:00", "temperature", 20);
    assertThat(early("unknown_s")).isZero();
    assertThat(early("down_s")).isEqualTo(30 * 60 + 3);
  }

  /** What a device said by a faster clock was said before it died. */
  @Test
  void aDeathIsNotBeforeWhatWasSaidEarlier() {
    use(EfficiencyConfig.Alive.SPARKPLUG);
    received("06:30:02", "06:30:00", M, Quality.GOOD, null, "state", "RUNNING");
    received("06:30:00", "06:30:00.100", M, Quality.BAD, "stale", "state", "RUNNING");
    heardUntil("06:31:00", "07:00:00");
    read("07:00:02", "temperature", 20);
    assertThat(early("run_s")).isZero();
    assertThat(early("unknown_s")).isEqualTo(30 * 60);
  }

  @Test
  void anOldReadingDoesNotShowThatItIsAlive() {
    read("06:00:00", "state", "RUNNING");
    read("06:30:00", "LWT", "Offline");
    received("06:25:00", "06:31:00", M, Quality.GOOD, null, "temperature", 20);
    read("06:40:00", "temperature", 20);
    read("07:00:00", "temperature", 20);
    assertThat(early("unknown_s")).isEqualTo(10 * 60);
  }

  // ---- another asset tells it

  @Test
  void theWillOfAGatewayIsThatOfTheMachinesBehindIt() {
    use(new EfficiencyConfig.Alive("LWT", "s/a/l", Set.of("0"), null));
    read("06:00:00", "state", "RUNNING");
    heardUntil("06:00:30", "06:30:00");
    gateway("06:30:00", 0);
    gateway("06:40:00", 1);
    heardUntil("06:40:30", "07:00:00");
    read("07:00:00", "temperature", 20);
    assertThat(early("unknown_s")).isEqualTo(10 * 60);
    assertThat(early("run_s")).isEqualTo(50 * 60);
  }

  @Test
  void theHeartbeatOfAGatewayCarriesTheMachinesBehindIt() {
    use(new EfficiencyConfig.Alive("LWT", "s/a/l", Set.of(), Duration.ofSeconds(90)));
    read("06:00:00", "state", "RUNNING");
    for (int minute = 1; minute <= 30; minute++) {
      gateway("06:%02d:00".formatted(minute), minute);
    }
    gateway("06:50:00", 50);
    read("06:51:00", "temperature", 20);
    assertThat(early("run_s")).isEqualTo(30 * 60 + 60);
    assertThat(early("unknown_s")).isEqualTo(20 * 60);
  }

  private void gateway(String time, long value) {
    Series line = new Series("telemetry", new Asset("s", "a", "l", null), Map.of());
    Reading reading =
        new Reading(line, "LWT", new Value.Whole(value), at(time), Quality.GOOD, null);
    Message empty = scenario.message(M, at(time), at(time), Quality.GOOD);
    scenario.accept(FoldScenario.connected(with(empty, List.of(reading)), connection));
  }

  // ---- the gateway was away

  @Test
  void whatHappenedWhileTheGatewayWasAwayIsNotKnownBeforeTheNextReading() {
    read("06:00:00", "state", "RUNNING", "total", 100);
    heardUntil("06:00:30", "06:30:00");
    connection = 8;
    heardUntil("06:35:00", "06:45:00");
    read("06:45:00", "total", 600);
    heardUntil("06:45:30", "07:00:00");
    read("07:00:00", "state", "DOWN", "total", 700);
    assertThat(early("run_s")).isEqualTo(29 * 60 + 30 + 15 * 60); // last heard at 06:29:30
    assertThat(early("unknown_s")).isEqualTo(15 * 60 + 30);
    assertThat(state("06:29:30", "reason")).isEqualTo("gateway-away");
  }

  @Test
  void whileTheGatewayIsAwayItIsUnknownInWhatIsProvisional() {
    read("06:00:00", "state", "RUNNING", "total", 100);
    heardUntil("06:00:30", "06:30:30");
    scenario.fold.hears(source -> false);
    scenario.tick("2026-03-02T06:40:00Z");
    assertThat(early("run_s")).isEqualTo(30 * 60);
    assertThat(early("unknown_s")).isEqualTo(10 * 60);
    assertThat(scenario.now("2026-03-02T06:40:00Z").state()).isEqualTo(MachineState.UNKNOWN);

    scenario.fold.hears(source -> true);
    heardUntil("06:41:00", "06:50:00"); // by the same connection: it was not away
    read("06:50:00", "total", 200);
    assertThat(early("unknown_s")).isZero();
  }

  @Test
  void whatCameByNoConnectionLeavesAMachineToItsSource() {
    read("06:00:00", "state", "RUNNING");
    Message again = scenario.message(M, at("06:05:00"), at("06:05:00"), Quality.GOOD, "total", 1);
    scenario.accept(again); // such as one that was sent through again
    heardUntil("06:05:30", "06:30:00");
    connection = 8;
    heardUntil("06:35:00", "06:45:00");
    read("06:45:00", "total", 2);
    assertThat(early("unknown_s")).isEqualTo(15 * 60 + 30);
  }

  @Test
  void aMachineOfAnotherSourceIsNotConcerned() {
    read("06:00:00", "state", "RUNNING");
    Message other = scenario.message(CLOCK, at("06:10:00"), at("06:10:00"), Quality.GOOD);
    for (long number = 1; number < 4; number++) {
      scenario.accept(FoldScenario.connected(from("other", other), number));
    }
    read("07:00:00", "temperature", 20);
    assertThat(early("unknown_s")).isZero();
  }

  private static Message from(String source, Message message) {
    return new Message(
        source, "", message.receiveTimeNs(), 0, 0, 0, 0, 0, List.of(), List.of(), new byte[0]);
  }

  @Test
  void aStoreIsAskedForWhatTellsTheEndOfASession() {
    assertThat(config.build().signalMetrics()).contains("LWT", "state", "total");
    config.alive = EfficiencyConfig.Alive.SPARKPLUG;
    assertThat(config.build().signalMetrics()).doesNotContain("LWT");
  }

  // ---- restarts

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void restartsChangeNothing(int seed) {
    Random random = new Random(seed);
    List<Message> messages = sessions(random);
    FoldScenario whole = new FoldScenario(config);
    FoldScenario restarted = new FoldScenario(config);
    for (Message message : messages) {
      whole.accept(message);
      restarted.accept(message);
      if (random.nextInt(20) == 0) {
        restarted.restart();
      }
    }
    whole.flush();
    restarted.flush();
    assertThat(StoredRows.differences(whole.store, restarted.store)).isEmpty();
    assertThat(early(whole, "unknown_s")).isPositive();
    assertThat(early(whole, "run_s")).isPositive();
  }

  private static double early(FoldScenario scenario, String field) {
    return scenario.number("shift", "early", "2026-03-02T06:00:00Z", field);
  }

  /** Half a day of a machine and its session, with a connection that is lost now and then. */
  private List<Message> sessions(Random random) {
    List<Message> messages = new ArrayList<>();
    long at = at("06:00:00");
    int total = 0;
    while (at < at("15:00:00")) {
      at += (5 + random.nextInt(60)) * ShiftCalendar.SECOND;
      connection += random.nextInt(60) == 0 ? 1 : 0;
      total += random.nextInt(9);
      Object[] fields =
          switch (random.nextInt(12)) {
            case 0 -> new Object[] {"state", random.nextBoolean() ? "RUNNING" : "DOWN"};
            case 1 -> new Object[] {"total", total};
            case 2 -> new Object[] {"LWT", random.nextInt(4) == 0 ? "Offline" : "Online"};
            default -> new Object[0];
          };
      String asset = fields.length == 0 ? CLOCK : M;
      fields = fields.length == 0 ? new Object[] {"temperature", 20} : fields;
      messages.add(
          FoldScenario.connected(
              scenario.message(asset, at, at, Quality.GOOD, fields), connection));
    }
    return messages;
  }

  // ---- report by exception

  /**
   * The figures of a machine that reports changes are those of one that repeats all each second.
   */
  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void aMachineThatReportsOnChangeHasTheFiguresOfOneThatRepeatsEachSecond(int seed) {
    config.shifts.clear();
    config.shift("early", "06:00", "14:00", EfficiencyConfigBuilder.pause("07:00", 10));
    config.energy = new EfficiencyConfig.Energy("energy", EfficiencyConfig.EnergyKind.POWER);
    Random random = new Random(seed);
    FoldScenario repeats = new FoldScenario(config);
    FoldScenario reports = new FoldScenario(config);
    String[] states = {"RUNNING", "RUNNING", "DOWN", "IDLE", "SETUP", "FLYING"};
    String state = "RUNNING";
    int total = 0;
    int scrap = 0;
    boolean alive = true;
    Object[] before = {};
    long end = at("09:30:00");
    for (long at = at("06:00:07"); at <= end; at += ShiftCalendar.SECOND) {
      state = random.nextInt(400) == 0 ? states[random.nextInt(states.length)] : state;
      int piece = state.equals("RUNNING") && random.nextInt(200) == 0 ? 1 : 0;
      total += piece;
      scrap += piece > 0 && random.nextInt(5) == 0 ? 1 : 0;
      boolean now = at == end || (random.nextInt(1500) == 0 ? !alive : alive);
      Object[] all = {"state", state, "total", total, "reject", scrap, "energy", total % 7 * 3.6};
      if (now && !alive) {
        before = new Object[0]; // what a machine says at the begin of a session
      }
      if (!now && alive) {
        give(repeats, M, at, before);
        give(repeats, M, at, "LWT", "Offline");
        give(reports, M, at, "LWT", "Offline");
      } else if (now) {
        give(repeats, M, at, all);
        Object[] changed = at == end ? all : changed(before, all);
        if (changed.length > 0) {
          give(reports, M, at, changed);
        }
        before = all;
      }
      alive = now;
      if (random.nextInt(40) == 0) {
        give(repeats, CLOCK, at, "temperature", 20);
        give(reports, CLOCK, at, "temperature", 20);
      }
    }
    repeats.flush();
    reports.flush();
    assertThat(StoredRows.differences(repeats.store, reports.store)).isEmpty();
    assertThat(repeats.store.otherStates(reports.store)).isEmpty();
    assertThat(early(reports, "run_s")).isGreaterThan(300);
    assertThat(early(reports, "unknown_s")).isGreaterThan(60);
  }

  private void give(FoldScenario to, String asset, long at, Object... fields) {
    to.accept(FoldScenario.connected(to.message(asset, at, at, Quality.GOOD, fields), connection));
  }

  private static Object[] changed(Object[] before, Object[] now) {
    List<Object> changed = new ArrayList<>();
    for (int i = 0; i < now.length; i += 2) {
      if (before.length == 0 || !before[i + 1].equals(now[i + 1])) {
        changed.add(now[i]);
        changed.add(now[i + 1]);
      }
    }
    return changed.toArray();
  }
}
