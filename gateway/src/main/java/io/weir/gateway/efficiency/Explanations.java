package io.weir.gateway.efficiency;

import io.weir.gateway.correction.Correction;
import io.weir.gateway.efficiency.calendar.ShiftCalendar;
import io.weir.gateway.efficiency.codec.StateCodec;
import io.weir.gateway.efficiency.signal.SignalRules;
import io.weir.gateway.efficiency.signal.Symbols;
import io.weir.gateway.model.Asset;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What people and the tree of reasons say about the time of one machine: makes the {@link Overlay}
 * of its timelines, from the corrections that reach what is open and from a {@link Journal} of what
 * the machine reported.
 *
 * <p>Mutable; belongs to its {@link MachineFold}.
 */
final class Explanations {

  private final Asset asset;
  private final SignalRules rules;
  private final SharedParts shared;
  private final Symbols words;

  /** What it reported in the time that is settled, while a correction may change rows of it. */
  private final Journal journal;

  /** What its words mean in the tree of reasons. */
  private final MachineReasons reasons;

  private final ShiftCalendar calendar;
  private List<Correction> corrections;

  /**
   * @param resized told when it keeps more or fewer parts
   */
  Explanations(
      Asset asset, SignalRules rules, SharedParts shared, Symbols words, Runnable resized) {
    this.asset = asset;
    this.rules = rules;
    this.shared = shared;
    this.words = words;
    journal = new Journal(resized);
    reasons = shared.reasons().of(asset);
    calendar = shared.calendars().of(asset);
    corrections = shared.corrections().of(asset);
  }

  /** Whether its time counts as it was reported. */
  boolean isPlain() {
    return corrections.isEmpty() && !reasons.hasTree();
  }

  /** What the corrections make of a timeline of this machine. */
  Overlay of(Timeline timeline, long asOf) {
    List<Shown> told = timeline.told(words, asOf);
    return overlay(isPlain() ? told : journal.with(told), known(timeline, told), corrections);
  }

  /** The same, but nothing at all where its time counts as it was reported. */
  Overlay ofCounts(Timeline timeline, long asOf) {
    return isPlain() ? Overlay.NONE : of(timeline, asOf);
  }

  private Overlay overlay(List<Shown> parts, Overlay.Known known, List<Correction> by) {
    return new Overlay(parts, by, reasons, known, rules.microStopsArePerformance);
  }

  private Overlay.Known known(Timeline timeline, List<Shown> told) {
    long horizon = told.isEmpty() ? Long.MIN_VALUE : told.get(0).start();
    return new Overlay.Known(timeline.progress().begin(), horizon, calendar::at);
  }

  /** Corrects the rows: the corrections of the machine are others from now on. */
  void correct(List<Correction> now, Timeline view, long asOf, MachineRows rows) {
    List<Shown> told = view.told(words, asOf);
    List<Shown> all = journal.with(told);
    Overlay.Known known = known(view, told);
    rows.correct(overlay(all, known, corrections), overlay(all, known, now));
  }

  /** These corrections hold from now on. */
  void use(List<Correction> now) {
    corrections = now;
  }

  /** The corrections were read again: those that its rows have. */
  void recall() {
    corrections = shared.corrections().of(asset);
  }

  /**
   * Keeps what was settled before the horizon; returns the starts of all its parts.
   *
   * @param horizon before it the settled timeline forgets
   */
  Set<Long> keep(Timeline settled, long horizon) {
    Set<Long> starts = new HashSet<>();
    for (Shown part : settled.told(words, Long.MIN_VALUE)) {
      starts.add(part.start());
      if (part.end() <= horizon) {
        journal.add(part);
      }
    }
    return starts;
  }

  /**
   * Forgets what reaches no open bucket.
   *
   * @param kept the start of the oldest part that the settled timeline keeps
   * @param oldest the start of the oldest bucket that is open
   * @param oldestOrBefore the same, of orders too
   */
  void forgetBefore(long kept, long oldest, long oldestOrBefore) {
    journal.forgetBefore(oldest);
    corrections = journal.reachedBy(corrections, kept, oldestOrBefore);
  }

  /** Parts that are kept. */
  int size() {
    return journal.size();
  }

  /** Forgets the older half of the parts, as memory ends. */
  void halve() {
    journal.halve();
  }

  /** The machine starts again. */
  void clear() {
    journal.clear();
  }

  void exchange(StateCodec codec, long watermark, ShiftCalendar calendar) {
    journal.exchange(codec, watermark, calendar);
  }
}
