package io.weir.sim.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads a CSV file with a header, row by row, as JSON objects. The time column becomes {@code ts},
 * in epoch ms. Numbers keep all their digits, true and false become booleans, empty cells are left
 * out, and the rest is text (007 and NaN too).
 *
 * <p>The file is UTF-8, with or without a byte order mark. The separator is a comma, a semicolon or
 * a tab: the one that the header contains most often. One row is in memory at a time.
 */
final class CsvFile implements AutoCloseable {

  /** A row with its line number: readable, or the reason why it is not. */
  sealed interface Row {
    long line();
  }

  record ReadableRow(long line, long ts, String json) implements Row {}

  record UnreadableRow(long line, String why) implements Row {}

  private static final List<String> TIME_COLUMNS =
      List.of("timestamp", "time", "ts", "datetime", "date_time", "date");
  private static final int HEADER_CHARS = 1 << 16;
  private static final int LONGEST_NUMBER = 40;
  private static final Pattern JSON_NUMBER =
      Pattern.compile("-?(0|[1-9]\\d*)(\\.\\d+)?([eE][+-]?\\d{1,3})?");
  private static final Pattern OTHER_NUMBER =
      Pattern.compile("[+-]?((0|[1-9]\\d*)(\\.\\d*)?|\\.\\d+)([eE][+-]?\\d{1,3})?");
  private static final JsonMapper JSON = new JsonMapper();

  private final MappingIterator<String[]> rows;
  private final List<String> columns;
  private final int timeColumn;
  private final EventTime time;

  /**
   * Reads the header.
   *
   * @param timeColumn its name, or null to find it
   * @throws UserError if the file is empty or its header cannot be used
   */
  CsvFile(InputStream in, @Nullable String timeColumn, EventTime time) throws IOException {
    this.time = time;
    BufferedReader text =
        new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8), HEADER_CHARS);
    char separator = separator(text);
    rows =
        new CsvMapper()
            .readerFor(String[].class)
            .with(CsvParser.Feature.WRAP_AS_ARRAY)
            .with(CsvParser.Feature.SKIP_EMPTY_LINES)
            .with(CsvParser.Feature.TRIM_SPACES)
            .with(CsvSchema.emptySchema().withColumnSeparator(separator))
            .readValues(text);
    columns = columns();
    this.timeColumn = timeColumn(timeColumn);
    for (int column = 0; column < columns.size(); column++) {
      if (columns.get(column).equals("ts") && column != this.timeColumn) {
        throw new UserError(
            "the time column "
                + columns.get(this.timeColumn)
                + " is published as ts, but the file has another column ts: rename one");
      }
    }
  }

  /** The next row, or null at the end. */
  @Nullable Row next() throws IOException {
    long line = 0;
    try {
      if (!rows.hasNextValue()) {
        return null;
      }
      line = rows.getCurrentLocation().getLineNr();
      return row(line, rows.nextValue());
    } catch (JsonProcessingException e) {
      return new UnreadableRow(line == 0 ? rows.getCurrentLocation().getLineNr() : line, why(e));
    }
  }

  @Override
  public void close() throws IOException {
    rows.close();
  }

  private Row row(long line, String[] cells) throws IOException {
    if (cells.length != columns.size()) {
      return new UnreadableRow(
          line, "it has %d cells, but the header has %d".formatted(cells.length, columns.size()));
    }
    long ts;
    try {
      ts = time.millis(cells[timeColumn].trim());
    } catch (DateTimeException | ArithmeticException e) {
      return new UnreadableRow(
          line,
          "\"%s\" in column %s is not a time"
              .formatted(abbreviated(cells[timeColumn]), columns.get(timeColumn)));
    }
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(text)) {
      json.writeStartObject();
      json.writeNumberField("ts", ts);
      for (int column = 0; column < cells.length; column++) {
        if (column != timeColumn && !cells[column].isBlank()) {
          json.writeFieldName(columns.get(column));
          write(json, cells[column].trim());
        }
      }
      json.writeEndObject();
    }
    return new ReadableRow(line, ts, text.toString());
  }

  private static void write(JsonGenerator json, String cell) throws IOException {
    if (cell.length() <= LONGEST_NUMBER && JSON_NUMBER.matcher(cell).matches()) {
      json.writeNumber(cell);
    } else if (cell.length() <= LONGEST_NUMBER && OTHER_NUMBER.matcher(cell).matches()) {
      json.writeNumber(new BigDecimal(cell));
    } else if (cell.equalsIgnoreCase("true") || cell.equalsIgnoreCase("false")) {
      json.writeBoolean(Boolean.parseBoolean(cell));
    } else {
      json.writeString(cell);
    }
  }

  private List<String> columns() throws IOException {
    List<String> names = new ArrayList<>();
    try {
      if (!rows.hasNextValue()) {
        throw new UserError("the file is empty: its first line must name the columns");
      }
      for (String cell : rows.nextValue()) {
        names.add(cell.isBlank() ? "column_" + (names.size() + 1) : cell.trim());
      }
    } catch (JsonProcessingException e) {
      throw new UserError("the header cannot be read: " + why(e));
    }
    Set<String> seen = new HashSet<>();
    for (String name : names) {
      if (!seen.add(name)) {
        throw new UserError("the header names the column " + name + " twice");
      }
    }
    return List.copyOf(names);
  }

  private int timeColumn(@Nullable String named) {
    if (named != null) {
      int index = columns.indexOf(named);
      if (index < 0) {
        throw new UserError(
            "the file has no column " + named + "; it has " + String.join(", ", columns));
      }
      return index;
    }
    List<String> lower = columns.stream().map(name -> name.toLowerCase(Locale.ROOT)).toList();
    return TIME_COLUMNS.stream()
        .map(lower::indexOf)
        .filter(index -> index >= 0)
        .findFirst()
        .orElseThrow(
            () ->
                new UserError(
                    "no column is called "
                        + String.join(", ", TIME_COLUMNS)
                        + ": choose the time column with --time-column; the columns are "
                        + String.join(", ", columns)));
  }

  /** Skips a byte order mark, and finds the separator in the header without consuming it. */
  private static char separator(BufferedReader text) throws IOException {
    text.mark(1);
    if (text.read() != '\uFEFF') {
      text.reset();
    }
    text.mark(HEADER_CHARS);
    char best = ',';
    long most = 0;
    char[] start = new char[HEADER_CHARS];
    int length = Math.max(0, text.read(start));
    text.reset();
    String header = new String(start, 0, length).lines().findFirst().orElse("");
    for (char candidate : new char[] {',', ';', '\t'}) {
      long count = header.chars().filter(c -> c == candidate).count();
      if (count > most) {
        most = count;
        best = candidate;
      }
    }
    return best;
  }

  private static String abbreviated(String cell) {
    return cell.length() <= 40 ? cell : cell.substring(0, 40) + "...";
  }

  private static String why(JsonProcessingException e) {
    return e.getOriginalMessage();
  }
}
