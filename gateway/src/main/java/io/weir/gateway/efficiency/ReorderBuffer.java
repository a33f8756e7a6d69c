package io.weir.gateway.efficiency;

import java.util.BitSet;
import java.util.function.IntPredicate;

/**
 * The readings of one machine that late readings may still precede, sorted by event time. An entry
 * is one signal of one instant. A second value of the same signal and instant replaces the first.
 * An entry takes 17 bytes.
 */
final class ReorderBuffer {

  private static final int INITIAL_CAPACITY = 16;
  private static final long NEGATIVE_ZERO = Double.doubleToRawLongBits(-0.0);

  private long[] times = new long[INITIAL_CAPACITY];
  private long[] values = new long[INITIAL_CAPACITY];
  private byte[] signals = new byte[INITIAL_CAPACITY];
  private int from;
  private int to;

  int size() {
    return to - from;
  }

  long time(int index) {
    return times[from + index];
  }

  byte signal(int index) {
    return signals[from + index];
  }

  long value(int index) {
    return values[from + index];
  }

  /** Index after the entries that share the instant of the one at {@code index}. */
  int rowEnd(int index) {
    long time = time(index);
    int end = index + 1;
    while (end < size() && time(end) == time) {
      end++;
    }
    return end;
  }

  /** Inserts an entry in the order of time; {@code false} where nothing changes. */
  boolean put(long time, byte signal, long value) {
    int at = to;
    while (at > from && times[at - 1] > time) {
      at--;
    }
    for (int i = at - 1; i >= from && times[i] == time; i--) {
      if (signals[i] == signal || signal == Signals.ALIVE) {
        boolean changes = signal != Signals.ALIVE && values[i] != value;
        values[i] = signal == Signals.ALIVE ? values[i] : value;
        return changes;
      }
    }
    if (to == times.length) {
      at -= makeRoom();
    }
    System.arraycopy(times, at, times, at + 1, to - at);
    System.arraycopy(values, at, values, at + 1, to - at);
    System.arraycopy(signals, at, signals, at + 1, to - at);
    times[at] = time;
    values[at] = value;
    signals[at] = signal;
    to++;
    return true;
  }

  /**
   * Moves the last entry to a later instant, if it is only a sign of life and the entry before it
   * is within the allowed silence of that instant. So readings without a signal do not fill the
   * buffer. No figure changes: a late reading between these two entries finds no silence, with or
   * without the one that was moved.
   */
  boolean prolongLife(long time, long silentAfter) {
    if (size() < 2
        || signals[to - 1] != Signals.ALIVE
        || times[to - 1] >= time
        || time - times[to - 2] > silentAfter) {
      return false;
    }
    times[to - 1] = time;
    return true;
  }

  /** Whether a signal has another value at the instant already. */
  boolean differs(long time, byte signal, long value) {
    for (int i = to - 1; i >= from && times[i] >= time; i--) {
      if (times[i] == time && signals[i] == signal) {
        return values[i] != value;
      }
    }
    return false;
  }

  /** Puts a real at an instant that has a value of the signal, if it is larger than that. */
  boolean putLarger(long time, byte signal, double value) {
    for (int i = to - 1; i >= from && times[i] >= time; i--) {
      if (times[i] == time && signals[i] == signal && value > Double.longBitsToDouble(values[i])) {
        values[i] = Double.doubleToRawLongBits(value);
        return true;
      }
    }
    return false;
  }

  /** Marks the symbols that the entries of some signals are. */
  void mark(BitSet used, IntPredicate signals) {
    for (int i = from; i < to; i++) {
      if (signals.test(this.signals[i])) {
        Symbols.mark(used, (int) values[i]);
      }
    }
  }

  void removeFirst(int count) {
    from += count;
  }

  /**
   * @param stored which signals the state has; one that is gone is read as a sign of life only
   */
  void exchange(StateCodec codec, StoredSignals stored) {
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
      long value = values[i];
      double real = Double.longBitsToDouble(value);
      boolean whole = isReal(signal) && real == (long) real && value != NEGATIVE_ZERO;
      boolean raw = isReal(signal) && !whole;
      out.raw((byte) (raw ? ~signal : signal));
      out.number(times[i] - time);
      time = times[i];
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
    if (to == times.length) {
      makeRoom();
    }
    times[to] = time;
    signals[to] = signal;
    values[to++] = value;
  }

  private static boolean isReal(byte signal) {
    return signal >= Signals.ENERGY && signal < Signals.STATE;
  }

  /** Moves the entries to the front, of larger arrays where needed; returns how far they moved. */
  private int makeRoom() {
    int size = size();
    int moved = from;
    boolean isFull = size > times.length / 2;
    long[] newTimes = isFull ? new long[times.length * 2] : times;
    long[] newValues = isFull ? new long[times.length * 2] : values;
    byte[] newSignals = isFull ? new byte[times.length * 2] : signals;
    System.arraycopy(times, from, newTimes, 0, size);
    System.arraycopy(values, from, newValues, 0, size);
    System.arraycopy(signals, from, newSignals, 0, size);
    times = newTimes;
    values = newValues;
    signals = newSignals;
    from = 0;
    to = size;
    return moved;
  }
}
