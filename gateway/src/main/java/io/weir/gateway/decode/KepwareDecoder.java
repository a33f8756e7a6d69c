package io.weir.gateway.decode;

import com.fasterxml.jackson.databind.JsonNode;
import io.weir.gateway.model.Excerpt;
import io.weir.gateway.model.Quality;
import io.weir.gateway.model.Reason;
import io.weir.gateway.model.Value;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Kepware IoT Gateway, its standard template: a list of items with id, value, quality and time, in
 * an envelope with a time of its own or alone. The spelled-out keys that advanced templates use are
 * taken too. {@code docs/formats/kepware.md} says it to users.
 */
final class KepwareDecoder implements Decoder {

  private final JsonTree json;
  private final Limits limits;

  KepwareDecoder(Limits limits) {
    this.json = new JsonTree(limits);
    this.limits = limits;
  }

  @Override
  public void decode(Payload payload, Output out) {
    JsonNode document = json.read(payload.bytes(), out);
    if (document != null) {
      read(document, null, new Samples(out, limits));
    }
  }

  /** An envelope, an item, or a list of either. As deep as the tree is. */
  private static void read(JsonNode node, @Nullable Value envelopeTime, Samples samples) {
    if (node.isArray()) {
      node.forEach(each -> read(each, envelopeTime, samples));
    } else if (node.path("values").isContainerNode()) {
      Value time = time(node);
      read(node.path("values"), time == null ? envelopeTime : time, samples);
    } else {
      item(node, envelopeTime, samples);
    }
  }

  private static @Nullable Value time(JsonNode node) {
    return JsonTree.time(JsonTree.field(node, "t", "timestamp", "ts", "time", "Timestamp"));
  }

  private static void item(JsonNode item, @Nullable Value envelopeTime, Samples samples) {
    String id =
        JsonTree.name(JsonTree.field(item, "id", "tagname", "tagName", "TagName", "tag", "name"));
    if (id == null) {
      samples.reject(
          Reason.MALFORMED,
          "no Kepware item, which is an object with id, v, q and t: "
              + Excerpt.of(item.toString()));
      return;
    }
    if (metric(id).isEmpty()) {
      samples.reject(Reason.BAD_NAME, Samples.quoted(id) + " names no tag");
      return;
    }
    Value time = time(item);
    Point point = place(id).at(time == null ? envelopeTime : time);
    Point judged = judged(JsonTree.field(item, "q", "quality", "Quality"), point);
    JsonNode value = JsonTree.field(item, "v", "value", "Value");
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

  /** By Kepware's truth value, by word, or by OPC DA's code, whose bits 6 and 7 are the quality. */
  private static Point judged(JsonNode quality, Point point) {
    String raw = quality.asText("");
    Quality meant =
        switch (raw.toLowerCase(Locale.ROOT)) {
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
