package io.weir.gateway.decode;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Excerpt;
import io.weir.gateway.model.Reason;
import io.weir.gateway.model.Rejected;
import io.weir.gateway.model.Value;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The rows of one payload on their way to samples. */
final class CsvTable {

  private static final int[] NO_COLUMNS = {};

  /** The unit of what is only counted, and no number. */
  private static final String NO_DIMENSION = "1";

  /** Columns that are a level of the asset. */
  private static final List<String> LEVELS = List.of("site", "area", "line", "machine");

  private final CsvOptions csv;
  private final CsvTimes times;
  private final CsvCells values;
  private final Set<String> labels;
  private final CsvRows rows;
  private final Set<String> titles;
  private final Samples out;
  private final long receiveNs;

  /** What a header is known by when it comes again: the names as it has them. */
  private List<String> names;

  /** The columns' names, "" for what is not read. */
  private List<String> columns;

  /** The columns with a value. */
  private int[] valued = NO_COLUMNS;

  /** Those with a level of the asset, from the site; -1 for none. */
  private int[] levels = NO_COLUMNS;

  /** By column; empty where there are none. */
  private List<String> units = List.of();

  /** The columns that are the time together. */
  private int[] time = NO_COLUMNS;

  private CsvPivot pivot = CsvPivot.NONE;
  private CsvWhere where = CsvWhere.ALL;

  /** Those without a name in the header, of which no row had a value yet. */
  private final Set<Integer> unnamed = new TreeSet<>();

  /** How many cells a row below the header has at least: a delimiter at its end may be missing. */
  private int least = Integer.MAX_VALUE;

  /** Whether what stands above may still be part of the head: no value was read below it. */
  private boolean head;

  /** Whether the last header is not that of the route. */
  private boolean foreign;

  /** The row at hand, where it says something without its header; one copy for all its cells. */
  private byte @Nullable [] evidence;

  /**
   * @param labels the columns that are tags
   * @param rows at the first row
   * @param titles lines that may come again and are no rows
   */
  CsvTable(
      CsvOptions csv,
      CsvTimes times,
      CsvCells values,
      Set<String> labels,
      CsvRows rows,
      Set<String> titles,
      Samples out,
      long receiveNs) {
    this.csv = csv;
    this.times = times;
    this.values = values;
    this.labels = labels;
    this.names = csv.columns();
    this.columns = csv.columns();
    this.rows = rows;
    this.titles = titles;
    this.out = out;
    this.receiveNs = receiveNs;
  }

  void read() {
    if (csv.header()) {
      List<String> header = header();
      if (header == null) {
        return;
      }
      names = header;
      if (csv.columns().isEmpty()) {
        columns = columns(header);
      }
    }
    if (!settle()) {
      return;
    }
    if (csv.unitsRow()) {
      readUnits();
    }
    while (rows.toNext()) {
      try {
        List<String> cells = rows.cells();
        evidence = evidence();
        if (isHeader(cells)) {
          if (!again(cells)) {
            return;
          }
        } else if (foreign) {
          reject(Reason.MALFORMED, "it stands under a header that is not the route's");
        } else if (titles.isEmpty() || !titles.contains(rows.raw())) {
          row(cells);
        }
      } catch (CsvRows.Broken e) {
        evidence = evidence();
        reject(Reason.MALFORMED, String.valueOf(e.getMessage()));
      }
    }
  }

  /** The header's cells; {@code null} where it is none, which is rejected. */
  private @Nullable List<String> header() {
    List<String> header;
    try {
      header = rows.cells();
    } catch (CsvRows.Broken e) {
      out.reject(
          Reason.MALFORMED,
          "line " + rows.line() + ": the header cannot be read: " + e.getMessage());
      return null;
    }
    if (csv.columns().isEmpty() && CsvDecoder.isValue(header.get(0))) {
      out.reject(
          Reason.MALFORMED,
          "the first line begins with "
              + Excerpt.of(header.get(0))
              + ", not with a name; without a header the route needs csv.columns");
      return null;
    }
    return header;
  }

  /** The names of a header; those that stand there twice are rejected. */
  private List<String> columns(List<String> header) {
    List<String> named = new ArrayList<>(header);
    Set<String> seen = new HashSet<>();
    unnamed.clear();
    for (int i = 0; i < named.size(); i++) {
      if (header.get(i).isEmpty()) {
        unnamed.add(i);
      } else if (!seen.add(header.get(i))) {
        out.reject(
            Reason.BAD_NAME,
            "the column '" + Excerpt.of(header.get(i)) + "' stands in the header twice");
        named.set(i, "");
      }
    }
    least = named.size();
    while (unnamed.contains(least - 1)) {
      least--;
    }
    return named;
  }

  /** Finds the columns with a meaning; false where one is missing, which is rejected. */
  private boolean settle() {
    time = times.columns(columns);
    pivot = CsvPivot.of(csv.pivot(), columns);
    where = CsvWhere.of(csv.where(), columns);
    valued = IntStream.range(0, columns.size()).filter(this::isValue).toArray();
    levels =
        LEVELS.stream()
            .mapToInt(each -> labels.contains(each) ? -1 : columns.indexOf(each))
            .toArray();
    List<String> missing = new ArrayList<>(pivot.missing());
    missing.addAll(where.missing());
    csv.time().stream().filter(each -> !columns.contains(each)).forEach(missing::add);
    if (!missing.isEmpty()) {
      out.reject(
          Reason.MALFORMED,
          "line "
              + rows.line()
              + ": there is no column '"
              + Excerpt.of(missing.get(0))
              + "', which the route names");
      return false;
    }
    return true;
  }

  /** Reads the row below a header as units; as values where it is such a row. */
  private void readUnits() {
    units = List.of();
    if (!rows.toNext()) {
      return;
    }
    try {
      List<String> cells = rows.cells();
      evidence = evidence();
      if (width(cells) != columns.size()) {
        reject(Reason.MALFORMED, "as a row of units it has " + wrongWidth(width(cells)));
        return;
      }
      if (isValues(cells)) {
        row(cells);
        return;
      }
      units = cells.stream().map(CsvPivot::unit).toList();
      head = true;
    } catch (CsvRows.Broken e) {
      reject(Reason.MALFORMED, "the row of units cannot be read: " + e.getMessage());
    }
  }

  /** Whether a row in the place of units has values: it has a time, or numbers alone. */
  private boolean isValues(List<String> cells) {
    for (int column : time) {
      if (CsvDecoder.isValue(cells.get(column))) {
        return true;
      }
    }
    List<String> said =
        IntStream.of(valued).mapToObj(cells::get).filter(each -> !each.isEmpty()).toList();
    return said.stream().allMatch(values::isNumber)
        && said.stream().anyMatch(each -> !each.equals(NO_DIMENSION));
  }

  /** Whether it is no values but a header, as loggers write it again when they start. */
  private boolean isHeader(List<String> cells) {
    if (cells.get(0).equals(names.get(0)) && cells.equals(names)) {
      return true;
    }
    for (int column : time) {
      if (column < cells.size()
          && column < names.size()
          && !names.get(column).isEmpty()
          && cells.get(column).equals(names.get(column))) {
        return true;
      }
    }
    return false;
  }

  /** Takes a header that comes later; false where the rest cannot be read. */
  private boolean again(List<String> header) {
    boolean same = header.equals(names);
    foreign = !same && !csv.columns().isEmpty();
    if (foreign) {
      reject(Reason.MALFORMED, "it is a header, and not that of the rows before");
      return true;
    }
    if (!same) {
      names = header;
      columns = columns(header);
      if (!settle()) {
        return false;
      }
    }
    if (csv.unitsRow()) {
      readUnits();
    }
    return true;
  }

  /** How many cells there are, without the empty ones that delimiters at the end make. */
  private int width(List<String> cells) {
    int end = cells.size();
    while (end > columns.size() && cells.get(end - 1).isEmpty()) {
      end--;
    }
    return end;
  }

  private String wrongWidth(int cells) {
    return count(cells, "cell")
        + " where there "
        + (columns.size() == 1 ? "is " : "are ")
        + count(columns.size(), "column");
  }

  private void row(List<String> given) {
    String leftOut = where.unmet(given);
    if (leftOut != null) {
      out.filter("line " + rows.line(), leftOut);
      return;
    }
    List<String> cells = given;
    int end = width(cells);
    boolean mayBeShort = csv.header() ? end >= least : end >= pivot.shortest();
    if (end < columns.size() && mayBeShort) {
      cells = new ArrayList<>(cells);
      cells.addAll(Collections.nCopies(columns.size() - end, ""));
      end = columns.size();
    }
    if (end != columns.size()) {
      reject(Reason.MALFORMED, wrongWidth(end));
      return;
    }
    Asset asset = new Asset(level(0, cells), level(1, cells), level(2, cells), level(3, cells));
    Value instant;
    try {
      instant = times.read(time, columns, cells, receiveNs);
    } catch (CsvTimes.Undated e) {
      reject(Reason.BAD_TIME, String.valueOf(e.getMessage()));
      return;
    }
    if (head && instant == null && time.length > 0 && cells.stream().noneMatch(values::isNumber)) {
      out.filter("line " + rows.line(), "below the units, and neither a time nor a number in it");
      return;
    }
    head = false;
    out.standsAt(rows.line());
    leaveOutUnnamed(cells);
    Point point =
        Point.PLAIN
            .at(instant)
            .on(asset.equals(Asset.NONE) ? null : asset)
            .tagged(labels(cells))
            .readFrom(evidence);
    if (pivot.isSet()) {
      pivoted(cells, point);
      return;
    }
    for (int i : valued) {
      String unit = units.isEmpty() ? "" : units.get(i);
      cell(columns.get(i), cells.get(i), unit.isEmpty() ? point : point.in(unit));
    }
  }

  /** Says of a column without a name once that it has values; empty cells are nothing. */
  private void leaveOutUnnamed(List<String> cells) {
    for (int column : Set.copyOf(unnamed)) {
      if (!cells.get(column).isEmpty()) {
        unnamed.remove(column);
        String which = "column " + (column + 1);
        if (pivot.isSet()) {
          out.filter(which, Pivot.UNNAMED);
        } else {
          reject(Reason.BAD_NAME, which + " has no name in the header; its cells are left out");
        }
      }
    }
  }

  private boolean isValue(int column) {
    String name = columns.get(column);
    return !isTime(column)
        && !name.isEmpty()
        && !labels.contains(name)
        && !LEVELS.contains(name)
        && !where.reads(column);
  }

  private boolean isTime(int column) {
    for (int each : time) {
      if (each == column) {
        return true;
      }
    }
    return false;
  }

  /** A row with one value, named by a cell. */
  private void pivoted(List<String> cells, Point point) {
    String name = pivot.name(cells);
    if (name == null) {
      reject(Reason.BAD_NAME, "the cell with the name of the value is empty");
      return;
    }
    String unit = pivot.unit(cells, units);
    cell(name, cells.get(pivot.value()), unit.isEmpty() ? point : point.in(unit));
    for (int i : valued) {
      if (!pivot.reads(i) && !cells.get(i).isEmpty()) {
        out.filter(Samples.join(name, columns.get(i)), Pivot.UNNAMED);
      }
    }
  }

  /** What the route reads beside the values; an empty cell says nothing. */
  private Map<String, String> labels(List<String> cells) {
    if (labels.isEmpty()) {
      return Map.of();
    }
    Map<String, String> found = new TreeMap<>();
    for (int i = 0; i < columns.size(); i++) {
      if (labels.contains(columns.get(i)) && !cells.get(i).isEmpty()) {
        found.put(columns.get(i), cells.get(i));
      }
    }
    return found;
  }

  private @Nullable String level(int level, List<String> cells) {
    int column = levels[level];
    return column < 0 ? null : cells.get(column);
  }

  private void cell(String column, String cell, Point point) {
    try {
      Value value = values.read(column, cell);
      if (value == null) {
        out.filter(column, "an empty cell");
      } else {
        out.add(column, value, point);
      }
    } catch (CsvCells.Unreadable e) {
      reject(Reason.BAD_VALUE, String.valueOf(e.getMessage()));
    }
  }

  private byte @Nullable [] evidence() {
    return csv.header() ? null : rows.raw().getBytes(UTF_8);
  }

  private void reject(Reason reason, String detail) {
    out.reject(new Rejected(reason, "line " + rows.line() + ": " + detail, evidence));
  }

  private static String count(int number, String what) {
    return number + " " + what + (number == 1 ? "" : "s");
  }
}
