package io.weir.gateway.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.log.Soak;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScenarioTest {

  @Test
  void aScenarioIsOneLine() {
    for (long seed = 0; seed < 100; seed++) {
      Scenario scenario = Scenario.of(seed);
      assertThat(Scenario.parse(scenario.toString())).isEqualTo(scenario);
      Scenario withPeople = Scenario.withPeople(seed);
      assertThat(Scenario.parse(withPeople.toString())).isEqualTo(withPeople);
      assertThat(withPeople.faults()).startsWith(scenario.faults().toArray(new Fault[0]));
    }
  }

  @Test
  void aScenarioHasThreeKindsOfFaultAndACrash() {
    for (long seed = 0; seed < 100; seed++) {
      List<Fault> faults = Scenario.of(seed).faults();
      assertThat(faults.stream().map(Fault::kind).distinct()).hasSize(4).contains(FaultKind.CRASH);
    }
  }

  @Test
  void theSameLineGivesTheSameRun() throws Exception {
    try (AutoCloseable silence = Campaign.silence()) {
      assertThat(silence).isNotNull();
      for (long seed = 0; seed < Soak.count(2, 5); seed++) {
        Simulation.Outcome once = Simulation.run(Scenario.of(seed));
        Simulation.Outcome again = Simulation.run(Scenario.of(seed));
        assertThat(again).as("seed " + seed).isEqualTo(once);
        Simulation.Outcome withPeople = Simulation.run(Scenario.withPeople(seed));
        assertThat(Simulation.run(Scenario.withPeople(seed))).isEqualTo(withPeople);
      }
    }
  }

  /** Fails with 37 messages or more, a crash, and a full disk of at least two turns. */
  private static List<String> wrong(Scenario scenario) {
    boolean full =
        scenario.faults().stream()
            .anyMatch(fault -> fault.kind() == FaultKind.DISK_FULL && fault.turns() >= 2);
    boolean crash = scenario.faults().stream().anyMatch(fault -> fault.kind() == FaultKind.CRASH);
    return full && crash && scenario.messages() >= 37 ? List.of("LOST: a reading") : List.of();
  }

  @Test
  void aFailingScenarioIsShrunkToWhatItNeeds() {
    Scenario failing =
        Scenario.parse(
            "seed=1 messages=500 STORE_DOWN@3+20/1 DISK_FULL@5+40/2 CRASH@9+1/0 DISK_FULL@60+9/4");
    Scenario smallest = Shrinking.of(failing, "LOST: a reading", ScenarioTest::wrong);
    assertThat(smallest.toString()).isEqualTo("seed=1 messages=37 DISK_FULL@5+2/2 CRASH@9+1/0");
  }
}
