package io.weir.gateway.efficiency;

import io.weir.gateway.efficiency.calendar.CalendarSpan;
import io.weir.gateway.efficiency.calendar.ShiftCalendar;
import io.weir.gateway.efficiency.codec.StateCodec;
import io.weir.gateway.efficiency.codec.StateFormat;
import io.weir.gateway.efficiency.figure.Sums;
import io.weir.gateway.efficiency.signal.SignalRules;
import io.weir.gateway.model.MachineState;
import java.util.Arrays;

/**
 * The energy of one machine, from a meter that counts kWh or from its power in kW, and what the
 * machine did with it. What a meter counts between two readings is divided by the time of each use
 * between them, so a meter should be read more often than the state changes; power is exact.
 *
 * <p>Mutable; belongs to its {@link Timeline}.
 */
final class EnergyMeter {

  /** A larger power (kW), or energy between two readings (kWh), is a fault of the meter. */
  private static final double LARGEST = 1e8;

  /** Within this time after its last reading, a meter that falls by up to half was not reset. */
  private static final long RECENT = ShiftCalendar.HOUR;

  /** What the machine did while it used energy. */
  enum Use {
    RUN,
    SETUP,
    STOP,
    UNKNOWN,
    /** A planned stop, or outside shifts. */
    PLANNED;

    /** The use of a state, as the calendar counts it. */
    static Use of(ShiftCalendar.Plan plan, MachineState counted) {
      if (plan == ShiftCalendar.Plan.OFF) {
        return PLANNED;
      }
      return switch (counted) {
        case RUNNING -> RUN;
        case SETUP -> SETUP;
        case UNKNOWN -> UNKNOWN;
        case PLANNED -> PLANNED;
        default -> STOP;
      };
    }
  }

  private static final Use[] USES = Use.values();

  /** The time of a use in the sums of a bucket. */
  static long timeOf(Use use, long[] sums) {
    return switch (use) {
      case RUN -> sums[Sums.RUN];
      case SETUP -> sums[Sums.SETUP];
      case UNKNOWN -> sums[Sums.UNKNOWN];
      case STOP -> Sums.plannedBusy(sums) - sums[Sums.RUN] - sums[Sums.SETUP] - sums[Sums.UNKNOWN];
      case PLANNED -> sums[Sums.CALENDAR] - Sums.plannedBusy(sums);
    };
  }

  /** The energy of a use in the sums of a bucket. */
  static long energyOf(Use use, long[] sums) {
    if (use != Use.PLANNED) {
      return sums[placeOf(use)];
    }
    long rest = sums[Sums.ENERGY];
    for (Use each : USES) {
      rest -= each == Use.PLANNED ? 0 : sums[placeOf(each)];
    }
    return rest;
  }

  /** Adds energy of a use to the sums of a bucket, of which the whole stays as it is. */
  static void add(Use use, long[] sums, long energy) {
    if (use != Use.PLANNED) { // that is the rest
      sums[placeOf(use)] += energy;
    }
  }

  private static int placeOf(Use use) {
    return switch (use) {
      case RUN -> Sums.ENERGY_RUN;
      case SETUP -> Sums.ENERGY_SETUP;
      case STOP -> Sums.ENERGY_STOP;
      case UNKNOWN -> Sums.ENERGY_UNKNOWN;
      case PLANNED -> throw new IllegalArgumentException("it has no place");
    };
  }

  /** Whether the machine tells its energy at all. */
  private final boolean metered;

  private final boolean power;

  /** The last value; NaN where none holds. */
  private double value;

  /** For power, up to where it has been added up; for a meter, when it was read last. */
  private long at;

  /** The time of each use since {@link #at}. */
  private final long[] uses;

  EnergyMeter(SignalRules rules) {
    this(rules.metered, rules.power, Double.NaN, 0, new long[USES.length]);
  }

  private EnergyMeter(boolean metered, boolean power, double value, long at, long[] uses) {
    this.metered = metered;
    this.power = power;
    this.value = value;
    this.at = at;
    this.uses = uses;
  }

  EnergyMeter copy() {
    return new EnergyMeter(metered, power, value, at, uses.clone());
  }

  void begin(long time) {
    at = time;
  }

  void read(double reading, long time, Buckets buckets) {
    double accepted = reading;
    if (power) {
      integrate(time, time, buckets);
      accepted = Math.abs(reading) <= LARGEST ? reading : Double.NaN;
    } else if (Math.abs(reading - value) <= LARGEST) {
      long used = Math.round((wasReset(reading, time) ? reading : reading - value) * Sums.KWH);
      book(used, time - 1, buckets);
    }
    value = accepted;
    goOn(time);
  }

  /**
   * A small fall is a clock that went back, or energy fed back; a larger one is a reset. For a
   * meter that is read seldom, a fall by more than a tenth is a reset: it may have counted since.
   */
  private boolean wasReset(double reading, long time) {
    double smallFall = Math.abs(value) / (time - at <= RECENT ? 2 : 10);
    return value - reading >= smallFall && Math.abs(reading) <= Math.abs(value);
  }

  /** Time passes in a state. */
  void pass(long from, long to, MachineState state, ShiftCalendar calendar, Buckets buckets) {
    long passed = from;
    while (metered && passed < to) {
      CalendarSpan span = calendar.at(passed);
      long end = Math.min(to, span.end());
      pass(passed, end, Use.of(span.plan(), span.plan().counts(state)), buckets);
      passed = end;
    }
  }

  /**
   * Time passes in one use. Power is added up to the end of each minute in it, and up to a new
   * value: at no other instants, so that rounding does not depend on what else is read between.
   */
  @SuppressWarnings("EnumOrdinal") // the order of the sums
  private void pass(long from, long to, Use use, Buckets buckets) {
    long passed = from;
    while (passed < to) {
      long minuteEnd = power ? ShiftCalendar.minute(passed).end() : Long.MAX_VALUE;
      long end = Math.min(to, minuteEnd);
      uses[use.ordinal()] += end - passed;
      passed = end;
      if (end == minuteEnd) {
        integrate(end, end, buckets);
      }
    }
  }

  /** Adds the energy up to an instant for figures that are provisional. */
  void extend(long time, Buckets buckets) {
    integrate(time, time, buckets);
  }

  /** The machine was silent from one instant to another: its power then is not known. */
  void silent(long from, long to, Buckets buckets) {
    integrate(from, to, buckets);
    value = power ? Double.NaN : value;
  }

  /**
   * Adds the energy of the power up to {@code end}, minute by minute; goes on from {@code next}.
   */
  private void integrate(long end, long next, Buckets buckets) {
    if (!power) {
      return;
    }
    while (!Double.isNaN(value) && at < end) {
      long to = Math.min(ShiftCalendar.minute(at).end(), end);
      double hours = (to - at) / (double) ShiftCalendar.HOUR;
      book(Math.round(value * hours * Sums.KWH), at, buckets);
      at = to;
    }
    goOn(next);
  }

  private void goOn(long from) {
    at = from;
    Arrays.fill(uses, 0);
  }

  /** Adds energy to the buckets of an instant, divided by the time of each use. */
  private void book(long used, long instant, Buckets buckets) {
    for (Bucket bucket : buckets.at(instant)) {
      if (Math.abs((double) bucket.sums[Sums.ENERGY] + used) > Sums.MOST) {
        return;
      }
    }
    buckets.add(instant, Sums.ENERGY, used);
    long all = 0;
    for (long time : uses) {
      all += time;
    }
    long time = 0;
    long booked = 0;
    for (int use = 0; all > 0 && use < USES.length - 1; use++) {
      time += uses[use];
      long upTo = Math.round((double) used * time / all);
      if (upTo != booked) {
        buckets.add(instant, Sums.ENERGY_RUN + use, upTo - booked);
      }
      booked = upTo;
    }
  }

  /** The instant is stored as the distance from {@code begin}. */
  void exchange(StateCodec codec, long begin) {
    value = codec.flag(!Double.isNaN(value)) ? codec.real(value) : Double.NaN;
    at = begin + codec.number(at - begin);
    for (int use = 0; use < USES.length && codec.has(StateFormat.ENERGY_USES); use++) {
      uses[use] = codec.number(uses[use]);
    }
    value = metered ? value : Double.NaN;
  }
}
