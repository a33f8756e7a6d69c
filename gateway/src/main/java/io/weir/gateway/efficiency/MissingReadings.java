package io.weir.gateway.efficiency;

import io.weir.gateway.efficiency.config.EfficiencyConfig;
import io.weir.gateway.efficiency.signal.SignalRules;
import io.weir.gateway.efficiency.signal.Signals;
import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Message;
import io.weir.gateway.model.Quality;
import io.weir.gateway.model.Reading;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Where readings are missing of which figures are made, found in a pass over a log: what damage
 * destroyed may have been of any machine, what was given up for space is of routes that give
 * readings up.
 *
 * <p>Mutable; belongs to its {@link RecomputeRun}.
 */
final class MissingReadings {

  private static final MissingTimes.Sends ANYTHING = new MissingTimes.Sends(1, 0, 0);

  private static final long COUNTERS = ((1L << Signals.COUNTS) - 1) << Signals.TOTAL;

  private final SignalRules.Book book;
  private final History history;
  private final long latenessNs;

  /** Of a machine, whose rules are looked up once. */
  private final Map<Asset, Told> rules = new HashMap<>();

  private record Told(SignalRules of, MissingTimes.Sends signals, MissingTimes.Sends life) {}

  private final MissingTimes damaged = new MissingTimes();
  private final MissingTimes givenUp = new MissingTimes();

  /** What was given up said nothing but that a machine is alive. */
  private final MissingTimes signsOfLife = new MissingTimes();

  /** Of any reading of an asset, for the statistics of signals. */
  private final MissingTimes ofAll = new MissingTimes();

  MissingReadings(EfficiencyConfig efficiency, History history) {
    book = new SignalRules.Book(efficiency);
    latenessNs = efficiency.allowedLateness().toNanos();
    this.history = history;
  }

  /** What damage destroyed, or what is before the first record. */
  void damage(long afterNs, long beforeNs) {
    damaged.gap(afterNs, beforeNs);
    ofAll.gap(afterNs, beforeNs);
  }

  void givenUp(long afterNs, long beforeNs) {
    givenUp.gap(afterNs, beforeNs);
    signsOfLife.gap(afterNs, beforeNs);
    ofAll.gap(afterNs, beforeNs);
  }

  /**
   * @param mayGiveUp whether the log may give such messages up
   */
  void take(Message message, boolean mayGiveUp) {
    for (Reading reading : message.readings()) {
      Asset asset = reading.series().asset();
      ofAll.mayLack(asset);
      ofAll.take(asset, reading.timeNs(), 1, ANYTHING);
      if (asset.machine() != null && reading.quality() != Quality.BAD) {
        take(asset, reading, mayGiveUp);
      }
    }
  }

  private Told of(Asset machine) {
    return rules.computeIfAbsent(
        machine,
        each -> {
          SignalRules of = book.of(each);
          long divided = COUNTERS | (of.power ? 0 : 1L << Signals.ENERGY);
          return new Told(
              of,
              new MissingTimes.Sends(of.heldSignals(), divided, 0),
              new MissingTimes.Sends(0, 0, of.longestSilenceNs));
        });
  }

  private void take(Asset machine, Reading reading, boolean mayGiveUp) {
    Told told = of(machine);
    long signals = told.of.heldSignalsOf(reading.metric());
    damaged.mayLack(machine);
    if (mayGiveUp && told.of.signalsOf(reading.metric()).length > 0) {
      givenUp.mayLack(machine);
    } else if (mayGiveUp) {
      signsOfLife.mayLack(machine);
    }
    damaged.take(machine, reading.timeNs(), signals, told.signals);
    givenUp.take(machine, reading.timeNs(), signals, told.signals);
    signsOfLife.take(machine, reading.timeNs(), 0, told.life);
  }

  /** Ends the pass. */
  MissingRows rows() {
    Map<Asset, List<MissingTimes.Span>> missing = new HashMap<>();
    add(missing, damaged);
    add(missing, givenUp);
    add(missing, signsOfLife);
    for (Asset machine : history.machines()) {
      if (!damaged.knows(machine)) {
        addUnheard(missing, machine, damaged);
        addUnheard(missing, machine, givenUp);
      }
    }
    return MissingRows.of(missing, ofAll.spans(latenessNs), history);
  }

  /**
   * With the time in which a reading may change what is beside it: a late one what was before, one
   * of a short stop what is behind.
   */
  private void add(Map<Asset, List<MissingTimes.Span>> to, MissingTimes from) {
    from.spans(latenessNs)
        .forEach(
            (machine, spans) -> {
              SignalRules of = of(machine).of;
              long beside = of.microStopNs + of.silentAfterNs + 3 * of.largestCycleNs;
              long before = beside + of.reasonBeforeNs;
              for (MissingTimes.Span each : spans) {
                long begin = each.from() == Long.MIN_VALUE ? Long.MIN_VALUE : each.from() - before;
                to.computeIfAbsent(machine, absent -> new ArrayList<>())
                    .add(new MissingTimes.Span(begin, each.to() + beside));
              }
            });
  }

  /** All readings of a machine may be missing that was not silent, as its rows say. */
  private void addUnheard(
      Map<Asset, List<MissingTimes.Span>> to, Asset machine, MissingTimes missing) {
    long end = missing.lastGap() + MissingTimes.LONGEST;
    if (!missing.isEmpty()
        && !history.wasSilent(machine, missing.firstGap(), missing.lastGap() + 1)) {
      to.computeIfAbsent(machine, absent -> new ArrayList<>())
          .add(new MissingTimes.Span(missing.firstGap() - latenessNs, end));
    }
  }
}
