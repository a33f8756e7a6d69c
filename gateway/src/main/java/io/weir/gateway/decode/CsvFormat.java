package io.weir.gateway.decode;

import io.weir.gateway.config.Nearest;
import io.weir.gateway.config.Section;
import io.weir.gateway.model.TimePattern;
import io.weir.gateway.plugin.ReadContext;
import java.util.HashSet;
import java.util.List;
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
  public @Nullable String remark(CsvOptions options, byte[] payload) {
    String longForm =
        options.pivot() == null ? LongForm.inCsv(CsvDecoder.names(options, payload)) : null;
    return longForm == null ? CsvUnits.remark(options, payload) : longForm;
  }

  @Override
  public Decoder decoder(CsvOptions options, FormatContext context) {
    return new CsvDecoder(options, context);
  }

  @Override
  public Expectations.Names expects() {
    return Expectations.Names.COLUMNS;
  }

  @Override
  public CsvOptions read(Section route, ReadContext context) {
    Section csv = route.section(name());
    List<String> columns = csv.texts("columns");
    boolean header = csv.flag("header", columns.isEmpty());
    Pivot pivot = Pivot.read(csv, route);
    List<CsvWhere.Rule> where = CsvWhere.read(csv);
    List<String> ofPivot = pivot == null ? List.of() : pivot.time();
    List<String> time = ofPivot.isEmpty() ? Pivot.fields(csv, "time") : ofPivot;
    if (!header && columns.isEmpty()) {
      csv.problem("header", "without a header the columns must be named");
    }
    if (!header && route.has("expect")) {
      route.problem("expect", "names columns of a header, and there is none with header: false");
    }
    if (new HashSet<>(columns).size() < columns.size()) {
      csv.problem("columns", "two columns have one name");
    }
    if (!ofPivot.isEmpty() && csv.has("time")) {
      csv.problem("time", "is in pivot too; keep one of them");
    }
    if (!columns.isEmpty()) {
      checkColumns(csv, columns);
      checkColumns(csv.section("pivot"), columns);
      Section rules = csv.section(CsvWhere.KEY);
      rules.names().forEach(column -> check(rules, column, column, columns));
    }
    if (csv.flag("units-row", false) && !header) {
      csv.problem("units-row", "stands below a header, and there is none with header: false");
    }
    char decimal = csv.text("decimal", ".").equals(",") ? ',' : '.';
    Character delimiter = delimiter(csv.text("delimiter"));
    if (delimiter != null && delimiter == decimal) {
      csv.problem("delimiter", "is the decimal mark too");
    }
    return new CsvOptions(
        header,
        columns,
        delimiter,
        decimal,
        time,
        timeFormat(csv),
        csv.number("skip", 0),
        csv.text("comment"),
        csv.flag("units-row", false),
        where,
        pivot);
  }

  /** Columns that keys name must be among those of the route. */
  private static void checkColumns(Section section, List<String> columns) {
    for (String key : List.of("name", "value", "time", "quality", "unit")) {
      for (String column : Pivot.fields(section, key)) {
        check(section, key, column, columns);
      }
    }
  }

  private static void check(Section section, String key, String column, List<String> columns) {
    if (!columns.contains(column)) {
      section.problem(key, "there is no column '" + column + "'", Nearest.suggest(column, columns));
    }
  }

  private static @Nullable Character delimiter(@Nullable String text) {
    if (text == null || text.isEmpty()) {
      return null;
    }
    return text.equals("tab") ? '\t' : text.charAt(0);
  }

  private static @Nullable String timeFormat(Section csv) {
    String pattern = csv.text("time-format");
    String problem = pattern == null ? null : TimePattern.problem(pattern);
    if (problem != null) {
      csv.problem("time-format", problem);
      return null;
    }
    return pattern;
  }
}
