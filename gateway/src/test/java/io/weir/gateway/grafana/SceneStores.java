package io.weir.gateway.grafana;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.gateway.peers.InfluxDb;
import io.weir.gateway.peers.VictoriaMetrics;
import io.weir.gateway.sink.Sink.Answer;
import io.weir.gateway.sink.embedded.EmbeddedSink;
import io.weir.peers.Ports;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The real stores behind the stand-in sources of the scenes, with the rows of two lines up to the
 * end of today, and their answers to queries in which all variables are filled in.
 */
final class SceneStores implements AutoCloseable {

  /** Two lines: one of ten, one of one. */
  private static final int MACHINES = 11;

  private static final int DAYS = 5;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final InfluxDb influxDb;
  private final VictoriaMetrics victoriaMetrics;
  private final EmbeddedSink questDb;
  private final Connection connection;
  private final DataSources sources;

  SceneStores(Path folder) throws Exception {
    influxDb = new InfluxDb(folder.resolve("influx"));
    influxDb.start();
    influxDb.createDatabase("factory");
    victoriaMetrics = new VictoriaMetrics(folder.resolve("victoria"));
    victoriaMetrics.start();
    int postgres = Ports.free();
    questDb = QueryTimes.questDb(folder, postgres);
    fill();
    connection = QueryTimes.connect(postgres);
    sources = new DataSources(q -> influxDb.query("factory", q), connection, null, Instant.MIN);
  }

  private void fill() {
    Instant from = Instant.now().truncatedTo(ChronoUnit.DAYS).minus(Duration.ofDays(DAYS - 1));
    URI one = URI.create(influxDb.url() + "/write?db=factory");
    URI other = URI.create(victoriaMetrics.url() + "/write");
    rows(from, false)
        .write(
            batch -> {
              QueryTimes.post(one, String.join("\n", batch));
              QueryTimes.post(other, String.join("\n", batch));
            });
    rows(from, true)
        .write(
            batch -> {
              if (!(questDb.write(batch) instanceof Answer.Stored)) {
                throw new IllegalStateException("the embedded store did not take its rows");
              }
            });
    victoriaMetrics.flush();
  }

  private static PlantOfRows rows(Instant from, boolean point) {
    return new PlantOfRows(MACHINES, from, DAYS, 2, Duration.ofMinutes(1), point);
  }

  /** What the page gets for what it asks: frames or values, or an error. */
  String answer(String asked) {
    ObjectNode answer = JSON.createObjectNode();
    try {
      JsonNode json = JSON.readTree(asked);
      Interpolation with =
          new Interpolation(
              Map.of(),
              Instant.ofEpochMilli(json.path("from").asLong()),
              Instant.ofEpochMilli(json.path("to").asLong()),
              Duration.ofMillis(json.path("intervalMs").asLong()));
      if (json.has("variable")) {
        answer.set("values", JSON.valueToTree(values(json, with)));
      } else {
        ArrayNode frames = answer.putArray("frames");
        frames(json, with).forEach(frame -> frames.add(json(frame)));
      }
    } catch (AssertionError | IOException e) {
      answer.put("error", e.getMessage());
    }
    return answer.toString();
  }

  private List<String> values(JsonNode asked, Interpolation with) {
    return switch (asked.path("source").asText()) {
      case "weir-influxdb", "weir-questdb" -> sources.options(asked.path("target"), with);
      case "weir-victoriametrics" -> labels(asked.at("/target/query").asText(), with);
      default -> List.of();
    };
  }

  private List<Frame> frames(JsonNode asked, Interpolation with) {
    return switch (asked.path("source").asText()) {
      case "weir-influxdb", "weir-questdb" -> sources.ask(asked.path("target"), with);
      case "weir-victoriametrics" -> series(asked.path("target"), with);
      default -> List.of();
    };
  }

  private List<String> labels(String query, Interpolation with) {
    int comma = query.lastIndexOf(',');
    String series = with.promQl(query.substring("label_values(".length(), comma));
    String label = query.substring(comma + 1, query.length() - 1).strip();
    return Dashboard.list(
            ask(
                "label/%s/values?start=0&match%%5B%%5D=%s"
                    .formatted(label, URLEncoder.encode(series, UTF_8))))
        .stream()
        .map(JsonNode::asText)
        .toList();
  }

  private List<Frame> series(JsonNode target, Interpolation with) {
    String query = URLEncoder.encode(with.promQl(target.path("expr").asText()), UTF_8);
    long step = Math.max(1, with.interval().toSeconds());
    String path =
        target.path("instant").asBoolean()
            ? "query?time=" + with.to().getEpochSecond()
            : "query_range?start=%d&end=%d&step=%d"
                .formatted(with.from().getEpochSecond(), with.to().getEpochSecond(), step);
    JsonNode result = ask(path + "&nocache=1&query=" + query).path("result");
    return target.path("format").asText().equals("table")
        ? List.of(table(result, target.path("refId").asText()))
        : Dashboard.list(result).stream().map(each -> overTime(each, target)).toList();
  }

  private static Frame overTime(JsonNode series, JsonNode target) {
    String name = target.path("legendFormat").asText("value");
    for (Map.Entry<String, JsonNode> label : series.path("metric").properties()) {
      name = name.replace("{{" + label.getKey() + "}}", label.getValue().asText());
    }
    List<List<@Nullable Object>> rows = new ArrayList<>();
    points(series).forEach(point -> rows.add(new ArrayList<>(List.of(time(point), number(point)))));
    return Frame.of(List.of("Time", name), rows);
  }

  /** Time, labels, the number, of all series one below the other. */
  private static Frame table(JsonNode result, String refId) {
    TreeSet<String> labels = new TreeSet<>();
    result.forEach(series -> series.path("metric").fieldNames().forEachRemaining(labels::add));
    labels.remove("__name__");
    List<String> columns = new ArrayList<>(List.of("Time"));
    columns.addAll(labels);
    columns.add("Value #" + refId);
    List<List<@Nullable Object>> rows = new ArrayList<>();
    for (JsonNode series : result) {
      for (JsonNode point : points(series)) {
        List<@Nullable Object> row = new ArrayList<>(List.of(time(point)));
        labels.forEach(label -> row.add(series.path("metric").path(label).asText()));
        row.add(number(point));
        rows.add(row);
      }
    }
    return Frame.of(columns, rows);
  }

  private static List<JsonNode> points(JsonNode series) {
    return series.has("value")
        ? List.of(series.path("value"))
        : Dashboard.list(series.path("values"));
  }

  private static Frame.Time time(JsonNode point) {
    return new Frame.Time((long) (point.path(0).asDouble() * 1000));
  }

  private static Double number(JsonNode point) {
    return Double.valueOf(point.path(1).asText().replace("Inf", "Infinity"));
  }

  private JsonNode ask(String path) {
    String text = victoriaMetrics.get("/api/v1/" + path);
    try {
      JsonNode answer = JSON.readTree(text);
      if (!answer.path("status").asText().equals("success")) {
        throw new AssertionError(path + " -> " + text);
      }
      return answer.path("data");
    } catch (IOException e) {
      throw new AssertionError(path + " -> " + text, e);
    }
  }

  private static JsonNode json(Frame frame) {
    ObjectNode json = JSON.createObjectNode();
    ArrayNode columns = json.putArray("columns");
    frame
        .columns()
        .forEach(
            (name, values) -> {
              ObjectNode column = columns.addObject().put("name", name).put("type", type(values));
              ArrayNode cells = column.putArray("values");
              values.forEach(value -> cells.addPOJO(cell(value)));
            });
    return json;
  }

  private static String type(List<@Nullable Object> values) {
    return values.stream()
        .filter(java.util.Objects::nonNull)
        .findFirst()
        .map(
            value ->
                value instanceof Frame.Time
                    ? "time"
                    : value instanceof Number ? "number" : "string")
        .orElse("number");
  }

  private static @Nullable Object cell(@Nullable Object value) {
    if (value instanceof Frame.Time time) {
      return time.epochMs();
    }
    // JSON has no such numbers; Grafana draws nothing for them either
    return value instanceof Double number && !Double.isFinite(number) ? null : value;
  }

  @Override
  public void close() throws Exception {
    connection.close();
    questDb.close();
    victoriaMetrics.close();
    influxDb.close();
  }
}
