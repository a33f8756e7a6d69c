package io.weir.packaging;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The list {@code packaging/licences.txt}: licences that are allowed, one in each line that begins
 * with {@code allow}, and the licences of libraries whose own description does not name one so that
 * it can be recognized: {@code is GROUP:NAME LICENCE}.
 */
final class Licences {

  private final Path list;
  private final Set<String> allowed = new LinkedHashSet<>();
  private final Map<String, String> known = new HashMap<>();

  private Licences(Path list) {
    this.list = list;
  }

  static Licences read(Path list) throws IOException {
    Licences licences = new Licences(list);
    int number = 0;
    for (String line : Files.readAllLines(list)) {
      number++;
      List<String> words = List.of(line.replaceAll("#.*", "").strip().split("\\s+", -1));
      if (words.get(0).equals("allow") && words.size() == 2) {
        licences.allowed.add(words.get(1));
      } else if (words.get(0).equals("is") && words.size() == 3) {
        licences.known.put(words.get(1), words.get(2));
      } else if (!words.equals(List.of(""))) {
        throw new IOException(
            list + ":" + number + ": write `allow LICENCE` or `is GROUP:NAME LICENCE`");
      }
    }
    return licences;
  }

  /** Writes what the list knows better into a component of a bill of materials. */
  void correct(JsonNode component) {
    String here = known.get(library(component));
    if (here != null) {
      ((ObjectNode) component)
          .putArray("licenses")
          .addObject()
          .putObject("license")
          .put("id", here);
    }
  }

  private static String library(JsonNode component) {
    return component.path("group").asText() + ":" + component.path("name").asText();
  }

  /** The licences of a component of a bill of materials, one of which is to be chosen. */
  List<String> of(JsonNode component) {
    List<String> licences = new ArrayList<>();
    for (JsonNode each : component.path("licenses")) {
      String expression = each.path("expression").asText();
      if (expression.isEmpty()) {
        licences.add(
            each.at("/license/id").asText(each.at("/license/name").asText("without a name")));
      } else if (expression.contains(" AND ") || expression.contains(" WITH ")) {
        licences.add(expression);
      } else {
        licences.addAll(List.of(expression.replaceAll("[()]", "").split(" OR ")));
      }
    }
    return licences;
  }

  /**
   * Checks every component.
   *
   * @throws IOException if one has no licence that is allowed; the message names all of them
   */
  void check(Iterable<JsonNode> components) throws IOException {
    List<String> refused = new ArrayList<>();
    for (JsonNode each : components) {
      List<String> licences = of(each);
      if (licences.stream().noneMatch(allowed::contains)) {
        refused.add(
            "  %s:%s %s: %s"
                .formatted(
                    each.path("group").asText(),
                    each.path("name").asText(),
                    each.path("version").asText(),
                    licences.isEmpty() ? "no licence given" : String.join(", ", licences)));
      }
    }
    if (!refused.isEmpty()) {
      throw new IOException(
          """
          These libraries have no licence that is allowed:
          %s
          Take the library out again, or, if its licence lets us pass it on, add a line to %s:
          `allow LICENCE`, or `is GROUP:NAME LICENCE` where the library does not name its licence as SPDX does.\
          """
              .formatted(String.join("\n", refused), list));
    }
  }
}
