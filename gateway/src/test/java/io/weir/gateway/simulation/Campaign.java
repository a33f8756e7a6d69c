package io.weir.gateway.simulation;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** Many scenarios, one after the other, and what they showed together. */
final class Campaign {

  private static final String[] LOUD = {"io.weir.gateway"};

  private final Map<FaultKind, Long> strikes = new EnumMap<>(FaultKind.class);
  private int scenarios;
  private long readings;
  private long doubled;

  /** Simulated faults are no news: while scenarios run, the gateway's own log is silent. */
  static AutoCloseable silence() {
    List<Logger> loggers =
        Arrays.stream(LOUD).map(name -> (Logger) LoggerFactory.getLogger(name)).toList();
    List<@Nullable Level> levels = loggers.stream().map(Logger::getLevel).toList();
    loggers.forEach(logger -> logger.setLevel(Level.OFF));
    return () -> {
      for (int i = 0; i < loggers.size(); i++) {
        loggers.get(i).setLevel(levels.get(i));
      }
    };
  }

  /**
   * Runs a scenario.
   *
   * @throws AssertionError if it fails; with a smaller one that fails in the same way
   */
  void run(Scenario scenario) {
    Simulation.Outcome outcome = Simulation.run(scenario);
    scenarios++;
    readings += outcome.readings();
    doubled += outcome.doubled();
    outcome.strikes().forEach((kind, count) -> strikes.merge(kind, count, Long::sum));
    if (!outcome.faults().isEmpty()) {
      Scenario smaller =
          Shrinking.of(scenario, outcome.faults().get(0), each -> Simulation.run(each).faults());
      throw new AssertionError(
          "\n"
              + scenario
              + "\nfails, and so does the smaller\n"
              + smaller
              + "\n"
              + String.join("\n", Simulation.run(smaller).faults().subList(0, 1))
              + "\nKeep that line in "
              + Regressions.FILE);
    }
  }

  int scenarios() {
    return scenarios;
  }

  long readings() {
    return readings;
  }

  long doubled() {
    return doubled;
  }

  /** How often each kind of fault struck; a kind that never did is absent. */
  Map<FaultKind, Long> strikes() {
    return strikes;
  }
}
