package io.weir.gateway.efficiency.signal;

import io.weir.gateway.efficiency.codec.StateCodec;
import java.util.Arrays;
import java.util.BitSet;

/**
 * What the metrics that give reasons told last, and what of it is still to be used.
 *
 * <p>A word is a <i>report</i> where it differs from the one before, or where the metric was absent
 * after a stop: a reading of the state came without it. A word that is only repeated is none. A
 * report belongs to the stop in which it comes. One that comes outside of a stop waits for the next
 * stop, and is dropped when that begins, whether it is used or too old.
 *
 * <p>Immutable.
 *
 * @param words of each metric, a symbol
 * @param ended a bit for each metric: a stop has ended since its last report
 * @param absent a bit for each metric: it was absent after that
 * @param waiting the report that waits for the next stop, a symbol
 * @param since the instant of that report
 */
@SuppressWarnings("ArrayRecordComponent") // the array is never changed, nor compared
public record Reasons(int[] words, long ended, long absent, int waiting, long since) {

  public static Reasons none(SignalRules rules) {
    return new Reasons(new int[rules.reasonSignals], 0, 0, Symbols.NONE, 0);
  }

  /** After a state in which only the word is known: it is a report again after a stop. */
  public static Reasons before(SignalRules rules, int word) {
    Reasons none = none(rules);
    if (rules.reasonSignals > 0) {
      none.words[0] = word;
    }
    return none.stopEnded();
  }

  /**
   * The report of an instant, {@link Symbols#NONE} for none. Of several the one of the signal that
   * decides the state counts, else the first.
   */
  public int report(long[] values, long present, int deciding) {
    int report = Symbols.NONE;
    for (int i = 0; i < words.length; i++) {
      if (isReport(i, values, present) && (report == Symbols.NONE || i == deciding)) {
        report = (int) values[Signals.REASONS + i];
      }
    }
    return report;
  }

  private boolean isReport(int i, long[] values, long present) {
    int signal = Signals.REASONS + i;
    return Signals.has(present, signal)
        && values[signal] != Symbols.NONE
        && (values[signal] != words[i] || (absent & 1L << i) != 0);
  }

  /** An empty word takes back what waits. */
  public Reasons cleared(long[] values, long present) {
    for (int i = 0; i < words.length && waiting != Symbols.NONE; i++) {
      int signal = Signals.REASONS + i;
      if (Signals.has(present, signal) && values[signal] == Symbols.NONE) {
        return nothingWaits();
      }
    }
    return this;
  }

  /**
   * The words of an instant were told.
   *
   * @param tells whether the instant tells the state: then a metric that is missing is absent
   */
  public Reasons told(long[] values, long present, boolean tells) {
    long told = (present >> Signals.REASONS) & ((1L << words.length) - 1);
    long nowAbsent = tells ? absent | ended & ~told : absent;
    if (told == 0) {
      return nowAbsent == absent ? this : new Reasons(words, ended, nowAbsent, waiting, since);
    }
    int[] now = words.clone();
    long nowEnded = ended;
    for (int i = 0; i < words.length; i++) {
      if (isReport(i, values, present)) {
        nowEnded &= ~(1L << i);
        nowAbsent &= ~(1L << i);
      }
      now[i] = (told & 1L << i) != 0 ? (int) values[Signals.REASONS + i] : now[i];
    }
    return nowEnded == ended && nowAbsent == absent && Arrays.equals(now, words)
        ? this
        : new Reasons(now, nowEnded, nowAbsent, waiting, since);
  }

  public Reasons stopEnded() {
    return new Reasons(words, (1L << words.length) - 1, absent, waiting, since);
  }

  public Reasons waiting(int report, long instant) {
    return new Reasons(words, ended, absent, report, instant);
  }

  public Reasons nothingWaits() {
    return waiting == Symbols.NONE ? this : waiting(Symbols.NONE, 0);
  }

  /** The reason that waits for a stop that begins at an instant. */
  public int before(long instant, long reach) {
    return instant - since <= reach ? waiting : Symbols.NONE;
  }

  public void mark(BitSet used) {
    for (int word : words) {
      Symbols.mark(used, word);
    }
    Symbols.mark(used, waiting);
  }

  public Reasons exchange(StateCodec codec, StoredSignals stored, SignalRules rules) {
    int[] now = new int[rules.reasonSignals];
    long[] flags = new long[2];
    int count = codec.small(words.length);
    for (int i = 0; i < count; i++) {
      int word = codec.symbol(i < words.length ? words[i] : 0);
      int place = stored.reasonOf(i);
      boolean hasEnded = codec.flag((ended & 1L << i) != 0);
      boolean wasAbsent = codec.flag((absent & 1L << i) != 0);
      if (place >= 0) {
        now[place] = word;
        flags[0] |= hasEnded ? 1L << place : 0;
        flags[1] |= wasAbsent ? 1L << place : 0;
      }
    }
    int waits = codec.symbol(waiting);
    long at = codec.number(waits == Symbols.NONE ? 0 : since);
    return new Reasons(now, flags[0], flags[1], waits, at);
  }
}
