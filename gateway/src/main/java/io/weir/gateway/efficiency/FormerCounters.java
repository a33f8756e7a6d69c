package io.weir.gateway.efficiency;

import io.weir.gateway.efficiency.config.EfficiencyConfig.CountKind;
import io.weir.gateway.efficiency.signal.SignalRules;
import io.weir.gateway.efficiency.signal.Signals;

/**
 * Which values of a machine's counters may be of others: the configuration has changed since, and
 * of which metric a value is, is not kept. The next value of such a counter is a baseline where it
 * is {@link CountStep#isOfTwoCounters of another one}.
 *
 * <p>Mutable; belongs to its {@link Counters}, and is no part of the state: until the leading
 * counter has told anything, the state says that of the configuration.
 */
final class FormerCounters {

  private final SignalRules rules;

  /** Values up to here. */
  private long until = Long.MIN_VALUE;

  FormerCounters(SignalRules rules) {
    this.rules = rules;
  }

  FormerCounters copy() {
    FormerCounters copy = new FormerCounters(rules);
    copy.until = until;
    return copy;
  }

  void changed(long instant) {
    until = instant;
  }

  /** Whether a value that was told at an instant may be of a counter that is not named now. */
  boolean mayHaveTold(long time) {
    return rules.counts.kind() == CountKind.CUMULATIVE && time <= until;
  }

  /**
   * Whether a leading counter is named that has told nothing since.
   *
   * @param time when the one that leads told its last value
   */
  boolean mayLead(long time) {
    return until != Long.MIN_VALUE
        && time <= until
        && (rules.tells(Signals.TOTAL) || rules.tells(Signals.TOTAL + 1));
  }
}
