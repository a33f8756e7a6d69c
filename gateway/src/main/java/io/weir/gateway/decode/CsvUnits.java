package io.weir.gateway.decode;

import io.weir.gateway.model.Excerpt;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Tells that the row below a header looks like the units of its columns. A guess for people, who
 * then write {@code units-row}.
 */
final class CsvUnits {

  /** Words that are no unit, and what stands for a number that is not there. */
  private static final Pattern NO_UNIT = Pattern.compile("(?i)|-+|null|none|n/?a|nan|true|false");

  /** So many rows of a payload are looked at. */
  private static final int LOOKED_AT = 20;

  private static final int MOST_SHOWN = 3;

  private CsvUnits() {}

  /** What to say of a payload, or {@code null}. */
  static @Nullable String remark(CsvOptions csv, byte[] payload) {
    CsvRows rows = csv.header() && !csv.unitsRow() ? CsvDecoder.rows(csv, payload) : null;
    List<String> units = rows == null ? List.of() : units(rows, csv.decimal());
    if (units.isEmpty()) {
      return null;
    }
    List<String> shown = units.stream().limit(MOST_SHOWN).map(Excerpt::of).toList();
    return "the row below the header looks like units (%s%s); for it to be read so, "
            .formatted(String.join(", ", shown), units.size() > MOST_SHOWN ? ", ..." : "")
        + "add to the route csv: { units-row: true }";
  }

  /** Texts below the header of columns in which all rows below them have numbers. */
  private static List<String> units(CsvRows rows, char decimal) {
    CsvCells numbers = new CsvCells(decimal, Set.of());
    List<List<String>> below = whole(rows);
    if (below.isEmpty() || below.get(0).stream().anyMatch(CsvDecoder::isValue)) {
      return List.of();
    }
    List<String> row = below.remove(0);
    while (!below.isEmpty() && below.get(0).stream().noneMatch(numbers::isNumber)) {
      below.remove(0); // of the head too, such as how the values were computed
    }
    List<String> units = new ArrayList<>();
    for (int i = 0; i < row.size(); i++) {
      int column = i;
      boolean isUnit = !NO_UNIT.matcher(row.get(i)).matches() && !below.isEmpty();
      if (isUnit && below.stream().allMatch(each -> numbers.isNumber(each.get(column)))) {
        units.add(row.get(i));
      }
    }
    return units;
  }

  /** The first rows that have as many cells as the header. */
  private static List<List<String>> whole(CsvRows rows) {
    List<List<String>> whole = new ArrayList<>();
    try {
      int columns = rows.cells().size();
      while (columns > 1 && whole.size() < LOOKED_AT && rows.toNext()) {
        List<String> cells = rows.cells();
        if (cells.size() == columns) {
          whole.add(cells);
        }
      }
    } catch (CsvRows.Broken e) {
      return whole; // what stands before it tells enough
    }
    return whole;
  }
}
