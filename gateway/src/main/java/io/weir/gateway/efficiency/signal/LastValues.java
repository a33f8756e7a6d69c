package io.weir.gateway.efficiency.signal;

import io.weir.gateway.efficiency.codec.StateCodec;
import io.weir.gateway.efficiency.codec.StateFormat;
import java.util.Arrays;
import java.util.BitSet;

/**
 * What the signals of a machine said last, in their own words.
 *
 * @param words of each state signal, a symbol; {@link Signals#NOT_READ} before its first reading
 * @param hasState whether any state signal has been read
 * @param product a symbol of the products
 * @param cycleNs the ideal cycle, 0 where it is not known
 * @param runsUntil how long the last piece shows that the machine runs, where no signal says so
 */
@SuppressWarnings("ArrayRecordComponent") // the array is never changed, nor compared
public record LastValues(int[] words, boolean hasState, int product, long cycleNs, long runsUntil) {

  /** The signals beside those of the state that have a place here. */
  private static final long OTHERS = 1L << Signals.PRODUCT | 1L << Signals.CYCLE;

  /** Before the first reading. */
  public static LastValues none(SignalRules rules) {
    int[] words = new int[rules.stateSignals];
    Arrays.fill(words, Signals.NOT_READ);
    return new LastValues(words, false, Symbols.NONE, rules.constantCycleNs, Long.MIN_VALUE);
  }

  /**
   * @param values the values of one instant, by signal
   * @param present a bit for each signal that has one
   */
  public LastValues with(long[] values, long present, Meanings meanings, long time) {
    int[] now = words;
    boolean stateRead = hasState;
    for (int i = 0; i < words.length; i++) {
      int signal = Signals.STATE + i;
      if (Signals.has(present, signal)) {
        stateRead = true;
        if (values[signal] != words[i]) {
          now = now == words ? words.clone() : now;
          now[i] = (int) values[signal];
        }
      }
    }
    if (now == words && stateRead == hasState && (present & OTHERS) == 0) {
      return this; // most instants bring counts only
    }
    int made = Signals.has(present, Signals.PRODUCT) ? (int) values[Signals.PRODUCT] : product;
    long told = Signals.has(present, Signals.CYCLE) ? values[Signals.CYCLE] : cycleNs;
    return new LastValues(now, stateRead, made, meanings.cycleNs(made, told, time), runsUntil);
  }

  /** The same with a product that somebody has said. */
  public LastValues making(int said, Meanings meanings, long time) {
    return new LastValues(words, hasState, said, meanings.cycleNs(said, cycleNs, time), runsUntil);
  }

  /** The same with the ideal cycle of an instant, where cycles have dates. */
  public LastValues at(long time, Meanings meanings) {
    if (!meanings.cyclesHaveDates()) {
      return this;
    }
    long now = meanings.cycleNs(product, cycleNs, time);
    return now == cycleNs ? this : new LastValues(words, hasState, product, now, runsUntil);
  }

  public LastValues running(long until) {
    return new LastValues(words, hasState, product, cycleNs, until);
  }

  /** The first state signal whose last word is mapped; less than 0 for none. */
  public int deciding(Meanings meanings) {
    for (int signal = 0; signal < words.length; signal++) {
      if (meanings.code(signal, words[signal]) >= 0) {
        return signal;
      }
    }
    return -1;
  }

  /** The reason where state signals were read and none is mapped: the word of the last of them. */
  public int unmapped() {
    int reason = Symbols.NO_STATE;
    for (int word : words) {
      reason = word == Signals.NOT_READ ? reason : Symbols.unmapped(word);
    }
    return reason;
  }

  public void mark(BitSet used) {
    for (int word : words) {
      if (word != Signals.NOT_READ) {
        Symbols.mark(used, word);
      }
    }
  }

  /**
   * @param stored which signals the state has
   */
  public LastValues exchange(
      StateCodec codec, StoredSignals stored, SignalRules rules, Meanings meanings) {
    int[] read = new int[codec.small(words.length)];
    for (int i = 0; i < read.length; i++) {
      read[i] = stored.word(codec, i < words.length ? words[i] : 0);
    }
    codec.flag(hasState);
    int[] now = none(rules).words;
    boolean stateRead = false;
    for (int i = 0; i < read.length; i++) {
      int signal = stored.signalOf((byte) (Signals.STATE + i)) - Signals.STATE;
      if (signal >= 0) {
        now[signal] = read[i];
        stateRead |= read[i] != Signals.NOT_READ;
      }
    }
    if (!codec.has(StateFormat.RAW_WORDS)) {
      stored.keepReason(codec.symbol(0));
    }
    int lastProduct = codec.small(product);
    long cycle = meanings.cycleNs(lastProduct, codec.number(cycleNs));
    return new LastValues(now, stateRead, lastProduct, cycle, codec.number(runsUntil));
  }
}
