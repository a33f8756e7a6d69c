package io.weir.gateway.discover;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What delimited text looks like: its delimiter, its header, its rows. Found by what most lines
 * agree on.
 *
 * @param options of the route's csv, without time and pivot
 * @param columns their names
 * @param fields the cells by column
 */
record CsvLook(
    Map<String, Object> options, List<String> columns, Fields fields, boolean hasHeader) {

  private static final Pattern NUMBER = Pattern.compile("[+-]?\\d+([.]\\d+)?([eE][+-]?\\d+)?");
  private static final Pattern COMMA = Pattern.compile("[+-]?\\d+,\\d+");
  private static final Pattern UNIT =
      Pattern.compile(
          "%|1/min|[°µμ%]?[A-Za-zµ°Ω]{1,4}[²³]?([/.·*][A-Za-z0-9³²]{1,4})?[²³]?|celsius|fahrenheit|percent");
  private static final Pattern CLOCK = Pattern.compile(".*\\d[:/.-]\\d.*");

  /** How several payloads of a group are cut; {@code null} where they are no rows. */
  static @Nullable CsvLook of(List<String> texts) {
    List<String> lines = lines(texts.get(0), "");
    if (lines.isEmpty()) {
      return null;
    }
    String comment = comment(lines);
    List<String> rows = rows(texts.get(0), comment);
    if (rows.isEmpty()) {
      return null;
    }
    Character said = rows.get(0).matches("(?i)sep=.") ? rows.get(0).charAt(4) : null;
    List<String> body = said == null ? rows : rows.subList(1, rows.size());
    Character delimiter = said != null ? said : delimiter(body);
    if (delimiter == null || body.isEmpty()) {
      return null;
    }
    return new Look(texts, comment, body, delimiter, said != null).look();
  }

  private static final class Look {
    private final List<String> texts;
    private final String comment;
    private final List<String> body;
    private final char delimiter;
    private final boolean isSaid;

    Look(List<String> texts, String comment, List<String> body, char delimiter, boolean isSaid) {
      this.texts = texts;
      this.comment = comment;
      this.body = body;
      this.delimiter = delimiter;
      this.isSaid = isSaid;
    }

    @Nullable CsvLook look() {
      int width = width(body, delimiter);
      if (width < 2) {
        return null;
      }
      int skip = 0;
      while (skip < body.size() && !fits(cells(body.get(skip), delimiter), width)) {
        skip++;
      }
      if (skip == body.size()) {
        return null;
      }
      List<String> first = cells(body.get(skip), delimiter);
      boolean header = isHeader(first);
      if (!header && skip > 0) {
        skip = 0; // what stands above is no title of a table without names
      }
      List<String> columns = header ? first : numbered(first.size());
      int from = header ? skip + 1 : 0;
      boolean units =
          header && from < body.size() && isUnits(cells(body.get(from), delimiter), body, from);
      Fields fields = new Fields();
      boolean comma = false;
      int at = 0;
      for (String text : texts) {
        List<String> rows = at == 0 ? body : rows(text, comment);
        List<String> below = header ? below(rows, first, units) : rows;
        fields.begin();
        for (String row : below) {
          List<String> cells = cells(row, delimiter);
          comma |= add(fields, columns, cells);
        }
        at++;
      }
      Map<String, Object> options = new LinkedHashMap<>();
      if (!header) {
        options.put("header", false);
        options.put("columns", columns);
      }
      if (!isSaid && (delimiter != found(body.get(header ? skip : 0)))) {
        options.put("delimiter", delimiter == '\t' ? "tab" : String.valueOf(delimiter));
      }
      if (comma) {
        options.put("decimal", ",");
      }
      int lines = skip == 0 ? 0 : linesBefore(texts.get(0), body.get(skip), isSaid);
      if (lines > 0) {
        options.put("skip", lines);
      }
      if (!comment.isEmpty()) {
        options.put("comment", comment);
      }
      if (units) {
        options.put("units-row", true);
      }
      return new CsvLook(options, columns, fields, header);
    }

    private List<String> below(List<String> rows, List<String> header, boolean units) {
      for (int i = 0; i < rows.size(); i++) {
        if (cells(rows.get(i), delimiter).equals(header)) {
          int from = Math.min(rows.size(), i + (units ? 2 : 1));
          return rows.subList(from, rows.size()).stream()
              .filter(row -> !cells(row, delimiter).equals(header))
              .toList();
        }
      }
      return rows;
    }

    private boolean add(Fields fields, List<String> columns, List<String> cells) {
      boolean comma = false;
      for (int i = 0; i < Math.min(columns.size(), cells.size()); i++) {
        String cell = cells.get(i);
        if (cell.isEmpty() || columns.get(i).isEmpty()) {
          continue;
        }
        boolean isComma = delimiter != ',' && COMMA.matcher(cell).matches();
        comma |= isComma;
        String number = isComma ? cell.replace(',', '.') : cell;
        Object value = NUMBER.matcher(number).matches() ? new java.math.BigDecimal(number) : cell;
        fields.add(columns.get(i).replace('.', '\u2024'), value);
      }
      return comma;
    }
  }

  /** The name of the column that a field of these was made of. */
  static String column(Fields.Field field) {
    return field.name.replace('\u2024', '.');
  }

  private static List<String> numbered(int width) {
    List<String> names = new ArrayList<>();
    for (int i = 1; i <= width; i++) {
      names.add("c" + i);
    }
    return names;
  }

  private static boolean fits(List<String> cells, int width) {
    return cells.size() == width || (cells.size() == width + 1 && cells.get(width).isEmpty());
  }

  /** As the decoder finds it where nothing is said. */
  private static char found(String line) {
    for (char each : new char[] {';', '\t', ',', '|'}) {
      if (line.indexOf(each) >= 0) {
        return each;
      }
    }
    return ',';
  }

  private static List<String> lines(String text, String comment) {
    return text.lines()
        .filter(line -> !line.isBlank())
        .filter(line -> comment.isEmpty() || !line.stripLeading().startsWith(comment))
        .limit(200)
        .toList();
  }

  private static List<String> rows(String text, String comment) {
    return lines(text, comment);
  }

  /** What begins lines above the table or in it, beside lines that begin otherwise. */
  private static String comment(List<String> lines) {
    for (String each : List.of("#", "//", "%", "!", "*")) {
      long with = lines.stream().filter(line -> line.stripLeading().startsWith(each)).count();
      if (with > 0 && with < lines.size()) {
        return each;
      }
    }
    return "";
  }

  private static int linesBefore(String text, String row, boolean isSaid) {
    List<String> all = text.lines().toList();
    return Math.max(0, all.indexOf(row) - (isSaid ? 1 : 0));
  }

  private static @Nullable Character delimiter(List<String> rows) {
    Character best = null;
    double most = 0;
    for (char each : new char[] {';', '\t', '|', ','}) {
      int width = width(rows, each);
      long fitting = rows.stream().filter(row -> fits(cells(row, each), width)).count();
      double score = width < 2 ? 0 : (double) fitting / rows.size() + (each == ',' ? 0 : 0.3);
      if (each == ',' && rows.stream().allMatch(row -> COMMA.matcher(row.strip()).matches())) {
        score = 0; // numbers with a decimal comma
      }
      if (score > most) {
        most = score;
        best = each;
      }
    }
    return most >= 0.3 ? best : null;
  }

  /** How many cells most rows have. */
  private static int width(List<String> rows, char delimiter) {
    Map<Integer, Integer> counts = new LinkedHashMap<>();
    for (String row : rows) {
      List<String> cells = cells(row, delimiter);
      int size = cells.size();
      if (size > 1 && cells.get(size - 1).isEmpty()) {
        size--;
      }
      if (size > 1) {
        counts.merge(size, 1, Integer::sum);
      }
    }
    return counts.entrySet().stream()
        .max(Map.Entry.<Integer, Integer>comparingByValue().thenComparing(Map.Entry::getKey))
        .map(Map.Entry::getKey)
        .orElse(1);
  }

  /** A line's cells; a delimiter in quotes is none. */
  static List<String> cells(String line, char delimiter) {
    List<String> cells = new ArrayList<>();
    StringBuilder cell = new StringBuilder();
    boolean quoted = false;
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (c == '"') {
        quoted = !quoted;
      } else if (c == delimiter && !quoted) {
        cells.add(cell.toString().strip());
        cell.setLength(0);
      } else {
        cell.append(c);
      }
    }
    cells.add(cell.toString().strip());
    return cells;
  }

  /** No cell is a number or a time, and no two are the same. */
  private static boolean isHeader(List<String> cells) {
    Set<String> seen = new HashSet<>();
    int named = 0;
    for (String cell : cells) {
      if (NUMBER.matcher(cell).matches()
          || COMMA.matcher(cell).matches()
          || (CLOCK.matcher(cell).matches() && Character.isDigit(cell.charAt(0)))) {
        return false;
      }
      if (!cell.isEmpty()) {
        named++;
        if (!seen.add(cell)) {
          return false;
        }
      }
    }
    return named >= 2 || (named == 1 && cells.size() == 2);
  }

  /** Whether a row has no number, and the row below it has. */
  private static boolean isUnits(List<String> cells, List<String> body, int at) {
    boolean any = false;
    for (String cell : cells) {
      if (NUMBER.matcher(cell).matches()
          || COMMA.matcher(cell).matches()
          || cell.length() > 12
          || (!cell.isEmpty() && Character.isDigit(cell.charAt(0)))) {
        return false;
      }
      String bare = cell.replaceAll("^[\\[(]|[\\])]$", "");
      any |= UNIT.matcher(bare).matches();
    }
    return any && at + 1 < body.size();
  }

  Fields.@Nullable Field field(String column) {
    return fields.all().stream()
        .filter(each -> Objects.equals(column(each), column))
        .findFirst()
        .orElse(null);
  }
}
