package io.weir.gateway.discover;

import com.fasterxml.jackson.databind.JsonNode;
import io.weir.gateway.decode.LongFormWords;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Long form: a field names a value beside it.
 *
 * @param pivot keys of a pivot
 * @param quality keys of the route's quality, or {@code null}
 */
record LongFormLook(
    Map<String, Object> pivot, @Nullable Map<String, Object> quality, List<String> remarks) {

  private static final Set<String> UNITS =
      Set.copyOf(
          List.of("unit", "units", "uom", "eu", "engunit", "engineeringunit", "einheit", "u"));

  private static final Set<String> QUALITIES =
      Set.copyOf(
          List.of(
              "quality",
              "q",
              "validity",
              "valid",
              "status",
              "qualitycode",
              "statuscode",
              "state",
              "ok",
              "good"));

  static final Set<String> GOOD =
      Set.copyOf(
          List.of("good", "ok", "valid", "192", "true", "goodnonspecific", "normal", "g", "1"));
  static final Set<String> UNCERTAIN =
      Set.copyOf(List.of("uncertain", "64", "suspect", "questionable", "u"));
  static final Set<String> BAD =
      Set.copyOf(
          List.of("bad", "invalid", "0", "false", "error", "fault", "b", "stale", "timeout"));

  /** Of rows; {@code null} where they are none. */
  static @Nullable LongFormLook ofColumns(CsvLook look) {
    Fields fields = look.fields();
    Fields.Field value = first(fields, LongFormWords.VALUES, "", false);
    Fields.Field name = name(fields, "", value);
    return name == null || value == null ? null : of(fields, name, value, "", true);
  }

  /** Of objects at any depth; {@code null} where they are none. */
  static @Nullable LongFormLook ofObjects(Fields fields) {
    Set<String> parents = new TreeSet<>();
    fields.all().forEach(field -> parents.add(parent(field)));
    for (String parent : parents) {
      Fields.Field value = first(fields, LongFormWords.VALUES, parent, true);
      Fields.Field name = value == null ? null : name(fields, parent, value);
      if (value != null && name != null) {
        return of(fields, name, value, parent, false);
      }
    }
    return null;
  }

  /**
   * Of lists of objects, by what is in them: a text that no two objects of a list share, and one
   * more field beside units, qualities and times; {@code null} where they are none.
   */
  static @Nullable LongFormLook ofLists(Fields fields, List<Topic> topics) {
    Map<String, List<JsonNode>> lists = new TreeMap<>();
    for (Topic topic : topics) {
      for (View view : topic.views) {
        if (view.json() != null) {
          collect(view.json(), "", lists);
        }
      }
    }
    for (Map.Entry<String, List<JsonNode>> each : lists.entrySet()) {
      List<Fields.Field> inside = new ArrayList<>();
      for (Fields.Field field : fields.all()) {
        String bare = Words.bare(field.key);
        boolean isBeside =
            UNITS.contains(bare) || QUALITIES.contains(bare) || Times.isName(field.key);
        if (field.inList && parent(field).equals(each.getKey()) && !isBeside) {
          inside.add(field);
        }
      }
      List<Fields.Field> names =
          inside.stream().filter(field -> tells(field, each.getValue())).toList();
      List<Fields.Field> others = new ArrayList<>(inside);
      others.removeIf(
          field -> field.key.equals(names.isEmpty() ? "" : names.get(0).key) || isNumberOf(field));
      if (!names.isEmpty() && others.size() == 1 && !Words.isMetric(others.get(0).key)) {
        LongFormLook found = of(fields, names.get(0), others.get(0), each.getKey(), false);
        List<String> remarks = new ArrayList<>(found.remarks());
        remarks.add(
            "values are taken to be named by '"
                + names.get(0).key
                + "': see whether that is right");
        return new LongFormLook(found.pivot(), found.quality(), remarks);
      }
    }
    return null;
  }

  /** A number of the name beside it. */
  private static boolean isNumberOf(Fields.Field field) {
    return field.isNumber() && Words.bare(field.key).endsWith("id");
  }

  private static boolean tells(Fields.Field field, List<JsonNode> lists) {
    boolean any = false;
    for (JsonNode list : lists) {
      Set<String> seen = new TreeSet<>();
      for (JsonNode object : list) {
        JsonNode value = object.path(field.key);
        if (!value.isTextual()
            || value.textValue().isBlank()
            || !seen.add(value.textValue())
            || value.textValue().matches("[-+\\d.,]+")) {
          return false;
        }
      }
      any |= seen.size() > 1;
    }
    return any;
  }

  private static void collect(JsonNode node, String name, Map<String, List<JsonNode>> lists) {
    if (node.isArray() && node.size() > 0 && node.get(0).isObject()) {
      lists.computeIfAbsent(name, unused -> new ArrayList<>()).add(node);
    }
    if (node.isObject()) {
      node.fields()
          .forEachRemaining(
              each ->
                  collect(
                      each.getValue(),
                      name.isEmpty() ? each.getKey() : name + "." + each.getKey(),
                      lists));
    }
  }

  private static LongFormLook of(
      Fields fields, Fields.Field name, Fields.Field value, String parent, boolean csv) {
    Map<String, Object> pivot = new LinkedHashMap<>();
    pivot.put("name", key(name, csv));
    pivot.put("value", key(value, csv));
    List<String> remarks = new ArrayList<>();
    Map<String, Object> quality = null;
    for (Fields.Field field : fields.all()) {
      String bare = Words.bare(field.key);
      if (!parent(field).equals(parent) || field == name || field == value) {
        continue;
      }
      if (UNITS.contains(bare) && field.isText()) {
        pivot.putIfAbsent("unit", key(field, csv));
      } else if (QUALITIES.contains(bare) && quality == null) {
        quality = Trust.of(field, csv ? key(field, true) : "/" + field.key, remarks);
        if (quality != null) {
          pivot.put("quality", key(field, csv));
        }
      }
    }
    return new LongFormLook(pivot, quality, remarks);
  }

  private static String key(Fields.Field field, boolean csv) {
    return csv ? CsvLook.column(field) : field.key;
  }

  private static String parent(Fields.Field field) {
    int at = field.name.length() - field.key.length() - 1;
    return at <= 0 ? "" : field.name.substring(0, at);
  }

  private static Fields.@Nullable Field name(
      Fields fields, String parent, Fields.@Nullable Field value) {
    Fields.Field name = first(fields, LongFormWords.NAMES, parent, true);
    boolean isName =
        name != null
            && name != value
            && name.texts > 0
            && name.flags == 0
            && name.values.stream().allMatch(each -> each.length() <= 128 && !each.isBlank());
    return isName ? name : null;
  }

  private static Fields.@Nullable Field first(
      Fields fields, List<String> keys, String parent, boolean any) {
    Fields.Field best = null;
    int rank = Integer.MAX_VALUE;
    for (Fields.Field field : fields.all()) {
      int at = keys.indexOf(Words.bare(field.key));
      if (at >= 0 && at < rank && parent(field).equals(parent) && (any || field.seen() > 0)) {
        best = field;
        rank = at;
      }
    }
    return best;
  }
}
