package io.weir.gateway.efficiency;

import io.weir.gateway.correction.Correction;
import io.weir.gateway.correction.Entry;
import io.weir.gateway.efficiency.codec.StateFormat;
import io.weir.gateway.efficiency.config.EfficiencyConfig;
import io.weir.gateway.efficiency.figure.EfficiencySnapshot;
import io.weir.gateway.efficiency.signal.FoldMemory;
import io.weir.gateway.efficiency.signal.SignalRules;
import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Derived;
import io.weir.gateway.model.Message;
import io.weir.gateway.model.Quality;
import io.weir.gateway.model.Reading;
import io.weir.gateway.model.Series;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The whole state of the figures: turns messages into rows. Pure: the same messages in the same
 * order give the same state and in the end the same rows, independent of clocks and restarts.
 * {@link #flush} and {@link #tick} only write rows earlier, or provisional rows.
 *
 * <p>{@link FoldCodec} makes bytes of it.
 *
 * <p>Mutable, without locks: one thread.
 */
public final class Fold {

  private final double targetOee;
  private final SharedParts shared;
  private final Machines machines;
  private final SignalStatistics statistics;
  private final FoldCodec codec;
  private final PastRows past;

  /** The comments of people, which only the live figures write. */
  private final @Nullable Annotations annotations;

  /** Whether comments that the state has taken are rows already. */
  private boolean annotationsAreRows = true;

  /** The series of the last reading, and whether another gateway has derived what it names. */
  private @Nullable Series lastSeries;

  private boolean lastIsDerived;

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
    SignalRules.Book book = new SignalRules.Book(efficiency);
    shared = new SharedParts(efficiency, book, memory, again);
    machines = new Machines(book, efficiency.namedMachines(), shared);
    statistics = new SignalStatistics(efficiency, shared.rows(), memory);
    codec = new FoldCodec(shared, machines, statistics);
    past = new PastRows(machines, shared);
    annotations = again == null ? new Annotations() : null;
  }

  /**
   * The state was lost and earlier records are gone. A bucket that began before the first available
   * record is not written, because the store may hold a more complete one.
   */
  public void beginsAt(long receiveTimeNs) {
    shared.publishFrom(receiveTimeNs);
  }

  /**
   * Any row from now on may stand already: it was perhaps written by a process that ended before it
   * could say so, or with another configuration.
   *
   * @param revision higher than all that were ever given
   */
  void mayStand(long revision) {
    shared.rows().mayStand(revision);
  }

  /** All that was received was taken: rows of buckets that begin later do not stand yet. */
  void mayStandOnlyBefore(long wallNs) {
    long newest = wallNs;
    for (MachineFold machine : machines.all()) {
      newest = Math.max(newest, machine.asOf(wallNs));
    }
    shared.rows().mayStandOnlyTo(newest);
  }

  /** The rows of lines, areas and sites whose bucket ended before are not written any more. */
  void giveUp(long instant) {
    shared.lines().giveUp(instant);
  }

  /**
   * Before what instant nothing changes any more.
   *
   * @param next the offset of the next record
   */
  Edge edge(long wallNs, long next) {
    Map<Asset, Edge.Closed> closed = new HashMap<>();
    Map<Asset, Long> cycles = new HashMap<>();
    Edge.Closed ofLive = Edge.Closed.ALL;
    Edge.Closed ofAll = new Edge.Closed(Long.MIN_VALUE, Long.MIN_VALUE);
    for (MachineFold machine : machines.all()) {
      Edge.Closed ofMachine = machine.closed();
      closed.put(machine.asset, ofMachine);
      cycles.put(machine.asset, shared.lines().cycleNs(machine.asset));
      ofAll = ofAll.orLater(ofMachine);
      if (machine.asOf(wallNs) == machine.watermark()) {
        ofLive = ofLive.orEarlier(ofMachine);
      }
    }
    Edge.Closed levels = ofLive.equals(Edge.Closed.ALL) ? ofAll : ofLive;
    return new Edge(
        next, closed, statistics.closed(), levels, nextCorrection(), machines.retired(), cycles);
  }

  /** The rows of a past span that is folded again. */
  PastRows past() {
    return past;
  }

  /** The highest revision of all rows written. */
  long highestRevision() {
    return shared.rows().highestRevision();
  }

  /**
   * The spans that must be folded again, which {@link #takeMarks} will give, and what is too old
   * for that.
   */
  Remade marks() {
    return new Remade(
        shared.marks().all().stream().map(PastSpan::of).toList(), shared.cycleChanges().older());
  }

  /** The spans that must be folded again, noted since the last call. */
  List<RecomputeSpan> takeMarks() {
    return shared.marks().isEmpty() ? List.of() : shared.marks().take();
  }

  /** Looks at the machines of series whose readings are taken next, so that they are near. */
  long look(@Nullable Series[] series, int count) {
    return machines.look(series, count);
  }

  /** Takes a message's readings. */
  public void accept(Message message) {
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
    shared.sessions().hear(message);
  }

  /** Which sources are heard now, for provisional figures and the live page. */
  void hears(Predicate<String> sources) {
    shared.sessions().hears(sources);
  }

  public void accept(Reading reading, long receiveTimeNs) {
    MachineFold by = take(reading, receiveTimeNs);
    if (by != null) {
      by.keepInBounds();
    }
  }

  /** Gives the machine that took the reading. */
  private @Nullable MachineFold take(Reading reading, long receiveTimeNs) {
    if (isDerived(reading.series())) {
      return null; // what another gateway has folded
    }
    statistics.take(reading);
    // a BAD reading says nothing, not even that the machine is alive
    if (reading.quality() == Quality.BAD) {
      shared.sessions().takeBad(reading, receiveTimeNs);
      return null;
    }
    shared.sessions().take(reading, receiveTimeNs);
    MachineFold machine = machines.of(reading);
    if (machine != null) {
      Sessions sessions = shared.sessions();
      machine.accept(reading, receiveTimeNs, sessions.source(), sessions.isRetained());
    }
    return machine;
  }

  @SuppressWarnings("ReferenceEquality") // the readings of a message mostly share one: a short cut
  private boolean isDerived(Series series) {
    if (series != lastSeries) {
      lastSeries = series;
      lastIsDerived = Derived.is(series.measurement());
    }
    return lastIsDerived;
  }

  /**
   * Takes an entry of the log of corrections, in the order of that log. The same entries and
   * messages give in the end the same rows, in whatever order they are taken, as long as the
   * buckets of the time in question are open.
   */
  void correct(Entry entry) {
    annotate(entry, true);
    OrderEvents.Changed order = shared.orderEvents().take(entry);
    if (order != null) {
      for (MachineFold machine : machines.all()) {
        if (order.event().isAbout(machine.asset)) {
          machine.order(order);
        }
      }
    }
    Correction changed = shared.corrections().take(entry);
    if (changed == null) {
      return;
    }
    if (changed.asset().machine() == null) {
      for (MachineFold machine : machines.all()) {
        if (changed.isAbout(machine.asset)) {
          machine.correct(shared.corrections().of(machine.asset), changed);
        }
      }
      return;
    }
    MachineFold machine = machines.find(changed.asset());
    if (machine != null) {
      machine.correct(shared.corrections().of(machine.asset), changed);
    }
  }

  private void annotate(Entry entry, boolean isNew) {
    Annotations.Row row = annotations == null ? null : annotations.take(entry);
    if (row != null && isNew) {
      shared.rows().annotation(row);
    }
  }

  /** The id of the entry of the log of corrections that is to be taken next. */
  long nextCorrection() {
    return shared.corrections().next();
  }

  /**
   * After the state was read: takes again an entry that it has taken, so that it is known. To be
   * called for all entries before {@link #nextCorrection}.
   */
  void remember(Entry entry) {
    long next = shared.corrections().next();
    annotate(entry, !annotationsAreRows);
    shared.orderEvents().take(entry);
    shared.corrections().take(entry);
    shared.corrections().next(next);
  }

  /** The log of corrections was lost: its next entry is the first one. */
  void forgetCorrections() {
    shared.corrections().next(0);
  }

  /** After {@link #remember} was called for all of them. */
  void remembered() {
    machines.all().forEach(MachineFold::recall);
  }

  Set<Asset> machines() {
    return machines.assets();
  }

  /** Writes the rows of machines that are due, without waiting for their next reading. */
  public void flush() {
    machines.all().forEach(MachineFold::flush);
  }

  /** Writes the rows of lines, areas and sites that changed. */
  public void flushLines() {
    shared.lines().flush();
  }

  /**
   * Writes provisional rows of silent machines as of a wall time, and forgets those that were
   * silent for long. To be called only when all received readings were taken.
   */
  void tick(long wallNs) {
    hasNewNamed |= machines.tick(wallNs);
  }

  /**
   * Forgets a machine that will send nothing more under this name, as if it had been silent for
   * {@link MachineFold#FORGET_AFTER}. Its rows stay as they are.
   */
  Retired retire(Asset asset) {
    return machines.retire(asset);
  }

  /** Whether a machine has a reading beyond an instant. */
  boolean isBeyond(long instant) {
    return machines.newest() > instant;
  }

  /** Machines that have one begin again with their next reading. */
  void beginAgain(long beyondNs, long nowNs) {
    machines.beginAgain(beyondNs, nowNs);
  }

  /** Whether the bytes say more than those made last although no reading came: a new machine. */
  boolean hasNewNamed() {
    return hasNewNamed;
  }

  /** Readings that wait for {@link #takeRows}. */
  int rows() {
    return shared.rows().size();
  }

  /** The rows written since the last call. */
  public List<Reading> takeRows() {
    return shared.rows().take();
  }

  /** Of a past span: the newest shift of each asset that was written. */
  Map<Asset, EfficiencySnapshot.ShiftFigures> shiftsAgain() {
    return shared.rows().shiftsAgain();
  }

  /** The factory at a wall time. */
  public EfficiencySnapshot snapshot(long wallNs) {
    return LivePlant.of(machines, shared.lines(), wallNs, targetOee, statistics.ignored());
  }

  /** The state as bytes; {@link #flushLines} must have been called since the last change. */
  public byte[] encode() {
    if (!shared.lines().isFlushed()) {
      throw new IllegalStateException("rows of lines wait to be written");
    }
    byte[] bytes = codec.encode();
    hasNewNamed = false;
    return bytes;
  }

  /**
   * Reads a state.
   *
   * @throws IllegalArgumentException if the bytes are damaged or of another format
   */
  public static Fold decode(byte[] bytes, EfficiencyConfig efficiency) {
    return decode(bytes, efficiency, FoldMemory.ample(), 0);
  }

  /**
   * The same, in a heap of any size; all machines of the state are read.
   *
   * @param revision as {@link #mayStand} takes it, for rows that are taken back as it is read; 0
   *     where no row may stand already
   */
  public static Fold decode(
      byte[] bytes, EfficiencyConfig efficiency, FoldMemory memory, long revision) {
    Fold fold = new Fold(efficiency, memory);
    if (revision > 0) {
      fold.mayStand(revision);
    }
    int format = fold.codec.decode(bytes);
    fold.annotationsAreRows = format >= StateFormat.ANNOTATIONS;
    return fold;
  }
}
