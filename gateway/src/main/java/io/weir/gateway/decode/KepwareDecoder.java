package io.weir.gateway.decode;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.weir.gateway.decode.Recognition.Clue;
import io.weir.gateway.model.Excerpt;
import io.weir.gateway.model.Quality;
import io.weir.gateway.model.Reason;
import io.weir.gateway.model.Value;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Kepware IoT Gateway, its standard template: a list of items with id, value, quality and time, in
 * an envelope with a time of its own or alone. The spelled-out keys that advanced templates use are
 * taken too. {@code kepware.md} says it to users.
 */
final class KepwareDecoder implements Decoder {

  /** The format {@code kepware}. */
  public static final class Format implements PlainFormat {

    @Override
    public String name() {
      return "kepware";
    }

    @Override
    public String summary() {
      return "Kepware IoT Gateway: lists of tags";
    }

    @Override
    public Decoder decoder(FormatContext context) {
      return new KepwareDecoder(context.limits());
    }

    @Override
    public Map<String, String> presets() {
      return Map.of("kepware", "iotgateway");
    }

    @Override
    public List<Recognition> recognition() {
      return List.of(
          Recognition.by(
              Clue.PAYLOAD, look -> look.inside("values").containsAll(Set.of("id", "v"))));
    }
  }

  /** The end of the topic on which Kepware receives values for its tags. */
  private static final String WRITE = "/write";

  /** The keys of the standard template, and those that advanced ones use. */
  private static final List<String> ENVELOPE = List.of("values", "data", "tags");

  private static final List<String> ID = List.of("id", "tagname", "tag", "name");
  private static final List<String> VALUE = List.of("v", "value", "tagvalue");
  private static final List<String> QUALITY = List.of("q", "quality", "tagquality");
  private static final List<String> TIME =
      List.of("t", "timestamp", "ts", "time", "tagtimestamp", "servertimestamp");

  private static final Pattern FIRST_WORD = Pattern.compile("[,_ ]");

  private final JsonTree json;
  private final DecodeLimits limits;

  KepwareDecoder(DecodeLimits limits) {
    this.json = new JsonTree(limits);
    this.limits = limits;
  }

  @Override
  public void decode(Payload payload, Output out) {
    Samples samples = new Samples(out, limits);
    if (payload.topic().endsWith(WRITE)) {
      samples.filter(Samples.COMMAND);
      return;
    }
    JsonNode document = json.read(payload.bytes(), out);
    if (document != null) {
      read(document, null, samples);
    }
  }

  /** An envelope, an item, or a list of either. As deep as the tree is. */
  private static void read(JsonNode node, @Nullable Value envelopeTime, Samples samples) {
    JsonNode inner = field(node, ENVELOPE);
    if (node.isArray()) {
      node.forEach(each -> read(each, envelopeTime, samples));
    } else if (inner.isContainerNode()) {
      Value time = time(node);
      read(inner, time == null ? envelopeTime : time, samples);
    } else {
      item(node, envelopeTime, samples);
    }
  }

  private static @Nullable Value time(JsonNode node) {
    return JsonTree.time(field(node, TIME));
  }

  /** The first of these keys that the object has, in whatever case. */
  private static JsonNode field(JsonNode object, List<String> keys) {
    for (String key : keys) {
      for (Map.Entry<String, JsonNode> field : object.properties()) {
        if (field.getKey().equalsIgnoreCase(key)) {
          return field.getValue();
        }
      }
    }
    return MissingNode.getInstance();
  }

  private static void item(JsonNode item, @Nullable Value envelopeTime, Samples samples) {
    Value own = time(item);
    Value time = own == null ? envelopeTime : own;
    String id = JsonTree.name(field(item, ID));
    JsonNode quality = field(item, QUALITY);
    if (id != null) {
      item(id, field(item, VALUE), quality, time, samples);
    } else if (isById(item)) {
      for (Map.Entry<String, JsonNode> each : item.properties()) {
        if (each.getKey().contains(".")) {
          byId(each.getKey(), each.getValue(), quality, time, samples);
        }
      }
    } else {
      samples.reject(
          Reason.MALFORMED,
          "no Kepware item, which is an object with id, v, q and t: "
              + Excerpt.of(item.toString()));
    }
  }

  /** Whether a template writes tags as keys, which are ids and so have dots. */
  private static boolean isById(JsonNode item) {
    for (Map.Entry<String, JsonNode> each : item.properties()) {
      if (each.getKey().contains(".")) {
        return true;
      }
    }
    return false;
  }

  /** An id as a key: its value alone, or value, quality and time of its own, or a list of these. */
  private static void byId(
      String id, JsonNode given, JsonNode quality, @Nullable Value time, Samples samples) {
    JsonNode value = field(given, VALUE);
    Value own = time(given);
    if (id.length() > Samples.LONGEST_NAMES) {
      samples.rejectNames(id);
    } else if (given.isArray() && !field(given.path(0), VALUE).isMissingNode()) {
      given.forEach(each -> byId(id, each, quality, time, samples));
    } else if (value.isMissingNode()) {
      item(id, given, quality, time, samples);
    } else {
      item(id, value, field(given, QUALITY), own == null ? time : own, samples);
    }
  }

  private static void item(
      String id, JsonNode value, JsonNode quality, @Nullable Value time, Samples samples) {
    if (metric(id).isEmpty()) {
      samples.reject(Reason.BAD_NAME, Samples.quoted(id) + " names no tag");
      return;
    }
    Point point = place(id).at(time);
    Point judged = judged(quality, point);
    boolean isEmpty = value.isTextual() && value.textValue().isEmpty();
    if (judged.quality() == Quality.BAD && (value.isNull() || value.isMissingNode() || isEmpty)) {
      samples.reject(
          Reason.BAD_VALUE, Samples.quoted(id) + " has no value, quality " + judged.reason());
    } else if (value.isMissingNode()) {
      samples.reject(Reason.BAD_VALUE, Samples.quoted(id) + " has no value");
    } else {
      samples.add(metric(id), value, judged);
    }
  }

  /** An id is channel, device and tag, joined by dots; the tag may have dots of its own. */
  private static Point place(String id) {
    int first = id.indexOf('.');
    int second = first < 0 ? -1 : id.indexOf('.', first + 1);
    if (first < 0) {
      return Point.PLAIN;
    }
    return second < 0
        ? Point.PLAIN.onMachine(id.substring(0, first))
        : Point.PLAIN
            .onMachine(id.substring(first + 1, second))
            .tagged("channel", id.substring(0, first));
  }

  private static String metric(String id) {
    int first = id.indexOf('.');
    int second = first < 0 ? -1 : id.indexOf('.', first + 1);
    String tag = id.substring(Math.max(first, second) + 1);
    // Kepware's own tags, such as _System._Error: stores reserve the underscore at the front
    return tag.startsWith("_") ? tag.substring(1).replace("._", ".") : tag;
  }

  /**
   * By Kepware's truth value, by word, as in {@code Good, non-specific}, or by OPC DA's code, whose
   * bits 6 and 7 are the quality.
   */
  private static Point judged(JsonNode quality, Point point) {
    if (quality.isContainerNode()) {
      return point.of(Quality.UNCERTAIN, "q=" + Excerpt.of(quality.toString()));
    }
    String raw = quality.asText("");
    Quality meant =
        switch (FIRST_WORD.split(raw.toLowerCase(Locale.ROOT), 2)[0]) {
          case "", "null", "true", "good", "1" -> Quality.GOOD;
          case "false", "bad", "0" -> Quality.BAD;
          case "uncertain" -> Quality.UNCERTAIN;
          default ->
              switch (quality.asInt() & 0xc0) {
                case 0xc0 -> Quality.GOOD;
                case 0x40 -> Quality.UNCERTAIN;
                default -> Quality.BAD;
              };
        };
    return meant == Quality.GOOD ? point : point.of(meant, "q=" + Excerpt.of(raw));
  }
}
