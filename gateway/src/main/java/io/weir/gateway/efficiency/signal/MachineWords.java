package io.weir.gateway.efficiency.signal;

import io.weir.gateway.efficiency.calendar.ShiftCalendar;
import io.weir.gateway.efficiency.codec.StateCodec;
import io.weir.gateway.efficiency.codec.StateDecoder;
import io.weir.gateway.efficiency.codec.StateFormat;
import io.weir.gateway.efficiency.config.EfficiencyConfig;
import io.weir.gateway.model.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What one machine says, as the numbers that its {@link ReorderBuffer} keeps: words of states and
 * reasons, products and orders become {@link Symbols}; times become nanoseconds.
 *
 * <p>Mutable; belongs to its {@code MachineFold}.
 */
public final class MachineWords {

  /** Marks the symbols that are in use, with {@link Symbols#mark}. */
  public interface Uses {
    void words(BitSet used);

    void products(BitSet used);

    void orders(BitSet used);
  }

  /** What a product takes beside its word: its sums in the open shifts and days. */
  private static final int PRODUCT_BYTES = 2_000;

  private static final long LONGEST_CYCLE = 7 * 24 * ShiftCalendar.HOUR;

  private final boolean countsAreDeltas;
  private final Symbols words;
  private final Symbols products;
  private final Symbols orders;
  private final Meanings meanings;

  // The last value of each signal that tells words, and its symbol: values repeat.
  private final @Nullable Value[] lastValue = new @Nullable Value[Signals.SIZE];
  private final int[] lastSymbol = new int[Signals.SIZE];

  /** The symbol that was told last, and in which minute: it is noted once a minute. */
  private int toldSymbol;

  private long toldMinute = Long.MIN_VALUE;

  public MachineWords(SignalRules rules, DatedCycles cycles, FoldMemory memory, Uses uses) {
    countsAreDeltas = rules.counts.kind() == EfficiencyConfig.CountKind.DELTA;
    words = new Symbols(memory, 0, uses::words);
    products = new Symbols(memory, PRODUCT_BYTES, uses::products);
    orders = new Symbols(memory, 0, uses::orders);
    meanings = new Meanings(rules, cycles, words, products);
  }

  /** Words of states and reasons. */
  public Symbols words() {
    return words;
  }

  public Symbols products() {
    return products;
  }

  /** Ids of orders. */
  public Symbols orders() {
    return orders;
  }

  public Meanings meanings() {
    return meanings;
  }

  /** Keeps a value of one signal; {@code false} where nothing changes. */
  public boolean put(ReorderBuffer readings, long time, byte signal, Value value) {
    if (Signals.isOfState(signal) || Signals.isReason(signal)) {
      return readings.put(time, signal, word(time, signal, value));
    }
    if (signal == Signals.ORDER) {
      long order = order(text(value));
      return order == 0 ? readings.put(time, Signals.ALIVE, 0) : readings.put(time, signal, order);
    }
    if (signal == Signals.PRODUCT) {
      return readings.put(time, signal, products.of(text(value), time));
    }
    if (signal == Signals.ORDER_ID) {
      String id = text(value);
      return readings.put(time, signal, orders.of(id.isBlank() ? "" : id, time));
    }
    double number = number(value);
    if (!Double.isFinite(number)) {
      return readings.put(time, Signals.ALIVE, 0);
    }
    if (signal == Signals.QUANTITY) {
      return readings.put(time, signal, Double.doubleToRawLongBits(number));
    }
    if (signal == Signals.CYCLE) {
      double nanos = number * ShiftCalendar.SECOND;
      return readings.put(
          time, signal, nanos > 0 && nanos <= LONGEST_CYCLE ? Math.round(nanos) : 0);
    }
    return signal >= Signals.TOTAL && countsAreDeltas
        ? putDelta(readings, time, signal, number)
        : readings.put(time, signal, Double.doubleToRawLongBits(number));
  }

  /**
   * Two deltas of one instant are one that came twice where they are equal. Else one of them is
   * wrong, or the device's clock is too coarse: the larger one holds, in whatever order they come.
   */
  private static boolean putDelta(ReorderBuffer readings, long time, byte signal, double delta) {
    long bits = Double.doubleToRawLongBits(delta);
    if (!readings.differs(time, signal, bits)) {
      return readings.put(time, signal, bits);
    }
    boolean changed = readings.put(time, Signals.TWICE, 1);
    return readings.putLarger(time, signal, delta) || changed;
  }

  /** A number for the id of an order, of which only a change matters; 0 for an empty id. */
  private static long order(String id) {
    long hash = 0xcbf29ce484222325L; // FNV-1a
    for (int i = 0; i < id.length(); i++) {
      hash = (hash ^ id.charAt(i)) * 0x100000001b3L;
    }
    return id.isBlank() ? 0 : hash;
  }

  /** The symbol of a word. */
  private int word(long time, byte signal, Value value) {
    if (value.equals(lastValue[signal])) {
      tell(lastSymbol[signal], time);
      return lastSymbol[signal];
    }
    int turns = words.turns();
    int symbol = words.of(text(value), time);
    if (turns != words.turns()) {
      Arrays.fill(lastValue, null);
    }
    lastValue[signal] = value;
    lastSymbol[signal] = symbol;
    return symbol;
  }

  private void tell(int symbol, long time) {
    long minute = Math.floorDiv(time, ShiftCalendar.MINUTE);
    if (symbol != toldSymbol || minute != toldMinute) {
      toldSymbol = symbol;
      toldMinute = minute;
      words.tell(symbol, time);
    }
  }

  /** The code of the state that the word means which a state signal told last. */
  public int lastCode(byte signal) {
    return meanings.code(signal - Signals.STATE, lastSymbol[signal]);
  }

  /** Symbols may be out of use that were in use before. */
  public void someMayLeave() {
    words.someMayLeave();
    products.someMayLeave();
    orders.someMayLeave();
  }

  /** The machine is forgotten. */
  public void release() {
    words.release();
    products.release();
    orders.release();
  }

  public static String text(Value value) {
    if (value instanceof Value.Text text) {
      return text.value();
    }
    if (value instanceof Value.Flag flag) {
      return Boolean.toString(flag.value());
    }
    if (value instanceof Value.Whole whole) {
      return Long.toString(whole.value());
    }
    double number = number(value);
    return number == (long) number ? Long.toString((long) number) : Double.toString(number);
  }

  /** A number, also one that is sent as text; else NaN. */
  private static double number(Value value) {
    Value number = value instanceof Value.Text text ? text.number() : value;
    if (number instanceof Value.Real real) {
      return real.value();
    }
    return number instanceof Value.Whole whole ? whole.value() : Double.NaN;
  }

  /**
   * The ideal cycles of the products, in the state.
   *
   * @param upTo the newest instant of the machine
   * @return of bytes that are read: when they differ by date from those that are configured now
   */
  public List<ShiftCalendar.Interval> exchangeCycles(StateCodec codec, long upTo) {
    Map<Integer, List<CycleStretch>> were = new TreeMap<>();
    boolean reads = codec instanceof StateDecoder;
    if (!reads && meanings.cyclesAreOfProducts()) {
      products.known().forEach(each -> were.put(each, meanings.stretches(each, upTo)));
    }
    codec.entries(
        were,
        Symbols.NONE,
        codec::small,
        ArrayList::new,
        all -> codec.all(all, () -> CycleStretch.NONE, each -> each.exchange(codec)));
    if (!reads) {
      return List.of();
    }
    List<ShiftCalendar.Interval> changed = new ArrayList<>();
    for (int product : products.known()) {
      List<CycleStretch> was = were.getOrDefault(product, List.of());
      changed.addAll(CycleStretch.differences(was, meanings.stretches(product, upTo)));
    }
    return ShiftCalendar.Interval.joined(changed);
  }

  /** All but the orders, which later states only have. */
  public void exchange(StateCodec codec) {
    words.exchange(codec);
    products.exchange(codec);
    if (!codec.has(StateFormat.RAW_WORDS)) {
      codec.translate(words.withoutUnmapped());
    }
  }
}
