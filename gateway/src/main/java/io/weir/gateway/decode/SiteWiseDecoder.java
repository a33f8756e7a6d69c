package io.weir.gateway.decode;

import com.fasterxml.jackson.databind.JsonNode;
import io.weir.gateway.decode.Recognition.Clue;
import io.weir.gateway.model.Excerpt;
import io.weir.gateway.model.Quality;
import io.weir.gateway.model.Reason;
import io.weir.gateway.model.Sample.TimeUnit;
import io.weir.gateway.model.Value;
import java.math.BigInteger;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;

/**
 * AWS IoT SiteWise: values of asset properties as SiteWise Edge publishes them, one entry, a list
 * or a batch request with {@code entries}; also its notifications of property updates, and the
 * capitalized keys with quoted numbers of rules. {@code sitewise.md} says it to users.
 */
final class SiteWiseDecoder implements Decoder {

  /** The format {@code sitewise}. */
  public static final class Format implements PlainFormat {

    @Override
    public String name() {
      return "sitewise";
    }

    @Override
    public String summary() {
      return "AWS IoT SiteWise: property values";
    }

    @Override
    public Decoder decoder(FormatContext context) {
      return new SiteWiseDecoder(context.limits());
    }

    @Override
    public Map<String, String> presets() {
      return Map.of("sitewise", "$aws/sitewise/asset-models/+/assets/+/properties/+");
    }

    @Override
    public List<Recognition> recognition() {
      return List.of(
          Recognition.by(Clue.PAYLOAD, look -> look.has("propertyValues")),
          Recognition.by(Clue.PAYLOAD, look -> look.inside("entries").contains("propertyValues")));
    }
  }

  private static final List<Map.Entry<String, Value.Type>> TYPES =
      List.of(
          Map.entry("doubleValue", Value.Type.FLOAT),
          Map.entry("integerValue", Value.Type.INTEGER),
          Map.entry("booleanValue", Value.Type.BOOLEAN),
          Map.entry("stringValue", Value.Type.STRING));

  private static final long NANOS = TimeUnit.S.nanos();

  private final JsonTree json;
  private final DecodeLimits limits;

  SiteWiseDecoder(DecodeLimits limits) {
    this.json = new JsonTree(limits);
    this.limits = limits;
  }

  @Override
  public void decode(Payload payload, Output out) {
    JsonNode document = json.read(payload.bytes(), out);
    if (document != null) {
      read(document, new Samples(out, limits));
    }
  }

  private static void read(JsonNode node, Samples samples) {
    JsonNode inner = field(node, "entries");
    if (node.isArray()) {
      node.forEach(each -> read(each, samples));
    } else if (inner.isArray()) {
      read(inner, samples);
    } else if (node.path("payload").isObject()) {
      read(node.path("payload"), samples);
    } else {
      entry(node, samples);
    }
  }

  private static void entry(JsonNode entry, Samples samples) {
    JsonNode values = field(entry, "propertyValues");
    values = values.isMissingNode() ? field(entry, "values") : values;
    String alias = JsonTree.name(field(entry, "propertyAlias"));
    String property = JsonTree.name(field(entry, "propertyId"));
    boolean isValue = values.isMissingNode() && entry.has("value") && entry.has("timestamp");
    if (!(values.isArray() || isValue) || (alias == null && property == null)) {
      samples.reject(
          Reason.MALFORMED,
          "no SiteWise entry: propertyAlias, or assetId and propertyId, and propertyValues are"
              + " expected");
      return;
    }
    String name = alias == null ? String.valueOf(property) : alias;
    int cut = alias == null ? -1 : alias.lastIndexOf('/');
    String metric = name.substring(cut + 1);
    String machine =
        alias == null
            ? JsonTree.name(field(entry, "assetId"))
            : alias.substring(alias.startsWith("/") ? 1 : 0, Math.max(cut, 0));
    if (metric.isEmpty()) {
      samples.reject(Reason.BAD_NAME, "the alias " + Samples.quoted(name) + " names no property");
      return;
    }
    Point point = Point.PLAIN.onMachine(machine);
    if (isValue) {
      value(metric, entry, point, samples); // one value, flat beside its name
    }
    for (JsonNode value : values) {
      value(metric, value, point, samples);
    }
  }

  private static void value(String metric, JsonNode given, Point point, Samples samples) {
    Point timed;
    try {
      timed = at(field(given, "timestamp"), point);
    } catch (ArithmeticException e) {
      samples.reject(
          Reason.BAD_TIME,
          Samples.quoted(metric)
              + " has the time "
              + Excerpt.of(field(given, "timestamp").toString()));
      return;
    }
    Point judged = judged(field(given, "quality"), timed);
    JsonNode variant = field(given, "value");
    List<Map.Entry<String, Value.Type>> types = TYPES.stream().filter(in(variant)).toList();
    boolean isNull = types.isEmpty() && saysNull(variant);
    if (types.size() > 1) {
      List<String> keys = types.stream().map(Map.Entry::getKey).toList();
      samples.reject(
          Reason.BAD_VALUE,
          Samples.quoted(metric) + " has several values: " + String.join(", ", keys));
    } else if (isNull && judged.quality() == Quality.GOOD) {
      samples.filter(metric, Samples.NULL);
    } else if (isNull || variant.isMissingNode() || variant.isEmpty() && variant.isObject()) {
      samples.reject(
          Reason.BAD_VALUE,
          Samples.quoted(metric)
              + " has no value"
              + (judged.reason() == null ? "" : ", quality " + judged.reason()));
    } else {
      variant(metric, variant, types, judged, samples);
    }
  }

  /** Programs that write every key have null under those that do not hold. */
  private static Predicate<Map.Entry<String, Value.Type>> in(JsonNode variant) {
    return type -> {
      JsonNode value = field(variant, type.getKey());
      return !value.isMissingNode() && !value.isNull();
    };
  }

  private static boolean saysNull(JsonNode variant) {
    return variant.isNull()
        || !field(variant, "nullValue").isMissingNode()
        || TYPES.stream().anyMatch(type -> field(variant, type.getKey()).isNull());
  }

  /** One of four keys names the type; a value without them is taken as it is. */
  private static void variant(
      String metric,
      JsonNode variant,
      List<Map.Entry<String, Value.Type>> types,
      Point point,
      Samples samples) {
    if (types.isEmpty()) {
      samples.add(metric, variant, point);
      return;
    }
    JsonNode value = field(variant, types.get(0).getKey());
    Value.Type type = types.get(0).getValue();
    if (value.isTextual() && type != Value.Type.STRING) {
      samples.addQuoted(metric, value.textValue(), type, point);
    } else if (value.isTextual()) {
      samples.add(metric, new Value.Text(value.textValue()), point);
    } else if (type == Value.Type.BOOLEAN ? value.isBoolean() : isNumber(value, type)) {
      samples.add(metric, value, point);
    } else {
      samples.reject(
          Reason.BAD_VALUE,
          Samples.quoted(metric)
              + " has "
              + JsonTree.kind(value)
              + " under "
              + types.get(0).getKey());
    }
  }

  private static boolean isNumber(JsonNode value, Value.Type type) {
    return type != Value.Type.STRING && value.isNumber();
  }

  /**
   * @throws ArithmeticException if it is none, or beyond 64 bits of nanoseconds
   */
  private static Point at(JsonNode timestamp, Point point) {
    if (timestamp.isMissingNode() || timestamp.isNull()) {
      return point;
    }
    JsonNode offset = field(timestamp, "offsetInNanos");
    long seconds = whole(field(timestamp, "timeInSeconds"));
    long nanos = offset.isMissingNode() || offset.isNull() ? 0 : whole(offset);
    if (nanos < 0 || nanos >= NANOS) {
      throw new ArithmeticException();
    }
    long ns = Math.addExact(Math.multiplyExact(seconds, NANOS), nanos);
    return point.at(new Value.Whole(ns), TimeUnit.NS);
  }

  private static long whole(JsonNode node) {
    if (node.isTextual() && Numbers.isInteger(node.textValue()) && node.textValue().length() < 20) {
      return new BigInteger(node.textValue()).longValueExact();
    }
    if (!node.isIntegralNumber() || !node.canConvertToLong()) {
      throw new ArithmeticException();
    }
    return node.longValue();
  }

  private static Point judged(JsonNode quality, Point point) {
    String raw = quality.asText("");
    return switch (raw.toUpperCase(Locale.ROOT)) {
      case "", "NULL", "GOOD" -> point;
      case "BAD" -> point.of(Quality.BAD, raw);
      case "UNCERTAIN" -> point.of(Quality.UNCERTAIN, raw);
      default -> point.of(Quality.UNCERTAIN, "quality " + Excerpt.of(raw));
    };
  }

  /** The field, its key as the interface or as a rule's action spells it. */
  private static JsonNode field(JsonNode object, String key) {
    return JsonTree.field(object, key, Character.toUpperCase(key.charAt(0)) + key.substring(1));
  }
}
