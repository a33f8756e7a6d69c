package io.weir.gateway.efficiency.config;

import io.weir.gateway.efficiency.config.EfficiencyConfig.CycleSpan;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The CSV table of ideal cycles by product: a heading, then {@code product,seconds} on each line.
 * Blank lines and lines that begin with {@code #} are passed over; a name may stand in double
 * quotes. A heading that names {@code machine}, {@code valid-from} or {@code valid-to} says which
 * column is what.
 */
public final class CycleTable {

  private static final Set<String> DATED = Set.of("machine", "valid-from", "valid-to");

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

  /** Whether a table names its columns, so that cycles have machines or dates. */
  public static boolean isDated(List<String> lines) {
    return CsvTable.heading(lines).stream().anyMatch(DATED::contains);
  }

  /**
   * Reads a table with machines or dates.
   *
   * @throws IllegalArgumentException naming the line, where one cannot be read, a cycle is not
   *     above 0 and at most a week, or two cycles hold for the same machines at once
   */
  public static List<CycleSpan> dated(List<String> lines) {
    CsvTable table = CsvTable.parse(lines, List.of("product", "seconds"), DATED);
    List<CycleSpan> spans = new ArrayList<>();
    for (CsvTable.Row row : table.rows()) {
      String machine = row.text("machine");
      CycleSpan span =
          new CycleSpan(
              machine.isEmpty() ? CycleSpan.ALL : machine,
              row.wanted("product"),
              cycle(row.wanted("seconds"), row.line()),
              row.date("valid-from", LocalDate.MIN),
              row.date("valid-to", LocalDate.MAX));
      if (span.validTo().isBefore(span.validFrom())) {
        throw row.problem("valid-to is before valid-from");
      }
      for (int i = 0; i < spans.size(); i++) {
        if (meet(spans.get(i), span)) {
          throw row.problem(
              "product '"
                  + span.product()
                  + "' has a cycle for that machine and date already, in line "
                  + table.rows().get(i).line());
        }
      }
      spans.add(span);
    }
    return List.copyOf(spans);
  }

  /** Whether two cycles hold for the same machines and product on one date. */
  static boolean meet(CycleSpan one, CycleSpan other) {
    return one.machine().equals(other.machine())
        && one.product().equals(other.product())
        && !one.validTo().isBefore(other.validFrom())
        && !other.validTo().isBefore(one.validFrom());
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
