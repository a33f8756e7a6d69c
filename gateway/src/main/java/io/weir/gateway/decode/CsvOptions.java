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
 * @param time the column that is the time, or {@code null}: then it is looked for
 * @param timeFormat the pattern of the time, or {@code null} for numbers and ISO 8601
 */
public record CsvOptions(
    boolean header,
    List<String> columns,
    @Nullable Character delimiter,
    char decimal,
    @Nullable String time,
    @Nullable String timeFormat) {

  /** A header, the delimiter looked for, a decimal point. */
  public static final CsvOptions DEFAULT = new CsvOptions(true, List.of(), null, '.', null, null);
}
