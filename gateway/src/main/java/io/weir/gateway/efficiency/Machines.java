package io.weir.gateway.efficiency;

import io.weir.gateway.efficiency.calendar.ShiftCalendar;
import io.weir.gateway.efficiency.codec.StateCodec;
import io.weir.gateway.efficiency.signal.SignalRules;
import io.weir.gateway.model.Ahead;
import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Found;
import io.weir.gateway.model.Reading;
import io.weir.gateway.model.Series;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The machines of a {@link Fold}, from when each is first known until it is forgotten. An asset
 * becomes a machine with the first reading that its rules use, or because the configuration names
 * it.
 *
 * <p>Mutable, without locks: one thread.
 */
final class Machines {

  private final SignalRules.Book book;

  /** Machines that are expected before they are heard. */
  private final Set<Asset> named;

  private final SharedParts shared;
  private final Found<Asset, MachineFold> machines = new Found<>();

  /** Rules by asset; also of assets that are not machines. */
  private final Map<Asset, SignalRules> rules = new HashMap<>();

  /** Those that were retired and have not come back, each with the instant to which it has rows. */
  private final Map<Asset, Long> retired = new LinkedHashMap<>();

  private Asset lastAsset = Asset.NONE;
  private @Nullable MachineFold lastMachine;
  private long ignored;

  // Of the records that are looked at ahead.
  private final @Nullable Asset[] aheadAssets = new Asset[Ahead.MOST];
  private final @Nullable MachineFold[] ahead = new MachineFold[Ahead.MOST];

  Machines(SignalRules.Book book, Set<Asset> named, SharedParts shared) {
    this.book = book;
    this.named = named;
    this.shared = shared;
  }

  /** In the order in which they were first known. */
  Collection<MachineFold> all() {
    return machines.values();
  }

  Set<Asset> assets() {
    Set<Asset> assets = new HashSet<>();
    machines.values().forEach(machine -> assets.add(machine.asset));
    return assets;
  }

  /** Looks at those of series whose readings are taken next, so that they are near. */
  long look(@Nullable Series[] series, int count) {
    for (int i = 0; i < count; i++) {
      Series of = series[i];
      aheadAssets[i] = of == null ? null : of.asset();
    }
    long seen = machines.look(aheadAssets, count, ahead);
    for (int step = 0; step < MachineFold.STEPS; step++) {
      for (int i = 0; i < count; i++) {
        MachineFold machine = ahead[i];
        seen += machine == null ? 0 : machine.look(step);
      }
    }
    return seen;
  }

  @Nullable MachineFold find(Asset asset) {
    return machines.get(asset);
  }

  /** Readings of machines beyond those for which there is memory. */
  long ignored() {
    return ignored;
  }

  /** The machine of a reading, which may be new; {@code null} where it is of none. */
  @SuppressWarnings("ReferenceEquality") // a series has one instance of its asset: a short cut
  @Nullable MachineFold of(Reading reading) {
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
      if (isFull()) {
        ignored++;
        return null;
      }
      machine = add(asset);
      Long writtenTo = retired.remove(asset);
      if (writtenTo != null) {
        comesBack(asset, reading.timeNs(), writtenTo);
      }
    }
    lastAsset = asset;
    lastMachine = machine;
    return machine;
  }

  /** Of what was open when it was retired it has only a part. */
  private void comesBack(Asset asset, long time, long writtenTo) {
    ShiftCalendar calendar = shared.calendars().of(asset);
    long openTo = Math.max(calendar.at(writtenTo).whole().end(), calendar.day(writtenTo).end());
    if (time < openTo) {
      shared.marks().add(asset, time, openTo);
    }
  }

  /** Those that were retired, each with the instant to which it has rows. */
  Map<Asset, Long> retired() {
    return Map.copyOf(retired);
  }

  private boolean isFull() {
    return machines.values().size() >= shared.memory().mostMachines;
  }

  private SignalRules rulesOf(Asset asset) {
    if (rules.size() > 2 * shared.memory().mostMachines) {
      rules.clear();
    }
    return rules.computeIfAbsent(asset, book::of);
  }

  private MachineFold add(Asset asset) {
    MachineFold machine = new MachineFold(asset, rulesOf(asset), shared);
    machines.put(machine);
    shared.sessions().add(machine);
    shared.memory().machines(machines.values().size());
    shared.lines().join(asset, machine.rules, machine);
    return machine;
  }

  /** The instant of the newest reading of any; the begin of time where there is none. */
  long newest() {
    long newest = Long.MIN_VALUE;
    for (MachineFold machine : machines.values()) {
      newest = Math.max(newest, machine.watermark());
    }
    return newest;
  }

  /**
   * Writes provisional rows of silent machines as of a wall time, and forgets those that were
   * silent for {@link MachineFold#FORGET_AFTER}. A machine that the configuration names is unknown
   * from the first such time on, until it is heard.
   *
   * @return whether a named machine was added
   */
  boolean tick(long wallNs) {
    boolean added = false;
    for (Asset asset : named) {
      if (machines.get(asset) == null && !isFull()) {
        add(asset).expect(wallNs);
        added = true;
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
    return added;
  }

  /** Of a past span: a machine is there from an instant on, and silent. */
  void beginSilent(Asset asset, long instant) {
    if (!isFull() && !rulesOf(asset).holdsThroughSilence()) {
      add(asset).expect(instant);
    }
  }

  /** Forgets a machine that will send nothing more under this name. Its rows stay as they are. */
  Retired retire(Asset asset) {
    MachineFold machine = machines.get(asset);
    if (machine == null) {
      return Retired.UNKNOWN;
    }
    if (named.contains(asset)) {
      return Retired.NAMED;
    }
    machine.flush();
    shared.rows().mayStandTo(machine.watermark());
    long oldest = newest() - MachineFold.FORGET_AFTER;
    retired.values().removeIf(writtenTo -> writtenTo < oldest);
    retired.put(asset, Math.max(0, machine.writtenTo()));
    remove(machine);
    return Retired.DONE;
  }

  /**
   * Lets machines begin again whose newest reading is beyond an instant, as where the clock of the
   * gateway was ahead: else all that comes would be too late until then. Their rows stay as they
   * are; those that are open now are made again.
   */
  void beginAgain(long beyondNs, long nowNs) {
    for (MachineFold machine : List.copyOf(machines.values())) {
      if (machine.watermark() > beyondNs) {
        machine.flush();
        shared.rows().mayStandTo(machine.watermark());
        remove(machine);
        comesBack(machine.asset, nowNs, nowNs);
      }
    }
  }

  private void remove(MachineFold machine) {
    machines.remove(machine);
    shared.sessions().remove(machine);
    machine.release();
    shared.lines().leave(machine.asset);
    lastMachine = null;
  }

  // ---- bytes

  void exchangeIgnored(StateCodec codec) {
    ignored = codec.number(ignored);
  }

  void exchange(StateCodec codec) {
    codec.all(
        new ArrayList<>(machines.values().stream().map(machine -> machine.asset).toList()),
        () -> Asset.NONE,
        each -> {
          Asset asset = codec.machine(each);
          MachineFold machine = machines.get(asset);
          (machine == null ? add(asset) : machine).exchange(codec);
          return asset;
        });
  }

  void exchangeRetired(StateCodec codec) {
    codec.entries(retired, Asset.NONE, codec::machine, () -> 0L, codec::number);
  }

  /** Forgets what was only named by the configuration with which the state was written. */
  void forgetNamed() {
    machines.values().stream()
        .filter(machine -> !machine.isHeard() && !named.contains(machine.asset))
        .toList()
        .forEach(this::remove);
  }
}
