package io.weir.gateway.decode;

import io.weir.gateway.model.Excerpt;
import io.weir.gateway.model.Value;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What the cells of rows say, by the decimal mark and the texts of the route. */
final class CsvCells {

  private static final Pattern SEPARATED = Pattern.compile("[+-]?\\d++([.,]\\d++)++");

  private final char decimal;
  private final Set<String> texts;

  /**
   * @param texts the columns that are text, whatever stands in them
   */
  CsvCells(char decimal, Set<String> texts) {
    this.decimal = decimal;
    this.texts = texts;
  }

  /** The cell has a value that no reading holds. */
  static final class Unreadable extends Exception {
    Unreadable(String detail) {
      super(detail, null, false, false); // of the payload, not of the program
    }
  }

  boolean isNumber(String cell) {
    return Numbers.isDecimal(CsvTimes.number(cell, decimal));
  }

  /** The value; {@code null} for none. */
  @Nullable Value read(String column, String cell) throws Unreadable {
    if (cell.isEmpty() || cell.equalsIgnoreCase("null")) {
      return null;
    } else if (texts.contains(column)) {
      return text(column, cell);
    }
    String number = CsvTimes.number(cell, decimal);
    if (Numbers.isDecimal(number)) {
      try {
        return Numbers.value(number);
      } catch (NumberFormatException e) {
        throw new Unreadable(Samples.quoted(column) + ": " + e.getMessage());
      }
    } else if (Numbers.isNotFinite(cell)) {
      throw new Unreadable(Samples.quoted(column) + " is " + cell + ", not a finite number");
    } else if (cell.indexOf(decimal == ',' ? '.' : ',') >= 0 && SEPARATED.matcher(cell).matches()) {
      throw new Unreadable(
          Samples.quoted(column)
              + " is "
              + Excerpt.of(cell)
              + ", but the route's decimal is '"
              + decimal
              + "'");
    } else if (cell.equalsIgnoreCase("true") || cell.equalsIgnoreCase("false")) {
      return new Value.Flag(cell.equalsIgnoreCase("true"));
    }
    return text(column, cell);
  }

  private static Value text(String column, String cell) throws Unreadable {
    if (cell.indexOf('\0') >= 0) {
      throw new Unreadable(Samples.quoted(column) + " has a NUL, which no text has");
    }
    return new Value.Text(cell);
  }
}
