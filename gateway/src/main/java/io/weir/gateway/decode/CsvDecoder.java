package io.weir.gateway.decode;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Excerpt;
import io.weir.gateway.model.Reason;
import io.weir.gateway.model.Rejected;
import io.weir.gateway.model.Value;
import java.nio.charset.CharacterCodingException;
import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.TemporalAccessor;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Delimited text, any number of rows; each cell of a row is a sample, named by its column. The
 * columns are those of the first row or of the route. A broken row is rejected alone. {@code
 * csv.md} says it to users.
 */
final class CsvDecoder implements Decoder {

  private static final Pattern SEPARATED = Pattern.compile("[+-]?\\d++([.,]\\d++)++");

  private final CsvOptions csv;
  private final @Nullable DateTimeFormatter timeFormat;
  private final Set<String> texts;
  private final DecodeLimits limits;

  /**
   * @param texts names of columns whose cells are texts, whatever they look like
   */
  CsvDecoder(CsvOptions csv, Set<String> texts, DecodeLimits limits) {
    this.csv = csv;
    String pattern = csv.timeFormat();
    this.timeFormat = pattern == null ? null : DateTimeFormatter.ofPattern(pattern, Locale.ROOT);
    this.texts = texts;
    this.limits = limits;
  }

  @Override
  public void decode(Payload payload, Output out) {
    Samples samples = new Samples(out, limits);
    byte[] bytes = payload.bytes();
    String text;
    try {
      text = Utf8.decode(bytes, Utf8.start(bytes), Utf8.end(bytes));
    } catch (CharacterCodingException e) {
      samples.reject(Reason.MALFORMED, "not text in UTF-8");
      return;
    }
    Character said = separator(text);
    if (said != null) {
      text = text.substring(text.lines().findFirst().orElse("").length());
    }
    CsvRows rows =
        new CsvRows(text, csv.delimiter() != null ? csv.delimiter() : delimiter(text, said));
    if (!rows.toNext()) {
      samples.reject(Reason.MALFORMED, "the payload is empty");
      return;
    }
    new Table(rows, samples).read();
  }

  /** A number, a date or a time: no column is called so, it is the first cell of a row. */
  private static final Pattern VALUE = Pattern.compile("[+-]?\\d[\\d.,:/ TZ+-]*+");

  /** What a first line such as {@code sep=;} says, as spreadsheets write it; else {@code null}. */
  private static @Nullable Character separator(String text) {
    boolean says = text.regionMatches(true, 0, "sep=", 0, 4) && text.length() > 5;
    return says && (text.charAt(5) == '\n' || text.charAt(5) == '\r') ? text.charAt(4) : null;
  }

  /**
   * The one that was said, else the first of semicolon, tab, comma and bar that the first line has.
   */
  private static char delimiter(String text, @Nullable Character said) {
    if (said != null) {
      return said;
    }
    String line = text.strip().lines().findFirst().orElse("");
    for (char each : new char[] {';', '\t', ',', '|'}) {
      if (line.indexOf(each) >= 0) {
        return each;
      }
    }
    return ',';
  }

  /** One payload on its way to samples. */
  private final class Table {

    private final CsvRows rows;
    private final Samples out;
    private List<String> columns = csv.columns();
    private int time = -1;

    /** The date, where {@link #time} is only the time of day. */
    private int date = -1;

    /** The row at hand, where it says something without its header; one copy for all its cells. */
    private byte @Nullable [] evidence;

    Table(CsvRows rows, Samples out) {
      this.rows = rows;
      this.out = out;
    }

    void read() {
      if (csv.header()) {
        if (!header()) {
          return;
        }
      }
      time = timeColumn();
      date = dateColumn();
      while (rows.toNext()) {
        try {
          List<String> cells = rows.cells();
          evidence = evidence();
          row(cells);
        } catch (CsvRows.Broken e) {
          evidence = evidence();
          reject(Reason.MALFORMED, String.valueOf(e.getMessage()));
        }
      }
    }

    private boolean header() {
      List<String> names;
      try {
        names = rows.cells();
      } catch (CsvRows.Broken e) {
        out.reject(Reason.MALFORMED, "the header cannot be read: " + e.getMessage());
        return false;
      }
      if (columns.isEmpty() && VALUE.matcher(names.get(0)).matches()) {
        out.reject(
            Reason.MALFORMED,
            "the first line begins with "
                + Excerpt.of(names.get(0))
                + ", not with a name; without a header the route needs csv.columns");
        return false;
      }
      if (columns.isEmpty()) {
        columns = new ArrayList<>(names);
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < columns.size(); i++) {
          if (!names.get(i).isEmpty() && !seen.add(names.get(i))) {
            out.reject(
                Reason.BAD_NAME,
                "the column '" + Excerpt.of(names.get(i)) + "' stands in the header twice");
            columns.set(i, "");
          }
        }
      }
      return true;
    }

    private int timeColumn() {
      if (csv.time() != null) {
        return columns.indexOf(csv.time());
      }
      for (int i = 0; i < columns.size(); i++) {
        if (JsonDocument.TIME_KEYS.contains(columns.get(i))) {
          return i;
        }
      }
      return -1;
    }

    /** A column {@code date} beside a column {@code time}. */
    private int dateColumn() {
      boolean isTime = time >= 0 && csv.time() == null && columns.get(time).matches("(?i)time");
      for (int i = 0; isTime && i < columns.size(); i++) {
        if (columns.get(i).equalsIgnoreCase("date")) {
          return i;
        }
      }
      return -1;
    }

    private @Nullable Value instant(List<String> cells) {
      if (time < 0 || cells.get(time).isEmpty()) {
        return null;
      }
      return time(date < 0 ? cells.get(time) : cells.get(date) + " " + cells.get(time));
    }

    private void row(List<String> cells) {
      int end = cells.size();
      while (end > columns.size() && cells.get(end - 1).isEmpty()) {
        end--; // a delimiter at the end of the row
      }
      if (end != columns.size()) {
        reject(
            Reason.MALFORMED,
            count(end, "cell")
                + " where there "
                + (columns.size() == 1 ? "is " : "are ")
                + count(columns.size(), "column"));
        return;
      }
      Asset asset =
          new Asset(
              cell("site", cells),
              cell("area", cells),
              cell("line", cells),
              cell("machine", cells));
      Value instant = instant(cells);
      Point point =
          Point.PLAIN.at(instant).on(asset.equals(Asset.NONE) ? null : asset).readFrom(evidence);
      for (int i = 0; i < end; i++) {
        String column = columns.get(i);
        if (i != time && i != date && !column.isEmpty() && !isAsset(column)) {
          cell(column, cells.get(i), point);
        }
      }
    }

    private @Nullable String cell(String column, List<String> cells) {
      int at = columns.indexOf(column);
      return at < 0 ? null : cells.get(at);
    }

    private void cell(String column, String cell, Point point) {
      String number = number(cell);
      if (cell.isEmpty() || cell.equalsIgnoreCase("null")) {
        out.filter(column, "an empty cell");
      } else if (texts.contains(column)) {
        out.add(column, new Value.Text(cell), point);
      } else if (Numbers.isDecimal(number)) {
        try {
          out.add(column, Numbers.value(number), point);
        } catch (NumberFormatException e) {
          reject(Reason.BAD_VALUE, Samples.quoted(column) + ": " + e.getMessage());
        }
      } else if (Numbers.isNotFinite(cell)) {
        reject(Reason.BAD_VALUE, Samples.quoted(column) + " is " + cell + ", not a finite number");
      } else if (SEPARATED.matcher(cell).matches() && cell.indexOf(other()) >= 0) {
        reject(
            Reason.BAD_VALUE,
            Samples.quoted(column)
                + " is "
                + Excerpt.of(cell)
                + ", but the route's decimal is '"
                + csv.decimal()
                + "'");
      } else if (cell.equalsIgnoreCase("true") || cell.equalsIgnoreCase("false")) {
        out.add(column, new Value.Flag(cell.equalsIgnoreCase("true")), point);
      } else {
        out.add(column, new Value.Text(cell), point);
      }
    }

    private byte @Nullable [] evidence() {
      return csv.header() ? null : rows.raw().getBytes(UTF_8);
    }

    private void reject(Reason reason, String detail) {
      out.reject(new Rejected(reason, "line " + rows.line() + ": " + detail, evidence));
    }
  }

  private char other() {
    return csv.decimal() == ',' ? '.' : ',';
  }

  /** As programs write it where it is a number with the route's decimal mark; else no number. */
  private String number(String cell) {
    String number = Numbers.ascii(cell);
    String ungrouped = Scalar.ungrouped(number, csv.decimal());
    if (ungrouped != null) {
      return ungrouped;
    }
    if (csv.decimal() == '.') {
      return number;
    }
    return number.indexOf('.') >= 0 ? "" : number.replace(',', '.');
  }

  private static boolean isAsset(String column) {
    return switch (column) {
      case "site", "area", "line", "machine" -> true;
      default -> false;
    };
  }

  private static String count(int number, String what) {
    return number + " " + what + (number == 1 ? "" : "s");
  }

  private Value time(String cell) {
    DateTimeFormatter format = timeFormat;
    if (format == null) {
      return new Value.Text(cell);
    }
    try {
      TemporalAccessor time = format.parseBest(cell, OffsetDateTime::from, LocalDateTime::from);
      return new Value.Text(time.toString());
    } catch (DateTimeException e) { // the clock says what is wrong with it
      return new Value.Text(cell);
    }
  }
}
