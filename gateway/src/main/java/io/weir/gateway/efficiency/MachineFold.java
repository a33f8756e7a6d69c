package io.weir.gateway.efficiency;

import io.weir.gateway.correction.Correction;
import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Reading;
import io.weir.gateway.model.Value;
import java.util.BitSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One machine: puts late readings in their place and writes its rows.
 *
 * <p>It keeps two timelines. {@code settled} has taken the readings that no allowed reading can
 * precede any more. {@code head} takes all but the newest instant when it is next needed, many at
 * once: that is far cheaper than one by one, between those of other machines. The readings between
 * them are in a {@link ReorderBuffer}. A reading in order costs one step of each timeline. After a
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

  /** Values that wait for the head: it is needed at the latest each minute, and should be quick. */
  private static final int MOST_AHEAD = 1024;

  /** A machine silent for longer is forgotten; its figures start again when it comes back. */
  static final long FORGET_AFTER = 35 * 24 * ShiftCalendar.HOUR;

  /** Rows are in the history of the page at the latest so long after the reading they come from. */
  private static final long HISTORY_IS_BEHIND = 2 * ShiftCalendar.MINUTE;

  /** A machine that was never heard is kept silent for so long at a time, then starts again. */
  private static final long LONGEST_EXPECTED = 2 * 24 * ShiftCalendar.HOUR;

  final Asset asset;
  final SignalRules rules;

  private final Fold.Shared shared;

  /** That of its line. */
  private final ShiftCalendar calendar;

  private final MachineRows rows;
  private final MachineWords words;

  /** What differs from the usual target, or {@code null} where nothing does. */
  private final @Nullable MachineTargets aims;

  private final Explanations explanations;
  private final Session session;
  private final SaidOrders said;
  private ReorderBuffer readings = new ReorderBuffer();
  private Timeline settled;
  private Timeline head;
  private boolean headIsStale;

  /** How many of the readings the head has taken; means nothing where it is stale. */
  private int taken;

  /** The newest instant may tell another state than the head knows. */
  private boolean stateIsAhead;

  private boolean begun;

  /** Whether a reading of it came; before that, the configuration names it and it is unknown. */
  private boolean heard;

  /** The instant of the newest reading. */
  private long watermark;

  /** The last instant that {@code settled} has taken. */
  private long settledTo;

  private long receivedNs;
  private long late;

  /** Counts that cannot be right, as of {@link #now}. */
  private long implausible;

  /** A minute has passed since the rows were written. */
  private boolean due;

  /** The state has changed since the rows were written. */
  private boolean stateDue;

  /** What its readings and minutes that are not settled take. */
  private long waiting;

  MachineFold(Asset asset, SignalRules rules, Fold.Shared shared) {
    this.asset = asset;
    this.rules = rules;
    this.shared = shared;
    calendar = shared.calendars().of(asset);
    DatedCycles cycles = DatedCycles.of(rules.datedCycles, asset, calendar.zone());
    words = new MachineWords(rules, cycles, shared.memory(), new Uses());
    MachineTargets targets = new MachineTargets(asset, shared.targets(), words.products());
    aims = targets.isEmpty() ? null : targets;
    session = new Session(rules, new Presence());
    explanations = new Explanations(asset, rules, shared, words.words());
    rows =
        new MachineRows(
            asset, rules, shared, calendar, words.words(), words.products(), words.orders());
    said = new SaidOrders(asset, shared, words.orders(), words.products());
    settled = newTimeline();
    head = newTimeline();
  }

  private Timeline newTimeline() {
    return new Timeline(rules, calendar, words.meanings(), said, aims);
  }

  /** Wall time at which its last reading was received. */
  long receivedNs() {
    return receivedNs;
  }

  /** The instant of its newest reading. */
  long watermark() {
    return watermark;
  }

  /** No row of a bucket that ended before is changed any more, and no state that began before. */
  Edge.Closed closed() {
    if (!settled.progress().begun()) {
      return new Edge.Closed(Long.MIN_VALUE, Long.MIN_VALUE);
    }
    long buckets = Math.min(settled.progress().seen(), settled.progress().booked() + 1);
    return new Edge.Closed(buckets, Math.min(buckets, settled.horizon()));
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
    return settled.progress().begunBefore(key.end())
        && key.end() < settled.progress().seen()
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
    session.broughtBy(broughtBy);
    boolean tellsLife = rules.tellsLife(reading.metric());
    if (tellsLife && session.isEnd(reading)) {
      session.end(reading.timeNs(), receiveTimeNs);
    } else {
      accept(reading, receiveTimeNs, tellsLife || !kept);
    }
  }

  private void accept(Reading reading, long receiveTimeNs, boolean showsLife) {
    long time = reading.timeNs();
    boolean tellsPast = !heard && time < watermark; // nothing was known, so nothing is too late
    if (begun && (tellsPast || time - watermark > FORGET_AFTER)) {
      startAgain();
    }
    heard = true;
    if (begun && (time < watermark - shared.latenessNs() || time <= settledTo)) {
      acceptLate(reading, receiveTimeNs);
      return;
    }
    receivedNs = Math.max(receivedNs, receiveTimeNs);
    shared.lines().received(receivedNs);
    if (showsLife) {
      session.isShownAt(time);
    }
    byte[] signals = rules.signalsOf(reading.metric());
    if (!begun || time > watermark) {
      advance(time, signals.length == 0);
    } else if (time < watermark) {
      headTakes(newestRow()); // it is stale as of now, whenever it took the readings before
    }
    boolean changed = signals.length == 0 && readings.put(time, Signals.ALIVE, 0);
    for (byte signal : signals) {
      changed |= put(time, signal, reading.value());
    }
    if (changed && (time < watermark || rows.includeNewest(time))) {
      rows.corrected();
      headIsStale |= time < watermark;
    }
    if (readings.size() > MOST_READINGS) {
      publish();
      settle(MOST_READINGS / 4, watermark);
    }
  }

  private void acceptLate(Reading reading, long receiveTimeNs) {
    late++;
    if (receiveTimeNs - reading.timeNs() < FORGET_AFTER) { // else the device does not know the time
      // pieces told at an instant were made before it, perhaps in the hour that ends there
      long time = reading.timeNs();
      shared.marks().add(asset, time - 1, holdsOn(reading) ? watermark : time + 1);
      headIsStale |= said.readLate(reading, rules, settled, rows);
    }
  }

  /**
   * Counts what it takes of the memory that all share, and settles some of it if that is too much.
   * To be called after {@link #accept}, once for all readings of a message.
   */
  void keepInBounds() {
    weigh();
    if (shared.memory().isTooMuch(waiting)) {
      explanations.halve();
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

  Session session() {
    return session;
  }

  /** The machine as its {@link Session} sees it. */
  private final class Presence implements Session.Machine {

    @Override
    public boolean isKnown() {
      return heard && begun;
    }

    @Override
    public long watermark() {
      return watermark;
    }

    @Override
    public long receivedNs() {
      return receivedNs;
    }

    @Override
    public void received(long receiveTimeNs) {
      receivedNs = Math.max(receivedNs, receiveTimeNs);
    }

    @Override
    public void leave(long time, String why) {
      tell(time, words.words().of(why, time));
    }

    @Override
    public void comeBack(long time) {
      tell(time, Symbols.NONE);
    }

    private void tell(long time, int why) {
      if (time > watermark) {
        advance(time, false);
      }
      if (readings.put(time, Signals.GONE, why) && rows.includeNewest(time)) {
        rows.corrected();
      }
      weigh();
      stateDue = true;
    }

    @Override
    public void live(long time) {
      if (time > watermark) {
        advance(time, true);
        readings.put(time, Signals.ALIVE, 0);
        weigh();
      }
    }
  }

  private void weigh() {
    long minutes = Math.max(minutes(head), minutes(settled));
    long now =
        (long) FoldMemory.READING_BYTES * readings.size()
            + FoldMemory.MINUTE_BYTES * minutes
            + (long) Journal.PART_BYTES * explanations.size();
    shared.memory().waits(now - waiting);
    waiting = now;
  }

  private static int minutes(Timeline timeline) {
    return timeline.buckets().minutes() + timeline.buckets().orders().runs().size();
  }

  /** Gives back what it takes of the shared memory, because it is forgotten. */
  void release() {
    shared.memory().waits(-waiting);
    waiting = 0;
    words.release();
  }

  private void startAgain() {
    flush();
    readings = new ReorderBuffer();
    session.clear();
    said.recall(Long.MIN_VALUE);
    settled = newTimeline();
    head = newTimeline();
    headIsStale = false;
    taken = 0;
    stateIsAhead = false;
    begun = false;
    due = false;
    stateDue = false;
    rows.clear();
    explanations.clear();
  }

  /** Time goes on to a new instant: the head may take the one that was the newest. */
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
    boolean prolonged = aliveOnly && readings.prolongLife(time, rules.longestSilenceNs);
    if (!prolonged && (stateIsAhead || readings.size() - taken > MOST_AHEAD)) {
      headTakes(readings.size());
      stateIsAhead = false;
    }
    watermark = time;
  }

  /** The head takes the readings before one, unless it is stale. */
  private void headTakes(int before) {
    if (headIsStale) {
      return;
    }
    for (int end = taken; taken < before; taken = end) {
      end = readings.rowEnd(taken);
      head.take(readings, taken, end);
    }
  }

  /** Index of the first entry of the newest instant. */
  private int newestRow() {
    int from = readings.size();
    while (from > 0 && readings.time(from - 1) == watermark) {
      from--;
    }
    return from;
  }

  /** Keeps a value of one signal; {@code false} where nothing changes. */
  private boolean put(long time, byte signal, Value value) {
    boolean changed = words.put(readings, time, signal, value);
    if (Signals.isOfState(signal) && time >= watermark && isAhead(signal)) {
      headTakes(newestRow());
      boolean differs = isAhead(signal);
      stateIsAhead |= differs;
      stateDue |= differs;
    }
    return changed;
  }

  /** Whether a state signal has told another state than the head knows. */
  private boolean isAhead(byte signal) {
    return words.lastCode(signal) != head.reported(signal - Signals.STATE);
  }

  /** The symbols that are in use. */
  private final class Uses implements MachineWords.Uses {

    @Override
    public void words(BitSet used) {
      headTakes(newestRow());
      readings.mark(
          used,
          signal ->
              Signals.isOfState(signal) || Signals.isReason(signal) || signal == Signals.GONE);
      settled.markWords(used);
      head.markWords(used);
    }

    @Override
    public void products(BitSet used) {
      headTakes(newestRow());
      readings.mark(used, signal -> signal == Signals.PRODUCT);
      said.markProducts(used);
      settled.markProducts(used);
      head.markProducts(used);
      rows.markProducts(used);
    }

    @Override
    public void orders(BitSet used) {
      headTakes(newestRow());
      readings.mark(used, signal -> signal == Signals.ORDER_ID);
      said.markOrders(used);
      settled.markOrders(used);
      head.markOrders(used);
    }
  }

  // ---- time

  /** The machine at an instant at or after its newest reading. */
  Timeline view(long asOf) {
    if (headIsStale) {
      head = settled.copy();
      taken = 0;
      headIsStale = false;
      stateIsAhead = true; // perhaps: what the newest instant tells was compared with the stale one
    }
    headTakes(newestRow());
    Timeline view = head.copy();
    view.take(readings, newestRow(), readings.size());
    long awaySince = shared.sessions().awaySince(session.source());
    if (asOf > watermark && awaySince < Long.MAX_VALUE && rules.holdsThroughSilence()) {
      view.lose(Math.min(asOf, session.ownTime(awaySince)));
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

  /**
   * The corrections of this machine are these from now on.
   *
   * @param changed the one that holds now, or no more
   */
  void correct(List<Correction> now, Correction changed) {
    if (begun) {
      long to = changed.toEndOfStop() ? settledTo : Math.min(changed.to(), settledTo);
      if (changed.from() < to) {
        shared.marks().ask(asset, changed.from(), to); // of that time some rows are final
      }
      explanations.correct(now, view(watermark), watermark, rows);
      due = true;
    }
    explanations.use(now);
  }

  /** The corrections were read again: those that its rows have. */
  void recall() {
    explanations.recall();
    said.recall(settledTo);
  }

  /** What people say of its orders has changed. */
  void order(OrderEvents.Changed changed) {
    said.recall(begun ? settledTo : Long.MIN_VALUE);
    long at = changed.event().at();
    if (begun && at <= watermark) {
      if (at <= settledTo) {
        // also of the order that ends there
        shared.marks().ask(asset, at - 1, watermark + 1);
        said.changeLate(changed, settled, rows);
      }
      headIsStale = true;
      rows.corrected();
      due = true;
    }
  }

  /** Settles the readings that no allowed reading can precede any more. */
  private void settle(int keep, long edge) {
    int newest = newestRow();
    headTakes(newest);
    int done = 0;
    while (done < newest && readings.time(done) < edge && (readings.size() - done > keep)) {
      int end = readings.rowEnd(done);
      long before = settledTo;
      settledTo = readings.time(done);
      settled.take(readings, done, end);
      done = end;
      said.takeBack(before, settled, head, rows);
      close();
    }
    if (done == 0) {
      return;
    }
    readings.removeFirst(done);
    taken -= done;
    said.settled(settledTo);
    if (shared.again()) {
      rows.settledStates(explanations.of(settled, settled.progress().seen()));
    }
    // a little longer than needed, so that the history has what the snapshot has not any more
    long horizon = Math.min(settled.horizon(), watermark - HISTORY_IS_BEHIND);
    Overlay overlay = explanations.ofCounts(settled, Long.MIN_VALUE); // of each part once
    Set<Long> starts = explanations.keep(settled, horizon);
    long oldest = settled.buckets().begin();
    long forgotten = Math.min(oldest, horizon);
    settled.buckets().orders().keepCorrections(overlay, forgotten);
    head.buckets().orders().keepCorrections(overlay, forgotten);
    explanations.forgetBefore(
        horizon, oldest, Math.min(oldest, settled.buckets().orders().begin()));
    settled.forgetSpans(horizon);
    head.forgetSpans(horizon);
    List<StateSpan> kept = settled.spans();
    rows.forget(kept.isEmpty() ? horizon : kept.get(0).start, starts, oldest);
    words.someMayLeave();
  }

  /**
   * Closes what the reading that was settled last has ended. After each reading: a reason that was
   * reported behind it must not count or not by how many readings came at once.
   */
  private void close() {
    long end = Math.min(settled.progress().seen(), settled.progress().booked() + 1);
    List<Bucket> buckets = settled.buckets().closeBefore(end);
    List<OrderRun> runs = settled.buckets().orders().closeBefore(end);
    if (buckets.isEmpty() && runs.isEmpty()) {
      return;
    }
    Overlay overlay = explanations.ofCounts(settled, Long.MIN_VALUE);
    for (Bucket bucket : buckets) {
      rows.settle(bucket, settled, overlay);
      head.buckets().remove(bucket.key);
    }
    for (OrderRun run : runs) {
      rows.settle(run, overlay);
      if (run.isFoldedAgain()) {
        shared.marks().add(asset, Math.min(run.saidFrom, run.start()), run.end());
      }
      head.buckets().orders().remove(run.start());
    }
  }

  // ---- rows

  /** Writes what is due: all rows after a minute has passed, else a change of state. */
  void flush() {
    if (due) {
      publish();
      settle(0, watermark - shared.latenessNs());
    } else if (stateDue && !shared.again()) {
      rows.states(explanations.of(view(watermark), watermark));
      stateDue = false;
    }
  }

  /**
   * Of a past span: all its readings were taken, so none is late any more.
   *
   * @param orders the instants at which rows say that an order began
   */
  void end(List<Long> orders) {
    settle(0, watermark);
    // the newest reading, which is not settled, ends what a person has called a stop up to there
    rows.settledStates(explanations.of(view(watermark), watermark));
    rows.goOn(settled.buckets().orders().shown());
    List<Long> known = orders.stream().filter(settled.progress()::knows).toList();
    rows.takeBackOrders(known, settled.buckets().orders());
  }

  /**
   * Of a past span: whether all that it did at an instant is known. Before its first reading that
   * is so where no readings are missing: it did nothing.
   */
  boolean knows(long instant) {
    return settled.progress().knows(instant)
        || (shared.rows().isFromFirst() && !settled.progress().begunBefore(instant + 1));
  }

  /** Of a past span: whether it began an order at an instant. */
  boolean beganOrder(long instant) {
    return rows.beganOrder(instant, settled.buckets().orders());
  }

  private void publish() {
    if (shared.again()) { // only what is settled is written
      due = false;
      return;
    }
    Timeline view = view(watermark);
    rows.publish(view, explanations.of(view, watermark), watermark);
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
    rows.tick(view, explanations.of(view, asOf), asOf);
  }

  // ---- the live page

  /** The machine at a wall time. */
  EfficiencySnapshot.MachineNow now(long wallNs) {
    long asOf = asOf(wallNs);
    Timeline view = view(asOf);
    implausible = view.implausible();
    Overlay overlay = explanations.ofCounts(view, asOf);
    return LiveMachine.of(this, view, asOf, overlay, !explanations.isPlain());
  }

  MachineWords words() {
    return words;
  }

  ShiftCalendar calendar() {
    return calendar;
  }

  /** The newest shift whose rows are settled, if there is one. */
  EfficiencySnapshot.@Nullable ShiftFigures settledShift() {
    return rows.lastShift();
  }

  // ---- bytes

  void exchange(StateCodec codec) {
    StoredSignals stored = StoredSignals.exchange(codec, rules);
    words.exchange(codec);
    watermark = codec.number(watermark);
    settledTo = codec.number(settledTo);
    receivedNs = codec.number(receivedNs);
    late = codec.number(late);
    due = codec.flag(due);
    stateDue = codec.flag(stateDue);
    heard = !codec.has(StateFormat.NAMED_MACHINES) || codec.flag(heard);
    settled.exchange(codec, stored);
    readings.exchange(codec, stored);
    rows.exchange(codec, watermark);
    if (codec.has(StateFormat.CORRECTIONS)) {
      explanations.exchange(codec, watermark, calendar);
    }
    if (codec.has(StateFormat.SESSIONS)) {
      session.exchange(codec, watermark);
    }
    if (codec.has(StateFormat.ORDERS)) {
      words.orders().exchange(codec);
    }
  }

  /**
   * What the machine is configured with, in the state. Where it has changed since, what is open was
   * made in two ways: it is to be made again once it has ended.
   */
  void exchangeConfiguration(StateCodec codec) {
    boolean same = codec.number(rules.print()) == rules.print();
    if (!same && settled.progress().begun()) {
      shared.marks().add(asset, settled.buckets().begin(), watermark + 1);
    }
    if (codec.has(StateFormat.CYCLES)) {
      shared.cycleChanges().add(asset, words.exchangeCycles(codec, watermark));
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
      rows.forgetOrder(settled.buckets().orders().forgetOwn());
    }
    weigh();
    shared.lines().received(receivedNs);
  }
}
