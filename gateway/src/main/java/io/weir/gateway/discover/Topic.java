package io.weir.gateway.discover;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** A topic with what its messages look like. */
final class Topic {

  /** Names beside a single value that are no values themselves. */
  private static final Set<String> BESIDE =
      Set.copyOf(
          List.of(
              "ts",
              "time",
              "timestamp",
              "t",
              "datetime",
              "unit",
              "units",
              "uom",
              "eu",
              "quality",
              "q",
              "status",
              "good",
              "valid",
              "seq",
              "id",
              "name",
              "tag",
              "sourcetimestamp",
              "servertimestamp",
              "timestampms",
              "statuscode",
              "engunit",
              "date"));

  private static final Set<String> VALUES =
      Set.copyOf(List.of("value", "val", "v", "wert", "reading", "values"));

  final Heard heard;
  final String[] levels;
  final List<View> views = new ArrayList<>();
  final Fields fields = new Fields();

  /** How a payload is written: json, ndjson, line, text, xml or bytes. */
  final String way;

  /** Whether a message is one value, which the payload does not name. */
  final boolean isSingle;

  /** Whether messages are written in different ways. */
  final boolean isMixed;

  Topic(Heard heard) {
    this.heard = heard;
    this.levels = heard.topic.split("/", -1);
    Set<String> ways = new TreeSet<>();
    for (Heard.Sample sample : heard.samples()) {
      View view = View.of(sample.payload());
      views.add(view);
      ways.add(way(view));
      if (view.json() != null) {
        fields.add(view.json());
      }
      view.documents().forEach(fields::add);
    }
    if (ways.contains("ndjson")) {
      ways.remove("json"); // one document is a line of such, too
    }
    if (ways.contains("text") && ways.contains("line")) {
      ways.remove("line");
    }
    this.isMixed = ways.size() > 1;
    this.way = ways.isEmpty() ? "empty" : ways.contains("json") ? "json" : ways.iterator().next();
    this.isSingle = way.equals("line") ? isOneValue() : way.equals("json") && hasOneValue();
  }

  private static String way(View view) {
    if (view.json() != null) {
      return "json";
    }
    if (!view.documents().isEmpty()) {
      return "ndjson";
    }
    if (!view.isText()) {
      return "bytes";
    }
    if (view.text().matches("(?s)[{\\[].*[}\\]]")) {
      return "json"; // of a kind that only its decoder can say something of
    }
    return view.text().startsWith("<") ? "xml" : view.isLine() ? "line" : "text";
  }

  private boolean isOneValue() {
    return views.stream()
        .allMatch(
            view ->
                view.text().length() <= 80 && !view.text().matches(".*[;|\\t].*|.*,.*,.*|.*=.*"));
  }

  private boolean hasOneValue() {
    boolean any = false;
    for (Fields.Field field : fields.all()) {
      String bare = Words.bare(field.key);
      boolean isValue = VALUES.contains(bare) && !field.inList && !field.name.contains(".");
      any |= isValue;
      if (!isValue && !BESIDE.contains(bare)) {
        return false;
      }
    }
    return any;
  }

  /** What the first lines of texts begin with, in place of the names of fields. */
  Set<String> heads() {
    Set<String> heads = new TreeSet<>();
    for (View view : views) {
      String first = view.text().lines().findFirst().orElse("");
      for (String cell : first.split("[;,\\t|<> ]+")) {
        heads.add(cell.replaceAll("\\d", "0"));
      }
    }
    return heads;
  }
}
