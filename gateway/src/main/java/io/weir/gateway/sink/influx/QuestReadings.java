package io.weir.gateway.sink.influx;

import com.fasterxml.jackson.databind.JsonNode;
import io.weir.gateway.config.Secret;
import io.weir.gateway.config.TlsFiles;
import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Value;
import io.weir.gateway.sink.StoreReadings;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import okhttp3.Request;
import org.jspecify.annotations.Nullable;

/**
 * Asks a QuestDB, over its HTTP port, for what was written to it. A column of flags says false also
 * of a row that has no such field, so a flag that is false is not given back.
 */
public final class QuestReadings implements StoreReadings {

  /** Of one page. */
  private static final int MOST_BYTES = 2 << 20;

  private static final List<String> TAGS = List.of("site", "area", "line", "machine", "quality");
  private static final String POINT = "point";
  private static final long NANOS = 1_000_000_000L;

  private final Supplier<URI> url;
  private final @Nullable TlsFiles tls;
  private final @Nullable Secret token;
  private final Duration timeout;
  private final Map<String, Columns> columns = new HashMap<>();

  /**
   * The columns of a table.
   *
   * @param fields by their names in lower case
   * @param tags the names of its tags
   * @param time the one that orders it
   * @param step nanoseconds of one unit of it
   */
  private record Columns(Map<String, Column> fields, Set<String> tags, String time, long step) {}

  private record Column(String name, Value.Type type) {}

  /**
   * @param url where it is now
   * @param token what it asks for, or {@code null}
   */
  public QuestReadings(
      Supplier<URI> url, @Nullable TlsFiles tls, @Nullable Secret token, Duration timeout) {
    this.url = url;
    this.tls = tls;
    this.token = token;
    this.timeout = timeout;
  }

  @Override
  public String field(String metric) {
    return StoreReadings.column(metric);
  }

  private JsonNode ask(String sql) throws IOException {
    return QuestColumns.rows(answer(sql));
  }

  private Exchange answer(String sql) throws IOException {
    String exec =
        url.get().toString().replaceFirst("/+$", "")
            + "/exec?query="
            + URLEncoder.encode(sql, StandardCharsets.UTF_8);
    Request.Builder request = new Request.Builder().url(exec);
    if (token != null) {
      request.header("Authorization", "Token " + token.value());
    }
    return new HttpExchanges(MOST_BYTES, tls).ask(request.build(), timeout);
  }

  @Override
  public List<Table> tables() throws IOException {
    columns.clear();
    Set<String> names = new HashSet<>();
    ask("SELECT table_name FROM tables()").forEach(row -> names.add(row.path(0).asText()));
    names.add("telemetry"); // which QuestDB leaves out of its lists
    List<Table> tables = new ArrayList<>();
    for (String name : names) {
      Columns of = columns(name);
      if (of != null) {
        columns.put(name, of);
        Set<String> flags = new HashSet<>(of.fields.keySet());
        flags.removeIf(field -> column(of, field).type != Value.Type.BOOLEAN);
        Set<String> numbers = new HashSet<>(of.fields.keySet());
        numbers.removeIf(field -> !isNumber(column(of, field).type));
        tables.add(new Table(name, List.copyOf(of.fields.keySet()), flags, numbers));
      }
    }
    return tables;
  }

  /** {@code null} for a table that holds no readings of machines. */
  private @Nullable Columns columns(String table) throws IOException {
    Exchange answer =
        answer(
            "SELECT \"column\", type, designated FROM table_columns('%s')"
                .formatted(table.replace("'", "''")));
    if (answer.status() != 200) {
      return null; // it was dropped, or never was
    }
    Map<String, Column> fields = new TreeMap<>();
    Set<String> tags = new HashSet<>();
    String time = null;
    long step = 0;
    for (JsonNode column : QuestColumns.rows(answer)) {
      String name = column.path(0).asText();
      String type = column.path(1).asText().toUpperCase(Locale.ROOT);
      Value.Type kept = type(type);
      if (column.path(2).asBoolean()) {
        time = name;
        step = type.equals("TIMESTAMP_NS") ? 1 : 1_000;
      } else if (type.equals("SYMBOL")) {
        tags.add(name);
      } else if (kept != null && !name.equals(POINT)) {
        fields.put(name.toLowerCase(Locale.ROOT), new Column(name, kept));
      }
    }
    return time == null || !tags.contains("machine") ? null : new Columns(fields, tags, time, step);
  }

  private static boolean isNumber(Value.Type type) {
    return type == Value.Type.FLOAT || type == Value.Type.INTEGER;
  }

  private static Value.@Nullable Type type(String type) {
    return switch (type) {
      case "DOUBLE", "FLOAT" -> Value.Type.FLOAT;
      case "LONG", "INT", "SHORT", "BYTE" -> Value.Type.INTEGER;
      case "BOOLEAN" -> Value.Type.BOOLEAN;
      case "STRING", "VARCHAR" -> Value.Type.STRING;
      default -> null;
    };
  }

  @Override
  public Rows rows(Question question, int most) throws IOException {
    Columns of = columns.get(question.table().name());
    if (of == null || !hasTags(of, question)) {
      return new Rows(List.of(), false);
    }
    List<StoredRow> rows = new ArrayList<>();
    for (JsonNode row : ask(select(question, of, most))) {
      rows.add(row(question, of, row));
    }
    return new Rows(rows, rows.size() >= most);
  }

  private static boolean hasTags(Columns of, Question question) {
    return question.where().entrySet().stream()
        .allMatch(each -> each.getValue().isEmpty() || of.tags.contains(each.getKey()));
  }

  @Override
  public List<Sample> samples(Question question, long stepNs) throws IOException {
    Columns of = columns.get(question.table().name());
    if (of == null || !hasTags(of, question)) {
      return List.of();
    }
    StringBuilder text = new StringBuilder("SELECT cast(");
    text.append(name(of.time)).append(" as long)");
    for (String field : question.fields()) {
      String name = name(column(of, field).name);
      text.append(",min(%s),max(%s),last(%s)".formatted(name, name, name));
    }
    where(text, question, of);
    text.append(" SAMPLE BY ").append(stepNs / NANOS).append("s ALIGN TO CALENDAR");
    List<Sample> samples = new ArrayList<>();
    for (JsonNode row : ask(text.toString())) {
      InfluxReadings.addSamples(question.fields(), row, row.path(0).longValue() * of.step, samples);
    }
    return samples;
  }

  private static String select(Question question, Columns of, int most) {
    StringBuilder text = new StringBuilder("SELECT cast(");
    text.append(name(of.time)).append(" as long)");
    for (String field : question.fields()) {
      text.append(',').append(name(column(of, field).name));
    }
    for (String tag : TAGS) {
      text.append(',').append(of.tags.contains(tag) ? name(tag) : "null");
    }
    for (String tag : question.tags()) {
      text.append(',').append(of.tags.contains(tag) ? name(tag) : "null");
    }
    where(text, question, of);
    return text.append(" ORDER BY ")
        .append(name(of.time))
        .append(" LIMIT ")
        .append(most)
        .toString();
  }

  private static void where(StringBuilder text, Question question, Columns of) {
    text.append(" FROM ")
        .append(name(question.table().name()))
        .append(" WHERE ")
        .append(name(of.time))
        .append(" >= '")
        .append(instant(question.from(), of.step))
        .append("' AND ")
        .append(name(of.time))
        .append(" < '")
        .append(instant(question.to(), of.step))
        .append('\'');
    for (Map.Entry<String, String> each : question.where().entrySet()) {
      if (of.tags.contains(each.getKey())) {
        String value = each.getValue().replace("'", "''");
        text.append(" AND ")
            .append(name(each.getKey()))
            .append(value.isEmpty() ? " IS NULL" : " = '" + value + "'");
      }
    }
  }

  private static Column column(Columns of, String field) {
    Column column = of.fields.get(field);
    if (column == null) {
      throw new IllegalArgumentException("no column " + field);
    }
    return column;
  }

  private static String name(String name) {
    return '"' + name.replace("\"", "\"\"") + '"';
  }

  /** The first instant that the column can hold and that is not before. */
  private static String instant(long nanos, long step) {
    long units = -Math.floorDiv(-nanos, step);
    long at = units * step;
    return Instant.ofEpochSecond(Math.floorDiv(at, NANOS), Math.floorMod(at, NANOS)).toString();
  }

  private static StoredRow row(Question question, Columns of, JsonNode row) {
    Map<String, Value> fields = new LinkedHashMap<>();
    int at = 1;
    for (String field : question.fields()) {
      Value value = InfluxReadings.value(row.path(at++), column(of, field).type);
      if (value != null && !(value instanceof Value.Flag flag && !flag.value())) {
        fields.put(field, value);
      }
    }
    Asset asset =
        new Asset(
            row.path(at).textValue(),
            row.path(at + 1).textValue(),
            row.path(at + 2).textValue(),
            row.path(at + 3).textValue());
    boolean uncertain = "uncertain".equals(row.path(at + 4).textValue());
    Map<String, String> tags = InfluxReadings.tags(question.tags(), row, at + TAGS.size());
    return new StoredRow(row.path(0).longValue() * of.step, asset, uncertain, fields, tags);
  }
}
