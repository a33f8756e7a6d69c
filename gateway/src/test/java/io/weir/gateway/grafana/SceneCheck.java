package io.weir.gateway.grafana;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URLDecoder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What is wrong with a dashboard, found by what somebody in front of it does: opens it, chooses
 * something of each variable, goes through the ranges, follows its links.
 */
final class SceneCheck {

  private static final List<String> RANGES = List.of("now-1h", "now-7d", "now-90d");

  /** The sources fill these in, not Grafana's frontend. */
  private static final Pattern LEFT =
      Pattern.compile(
          "\\$(?!timeFilter\\b|__timeFilter\\(|__range\\b|__rate_interval\\b)(\\{|\\w)[\\w:]*");

  private static final Pattern PLACE = Pattern.compile("/d/([\\w-]+)\\??([^#)]*)");
  private static final String ALL = "$__all";

  private final Scenes scenes;
  private final Map<String, Dashboard> byUid = new HashMap<>();

  SceneCheck(Scenes scenes, List<Dashboard> dashboards) {
    this.scenes = scenes;
    dashboards.forEach(each -> byUid.put(each.uid(), each));
  }

  /**
   * All faults of a dashboard, one a line; none in a right one.
   *
   * @param json of the file
   * @param draws whether it is drawn too
   */
  List<String> faults(JsonNode json, boolean draws) {
    Visit visit = new Visit(json);
    Set<String> urls = visit.open(draws);
    visit.variables.forEach(visit::choose);
    RANGES.forEach(visit::range);
    urls.forEach(visit::follow);
    return List.copyOf(visit.faults);
  }

  /** Those that are seen as it opens. */
  List<String> faultsAtFirst(JsonNode json, boolean draws) {
    Visit visit = new Visit(json);
    visit.open(draws);
    return List.copyOf(visit.faults);
  }

  /** One dashboard that is open. */
  private final class Visit {

    private final JsonNode json;
    private final boolean hasData;
    private final Map<String, JsonNode> panels = new LinkedHashMap<>();
    private final Map<String, JsonNode> variables = new LinkedHashMap<>();

    /** As it was told last. */
    private JsonNode state;

    private final Set<String> faults = new LinkedHashSet<>();

    /** It does not ask again by itself, so that what is seen was done. */
    Visit(JsonNode file) {
      json = ((ObjectNode) file.deepCopy()).put("refresh", "");
      state = json;
      hasData = !json.path("uid").asText().equals("weir-gateway");
      json.path("panels").forEach(each -> panels.put("panel-" + each.path("id").asText(), each));
      json.at("/templating/list").forEach(each -> variables.put(each.path("name").asText(), each));
    }

    /** Gives the links that are to be followed. */
    Set<String> open(boolean draws) {
      JsonNode seen = scenes.open(json, "/d/" + json.path("uid").asText(), draws);
      state = seen;
      look(seen, "at first");
      asked(seen, panels.keySet(), "at first");
      return links(seen);
    }

    private void fault(String when, String what, Object... given) {
      faults.add(when + ": " + what.formatted(given));
    }

    /** What must be so whatever was done. */
    private void look(JsonNode seen, String when) {
      seen.path("errors").forEach(each -> fault(when, "the page: %s", each.asText()));
      seen.path("variables").forEach(each -> variable(each, when));
      seen.path("asked").forEach(each -> interpolated(each, when));
      seen.path("panels").forEach(each -> panel(each, when));
    }

    private void variable(JsonNode seen, String when) {
      String name = seen.path("name").asText();
      Set<String> options = texts(seen.path("options"));
      if (!seen.path("error").isNull()) {
        fault(when, "variable %s: %s", name, seen.path("error").asText());
      }
      if (hasData || variables.get(name).path("type").asText().equals("datasource")) {
        boolean isOffered =
            values(seen).stream()
                .allMatch(
                    value ->
                        value.equals(ALL)
                            ? variables.get(name).path("includeAll").asBoolean()
                            : options.contains(value));
        if (options.isEmpty() || !isOffered) {
          fault(when, "variable %s has %s of %s", name, values(seen), options);
        }
      }
    }

    private void interpolated(JsonNode asked, String when) {
      Matcher left = LEFT.matcher(query(asked));
      if (left.find()) {
        fault(when, "%s asks with %s", who(asked), left.group());
      }
    }

    private static String query(JsonNode asked) {
      return Dashboard.text(asked.path("target"));
    }

    private String who(JsonNode asked) {
      return asked.has("variable")
          ? "variable " + asked.path("variable").asText()
          : "panel " + panels.getOrDefault(asked.path("panel").asText(), asked).path("title");
    }

    /** Without an error, and with the columns that its file names, where it has rows. */
    private void panel(JsonNode seen, String when) {
      JsonNode panel = panels.get(seen.path("key").asText());
      String title = panel.path("title").asText();
      seen.path("errors").forEach(each -> fault(when, "panel %s: %s", title, each.asText()));
      if (seen.path("rows").asInt() == 0 || !panel.path("type").asText().equals("table")) {
        return;
      }
      Set<String> columns = texts(seen.path("columns"));
      Set<String> hidden = new HashSet<>();
      for (JsonNode change : panel.path("transformations")) {
        change.at("/options/excludeByName").fieldNames().forEachRemaining(hidden::add);
      }
      for (JsonNode override : panel.at("/fieldConfig/overrides")) {
        String column = override.at("/matcher/options").asText();
        String shown = column;
        for (JsonNode property : override.path("properties")) {
          if (property.path("id").asText().equals("displayName")) {
            shown = property.path("value").asText();
          }
        }
        if (override.at("/matcher/id").asText().equals("byName")
            && columns.contains(shown) == hidden.contains(column)) {
          fault(when, "panel %s shows %s, where %s is named", title, columns, shown);
        }
      }
      texts(seen.path("names")).stream()
          .filter(hidden::contains)
          .forEach(name -> fault(when, "panel %s shows %s, which it hides", title, name));
    }

    /** Which of these panels asked nothing, though they have queries. */
    private void asked(JsonNode seen, Set<String> keys, String when) {
      Set<String> asked = new HashSet<>();
      seen.path("asked").forEach(each -> asked.add(each.path("panel").asText()));
      for (String key : keys) {
        if (!panels.get(key).path("targets").isEmpty() && !asked.contains(key)) {
          fault(when, "panel %s asks nothing", panels.get(key).path("title").asText());
        }
      }
    }

    /** Another value than the one that is chosen, and all that names it asks again with it. */
    private void choose(String name, JsonNode variable) {
      boolean isShown = variable.path("hide").asInt() == 0;
      if (!hasData || !isShown || variable.path("type").asText().equals("datasource")) {
        return;
      }
      String value = another(variableOf(state, name));
      if (value == null) {
        return;
      }
      JsonNode seen = scenes.choose(name, value);
      String when = "with %s %s".formatted(name, value);
      state = seen;
      look(seen, when);
      Set<String> concerned = new LinkedHashSet<>();
      panels.forEach(
          (key, panel) -> {
            String asks = panel.path("targets") + panel.path("timeShift").asText();
            if (names(asks, name)) {
              concerned.add(key);
            }
          });
      if (concerned.isEmpty()) {
        fault(when, "no panel asks for it");
      }
      asked(seen, concerned, when);
    }

    private static boolean names(String query, String variable) {
      return Pattern.compile("\\$\\{?" + variable + "\\b").matcher(query).find();
    }

    private @Nullable String another(JsonNode variable) {
      List<String> options = List.copyOf(texts(variable.path("options")));
      List<String> chosen = values(variable);
      for (int i = options.size() - 1; i >= 0; i--) {
        if (!chosen.contains(options.get(i))) {
          return options.get(i);
        }
      }
      return null;
    }

    private static JsonNode variableOf(JsonNode seen, String name) {
      return Dashboard.list(seen.path("variables")).stream()
          .filter(each -> each.path("name").asText().equals(name))
          .findFirst()
          .orElseThrow();
    }

    private void range(String from) {
      JsonNode seen = scenes.range(from);
      look(seen, from);
      asked(seen, panels.keySet(), from);
      for (JsonNode asked : seen.path("asked")) {
        JsonNode panel = panels.get(asked.path("panel").asText());
        if (panel != null
            && !panel.has("timeFrom")
            && !panel.has("timeShift")
            && asked.path("from").asLong() != seen.at("/range/fromMs").asLong()) {
          fault(from, "panel %s asks of another range", panel.path("title").asText());
        }
      }
    }

    /** Checks all links; gives the first of the rows of a panel to each dashboard. */
    private Set<String> links(JsonNode seen) {
      String range =
          "from=%s&to=%s".formatted(seen.at("/range/from").asText(), seen.at("/range/to").asText());
      for (JsonNode link : seen.path("links")) {
        if (link.path("type").asText().equals("link")) {
          leads(link.path("url").asText(), range, false);
        } else if (byUid.values().stream()
            .noneMatch(each -> texts(link.path("tags")).stream().allMatch(each::hasTag))) {
          fault("link", "no dashboard has %s", link.path("tags"));
        }
      }
      Map<String, String> first = new LinkedHashMap<>();
      for (JsonNode panel : seen.path("panels")) {
        boolean hasLinks = panels.get(panel.path("key").asText()).toString().contains("\"url\"");
        if (hasLinks && panel.path("links").isEmpty()) {
          fault("link", "panel %s has none", panel.path("title").asText());
        }
        for (JsonNode url : panel.path("links")) {
          leads(url.asText(), range, true);
          first.putIfAbsent(url.asText().replaceFirst("\\?.*", ""), url.asText());
        }
      }
      for (JsonNode panel : panels.values()) {
        PLACE
            .matcher(panel.at("/options/content").asText())
            .results()
            .filter(place -> !byUid.containsKey(place.group(1)))
            .forEach(place -> fault("link", "no dashboard %s", place.group(1)));
      }
      return new LinkedHashSet<>(first.values());
    }

    /**
     * To a dashboard that is there, over the same range, with variables that it has, one value
     * where it takes one.
     *
     * @param isOfRow it says which asset, so it must say it whole
     */
    private void leads(String url, String range, boolean isOfRow) {
      Matcher place = PLACE.matcher(url);
      if (!place.matches() || !byUid.containsKey(place.group(1))) {
        fault("link", "no dashboard for %s", url);
        return;
      }
      Dashboard target = byUid.get(place.group(1));
      if (!url.contains(range)) {
        fault("link", "%s has not the range %s", url, range);
      }
      if (url.contains("${")) {
        fault("link", "%s is not filled in", url);
      }
      Map<String, List<String>> given = given(place.group(2));
      given.forEach(
          (name, values) -> {
            JsonNode variable = variableThere(target.json(), name);
            if (variable == null) {
              fault("link", "%s: no variable %s there", url, name);
            } else if (!variable.path("multi").asBoolean()
                && (values.size() > 1 || values.contains(ALL))) {
              fault("link", "%s: one %s there", url, name);
            }
          });
      for (JsonNode variable : target.json().at("/templating/list")) {
        String name = variable.path("name").asText();
        boolean isPlace = Set.of("site", "area", "line", "machine").contains(name);
        if (isOfRow && isPlace && !given.containsKey(name)) {
          fault("link", "%s does not say which %s", url, name);
        }
      }
    }

    private static @Nullable JsonNode variableThere(JsonNode dashboard, String name) {
      return Dashboard.list(dashboard.at("/templating/list")).stream()
          .filter(each -> each.path("name").asText().equals(name))
          .findFirst()
          .orElse(null);
    }

    /** The dashboard opens with the range and the values that the link carries. */
    private void follow(String url) {
      Matcher place = PLACE.matcher(url);
      if (!place.matches() || !byUid.containsKey(place.group(1))) {
        return;
      }
      JsonNode seen = scenes.open(byUid.get(place.group(1)).json(), url, false);
      if (!url.contains("from=" + seen.at("/range/from").asText())) {
        fault("behind " + url, "the range is %s", seen.path("range"));
      }
      given(place.group(2))
          .forEach(
              (name, values) -> {
                List<String> there = values(variableOf(seen, name));
                if (!there.equals(values)) {
                  fault("behind " + url, "%s is %s", name, there);
                }
              });
      seen.path("panels")
          .forEach(
              panel ->
                  panel
                      .path("errors")
                      .forEach(error -> fault("behind " + url, "%s", error.asText())));
    }

    /** The values of the variables in an address. */
    private static Map<String, List<String>> given(String query) {
      Map<String, List<String>> given = new LinkedHashMap<>();
      for (String part : query.split("&")) {
        String[] pair = part.split("=", 2);
        if (pair.length == 2 && pair[0].startsWith("var-")) {
          given
              .computeIfAbsent(pair[0].substring(4), name -> new ArrayList<>())
              .add(URLDecoder.decode(pair[1], UTF_8));
        }
      }
      return given;
    }

    private static List<String> values(JsonNode variable) {
      JsonNode value = variable.path("value");
      return value.isArray() ? List.copyOf(texts(value)) : List.of(value.asText());
    }

    private static Set<String> texts(JsonNode array) {
      Set<String> texts = new LinkedHashSet<>();
      array.forEach(each -> texts.add(each.asText()));
      return texts;
    }
  }
}
