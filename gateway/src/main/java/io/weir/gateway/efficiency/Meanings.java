package io.weir.gateway.efficiency;

import io.weir.gateway.model.MachineState;
import java.util.Arrays;

/**
 * What the words of one machine mean by the configuration in force, by their symbols. The fold
 * keeps words as they were told, so a changed configuration holds for them from then on.
 *
 * <p>A memory of what {@link SignalRules} answers; no part of the state.
 */
final class Meanings {

  private static final int NOT_ASKED = Integer.MIN_VALUE;

  private final SignalRules rules;
  private final Symbols words;
  private final Symbols products;

  /** The codes of states by signal and symbol. */
  private final int[][] codes;

  private int turns;

  Meanings(SignalRules rules, Symbols words, Symbols products) {
    this.rules = rules;
    this.words = words;
    this.products = products;
    codes = new int[rules.stateSignals][0];
  }

  /** The code of the state that a word of a state signal means; less than 0 where it means none. */
  int code(int stateSignal, int symbol) {
    if (symbol == Signals.NOT_READ) {
      return Signals.NOT_READ;
    }
    if (turns != words.turns()) {
      turns = words.turns();
      Arrays.fill(codes, new int[0]);
    }
    int[] known = codes[stateSignal];
    if (symbol >= known.length) {
      known = Arrays.copyOf(known, symbol + 8);
      Arrays.fill(known, codes[stateSignal].length, known.length, NOT_ASKED);
      codes[stateSignal] = known;
    }
    if (known[symbol] == NOT_ASKED) {
      MachineState state = rules.meaning(stateSignal, words.word(symbol));
      known[symbol] = state == null ? Signals.UNMAPPED : state.code();
    }
    return known[symbol];
  }

  /**
   * The ideal cycle now.
   *
   * @param product told last
   * @param toldNs the cycle that a metric told last
   */
  long cycleNs(int product, long toldNs) {
    if (rules.constantCycleNs > 0) {
      return rules.constantCycleNs;
    }
    return rules.cycleIsTold ? toldNs : rules.cycleOf(products.word(product));
  }
}
