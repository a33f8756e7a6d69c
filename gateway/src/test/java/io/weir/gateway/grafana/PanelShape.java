package io.weir.gateway.grafana;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Whether what its queries returned is what a panel of its type can show. */
final class PanelShape {

  private static final Pattern FIELD = Pattern.compile("\\$\\{__data\\.fields\\.(\\w+)");

  private final JsonNode panel;
  private final String name;
  private final List<Frame> frames;

  private PanelShape(String dashboard, JsonNode panel, List<Frame> frames) {
    this.panel = panel;
    this.name = dashboard + ", '" + panel.path("title").asText() + "'";
    this.frames = frames;
  }

  /**
   * @param answers frames of each target
   */
  static void check(String dashboard, JsonNode panel, List<List<Frame>> answers) {
    PanelShape shape =
        new PanelShape(dashboard, panel, answers.stream().flatMap(List::stream).toList());
    shape.check();
    shape.columnsHaveValues();
    shape.namedColumnsAreThere();
  }

  private void check() {
    switch (panel.path("type").asText()) {
      case "timeseries" -> overTime();
      case "state-timeline" -> {
        overTime();
        states();
      }
      case "text" -> assertThat(panel.at("/options/content").asText()).as(name).isNotBlank();
      case "stat" -> stat();
      case "bargauge" -> {
        assertThat(frames).as(name).hasSize(1);
        assertThat(frames.get(0).rows()).as("rows of %s", name).isEqualTo(1);
        assertThat(frames.get(0).columnsOf(Number.class)).as(name).isNotEmpty();
      }
      case "barchart" -> {
        String x = panel.at("/options/xField").asText();
        assertThat(frames.get(0).columnsOf(String.class)).as(name).contains(x);
        assertThat(frames.get(0).columnsOf(Number.class)).as(name).isNotEmpty();
      }
      case "table" -> {
        assertThat(columns(Number.class)).as("numbers of %s", name).isNotEmpty();
        columnsHaveAPlace();
      }
      default -> throw new AssertionError("no rule for the type of " + name);
    }
  }

  /** A store may give the columns of a table in another order each time. */
  private void columnsHaveAPlace() {
    Set<String> shown = columns(Object.class);
    Set<String> placed = new HashSet<>();
    for (JsonNode change : panel.path("transformations")) {
      JsonNode options = change.path("options");
      if (options.has("include")) {
        Set<String> kept = new HashSet<>();
        options.at("/include/names").forEach(each -> kept.add(each.asText()));
        shown.retainAll(kept);
      }
      options.path("excludeByName").fieldNames().forEachRemaining(shown::remove);
      options.path("indexByName").fieldNames().forEachRemaining(placed::add);
    }
    assertThat(placed).as("columns of %s that have a place", name).containsAll(shown);
  }

  /** A misspelt field is a column without any value; only a level of the plant may be missing. */
  private void columnsHaveValues() {
    for (Frame frame : frames) {
      assertThat(frame.columns().keySet())
          .as(name)
          .allSatisfy(
              column ->
                  assertThat(column.equals("area") || !frame.values(column).isEmpty())
                      .as("values of '%s' of %s", column, name)
                      .isTrue());
    }
  }

  /** Each series has times and at least one number. */
  private void overTime() {
    for (Frame frame : frames) {
      assertThat(frame.columnsOf(Frame.Time.class)).as(name).hasSize(1);
      assertThat(frame.columnsOf(Number.class)).as(name).hasSize(1);
      assertThat(frame.columns()).as(name).hasSize(2);
    }
  }

  private void stat() {
    String fields = panel.at("/options/reduceOptions/fields").asText();
    assertThat(columns(Number.class))
        .as("numbers of %s", name)
        .anyMatch(column -> fields.isEmpty() || ("/^" + column + "$/").equals(fields));
    // Grafana chooses by the name that is shown.
    assertThat(fields.isEmpty() || !panel.at("/fieldConfig/defaults").has("displayName"))
        .as("%s chooses a column that it renames", name)
        .isTrue();
    if (panel.at("/options/reduceOptions/values").asBoolean()) {
      assertThat(columns(String.class)).as("what names the rows of %s", name).isNotEmpty();
    }
    states();
  }

  /** A panel that gives codes a word has a word for every code. */
  private void states() {
    JsonNode words = panel.at("/fieldConfig/defaults/mappings/0/options");
    if (words.has("3") && words.at("/3/text").asText().equals("down")) {
      for (Frame frame : frames) {
        for (String column : frame.columnsOf(Number.class)) {
          assertThat(frame.numbers(column))
              .as(name)
              .allSatisfy(code -> assertThat(words.has(String.valueOf(code.intValue()))).isTrue());
        }
      }
    }
  }

  /** What overrides, transformations and sorting name is in the answer. */
  private void namedColumnsAreThere() {
    Set<String> there = columns(Object.class);
    Set<String> shown = new HashSet<>(there);
    List<String> named = new ArrayList<>();
    for (JsonNode change : panel.path("transformations")) {
      JsonNode options = change.path("options");
      if (options.has("alias")) {
        there.add(options.path("alias").asText());
        Stream.of("/cumulative/field", "/binary/left", "/binary/right")
            .map(options::at)
            .filter(JsonNode::isTextual)
            .forEach(field -> named.add(field.asText()));
      }
      if (options.has("byField")) {
        named.add(options.path("byField").asText());
      }
      options.path("sort").forEach(sort -> named.add(sort.path("field").asText()));
      options.at("/include/names").forEach(field -> named.add(field.asText()));
      options
          .path("excludeByName")
          .fieldNames()
          .forEachRemaining(field -> hidden(field, there, named));
    }
    fieldsOfLinks(panel.at("/fieldConfig/defaults"), named);
    for (JsonNode override : panel.at("/fieldConfig/overrides")) {
      String wanted = override.at("/matcher/options").asText();
      if (override.at("/matcher/id").asText().equals("byFrameRefID")) {
        assertThat(panel.findValuesAsText("refId")).as(name).contains(wanted);
      } else if (override.at("/matcher/id").asText().equals("byRegexp")) {
        String regex = wanted.substring(1, wanted.length() - 1);
        assertThat(there).as("columns of %s", name).anyMatch(Pattern.compile(regex).asPredicate());
      } else {
        named.add(wanted);
      }
      fieldsOfLinks(override, named);
      for (JsonNode property : override.path("properties")) {
        if (property.path("id").asText().equals("displayName")) {
          shown.add(property.path("value").asText());
        }
      }
    }
    assertThat(there).as("columns of %s", name).containsAll(named);
    for (JsonNode sort : panel.at("/options/sortBy")) {
      assertThat(shown).as("columns of %s", name).contains(sort.path("displayName").asText());
    }
  }

  /** Fields of the row that links and names take. */
  private static void fieldsOfLinks(JsonNode config, List<String> named) {
    FIELD.matcher(config.toString()).results().forEach(field -> named.add(field.group(1)));
  }

  /** Only InfluxDB gives a sum a time; two of them where two queries are joined. */
  private static void hidden(String field, Set<String> there, List<String> named) {
    if (!field.startsWith("Time") || there.contains(field)) {
      named.add(field);
    }
  }

  private Set<String> columns(Class<?> type) {
    Set<String> columns = new LinkedHashSet<>();
    for (Frame frame : frames) {
      columns.addAll(type == Object.class ? frame.columns().keySet() : frame.columnsOf(type));
    }
    return columns;
  }
}
