package io.weir.gateway.efficiency.learn;

import io.weir.gateway.efficiency.calendar.ShiftCalendar;
import io.weir.gateway.efficiency.codec.StateCodec;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one product on one machine: its cycle quarter-hour by quarter-hour, and from
 * that of each day the typical cycle, the fast one, and the energy of a piece.
 *
 * <p>A quarter-hour is {@link #QUARTER} of running time in which at least {@link #LEAST_PIECES}
 * were made; with a slow cycle it is as long as these take. It need not be without a pause: its
 * parts are stretches that {@link ProducingTime} found to be known producing time.
 *
 * <p>Mutable; belongs to its {@link LearnedMachine}.
 */
final class LearnedCycle {

  static final long QUARTER = 15 * ShiftCalendar.MINUTE;
  static final double LEAST_PIECES = 30;

  /** A day with fewer quarter-hours has no typical cycle. */
  static final int LEAST_QUARTERS = 4;

  /** A day with fewer quarter-hours has no fast cycle: it would be that of one burst. */
  static final int LEAST_QUARTERS_OF_FAST = 10;

  /** So many of the fastest quarter-hours of a day are left out: one burst may lie in two. */
  static final int BURST = 2;

  /** The fast cycle of a day is beaten in one of so many of the others. */
  static final int PART_OF_FAST = 10;

  /** On so many days a cycle was reached at least that counts as demonstrated. */
  static final int DAYS_OF_BEST = 3;

  /** Quarter-hours of one day, at most. */
  private static final int MOST_QUARTERS = 100;

  /** Bytes of the heap that one takes at most, about, with its name. */
  static final int BYTES = 3 * DailyValues.KEPT * 8 + MOST_QUARTERS * 4 + 600;

  /** When it was told last, to know what leaves first. */
  long toldNs = Long.MIN_VALUE;

  private final DailyValues typical = new DailyValues();
  private final DailyValues fast = new DailyValues();
  private final DailyValues energy = new DailyValues();

  // The quarter-hour that goes on.
  private long runNs;
  private double pieces;

  // The day that goes on.
  private float[] quarters = new float[LEAST_QUARTERS];
  private int quartersOfDay;
  private double dayPieces;
  private double dayKwh;
  private boolean metered;

  /** Of the newest pieces, seconds; NaN where none is configured. */
  private double configuredS = Double.NaN;

  /**
   * Takes a stretch.
   *
   * @param of what was made in it
   */
  void take(Stretch of) {
    toldNs = Math.max(toldNs, of.endNs());
    configuredS = of.idealS() > 0 ? of.idealS() / of.pieces() : Double.NaN;
    runNs += of.runNs();
    pieces += of.pieces();
    dayPieces += of.pieces();
    if (!Double.isNaN(of.kwh())) {
      dayKwh += of.kwh();
      metered = true;
    }
    if (runNs >= QUARTER && pieces >= LEAST_PIECES) {
      add((float) (runNs / pieces / ShiftCalendar.SECOND));
      runNs = 0;
      pieces = 0;
    }
  }

  private void add(float cycleS) {
    if (quartersOfDay == quarters.length) {
      quarters = Arrays.copyOf(quarters, Math.min(MOST_QUARTERS, 2 * quartersOfDay));
    }
    if (quartersOfDay < quarters.length) {
      quarters[quartersOfDay++] = cycleS;
    }
  }

  /**
   * The day has ended.
   *
   * @param counts whether its counts can be right
   */
  void endDay(long day, boolean counts) {
    double[] sorted = new double[quartersOfDay];
    for (int i = 0; i < quartersOfDay; i++) {
      sorted[i] = quarters[i];
    }
    Arrays.sort(sorted);
    if (counts && sorted.length >= LEAST_QUARTERS) {
      typical.add(day, DailyValues.median(sorted));
      if (metered) {
        energy.add(day, dayKwh / dayPieces);
      }
    }
    if (counts && sorted.length >= LEAST_QUARTERS_OF_FAST) {
      fast.add(day, sorted[BURST + (sorted.length - BURST) / PART_OF_FAST]);
    }
    quarters = new float[LEAST_QUARTERS];
    quartersOfDay = 0;
    dayPieces = 0;
    dayKwh = 0;
    metered = false;
  }

  /**
   * The best demonstrated cycle of the five weeks up to a day, seconds: the fast cycle that {@link
   * #DAYS_OF_BEST} days have reached. NaN where there are fewer.
   */
  double best(long day) {
    double[] sorted = fast.sorted(day - DailyValues.KEPT, day);
    return sorted.length < DAYS_OF_BEST ? Double.NaN : sorted[DAYS_OF_BEST - 1];
  }

  /** Quarter-hours of the day that goes on. */
  int quartersOfDay() {
    return quartersOfDay;
  }

  /** The ideal cycle that the figures have, seconds; NaN where none is configured. */
  double configured() {
    return configuredS;
  }

  DailyValues.@Nullable Drift cycleDrift(long day) {
    return typical.drift(day);
  }

  DailyValues.@Nullable Drift energyDrift(long day) {
    return energy.drift(day);
  }

  void exchange(StateCodec codec) {
    toldNs = codec.number(toldNs);
    typical.exchange(codec);
    fast.exchange(codec);
    energy.exchange(codec);
    runNs = codec.number(runNs);
    pieces = codec.real(pieces);
    quarters(codec);
    dayPieces = codec.real(dayPieces);
    dayKwh = codec.real(dayKwh);
    metered = codec.flag(metered);
    configuredS = codec.real(configuredS);
  }

  private void quarters(StateCodec codec) {
    int size = codec.small(quartersOfDay);
    if (size < 0 || size > MOST_QUARTERS) {
      throw new IllegalArgumentException("a day has " + size + " quarter-hours");
    }
    quarters = Arrays.copyOf(quarters, Math.max(size, LEAST_QUARTERS));
    for (int i = 0; i < size; i++) {
      quarters[i] = (float) codec.real(quarters[i]);
    }
    quartersOfDay = size;
  }
}
