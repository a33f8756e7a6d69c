package io.weir.gateway.decode;

import io.weir.gateway.config.Nearest;
import io.weir.gateway.config.Section;
import io.weir.gateway.plugin.ReadContext;
import java.time.format.DateTimeFormatter;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The format {@code csv}, and the reader of its keys. */
public final class CsvFormat implements FormatFactory<CsvOptions> {

  @Override
  public String name() {
    return "csv";
  }

  @Override
  public String summary() {
    return "delimited text, one row or many in a message";
  }

  @Override
  public Class<CsvOptions> configType() {
    return CsvOptions.class;
  }

  @Override
  public CsvOptions unset() {
    return CsvOptions.DEFAULT;
  }

  @Override
  public Decoder decoder(CsvOptions options, FormatContext context) {
    return new CsvDecoder(options, context.texts(), context.limits());
  }

  @Override
  public CsvOptions read(Section route, ReadContext context) {
    Section csv = route.section(name());
    List<String> columns = csv.texts("columns");
    boolean header = csv.flag("header", columns.isEmpty());
    String time = csv.text("time");
    if (!header && columns.isEmpty()) {
      csv.problem("header", "without a header the columns must be named");
    }
    if (new HashSet<>(columns).size() < columns.size()) {
      csv.problem("columns", "two columns have one name");
    }
    if (time != null && !columns.isEmpty() && !columns.contains(time)) {
      csv.problem(
          "time",
          "there is no column '" + csv.written("time") + "'",
          Nearest.suggest(csv.written("time"), columns));
    }
    char decimal = csv.text("decimal", ".").equals(",") ? ',' : '.';
    Character delimiter = delimiter(csv.text("delimiter"));
    if (delimiter != null && delimiter == decimal) {
      csv.problem("delimiter", "is the decimal mark too");
    }
    return new CsvOptions(header, columns, delimiter, decimal, time, timeFormat(csv));
  }

  private static @Nullable Character delimiter(@Nullable String text) {
    if (text == null || text.isEmpty()) {
      return null;
    }
    return text.equals("tab") ? '\t' : text.charAt(0);
  }

  private static @Nullable String timeFormat(Section csv) {
    String pattern = csv.text("time-format");
    try {
      return pattern == null || DateTimeFormatter.ofPattern(pattern, Locale.ROOT) == null
          ? null
          : pattern;
    } catch (IllegalArgumentException e) {
      csv.problem("time-format", "cannot be read: " + e.getMessage());
      return null;
    }
  }
}
