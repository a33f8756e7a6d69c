package io.weir.gateway.normalize;

import io.weir.gateway.model.Excerpt;
import io.weir.gateway.model.Quality;
import io.weir.gateway.model.Reading;
import io.weir.gateway.model.Reason;
import io.weir.gateway.model.Rejected;
import io.weir.gateway.model.Series;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one message comes to. The last steps look at all its readings: instants for those whose
 * device's clock is wrong ({@link ArrivalTimes}), one reading for each point of a store ({@link
 * StoredPoints}), the report. So from the first on that they may change, all are candidates until
 * {@link #end}; in most messages there is none. Used by one thread.
 */
final class MessageReadings {

  private static final String AGAIN = "stands in the message more than once";

  private static final long[] NOWHERE = {};

  /** A reading that waits for the end. */
  @SuppressWarnings("ArrayRecordComponent") // raw evidence, never compared
  record Candidate(
      Reading reading,
      @Nullable ReportRule report,
      EventClock.Stamp time,
      boolean timed,
      byte @Nullable [] part) {}

  private final NormalizerMemory recent;
  private final PendingState pending;
  private final long receiveNs;

  private final StoredPoints points;
  private final List<Candidate> candidates = new ArrayList<>(0);

  /** Where the samples stand that were read last: the line in the upper half, then the column. */
  private long place;

  /** The place of each candidate; shorter where the rest have none. */
  private long[] places = NOWHERE;

  private boolean anySkewed;
  private boolean anyDoubtful;

  private final List<Reading> readings = new ArrayList<>();
  private final List<Rejected> rejected = new ArrayList<>(0);
  private int filtered;
  private @Nullable String whyFiltered;

  MessageReadings(NormalizerMemory recent, PendingState pending, long receiveNs) {
    this.recent = recent;
    this.pending = pending;
    this.receiveNs = receiveNs;
    this.points = new StoredPoints(recent.finestNs);
  }

  /**
   * Adds a reading that passed the steps that look at one sample alone.
   *
   * @param report which readings of it are kept, or {@code null} for all
   * @param time as the clock rules read it; a GOOD reading has it as it is
   * @param timed whether the sample had a time of its own
   * @param part the bytes it was read from where they are not the whole payload
   */
  void add(
      Reading reading,
      @Nullable ReportRule report,
      EventClock.Stamp time,
      boolean timed,
      byte @Nullable [] part) {
    boolean stays = candidates.isEmpty() && report == null && reading.quality() == Quality.GOOD;
    if (stays && points.add(reading) == null) {
      readings.add(reading);
      return;
    }
    if (place != 0) {
      note(candidates.size());
    }
    candidates.add(new Candidate(reading, report, time, timed, part));
    anySkewed |= time.skewed();
    anyDoubtful |= reading.quality() != Quality.GOOD;
  }

  /** Takes where the samples that follow stand; 0 for what is not known. */
  void standsAt(int line, int column) {
    place = (long) line << Integer.SIZE | column;
  }

  private void note(int candidate) {
    if (candidate >= places.length) {
      places = Arrays.copyOf(places, Math.max(16, 2 * candidate));
    }
    places[candidate] = place;
  }

  /** The sentence with the place behind it, if there is one and the part itself is no evidence. */
  private static String at(long place, String detail, byte @Nullable [] part) {
    if (place == 0 || part != null) {
      return detail;
    }
    int column = (int) place;
    return detail
        + ", at line "
        + (place >>> Integer.SIZE)
        + (column == 0 ? "" : ", column " + column);
  }

  void reject(Rejected part) {
    rejected.add(part);
  }

  /** Rejects the sample that was read last. */
  void reject(Reason reason, String detail, byte @Nullable [] part) {
    reject(new Rejected(reason, at(place, detail, part), part));
  }

  void filter(@Nullable String why) {
    filtered++;
    whyFiltered = why;
  }

  /** Decides about all candidates, in their order, which is after those that stay. */
  void end(Normalizer.Fates fates) {
    for (int i = 0; i < readings.size(); i++) {
      fates.kept(readings.get(i));
    }
    if (candidates.isEmpty()) {
      return;
    }
    long[] sentNs = anySkewed ? sentTimes() : new long[0];
    ArrivalTimes.Given given =
        anyDoubtful ? recent.arrivals.give(sentNs, doubtfulSeries(), receiveNs) : null;
    if (given != null) {
      pending.keep(given);
    }
    for (int i = 0; i < candidates.size(); i++) {
      Candidate each = candidates.get(i);
      long where = i < places.length ? places[i] : 0;
      Reading reading = each.reading();
      if (given != null && each.time().skewed()) {
        long instant = given.instant(Arrays.binarySearch(sentNs, each.time().sentNs()));
        if (instant == ArrivalTimes.NO_ROOM) {
          reject(
              each, "the clock is wrong, and there are more samples than instants", where, fates);
          continue;
        }
        reading = reading.at(instant);
      }
      Reading other = points.add(reading);
      if (other == null) {
        report(reading, each, fates);
      } else if (each.timed() && other.value().equals(reading.value())) {
        leaveOut(AGAIN + ", with the same value", fates);
      } else {
        String how = each.timed() ? " at one time, with another value" : " and has no time";
        reject(each, "'" + Excerpt.of(reading.metric()) + "' " + AGAIN + how, where, fates);
      }
    }
    candidates.clear();
  }

  /** The times that devices gave to samples whose clock is wrong, rising, each once. */
  private long[] sentTimes() {
    return candidates.stream()
        .filter(each -> each.time().skewed())
        .mapToLong(each -> each.time().sentNs())
        .sorted()
        .distinct()
        .toArray();
  }

  /** The series with readings that are not GOOD, and their latest instants. */
  private Map<Series, Long> doubtfulSeries() {
    Map<Series, Long> latest = new HashMap<>();
    for (Candidate each : candidates) {
      if (each.reading().quality() != Quality.GOOD) {
        latest.merge(each.reading().series(), each.reading().timeNs(), Math::max);
      }
    }
    return latest;
  }

  private void reject(Candidate candidate, String detail, long where, Normalizer.Fates fates) {
    byte[] part = candidate.part();
    Rejected fault = new Rejected(Reason.BAD_TIME, at(where, detail, part), part);
    reject(fault);
    fates.rejected(fault);
  }

  private void leaveOut(String why, Normalizer.Fates fates) {
    filter(why);
    fates.filtered(why);
  }

  private void report(Reading reading, Candidate candidate, Normalizer.Fates fates) {
    ReportRule rule = candidate.report();
    if (rule != null) {
      NormalizerMemory.Point point = new NormalizerMemory.Point(reading.series(), reading.metric());
      ReportRule.Last last = pending.last(point);
      long elapsedNs = recent.elapsedNs();
      long stoodNs =
          last != null && !candidate.timed() && recent.timeStands()
              ? last.stoodNs(reading, elapsedNs)
              : 0;
      String why = rule.leavesOut(reading, last, stoodNs);
      if (why != null) {
        leaveOut(why, fates);
        return;
      }
      pending.keep(point, rule.kept(reading, last, stoodNs, recent.sinceNs(), elapsedNs));
    }
    readings.add(reading);
    fates.kept(reading);
  }

  List<Reading> readings() {
    return readings;
  }

  List<Rejected> rejected() {
    return rejected;
  }

  int filtered() {
    return filtered;
  }

  @Nullable String whyFiltered() {
    return whyFiltered;
  }
}
