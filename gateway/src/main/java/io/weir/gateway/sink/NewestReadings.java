package io.weir.gateway.sink;

import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Reading;
import io.weir.gateway.model.Series;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Finds which readings of a span of a log are the newest of their place in a store, so that only
 * they are sent again and none replaces a newer value. In a store of lines a place is a field of a
 * series at an instant, in its precision; in a store of tables it is a row. The readings of the
 * span are shown once with {@link #span}, then those behind it with {@link #behind}, then those of
 * the span again, in the same order, with {@link #newest}.
 *
 * <p>Places are told apart by a hash of 64 bits. Two that share one, about once in 10^13 pairs of
 * readings, count as one: then a reading is not sent. Owned by one thread.
 */
public final class NewestReadings {

  private final long precisionNs;
  private final boolean table;

  /** For each place in the span, the number of the last reading of it; below 0 for one behind. */
  private final Map<Long, Long> lastByPlace = new HashMap<>();

  private long shown;
  private long asked;

  public NewestReadings(Sink.Dialect dialect) {
    this.precisionNs = dialect.precision().nanos();
    this.table = dialect.table();
  }

  /** How many places the span has so far. */
  public int size() {
    return lastByPlace.size();
  }

  /** Takes the readings of one message of the span. */
  public void span(List<Reading> readings) {
    for (Place place : places(readings)) {
      lastByPlace.put(place.hash(), shown++);
    }
  }

  /** Takes the readings of one message behind the span. */
  public void behind(List<Reading> readings) {
    for (Place place : places(readings)) {
      lastByPlace.replace(place.hash(), -1L);
    }
  }

  /** Those of one message of the span that nothing in the log replaces. */
  public List<Reading> newest(List<Reading> readings) {
    List<Reading> newest = new ArrayList<>(readings.size());
    for (Place place : places(readings)) {
      Long last = lastByPlace.get(place.hash());
      if (last != null && last == asked) {
        newest.addAll(readings.subList(place.from(), place.to()));
      }
      asked++;
    }
    return newest;
  }

  /**
   * Readings that are written to one place.
   *
   * @param from the first of them in the message
   * @param to the one behind the last
   */
  private record Place(long hash, int from, int to) {}

  private List<Place> places(List<Reading> readings) {
    List<Place> places = new ArrayList<>();
    int start = 0;
    while (start < readings.size()) {
      int end = start + 1;
      while (end < readings.size() && readings.get(end).sharesLineWith(readings.get(start))) {
        end++;
      }
      long line = line(readings.get(start));
      if (table) {
        places.add(new Place(row(line, readings.subList(start, end)), start, end));
      } else {
        for (int i = start; i < end; i++) {
          long field = mixed(Fnv1a.text(line, readings.get(i).metric()));
          places.add(new Place(field, i, i + 1));
        }
      }
      start = end;
    }
    return places;
  }

  private long line(Reading reading) {
    Series series = reading.series();
    Asset asset = series.asset();
    long hash = Fnv1a.text(Fnv1a.START, series.measurement());
    for (String level :
        new @Nullable String[] {asset.site(), asset.area(), asset.line(), asset.machine()}) {
      hash = Fnv1a.text(hash, level == null ? "" : level);
    }
    for (Map.Entry<String, String> tag : new TreeMap<>(series.tags()).entrySet()) {
      hash = Fnv1a.text(Fnv1a.text(hash, tag.getKey()), tag.getValue());
    }
    hash = Fnv1a.octet(hash, reading.quality().ordinal());
    long time = Math.floorDiv(reading.timeNs(), precisionNs);
    for (int shift = 0; shift < Long.SIZE; shift += Byte.SIZE) {
      hash = Fnv1a.octet(hash, (int) (time >>> shift));
    }
    return hash;
  }

  private static long row(long line, List<Reading> readings) {
    long hash = line;
    for (String metric : readings.stream().map(Reading::metric).sorted().distinct().toList()) {
      hash = Fnv1a.text(hash, metric);
    }
    return mixed(hash);
  }

  /** Spreads the bits of a hash, whose last octets would otherwise show too little in the first. */
  private static long mixed(long hash) {
    long mixed = (hash ^ (hash >>> 33)) * 0xff51afd7ed558ccdL;
    return mixed ^ (mixed >>> 33);
  }
}
