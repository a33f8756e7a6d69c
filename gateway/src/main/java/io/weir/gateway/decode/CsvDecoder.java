package io.weir.gateway.decode;

import io.weir.gateway.model.Excerpt;
import io.weir.gateway.model.Reason;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Delimited text, any number of rows; each cell of a row is a sample, named by its column. The
 * columns are those of the first row or of the route. In long form a row is one sample, which a
 * cell names. A broken row is rejected alone. {@code csv.md} says it to users.
 */
final class CsvDecoder implements Decoder {

  private final CsvOptions csv;
  private final FormatContext context;
  private final CsvTimes times;
  private final CsvCells values;

  /** Columns that are tags of the values beside them, for the route to read. */
  private final Set<String> labels;

  CsvDecoder(CsvOptions csv, FormatContext context) {
    this(csv, context, Set.of());
  }

  private CsvDecoder(CsvOptions csv, FormatContext context, Set<String> labels) {
    this.csv = csv;
    this.context = context;
    this.times = new CsvTimes(csv, context.time());
    this.values = new CsvCells(csv.decimal(), context.texts());
    this.labels = labels;
  }

  @Override
  public Decoder labelled(Set<String> fields) {
    return fields.isEmpty() ? this : new CsvDecoder(csv, context, fields);
  }

  @Override
  public Decoder expecting(Expectations expectations) {
    return new ExpectingDecoder(
        this,
        payload -> {
          List<String> header = header(csv, payload);
          List<String> differences = new ArrayList<>();
          for (Expectations.Field field : expectations.fields()) {
            if (!header.isEmpty() && !header.contains(field.name())) {
              differences.add("the column '" + Excerpt.of(field.name()) + "', found none");
            }
          }
          return expectations.unmet(differences);
        });
  }

  @Override
  public void decode(Payload payload, Output out) {
    Samples samples = new Samples(out, context.limits());
    byte[] bytes = payload.bytes();
    String text;
    try {
      text = Utf8.decode(bytes, Utf8.start(bytes), Utf8.end(bytes));
    } catch (CharacterCodingException e) {
      samples.reject(Reason.MALFORMED, Encodings.fault(bytes));
      return;
    }
    Set<String> titles = new HashSet<>(0);
    CsvRows rows = rows(csv, text, titles);
    if (rows == null) {
      String why = text.isBlank() ? "the payload is empty" : "there is no row in it";
      samples.reject(Reason.MALFORMED, why);
      return;
    }
    new CsvTable(csv, times, values, labels, rows, titles, samples, payload.receiveTimeNs()).read();
  }

  /** The rows of a text, at the first one; {@code null} where there is none. */
  private static @Nullable CsvRows rows(CsvOptions csv, String text, Set<String> titles) {
    Character said = separator(text);
    CsvRows rows = new CsvRows(text, csv.comment());
    if (said != null) {
      rows.skipLine();
    }
    for (int i = 0; i < csv.skip(); i++) {
      titles.add(rows.skipLine());
    }
    if (!rows.toNext()) {
      return null;
    }
    rows.delimiter(csv.delimiter() != null ? csv.delimiter() : delimiter(rows.firstLine(), said));
    return rows;
  }

  /** The rows of a payload, at the first one; {@code null} where there is none to be read. */
  static @Nullable CsvRows rows(CsvOptions csv, byte[] payload) {
    try {
      String text = Utf8.decode(payload, Utf8.start(payload), Utf8.end(payload));
      return rows(csv, text, new HashSet<>());
    } catch (CharacterCodingException e) {
      return null; // which is an answer
    }
  }

  /** The names of the columns of a payload; empty where it has none that can be read. */
  static List<String> names(CsvOptions csv, byte[] payload) {
    return csv.columns().isEmpty() ? header(csv, payload) : csv.columns();
  }

  /** The first row of a payload; empty where there is none that can be read. */
  private static List<String> header(CsvOptions csv, byte[] payload) {
    CsvRows rows = rows(csv, payload);
    try {
      return rows == null ? List.of() : rows.cells();
    } catch (CsvRows.Broken e) {
      return List.of(); // none can be read, which is an answer
    }
  }

  /** A number, a date or a time: no column is called so, it is the first cell of a row. */
  private static final Pattern VALUE = Pattern.compile("[+-]?\\d[\\d.,:/ TZ+-]*+");

  static boolean isValue(String cell) {
    return VALUE.matcher(cell).matches();
  }

  /** What a first line such as {@code sep=;} says, as spreadsheets write it; else {@code null}. */
  private static @Nullable Character separator(String text) {
    boolean says = text.regionMatches(true, 0, "sep=", 0, 4) && text.length() > 5;
    return says && (text.charAt(5) == '\n' || text.charAt(5) == '\r') ? text.charAt(4) : null;
  }

  /**
   * The one that was said, else the first of semicolon, tab, comma and bar that the first line has.
   */
  private static char delimiter(String line, @Nullable Character said) {
    if (said != null) {
      return said;
    }
    for (char each : new char[] {';', '\t', ',', '|'}) {
      if (line.indexOf(each) >= 0) {
        return each;
      }
    }
    return ',';
  }
}
