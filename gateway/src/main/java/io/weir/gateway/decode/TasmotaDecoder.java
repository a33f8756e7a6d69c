package io.weir.gateway.decode;

import com.fasterxml.jackson.databind.JsonNode;
import io.weir.gateway.model.Value;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Tasmota: {@code tele/<device>/SENSOR}, {@code STATE}, {@code stat/<device>/STATUS8}, {@code
 * RESULT} and so on as JSON, {@code stat/<device>/POWER1} and {@code tele/<device>/LWT} as a word.
 * The levels may stand in another order (FullTopic). Commands and what the firmware says of itself
 * (INFO, discovery, its settings) are filtered.
 *
 * <p>Its times are local unless the device is set otherwise, so the route needs a zone.
 */
final class TasmotaDecoder implements Decoder {

  /** The format {@code tasmota}. */
  public static final class Format implements PlainFormat {

    @Override
    public String name() {
      return "tasmota";
    }

    @Override
    public String summary() {
      return "Tasmota devices";
    }

    @Override
    public Decoder decoder(FormatContext context) {
      return new TasmotaDecoder(context.texts(), context.limits());
    }

    @Override
    public Map<String, String> presets() {
      return Map.of("tasmota", "tele/+/+");
    }

    @Override
    public List<Recognition> recognition() {
      return List.of(Recognition.byTopic("tele/"), Recognition.byTopic("stat/"));
    }
  }

  /** Which key says the unit of which values, and how it is written there. */
  private record Measure(String unitKey, Set<String> values) {}

  private static final List<Measure> MEASURES =
      List.of(
          new Measure("TempUnit", Set.of("Temperature", "DewPoint", "HeatIndex")),
          new Measure("PressureUnit", Set.of("Pressure", "SeaPressure")),
          new Measure("SpeedUnit", Set.of("Speed", "WindSpeed")));

  /** Units of the object ENERGY, which its documentation fixes. */
  private static final Map<String, String> ENERGY =
      Map.ofEntries(
          Map.entry("Power", "W"),
          Map.entry("ApparentPower", "V.A"),
          Map.entry("ReactivePower", "V.A"),
          Map.entry("Voltage", "V"),
          Map.entry("Current", "A"),
          Map.entry("Frequency", "Hz"),
          Map.entry("Total", "kW.h"),
          Map.entry("Today", "kW.h"),
          Map.entry("Yesterday", "kW.h"),
          Map.entry("ImportActive", "kW.h"),
          Map.entry("ExportActive", "kW.h"),
          Map.entry("Period", "W.h"));

  /** An answer to the command Status holds the same as the telemetry, one level down. */
  private static final List<String> ANSWERS = List.of("StatusSNS", "StatusSTS");

  private static final Set<String> ABOUT_TIME = Set.of("Time", "Epoch");

  private static final Pattern NUMBER = Pattern.compile("\\d+$");
  private static final Pattern SWITCH = Pattern.compile("POWER\\d*");
  private static final Pattern ABOUT_ITSELF =
      Pattern.compile("INFO\\d*|LOGGING|UPGRADE|HASS_STATE|STATUS([1-79])?");

  private final JsonTree json;
  private final Scalar scalar;
  private final DecodeLimits limits;

  /**
   * @param texts names of metrics whose values are texts, whatever they look like
   */
  TasmotaDecoder(Set<String> texts, DecodeLimits limits) {
    this.scalar = new Scalar(texts);
    this.limits = limits;
    this.json = new JsonTree(limits);
  }

  @Override
  public void decode(Payload payload, Output out) {
    Samples samples = new Samples(out, limits);
    List<String> levels = List.of(payload.topic().split("/", -1));
    String kind = levels.get(levels.size() - 1);
    if (levels.contains("cmnd")) {
      samples.filter(Samples.COMMAND);
      return;
    }
    if (levels.contains("discovery") || ABOUT_ITSELF.matcher(kind).matches()) {
      samples.filter("said by the firmware of itself, not a reading");
      return;
    }
    Point point = Point.PLAIN.onMachine(device(levels));
    if (!Utf8.startsWith('{', payload.bytes())) {
      scalar.add(kind, payload.bytes(), point, samples);
      return;
    }
    JsonNode document = json.read(payload.bytes(), out);
    if (document == null) {
      return;
    }
    List<JsonNode> answers =
        ANSWERS.stream().map(document::path).filter(JsonNode::isObject).toList();
    if (document.path("Command").isTextual()) {
      samples.filter("says that a command was not understood, not a reading");
    } else if (answers.isEmpty()) {
      object(document, point, samples);
    } else {
      answers.forEach(answer -> object(answer, point, samples));
    }
  }

  /** The level beside the prefix: {@code tele/<device>/SENSOR} or {@code <device>/tele/SENSOR}. */
  private static @Nullable String device(List<String> levels) {
    int prefix = Math.max(levels.indexOf("tele"), levels.indexOf("stat"));
    int device = prefix == levels.size() - 2 ? prefix - 1 : levels.size() - 2;
    return device >= 0 && device != prefix ? levels.get(device) : null;
  }

  private void object(JsonNode document, Point device, Samples out) {
    JsonNode epoch = document.path("Epoch"); // where it is switched on, it needs no zone
    Point point =
        device.at(JsonTree.time(epoch.isIntegralNumber() ? epoch : document.path("Time")));
    for (Map.Entry<String, JsonNode> entry : document.properties()) {
      String key = entry.getKey();
      JsonNode value = entry.getValue();
      if (ABOUT_TIME.contains(key) || MEASURES.stream().anyMatch(m -> m.unitKey().equals(key))) {
        continue; // said of the others
      }
      Boolean on = value.isTextual() ? Scalar.flag(value.textValue()) : null;
      if (on != null && SWITCH.matcher(key).matches() && !scalar.isText(key)) {
        out.add(key, new Value.Flag(on), point);
      } else if (key.equals("ZbReceived") && value.isObject()) {
        value.properties().forEach(each -> radio(each, point, out));
      } else if (value.path("Device").asText().equals(key)) {
        radio(entry, point, out); // where the bridge leaves ZbReceived out
      } else if (value.isObject()) {
        sensor(key, value, document, point, out);
      } else {
        out.addField("", entry, point.in(unit(key, document)));
      }
    }
  }

  /** What a Zigbee device sent, by its short address: it is a machine of its own. */
  private static void radio(Map.Entry<String, JsonNode> device, Point point, Samples out) {
    String name = JsonTree.name(device.getValue().path("Name"));
    Point own = point.onMachine(name == null ? device.getKey() : name);
    for (Map.Entry<String, JsonNode> value : device.getValue().properties()) {
      if (!value.getKey().equals("Device") && !value.getKey().equals("Name")) {
        out.addField("", value, own);
      }
    }
  }

  private static void sensor(
      String name, JsonNode sensor, JsonNode document, Point point, Samples out) {
    for (Map.Entry<String, JsonNode> entry : sensor.properties()) {
      String key = entry.getKey();
      String unit = name.equals("ENERGY") ? ENERGY.get(key) : unit(key, document);
      out.addField(name, entry, point.in(unit));
    }
  }

  /** By the name of the value, which may end in a number where a sensor has several of one kind. */
  private static @Nullable String unit(String value, JsonNode document) {
    String kind = NUMBER.matcher(value).replaceFirst("");
    for (Measure measure : MEASURES) {
      if (measure.values().contains(kind)) {
        String written = JsonTree.name(document.path(measure.unitKey()));
        return written == null ? null : Scalar.unit(written);
      }
    }
    return null;
  }
}
