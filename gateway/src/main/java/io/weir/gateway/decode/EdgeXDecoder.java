package io.weir.gateway.decode;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.gateway.decode.Recognition.Clue;
import io.weir.gateway.model.Excerpt;
import io.weir.gateway.model.Reason;
import io.weir.gateway.model.Rejected;
import io.weir.gateway.model.Value;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * EdgeX Foundry events, versions 1 to 4: exported as they are, in a request to add one, or in the
 * envelope of the message bus with its payload in base64; in JSON or, from version 4.1, as a whole
 * in CBOR. Values are texts of a declared type. An event that was optimised leaves out of its
 * readings what it says itself. {@code edgex.md} says it to users.
 */
final class EdgeXDecoder implements Decoder {

  /** The format {@code edgex}. */
  public static final class Format implements PlainFormat {

    @Override
    public String name() {
      return "edgex";
    }

    @Override
    public String summary() {
      return "EdgeX Foundry: events, by its message bus or MQTT export";
    }

    @Override
    public Decoder decoder(FormatContext context) {
      return new EdgeXDecoder(context.limits());
    }

    @Override
    public Map<String, String> presets() {
      return Map.of("edgex", "edgex/events/#");
    }

    @Override
    public List<Recognition> recognition() {
      return List.of(
          Recognition.by(
              Clue.PAYLOAD, look -> look.has("apiVersion") && look.hasAny("readings", "payload")),
          Recognition.by(Clue.PAYLOAD, look -> look.inside("readings").contains("resourceName")));
    }
  }

  /** The least and the greatest value of a type; 64 bits are looked at elsewhere. */
  private record Range(double least, double greatest) {}

  private static final Map<String, Range> RANGES =
      Map.of(
          "Int8", new Range(Byte.MIN_VALUE, Byte.MAX_VALUE),
          "Int16", new Range(Short.MIN_VALUE, Short.MAX_VALUE),
          "Int32", new Range(Integer.MIN_VALUE, Integer.MAX_VALUE),
          "Uint8", new Range(0, 0xFF),
          "Uint16", new Range(0, 0xFFFF),
          "Uint32", new Range(0, 0xFFFF_FFFFL),
          "Uint64", new Range(0, Double.MAX_VALUE),
          "Float32", new Range(-Float.MAX_VALUE, Float.MAX_VALUE));

  private final JsonTree json;
  private final JsonTree cbor;
  private final DecodeLimits limits;

  EdgeXDecoder(DecodeLimits limits) {
    this.json = new JsonTree(limits);
    this.cbor = JsonTree.cbor(limits);
    this.limits = limits;
  }

  @Override
  public boolean typesNumbers() {
    return true;
  }

  @Override
  public void decode(Payload payload, Output out) {
    byte[] bytes = payload.bytes();
    JsonNode document = (isCbor(bytes) ? cbor : json).read(bytes, out);
    JsonNode content = document == null ? null : opened(document, out);
    if (content == null) {
      return;
    }
    Samples samples = new Samples(out, limits);
    if (content.isArray()) {
      content.forEach(each -> read(each, samples));
    } else {
      read(content, samples);
    }
  }

  /** Whether it begins as a map or an array of CBOR, which no text in UTF-8 does. */
  private static boolean isCbor(byte[] bytes) {
    return bytes.length > 0 && (bytes[0] & 0xC0) == 0x80;
  }

  /** The content of an envelope; what is none as it is; {@code null} where it was rejected. */
  private @Nullable JsonNode opened(JsonNode document, Output out) {
    JsonNode payload = JsonTree.field(document, "payload", "Payload");
    if (!payload.isTextual()) {
      return payload.isContainerNode() ? payload : document;
    }
    String text = payload.textValue();
    String type = JsonTree.field(document, "contentType", "ContentType").asText("");
    try {
      byte[] bytes = text.startsWith("{") ? text.getBytes(UTF_8) : Base64.getDecoder().decode(text);
      if (document.path("errorCode").asInt() != 0) {
        String said = Excerpt.of(new String(bytes, UTF_8));
        out.rejected(new Rejected(Reason.MALFORMED, "the envelope reports an error: " + said));
        return null;
      }
      return (type.contains("cbor") ? cbor : json).read("the envelope's payload: ", bytes, out);
    } catch (IllegalArgumentException e) {
      out.rejected(new Rejected(Reason.MALFORMED, "the envelope's payload is not base64"));
      return null;
    }
  }

  private void read(JsonNode content, Samples samples) {
    JsonNode event = JsonTree.field(content, "event", "Event");
    JsonNode given = event.isObject() ? event : content;
    JsonNode readings = JsonTree.field(given, "readings", "Readings");
    if (readings.isArray()) {
      Point point = Point.PLAIN.tagged(JsonTree.tags(given.path("tags")));
      JsonNode alone = readings.size() == 1 ? given.path("sourceName") : MissingNode.getInstance();
      readings.forEach(reading -> reading(reading, given, alone, point, samples));
    } else if (given.path("events").isArray()) {
      given.path("events").forEach(each -> read(each, samples));
    } else if (given.has("resourceName")) {
      reading(given, given, MissingNode.getInstance(), Point.PLAIN, samples);
    } else {
      samples.reject(Reason.MALFORMED, "no EdgeX event: an object with 'readings' is expected");
    }
  }

  /**
   * @param alone what its event names a single reading that has no name of its own
   */
  private void reading(
      JsonNode reading, JsonNode event, JsonNode alone, Point ofEvent, Samples samples) {
    String own = JsonTree.name(JsonTree.field(reading, "resourceName", "name"));
    String resource = own == null ? JsonTree.name(alone) : own;
    if (resource == null) {
      samples.reject(
          Reason.BAD_NAME,
          "a reading without a resourceName, and not the only one of an event with a sourceName");
      return;
    }
    String device = JsonTree.name(JsonTree.field(reading, "deviceName", "device"));
    Point point =
        ofEvent
            .tagged(JsonTree.tags(reading.path("tags")))
            .at(origin(reading, event))
            .onMachine(
                device == null
                    ? JsonTree.name(JsonTree.field(event, "deviceName", "device"))
                    : device)
            .in(JsonTree.name(reading.path("units")));
    String type = reading.path("valueType").asText("");
    JsonNode value = reading.path("value");
    if (reading.hasNonNull("objectValue")) {
      samples.add(resource, real(reading.path("objectValue")), point);
    } else if (reading.hasNonNull("binaryValue")) {
      samples.add(resource, reading.path("binaryValue"), point);
    } else if (!value.isTextual()) {
      addFitting(resource, type, type.startsWith("Float") ? real(value) : value, point, samples);
    } else if (type.endsWith("Array") && isList(type, value.textValue())) {
      array(resource, type.substring(0, type.length() - "Array".length()), value, point, samples);
    } else {
      boolean isBytes = reading.path("floatEncoding").asText("").equalsIgnoreCase("base64");
      typed(resource, type, isBytes, value.textValue(), point, samples);
    }
  }

  /** When the reading was taken, else the event; an origin of 0 is one that was never set. */
  private static @Nullable Value origin(JsonNode reading, JsonNode event) {
    JsonNode own = reading.path("origin");
    JsonNode origin = own.isMissingNode() || own.asText().equals("0") ? event.path("origin") : own;
    return origin.asText().equals("0") ? null : JsonTree.time(origin);
  }

  /** Texts are listed in JSON by newer versions; by older ones without quotes, which is a text. */
  private static boolean isList(String type, String text) {
    return !type.equals("StringArray") || text.startsWith("[\"");
  }

  /** The text is a list in JSON. */
  private void array(String name, String type, JsonNode value, Point point, Samples samples) {
    JsonNode elements = samples.document(name, json, value.textValue().getBytes(UTF_8));
    if (elements == null) {
      return;
    }
    if (!elements.isArray()) {
      samples.reject(Reason.BAD_VALUE, Samples.quoted(name) + " is not a list");
      return;
    }
    for (int i = 0; i < elements.size(); i++) {
      JsonNode element = elements.get(i);
      addFitting(
          name + "." + i, type, type.startsWith("Float") ? real(element) : element, point, samples);
    }
    if (elements.isEmpty()) {
      samples.add(name, elements, point);
    }
  }

  /** A value that is no text: as it is, unless it is a number beyond its type. */
  private static void addFitting(
      String name, String type, JsonNode value, Point point, Samples samples) {
    if (value.isNumber() && isBeyond(type, value.doubleValue())) {
      rejectBeyond(name, type, value.asText(), samples);
    } else {
      samples.add(name, value, point);
    }
  }

  /** What is no finite number is beyond none. */
  private static boolean isBeyond(String type, double number) {
    Range range = RANGES.get(type);
    return range != null
        && Double.isFinite(number)
        && (number < range.least() || number > range.greatest());
  }

  private static void rejectBeyond(String name, String type, String number, Samples samples) {
    samples.reject(
        Reason.BAD_VALUE,
        Samples.quoted(name) + " is " + Excerpt.of(number) + ", which no " + type + " is");
  }

  private static void typed(
      String name, String type, boolean isBase64, String text, Point point, Samples samples) {
    switch (type.toLowerCase(Locale.ROOT)) {
      case "float32", "float64" -> {
        if (isBase64) {
          floatOfBytes(name, text, point, samples);
        } else {
          number(name, type, text, Value.Type.FLOAT, point, samples);
        }
      }
      case "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64" ->
          number(name, type, text, Value.Type.INTEGER, point, samples);
      case "bool", "boolean" -> samples.addQuoted(name, text, Value.Type.BOOLEAN, point);
      case "" -> untyped(name, text, point, samples);
      default -> samples.add(name, new Value.Text(text), point);
    }
  }

  private static void number(
      String name, String type, String text, Value.Type as, Point point, Samples samples) {
    Value value = samples.meant(name, text, as);
    if (value == null) {
      return;
    }
    double number =
        value instanceof Value.Whole whole ? whole.value() : ((Value.Real) value).value();
    if (isBeyond(type, number)) {
      rejectBeyond(name, type, text, samples);
    } else {
      samples.add(name, value, point);
    }
  }

  /** Early version 1 names no type: what reads as a number is one, which may get a fraction. */
  private static void untyped(String name, String text, Point point, Samples samples) {
    if (Numbers.isDecimal(text)) {
      samples.addQuoted(name, text, Value.Type.FLOAT, point);
    } else {
      samples.add(name, new Value.Text(text), point);
    }
  }

  /** Version 1 may write a float as the base64 of its four or eight bytes, big-endian. */
  private static void floatOfBytes(String name, String text, Point point, Samples samples) {
    byte[] bytes;
    try {
      bytes = Base64.getDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      bytes = new byte[0];
    }
    if (bytes.length == Float.BYTES) {
      samples.add(
          name, new Value.Real(FloatDecimals.widened(ByteBuffer.wrap(bytes).getFloat())), point);
    } else if (bytes.length == Double.BYTES) {
      samples.add(name, new Value.Real(ByteBuffer.wrap(bytes).getDouble()), point);
    } else {
      samples.reject(
          Reason.BAD_VALUE,
          Samples.quoted(name) + " is '" + Excerpt.of(text) + "', not a float in base64");
    }
  }

  /** With every integer as a float: a JSON number has no declared type, and may get a fraction. */
  private static JsonNode real(JsonNode node) {
    if (node instanceof ArrayNode array) {
      for (int i = 0; i < array.size(); i++) {
        array.set(i, real(array.get(i)));
      }
    } else if (node instanceof ObjectNode object) {
      object.properties().forEach(field -> field.setValue(real(field.getValue())));
    }
    return node.isIntegralNumber() && node.canConvertToLong()
        ? DoubleNode.valueOf(node.doubleValue())
        : node;
  }
}
