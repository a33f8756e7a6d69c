package io.weir.gateway.efficiency;

import java.util.Arrays;

/**
 * What the signals of a machine said last.
 *
 * @param meanings of each state signal, as {@link Signals#meaning} packs them
 * @param hasState whether any state signal has been read
 * @param reason a symbol
 * @param product a symbol of the products
 * @param cycleNs the ideal cycle, 0 where it is not known
 * @param runsUntil how long the last piece shows that the machine runs, where no signal says so
 */
@SuppressWarnings("ArrayRecordComponent") // the array is never changed, nor compared
record LastValues(
    long[] meanings, boolean hasState, int reason, int product, long cycleNs, long runsUntil) {

  /** The signals beside those of the state that have a place here. */
  private static final int OTHERS = 1 << Signals.REASON | 1 << Signals.PRODUCT | 1 << Signals.CYCLE;

  /** Before the first reading. */
  static LastValues none(SignalRules rules) {
    long[] meanings = new long[rules.stateSignals];
    Arrays.fill(meanings, Signals.meaning(Signals.NOT_READ, Symbols.NONE));
    return new LastValues(
        meanings, false, Symbols.NONE, Symbols.NONE, rules.constantCycleNs, Long.MIN_VALUE);
  }

  /**
   * @param values the values of one instant, by signal
   * @param present a bit for each signal that has one
   */
  LastValues with(long[] values, int present) {
    long[] now = meanings;
    boolean stateRead = hasState;
    for (int i = 0; i < meanings.length; i++) {
      int signal = Signals.STATE + i;
      if (Signals.has(present, signal)) {
        stateRead = true;
        if (values[signal] != meanings[i]) {
          now = now == meanings ? meanings.clone() : now;
          now[i] = values[signal];
        }
      }
    }
    if (now == meanings && stateRead == hasState && (present & OTHERS) == 0) {
      return this; // most instants bring counts only
    }
    return new LastValues(
        now,
        stateRead,
        Signals.has(present, Signals.REASON) ? (int) values[Signals.REASON] : reason,
        Signals.has(present, Signals.PRODUCT) ? (int) values[Signals.PRODUCT] : product,
        Signals.has(present, Signals.CYCLE) ? values[Signals.CYCLE] : cycleNs,
        runsUntil);
  }

  LastValues running(long until) {
    return new LastValues(meanings, hasState, reason, product, cycleNs, until);
  }

  /**
   * @param sameSignals whether the state signals are those with which it was written; else what
   *     they said is dropped
   */
  LastValues exchange(StateCodec codec, boolean sameSignals, SignalRules rules) {
    long[] read = Arrays.copyOf(meanings, codec.small(meanings.length));
    for (int i = 0; i < read.length; i++) {
      int code = codec.small(Signals.code(read[i]));
      read[i] = Signals.meaning(code, codec.small(Signals.symbol(read[i])));
    }
    boolean stateRead = codec.flag(hasState);
    int lastReason = codec.small(reason);
    int lastProduct = codec.small(product);
    long lastCycleNs = codec.number(cycleNs);
    return new LastValues(
        sameSignals ? read : meanings,
        stateRead && sameSignals,
        lastReason,
        lastProduct,
        rules.constantCycleNs > 0 ? rules.constantCycleNs : lastCycleNs,
        codec.number(runsUntil));
  }
}
