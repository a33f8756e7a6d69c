package io.weir.gateway.normalize;

import io.weir.gateway.model.Reading;
import io.weir.gateway.model.Value;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Which readings of a series and metric are kept: report by exception, as historians call it, and
 * no more than a rate. Immutable.
 *
 * <p>The rate is a leaky bucket on event times: up to its number at once, then one in each part of
 * the time. A reading older than the last one kept is kept, for nothing is known of what stood
 * around it. Nor is that known behind the last one where it is older than all that is remembered,
 * or was not stored after all: then a reading that has not changed is kept too.
 */
final class ReportRule {

  /**
   * The last reading kept of a series and metric.
   *
   * @param freeNs when the bucket of the rate will be empty
   * @param elapsedNs elapsed time when it was kept
   * @param isSure whether no later one stands in a store
   */
  record Last(Reading reading, long freeNs, long elapsedNs, boolean isSure) {

    /** It is not stored after all, and what was kept before it is not known any more. */
    Last undone() {
      return new Last(reading, reading.timeNs(), elapsedNs, false);
    }

    /** How much more time has passed since than event times say. */
    long stoodNs(Reading next, long nowElapsedNs) {
      return Math.max(0, nowElapsedNs - elapsedNs - (next.timeNs() - reading.timeNs()));
    }
  }

  private final RouteConfig.@Nullable Deadband deadband;
  private final long maxSilenceNs;
  private final long intervalNs;
  private final long burstNs;

  private ReportRule(RouteConfig.Reporting reporting) {
    this.deadband = reporting.deadband();
    this.maxSilenceNs =
        reporting.maxSilence() == null ? Long.MAX_VALUE : reporting.maxSilence().toNanos();
    RouteConfig.Rate rate = reporting.maxRate();
    this.intervalNs = rate == null ? 0 : rate.per().toNanos() / rate.readings();
    this.burstNs = rate == null ? 0 : rate.per().toNanos() - intervalNs;
  }

  /** The rule, or {@code null} where all readings are kept. */
  static @Nullable ReportRule of(RouteConfig.Reporting reporting) {
    boolean keepsAll =
        reporting.deadband() == null
            && reporting.maxSilence() == null
            && reporting.maxRate() == null;
    return keepsAll ? null : new ReportRule(reporting);
  }

  /**
   * Why the reading is left out, in words; {@code null} where it is kept.
   *
   * @param stoodNs how much more time has passed since the last one than their times say, where
   *     they have none of their own, and receive times stand
   */
  @Nullable String leavesOut(Reading reading, @Nullable Last last, long stoodNs) {
    if (last == null || reading.timeNs() < last.reading().timeNs()) {
      return null;
    }
    long timeNs = reading.timeNs() + stoodNs;
    if (deadband != null
        && last.isSure()
        && !differs(reading, last.reading())
        && timeNs - last.reading().timeNs() < maxSilenceNs) {
      return "not changed since " + ValueRules.text(last.reading().value());
    }
    boolean full = intervalNs > 0 && timeNs < last.freeNs() - burstNs;
    return full ? "above max-rate" : null;
  }

  /**
   * What to remember once the reading is kept.
   *
   * @param stoodNs as above
   * @param sinceNs event time up to which others may be stored that are not remembered
   * @param elapsedNs elapsed time of now
   */
  Last kept(Reading reading, @Nullable Last last, long stoodNs, long sinceNs, long elapsedNs) {
    if (last != null && reading.timeNs() < last.reading().timeNs()) {
      return last;
    }
    long free =
        last == null ? reading.timeNs() : Math.max(last.freeNs() - stoodNs, reading.timeNs());
    boolean isSure = reading.timeNs() > sinceNs || last != null && last.isSure();
    return new Last(reading, free + intervalNs, elapsedNs, isSure);
  }

  private boolean differs(Reading reading, Reading last) {
    if (reading.quality() != last.quality() || !Objects.equals(reading.reason(), last.reason())) {
      return true;
    }
    Value value = reading.value();
    Value before = last.value();
    if (value.equals(before)) {
      return false;
    }
    if (deadband == null || !isNumber(value) || !isNumber(before)) {
      return true;
    }
    double base = number(before);
    double step = Math.abs(number(value) - base);
    double band = deadband.relative() ? deadband.amount() * Math.abs(base) : deadband.amount();
    if (band == 0) {
      // Integers beyond 2^53 that differ may be equal as doubles; 0 and -0 are one number.
      return step > 0 || value instanceof Value.Whole;
    }
    return step > band + blur(number(value), base);
  }

  /** What a difference of doubles may be off: 20.1 is a little more than 0.1 above 20. */
  private static double blur(double a, double b) {
    return 2 * Math.ulp(Math.max(Math.abs(a), Math.abs(b)));
  }

  private static boolean isNumber(Value value) {
    return value instanceof Value.Real || value instanceof Value.Whole;
  }

  private static double number(Value value) {
    return value instanceof Value.Real real ? real.value() : ((Value.Whole) value).value();
  }
}
