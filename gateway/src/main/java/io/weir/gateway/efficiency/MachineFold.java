package io.weir.gateway.efficiency;

import io.weir.gateway.correction.Correction;
import io.weir.gateway.efficiency.calendar.ShiftCalendar;
import io.weir.gateway.efficiency.codec.StateCodec;
import io.weir.gateway.efficiency.codec.StateFormat;
import io.weir.gateway.efficiency.figure.BucketKey;
import io.weir.gateway.efficiency.figure.BucketKind;
import io.weir.gateway.efficiency.figure.EfficiencySnapshot;
import io.weir.gateway.efficiency.signal.Contacts;
import io.weir.gateway.efficiency.signal.DatedCycles;
import io.weir.gateway.efficiency.signal.FoldMemory;
import io.weir.gateway.efficiency.signal.MachineWords;
import io.weir.gateway.efficiency.signal.Meanings;
import io.weir.gateway.efficiency.signal.Session;
import io.weir.gateway.efficiency.signal.SignalRules;
import io.weir.gateway.efficiency.signal.Signals;
import io.weir.gateway.efficiency.signal.StoredSignals;
import io.weir.gateway.efficiency.signal.Symbols;
import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Found;
import io.weir.gateway.model.Reading;
import io.weir.gateway.model.Value;
import java.util.BitSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One machine: takes its readings, what its sessions and people say of it, and has its rows
 * written.
 *
 * <p>Its {@link MachineTimelines} put late readings in their place, its {@link RowWriter} says when
 * rows are written, and {@link MachineRows} which of them change.
 *
 * <p>Bounds: {@link #MOST_READINGS} values (the oldest of more settle early), {@link Symbols#LIMIT}
 * words, and the buckets of the kept readings; all machines together those of {@link FoldMemory}.
 * After {@link #FORGET_AFTER} of silence it starts again.
 *
 * <p>Mutable; belongs to its {@link Fold}.
 */
final class MachineFold extends Found.Kept<Asset> implements Lines.Written {

  /** Steps of {@link #look}: each needs what the one before it has brought near. */
  static final int STEPS = 3;

  /** Values that wait for late readings: thirteen signals a second for ten minutes. */
  static final int MOST_READINGS = 8192;

  /** A machine silent for longer is forgotten; its figures start again when it comes back. */
  static final long FORGET_AFTER = 35 * 24 * ShiftCalendar.HOUR;

  /** A machine that was never heard is kept silent for so long at a time, then starts again. */
  private static final long LONGEST_EXPECTED = 2 * 24 * ShiftCalendar.HOUR;

  final Asset asset;
  final SignalRules rules;

  private final SharedParts shared;

  /** That of its line. */
  private final ShiftCalendar calendar;

  private final MachineRows rows;
  private final MachineWords words;

  private final Explanations explanations;
  private final Session session;
  private final SaidOrders said;
  private final MachineTimelines timelines;
  private final RowWriter writer;

  /** Whether a reading of it came; before that, the configuration names it and it is unknown. */
  private boolean heard;

  private long receivedNs;
  private long late;

  /** Counts that cannot be right, as of {@link #now}. */
  private long implausible;

  /** What its readings and minutes that are not settled take. */
  private long waiting;

  /** What of that is no reading, as it was before {@link #isResized}: it takes long to look up. */
  private long waitingBeside;

  private boolean isResized;

  /**
   * The counters and the meter that have told nothing since the configuration changed, a bit each:
   * they may be others.
   */
  private long untold;

  MachineFold(Asset asset, SignalRules rules, SharedParts shared) {
    super(asset);
    this.asset = asset;
    this.rules = rules;
    this.shared = shared;
    calendar = shared.calendars().of(asset);
    Runnable resized = () -> isResized = true;
    DatedCycles cycles = DatedCycles.of(rules.datedCycles, asset, calendar.zone());
    words = new MachineWords(rules, cycles, shared.memory(), new Uses());
    MachineTargets targets = new MachineTargets(asset, shared.targets(), words.products());
    session = new Session(rules, new Presence());
    explanations = new Explanations(asset, rules, shared, words.words(), resized);
    rows =
        new MachineRows(
            asset, rules, shared, calendar, words.words(), words.products(), words.orders());
    said = new SaidOrders(asset, shared, words.orders(), words.products());
    Meanings meanings = words.meanings();
    MachineTargets aims = targets.isEmpty() ? null : targets;
    timelines =
        new MachineTimelines(() -> new Timeline(rules, calendar, meanings, said, aims, resized));
    RowSettler settler = new RowSettler(asset, shared, timelines, rows, explanations, said, words);
    writer = new RowWriter(shared, timelines, this::view, rows, explanations, settler);
  }

  /** Wall time at which its last reading was received. */
  long receivedNs() {
    return receivedNs;
  }

  /** The instant of its newest reading. */
  long watermark() {
    return timelines.watermark();
  }

  /** Its rows were written up to here. */
  long writtenTo() {
    return rows.writtenTo();
  }

  /** No row of a bucket that ended before is changed any more, and no state that began before. */
  Edge.Closed closed() {
    return timelines.closed();
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
    Progress settled = timelines.settled().progress();
    return settled.begunBefore(key.end())
        && key.end() < settled.seen()
        && rows.written(key) == null;
  }

  @Override
  public boolean isKnownBefore(long instant) {
    return timelines.isBegunBefore(instant);
  }

  /** Looks at what a reading needs first, so that it is near; returns whatever it saw. */
  long look(int step) {
    return switch (step) {
      case 0 -> receivedNs + late + waiting;
      case 1 -> timelines.watermark() + session.source() + rows.writtenTo();
      default -> timelines.readings().look();
    };
  }

  // ---- readings

  boolean isHeard() {
    return heard;
  }

  /** Its figures begin at an instant without a reading, because the configuration names it. */
  void expect(long since) {
    advance(since, true);
    timelines.readings().put(since, Signals.ALIVE, 0);
    receivedNs = since;
    weigh();
  }

  /** Silent for so long that it starts again; one that was never heard does so soon. */
  boolean isForgotten(long wallNs) {
    return wallNs - receivedNs > (heard ? FORGET_AFTER : LONGEST_EXPECTED);
  }

  /** A machine that the configuration names starts again, with whole buckets of the present. */
  void expectAgain(long wallNs) {
    startAgain(false);
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
    boolean begun = timelines.isBegun();
    boolean tellsPast = !heard && time < watermark(); // nothing was known, so nothing is too late
    if (begun && (tellsPast || time - watermark() > FORGET_AFTER)) {
      startAgain(tellsPast);
      begun = false;
    }
    heard = true;
    if (begun && (time < watermark() - shared.latenessNs() || time <= timelines.settledTo())) {
      acceptLate(reading, receiveTimeNs);
      return;
    }
    receivedNs = Math.max(receivedNs, receiveTimeNs);
    shared.lines().received(receivedNs);
    if (showsLife) {
      session.isShownAt(time);
    }
    byte[] signals = rules.signalsOf(reading.metric());
    if (!begun || time > watermark()) {
      advance(time, signals.length == 0);
    } else if (time < watermark()) {
      timelines.headTakesAllButNewest(); // it is stale as of now, whenever it took what was before
    }
    boolean changed = signals.length == 0 && timelines.readings().put(time, Signals.ALIVE, 0);
    for (byte signal : signals) {
      changed |= put(time, signal, reading.value());
    }
    if (untold != 0) {
      markFirstValues(signals, time);
    }
    boolean isOutOfOrder = time < watermark();
    if (changed && (isOutOfOrder || rows.includeNewest(time))) {
      rows.corrected();
      if (isOutOfOrder) {
        timelines.foldHeadAgain();
      }
    }
    if (timelines.size() > MOST_READINGS) {
      writer.settleBeyond(MOST_READINGS / 4);
    }
  }

  /** What another counter or meter tells first may be of a later row than the change. */
  private void markFirstValues(byte[] signals, long time) {
    for (byte signal : signals) {
      if (Signals.has(untold, signal)) {
        untold &= ~(1L << signal);
        shared.marks().add(asset, time - 1, time + 1);
      }
    }
  }

  private void acceptLate(Reading reading, long receiveTimeNs) {
    late++;
    if (receiveTimeNs - reading.timeNs() < FORGET_AFTER) { // else the device does not know the time
      // pieces told at an instant were made before it, perhaps in the hour that ends there
      long time = reading.timeNs();
      shared.marks().add(asset, time - 1, holdsOn(reading) ? watermark() : time + 1);
      if (said.readLate(reading, rules, timelines.settled(), rows)) {
        timelines.foldHeadAgain();
      }
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
      writer.settleBeyond(timelines.size() / 2);
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
      return heard && timelines.isBegun();
    }

    @Override
    public long watermark() {
      return timelines.watermark();
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
      if (time > timelines.watermark()) {
        advance(time, false);
      }
      if (timelines.readings().put(time, Signals.GONE, why) && rows.includeNewest(time)) {
        rows.corrected();
      }
      weigh();
      writer.stateHasChanged();
    }

    @Override
    public void live(long time) {
      if (time > timelines.watermark()) {
        advance(time, true);
        timelines.readings().put(time, Signals.ALIVE, 0);
        weigh();
      }
    }
  }

  private void weigh() {
    if (isResized) {
      isResized = false;
      waitingBeside = timelines.bytesOfMinutes() + (long) Journal.PART_BYTES * explanations.size();
    }
    long now = timelines.bytesOfReadings() + waitingBeside;
    shared.memory().waits(now - waiting);
    waiting = now;
  }

  /** Gives back what it takes of the shared memory, because it is forgotten. */
  void release() {
    shared.memory().waits(-waiting);
    waiting = 0;
    words.release();
  }

  private void startAgain(boolean earlier) {
    flush();
    timelines.clear();
    writer.clear();
    session.clear();
    said.recall(Long.MIN_VALUE);
    rows.clear(earlier);
    explanations.clear();
  }

  /** Time goes on to a new instant. */
  private void advance(long time, boolean aliveOnly) {
    if (!timelines.isBegun()) {
      timelines.begin(time);
      writer.isDue();
      return;
    }
    flush();
    writer.goOn(time);
    timelines.goOn(time, aliveOnly, rules.longestSilenceNs);
  }

  /** Keeps a value of one signal; {@code false} where nothing changes. */
  private boolean put(long time, byte signal, Value value) {
    boolean changed = words.put(timelines.readings(), time, signal, value);
    if (Signals.isOfState(signal)
        && time >= watermark()
        && timelines.isAhead(signal, words.lastCode(signal))) {
      writer.stateHasChanged();
    }
    return changed;
  }

  /** The symbols that are in use. */
  private final class Uses implements MachineWords.Uses {

    @Override
    public void words(BitSet used) {
      timelines.markWords(used);
    }

    @Override
    public void products(BitSet used) {
      timelines.markProducts(used);
      said.markProducts(used);
      rows.markProducts(used);
    }

    @Override
    public void orders(BitSet used) {
      timelines.markOrders(used);
      said.markOrders(used);
    }
  }

  // ---- time

  /** The machine at an instant at or after its newest reading. */
  Timeline view(long asOf) {
    Timeline view = timelines.view();
    long awaySince = shared.sessions().awaySince(session.source());
    if (asOf > watermark() && awaySince < Long.MAX_VALUE && rules.holdsThroughSilence()) {
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
    return silentNs > rules.silentAfterNs ? watermark() + silentNs : watermark();
  }

  /**
   * The corrections of this machine are these from now on.
   *
   * @param changed the one that holds now, or no more
   */
  void correct(List<Correction> now, Correction changed) {
    if (timelines.isBegun()) {
      long settledTo = timelines.settledTo();
      long to = changed.toEndOfStop() ? settledTo : Math.min(changed.to(), settledTo);
      if (changed.from() < to) {
        shared.marks().ask(asset, changed.from(), to); // of that time some rows are final
      }
      explanations.correct(now, view(watermark()), watermark(), rows);
      writer.isDue();
    }
    explanations.use(now);
  }

  /** The corrections were read again: those that its rows have. */
  void recall() {
    explanations.recall();
    said.recall(timelines.settledTo());
  }

  /** What people say of its orders has changed. */
  void order(OrderEvents.Changed changed) {
    boolean begun = timelines.isBegun();
    long settledTo = timelines.settledTo();
    said.recall(begun ? settledTo : Long.MIN_VALUE);
    long at = changed.event().at();
    if (begun && at <= watermark()) {
      if (at <= settledTo) {
        // also of the order that ends there
        shared.marks().ask(asset, at - 1, watermark() + 1);
        said.changeLate(changed, timelines.settled(), rows);
      }
      timelines.foldHeadAgain();
      rows.corrected();
      writer.isDue();
    }
  }

  // ---- rows

  /** Writes what is due. */
  void flush() {
    writer.flush();
  }

  /** When its rows are written. */
  RowWriter writer() {
    return writer;
  }

  /** Writes provisional rows of a silent machine up to an instant of its own time. */
  void tick(long asOf) {
    if (timelines.isBegun() && asOf > watermark()) {
      writer.tick(asOf);
    }
  }

  /**
   * A past span ends: the same up to an instant, or to its newest reading. That may be long behind
   * the span and the first one after a silence, which ends with it.
   */
  void endPast(long asOf) {
    if (timelines.isBegun()) {
      writer.tick(Math.max(asOf, watermark()));
    }
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
    timelines.exchangeInstants(codec);
    receivedNs = codec.number(receivedNs);
    late = codec.number(late);
    writer.exchange(codec);
    heard = !codec.has(StateFormat.NAMED_MACHINES) || codec.flag(heard);
    timelines.exchange(codec, stored);
    rows.exchange(codec, watermark());
    if (codec.has(StateFormat.CORRECTIONS)) {
      explanations.exchange(codec, watermark(), calendar);
    }
    if (codec.has(StateFormat.SESSIONS)) {
      session.exchange(codec, watermark());
    }
    if (codec.has(StateFormat.ORDERS)) {
      words.orders().exchange(codec);
    }
  }

  /**
   * What the machine is configured with, in the state. Where it has changed since, what is open was
   * made in two ways: it is to be made again once it has ended. Until the leading counter has told
   * anything, that is said as the complement: its value is still that of before the change.
   */
  void exchangeConfiguration(StateCodec codec) {
    Timeline settled = timelines.settled();
    long present = rules.print();
    long print = codec.number(settled.mayHaveChanged() ? ~present : present);
    boolean awaited = print == ~present && !settled.mayHaveChanged();
    boolean changed = print != present && print != ~present;
    if (changed || awaited) {
      settled.changed(watermark());
      untold = rules.heldSignals() & (awaited ? Signals.PIECES : Signals.COUNTED);
    }
    if (changed && settled.progress().begun()) {
      shared.marks().add(asset, settled.buckets().begin(), watermark() + 1);
    }
    if (codec.has(StateFormat.CYCLES)) {
      shared.cycleChanges().add(asset, words.exchangeCycles(codec, watermark()));
    }
  }

  /** The state was read: derives what is not stored. */
  void restored() {
    timelines.restored();
    Timeline settled = timelines.settled();
    for (BucketKind kind : BucketKind.values()) {
      for (Bucket bucket : settled.buckets().of(kind)) {
        if (bucket.isPartial()) {
          shared.marks().add(asset, bucket.key.start(), bucket.key.end());
        }
      }
    }
    rows.followCalendar(settled);
    if (!rules.tells(Signals.ORDER_ID)) {
      rows.forgetOrder(settled.buckets().orders().forgetOwn());
    }
    weigh();
    shared.lines().received(receivedNs);
  }
}
