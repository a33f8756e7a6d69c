package io.weir.sim.expected;

import io.weir.sim.expected.BucketSize.Period;
import io.weir.sim.plant.MachinePath;
import io.weir.sim.plant.MachineSample;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What was told of one machine, in the order of the times it was told with. Samples wait as long as
 * others may still come before them.
 *
 * <p>Mutable; belongs to its {@link ExpectedFigures}.
 */
final class ExpectedTimeline {

  private static final long MINUTE_MS = 60_000;

  /** A meter read within this may fall by up to half without having begun anew. */
  private static final long METER_STEPS_BACK_MS = 3_600_000;

  private final GatewayRules rules;
  private final TreeMap<Long, MachineSample> waiting = new TreeMap<>();
  private final List<Episode> episodes = new ArrayList<>();

  /** What was counted, by the minute it belongs to. */
  private final TreeMap<Long, FieldSums> counted = new TreeMap<>();

  /** The same of each product. */
  private final Map<String, TreeMap<Long, FieldSums>> products = new TreeMap<>();

  /** Its ideal cycle, seconds, by the time from which it was told. */
  private final TreeMap<Long, Double> cycles = new TreeMap<>();

  private long newest = Long.MIN_VALUE;
  private long late;
  private long lastAt;
  private @Nullable MachineSample last;

  final MachinePath path;

  /** One state without a break, as it was told. */
  private static final class Episode {
    final long from;
    long to;
    final TimeCategory told;
    final String word;
    String reason;

    Episode(long from, TimeCategory told, String word, String reason) {
      this.from = from;
      to = from;
      this.told = told;
      this.word = word;
      this.reason = reason;
    }

    String why() {
      return reason.isEmpty() ? word : reason;
    }
  }

  /**
   * An episode as it counts.
   *
   * @param over whether it is known to have ended
   */
  record Interval(long from, long to, TimeCategory category, String reason, boolean over) {}

  ExpectedTimeline(MachinePath path, GatewayRules rules) {
    this.path = path;
    this.rules = rules;
  }

  /** Samples that came too late to count. */
  long late() {
    return late;
  }

  boolean isEmpty() {
    return episodes.isEmpty();
  }

  /** All before is worked out. */
  long told() {
    return lastAt;
  }

  /** A sample arrives. */
  void receive(long stamp, MachineSample counted) {
    if (newest != Long.MIN_VALUE && stamp < newest - rules.latenessMs()) {
      late++;
      return;
    }
    newest = Math.max(newest, stamp);
    waiting.put(stamp, counted);
    while (waiting.firstKey() < newest - rules.latenessMs()) {
      Map.Entry<Long, MachineSample> settled = waiting.pollFirstEntry();
      take(settled.getKey(), settled.getValue());
    }
  }

  /** Nothing more is told. */
  void end() {
    waiting.forEach(this::take);
    waiting.clear();
  }

  private void take(long at, MachineSample sample) {
    MachineSample before = last;
    boolean silent = before != null && at - lastAt > rules.silentAfterMs();
    if (before != null) {
      count(before, sample, silent, at);
    } else {
      counted.put(minute(at), new FieldSums());
    }
    receiveState(at, sample, silent);
    if (before == null || cycle(before) != cycle(sample)) {
      cycles.put(at, cycle(sample));
    }
    last = sample;
    lastAt = at;
  }

  private void receiveState(long at, MachineSample sample, boolean silent) {
    TimeCategory told = TimeCategory.of(sample.state());
    Episode current = episodes.isEmpty() ? null : episodes.get(episodes.size() - 1);
    if (current != null) {
      current.to = silent ? lastAt : at;
    }
    if (silent) {
      Episode silence = new Episode(lastAt, TimeCategory.UNKNOWN, "silent", "");
      silence.to = at;
      episodes.add(silence);
      current = silence;
    }
    if (current == null || current.told != told) {
      episodes.add(new Episode(at, told, sample.state().name(), sample.reason()));
    } else if (current.reason.isEmpty()) {
      current.reason = sample.reason();
    }
  }

  private void count(MachineSample before, MachineSample now, boolean silent, long at) {
    double total = since(before.total(), now.total());
    double scrap = since(before.reject(), now.reject());
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
    double fall = before.energyKwh().subtract(now.energyKwh()).doubleValue();
    double small = before.energyKwh().doubleValue() / (at - lastAt <= METER_STEPS_BACK_MS ? 2 : 10);
    sums.add("energy_kwh", fall <= 0 || fall < small ? -fall : now.energyKwh().doubleValue());
    counted.computeIfAbsent(minute, absent -> new FieldSums()).add(sums);
  }

  /** What a counter tells of; where it began anew, that is what it has counted since. */
  private static double since(long before, long now) {
    return now >= before ? now - before : now;
  }

  private static double cycle(MachineSample sample) {
    return sample.idealCycle().doubleValue();
  }

  private static long minute(long at) {
    return Math.floorDiv(at, MINUTE_MS) * MINUTE_MS;
  }

  /** The ideal cycle it was told first, seconds. */
  double firstCycle() {
    return cycles.firstEntry().getValue();
  }

  /** The ideal cycle of what it made last before an instant, seconds. */
  double cycleBefore(long instant) {
    Map.Entry<Long, Double> told = cycles.lowerEntry(instant);
    return told == null ? firstCycle() : told.getValue();
  }

  /** Everything it did, as it counts, in the order of time. */
  List<Interval> intervals() {
    List<Interval> intervals = new ArrayList<>();
    for (int i = 0; i < episodes.size(); i++) {
      Episode episode = episodes.get(i);
      boolean over = i + 1 < episodes.size();
      boolean wholeIsKnown =
          over && i > 0 && isKnown(episodes.get(i - 1)) && isKnown(episodes.get(i + 1));
      boolean micro =
          wholeIsKnown
              && episode.told.mayBeShort()
              && episode.to - episode.from < rules.microStopMs();
      TimeCategory category = micro ? TimeCategory.MICRO_STOP : episode.told;
      intervals.add(new Interval(episode.from, episode.to, category, episode.why(), over));
    }
    return intervals;
  }

  private static boolean isKnown(Episode episode) {
    return episode.told != TimeCategory.UNKNOWN;
  }

  /** Sums of each period of a length. */
  NavigableMap<Long, Map.Entry<Period, FieldSums>> sums(BucketSize bucket) {
    NavigableMap<Long, Map.Entry<Period, FieldSums>> all = new TreeMap<>();
    TimeCategory lastKnown = TimeCategory.UNKNOWN;
    TimeCategory before = TimeCategory.RUNNING;
    for (Interval interval : intervals()) {
      TimeCategory category = interval.category;
      boolean goesOn = before == TimeCategory.UNKNOWN && lastKnown == TimeCategory.DOWN;
      if (category == TimeCategory.DOWN && !goesOn) {
        at(all, bucket, interval.from).add("failures", 1);
      } else if (category == TimeCategory.MICRO_STOP) {
        at(all, bucket, interval.from).add("micro_stops", 1);
      }
      before = category;
      lastKnown = category == TimeCategory.UNKNOWN ? lastKnown : category;
      for (Interval part : cut(interval, bucket)) {
        long ms = part.to - part.from;
        FieldSums sums = at(all, bucket, part.from);
        sums.add(category.field(), ms);
        sums.add("calendar_s", ms);
        sums.add("repair_s", category == TimeCategory.DOWN ? ms : 0);
      }
    }
    counted.forEach((minute, pieces) -> at(all, bucket, minute).add(pieces));
    all.values().forEach(entry -> entry.getValue().add("members", 1));
    return all;
  }

  /** Sums of the pieces of each product by shift. */
  Map<String, NavigableMap<Long, Map.Entry<Period, FieldSums>>> products() {
    Map<String, NavigableMap<Long, Map.Entry<Period, FieldSums>>> all = new TreeMap<>();
    products.forEach(
        (product, minutes) -> {
          NavigableMap<Long, Map.Entry<Period, FieldSums>> shifts = new TreeMap<>();
          minutes.forEach((minute, pieces) -> at(shifts, BucketSize.SHIFT, minute).add(pieces));
          all.put(product, shifts);
        });
    return all;
  }

  private FieldSums at(
      NavigableMap<Long, Map.Entry<Period, FieldSums>> all, BucketSize bucket, long instant) {
    Map.Entry<Long, Map.Entry<Period, FieldSums>> near = all.floorEntry(instant);
    if (near != null && instant < near.getValue().getKey().end()) {
      return near.getValue().getValue();
    }
    Period period = bucket.at(instant, rules.zone());
    FieldSums fresh = new FieldSums();
    all.put(period.start(), Map.entry(period, fresh));
    return fresh;
  }

  /** A stretch, cut where periods meet. */
  List<Interval> cut(Interval interval, BucketSize bucket) {
    List<Interval> parts = new ArrayList<>();
    long from = interval.from;
    while (from < interval.to) {
      long end = bucket.at(from, rules.zone()).end();
      long to = Math.min(end, interval.to);
      boolean over = interval.over || to < interval.to;
      parts.add(new Interval(from, to, interval.category, interval.reason, over));
      from = to;
    }
    return parts;
  }
}
