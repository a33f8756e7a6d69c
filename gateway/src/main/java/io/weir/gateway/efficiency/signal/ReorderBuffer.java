package io.weir.gateway.efficiency.signal;

import io.weir.gateway.efficiency.codec.StateCodec;
import io.weir.gateway.efficiency.codec.StateDecoder;
import io.weir.gateway.efficiency.codec.StateEncoder;
import java.util.BitSet;
import java.util.function.IntPredicate;

/**
 * The readings of one machine that late readings may still precede, sorted by event time. An entry
 * is one signal of one instant. A second value of the same signal and instant replaces the first.
 * An entry takes 17 bytes.
 */
public final class ReorderBuffer {

  /** What an entry takes of the heap where the arrays are half empty. */
  private static final int BYTES = 34;

  private static final int INITIAL_CAPACITY = 16;
  private static final long NEGATIVE_ZERO = Double.doubleToRawLongBits(-0.0);

  /** Of each entry its time, then its value: side by side, since they are read together. */
  private long[] numbers = new long[2 * INITIAL_CAPACITY];

  private byte[] signals = new byte[INITIAL_CAPACITY];
  private int from;
  private int to;

  public int size() {
    return to - from;
  }

  /** What it takes of the heap at worst. */
  public long bytes() {
    return (long) BYTES * size();
  }

  /** Looks at its end before something is put there, so that it is near. */
  public long look() {
    return to == from ? 0 : valueAt(to - 1) + signals[to - 1];
  }

  public long time(int index) {
    return timeAt(from + index);
  }

  public byte signal(int index) {
    return signals[from + index];
  }

  public long value(int index) {
    return valueAt(from + index);
  }

  private long timeAt(int at) {
    return numbers[2 * at];
  }

  private long valueAt(int at) {
    return numbers[2 * at + 1];
  }

  private void set(int at, long time, byte signal, long value) {
    numbers[2 * at] = time;
    numbers[2 * at + 1] = value;
    signals[at] = signal;
  }

  /** Index after the entries that share the instant of the one at {@code index}. */
  public int rowEnd(int index) {
    long time = time(index);
    int end = index + 1;
    while (end < size() && time(end) == time) {
      end++;
    }
    return end;
  }

  /** Inserts an entry in the order of time; {@code false} where nothing changes. */
  public boolean put(long time, byte signal, long value) {
    int at = to;
    while (at > from && timeAt(at - 1) > time) {
      at--;
    }
    for (int i = at - 1; i >= from && timeAt(i) == time; i--) {
      if (signals[i] == signal || signal == Signals.ALIVE) {
        boolean changes = signal != Signals.ALIVE && valueAt(i) != value;
        if (changes) {
          set(i, time, signal, value);
        }
        return changes;
      }
    }
    if (to == signals.length) {
      at -= makeRoom();
    }
    if (at < to) {
      System.arraycopy(numbers, 2 * at, numbers, 2 * (at + 1), 2 * (to - at));
      System.arraycopy(signals, at, signals, at + 1, to - at);
    }
    set(at, time, signal, value);
    to++;
    return true;
  }

  /**
   * Moves the last entry to a later instant, if it is only a sign of life and the entry before it
   * is within the allowed silence of that instant. So readings without a signal do not fill the
   * buffer. No figure changes: a late reading between these two entries finds no silence, with or
   * without the one that was moved.
   */
  public boolean prolongLife(long time, long silentAfter) {
    if (size() < 2
        || signals[to - 1] != Signals.ALIVE
        || timeAt(to - 1) >= time
        || time - timeAt(to - 2) > silentAfter) {
      return false;
    }
    set(to - 1, time, Signals.ALIVE, valueAt(to - 1));
    return true;
  }

  /** Whether a signal has another value at the instant already. */
  boolean differs(long time, byte signal, long value) {
    for (int i = to - 1; i >= from && timeAt(i) >= time; i--) {
      if (timeAt(i) == time && signals[i] == signal) {
        return valueAt(i) != value;
      }
    }
    return false;
  }

  /** Puts a real at an instant that has a value of the signal, if it is larger than that. */
  boolean putLarger(long time, byte signal, double value) {
    for (int i = to - 1; i >= from && timeAt(i) >= time; i--) {
      if (timeAt(i) == time
          && signals[i] == signal
          && value > Double.longBitsToDouble(valueAt(i))) {
        set(i, time, signal, Double.doubleToRawLongBits(value));
        return true;
      }
    }
    return false;
  }

  /** Marks the symbols that the entries of some signals are. */
  public void mark(BitSet used, IntPredicate signals) {
    for (int i = from; i < to; i++) {
      if (signals.test(this.signals[i])) {
        Symbols.mark(used, (int) valueAt(i));
      }
    }
  }

  public void removeFirst(int count) {
    from += count;
  }

  /**
   * @param stored which signals the state has; one that is gone is read as a sign of life only
   */
  public void exchange(StateCodec codec, StoredSignals stored) {
    if (codec instanceof StateEncoder encoder) {
      encode(encoder);
    } else if (codec instanceof StateDecoder decoder) {
      decode(decoder, stored);
    }
  }

  /**
   * Each entry is its signal, the time since the entry before, and the change of its value. A real
   * that is not whole is written raw, with the signal inverted.
   */
  private void encode(StateEncoder out) {
    out.number(size());
    long[] before = new long[Byte.MAX_VALUE];
    long time = 0;
    for (int i = from; i < to; i++) {
      byte signal = signals[i];
      long value = valueAt(i);
      double real = Double.longBitsToDouble(value);
      boolean whole = isReal(signal) && real == (long) real && value != NEGATIVE_ZERO;
      boolean raw = isReal(signal) && !whole;
      out.raw((byte) (raw ? ~signal : signal));
      out.number(timeAt(i) - time);
      time = timeAt(i);
      if (raw) {
        out.real(real);
      } else {
        long number = whole ? (long) real : value;
        out.number(number - before[signal]);
        before[signal] = number;
      }
    }
  }

  private void decode(StateDecoder in, StoredSignals stored) {
    long[] before = new long[Byte.MAX_VALUE];
    long time = 0;
    for (long count = in.number(); count > 0; count--) {
      byte signal = in.raw();
      boolean raw = signal < 0;
      signal = raw ? (byte) ~signal : signal;
      time += in.number();
      long value;
      if (raw) {
        value = Double.doubleToRawLongBits(in.real());
      } else {
        before[signal] += in.number();
        value =
            isReal(signal) ? Double.doubleToRawLongBits((double) before[signal]) : before[signal];
      }
      byte now = stored.signalOf(signal);
      append(time, now, now == Signals.ALIVE ? 0 : stored.valueOf(in, signal, value));
    }
  }

  private void append(long time, byte signal, long value) {
    if (to == signals.length) {
      makeRoom();
    }
    set(to++, time, signal, value);
  }

  private static boolean isReal(byte signal) {
    return signal >= Signals.ENERGY && signal < Signals.STATE;
  }

  /** Moves the entries to the front, of larger arrays where needed; returns how far they moved. */
  private int makeRoom() {
    int size = size();
    int moved = from;
    boolean isFull = size > signals.length / 2;
    long[] newNumbers = isFull ? new long[numbers.length * 2] : numbers;
    byte[] newSignals = isFull ? new byte[signals.length * 2] : signals;
    System.arraycopy(numbers, 2 * from, newNumbers, 0, 2 * size);
    System.arraycopy(signals, from, newSignals, 0, size);
    numbers = newNumbers;
    signals = newSignals;
    from = 0;
    to = size;
    return moved;
  }
}
