package io.weir.gateway.efficiency;

import io.weir.gateway.correction.Correction;
import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Reading;
import io.weir.gateway.model.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One machine: puts late readings in their place and writes its rows.
 *
 * <p>It keeps two timelines. {@code settled} has taken the readings that no allowed reading can
 * precede any more. {@code head} has taken all but the newest instant. The readings between them
 * are in a {@link ReorderBuffer}. A reading in order costs one step of each timeline. After a
 * reading out of order, the head is folded again from the settled one when it is next needed.
 * {@link MachineRows} decides which rows of the store change.
 *
 * <p>Rows are written once per minute of the machine's own time: before the first reading after the
 * instant that began the minute. So they do not depend on when readings arrive.
 *
 * <p>Bounds: {@link #MOST_READINGS} values (the oldest of more settle early), {@link Symbols#LIMIT}
 * words, and the buckets of the kept readings; all machines together those of {@link FoldMemory}.
 * After {@link #FORGET_AFTER} of silence it starts again.
 *
 * <p>Mutable; belongs to its {@link Fold}.
 */
final class MachineFold implements Lines.Written {

  /** Values that wait for late readings: thirteen signals a second for ten minutes. */
  static final int MOST_READINGS = 8192;

  /** A machine silent for longer is forgotten; its figures start again when it comes back. */
  static final long FORGET_AFTER = 35 * 24 * ShiftCalendar.HOUR;

  /** Rows are in the history of the page at the latest so long after the reading they come from. */
  private static final long HISTORY_IS_BEHIND = 2 * ShiftCalendar.MINUTE;

  /** A machine that was never heard is kept silent for so long at a time, then starts again. */
  private static final long LONGEST_EXPECTED = 2 * 24 * ShiftCalendar.HOUR;

  /** The clocks of a machine and of what tells its end may be so far apart. */
  private static final long CLOCKS_APART = ShiftCalendar.MINUTE;

  /** Why nobody knows what a machine does, as the rows say it. */
  private static final String DISCONNECTED = "disconnected";

  private static final String GATEWAY_AWAY = "gateway-away";

  private static final long LONGEST_CYCLE = 7 * 24 * ShiftCalendar.HOUR;

  final Asset asset;
  final SignalRules rules;

  private final Fold.Shared shared;
  private final MachineRows rows;
  private final Symbols symbols;
  private final Symbols products;
  private final Symbols orders;
  private final Meanings meanings;

  /** What it reported in the time that is settled, while a correction may change rows of it. */
  private final Journal journal = new Journal();

  private List<Correction> corrections;

  /** What its words mean in the tree of reasons. */
  private final MachineReasons reasons;

  private ReorderBuffer readings = new ReorderBuffer();
  private Timeline settled;
  private Timeline head;
  private boolean headIsStale;

  private boolean begun;

  /** Whether a reading of it came; before that, the configuration names it and it is unknown. */
  private boolean heard;

  /** The instant of the newest reading. */
  private long watermark;

  /** The last instant that {@code settled} has taken. */
  private long settledTo;

  private long receivedNs;
  private long late;

  /** The source that brought its last reading, by {@link Contacts}. */
  private int source = Contacts.NONE;

  /** Whether its session has ended; the newest instant is then that of its end. */
  private boolean gone;

  /** A reading of this instant or later shows that a session that had ended goes on. */
  private long provenFrom;

  /** Counts that cannot be right, as of {@link #now}. */
  private long implausible;

  /** A minute has passed since the rows were written. */
  private boolean due;

  /** The state has changed since the rows were written. */
  private boolean stateDue;

  // The last value of each signal that tells words, and its symbol: values repeat.
  private final @Nullable Value[] lastValue = new @Nullable Value[Signals.SIZE];
  private final int[] lastSymbol = new int[Signals.SIZE];

  MachineFold(Asset asset, SignalRules rules, Fold.Shared shared) {
    this.asset = asset;
    this.rules = rules;
    this.shared = shared;
    symbols = new Symbols(shared.memory(), FoldMemory.WORD_BYTES, this::markWords);
    products =
        new Symbols(
            shared.memory(), FoldMemory.WORD_BYTES + FoldMemory.PRODUCT_BYTES, this::markProducts);
    meanings = new Meanings(rules, symbols, products);
    orders = new Symbols(shared.memory(), FoldMemory.WORD_BYTES, this::markOrders);
    rows = new MachineRows(asset, rules, shared, symbols, products, orders);
    corrections = shared.corrections().of(asset);
    reasons = shared.reasons().of(asset);
    settled = new Timeline(rules, shared.calendar(), meanings);
    head = new Timeline(rules, shared.calendar(), meanings);
  }

  /** What its readings and minutes that are not settled take. */
  private long waiting;

  /** Wall time at which its last reading was received. */
  long receivedNs() {
    return receivedNs;
  }

  /** The instant of its newest reading. */
  long watermark() {
    return watermark;
  }

  /** No row of a bucket that ended before is changed any more, no state and no stop before. */
  long closedTo() {
    return settled.isBegun()
        ? Math.min(Math.min(settled.seen(), settled.booked() + 1), settled.horizon())
        : Long.MIN_VALUE;
  }

  /** Readings that came later than allowed. */
  long late() {
    return late;
  }

  /** Counts that cannot be right, when it was looked at last. */
  long implausible() {
    return implausible;
  }

  /** The sums written last of a bucket that may still change, else {@code null}. */
  @Override
  public long @Nullable [] of(BucketKey key) {
    return rows.written(key);
  }

  @Override
  public Set<BucketKey> open() {
    return rows.open();
  }

  @Override
  public boolean isSettled(BucketKey key) {
    return settled.begunBefore(key.end())
        && key.end() < settled.seen()
        && rows.written(key) == null;
  }

  // ---- readings

  boolean isHeard() {
    return heard;
  }

  /** Its figures begin at an instant without a reading, because the configuration names it. */
  void expect(long since) {
    advance(since, true);
    readings.put(since, Signals.ALIVE, 0);
    receivedNs = since;
    weigh();
  }

  /** Silent for so long that it starts again; one that was never heard does so soon. */
  boolean isForgotten(long wallNs) {
    return wallNs - receivedNs > (heard ? FORGET_AFTER : LONGEST_EXPECTED);
  }

  /** A machine that the configuration names starts again, with whole buckets of the present. */
  void expectAgain(long wallNs) {
    startAgain();
    heard = false;
    ShiftCalendar calendar = shared.calendar();
    expect(
        Math.min(
            calendar.day(wallNs).start(),
            Math.min(calendar.hour(wallNs).start(), calendar.at(wallNs).whole().start())));
  }

  /**
   * Takes a reading of this machine that is not BAD.
   *
   * @param broughtBy its source, by {@link Contacts}
   * @param kept whether the broker has kept it: then it says nothing of the machine's session,
   *     unless that is what its metric tells
   */
  void accept(Reading reading, long receiveTimeNs, int broughtBy, boolean kept) {
    source = broughtBy == Contacts.NONE ? source : broughtBy;
    boolean tellsLife = rules.tellsLife(reading.metric());
    if (tellsLife && isEnd(reading)) {
      end(reading.timeNs(), receiveTimeNs);
    } else {
      accept(reading, receiveTimeNs, tellsLife || !kept);
    }
  }

  private void accept(Reading reading, long receiveTimeNs, boolean showsLife) {
    long time = reading.timeNs();
    if (!heard && begun && time < watermark) {
      startAgain(); // it tells its past: nothing was known of it, so nothing is too late
    }
    heard = true;
    if (begun && time - watermark > FORGET_AFTER) {
      startAgain();
    }
    if (begun && (time < watermark - shared.latenessNs() || time <= settledTo)) {
      late++;
      if (receiveTimeNs - time < FORGET_AFTER) { // else the device does not know the time
        shared.marks().add(asset, time, holdsOn(reading) ? watermark : time + 1);
      }
      return;
    }
    receivedNs = Math.max(receivedNs, receiveTimeNs);
    shared.lines().received(receivedNs);
    if (gone && showsLife && time >= provenFrom) {
      goOn(time);
    }
    byte[] signals = rules.signalsOf(reading.metric());
    if (!begun || time > watermark) {
      advance(time, signals.length == 0);
    }
    boolean changed = false;
    for (byte signal : signals) {
      changed |= put(time, signal, reading.value());
    }
    if (signals.length == 0) {
      changed = readings.put(time, Signals.ALIVE, 0);
    }
    if (changed && (time < watermark || rows.includeNewest(time))) {
      rows.corrected();
      headIsStale |= time < watermark;
    }
    if (readings.size() > MOST_READINGS) {
      publish();
      settle(MOST_READINGS / 4, watermark);
    }
    weigh();
    if (shared.memory().isTooMuch(waiting)) {
      journal.halve();
      publish();
      settle(readings.size() / 2, watermark);
      weigh();
    }
  }

  /** Whether what a reading says holds on behind its hour, until it is said again. */
  private boolean holdsOn(Reading reading) {
    for (byte signal : rules.signalsOf(reading.metric())) {
      if (Signals.holdsOn(signal)) {
        return true;
      }
    }
    return false;
  }

  // ---- its session

  /** The source that brought its last reading, by {@link Contacts}. */
  int source() {
    return source;
  }

  /**
   * Whether a reading of the metric that tells whether the machine is alive says that it is not.
   */
  boolean isEnd(Reading reading) {
    return rules.alive != null && rules.alive.dead().contains(text(reading.value()));
  }

  /**
   * Its session ends, as the machine's own clock has it. What it said last no longer holds, until
   * it sends again.
   */
  void end(long time, long receiveTimeNs) {
    if (heard && begun) {
      leave(Math.max(time, watermark), receiveTimeNs, DISCONNECTED);
      provenFrom = watermark - CLOCKS_APART; // the reading that comes next may be of a slower clock
    }
  }

  /** Its session ends, as the clock of the gateway has it. */
  void endReceived(long receiveTimeNs) {
    if (heard && begun) {
      end(ownTime(receiveTimeNs), receiveTimeNs);
    }
  }

  /** The gateway heard nothing from an instant on, by its own clock. */
  void away(long lastNs) {
    if (heard && begun && !gone && rules.holdsThroughSilence()) {
      leave(ownTime(lastNs), lastNs, GATEWAY_AWAY);
      provenFrom = watermark;
    }
  }

  private void leave(long time, long receiveTimeNs, String why) {
    if (gone) {
      return;
    }
    receivedNs = Math.max(receivedNs, receiveTimeNs);
    tell(time, symbols.of(why, time));
    gone = true;
    stateDue = true;
  }

  /** It sends again: nothing was lost if the reading is not newer than the end. */
  private void goOn(long time) {
    gone = false;
    tell(Math.max(time, watermark), Symbols.NONE);
    stateDue = true;
  }

  private void tell(long time, int why) {
    if (time > watermark) {
      advance(time, false);
    }
    if (readings.put(time, Signals.GONE, why) && rows.includeNewest(time)) {
      rows.corrected();
    }
    weigh();
  }

  /** What is not of the machine itself shows that it is alive. */
  void lives(long receiveTimeNs) {
    if (heard && begun) {
      long time = ownTime(receiveTimeNs);
      receivedNs = Math.max(receivedNs, receiveTimeNs);
      if (gone) {
        goOn(time);
      } else {
        live(time);
      }
    }
  }

  /** The gateway hears its source: a machine that is silent goes on as it is. */
  void goesOn(long receiveTimeNs) {
    boolean holds = heard && begun && !gone && rules.holdsThroughSilence();
    if (holds && receiveTimeNs - receivedNs >= ShiftCalendar.MINUTE) {
      live(ownTime(receiveTimeNs));
      receivedNs = receiveTimeNs;
    }
  }

  private void live(long time) {
    if (time > watermark) {
      advance(time, true);
      readings.put(time, Signals.ALIVE, 0);
      weigh();
    }
  }

  /** The machine's own time at an instant at which the gateway did something else. */
  private long ownTime(long receiveTimeNs) {
    return watermark + Math.max(0, receiveTimeNs - receivedNs);
  }

  private void weigh() {
    long minutes = Math.max(minutes(head), minutes(settled));
    long now =
        (long) FoldMemory.READING_BYTES * readings.size()
            + FoldMemory.MINUTE_BYTES * minutes
            + (long) Journal.PART_BYTES * journal.size();
    shared.memory().waits(now - waiting);
    waiting = now;
  }

  private static int minutes(Timeline timeline) {
    return timeline.buckets().of(BucketKind.MINUTE).size()
        + timeline.buckets().orders().runs().size();
  }

  /** Gives back what it takes of the shared memory, because it is forgotten. */
  void release() {
    shared.memory().waits(-waiting);
    waiting = 0;
    symbols.release();
    products.release();
    orders.release();
  }

  private void startAgain() {
    flush();
    readings = new ReorderBuffer();
    gone = false;
    settled = new Timeline(rules, shared.calendar(), meanings);
    head = new Timeline(rules, shared.calendar(), meanings);
    headIsStale = false;
    begun = false;
    due = false;
    stateDue = false;
    rows.clear();
    journal.clear();
  }

  /** Time goes on to a new instant: the head takes the one that was the newest. */
  private void advance(long time, boolean aliveOnly) {
    if (!begun) {
      begun = true;
      settledTo = Long.MIN_VALUE;
      due = true;
      watermark = time;
      return;
    }
    flush();
    due = ShiftCalendar.minute(time).start() > watermark;
    if (!(aliveOnly && readings.prolongLife(time, rules.longestSilenceNs)) && !headIsStale) {
      int from = newestRow();
      head.take(readings, from, readings.size());
    }
    watermark = time;
  }

  /** Index of the first entry of the newest instant. */
  private int newestRow() {
    int from = readings.size() - 1;
    while (from > 0 && readings.time(from - 1) == watermark) {
      from--;
    }
    return from;
  }

  /** Keeps a value of one signal; {@code false} where nothing changes. */
  private boolean put(long time, byte signal, Value value) {
    if (Signals.isOfState(signal)) {
      int word = word(time, signal, value);
      int state = signal - Signals.STATE;
      stateDue |= time >= watermark && meanings.code(state, word) != head.reported(state);
      return readings.put(time, signal, word);
    }
    if (Signals.isReason(signal)) {
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
    if (Double.isNaN(number)) {
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
    return signal >= Signals.TOTAL && rules.counts.kind() == EfficiencyConfig.CountKind.DELTA
        ? putDelta(time, signal, number)
        : readings.put(time, signal, Double.doubleToRawLongBits(number));
  }

  /**
   * Two deltas of one instant are one that came twice where they are equal. Else one of them is
   * wrong, or the device's clock is too coarse: the larger one holds, in whatever order they come.
   */
  private boolean putDelta(long time, byte signal, double delta) {
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
      symbols.tell(lastSymbol[signal], time);
      return lastSymbol[signal];
    }
    int turns = symbols.turns();
    int symbol = symbols.of(text(value), time);
    if (turns != symbols.turns()) {
      Arrays.fill(lastValue, null);
    }
    lastValue[signal] = value;
    lastSymbol[signal] = symbol;
    return symbol;
  }

  private void markWords(BitSet used) {
    for (int i = 0; i < readings.size(); i++) {
      if (Signals.isOfState(readings.signal(i)) || Signals.isReason(readings.signal(i))) {
        Symbols.mark(used, (int) readings.value(i));
      } else if (readings.signal(i) == Signals.GONE) {
        Symbols.mark(used, (int) readings.value(i));
      }
    }
    settled.markWords(used);
    head.markWords(used);
  }

  private void markProducts(BitSet used) {
    for (int i = 0; i < readings.size(); i++) {
      if (readings.signal(i) == Signals.PRODUCT) {
        Symbols.mark(used, (int) readings.value(i));
      }
    }
    settled.markProducts(used);
    head.markProducts(used);
    rows.markProducts(used);
  }

  private void markOrders(BitSet used) {
    for (int i = 0; i < readings.size(); i++) {
      if (readings.signal(i) == Signals.ORDER_ID) {
        Symbols.mark(used, (int) readings.value(i));
      }
    }
    settled.markOrders(used);
    head.markOrders(used);
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
    long awaySince = shared.awaySince(source);
    if (asOf > watermark && awaySince < Long.MAX_VALUE && rules.holdsThroughSilence()) {
      view.lose(Math.min(asOf, ownTime(awaySince)));
    }
    view.extend(asOf);
    return view;
  }

  /**
   * Converts a wall time into the machine's own time: its newest reading; once it is silent for too
   * long, later by the length of the silence. So a wrong device clock or a backlog does not look
   * like silence.
   */
  long asOf(long wallNs) {
    long silentNs = wallNs - receivedNs;
    return silentNs > rules.silentAfterNs ? watermark + silentNs : watermark;
  }

  /** What the corrections make of a timeline of this machine. */
  private Overlay overlay(Timeline timeline, long asOf) {
    return overlay(timeline, asOf, corrections);
  }

  private Overlay overlay(Timeline timeline, long asOf, List<Correction> by) {
    List<Shown> told = timeline.shown(symbols, asOf);
    long horizon = told.isEmpty() ? Long.MIN_VALUE : told.get(0).start();
    boolean plain = by.isEmpty() && reasons.isEmpty();
    return new Overlay(
        plain ? told : journal.with(told), by, reasons, horizon, rules.microStopsArePerformance);
  }

  /** Whether its time counts as it was reported. */
  private boolean isPlain() {
    return corrections.isEmpty() && reasons.isEmpty();
  }

  /**
   * The corrections of this machine are these from now on.
   *
   * @param changed the one that holds now, or no more
   */
  void correct(List<Correction> now, Correction changed) {
    if (begun) {
      long to = changed.toEndOfStop() ? settledTo : Math.min(changed.to(), settledTo);
      if (changed.from() < to) {
        shared.marks().add(asset, changed.from(), to); // of that time some rows are final
      }
      Timeline view = view(watermark);
      List<Shown> told = view.shown(symbols, watermark);
      long horizon = told.isEmpty() ? Long.MIN_VALUE : told.get(0).start();
      List<Shown> all = journal.with(told);
      rows.correct(
          new Overlay(all, corrections, reasons, horizon, rules.microStopsArePerformance),
          new Overlay(all, now, reasons, horizon, rules.microStopsArePerformance));
      due = true;
    }
    corrections = now;
  }

  /** The corrections were read again: those that its rows have. */
  void recall() {
    corrections = shared.corrections().of(asset);
  }

  /** Settles the readings that no allowed reading can precede any more. */
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
    Overlay overlay = isPlain() ? Overlay.NONE : overlay(settled, Long.MIN_VALUE);
    for (Bucket bucket :
        settled.buckets().closeBefore(Math.min(settled.seen(), settled.booked() + 1))) {
      rows.settle(bucket, settled, overlay);
      head.buckets().remove(bucket.key);
    }
    for (OrderRun run :
        settled.buckets().orders().closeBefore(Math.min(settled.seen(), settled.booked() + 1))) {
      rows.settle(run, overlay);
      head.buckets().orders().remove(run.start());
    }
    if (shared.again()) {
      rows.settledStates(overlay(settled, settled.seen()));
    }
    // a little longer than needed, so that the history has what the snapshot has not any more
    long horizon = Math.min(settled.horizon(), watermark - HISTORY_IS_BEHIND);
    Set<Long> starts = new HashSet<>();
    for (Shown part : settled.shown(symbols, Long.MIN_VALUE)) {
      starts.add(part.start());
      if (part.end() <= horizon) {
        journal.add(part);
      }
    }
    long oldest = settled.buckets().begin();
    long forgotten = Math.min(oldest, horizon);
    settled.buckets().orders().keepCorrections(overlay, forgotten);
    head.buckets().orders().keepCorrections(overlay, forgotten);
    journal.forgetBefore(oldest);
    corrections =
        journal.reachedBy(
            corrections, horizon, Math.min(oldest, settled.buckets().orders().begin()));
    settled.forgetSpans(horizon);
    head.forgetSpans(horizon);
    List<StateSpan> kept = settled.spans();
    rows.forget(kept.isEmpty() ? horizon : kept.get(0).start, starts, oldest);
    symbols.someMayLeave();
    products.someMayLeave();
    orders.someMayLeave();
  }

  // ---- rows

  /** Writes what is due: all rows after a minute has passed, else a change of state. */
  void flush() {
    if (due) {
      publish();
      settle(0, watermark - shared.latenessNs());
    } else if (stateDue && !shared.again()) {
      rows.states(overlay(view(watermark), watermark));
      stateDue = false;
    }
  }

  private void publish() {
    if (shared.again()) { // only what is settled is written
      due = false;
      return;
    }
    Timeline view = view(watermark);
    rows.publish(view, overlay(view, watermark), watermark);
    due = false;
    stateDue = false;
  }

  /**
   * Writes rows of a silent machine up to an instant of its own time. They are provisional until
   * its next reading, and not part of the state.
   */
  void tick(long asOf) {
    if (!begun || asOf <= watermark) {
      return;
    }
    due |= rows.isCorrected();
    flush();
    Timeline view = view(asOf);
    rows.tick(view, overlay(view, asOf), asOf);
  }

  // ---- the live page

  /** The machine at a wall time. */
  EfficiencySnapshot.MachineNow now(long wallNs) {
    long asOf = asOf(wallNs);
    Timeline view = view(asOf);
    implausible = view.implausible();
    Overlay overlay = isPlain() ? Overlay.NONE : overlay(view, asOf);
    List<Bucket> shifts = view.buckets().of(BucketKind.SHIFT);
    EfficiencySnapshot.ShiftFigures current = null;
    EfficiencySnapshot.ShiftFigures last = null;
    for (Bucket bucket : shifts) {
      last = current;
      current = shift(bucket.key, bucket.finished(overlay, rules));
    }
    if (current == null) {
      CalendarSpan span = shared.calendar().at(asOf);
      BucketKey key =
          new BucketKey(BucketKind.SHIFT, span.whole().start(), span.whole().end(), span.shift());
      current = shift(key, Sums.none());
    }
    boolean corrected = !isPlain();
    long from = view.spans().isEmpty() ? asOf : view.spans().get(0).start;
    Shown present = corrected ? overlay.present() : view.present(asOf).shown(symbols);
    return new EfficiencySnapshot.MachineNow(
        asset,
        asOf,
        heard,
        watermark,
        corrected ? present.state() : view.countedState(asOf),
        present.reason(),
        present.episode(),
        products.word(view.product()),
        current,
        last != null ? last : rows.lastShift(),
        late,
        receivedNs,
        rules.silentAfterNs,
        stops(corrected ? overlay.open() : view.shown(symbols, asOf), from, view.isDecided()),
        from);
  }

  /** The stops of its newest time, and the present one. */
  private static List<EfficiencySnapshot.RecentStop> stops(
      List<Shown> parts, long from, boolean decided) {
    List<EfficiencySnapshot.RecentStop> stops = new ArrayList<>();
    for (int i = 0; i < parts.size(); i++) {
      Shown part = parts.get(i);
      boolean open = i == parts.size() - 1;
      if (part.isStop() && (open || part.start() >= from)) {
        boolean silent = part.machineReason().equals(Symbols.SILENT_WORD);
        stops.add(
            new EfficiencySnapshot.RecentStop(
                part.start(),
                part.end(),
                part.calendar().shift(),
                part.state(),
                part.reason(),
                part.first() ? 1 : 0,
                open,
                open && (!decided || silent)));
      }
    }
    return List.copyOf(stops);
  }

  static EfficiencySnapshot.ShiftFigures shift(BucketKey key, long[] sums) {
    return new EfficiencySnapshot.ShiftFigures(
        key.shift(), key.start(), key.end(), new Figures(sums, Figures.Basis.MACHINE, 1));
  }

  // ---- bytes

  void exchange(StateCodec codec) {
    StoredSignals stored = StoredSignals.exchange(codec, rules);
    symbols.exchange(codec);
    products.exchange(codec);
    if (!codec.has(Fold.RAW_WORDS)) {
      codec.translate(symbols.withoutUnmapped());
    }
    watermark = codec.number(watermark);
    settledTo = codec.number(settledTo);
    receivedNs = codec.number(receivedNs);
    late = codec.number(late);
    due = codec.flag(due);
    stateDue = codec.flag(stateDue);
    heard = !codec.has(Fold.NAMED_MACHINES) || codec.flag(heard);
    settled.exchange(codec, stored);
    readings.exchange(codec, stored);
    rows.exchange(codec, watermark);
    if (codec.has(Fold.CORRECTIONS)) {
      journal.exchange(codec, watermark, shared.calendar());
    }
    if (codec.has(Fold.SESSIONS)) {
      source = codec.small(source);
      gone = codec.flag(gone) && rules.alive != null;
      provenFrom = watermark + codec.number(provenFrom - watermark);
    }
    if (codec.has(Fold.ORDERS)) {
      orders.exchange(codec);
    }
  }

  /**
   * What the machine is configured with, in the state. Where it has changed since, what is open was
   * made in two ways: it is to be made again once it has ended.
   */
  void exchangeConfiguration(StateCodec codec) {
    boolean same = codec.number(rules.print()) == rules.print();
    if (!same && settled.isBegun()) {
      shared.marks().add(asset, settled.buckets().begin(), watermark + 1);
    }
  }

  /** The state was read: derives what is not stored. */
  void restored() {
    begun = true;
    headIsStale = true;
    settled.followCalendar();
    for (BucketKind kind : BucketKind.values()) {
      for (Bucket bucket : settled.buckets().of(kind)) {
        if (bucket.isPartial()) {
          shared.marks().add(asset, bucket.key.start(), bucket.key.end());
        }
      }
    }
    rows.followCalendar(settled);
    if (!rules.tellsOrders) {
      settled.buckets().orders().clear();
      rows.forgetOrders();
    }
    weigh();
    shared.lines().received(receivedNs);
  }
}
