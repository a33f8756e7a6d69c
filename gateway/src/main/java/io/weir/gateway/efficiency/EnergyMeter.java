package io.weir.gateway.efficiency;

/**
 * The energy of one machine, from a meter that counts kWh or from its power in kW.
 *
 * <p>Mutable; belongs to its {@link Timeline}.
 */
final class EnergyMeter {

  /** A larger power (kW), or energy between two readings (kWh), is a fault of the meter. */
  private static final double LARGEST = 1e8;

  /** Within this time after its last reading, a meter that falls by up to half was not reset. */
  private static final long RECENT = ShiftCalendar.HOUR;

  private final boolean power;

  /** The last value; NaN where none holds. */
  private double value;

  /** For power, up to where it has been added up; for a meter, when it was read last. */
  private long at;

  EnergyMeter(SignalRules rules) {
    this(rules.power, Double.NaN, 0);
  }

  private EnergyMeter(boolean power, double value, long at) {
    this.power = power;
    this.value = value;
    this.at = at;
  }

  EnergyMeter copy() {
    return new EnergyMeter(power, value, at);
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
      buckets.add(time - 1, Sums.ENERGY, used);
    }
    value = accepted;
    at = time;
  }

  /**
   * A small fall is a clock that went back, or energy fed back; a larger one is a reset. For a
   * meter that is read seldom, a fall by more than a tenth is a reset: it may have counted since.
   */
  private boolean wasReset(double reading, long time) {
    double smallFall = Math.abs(value) / (time - at <= RECENT ? 2 : 10);
    return value - reading >= smallFall && Math.abs(reading) <= Math.abs(value);
  }

  /**
   * Adds the energy of the whole minutes that are over; called without a new value. Whole minutes
   * and new values are the only instants up to which power is added, so that rounding does not
   * depend on what else is read between.
   */
  void passMinutes(long time, Buckets buckets) {
    long minute = ShiftCalendar.minute(time).start();
    if (minute > at) {
      integrate(minute, minute, buckets);
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
      buckets.add(at, Sums.ENERGY, Math.round(value * hours * Sums.KWH));
      at = to;
    }
    at = next;
  }

  /** The instant is stored as the distance from {@code begin}. */
  void exchange(StateCodec codec, long begin) {
    value = codec.flag(!Double.isNaN(value)) ? codec.real(value) : Double.NaN;
    at = begin + codec.number(at - begin);
  }
}
