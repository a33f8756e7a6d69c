package io.weir.sim.expected;

import io.weir.sim.plant.MachinePath;
import io.weir.sim.plant.MachineSample;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The states and counts of one machine, in the order of the timestamps of its messages. A sample is
 * kept back as long as an older one may still arrive.
 *
 * <p>Mutable; belongs to its {@link ExpectedFigures}.
 */
final class ExpectedTimeline {

  private static final long MINUTE_MS = 60_000;

  /**
   * Within this time an energy meter may drop by up to half without a restart, later by a tenth.
   */
  private static final long METER_DROP_MS = 3_600_000;

  /** More pieces than this many times what the ideal cycle allows are implausible. */
  private static final double MOST_SPEED = 2;

  private final GatewayRules rules;

  /** Samples that are kept back, by timestamp. */
  private final TreeMap<Long, MachineSample> pending = new TreeMap<>();

  private final List<Episode> episodes = new ArrayList<>();

  /** The counts by minute. */
  private final TreeMap<Long, FieldSums> counted = new TreeMap<>();

  /** The counts by product and minute. */
  private final Map<String, TreeMap<Long, FieldSums>> products = new TreeMap<>();

  /** The ideal cycle in seconds, by the time from which it applies. */
  private final TreeMap<Long, Double> cycles = new TreeMap<>();

  private long newest = Long.MIN_VALUE;
  private long late;
  private long reportedTo;
  private @Nullable MachineSample last;

  final MachinePath path;

  /** One state without interruption, as reported. */
  private static final class Episode {
    final long from;
    long to;
    final TimeCategory category;
    final String word;
    String reason;

    Episode(long from, TimeCategory category, String word, String reason) {
      this.from = from;
      to = from;
      this.category = category;
      this.word = word;
      this.reason = reason;
    }

    String reasonOrWord() {
      return reason.isEmpty() ? word : reason;
    }
  }

  /**
   * An episode with the category as which it counts.
   *
   * @param over whether its end is known
   * @param goesOn whether it goes on after unknown time with a stop that was counted before it
   */
  record Interval(
      long from, long to, TimeCategory category, String reason, boolean over, boolean goesOn) {}

  ExpectedTimeline(MachinePath path, GatewayRules rules) {
    this.path = path;
    this.rules = rules;
  }

  /** Samples that arrived too late to count. */
  long late() {
    return late;
  }

  boolean isEmpty() {
    return episodes.isEmpty();
  }

  /** Everything before this instant has been counted, epoch ms. */
  long reportedTo() {
    return reportedTo;
  }

  /** A sample arrives. */
  void receive(long timestamp, MachineSample counted) {
    if (newest != Long.MIN_VALUE && timestamp < newest - rules.latenessMs()) {
      late++;
      return;
    }
    newest = Math.max(newest, timestamp);
    pending.put(timestamp, counted);
    while (pending.firstKey() < newest - rules.latenessMs()) {
      Map.Entry<Long, MachineSample> next = pending.pollFirstEntry();
      take(next.getKey(), next.getValue());
    }
  }

  /** No more samples arrive: counts those that were kept back. */
  void end() {
    pending.forEach(this::take);
    pending.clear();
  }

  private void take(long at, MachineSample sample) {
    MachineSample before = last;
    boolean silent = before != null && at - reportedTo > rules.silentAfterMs();
    if (before != null) {
      count(before, sample, silent, at);
    } else {
      counted.put(minute(at), new FieldSums());
    }
    addState(at, sample, before, silent);
    if (before == null || cycle(before) != cycle(sample)) {
      cycles.put(at, cycle(sample));
    }
    last = sample;
    reportedTo = at;
  }

  /** A reason is reported when it changes: one that is only repeated belongs to no further stop. */
  private void addState(
      long at, MachineSample sample, @Nullable MachineSample before, boolean silent) {
    TimeCategory category = TimeCategory.of(sample.state());
    boolean reported = before == null || !sample.reason().equals(before.reason());
    String reason = reported && category != TimeCategory.RUNNING ? sample.reason() : "";
    Episode current = episodes.isEmpty() ? null : episodes.get(episodes.size() - 1);
    if (current != null) {
      current.to = silent ? reportedTo : at;
    }
    if (silent) {
      Episode silence = new Episode(reportedTo, TimeCategory.UNKNOWN, "silent", "");
      silence.to = at;
      episodes.add(silence);
      current = silence;
    }
    if (current == null || current.category != category) {
      episodes.add(new Episode(at, category, sample.state().name(), reason));
    } else if (current.reason.isEmpty()) {
      current.reason = reason;
    }
  }

  private void count(MachineSample before, MachineSample now, boolean silent, long at) {
    double total = increase(before.total(), now.total());
    double scrap = increase(before.reject(), now.reject());
    FieldSums sums = new FieldSums();
    sums.add("total", total);
    sums.add("scrap", scrap);
    sums.add("good", total - scrap);
    if (silent) {
      sums.add("gap_total", total);
      sums.add("gap_good", total - scrap);
    } else {
      sums.add(FieldSums.TIMED_TOTAL, total);
      sums.add(FieldSums.TIMED_SCRAP, scrap);
      sums.add("ideal_total_s", cycle(before) * total);
      sums.add("ideal_good_s", cycle(before) * (total - scrap));
    }
    long minute = minute(at - 1);
    if (total > 0) {
      products
          .computeIfAbsent(before.product(), product -> new TreeMap<>())
          .computeIfAbsent(minute, absent -> new FieldSums())
          .add(sums);
    }
    double energy = energy(before, now, at - reportedTo);
    sums.add("energy_kwh", energy);
    TimeCategory use = silent ? TimeCategory.UNKNOWN : TimeCategory.of(before.state());
    sums.add(use.energyField(), energy);
    sums.add("implausible", isPlausible(total, before, at) ? 0 : 1);
    counted.computeIfAbsent(minute, absent -> new FieldSums()).add(sums);
  }

  /** Whether the ideal cycle allows half of the pieces since the sample before. */
  private boolean isPlausible(double pieces, MachineSample before, long at) {
    double cycleMs = cycle(before) * 1000;
    return pieces * cycleMs <= MOST_SPEED * (at - reportedTo + cycleMs);
  }

  /** The energy between two samples; a drop that is too large means that the meter restarted. */
  private static double energy(MachineSample before, MachineSample now, long ms) {
    double drop = before.energyKwh().subtract(now.energyKwh()).doubleValue();
    double smallDrop = before.energyKwh().doubleValue() / (ms <= METER_DROP_MS ? 2 : 10);
    return drop <= 0 || drop < smallDrop ? -drop : now.energyKwh().doubleValue();
  }

  /** The increase of a counter; after a restart, what it has counted since. */
  private static double increase(long before, long now) {
    return now >= before ? now - before : now;
  }

  /** The pieces with an ideal time by minute: total and scrap. */
  Map<Long, FieldSums> timedPieces() {
    Map<Long, FieldSums> timed = new TreeMap<>();
    counted.forEach(
        (minute, sums) -> {
          FieldSums pieces = new FieldSums();
          pieces.take(sums, List.of(FieldSums.TIMED_TOTAL, FieldSums.TIMED_SCRAP));
          timed.put(minute, pieces);
        });
    return timed;
  }

  private static double cycle(MachineSample sample) {
    return sample.idealCycle().doubleValue();
  }

  private static long minute(long at) {
    return Math.floorDiv(at, MINUTE_MS) * MINUTE_MS;
  }

  /** The first ideal cycle, seconds. */
  double firstCycle() {
    return cycles.firstEntry().getValue();
  }

  /** The last ideal cycle before an instant, seconds. */
  double cycleBefore(long instant) {
    Map.Entry<Long, Double> before = cycles.lowerEntry(instant);
    return before == null ? firstCycle() : before.getValue();
  }

  /** All its episodes as they count, in order of time. */
  List<Interval> intervals() {
    List<Interval> intervals = new ArrayList<>();
    TimeCategory known = TimeCategory.UNKNOWN;
    boolean isCounted = false; // what had no time before a silence has no row that counts it
    for (int i = 0; i < episodes.size(); i++) {
      Episode episode = episodes.get(i);
      boolean over = i + 1 < episodes.size();
      boolean wholeIsKnown =
          over && i > 0 && isKnown(episodes.get(i - 1)) && isKnown(episodes.get(i + 1));
      boolean micro =
          wholeIsKnown
              && episode.category.mayBeShort()
              && episode.to - episode.from < rules.microStopMs();
      TimeCategory category = micro ? TimeCategory.MICRO_STOP : episode.category;
      boolean goesOn = isCounted && category == known && i > 0 && !isKnown(episodes.get(i - 1));
      intervals.add(
          new Interval(episode.from, episode.to, category, episode.reasonOrWord(), over, goesOn));
      if (isKnown(episode)) {
        known = category;
        isCounted = goesOn || episode.from < episode.to;
      }
    }
    return intervals;
  }

  private static boolean isKnown(Episode episode) {
    return episode.category != TimeCategory.UNKNOWN;
  }

  /** The sums of each period of this size. */
  PeriodSums sums(BucketSize size) {
    PeriodSums sums = new PeriodSums();
    for (Interval interval : intervals()) {
      for (Interval part : split(interval, size)) {
        FieldSums of = at(sums, size, part.from);
        addTime(of, interval.category, part.to - part.from);
        of.add(FieldSums.UNCODED, isUncoded(interval) ? part.to - part.from : 0);
      }
    }
    countStops(sums, size);
    counted.forEach((minute, pieces) -> at(sums, size, minute).add(pieces));
    sums.entries().forEach(entry -> entry.sums().add("members", 1));
    return sums;
  }

  /** Whether it is a stop, no micro-stop, whose reason is not in the tree of reasons. */
  private boolean isUncoded(Interval interval) {
    return interval.category.isStop()
        && interval.category != TimeCategory.MICRO_STOP
        && interval.category != TimeCategory.UNKNOWN
        && !rules.reasons().contains(interval.reason);
  }

  private static void addTime(FieldSums sums, TimeCategory category, long ms) {
    sums.add(category.field(), ms);
    sums.add("calendar_s", ms);
    sums.add("repair_s", category == TimeCategory.DOWN ? ms : 0);
  }

  /** Counts failures and micro-stops. A breakdown that silence interrupts is one failure. */
  private void countStops(PeriodSums sums, BucketSize size) {
    TimeCategory lastKnown = TimeCategory.UNKNOWN;
    TimeCategory before = TimeCategory.RUNNING;
    for (Interval interval : intervals()) {
      TimeCategory category = interval.category;
      boolean continues = before == TimeCategory.UNKNOWN && lastKnown == TimeCategory.DOWN;
      if (category == TimeCategory.DOWN && !continues) {
        at(sums, size, interval.from).add("failures", 1);
      } else if (category == TimeCategory.MICRO_STOP) {
        at(sums, size, interval.from).add("micro_stops", 1);
      }
      before = category;
      lastKnown = category == TimeCategory.UNKNOWN ? lastKnown : category;
    }
  }

  /** The counts of each product by shift. */
  Map<String, PeriodSums> products() {
    Map<String, PeriodSums> all = new TreeMap<>();
    products.forEach(
        (product, minutes) -> {
          PeriodSums shifts = new PeriodSums();
          minutes.forEach((minute, pieces) -> at(shifts, BucketSize.SHIFT, minute).add(pieces));
          all.put(product, shifts);
        });
    return all;
  }

  /** The sums of the period of this size that holds an instant. */
  FieldSums at(PeriodSums sums, BucketSize size, long instant) {
    return sums.at(instant, size, rules.zone());
  }

  /** An interval, split where a period of this size ends. */
  List<Interval> split(Interval interval, BucketSize size) {
    List<Interval> parts = new ArrayList<>();
    long from = interval.from;
    while (from < interval.to) {
      long end = size.at(from, rules.zone()).end();
      long to = Math.min(end, interval.to);
      boolean over = interval.over || to < interval.to;
      parts.add(new Interval(from, to, interval.category, interval.reason, over, interval.goesOn));
      from = to;
    }
    return parts;
  }
}
