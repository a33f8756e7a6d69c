package io.weir.gateway.decode;

import com.fasterxml.jackson.databind.JsonNode;
import io.weir.gateway.decode.Recognition.Clue;
import io.weir.gateway.model.Excerpt;
import io.weir.gateway.model.Quality;
import io.weir.gateway.model.Reason;
import java.util.List;
import java.util.Map;

/**
 * EMQX Neuron and NeuronEX, what their MQTT application uploads: a group of tags of one south-bound
 * node, as {@code values} and {@code errors} or as a list of {@code tags}. The node is the machine,
 * the group and the static tags are tags. {@code neuron.md} says it to users.
 */
final class NeuronDecoder implements Decoder {

  /** The format {@code neuron}. */
  public static final class Format implements PlainFormat {

    @Override
    public String name() {
      return "neuron";
    }

    @Override
    public String summary() {
      return "EMQX Neuron: the tags of a group";
    }

    @Override
    public Decoder decoder(FormatContext context) {
      return new NeuronDecoder(context.limits());
    }

    @Override
    public Map<String, String> presets() {
      return Map.of("neuron", "/neuron/#");
    }

    @Override
    public List<Recognition> recognition() {
      return List.of(
          Recognition.by(
              Clue.PAYLOAD, look -> look.has("node", "group") && look.hasAny("values", "tags")));
    }
  }

  private final JsonTree json;
  private final DecodeLimits limits;

  NeuronDecoder(DecodeLimits limits) {
    this.json = new JsonTree(limits);
    this.limits = limits;
  }

  @Override
  public void decode(Payload payload, Output out) {
    JsonNode document = json.read(payload.bytes(), out);
    if (document == null) {
      return;
    }
    Samples samples = new Samples(out, limits);
    for (JsonNode message : JsonTree.each(document)) {
      message(message, samples);
    }
  }

  private static void message(JsonNode message, Samples samples) {
    if (message.has("states")) {
      samples.filter("a heartbeat of Neuron's own nodes");
      return;
    }
    if (message.has("uuid")) {
      samples.filter("an answer to who asked for values");
      return;
    }
    JsonNode values = message.path("values");
    JsonNode errors = message.path("errors");
    JsonNode tags = message.path("tags");
    if (!values.isContainerNode() && !errors.isContainerNode() && !tags.isContainerNode()) {
      samples.reject(
          Reason.MALFORMED, "no Neuron upload: 'values', 'errors' or 'tags' are expected");
      return;
    }
    Point point =
        Point.PLAIN
            .at(JsonTree.time(message.path("timestamp")))
            .onMachine(JsonTree.name(JsonTree.field(message, "node", "node_name")))
            .tagged("group", JsonTree.name(JsonTree.field(message, "group", "group_name")))
            .tagged(JsonTree.tags(JsonTree.field(message, "static_tags", "static")));
    byName(values, errors, point, samples);
    byName(tags, errors, point, samples);
    for (Map.Entry<String, JsonNode> error : errors.properties()) {
      if (!values.hasNonNull(error.getKey())) {
        error(error.getKey(), error.getValue(), samples);
      }
    }
    if (errors.isArray()) {
      errors.forEach(tag -> tag(tag, point, samples));
    }
  }

  /** Values by name: an object, or a list of tags with name and value or error. */
  private static void byName(JsonNode values, JsonNode errors, Point point, Samples samples) {
    for (Map.Entry<String, JsonNode> value : values.properties()) {
      samples.addField("", value, inCase(errors.path(value.getKey()), point));
    }
    if (values.isArray()) {
      values.forEach(tag -> tag(tag, point, samples));
    }
  }

  private static void tag(JsonNode tag, Point point, Samples samples) {
    String name = JsonTree.name(tag.path("name"));
    JsonNode error = tag.path("error");
    if (name == null) {
      samples.reject(Reason.BAD_NAME, "a tag without a name");
    } else if (tag.hasNonNull("value")) {
      samples.add(name, tag.path("value"), inCase(error, point));
    } else if (tag.hasNonNull("error")) {
      error(name, error, samples);
    } else {
      samples.filter(name, Samples.NULL);
    }
  }

  /** Of a value that may have an error: a number, also in quotes, which is not 0, or a word. */
  private static Point inCase(JsonNode error, Point point) {
    String code = error.isNumber() || error.isTextual() ? error.asText().strip() : "";
    boolean failed = !code.isEmpty() && !code.equals("0");
    return failed ? point.of(Quality.BAD, "error " + Excerpt.of(code)) : point;
  }

  private static void error(String name, JsonNode code, Samples samples) {
    samples.reject(
        Reason.BAD_VALUE,
        Samples.quoted(name) + " has no value: Neuron error " + Excerpt.of(code.asText("")));
  }
}
