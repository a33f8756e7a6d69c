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
import java.util.HashSet;
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

  private static final long NS_IN_S = 1_000_000_000L;

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
    Map<String, Set<String>> numbers = new HashMap<>();
    for (HeldField field : held.fields()) {
      List<String> of = fields.computeIfAbsent(field.measurement(), absent -> new ArrayList<>());
      if (types.putIfAbsent(key(field.measurement(), field.field()), field.type()) == null) {
        of.add(field.field());
        if (field.type() == Value.Type.FLOAT || field.type() == Value.Type.INTEGER) {
          numbers
              .computeIfAbsent(field.measurement(), absent -> new HashSet<>())
              .add(field.field());
        }
      }
    }
    List<Table> tables = new ArrayList<>();
    fields.forEach(
        (name, all) ->
            tables.add(
                new Table(name, List.copyOf(all), Set.of(), numbers.getOrDefault(name, Set.of()))));
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
    JsonNode result = ask(select(question, most));
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

  private JsonNode ask(String influxQl) throws IOException {
    Exchange answer =
        new HttpExchanges(MOST_BYTES, config.tls())
            .ask(FieldKeys.request(config, influxQl), config.timeout());
    if (answer.status() != 200) {
      throw new IOException("HTTP " + answer.status() + " " + AnswerReader.bounded(answer.body()));
    }
    JsonNode result = JSON.readTree(answer.body()).path("results").path(0);
    if (result.has("error")) {
      throw new IOException(AnswerReader.bounded(result.path("error").asText()));
    }
    return result;
  }

  @Override
  public List<Sample> samples(Question question, long stepNs) throws IOException {
    QuestReadings other = quest;
    if (other != null) {
      return other.samples(question, stepNs);
    }
    StringBuilder text = new StringBuilder("SELECT ");
    for (String field : question.fields()) {
      String name = name(field) + "::field";
      text.append("min(%s),max(%s),last(%s),".formatted(name, name, name));
    }
    text.setLength(text.length() - 1);
    where(text, question);
    text.append(" GROUP BY time(").append(stepNs / NS_IN_S).append("s) fill(none)");
    List<Sample> samples = new ArrayList<>();
    for (JsonNode series : ask(text.toString()).path("series")) {
      for (JsonNode row : series.path("values")) {
        addSamples(question.fields(), row, row.path(0).longValue(), samples);
      }
    }
    return samples;
  }

  /** A row that has the stretch, then min, max and last of each field. */
  static void addSamples(List<String> fields, JsonNode row, long startNs, List<Sample> samples) {
    int at = 1;
    for (String field : fields) {
      if (row.path(at).isNumber() && row.path(at + 1).isNumber() && row.path(at + 2).isNumber()) {
        samples.add(
            new Sample(
                field,
                startNs,
                row.path(at).doubleValue(),
                row.path(at + 1).doubleValue(),
                row.path(at + 2).doubleValue()));
      }
      at += 3;
    }
  }

  private String select(Question question, int most) {
    StringBuilder text = new StringBuilder("SELECT ");
    for (String field : question.fields()) {
      text.append(name(field)).append("::field,");
    }
    for (String tag : TAGS) {
      text.append(name(tag)).append("::tag,");
    }
    for (String tag : question.tags()) {
      text.append(name(tag)).append("::tag,");
    }
    text.setLength(text.length() - 1);
    where(text, question);
    return text.append(" ORDER BY time LIMIT ").append(most).toString();
  }

  private void where(StringBuilder text, Question question) {
    text.append(" FROM ");
    if (config.retentionPolicy() != null) {
      text.append(name(config.retentionPolicy())).append('.');
    }
    text.append(name(question.table().name()))
        .append(" WHERE time >= ")
        .append(question.from())
        .append(" AND time < ")
        .append(question.to());
    question
        .where()
        .forEach(
            (tag, value) ->
                text.append(" AND ").append(name(tag)).append("::tag = ").append(literal(value)));
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
    Map<String, String> tags = tags(question.tags(), row, at + TAGS.size());
    return new StoredRow(row.path(0).longValue(), asset, uncertain, fields, tags);
  }

  /** The tags that a row has, from a column on. */
  static Map<String, String> tags(List<String> names, JsonNode row, int from) {
    Map<String, String> tags = new LinkedHashMap<>();
    for (int i = 0; i < names.size(); i++) {
      String value = row.path(from + i).textValue();
      if (value != null && !value.isEmpty()) {
        tags.put(names.get(i), value);
      }
    }
    return tags;
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
