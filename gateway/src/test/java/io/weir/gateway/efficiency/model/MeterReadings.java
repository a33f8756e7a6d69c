package io.weir.gateway.efficiency.model;

import java.util.ArrayList;
import java.util.List;

/** The energy of one machine, from a meter that rises. */
final class MeterReadings {

  private static final long HOUR = 60 * WorkCalendar.MINUTE;

  /** What was used up to a reading, since the one before. */
  record Used(long from, long to, double kwh) {}

  private final List<Used> used = new ArrayList<>();

  MeterReadings(List<Told> told) {
    double before = Double.NaN;
    long since = 0;
    for (Told instant : told) {
      Object value = instant.values().get(Told.ENERGY);
      if (value != null) {
        double reading = ((Number) value).doubleValue();
        if (!Double.isNaN(before)) {
          double little = before * (instant.time() - since <= HOUR ? 0.5 : 0.1);
          boolean reset = reading < before && before - reading >= little;
          used.add(new Used(since, instant.time(), reset ? reading : reading - before));
        }
        before = reading;
        since = instant.time();
      }
    }
  }

  List<Used> used() {
    return used;
  }

  double within(long start, long end) {
    double sum = 0;
    for (Used amount : used) {
      sum += amount.to() - 1 >= start && amount.to() - 1 < end ? amount.kwh() : 0;
    }
    return sum;
  }
}
