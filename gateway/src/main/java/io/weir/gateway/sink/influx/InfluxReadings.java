package io.weir.gateway.sink.influx;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Value;
import io.weir.gateway.sink.HeldField;
import io.weir.gateway.sink.HeldFields;
import io.weir.gateway.sink.StoreReadings;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Asks an InfluxDB for what was written to it, in InfluxQL, which versions 1, 2 and 3 answer. Of a
 * QuestDB at the same address it asks as QuestDB is asked. VictoriaMetrics gives nothing back: it
 * keeps no texts, and no lines.
 */
final class InfluxReadings implements StoreReadings {

  private static final JsonMapper JSON = new JsonMapper();

  /** Of one page. */
  private static final int MOST_BYTES = 2 << 20;

  private static final List<String> TAGS = List.of("site", "area", "line", "machine", "quality");

  private final InfluxConfig config;
  private final Map<String, Value.Type> types = new HashMap<>();
  private @Nullable QuestReadings quest;

  InfluxReadings(InfluxConfig config) {
    this.config = config;
  }

  @Override
  public String field(String metric) {
    QuestReadings other = quest;
    return other == null ? metric : other.field(metric);
  }

  @Override
  public List<Table> tables() throws IOException {
    if (QuestColumns.answers(config.url(), config.tls(), config.timeout())) {
      QuestReadings other = new QuestReadings(config::url, config.tls(), null, config.timeout());
      quest = other;
      return other.tables();
    }
    HeldFields held = FieldKeys.of(config);
    if (!held.note().isEmpty()) {
      throw new IOException("it gives no readings back: " + held.note());
    }
    types.clear();
    Map<String, List<String>> fields = new LinkedHashMap<>();
    for (HeldField field : held.fields()) {
      List<String> of = fields.computeIfAbsent(field.measurement(), absent -> new ArrayList<>());
      if (types.putIfAbsent(key(field.measurement(), field.field()), field.type()) == null) {
        of.add(field.field());
      }
    }
    List<Table> tables = new ArrayList<>();
    fields.forEach((name, all) -> tables.add(new Table(name, List.copyOf(all), Set.of())));
    return tables;
  }

  private static String key(String measurement, String field) {
    return measurement + "\n" + field;
  }

  @Override
  public Rows rows(Question question, int most) throws IOException {
    QuestReadings other = quest;
    if (other != null) {
      return other.rows(question, most);
    }
    Exchange answer =
        new HttpExchanges(MOST_BYTES, config.tls())
            .ask(FieldKeys.request(config, select(question, most)), config.timeout());
    if (answer.status() != 200) {
      throw new IOException("HTTP " + answer.status() + " " + AnswerReader.bounded(answer.body()));
    }
    JsonNode result = JSON.readTree(answer.body()).path("results").path(0);
    if (result.has("error")) {
      throw new IOException(AnswerReader.bounded(result.path("error").asText()));
    }
    List<StoredRow> rows = new ArrayList<>();
    boolean partial = result.path("partial").asBoolean();
    for (JsonNode series : result.path("series")) {
      partial |= series.path("partial").asBoolean();
      for (JsonNode row : series.path("values")) {
        rows.add(row(question, row));
      }
    }
    return new Rows(rows, partial || rows.size() >= most);
  }

  private String select(Question question, int most) {
    StringBuilder text = new StringBuilder("SELECT ");
    for (String field : question.fields()) {
      text.append(name(field)).append("::field,");
    }
    for (String tag : TAGS) {
      text.append(name(tag)).append("::tag,");
    }
    text.setLength(text.length() - 1);
    text.append(" FROM ");
    if (config.retentionPolicy() != null) {
      text.append(name(config.retentionPolicy())).append('.');
    }
    text.append(name(question.table().name()))
        .append(" WHERE time >= ")
        .append(question.from())
        .append(" AND time < ")
        .append(question.to());
    if (question.site() != null) {
      text.append(" AND \"site\"::tag = ").append(literal(question.site()));
    }
    return text.append(" ORDER BY time LIMIT ").append(most).toString();
  }

  static String name(String name) {
    return '"' + name.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }

  private static String literal(String text) {
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
  }

  private StoredRow row(Question question, JsonNode row) {
    Map<String, Value> fields = new LinkedHashMap<>();
    int at = 1;
    for (String field : question.fields()) {
      Value.Type type = types.get(key(question.table().name(), field));
      Value value = type == null ? null : value(row.path(at), type);
      if (value != null) {
        fields.put(field, value);
      }
      at++;
    }
    Asset asset =
        new Asset(
            row.path(at).textValue(),
            row.path(at + 1).textValue(),
            row.path(at + 2).textValue(),
            row.path(at + 3).textValue());
    boolean uncertain = "uncertain".equals(row.path(at + 4).textValue());
    return new StoredRow(row.path(0).longValue(), asset, uncertain, fields);
  }

  /** A value of a field, or {@code null} where the row has none. */
  static @Nullable Value value(JsonNode value, Value.Type type) {
    if (value.isNull() || value.isMissingNode()) {
      return null;
    }
    return switch (type) {
      case FLOAT -> new Value.Real(value.asDouble());
      case INTEGER -> new Value.Whole(value.asLong());
      case BOOLEAN -> new Value.Flag(value.asBoolean());
      case STRING -> new Value.Text(value.asText());
    };
  }
}
