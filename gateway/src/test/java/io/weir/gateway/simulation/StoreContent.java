package io.weir.gateway.simulation;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/** The points of one store. A point that is written again keeps the fields it does not get. */
final class StoreContent {

  private final long precisionNs;

  /** Series with its tags, then instant in nanoseconds, then field. */
  private final Map<String, TreeMap<Long, Map<String, String>>> series = new HashMap<>();

  StoreContent(long precisionNs) {
    this.precisionNs = precisionNs;
  }

  long precisionNs() {
    return precisionNs;
  }

  Map<String, TreeMap<Long, Map<String, String>>> series() {
    return series;
  }

  /**
   * Stores a line of line protocol; its names hold no commas and no blanks, its texts no quotes.
   */
  void store(String line) {
    int head = line.indexOf(' ');
    int tail = line.lastIndexOf(' ');
    long instant = Long.parseLong(line.substring(tail + 1)) * precisionNs;
    Map<String, String> point =
        series
            .computeIfAbsent(line.substring(0, head), name -> new TreeMap<>())
            .computeIfAbsent(instant, at -> new HashMap<>());
    int at = head + 1;
    while (at < tail) {
      int equals = line.indexOf('=', at);
      int end = line.indexOf(',', endOfText(line, equals + 1));
      end = end < 0 || end > tail ? tail : end;
      point.put(line.substring(at, equals), value(line.substring(equals + 1, end)));
      at = end + 1;
    }
  }

  /** Where a text that begins here ends, else here: a text may hold commas. */
  private static int endOfText(String line, int at) {
    return line.charAt(at) == '"' ? line.indexOf('"', at + 1) : at;
  }

  /** Text without its quotes; a number as Java writes a double, an integer as it is. */
  private static String value(String word) {
    char last = word.charAt(word.length() - 1);
    if (last == '"') {
      return word.substring(1, word.length() - 1);
    }
    return Character.isDigit(last) ? Double.toString(Double.parseDouble(word)) : word;
  }
}
