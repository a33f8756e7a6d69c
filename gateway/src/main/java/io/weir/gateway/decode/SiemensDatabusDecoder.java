package io.weir.gateway.decode;

import com.fasterxml.jackson.databind.JsonNode;
import io.weir.gateway.decode.SiemensMetadata.Collection;
import io.weir.gateway.decode.SiemensMetadata.DataPoint;
import io.weir.gateway.model.Excerpt;
import io.weir.gateway.model.Quality;
import io.weir.gateway.model.Reason;
import io.weir.gateway.model.Value;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Siemens Industrial Edge, the common payload format of the databus: {@code
 * ie/d/j/simatic/v1/<connector>/dp/r/<connection>/<collection>} carries values by id, in bulk, as
 * time series, or one alone; {@code ie/m/j/simatic/v1/<connector>/dp} says what the ids stand for.
 * Status, alarms and requests are filtered.
 *
 * <p>A value whose id no metadata has named yet keeps the id as its name and is UNCERTAIN, since an
 * id may stand for something else after the connector is configured again.
 */
final class SiemensDatabusDecoder implements SessionDecoder {

  /** The format {@code siemens-databus}. */
  public static final class Format implements PlainFormat {

    @Override
    public String name() {
      return "siemens-databus";
    }

    @Override
    public String summary() {
      return "Siemens Industrial Edge: the databus of a connector";
    }

    @Override
    public Decoder decoder(FormatContext context) {
      return new SiemensDatabusDecoder(context.limits());
    }

    @Override
    public boolean readsText() {
      return false;
    }

    @Override
    public Map<String, String> presets() {
      return Map.of("siemens-databus", "ie/+/j/simatic/v1/{connector}/#");
    }

    @Override
    public List<Recognition> recognition() {
      return List.of(Recognition.byWholeTopic("ie/"));
    }

    @Override
    public boolean learnsFromRetained() {
      return true;
    }
  }

  private static final String UNNAMED = "no metadata";

  /** Types whose values are numbers, also where they stand in quotes. */
  private static final Set<String> NUMBERS =
      Set.of(
          "byte", "word", "dword", "lword", "sint", "int", "dint", "lint", "usint", "uint", "udint",
          "ulint", "real", "lreal");

  private final JsonTree json;
  private final DecodeLimits limits;
  private final SiemensMetadata metadata;

  SiemensDatabusDecoder(DecodeLimits limits) {
    this(limits, new SiemensMetadata(DecodeLimits.DEFAULT.maxParts()));
  }

  private SiemensDatabusDecoder(DecodeLimits limits, SiemensMetadata metadata) {
    this.limits = limits;
    this.json = new JsonTree(limits);
    this.metadata = metadata;
  }

  @Override
  public SessionDecoder limited(DecodeLimits other) {
    return new SiemensDatabusDecoder(other, metadata);
  }

  @Override
  public void decode(Payload payload, Output out) {
    Samples samples = new Samples(out, limits);
    if (payload.topic().contains("/dp/w") || ("/" + payload.topic()).contains("/ie/c/")) {
      samples.filter(Samples.COMMAND);
      return;
    }
    JsonNode document = json.read(payload.bytes(), out);
    if (document == null) {
      return;
    }
    String connector = SiemensMetadata.connector(payload.source(), payload.topic());
    if (document.has("vals") || document.has("records") || document.has("val")) {
      Collection collection = metadata.collection(connector, payload.topic());
      data(document, collection, samples);
    } else if (document.has("connector") || ("/" + payload.topic()).contains("/ie/s/")) {
      samples.filter("the status of the connector, not a reading");
    } else if (document.has("evs")) {
      samples.filter("an alarm, not a reading");
    } else if (document.has("connections")) {
      Map<String, Collection> said = SiemensMetadata.read(payload.topic(), document);
      String refusal = metadata.refusal(connector, said);
      if (refusal == null) {
        samples.filter("metadata, learnt");
        out.onceKept(() -> metadata.learn(connector, said));
      } else {
        samples.reject(Reason.LIMIT, refusal);
      }
    } else {
      samples.reject(
          Reason.MALFORMED,
          "neither values ('vals', 'records', 'val') nor metadata ('connections') nor status");
    }
  }

  private static void data(JsonNode document, Collection collection, Samples out) {
    Point point = Point.PLAIN.onMachine(collection.connection());
    Point timed = point.at(JsonTree.time(document.path("ts")));
    if (document.has("val")) {
      add(document, collection.only(), timed, out);
    }
    document.path("vals").forEach(value -> byId(value, collection, timed, out));
    for (JsonNode record : document.path("records")) {
      Value time = JsonTree.time(record.path("ts"));
      Point at = time == null ? timed : timed.at(time);
      record.path("vals").forEach(value -> byId(value, collection, at, out));
    }
  }

  private static void byId(JsonNode value, Collection collection, Point point, Samples out) {
    String id = JsonTree.name(value.path("id"));
    if (id == null) {
      out.reject(Reason.BAD_NAME, "a value without an 'id'");
    } else {
      add(value, collection.points().getOrDefault(id, new DataPoint(id, null)), point, out);
    }
  }

  private static void add(JsonNode given, DataPoint of, Point around, Samples out) {
    Value time = JsonTree.time(given.path("ts"));
    Point point = judged(given, of, time == null ? around : around.at(time));
    JsonNode value = given.path("val");
    if ((value.isNull() || value.isMissingNode()) && point.quality() == Quality.BAD) {
      out.reject(
          Reason.BAD_VALUE,
          Samples.quoted(of.name()) + " has no value, its quality is " + point.reason());
    } else {
      value(of.name(), value, of.type(), point, out);
    }
  }

  private static void value(
      String name, JsonNode value, @Nullable String type, Point point, Samples out) {
    if (name.length() > Samples.LONGEST_NAMES) {
      out.rejectNames(name);
    } else if (value.isArray() && !value.isEmpty()) {
      for (int i = 0; i < value.size(); i++) {
        value(name + "." + i, value.get(i), type, point, out);
      }
    } else if (Objects.equals(type, "bool") && value.isValueNode() && !value.isNull()) {
      flag(name, value, point, out);
    } else if (isText(type) && value.isTextual()) {
      out.add(name, new Value.Text(value.textValue()), point);
    } else if (value.isTextual() && Numbers.isDecimal(value.textValue())) {
      try {
        out.add(name, meant(Numbers.value(value.textValue()), type), point);
      } catch (NumberFormatException e) {
        out.reject(Reason.BAD_VALUE, Samples.quoted(name) + ": " + e.getMessage());
      }
    } else if (value.isTextual() && type != null && NUMBERS.contains(type)) {
      refuse(name, value, "a finite number", out);
    } else if (value.isFloatingPointNumber()) {
      out.add(name, meant(new Value.Real(value.doubleValue()), type), point);
    } else {
      out.add(name, value, point);
    }
  }

  /** A number of that type, of which {@code real} is a float of 32 bits. */
  private static Value meant(Value number, @Nullable String type) {
    return number instanceof Value.Real real && Objects.equals(type, "real")
        ? new Value.Real(FloatDecimals.meant(real.value()))
        : number;
  }

  /** Whether the type is one whose values are texts, though they may look like numbers. */
  private static boolean isText(@Nullable String type) {
    return type != null
        && (type.contains("char")
            || type.contains("string")
            || type.contains("date")
            || type.contains("time"));
  }

  private static void flag(String name, JsonNode value, Point point, Samples out) {
    switch (value.asText().toLowerCase(Locale.ROOT)) {
      case "true", "1" -> out.add(name, new Value.Flag(true), point);
      case "false", "0" -> out.add(name, new Value.Flag(false), point);
      default -> refuse(name, value, "true or false", out);
    }
  }

  private static void refuse(String name, JsonNode value, String expected, Samples out) {
    out.reject(
        Reason.BAD_VALUE,
        Samples.quoted(name) + " is '" + Excerpt.of(value.asText()) + "', not " + expected);
  }

  /**
   * With the quality code {@code qc}, or where it is absent the same two bits of the extended one,
   * {@code qx} bits 6 and 7: 0 bad, 1 uncertain, 2 and 3 good. There is no other.
   */
  private static Point judged(JsonNode given, DataPoint of, Point point) {
    JsonNode qc = given.path("qc");
    JsonNode qx = given.path("qx");
    int extended = qx.asInt(-1);
    int code = qc.asInt(-1) >= 0 ? qc.asInt() : extended >= 0 ? extended >> 6 & 3 : 3;
    if (code == 2 || code == 3) {
      return of.type() == null ? point.of(Quality.UNCERTAIN, UNNAMED) : point;
    }
    String raw = qc.isMissingNode() ? "" : "qc " + code;
    String more = extended < 0 ? "" : (raw.isEmpty() ? "" : ", ") + "qx " + extended;
    return point.of(code == 0 ? Quality.BAD : Quality.UNCERTAIN, raw + more);
  }
}
