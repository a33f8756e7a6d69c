package io.weir.gateway.decode;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the rows of delimited text are read.
 *
 * @param header whether the first row of each message names the columns
 * @param columns the columns' names; empty where the header has them
 * @param delimiter between cells, or {@code null}: then it is looked for
 * @param decimal what stands before the decimals, a point or a comma
 * @param time the columns that are the time together, or empty: then one is looked for
 * @param timeFormat the pattern of the time, or {@code null} for numbers and ISO 8601
 * @param skip how many lines stand before the header
 * @param comment what begins lines that are passed over, or {@code null}
 * @param unitsRow whether the row below a header has the units
 * @param where the rows that count, where not all do
 * @param pivot where rows in long form have what, or {@code null}: each column is a metric
 */
public record CsvOptions(
    boolean header,
    List<String> columns,
    @Nullable Character delimiter,
    char decimal,
    List<String> time,
    @Nullable String timeFormat,
    int skip,
    @Nullable String comment,
    boolean unitsRow,
    List<CsvWhere.Rule> where,
    @Nullable Pivot pivot) {

  /** A header, the delimiter looked for, a decimal point. */
  public static final CsvOptions DEFAULT =
      new CsvOptions(true, List.of(), null, '.', List.of(), null, 0, null, false, List.of(), null);

  public CsvOptions {
    columns = List.copyOf(columns);
    time = List.copyOf(time);
    where = List.copyOf(where);
  }
}
