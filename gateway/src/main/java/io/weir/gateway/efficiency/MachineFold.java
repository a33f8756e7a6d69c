package io.weir.gateway.efficiency;

import io.weir.gateway.model.Asset;
import io.weir.gateway.model.MachineState;
import io.weir.gateway.model.Reading;
import io.weir.gateway.model.Value;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One machine's readings, late ones put in their place, and what was written of it.
 *
 * <p>Two timelines: {@code settled} has taken what no allowed reading can precede any more, {@code
 * head} all but the newest instant. Between them lies the readings. A reading in order costs one
 * step of each; one out of order makes the head be folded again from the settled one, once, when it
 * is needed next. What that means for the store is for {@link MachineRows} to say.
 *
 * <p>Rows are written once a minute of the machine's own time, before the first reading that comes
 * after the instant which began the minute, so that they do not depend on when it arrived.
 *
 * <p>Bounds: {@link #WINDOW_LIMIT} entries (what is beyond settles early), {@link Symbols#LIMIT}
 * words, the buckets of the readings, and after {@link #FORGET_AFTER} of silence it begins anew.
 *
 * <p>Mutable; belongs to its {@link Fold}.
 */
final class MachineFold {

  /** Entries that wait for late company at most: ten minutes of four signals a second, and more. */
  static final int WINDOW_LIMIT = 8192;

  /** A machine silent for longer is forgotten; figures begin anew when it comes back. */
  static final long FORGET_AFTER = 35 * 24 * Calendar.HOUR;

  private static final long LONGEST_CYCLE = 7 * 24 * Calendar.HOUR;

  final Asset asset;
  final SignalRules rules;

  private final Fold.Shared shared;
  private final MachineRows rows;
  private final Symbols symbols = new Symbols();
  private final Symbols products = new Symbols();

  private ReorderBuffer readings = new ReorderBuffer();
  private Timeline settled;
  private Timeline head;
  private boolean headIsStale;

  private boolean begun;
  private long watermark;
  private long settledTo;
  private long receivedNs;
  private long late;

  private boolean due;
  private boolean stateDue;

  // The last word of each state signal, since words repeat.
  private final @Nullable Value[] lastWord;
  private final long[] lastMeaning;

  MachineFold(Asset asset, SignalRules rules, Fold.Shared shared) {
    this.asset = asset;
    this.rules = rules;
    this.shared = shared;
    rows = new MachineRows(asset, rules, shared, symbols, products);
    settled = new Timeline(rules, shared.calendar());
    head = new Timeline(rules, shared.calendar());
    lastWord = new @Nullable Value[rules.stateSignals];
    lastMeaning = new long[rules.stateSignals];
  }

  long watermark() {
    return watermark;
  }

  /** Wall time at which something was received last. */
  long receivedNs() {
    return receivedNs;
  }

  /** Readings that came later than allowed. */
  long late() {
    return late;
  }

  /** What was written last of a bucket that may still change, else {@code null}. */
  long @Nullable [] written(BucketKey key) {
    return rows.written(key);
  }

  String word(int symbol) {
    return symbols.word(symbol);
  }

  String product(int symbol) {
    return products.word(symbol);
  }

  // ---- readings

  /** Takes a reading of this machine that is not BAD. */
  void accept(Reading reading, long receiveTimeNs) {
    long time = reading.timeNs();
    if (begun && time - watermark > FORGET_AFTER) {
      beginAnew();
    }
    if (begun && (time < watermark - shared.latenessNs() || time <= settledTo)) {
      late++;
      return;
    }
    receivedNs = Math.max(receivedNs, receiveTimeNs);
    byte[] signals = rules.signalsOf(reading.metric());
    if (!begun || time > watermark) {
      goOnTo(time, signals.length == 0);
    }
    boolean changed = false;
    for (byte signal : signals) {
      changed |= put(time, signal, reading.value());
    }
    if (signals.length == 0) {
      changed = readings.put(time, Signals.ALIVE, 0);
    }
    if (changed && (time < watermark || rows.tell(time))) {
      rows.corrected();
      headIsStale |= time < watermark;
    }
    if (readings.size() > WINDOW_LIMIT) {
      publish();
      settle(WINDOW_LIMIT / 4, watermark);
    }
  }

  private void beginAnew() {
    flush();
    readings = new ReorderBuffer();
    settled = new Timeline(rules, shared.calendar());
    head = new Timeline(rules, shared.calendar());
    headIsStale = false;
    begun = false;
    due = false;
    stateDue = false;
    rows.clear();
  }

  private void goOnTo(long time, boolean aliveOnly) {
    if (!begun) {
      begun = true;
      settledTo = Long.MIN_VALUE;
      due = true;
      watermark = time;
      return;
    }
    flush();
    due = Calendar.minute(time).start() > watermark;
    if (!(aliveOnly && readings.prolongLife(time, rules.silentAfterNs)) && !headIsStale) {
      int from = newestRow();
      head.take(readings, from, readings.size());
    }
    watermark = time;
  }

  private int newestRow() {
    int from = readings.size() - 1;
    while (from > 0 && readings.time(from - 1) == watermark) {
      from--;
    }
    return from;
  }

  private boolean put(long time, byte signal, Value value) {
    if (signal >= Signals.STATE) {
      long meaning = meaning(signal - Signals.STATE, value);
      stateDue |=
          time >= watermark && Signals.code(meaning) != head.reported(signal - Signals.STATE);
      return readings.put(time, signal, meaning);
    }
    if (signal == Signals.REASON) {
      return readings.put(time, signal, symbols.of(text(value)));
    }
    if (signal == Signals.PRODUCT) {
      String product = text(value);
      boolean changed = readings.put(time, signal, products.of(product));
      return readings.put(time, Signals.CYCLE, rules.cycleOf(product)) || changed;
    }
    double number = number(value);
    if (Double.isNaN(number)) {
      return readings.put(time, Signals.ALIVE, 0);
    }
    if (signal == Signals.CYCLE) {
      double nanos = number * Calendar.SECOND;
      return readings.put(
          time, signal, nanos > 0 && nanos <= LONGEST_CYCLE ? Math.round(nanos) : 0);
    }
    return readings.put(time, signal, Double.doubleToRawLongBits(number));
  }

  /** The code above, the word's symbol below. */
  private long meaning(int signal, Value value) {
    if (!value.equals(lastWord[signal])) {
      String word = text(value);
      MachineState state = rules.meaning(signal, word);
      lastMeaning[signal] =
          state == null
              ? Signals.meaning(Signals.UNMAPPED, symbols.of("unmapped:" + word))
              : Signals.meaning(state.code(), symbols.of(word));
      lastWord[signal] = value;
    }
    return lastMeaning[signal];
  }

  private static String text(Value value) {
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

  private static double number(Value value) {
    if (value instanceof Value.Real real) {
      return real.value();
    }
    return value instanceof Value.Whole whole ? whole.value() : Double.NaN;
  }

  // ---- time

  /** The machine at an instant at or after its newest reading. */
  Timeline view(long asOf) {
    if (headIsStale) {
      head = settled.copy();
      int newest = newestRow();
      for (int i = 0; i < newest; i = readings.rowEnd(i)) {
        head.take(readings, i, readings.rowEnd(i));
      }
      headIsStale = false;
    }
    Timeline view = head.copy();
    view.take(readings, newestRow(), readings.size());
    view.extend(asOf);
    return view;
  }

  /**
   * The instant of this machine's own time that a wall time stands for: its newest reading while it
   * is heard; as much later as nothing was heard, when that is too long. A clock that is wrong, or
   * a backlog, thus does not look like silence.
   */
  long asOf(long wallNs) {
    long unheard = wallNs - receivedNs;
    return unheard > rules.silentAfterNs ? watermark + unheard : watermark;
  }

  /** Lets settle what no allowed reading can precede any more. */
  private void settle(int keep, long edge) {
    int newest = newestRow();
    int done = 0;
    while (done < newest && readings.time(done) < edge && (readings.size() - done > keep)) {
      int end = readings.rowEnd(done);
      settledTo = readings.time(done);
      settled.take(readings, done, end);
      done = end;
    }
    if (done == 0) {
      return;
    }
    readings.removeFirst(done);
    for (Bucket bucket :
        settled.buckets().closeBefore(Math.min(settled.seen(), settled.booked() + 1))) {
      rows.settle(bucket, settled);
      head.buckets().remove(bucket.key);
    }
    long horizon = settled.horizon();
    settled.forgetSpans(horizon);
    head.forgetSpans(horizon);
    rows.forget(horizon);
  }

  // ---- rows

  /** Writes what is due: all rows where a minute was passed, else a change of state. */
  void flush() {
    if (due) {
      publish();
      settle(0, watermark - shared.latenessNs());
    } else if (stateDue) {
      Timeline view = view(watermark);
      rows.states(view, watermark);
      stateDue = false;
    }
  }

  private void publish() {
    rows.publish(view(watermark), watermark);
    due = false;
    stateDue = false;
  }

  /**
   * While nothing is heard: writes rows up to an instant of the machine's own time, provisional
   * until it is heard again. They are not part of the state.
   */
  void tick(long asOf) {
    if (!begun || asOf <= watermark) {
      return;
    }
    due |= rows.isCorrected();
    flush();
    rows.tick(view(asOf), asOf);
  }

  // ---- the live page

  /** The machine at a wall time. */
  EfficiencySnapshot.MachineNow now(long wallNs) {
    long asOf = asOf(wallNs);
    Timeline view = view(asOf);
    List<Bucket> shifts = view.buckets().of(BucketKind.SHIFT);
    EfficiencySnapshot.ShiftFigures current = null;
    EfficiencySnapshot.ShiftFigures last = null;
    for (Bucket bucket : shifts) {
      last = current;
      current = shift(bucket.key, bucket.finished(bucket.sums, rules));
    }
    if (current == null) {
      CalendarSpan span = shared.calendar().at(asOf);
      BucketKey key =
          new BucketKey(BucketKind.SHIFT, span.whole().start(), span.whole().end(), span.shift());
      current = shift(key, Sums.none());
    }
    return new EfficiencySnapshot.MachineNow(
        asset,
        asOf,
        watermark,
        view.countedState(asOf),
        symbols.word(view.why()),
        view.since(),
        products.word(view.product()),
        current,
        last != null ? last : rows.lastShift(),
        late,
        receivedNs,
        rules.silentAfterNs,
        stop(view.present(asOf)));
  }

  private EfficiencySnapshot.@Nullable OpenStop stop(StateSpan span) {
    return span.isStop()
        ? new EfficiencySnapshot.OpenStop(
            span.start,
            span.calendar.shift(),
            span.state,
            symbols.word(span.reason),
            span.first ? 1 : 0)
        : null;
  }

  static EfficiencySnapshot.ShiftFigures shift(BucketKey key, long[] sums) {
    return new EfficiencySnapshot.ShiftFigures(
        key.shift(), key.start(), key.end(), new Figures(sums, Figures.Basis.MACHINE, 1));
  }

  // ---- bytes

  void exchange(StateCodec codec) {
    boolean sameSignals = codec.name(rules.signalNames).equals(rules.signalNames);
    symbols.exchange(codec);
    products.exchange(codec);
    watermark = codec.number(watermark);
    settledTo = codec.number(settledTo);
    receivedNs = codec.number(receivedNs);
    late = codec.number(late);
    due = codec.flag(due);
    stateDue = codec.flag(stateDue);
    settled.exchange(codec, sameSignals);
    readings.exchange(codec, sameSignals ? Byte.MAX_VALUE : Signals.STATE);
    rows.exchange(codec, watermark);
  }

  /** The state was read: the rest follows from it. */
  void restored() {
    begun = true;
    headIsStale = true;
  }
}
