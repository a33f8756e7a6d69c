package io.weir.gateway.cli;

import io.weir.gateway.intake.IntakeTotals;
import io.weir.gateway.log.RunningTotal;
import io.weir.gateway.settings.Config;
import io.weir.gateway.source.SourceConfig;
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
    return log.equals(READINGS)
        ? new IntakeTotals(source -> receiveMaximum(config, source))
        : RunningTotal.NOTHING;
  }

  private static int receiveMaximum(Config config, String source) {
    return config.sources().stream()
        .filter(each -> each.name().equals(source))
        .mapToInt(SourceConfig::receiveMaximum)
        .findFirst()
        .orElse(1);
  }
}
