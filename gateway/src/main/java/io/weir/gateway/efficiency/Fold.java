package io.weir.gateway.efficiency;

import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Message;
import io.weir.gateway.model.Quality;
import io.weir.gateway.model.Reading;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The whole state of the figures: from messages to rows. Pure: the same messages in the same order
 * give the same state and, at last, the same rows, whatever clock or restart lies between; {@link
 * #flush} and {@link #tick} only bring rows earlier, or provisional ones.
 *
 * <p>Bytes of the state (primitives in {@link StateCodec}): u8 format 3, the instant before which
 * nothing is written, then the machines, each with its window, its settled {@link Timeline} and
 * what was written of it, then the lines. {@code docs/efficiency.md} tells how many.
 *
 * <p>Mutable, without locks: one thread.
 */
final class Fold {

  private static final byte FORMAT = 3;

  /** Machines that one gateway follows; readings of more are counted and passed over. */
  static final int MOST_MACHINES = 50_000;

  /** What machines have in common. */
  static final class Shared {

    private final Calendar calendar;
    private final long latenessNs;
    private final Lines lines;
    private final FigureRows rows;
    private long publishFrom = Long.MIN_VALUE;

    Shared(EfficiencyConfig efficiency) {
      calendar = new Calendar(efficiency.zone(), efficiency.shifts(), efficiency.holidays());
      latenessNs = efficiency.allowedLateness().toNanos();
      rows = new FigureRows();
      lines = new Lines(efficiency.lines(), rows);
    }

    Calendar calendar() {
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

    /** Buckets that began before are not written: they would hold a part only. */
    long publishFrom() {
      return publishFrom;
    }
  }

  private final double targetOee;
  private final SignalRules.Book book;
  private final Shared shared;
  private final Map<Asset, MachineFold> machines = new LinkedHashMap<>();

  /** Rules by asset, also of assets that are no machines. */
  private final Map<Asset, SignalRules> rules = new HashMap<>();

  private Asset lastAsset = Asset.NONE;
  private @Nullable MachineFold lastMachine;
  private long ignored;

  /** A new state, from the first record ever. */
  Fold(EfficiencyConfig efficiency) {
    targetOee = efficiency.targetOee();
    book = new SignalRules.Book(efficiency);
    shared = new Shared(efficiency);
  }

  /**
   * The state was lost and earlier records are gone: no bucket is written that began before the
   * first record at hand, for what stands in the store may be more.
   */
  void beginsAt(long receiveTimeNs) {
    shared.publishFrom = receiveTimeNs;
  }

  /** Takes a message's readings. */
  void accept(Message message) {
    for (Reading reading : message.readings()) {
      // what is BAD says nothing, not even that the machine lives
      MachineFold machine = reading.quality() == Quality.BAD ? null : machineOf(reading);
      if (machine != null) {
        machine.accept(reading, message.receiveTimeNs());
      }
    }
  }

  /** An asset becomes a machine with the first reading that says something of its efficiency. */
  @SuppressWarnings("ReferenceEquality") // the asset of a series is one instance: a short cut
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
      if (machines.size() >= MOST_MACHINES) {
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
    if (rules.size() > 2 * MOST_MACHINES) {
      rules.clear();
    }
    return rules.computeIfAbsent(asset, book::of);
  }

  private MachineFold add(Asset asset) {
    MachineFold machine = new MachineFold(asset, rulesOf(asset), shared);
    machines.put(asset, machine);
    shared.lines.join(asset, machine.rules, machine::written);
    return machine;
  }

  /** Writes the machines' rows that are due, without waiting for their next reading. */
  void flush() {
    machines.values().forEach(MachineFold::flush);
  }

  /** Writes the rows of lines, areas and sites that changed. */
  void flushLines() {
    shared.lines.flush();
  }

  /**
   * Writes provisional rows of the machines that are not heard, as of a wall time; only when all
   * that was received was taken. Forgets machines silent for long.
   */
  void tick(long wallNs) {
    shared.lines.beginTick();
    List<MachineFold> gone = new ArrayList<>();
    for (MachineFold machine : machines.values()) {
      if (wallNs - machine.receivedNs() > MachineFold.FORGET_AFTER) {
        gone.add(machine);
      } else {
        machine.tick(machine.asOf(wallNs));
      }
    }
    for (MachineFold machine : gone) {
      machines.remove(machine.asset);
      shared.lines.leave(machine.asset);
      lastMachine = null;
    }
  }

  /** Readings that wait to be taken. */
  int rows() {
    return shared.rows.size();
  }

  /** The rows written since this was called last. */
  List<Reading> takeRows() {
    return shared.rows.take();
  }

  /** The factory at a wall time. */
  EfficiencySnapshot snapshot(long wallNs) {
    List<EfficiencySnapshot.MachineNow> now = new ArrayList<>(machines.size());
    Map<Asset, BucketKey> shifts = new HashMap<>();
    Map<Asset, BucketKey> before = new HashMap<>();
    long late = 0;
    for (MachineFold machine : machines.values()) {
      EfficiencySnapshot.MachineNow view = machine.now(wallNs);
      now.add(view);
      late += machine.late();
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
        wallNs, targetOee, List.copyOf(now), List.copyOf(lines), late, ignored);
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

  /** The state as bytes; all rows of lines must have been written. */
  byte[] encode() {
    if (!shared.lines.isFlushed()) {
      throw new IllegalStateException("rows of lines wait to be written");
    }
    StateEncoder encoder = new StateEncoder();
    encoder.raw(FORMAT);
    exchange(encoder);
    return encoder.toBytes();
  }

  private void exchange(StateCodec codec) {
    shared.publishFrom = codec.number(shared.publishFrom);
    ignored = codec.number(ignored);
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
  }

  /** Whether bytes of state are those of an older version, which this one does not take up. */
  static boolean isOlder(byte[] state) {
    return state[0] < FORMAT;
  }

  /**
   * The state of before.
   *
   * @throws IllegalArgumentException if the bytes are not of this format
   */
  static Fold decode(byte[] bytes, EfficiencyConfig efficiency) {
    Fold fold = new Fold(efficiency);
    StateDecoder decoder = new StateDecoder(bytes);
    byte format = decoder.raw();
    if (format != FORMAT) {
      throw new IllegalArgumentException(
          "the state of the figures has format " + format + ", which this version does not know");
    }
    fold.exchange(decoder);
    if (!decoder.atEnd()) {
      throw new IllegalArgumentException("the state of the figures goes on past its end");
    }
    fold.machines.values().forEach(MachineFold::restored);
    return fold;
  }
}
