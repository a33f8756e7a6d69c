package io.weir.gateway.cli;

import io.weir.gateway.intake.IntakeTotals;
import io.weir.gateway.log.RunningTotal;
import io.weir.gateway.settings.Config;
import java.util.List;

/** The gateway's logs, as the commands know them. */
final class Logs {

  static final String READINGS = "readings";
  static final String FIGURES = "figures";

  /** All of them. */
  static final List<String> NAMES =
      List.of(READINGS, FIGURES, "quarantine", "corrections", "audit");

  private Logs() {}

  /** The total that a log keeps over its records. */
  static RunningTotal total(String log, Config config) {
    return log.equals(READINGS) ? intake(config) : RunningTotal.NOTHING;
  }

  /** That of the log of readings. */
  static IntakeTotals intake(Config config) {
    Config.Buffer buffer = config.buffer();
    return IntakeTotals.of(config.sources(), buffer.segmentSize(), buffer.maxSize());
  }
}
