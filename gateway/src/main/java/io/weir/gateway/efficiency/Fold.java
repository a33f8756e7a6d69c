package io.weir.gateway.efficiency;

import io.weir.gateway.correction.Correction;
import io.weir.gateway.correction.Entry;
import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Message;
import io.weir.gateway.model.Quality;
import io.weir.gateway.model.Reading;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The whole state of the figures: turns messages into rows. Pure: the same messages in the same
 * order give the same state and in the end the same rows, independent of clocks and restarts.
 * {@link #flush} and {@link #tick} only write rows earlier, or provisional rows.
 *
 * <p>Bytes of the state (primitives in {@link StateCodec}): u8 format 13; the instant before which
 * no bucket is written; the number of ignored readings; the machines, each with its symbols, its
 * settled {@link Timeline}, its readings that are not settled, and the rows written; the lines;
 * {@link Print}s of what is configured. {@code docs/reference/efficiency.md} says how many bytes
 * that are.
 *
 * <p>Mutable, without locks: one thread.
 */
final class Fold {

  private static final byte FORMAT = 13;

  /** The oldest format that is still read. */
  private static final byte OLDEST = 3;

  /** The format since which state words and products are kept as they were told. */
  static final int RAW_WORDS = 4;

  /** The format since which counts know how long the machine ran, and which order it makes. */
  static final int RUN_OF_COUNTS = 5;

  /** The format since which machines are expected that were never heard. */
  static final int NAMED_MACHINES = 6;

  /** The format since which a meter knows what its energy was used for. */
  static final int ENERGY_USES = 7;

  /** The format since which lines keep the past while it is told. */
  static final int HISTORIES_OF_LINES = 8;

  /** The format since which there are corrections. */
  static final int CORRECTIONS = 9;

  /** The format since which the sessions of machines and of the gateway are known. */
  static final int SESSIONS = 10;

  /** The format since which there are statistics of signals. */
  static final int STATISTICS = 11;

  /** The format since which there are orders. */
  static final int ORDERS = 12;

  /** The format since which it is known what was configured. */
  static final int CONFIGURATIONS = 13;

  /** The reason of a BAD value that repeats the last one because a session ended. */
  private static final String STALE = "stale";

  /** What all machines share. */
  static final class Shared {

    private final ShiftCalendar calendar;
    private final long latenessNs;
    private final Lines lines;
    private final FigureRows rows;
    private final FoldMemory memory;
    private final Marks marks = new Marks();
    private final boolean again;
    private final Corrections corrections;
    private final MachineReasons.Book reasons;
    private long publishFrom = Long.MIN_VALUE;
    private long[] awaySince = {};
    private long revisionFloor;

    Shared(EfficiencyConfig efficiency, FoldMemory memory, @Nullable Again again) {
      this.memory = memory;
      this.again = again != null;
      corrections = new Corrections(again == null ? Corrections.REACH : Long.MAX_VALUE / 2);
      calendar = new ShiftCalendar(efficiency.zone(), efficiency.calendar());
      latenessNs = efficiency.allowedLateness().toNanos();
      reasons = new MachineReasons.Book(efficiency.reasons());
      rows = new FigureRows(memory.mostMachines, !efficiency.reasons().isEmpty(), again);
      lines = new Lines(efficiency.lines(), calendar, rows, memory, marks, again != null);
    }

    ShiftCalendar calendar() {
      return calendar;
    }

    long latenessNs() {
      return latenessNs;
    }

    Lines lines() {
      return lines;
    }

    FigureRows rows() {
      return rows;
    }

    FoldMemory memory() {
      return memory;
    }

    MachineReasons.Book reasons() {
      return reasons;
    }

    /** The spans that must be folded again. */
    Marks marks() {
      return marks;
    }

    /** Whether a past span is folded again: only rows that are final are written. */
    boolean again() {
      return again;
    }

    /** The least revision of a row that may have been written before with a higher one. */
    long revisionFloor() {
      return revisionFloor;
    }

    Corrections corrections() {
      return corrections;
    }

    /** Since when a source is not heard now; {@link Long#MAX_VALUE} where it is. */
    long awaySince(int source) {
      return source >= 0 && source < awaySince.length ? awaySince[source] : Long.MAX_VALUE;
    }

    /** Buckets that began before are not written, because they would be incomplete. */
    long publishFrom() {
      return publishFrom;
    }
  }

  private final double targetOee;
  private final SignalRules.Book book;

  /** Machines that are expected before they are heard. */
  private final Set<Asset> named;

  private final Shared shared;
  private final Map<Asset, MachineFold> machines = new LinkedHashMap<>();
  private final CalendarPrint calendarPrint = new CalendarPrint();

  /** Rules by asset; also of assets that are not machines. */
  private final Map<Asset, SignalRules> rules = new HashMap<>();

  /** Of machines that are alive as long as their session is; empty where none is such. */
  private final Contacts contacts = new Contacts();

  private final SignalStatistics statistics;

  private final LifeSignals lifeSignals = new LifeSignals();

  /** The source of the message that is being taken. */
  private int source = Contacts.NONE;

  /** Whether that message was kept by the broker. */
  private boolean retained;

  /** Rows of lines of a past span were written up to here. */
  private long flushedTo = Long.MIN_VALUE;

  private Asset lastAsset = Asset.NONE;
  private @Nullable MachineFold lastMachine;
  private long ignored;

  /** Whether a named machine was added since the bytes were made last. */
  private boolean hasNewNamed;

  /** A new state, from the first record ever, in a large heap. */
  Fold(EfficiencyConfig efficiency) {
    this(efficiency, FoldMemory.ample());
  }

  /** The same, in a heap of any size: what is beyond its bounds is counted and ignored. */
  Fold(EfficiencyConfig efficiency, FoldMemory memory) {
    this(efficiency, memory, null);
  }

  /** A new state that writes what was written before once more, where {@code again} says so. */
  Fold(EfficiencyConfig efficiency, FoldMemory memory, @Nullable Again again) {
    targetOee = efficiency.targetOee();
    book = new SignalRules.Book(efficiency);
    named = efficiency.namedMachines();
    shared = new Shared(efficiency, memory, again);
    statistics = new SignalStatistics(efficiency, shared.rows(), memory);
  }

  /**
   * The state was lost and earlier records are gone. A bucket that began before the first available
   * record is not written, because the store may hold a more complete one.
   */
  void beginsAt(long receiveTimeNs) {
    shared.publishFrom = receiveTimeNs;
  }

  /**
   * The least revision of rows from now on whose bucket was perhaps written before, by a process
   * that ended before it could say so; 0 where there is none.
   */
  void revisionFloor(long revision) {
    shared.revisionFloor = revision;
  }

  /** The rows of lines, areas and sites whose bucket ended before are not written any more. */
  void giveUp(long instant) {
    shared.lines.giveUp(instant);
  }

  /**
   * Before what instant nothing changes any more.
   *
   * @param next the offset of the next record
   */
  Edge edge(long wallNs, long next) {
    Map<Asset, Long> closed = new HashMap<>();
    long ofLive = Long.MAX_VALUE;
    long ofAll = Long.MIN_VALUE;
    for (MachineFold machine : machines.values()) {
      long closedTo = machine.closedTo();
      closed.put(machine.asset, closedTo);
      ofAll = Math.max(ofAll, closedTo);
      if (machine.asOf(wallNs) == machine.watermark()) {
        ofLive = Math.min(ofLive, closedTo);
      }
    }
    return new Edge(next, closed, ofLive == Long.MAX_VALUE ? ofAll : ofLive);
  }

  /**
   * Of a past span: writes the rows of lines, areas and sites that no machine changes any more, and
   * forgets their sums. A machine that is more than a day behind the others is silent, and not
   * waited for.
   */
  void flushLinesAgain() {
    long newest = Long.MIN_VALUE;
    for (MachineFold machine : machines.values()) {
      newest = Math.max(newest, machine.watermark());
    }
    long closed = Long.MAX_VALUE;
    for (MachineFold machine : machines.values()) {
      boolean settles = machine.closedTo() > Long.MIN_VALUE;
      if (settles && machine.watermark() > newest - 24 * ShiftCalendar.HOUR) {
        closed = Math.min(closed, machine.closedTo());
      }
    }
    if (closed == Long.MAX_VALUE) {
      return;
    }
    if (closed - flushedTo >= ShiftCalendar.HOUR || flushedTo == Long.MIN_VALUE) {
      flushedTo = closed;
      silentUpTo(closed);
      shared.lines.flushBefore(closed);
    }
  }

  /**
   * Of a past span that ends at the instant: writes what is left of it.
   *
   * @param standing the stops of before
   */
  void endAgain(long until, History standing) {
    flush();
    silentUpTo(until + 1);
    flushLines();
    shared.rows.takeBackStops(standing);
  }

  /** Adds the unknown time of machines without newer readings to the rows of their lines. */
  private void silentUpTo(long instant) {
    for (MachineFold machine : machines.values()) {
      machine.tick(instant);
    }
  }

  /** The highest revision of all rows written. */
  long highestRevision() {
    return shared.rows.highestRevision();
  }

  /** The spans that must be folded again, noted since the last call. */
  List<RecomputeSpan> takeMarks() {
    return shared.marks.isEmpty() ? List.of() : shared.marks.take();
  }

  /** Takes a message's readings. */
  void accept(Message message) {
    hear(message);
    for (Reading reading : message.readings()) {
      accept(reading, message.receiveTimeNs());
    }
  }

  /** A message comes whose readings are given next. */
  void hear(Message message) {
    if (!book.hasSessions()) {
      return;
    }
    retained = message.retained();
    if (message.connection() == 0) { // by HTTP, or a message of before sent through again
      source = Contacts.NONE;
      return;
    }
    source = contacts.of(message.source());
    long before = contacts.lastNs(source);
    switch (contacts.hear(source, message.connection(), message.receiveTimeNs())) {
      case AWAY -> ofSource(machine -> machine.away(before));
      case MINUTE -> ofSource(machine -> machine.goesOn(message.receiveTimeNs()));
      case NOTHING -> {}
    }
  }

  /**
   * Which sources are heard now, for provisional figures and the live page: a machine whose source
   * is not heard is unknown there. No part of the state.
   */
  void hears(Predicate<String> sources) {
    shared.awaySince = contacts.awaySince(sources);
  }

  private void ofSource(Consumer<MachineFold> change) {
    for (MachineFold machine : machines.values()) {
      if (machine.source() == source) {
        change.accept(machine);
      }
    }
  }

  void accept(Reading reading, long receiveTimeNs) {
    if (!shared.again()) {
      statistics.take(reading);
    }
    // a BAD reading says nothing, not even that the machine is alive
    if (reading.quality() == Quality.BAD) {
      if (STALE.equals(reading.reason()) && book.hasSessions()) {
        died(reading, receiveTimeNs);
      }
      return;
    }
    lifeSignals.take(reading, receiveTimeNs);
    MachineFold machine = machineOf(reading);
    if (machine != null) {
      machine.accept(reading, receiveTimeNs, source, retained);
    }
  }

  /** All values of a machine are stale: it, or its node, has died. */
  private void died(Reading reading, long receiveTimeNs) {
    MachineFold machine = machines.get(reading.series().asset());
    if (machine != null && machine.rules.alive != null && machine.rules.alive.metric() == null) {
      machine.end(reading.timeNs(), receiveTimeNs);
    }
  }

  /**
   * Takes an entry of the log of corrections, in the order of that log. The same entries and
   * messages give in the end the same rows, in whatever order they are taken, as long as the
   * buckets of the time in question are open.
   */
  void correct(Entry entry) {
    Correction changed = shared.corrections.take(entry);
    if (changed == null) {
      return;
    }
    if (changed.asset().machine() == null) {
      for (MachineFold machine : machines.values()) {
        if (changed.isAbout(machine.asset)) {
          machine.correct(shared.corrections.of(machine.asset), changed);
        }
      }
      return;
    }
    MachineFold machine = machines.get(changed.asset());
    if (machine != null) {
      machine.correct(shared.corrections.of(machine.asset), changed);
    }
  }

  /** The id of the entry of the log of corrections that is to be taken next. */
  long nextCorrection() {
    return shared.corrections.next();
  }

  /**
   * After the state was read: takes again an entry that it has taken, so that it is known. To be
   * called for all entries before {@link #nextCorrection}.
   */
  void remember(Entry entry) {
    long next = shared.corrections.next();
    shared.corrections.take(entry);
    shared.corrections.next(next);
  }

  /** The log of corrections was lost: its next entry is the first one. */
  void forgetCorrections() {
    shared.corrections.next(0);
  }

  /** After {@link #remember} was called for all of them. */
  void remembered() {
    machines.values().forEach(MachineFold::recall);
  }

  /** An asset becomes a machine with the first reading that its rules use. */
  @SuppressWarnings("ReferenceEquality") // a series has one instance of its asset: a short cut
  private @Nullable MachineFold machineOf(Reading reading) {
    Asset asset = reading.series().asset();
    if (asset == lastAsset && lastMachine != null) {
      return lastMachine;
    }
    if (asset.machine() == null) {
      return null;
    }
    MachineFold machine = machines.get(asset);
    if (machine == null) {
      if (rulesOf(asset).signalsOf(reading.metric()).length == 0) {
        return null;
      }
      if (machines.size() >= shared.memory().mostMachines) {
        ignored++;
        return null;
      }
      machine = add(asset);
    }
    lastAsset = asset;
    lastMachine = machine;
    return machine;
  }

  private SignalRules rulesOf(Asset asset) {
    if (rules.size() > 2 * shared.memory().mostMachines) {
      rules.clear();
    }
    return rules.computeIfAbsent(asset, book::of);
  }

  private MachineFold add(Asset asset) {
    MachineFold machine = new MachineFold(asset, rulesOf(asset), shared);
    machines.put(asset, machine);
    lifeSignals.add(machine);
    shared.memory().machines(machines.size());
    shared.lines.join(asset, machine.rules, machine);
    return machine;
  }

  /** Writes the rows of machines that are due, without waiting for their next reading. */
  void flush() {
    machines.values().forEach(MachineFold::flush);
  }

  /** Writes the rows of lines, areas and sites that changed. */
  void flushLines() {
    shared.lines.flush();
  }

  /**
   * Writes provisional rows of silent machines as of a wall time. To be called only when all
   * received readings were taken. A machine that the configuration names is unknown from the first
   * such time on, until it is heard. Forgets other machines that have been silent for {@link
   * MachineFold#FORGET_AFTER}.
   */
  void tick(long wallNs) {
    for (Asset asset : named) {
      if (!machines.containsKey(asset) && machines.size() < shared.memory().mostMachines) {
        add(asset).expect(wallNs);
        hasNewNamed = true;
      }
    }
    List<MachineFold> gone = new ArrayList<>();
    for (MachineFold machine : machines.values()) {
      if (!machine.isForgotten(wallNs)) {
        machine.tick(machine.asOf(wallNs));
      } else if (named.contains(machine.asset)) {
        machine.tick(machine.asOf(wallNs));
        machine.expectAgain(wallNs);
      } else {
        gone.add(machine);
      }
    }
    gone.forEach(this::remove);
  }

  /**
   * Forgets a machine that will send nothing more under this name, as if it had been silent for
   * {@link MachineFold#FORGET_AFTER}. Its rows stay as they are.
   */
  Retired retire(Asset asset) {
    MachineFold machine = machines.get(asset);
    if (machine == null) {
      return Retired.UNKNOWN;
    }
    if (named.contains(asset)) {
      return Retired.NAMED;
    }
    machine.flush();
    remove(machine);
    return Retired.DONE;
  }

  private void remove(MachineFold machine) {
    machines.remove(machine.asset);
    lifeSignals.remove(machine);
    machine.release();
    shared.lines.leave(machine.asset);
    lastMachine = null;
  }

  /** Whether the bytes say more than those made last although no reading came: a new machine. */
  boolean hasNewNamed() {
    return hasNewNamed;
  }

  /** Readings that wait for {@link #takeRows}. */
  int rows() {
    return shared.rows.size();
  }

  /** The rows written since the last call. */
  List<Reading> takeRows() {
    return shared.rows.take();
  }

  /** Of a past span: the newest shift of each asset that was written. */
  Map<Asset, EfficiencySnapshot.ShiftFigures> shiftsAgain() {
    return shared.rows.shiftsAgain();
  }

  /** The factory at a wall time. */
  EfficiencySnapshot snapshot(long wallNs) {
    List<EfficiencySnapshot.MachineNow> now = new ArrayList<>(machines.size());
    Map<Asset, BucketKey> shifts = new HashMap<>();
    Map<Asset, BucketKey> before = new HashMap<>();
    long late = 0;
    long implausible = 0;
    for (MachineFold machine : machines.values()) {
      EfficiencySnapshot.MachineNow view = machine.now(wallNs);
      now.add(view);
      late += machine.late();
      implausible += machine.implausible();
      Asset asset = machine.asset;
      Asset line = new Asset(asset.site(), asset.area(), asset.line(), null);
      shifts.merge(line, key(view.shift()), Fold::later);
      if (view.last() != null) {
        before.merge(line, key(view.last()), Fold::later);
      }
    }
    List<EfficiencySnapshot.LineNow> lines = new ArrayList<>();
    for (Asset line : shared.lines.assets()) {
      EfficiencySnapshot.ShiftFigures shift = shift(line, shifts.get(line));
      if (shift != null) {
        lines.add(new EfficiencySnapshot.LineNow(line, shift, shift(line, before.get(line))));
      }
    }
    return new EfficiencySnapshot(
        wallNs, targetOee, List.copyOf(now), List.copyOf(lines), late, ignored, implausible);
  }

  private static BucketKey key(EfficiencySnapshot.ShiftFigures shift) {
    return new BucketKey(BucketKind.SHIFT, shift.start(), shift.end(), shift.name());
  }

  private static BucketKey later(BucketKey one, BucketKey other) {
    return one.start() >= other.start() ? one : other;
  }

  private EfficiencySnapshot.@Nullable ShiftFigures shift(Asset line, @Nullable BucketKey key) {
    Figures figures = key == null ? null : shared.lines.figures(line, key);
    return key == null || figures == null
        ? null
        : new EfficiencySnapshot.ShiftFigures(key.shift(), key.start(), key.end(), figures);
  }

  /** The state as bytes; {@link #flushLines} must have been called since the last change. */
  byte[] encode() {
    if (!shared.lines.isFlushed()) {
      throw new IllegalStateException("rows of lines wait to be written");
    }
    StateEncoder encoder = new StateEncoder();
    encoder.raw(FORMAT);
    reachOfCalendar();
    exchange(encoder);
    hasNewNamed = false;
    return encoder.toBytes();
  }

  private void exchange(StateCodec codec) {
    shared.publishFrom = codec.number(shared.publishFrom);
    ignored = codec.number(ignored);
    shared.corrections.next(codec.has(CORRECTIONS) ? codec.number(shared.corrections.next()) : 0);
    if (codec.has(SESSIONS)) {
      contacts.exchange(codec);
    }
    codec.all(
        new ArrayList<>(machines.keySet()),
        () -> Asset.NONE,
        each -> {
          Asset asset = codec.machine(each);
          MachineFold machine = machines.get(asset);
          (machine == null ? add(asset) : machine).exchange(codec);
          return asset;
        });
    shared.lines.exchange(codec);
    if (codec.has(STATISTICS)) {
      statistics.exchange(codec);
    }
    if (codec.has(CONFIGURATIONS)) {
      machines.values().forEach(machine -> machine.exchangeConfiguration(codec));
      calendarPrint.exchange(codec);
    }
  }

  /** Marks the days of the past of which the calendar says something else than it said. */
  private void compareCalendar() {
    for (ShiftCalendar.Interval day : calendarPrint.changedBy(shared.calendar())) {
      shared.marks.addAll(day.start(), day.end());
    }
    calendarPrint.clear();
  }

  private void reachOfCalendar() {
    long newest = Long.MIN_VALUE;
    for (MachineFold machine : machines.values()) {
      newest = Math.max(newest, machine.watermark());
    }
    if (newest > Long.MIN_VALUE) {
      calendarPrint.reach(shared.calendar(), newest);
    }
  }

  /** How many machines a state has; 0 where its format is not read. */
  static long machines(byte[] state) {
    StateDecoder decoder = new StateDecoder(state);
    byte format = state.length == 0 ? 0 : decoder.raw();
    if (!isRead(format)) {
      return 0;
    }
    decoder.writtenAs(format);
    decoder.number(); // from when on buckets are written
    decoder.number(); // ignored readings
    if (decoder.has(CORRECTIONS)) {
      decoder.number(); // the next correction
    }
    if (decoder.has(SESSIONS)) {
      new Contacts().exchange(decoder);
    }
    return decoder.number();
  }

  /** Whether the bytes are of an older format, which this version does not read. */
  static boolean isOlder(byte[] state) {
    return state[0] < OLDEST;
  }

  private static boolean isRead(byte format) {
    return format >= OLDEST && format <= FORMAT;
  }

  /**
   * Reads a state.
   *
   * @throws IllegalArgumentException if the bytes are damaged or of another format
   */
  static Fold decode(byte[] bytes, EfficiencyConfig efficiency) {
    return decode(bytes, efficiency, FoldMemory.ample());
  }

  /** The same, in a heap of any size; all machines of the state are read. */
  static Fold decode(byte[] bytes, EfficiencyConfig efficiency, FoldMemory memory) {
    Fold fold = new Fold(efficiency, memory);
    StateDecoder decoder = new StateDecoder(bytes);
    byte format = decoder.raw();
    if (!isRead(format)) {
      throw new IllegalArgumentException(
          "the state of the figures has format " + format + ", which this version does not know");
    }
    decoder.writtenAs(format);
    fold.exchange(decoder);
    if (!decoder.atEnd()) {
      throw new IllegalArgumentException("the state of the figures goes on past its end");
    }
    fold.machines.values().forEach(MachineFold::restored);
    fold.shared.lines.restored();
    fold.compareCalendar();
    fold.machines.values().stream()
        .filter(machine -> !machine.isHeard() && !fold.named.contains(machine.asset))
        .toList()
        .forEach(fold::remove);
    return fold;
  }
}
