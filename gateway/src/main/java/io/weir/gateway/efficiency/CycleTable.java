package io.weir.gateway.efficiency;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The CSV table of ideal cycles by product: a heading, then {@code product,seconds} on each line.
 * Blank lines and lines that begin with {@code #} are passed over; a name may stand in double
 * quotes.
 */
public final class CycleTable {

  private static final BigDecimal NANOS = BigDecimal.valueOf(1_000_000_000);
  private static final BigDecimal LONGEST = BigDecimal.valueOf(7 * 86_400);

  private CycleTable() {}

  /**
   * Reads the table.
   *
   * @throws IllegalArgumentException naming the line, where one cannot be read, a cycle is not
   *     above 0 and at most a week, or a product stands twice
   */
  public static Map<String, Duration> parse(List<String> lines) {
    Map<String, Duration> table = new LinkedHashMap<>();
    boolean heading = true;
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      if (line.isEmpty() || line.startsWith("#")) {
        continue;
      }
      if (heading) {
        heading = false;
        continue;
      }
      int comma = line.lastIndexOf(',');
      if (comma < 1) {
        throw new IllegalArgumentException(
            "line " + (i + 1) + ": expected product,seconds but found '" + line + "'");
      }
      String product = unquoted(line.substring(0, comma).strip());
      if (table.put(product, cycle(line.substring(comma + 1).strip(), i + 1)) != null) {
        throw new IllegalArgumentException(
            "line " + (i + 1) + ": product '" + product + "' stands twice");
      }
    }
    return table;
  }

  private static Duration cycle(String text, int line) {
    BigDecimal seconds;
    try {
      seconds = new BigDecimal(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "line " + line + ": '" + text + "' is not a number of seconds", e);
    }
    if (seconds.signum() <= 0 || seconds.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(
          "line " + line + ": a cycle must be above 0 s and at most a week, not " + text);
    }
    return Duration.ofNanos(Math.max(1, seconds.multiply(NANOS).longValue()));
  }

  private static String unquoted(String name) {
    return name.length() >= 2 && name.startsWith("\"") && name.endsWith("\"")
        ? name.substring(1, name.length() - 1).replace("\"\"", "\"")
        : name;
  }
}
