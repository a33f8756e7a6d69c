package io.weir.gateway.simulation;

import io.weir.gateway.api.LedgerResponse;
import java.util.concurrent.TimeUnit;

/** What one sink gets less than the log has. */
enum Lessening {
  /** All is sent. */
  NONE(""),
  /** The first of three readings of each metric. */
  EVERY("thin: [ { every: 3 } ]"),
  /** What a curve needs. */
  DOOR("thin: [ { swinging-door: 0.5, max-silence: 30s } ]"),
  /** The last reading of each window; what ends a scenario closes the last ones. */
  WINDOW("thin: [ { metrics: [v, note, d, half, x], window: 10s, keep: [last] } ]"),
  /** The oldest is given up where the sink is behind. */
  MAX_LAG("max-lag: 1MiB");

  private static final long WINDOW_NS = TimeUnit.SECONDS.toNanos(10);

  /** The only sink of which it is said. */
  static final String SINK = "archive";

  /** How the sink says it. */
  final String keys;

  Lessening(String keys) {
    this.keys = keys;
  }

  /** That of a scenario. */
  static Lessening of(Scenario scenario) {
    return scenario.faults().stream()
        .filter(each -> each.kind() == FaultKind.LESSENS)
        .map(each -> values()[1 + each.variant() % (values().length - 1)])
        .findFirst()
        .orElse(NONE);
  }

  boolean isOf(String sink) {
    return this != NONE && sink.equals(SINK);
  }

  /** Whether it holds readings for some time. */
  boolean isByTime() {
    return this == DOOR || this == WINDOW;
  }

  /** Whether readings stand at other times than their own. */
  boolean movesTimes() {
    return this == WINDOW;
  }

  /** Where the row of a reading of an instant stands. */
  long rowOf(long atNs) {
    return this == WINDOW ? atNs - Math.floorMod(atNs, WINDOW_NS) : atNs;
  }

  /** Readings that may be missing where the ledger has these counts. */
  long mostMissing(LedgerResponse.Sink counts) {
    long inRows = this == WINDOW ? counts.quarantined() : 0; // of a row that is refused, all
    return isOf(counts.name()) ? counts.thinned() + inRows : 0;
  }
}
