package io.weir.gateway.decode;

import com.fasterxml.jackson.databind.JsonNode;
import io.weir.gateway.decode.Recognition.Clue;
import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Reason;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * United Manufacturing Hub. The topic says where: {@code
 * umh/v1/<enterprise>/<site>/<area>/<line>/<work cell>/<origin>.../_<contract>/<group>.../<tag>},
 * of which all behind the enterprise may be missing; with dots between its levels where it is the
 * key of a record. The payload is {@code timestamp_ms} beside tags, nested by group ({@code
 * _historian}), or beside one {@code value} (UMH Core), or a record of a business (UMH Core's
 * relational payloads). {@code umh.md} says it to users.
 */
final class UmhDecoder implements Decoder {

  /** The format {@code umh}. */
  public static final class Format implements PlainFormat {

    @Override
    public String name() {
      return "umh";
    }

    @Override
    public String summary() {
      return "United Manufacturing Hub: its unified namespace";
    }

    @Override
    public Decoder decoder(FormatContext context) {
      return new UmhDecoder(context.limits());
    }

    @Override
    public Map<String, String> presets() {
      return Map.of("umh", "umh/v1/#");
    }

    @Override
    public List<Recognition> recognition() {
      return List.of(
          Recognition.byTopic("umh/v1/"),
          Recognition.byTopic("umh.v1."),
          Recognition.byTopic("umh/messages/umh/v1/"),
          Recognition.by(Clue.PAYLOAD, look -> look.has("timestamp_ms", "value")));
    }
  }

  /** Contracts of orders, products and shifts: no readings. */
  private static final Set<String> LEFT_ALONE = Set.of("_analytics", "_local");

  /** A contract with a model: one place may have several, with metrics of the same name. */
  private static final Pattern MODEL = Pattern.compile("_.+_v\\d+");

  private static final Pattern VERSION = Pattern.compile("v\\d+");

  /** The begin of a level that has all levels of UMH in it. */
  private static final Pattern DOTTED = Pattern.compile("umh\\.v\\d+\\..+");

  private static final String TIME = "timestamp_ms";

  /** Where the origin stands in a path that begins with the enterprise. */
  private static final int ORIGIN = 5;

  private final JsonTree json;
  private final DecodeLimits limits;

  UmhDecoder(DecodeLimits limits) {
    this.json = new JsonTree(limits);
    this.limits = limits;
  }

  /**
   * What a topic says.
   *
   * @param contract begins with an underscore; "" where there is none
   * @param name the groups and the tag behind the contract, joined by dots
   * @param tag the last of these
   */
  private record Topic(Point place, String contract, String name, String tag) {}

  @Override
  public void decode(Payload payload, Output out) {
    Topic topic = topic(payload.topic());
    if (LEFT_ALONE.contains(topic.contract())) {
      out.filtered("", "of a contract without readings");
      return;
    }
    JsonNode document = json.read(payload.bytes(), out);
    if (document == null) {
      return;
    }
    Samples samples = new Samples(out, limits);
    if (!document.isObject()) {
      samples.reject(
          Reason.MALFORMED,
          "an object with " + TIME + " and values is expected, not " + JsonTree.kind(document));
      return;
    }
    Point point = topic.place().at(JsonTree.time(document.path(TIME)));
    int values = document.size() - (document.has(TIME) ? 1 : 0);
    for (Map.Entry<String, JsonNode> value : document.properties()) {
      if (value.getKey().equals(TIME)) {
        continue; // of the others
      }
      if (values == 1 && isNamedBy(topic, value.getKey())) {
        samples.add(topic.name(), value.getValue(), point);
      } else {
        samples.addField(topic.name(), value, point);
      }
    }
  }

  /** Where the topic already ends with the tag, a single value repeats it or is called value. */
  private static boolean isNamedBy(Topic topic, String key) {
    return !topic.name().isEmpty() && (key.equals("value") || key.equals(topic.tag()));
  }

  private static Topic topic(String topic) {
    List<String> levels = levels(topic);
    int start = start(levels);
    int contract = start;
    while (contract < levels.size() && !levels.get(contract).startsWith("_")) {
      contract++;
    }
    Point place = start > 0 ? place(levels.subList(start, contract)) : Point.PLAIN;
    if (contract == levels.size()) {
      return new Topic(place, "", "", "");
    }
    String name = levels.get(contract);
    List<String> rest = levels.subList(contract + 1, levels.size());
    return new Topic(
        MODEL.matcher(name).matches() ? place.tagged("contract", name) : place,
        name,
        String.join(".", rest),
        rest.isEmpty() ? "" : rest.get(rest.size() - 1));
  }

  /** Those of a topic, also where its last one has them with dots between. */
  private static List<String> levels(String topic) {
    List<String> levels = new ArrayList<>();
    for (String level : topic.split("/", -1)) {
      if (DOTTED.matcher(level).matches()) {
        levels.addAll(Arrays.asList(level.split("\\.", -1)));
      } else {
        levels.add(level);
      }
    }
    return levels;
  }

  /** Where the enterprise stands, behind umh and its version; 0 where there is none. */
  private static int start(List<String> levels) {
    for (int i = 2; i < levels.size(); i++) {
      if (levels.get(i - 2).equals("umh") && VERSION.matcher(levels.get(i - 1)).matches()) {
        return i;
      }
    }
    return 0;
  }

  /** Enterprise and origin have no level of their own in an asset's path, and are tags. */
  private static Point place(List<String> path) {
    return Point.PLAIN
        .on(new Asset(level(path, 1), level(path, 2), level(path, 3), level(path, 4)))
        .tagged("enterprise", level(path, 0))
        .tagged("origin", rest(path));
  }

  /** All behind the work cell, so that no two places are taken for one. */
  private static @Nullable String rest(List<String> path) {
    return path.size() <= ORIGIN || path.get(ORIGIN).isEmpty()
        ? null
        : String.join("/", path.subList(ORIGIN, path.size()));
  }

  private static @Nullable String level(List<String> path, int i) {
    return i < path.size() && !path.get(i).isEmpty() ? path.get(i) : null;
  }
}
