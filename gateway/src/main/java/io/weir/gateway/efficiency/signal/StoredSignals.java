package io.weir.gateway.efficiency.signal;

import io.weir.gateway.efficiency.codec.StateCodec;
import io.weir.gateway.efficiency.codec.StateFormat;
import java.util.Arrays;
import java.util.List;

/**
 * The signals that a stored state has, and which of the present configuration they are, by the
 * names of their metrics. A state of format 3 has the meaning of each state word with it, and no
 * name of the metric of its reasons.
 */
public final class StoredSignals {

  private final SignalRules rules;
  private final boolean rawWords;

  /** The present number of each stored one; {@link Signals#ALIVE} where there is none any more. */
  private final byte[] now = new byte[Signals.SIZE];

  private int earlierReason = Symbols.NONE;

  private StoredSignals(SignalRules rules, boolean rawWords) {
    this.rules = rules;
    this.rawWords = rawWords;
    for (byte signal = 0; signal < Signals.SIZE; signal++) {
      boolean named = Signals.isOfState(signal) || Signals.isReason(signal);
      boolean untold = Signals.isOfMetric(signal) && !rules.tells(signal);
      now[signal] = named || untold ? Signals.ALIVE : signal;
    }
    if (!rawWords) {
      now[Signals.REASON_OF_FORMAT_3] = rules.reasonSignals > 0 ? Signals.REASONS : Signals.ALIVE;
    }
  }

  public static StoredSignals exchange(StateCodec codec, SignalRules rules) {
    boolean rawWords = codec.has(StateFormat.RAW_WORDS);
    StoredSignals stored = new StoredSignals(rules, rawWords);
    stored.match(Signals.STATE, codec.name(rules.signalNames), rules.signalNames);
    stored.match(
        Signals.REASONS,
        rawWords ? codec.name(rules.reasonNames) : rules.reasonNames,
        rules.reasonNames);
    return stored;
  }

  private void match(byte first, String storedNames, String presentNames) {
    String[] stored = storedNames.isEmpty() ? new String[0] : storedNames.split("\n");
    String[] present = presentNames.split("\n");
    boolean same = storedNames.equals(presentNames);
    List<String> places = Arrays.asList(present);
    for (int i = 0; i < Math.min(stored.length, Signals.MOST); i++) {
      int place = same ? i : places.indexOf(stored[i]);
      now[first + i] = place < 0 ? Signals.ALIVE : (byte) (first + place);
    }
  }

  /** The present number of a stored signal; {@link Signals#ALIVE} where there is none any more. */
  byte signalOf(byte signal) {
    return now[signal];
  }

  /** Which of the present metrics that give reasons a stored one is; less than 0 for none. */
  int reasonOf(int stored) {
    return signalOf((byte) (Signals.REASONS + stored)) - Signals.REASONS;
  }

  /** The value of a stored entry of a signal. */
  long valueOf(StateCodec codec, byte signal, long value) {
    if (rawWords) {
      return value;
    }
    if (Signals.isOfState(signal)) {
      return plain(codec.present(Signals.symbol(value)));
    }
    return signal == Signals.REASON_OF_FORMAT_3 ? codec.present((int) value) : value;
  }

  /** The word that a state signal told last. */
  int word(StateCodec codec, int word) {
    if (rawWords) {
      return codec.small(word);
    }
    int code = codec.small(0);
    int symbol = codec.symbol(0);
    return code == Signals.NOT_READ ? Signals.NOT_READ : plain(symbol);
  }

  private static int plain(int symbol) {
    return symbol < 0 ? Symbols.unmapped(symbol) : symbol;
  }

  /** Keeps the reason that was told last, in a state of format 3. */
  void keepReason(int symbol) {
    earlierReason = symbol;
  }

  /** What was told last in a state of format 3, where the reason did not end with its stop. */
  public Reasons earlierReasons() {
    return Reasons.before(rules, earlierReason);
  }
}
