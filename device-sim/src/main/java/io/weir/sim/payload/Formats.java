package io.weir.sim.payload;

import io.weir.sim.plant.MachineSample;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The payload formats by name, each with the route by which a gateway reads it. */
public final class Formats {

  private Formats() {}

  /**
   * A payload format.
   *
   * @param route of the gateway's configuration, as one line of YAML. Its topic contains the whole
   *     path of a machine, unless the topics of the vendor have no room for it
   * @param format makes a new format, one for each play
   * @param file a file that the route names, or {@code null}
   */
  public record NamedFormat(
      String name, String route, Supplier<PayloadFormat> format, @Nullable RouteFile file) {

    NamedFormat(String name, String route, Supplier<PayloadFormat> format) {
      this(name, route, format, null);
    }
  }

  /**
   * A file without which a gateway cannot read a format.
   *
   * @param name as the route has it
   */
  public record RouteFile(String name, Supplier<byte[]> content) {}

  private static final Map<String, NamedFormat> FORMATS = new TreeMap<>();

  private static void add(String name, String topic, Supplier<PayloadFormat> format) {
    add(name, topic, "", format);
  }

  private static void add(String name, String topic, String keys, Supplier<PayloadFormat> format) {
    String route = "{ topic: \"" + topic + "\", format: " + name + keys + " }";
    FORMATS.put(name, new NamedFormat(name, route, format));
  }

  static {
    String path = "{site}/{area}/{line}/{machine}";
    add(
        "avro",
        "avro/" + path,
        ", avro: { encoding: single-object, schema: '" + AvroPayload.SCHEMA + "' }",
        () -> AvroPayload::messages);
    add("cbor", "cbor/" + path, () -> TreePayload::cbor);
    add("csv", "csv/" + path, () -> CsvPayload::messages);
    add("edgex", "edgex/events/device/{area}/{line}/+/+", EdgeXPayload::new);
    add("hivemq-edge", "edge/" + path + "/{metric}", () -> HivemqEdgePayload::messages);
    add("homie", "homie/5/#", HomiePayload::new);
    add("influx-line", "telegraf/#", () -> InfluxLinePayload::messages);
    add("json", "factory/" + path + "/telemetry", () -> Formats::json);
    add(
        "jsonata",
        "plc/" + path,
        ", jsonata: '$merge([{ \"ts\": time }, data.{ tag: val }])'",
        () -> JsonataPayload::messages);
    add("kepware", "iotgateway/{site}/{area}/{line}", () -> KepwarePayload::messages);
    add("msgpack", "msgpack/" + path, () -> TreePayload::msgpack);
    add("ndjson", "ndjson/" + path, () -> TreePayload::ndjson);
    add("neuron", "/neuron/{site}/{area}/{line}", () -> NeuronPayload::messages);
    add("opcua-pubsub", "opcua/json/data/" + path, OpcUaPubSubPayload::new);
    String descriptor = "machine.desc";
    FORMATS.put(
        "protobuf",
        new NamedFormat(
            "protobuf",
            "{ topic: \"protobuf/"
                + path
                + "\", format: protobuf, protobuf: { descriptor: "
                + descriptor
                + ", message: weir.sim.Machine, delimited: true, names: proto } }",
            () -> ProtobufPayload::messages,
            new RouteFile(descriptor, ProtobufPayload::descriptor)));
    add("scalar", "tags/" + path + "/{metric}", () -> ScalarPayload::messages);
    add("senml-cbor", "senml/{site}/{area}/{line}/cbor", SenmlPayload::cbor);
    add("senml-json", "senml/{site}/{area}/{line}/json", SenmlPayload::json);
    add("shelly", "shellies/#", () -> ShellyPayload::messages);
    add("siemens-databus", "ie/+/j/simatic/v1/{connector}/#", SiemensDatabusPayload::new);
    add("sitewise", "sitewise/" + path, () -> SiteWisePayload::messages);
    add("sparkplug-b", "spBv1.0/#", SparkplugPayload::new);
    add("tasmota", "tele/{machine}/+", () -> TasmotaPayload::messages);
    add("thingsboard", "v1/gateway/telemetry", () -> ThingsBoardPayload::messages);
    add("umh", "umh/v1/#", () -> UmhPayload::messages);
    add("weir", "weir/#", () -> WeirPayload::messages);
    add("xml", "xml/" + path, ", time: { from: /@ts }", () -> TreePayload::xml);
    add("zigbee2mqtt", "zigbee2mqtt/" + path, () -> Zigbee2mqttPayload::messages);
  }

  /** JSON in which each machine numbers its messages. */
  public static NamedFormat numberedJson() {
    String route =
        "{ topic: \"factory/{site}/{area}/{line}/{machine}/telemetry\", format: json,"
            + " sequence: { from: seq } }";
    return new NamedFormat(
        "json",
        route,
        () -> sample -> List.of(DeviceMessage.of(sample.path().topic(), sample.numberedJson())));
  }

  /** All formats, in the order of their names. */
  public static List<NamedFormat> all() {
    return List.copyOf(FORMATS.values());
  }

  /**
   * The format of that name.
   *
   * @throws IllegalArgumentException if there is none; the message lists all formats
   */
  public static NamedFormat of(String name) {
    NamedFormat known = FORMATS.get(name);
    if (known == null) {
      throw new IllegalArgumentException(
          "unknown format \""
              + name
              + "\"; the formats are "
              + String.join(", ", FORMATS.keySet()));
    }
    return known;
  }

  private static List<DeviceMessage> json(MachineSample sample) {
    return List.of(DeviceMessage.of(sample.path().topic(), sample.json()));
  }
}
