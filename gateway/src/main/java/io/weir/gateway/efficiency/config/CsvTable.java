package io.weir.gateway.efficiency.config;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * A CSV file whose heading names the columns, in any order. Blank lines and lines that begin with
 * {@code #} are passed over; a value may stand in double quotes, a quote within it twice.
 *
 * @param rows in the order of the file
 */
record CsvTable(List<Row> rows) {

  /**
   * A line.
   *
   * @param line its number, from 1 on
   */
  record Row(int line, Map<String, String> values) {

    /** The value of a column, "" where it is empty or the file has no such column. */
    String text(String column) {
      return values.getOrDefault(column, "");
    }

    /** The value of a column, which must be there. */
    String wanted(String column) {
      String text = text(column);
      if (text.isEmpty()) {
        throw problem(column + " is missing");
      }
      return text;
    }

    LocalDate date(String column, LocalDate otherwise) {
      String text = text(column);
      try {
        return text.isEmpty() ? otherwise : LocalDate.parse(text);
      } catch (DateTimeException e) {
        throw problem(column + " takes a date such as 2026-03-02, not '" + text + "'");
      }
    }

    IllegalArgumentException problem(String what) {
      return new IllegalArgumentException("line " + line + ": " + what);
    }
  }

  CsvTable {
    rows = List.copyOf(rows);
  }

  /**
   * Reads a file.
   *
   * @param wanted columns that it must have
   * @param allowed columns that it may have
   * @throws IllegalArgumentException naming the line, where a column or a value is wrong
   */
  static CsvTable parse(List<String> lines, List<String> wanted, Set<String> allowed) {
    List<String> heading = List.of();
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      if (isNothing(lines.get(i))) {
        continue;
      }
      List<String> values = values(lines.get(i), i + 1);
      if (heading.isEmpty()) {
        heading = checked(values, wanted, allowed, i + 1);
        continue;
      }
      if (values.size() > heading.size()) {
        throw new IllegalArgumentException(
            "line "
                + (i + 1)
                + ": has "
                + values.size()
                + " values for "
                + heading.size()
                + " columns; a value with a comma stands in double quotes");
      }
      Map<String, String> row = new HashMap<>();
      for (int column = 0; column < values.size(); column++) {
        row.put(heading.get(column), values.get(column));
      }
      rows.add(new Row(i + 1, Map.copyOf(row)));
    }
    return new CsvTable(rows);
  }

  /** The names of the columns; empty where the file has no heading. */
  static List<String> heading(List<String> lines) {
    String first = lines.stream().filter(line -> !isNothing(line)).findFirst().orElse("");
    return first.isEmpty() ? List.of() : values(first, 1);
  }

  private static boolean isNothing(String line) {
    return line.isBlank() || line.strip().startsWith("#");
  }

  private static List<String> checked(
      List<String> heading, List<String> wanted, Set<String> allowed, int line) {
    Set<String> known = new TreeSet<>(allowed);
    known.addAll(wanted);
    Set<String> seen = new TreeSet<>();
    for (String column : heading) {
      if (!known.contains(column) || !seen.add(column)) {
        throw new IllegalArgumentException(
            "line "
                + line
                + (seen.contains(column) ? ": two columns '" : ": no column '")
                + column
                + "' is expected; there are "
                + String.join(", ", known));
      }
    }
    for (String column : wanted) {
      if (!seen.contains(column)) {
        throw new IllegalArgumentException(
            "line " + line + ": the column '" + column + "' is missing");
      }
    }
    return heading;
  }

  private static List<String> values(String line, int number) {
    List<String> values = new ArrayList<>();
    int at = 0;
    while (at <= line.length()) {
      int end = end(line, at, number);
      values.add(unquoted(line.substring(at, end).strip()));
      at = end + 1;
    }
    return values;
  }

  /** Where the value that begins at a place ends. */
  private static int end(String line, int begin, int number) {
    boolean quoted = false;
    for (int i = begin; i < line.length(); i++) {
      char c = line.charAt(i);
      if (c == '"') {
        quoted = !quoted;
      } else if (c == ',' && !quoted) {
        return i;
      }
    }
    if (quoted) {
      throw new IllegalArgumentException("line " + number + ": a double quote is not closed");
    }
    return line.length();
  }

  private static String unquoted(String value) {
    return value.length() >= 2 && value.startsWith("\"") && value.endsWith("\"")
        ? value.substring(1, value.length() - 1).replace("\"\"", "\"")
        : value;
  }
}
