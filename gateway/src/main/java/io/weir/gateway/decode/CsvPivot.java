package io.weir.gateway.decode;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A {@link Pivot} among the columns of a header, by number.
 *
 * @param value -1 where rows are not in long form
 * @param unit -1 for none
 * @param missing columns that the header does not have
 * @param shortest how many cells a row has at least, of which the last ones may be missing
 */
record CsvPivot(List<Integer> names, int value, int unit, List<String> missing, int shortest) {

  static final CsvPivot NONE = new CsvPivot(List.of(), -1, -1, List.of(), Integer.MAX_VALUE);

  static CsvPivot of(@Nullable Pivot pivot, List<String> columns) {
    if (pivot == null) {
      return NONE;
    }
    List<String> needed = new ArrayList<>(pivot.name());
    needed.add(pivot.value());
    List<String> all = new ArrayList<>(needed);
    for (String each : Arrays.asList(pivot.unit(), pivot.quality())) {
      if (each != null) {
        all.add(each);
      }
    }
    return new CsvPivot(
        pivot.name().stream().map(columns::indexOf).toList(),
        columns.indexOf(pivot.value()),
        pivot.unit() == null ? -1 : columns.indexOf(pivot.unit()),
        all.stream().filter(each -> !columns.contains(each)).toList(),
        1 + needed.stream().mapToInt(columns::indexOf).max().orElse(-1));
  }

  boolean isSet() {
    return value >= 0;
  }

  boolean reads(int column) {
    return column == value || column == unit || names.contains(column);
  }

  /** The name of the row's value; {@code null} where a part of it is empty. */
  @Nullable String name(List<String> cells) {
    String name = "";
    for (int column : names) {
      if (cells.get(column).isEmpty()) {
        return null;
      }
      name = Samples.join(name, cells.get(column));
    }
    return name;
  }

  /** The unit of the row's value, "" for none. */
  String unit(List<String> cells, List<String> units) {
    if (unit >= 0) {
      return cells.get(unit);
    }
    return units.isEmpty() ? "" : units.get(value);
  }

  /**
   * A cell of a row of units, without the brackets that tables put around them; "" for none. Those
   * of UCUM itself, as in {@code [degF]}, go too: {@code degF} and {@code psi} are understood.
   */
  static String unit(String cell) {
    boolean bracketed =
        cell.length() > 2
            && ((cell.startsWith("[") && cell.endsWith("]"))
                || (cell.startsWith("(") && cell.endsWith(")")));
    String unit = bracketed ? cell.substring(1, cell.length() - 1).strip() : cell;
    return unit.equals("-") ? "" : unit;
  }
}
