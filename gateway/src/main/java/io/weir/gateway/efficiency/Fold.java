package io.weir.gateway.efficiency;

import io.weir.gateway.correction.Correction;
import io.weir.gateway.correction.Entry;
import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Derived;
import io.weir.gateway.model.Message;
import io.weir.gateway.model.Quality;
import io.weir.gateway.model.Reading;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The whole state of the figures: turns messages into rows. Pure: the same messages in the same
 * order give the same state and in the end the same rows, independent of clocks and restarts.
 * {@link #flush} and {@link #tick} only write rows earlier, or provisional rows.
 *
 * <p>Bytes of the state (primitives in {@link StateCodec}): u8 format 22; the instant before which
 * no bucket is written; the number of ignored readings; the machines, each with its symbols, its
 * settled {@link Timeline}, its readings that are not settled, and the rows written; the lines;
 * {@link Print}s of what is configured. {@code docs/reference/efficiency.md} says how many bytes
 * that are.
 *
 * <p>Mutable, without locks: one thread.
 */
final class Fold {

  /** What all machines share. */
  static final class Shared {

    private final Calendars calendars;
    private final long latenessNs;
    private final Lines lines;
    private final FigureRows rows;
    private final FoldMemory memory;
    private final Marks marks = new Marks();
    private final CycleChanges cycleChanges = new CycleChanges();
    private final Targets targets;
    private final boolean again;
    private final Corrections corrections;
    private final OrderEvents orderEvents;
    private final Map<String, List<PlannedOrder>> planned;
    private final MachineReasons.Book reasons;
    private final Sessions sessions;
    private long publishFrom = Long.MIN_VALUE;

    Shared(
        EfficiencyConfig efficiency,
        SignalRules.Book book,
        FoldMemory memory,
        @Nullable Again again) {
      this.memory = memory;
      this.again = again != null;
      corrections = new Corrections(again == null ? Corrections.MOST : Integer.MAX_VALUE);
      long reach = again == null ? OrderEvents.REACH : Long.MAX_VALUE / 2;
      orderEvents = new OrderEvents(reach, again != null);
      planned = efficiency.planned().stream().collect(Collectors.groupingBy(PlannedOrder::order));
      calendars = new Calendars(efficiency);
      targets = new Targets(efficiency);
      latenessNs = efficiency.allowedLateness().toNanos();
      reasons = new MachineReasons.Book(efficiency.reasons());
      rows =
          new FigureRows(
              memory.mostMachines,
              !efficiency.reasons().isEmpty(),
              efficiency.changeovers(),
              again);
      sessions = new Sessions(book.hasSessions());
      lines = new Lines(efficiency.lines(), calendars, rows, memory, marks, again != null);
    }

    Calendars calendars() {
      return calendars;
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

    /** What machines and lines aim at. */
    Targets targets() {
      return targets;
    }

    CycleChanges cycleChanges() {
      return cycleChanges;
    }

    /** Whether a past span is folded again: only rows that are final are written. */
    boolean again() {
      return again;
    }

    Corrections corrections() {
      return corrections;
    }

    OrderEvents orderEvents() {
      return orderEvents;
    }

    /** The orders that are to be made, by their id. */
    Map<String, List<PlannedOrder>> planned() {
      return planned;
    }

    Sessions sessions() {
      return sessions;
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
  private final CalendarPrints calendarPrints = new CalendarPrints();
  private final TargetChanges targetChanges = new TargetChanges();

  /** Rules by asset; also of assets that are not machines. */
  private final Map<Asset, SignalRules> rules = new HashMap<>();

  private final SignalStatistics statistics;

  /** Rows of lines of a past span were written up to here. */
  private long flushedTo = Long.MIN_VALUE;

  private Asset lastAsset = Asset.NONE;
  private @Nullable MachineFold lastMachine;
  private long ignored;

  /** The comments of people, which only the live figures write. */
  private final @Nullable Annotations annotations;

  /** Whether comments that the state has taken are rows already. */
  private boolean annotationsAreRows = true;

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
    shared = new Shared(efficiency, book, memory, again);
    statistics = new SignalStatistics(efficiency, shared.rows(), memory);
    annotations = again == null ? new Annotations() : null;
  }

  /**
   * The state was lost and earlier records are gone. A bucket that began before the first available
   * record is not written, because the store may hold a more complete one.
   */
  void beginsAt(long receiveTimeNs) {
    shared.publishFrom = receiveTimeNs;
  }

  /**
   * Any row from now on may stand already: it was perhaps written by a process that ended before it
   * could say so, or with another configuration.
   *
   * @param revision higher than all that were ever given
   */
  void mayStand(long revision) {
    shared.rows.mayStand(revision);
  }

  /** All that was received was taken: rows of buckets that begin later do not stand yet. */
  void mayStandOnlyBefore(long wallNs) {
    shared.rows.mayStandOnlyTo(newest(wallNs));
  }

  private long newest(long wallNs) {
    long newest = wallNs;
    for (MachineFold machine : machines.values()) {
      newest = Math.max(newest, machine.asOf(wallNs));
    }
    return newest;
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
    Map<Asset, Edge.Closed> closed = new HashMap<>();
    Edge.Closed ofLive = Edge.Closed.ALL;
    Edge.Closed ofAll = new Edge.Closed(Long.MIN_VALUE, Long.MIN_VALUE);
    for (MachineFold machine : machines.values()) {
      Edge.Closed ofMachine = machine.closed();
      closed.put(machine.asset, ofMachine);
      ofAll = ofAll.orLater(ofMachine);
      if (machine.asOf(wallNs) == machine.watermark()) {
        ofLive = ofLive.orEarlier(ofMachine);
      }
    }
    Edge.Closed levels = ofLive.equals(Edge.Closed.ALL) ? ofAll : ofLive;
    return new Edge(next, closed, statistics.closed(), levels, nextCorrection());
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
      boolean settles = machine.closed().states() > Long.MIN_VALUE;
      if (settles && machine.watermark() > newest - 24 * ShiftCalendar.HOUR) {
        closed = Math.min(closed, machine.closed().states());
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

  /** Of a past span: the shifts and states that stand before it is folded again. */
  void beginAgain(History standing) {
    shared.rows.takesBack(new FormerMinutes(standing, shared.calendars), standing);
  }

  /**
   * Of a past span that ends at the instant: writes what is left of it.
   *
   * @param standing the stops of before, and the shifts and days
   */
  void endAgain(long until, History standing) {
    Map<Asset, List<Long>> orders = standing.startsOfOrders();
    machines.forEach((asset, machine) -> machine.writer().end(orders.getOrDefault(asset, List.of())));
    silentUpTo(until + 1);
    flushLines();
    takeBackOrdersOfLines(standing);
    shared.rows.takeBackStops(standing);
    new FormerShifts(shared.calendars, shared.lines, shared.rows).takeBack(standing);
  }

  /**
   * Takes back the rows of orders that lines do not have: when they were written, the bottleneck
   * may have been another one.
   */
  private void takeBackOrdersOfLines(History standing) {
    standing
        .startsOfOrdersOfLines()
        .forEach(
            (line, starts) -> {
              List<MachineFold> ofLine =
                  machines.values().stream()
                      .filter(machine -> machine.asset.toLine().equals(line))
                      .toList();
              for (long start : starts) {
                if (ofLine.stream().anyMatch(machine -> hasNoOrder(line, machine, start))) {
                  shared.lines.takeBackOrder(line, start);
                }
              }
            });
  }

  /** Whether a machine says that its line has no order that began at an instant. */
  private boolean hasNoOrder(Asset line, MachineFold machine, long start) {
    return machine.writer().knows(start)
        && (!shared.lines.haveOrders(line)
            || (shared.lines.leads(machine.asset) && !machine.writer().beganOrder(start)));
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

  /**
   * The spans that must be folded again, which {@link #takeMarks} will give, and what is too old
   * for that.
   */
  Remade marks() {
    return new Remade(
        shared.marks.all().stream().map(PastSpan::of).toList(), shared.cycleChanges.older());
  }

  /** The spans that must be folded again, noted since the last call. */
  List<RecomputeSpan> takeMarks() {
    return shared.marks.isEmpty() ? List.of() : shared.marks.take();
  }

  /** Takes a message's readings. */
  void accept(Message message) {
    hear(message);
    MachineFold of = null;
    for (Reading reading : message.readings()) {
      MachineFold by = take(reading, message.receiveTimeNs());
      if (by != of && of != null) {
        of.keepInBounds();
      }
      of = by;
    }
    if (of != null) {
      of.keepInBounds();
    }
  }

  /** A message comes whose readings are given next. */
  void hear(Message message) {
    shared.sessions.hear(message);
  }

  /** Which sources are heard now, for provisional figures and the live page. */
  void hears(Predicate<String> sources) {
    shared.sessions.hears(sources);
  }

  void accept(Reading reading, long receiveTimeNs) {
    MachineFold by = take(reading, receiveTimeNs);
    if (by != null) {
      by.keepInBounds();
    }
  }

  /** Gives the machine that took the reading. */
  private @Nullable MachineFold take(Reading reading, long receiveTimeNs) {
    if (Derived.is(reading.series().measurement())) {
      return null; // what another gateway has folded
    }
    statistics.take(reading);
    // a BAD reading says nothing, not even that the machine is alive
    if (reading.quality() == Quality.BAD) {
      shared.sessions.takeBad(reading, receiveTimeNs);
      return null;
    }
    shared.sessions.take(reading, receiveTimeNs);
    MachineFold machine = machineOf(reading);
    if (machine != null) {
      Sessions sessions = shared.sessions;
      machine.accept(reading, receiveTimeNs, sessions.source(), sessions.isRetained());
    }
    return machine;
  }

  /**
   * Takes an entry of the log of corrections, in the order of that log. The same entries and
   * messages give in the end the same rows, in whatever order they are taken, as long as the
   * buckets of the time in question are open.
   */
  void correct(Entry entry) {
    annotate(entry, true);
    OrderEvents.Changed order = shared.orderEvents.take(entry);
    if (order != null) {
      for (MachineFold machine : machines.values()) {
        if (order.event().isAbout(machine.asset)) {
          machine.order(order);
        }
      }
    }
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

  private void annotate(Entry entry, boolean isNew) {
    Annotations.Row row = annotations == null ? null : annotations.take(entry);
    if (row != null && isNew) {
      shared.rows.annotation(row);
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
    annotate(entry, !annotationsAreRows);
    shared.orderEvents.take(entry);
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
    shared.sessions.add(machine);
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
    shared.rows.mayStandTo(machine.watermark());
    remove(machine);
    return Retired.DONE;
  }

  private void remove(MachineFold machine) {
    machines.remove(machine.asset);
    shared.sessions.remove(machine);
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
      Asset line = asset.toLine();
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
        wallNs,
        wallNs,
        targetOee,
        List.copyOf(now),
        List.copyOf(lines),
        late,
        ignored,
        statistics.ignored(),
        implausible);
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
    encoder.raw(StateFormat.PRESENT);
    reachOfCalendar();
    targetChanges.configured(shared.targets.all());
    exchange(encoder);
    hasNewNamed = false;
    return encoder.toBytes();
  }

  private void exchange(StateCodec codec) {
    shared.publishFrom = codec.number(shared.publishFrom);
    ignored = codec.number(ignored);
    shared.corrections.next(
        codec.has(StateFormat.CORRECTIONS) ? codec.number(shared.corrections.next()) : 0);
    if (codec.has(StateFormat.SESSIONS)) {
      shared.sessions.exchange(codec);
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
    if (codec.has(StateFormat.STATISTICS)) {
      statistics.exchange(codec);
    }
    if (codec.has(StateFormat.CONFIGURATIONS)) {
      machines.values().forEach(machine -> machine.exchangeConfiguration(codec));
      calendarPrints.exchange(codec);
    }
    targetChanges.exchange(codec);
  }

  /** Marks the days of the past of which the configuration says something else than it said. */
  private void compareConfiguration() {
    calendarPrints.compare(shared.calendars(), shared.lines.all(), shared.marks);
    calendarPrints.clear();
    targetChanges.compare(
        shared.targets.all(), shared.calendars, shared.lines.all(), newest(), shared.marks);
    shared.cycleChanges.mark(machines.keySet(), newest(), shared.marks);
  }

  private long newest() {
    long newest = Long.MIN_VALUE;
    for (MachineFold machine : machines.values()) {
      newest = Math.max(newest, machine.watermark());
    }
    return newest;
  }

  private void reachOfCalendar() {
    long newest = newest();
    if (newest > Long.MIN_VALUE) {
      calendarPrints.reach(shared.calendars(), newest, shared.lines.all());
    }
  }

  /** How many machines a state has; 0 where its format is not read. */
  static long machines(byte[] state) {
    StateDecoder decoder = new StateDecoder(state);
    byte format = state.length == 0 ? 0 : decoder.raw();
    if (!StateFormat.isRead(format)) {
      return 0;
    }
    decoder.writtenAs(format);
    decoder.number(); // from when on buckets are written
    decoder.number(); // ignored readings
    if (decoder.has(StateFormat.CORRECTIONS)) {
      decoder.number(); // the next correction
    }
    if (decoder.has(StateFormat.SESSIONS)) {
      new Sessions(false).exchange(decoder);
    }
    return decoder.number();
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
    if (!StateFormat.isRead(format)) {
      throw new IllegalArgumentException(
          "the state of the figures has format " + format + ", which this version does not know");
    }
    decoder.writtenAs(format);
    fold.annotationsAreRows = decoder.has(StateFormat.ANNOTATIONS);
    fold.exchange(decoder);
    if (!decoder.atEnd()) {
      throw new IllegalArgumentException("the state of the figures goes on past its end");
    }
    fold.machines.values().forEach(MachineFold::restored);
    fold.shared.lines.restored();
    fold.compareConfiguration();
    fold.machines.values().stream()
        .filter(machine -> !machine.isHeard() && !fold.named.contains(machine.asset))
        .toList()
        .forEach(fold::remove);
    return fold;
  }
}
