package io.weir.gateway.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.gateway.config.Problem;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What is wrong with a {@code site.yaml}, each with the path of the value that it concerns, so that
 * a form can show it beside its field.
 *
 * @param file as the problems name it
 * @param site what was given
 * @param routesBefore how many routes of the main file stand before those of this one
 */
record SiteProblems(String file, JsonNode site, int routesBefore) {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern LEVEL = Pattern.compile("\\G(?:\\.?([^.\\[\\]]+)|\\[([^\\]]+)\\])");

  ArrayNode of(List<Problem> problems) {
    ArrayNode all = JSON.createArrayNode();
    for (Problem problem : problems) {
      ObjectNode each = JSON.valueToTree(problem);
      boolean isHere = problem.file().equals(file);
      each.set("path", isHere ? path(problem.key()) : JSON.createArrayNode());
      all.add(each.put("isHere", isHere));
    }
    return all;
  }

  /** Of {@code efficiency.shifts[early].start} the keys and places that lead to it. */
  private ArrayNode path(String key) {
    ArrayNode path = JSON.createArrayNode();
    JsonNode at = site;
    Matcher levels = LEVEL.matcher(key);
    while (levels.find()) {
      if (levels.group(1) != null) {
        path.add(levels.group(1));
        at = at.path(levels.group(1));
      } else {
        boolean isRoute = path.size() == 1 && path.get(0).asText().equals("routes");
        int index = index(at, levels.group(2), isRoute ? routesBefore : 0);
        if (index < 0) {
          return path;
        }
        path.add(index);
        at = at.path(index);
      }
    }
    return path;
  }

  /** By its name, or its place in the whole configuration. */
  private static int index(JsonNode list, String level, int before) {
    for (int i = 0; i < list.size(); i++) {
      if (list.path(i).path("name").asText().equals(level)) {
        return i;
      }
    }
    return level.matches("[0-9]{1,6}") ? Integer.parseInt(level) - before : -1;
  }
}
