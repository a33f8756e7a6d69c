package io.weir.gateway.grafana;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.weir.gateway.peers.Prometheus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The three data sources, asked over the wires that Grafana uses, and their answers made into what
 * Grafana makes of them.
 *
 * @param questDb a connection of the PostgreSQL driver
 * @param scrapedFrom since when Prometheus is asked for what it has
 */
record DataSources(
    UnaryOperator<String> influxDb,
    Connection questDb,
    Prometheus prometheus,
    Instant scrapedFrom) {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern LABEL_VALUES = Pattern.compile("label_values\\((\\w+), (\\w+)\\)");

  List<Frame> ask(JsonNode target, Interpolation with) {
    String type = target.at("/datasource/type").asText();
    String query = Dashboard.text(target);
    return switch (type) {
      case "influxdb" ->
          target.path("resultFormat").asText().equals("table")
              ? table(series(with.influxQl(query)))
              : overTime(series(with.influxQl(query)), target.path("alias").asText("$col"));
      case "grafana-postgresql-datasource" ->
          target.path("format").asText().equals("table")
              ? List.of(rows(with.sql(query)))
              : overTime(rows(with.sql(query)));
      case "prometheus" -> scraped(with.promQl(query), target.path("instant").asBoolean(), target);
      default -> throw new AssertionError("no such data source: " + target);
    };
  }

  /** The values that a variable offers. */
  List<String> options(JsonNode variable, Interpolation with) {
    String query = Dashboard.query(variable);
    return switch (variable.at("/datasource/type").asText()) {
      case "influxdb" ->
          series(with.influxQl(query)).stream()
              .flatMap(series -> Dashboard.list(series.path("values")).stream())
              .map(row -> row.path(1).asText())
              .distinct()
              .toList();
      case "grafana-postgresql-datasource" -> {
        Frame rows = rows(with.sql(query));
        yield rows.values(rows.columns().keySet().iterator().next()).stream()
            .map(Object::toString)
            .toList();
      }
      case "prometheus" -> {
        Matcher values = LABEL_VALUES.matcher(query);
        if (!values.matches()) {
          throw new AssertionError("not label_values(metric, label): " + query);
        }
        String path = "label/" + values.group(2) + "/values";
        JsonNode answer = json(prometheus.api(path, "match[]", values.group(1)));
        yield Dashboard.list(answer.path("data")).stream().map(JsonNode::asText).toList();
      }
      default -> throw new AssertionError("no such data source: " + variable);
    };
  }

  private List<JsonNode> series(String influxQl) {
    return Dashboard.list(json(influxDb.apply(influxQl)).at("/results/0/series"));
  }

  /** One frame: time, tags, columns; those of all series one below the other. */
  private static List<Frame> table(List<JsonNode> series) {
    LinkedHashSet<String> names = new LinkedHashSet<>();
    List<Map<String, Object>> rows = new ArrayList<>();
    for (JsonNode each : series) {
      for (JsonNode values : each.path("values")) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("Time", time(values.path(0)));
        each.path("tags").properties().forEach(tag -> row.put(tag.getKey(), tag(tag.getValue())));
        for (int i = 1; i < values.size(); i++) {
          row.put(each.path("columns").path(i).asText(), value(values.path(i)));
        }
        names.addAll(row.keySet());
        rows.add(row);
      }
    }
    List<String> columns = List.copyOf(names);
    return List.of(
        Frame.of(
            columns, rows.stream().map(row -> columns.stream().map(row::get).toList()).toList()));
  }

  /** A frame for each column of each series, named by the alias. */
  private static List<Frame> overTime(List<JsonNode> series, String alias) {
    List<Frame> frames = new ArrayList<>();
    for (JsonNode each : series) {
      for (int i = 1; i < each.path("columns").size(); i++) {
        int column = i;
        String name = alias.replace("$col", each.path("columns").path(i).asText());
        for (Map.Entry<String, JsonNode> tag : each.path("tags").properties()) {
          name = name.replace("$tag_" + tag.getKey(), tag.getValue().asText());
        }
        List<List<@Nullable Object>> rows =
            Dashboard.list(each.path("values")).stream()
                .map(row -> Arrays.asList(time(row.path(0)), value(row.path(column))))
                .toList();
        frames.add(Frame.of(List.of("Time", name), rows));
      }
    }
    return frames;
  }

  private Frame rows(String sql) {
    try (Statement statement = questDb.createStatement();
        ResultSet answer = statement.executeQuery(sql)) {
      List<String> names = new ArrayList<>();
      for (int i = 1; i <= answer.getMetaData().getColumnCount(); i++) {
        names.add(answer.getMetaData().getColumnLabel(i));
      }
      List<List<@Nullable Object>> rows = new ArrayList<>();
      while (answer.next()) {
        List<@Nullable Object> row = new ArrayList<>();
        for (int i = 1; i <= names.size(); i++) {
          row.add(answer.getObject(i) instanceof Timestamp at ? utc(at) : answer.getObject(i));
        }
        rows.add(row);
      }
      return Frame.of(names, rows);
    } catch (SQLException e) {
      throw new AssertionError(sql + " -> " + e.getMessage(), e);
    }
  }

  /** The wire carries a time without a zone, which is meant as UTC. */
  private static Frame.Time utc(Timestamp at) {
    return new Frame.Time(at.toLocalDateTime().toInstant(ZoneOffset.UTC).toEpochMilli());
  }

  /** Rows with {@code time}, in its order, split by {@code metric} where there is one. */
  private static List<Frame> overTime(Frame rows) {
    List<Object> times = rows.columns().get("time");
    if (times == null) {
      throw new AssertionError("no column time: " + rows.columns().keySet());
    }
    List<@Nullable Object> metrics = rows.columns().get("metric");
    Map<String, List<List<@Nullable Object>>> series = new LinkedHashMap<>();
    long last = Long.MIN_VALUE;
    for (int i = 0; i < times.size(); i++) {
      if (!(times.get(i) instanceof Frame.Time time) || time.epochMs() < last) {
        throw new AssertionError("not in order of time at row " + i + ": " + times.get(i));
      }
      last = time.epochMs();
      for (Map.Entry<String, List<@Nullable Object>> column : rows.columns().entrySet()) {
        if (!column.getKey().equals("time") && !column.getKey().equals("metric")) {
          String name = metrics == null ? column.getKey() : String.valueOf(metrics.get(i));
          series
              .computeIfAbsent(name, unused -> new ArrayList<>())
              .add(Arrays.asList(time, column.getValue().get(i)));
        }
      }
    }
    return series.entrySet().stream()
        .map(each -> Frame.of(List.of("Time", each.getKey()), each.getValue()))
        .toList();
  }

  private List<Frame> scraped(String promQl, boolean instant, JsonNode target) {
    long now = Instant.now().getEpochSecond();
    JsonNode answer =
        json(
            instant
                ? prometheus.api("query", "query", promQl)
                : prometheus.api(
                    "query_range",
                    "query",
                    promQl,
                    "start",
                    String.valueOf(scrapedFrom.getEpochSecond()),
                    "end",
                    String.valueOf(now),
                    "step",
                    "1"));
    List<Frame> frames = new ArrayList<>();
    for (JsonNode series : answer.at("/data/result")) {
      String name = target.path("legendFormat").asText("value");
      for (Map.Entry<String, JsonNode> label : series.path("metric").properties()) {
        name = name.replace("{{" + label.getKey() + "}}", label.getValue().asText());
      }
      if (name.contains("{{")) {
        throw new AssertionError("the answer lacks a label of " + name + ": " + series);
      }
      List<JsonNode> points =
          instant ? List.of(series.path("value")) : Dashboard.list(series.path("values"));
      List<List<@Nullable Object>> rows =
          points.stream()
              .map(
                  point ->
                      Arrays.<@Nullable Object>asList(
                          new Frame.Time((long) (point.path(0).asDouble() * 1000)),
                          number(point.path(1).asText())))
              .toList();
      frames.add(Frame.of(List.of("Time", name), rows));
    }
    return frames;
  }

  private static @Nullable Double number(String text) {
    return text.equals("NaN") ? null : Double.valueOf(text.replace("Inf", "Infinity"));
  }

  private static Frame.Time time(JsonNode ns) {
    return new Frame.Time(ns.asLong() / 1_000_000);
  }

  private static @Nullable Object value(JsonNode value) {
    return value.isNumber() ? Double.valueOf(value.asDouble()) : tag(value);
  }

  private static @Nullable String tag(JsonNode value) {
    return value.isNull() || value.asText().isEmpty() ? null : value.asText();
  }

  private static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (IOException e) {
      throw new UncheckedIOException(text, e);
    }
  }
}
