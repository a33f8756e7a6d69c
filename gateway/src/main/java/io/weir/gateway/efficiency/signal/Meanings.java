package io.weir.gateway.efficiency.signal;

import io.weir.gateway.model.MachineState;
import java.util.Arrays;
import java.util.List;

/**
 * What the words of one machine mean by the configuration in force, by their symbols. The fold
 * keeps words as they were told, so a changed configuration holds for them from then on.
 *
 * <p>A memory of what {@link SignalRules} answers; no part of the state.
 */
public final class Meanings {

  private static final int NOT_ASKED = Integer.MIN_VALUE;

  private final SignalRules rules;
  private final Symbols words;
  private final Symbols products;
  private final DatedCycles cycles;

  /** The codes of states by signal and symbol. */
  private final int[][] codes;

  private int turns;

  Meanings(SignalRules rules, DatedCycles cycles, Symbols words, Symbols products) {
    this.cycles = cycles;
    this.rules = rules;
    this.words = words;
    this.products = products;
    codes = new int[rules.stateSignals][0];
  }

  /** The code of the state that a word of a state signal means; less than 0 where it means none. */
  public int code(int stateSignal, int symbol) {
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
   * Whether cycles have dates, so that one may change without a reading; its state then has that of
   * the last reading.
   */
  boolean cyclesHaveDates() {
    return !cycles.isEmpty();
  }

  /**
   * The ideal cycle at an instant.
   *
   * @param product told last
   * @param toldNs the cycle that a metric told last
   */
  public long cycleNs(int product, long toldNs, long instant) {
    return cyclesHaveDates()
        ? cycles.cycleNs(products.word(product), instant)
        : cycleNs(product, toldNs);
  }

  /** Whether a table gives the ideal cycles, by product. */
  boolean cyclesAreOfProducts() {
    return cyclesHaveDates() || rules.hasCycleTable();
  }

  /** The ideal cycles of a product up to an instant, one after the other. */
  List<CycleStretch> stretches(int product, long upTo) {
    return cyclesHaveDates()
        ? cycles.stretches(products.word(product), upTo)
        : List.of(new CycleStretch(Long.MIN_VALUE, cycleNs(product, 0), false));
  }

  /** The ideal cycle where cycles have no dates; else what was told. */
  public long cycleNs(int product, long toldNs) {
    if (cyclesHaveDates()) {
      return toldNs;
    }
    if (rules.constantCycleNs > 0) {
      return rules.constantCycleNs;
    }
    return rules.cycleIsTold ? toldNs : rules.cycleOf(products.word(product));
  }
}
