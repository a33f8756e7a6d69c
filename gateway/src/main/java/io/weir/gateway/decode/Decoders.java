package io.weir.gateway.decode;

import io.weir.gateway.decode.sparkplug.SparkplugDecoder;
import io.weir.gateway.model.Sample.TimeUnit;
import io.weir.gateway.normalize.RouteConfig;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** The payload formats by name, as {@code format:} of a route names them. */
public final class Decoders {

  private Decoders() {}

  /** What a decoder is built from: what the route says of the payload, and the limits. */
  private interface Format {
    Decoder decoder(RouteConfig route, DecodeLimits limits);
  }

  private static final Map<String, Format> FORMATS =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry(
                  "csv", (route, limits) -> new CsvDecoder(route.csv(), route.texts(), limits)),
              Map.entry("edgex", (route, limits) -> new EdgeXDecoder(limits)),
              Map.entry("hivemq-edge", (route, limits) -> new HivemqEdgeDecoder(limits)),
              Map.entry("homie", (route, limits) -> new HomieDecoder(route.texts(), limits)),
              Map.entry(
                  "influx-line", (route, limits) -> new InfluxLineDecoder(route.time(), limits)),
              Map.entry("json", (route, limits) -> new JsonDecoder(route.time(), limits)),
              Map.entry("jsonata", JsonataDecoder::of),
              Map.entry("kepware", (route, limits) -> new KepwareDecoder(limits)),
              Map.entry("neuron", (route, limits) -> new NeuronDecoder(limits)),
              Map.entry("opcua-pubsub", (route, limits) -> new OpcUaPubSubDecoder(limits)),
              Map.entry("scalar", (route, limits) -> new ScalarDecoder(route.texts(), limits)),
              Map.entry("senml-cbor", (route, limits) -> SenmlDecoder.cbor(limits)),
              Map.entry("senml-json", (route, limits) -> SenmlDecoder.json(limits)),
              Map.entry("shelly", (route, limits) -> new ShellyDecoder(route.texts(), limits)),
              Map.entry("siemens-databus", (route, limits) -> new SiemensDatabusDecoder(limits)),
              Map.entry("sitewise", (route, limits) -> new SiteWiseDecoder(limits)),
              Map.entry("sparkplug-b", (route, limits) -> new SparkplugDecoder(limits)),
              Map.entry("tasmota", (route, limits) -> new TasmotaDecoder(route.texts(), limits)),
              Map.entry("thingsboard", (route, limits) -> new ThingsBoardDecoder(limits)),
              Map.entry("umh", (route, limits) -> new UmhDecoder(limits)),
              Map.entry(
                  "zigbee2mqtt",
                  (route, limits) -> new Zigbee2mqttDecoder(route.texts(), limits))));

  /** The names that a route may give, in order. */
  public static List<String> names() {
    return List.copyOf(FORMATS.keySet());
  }

  /**
   * A decoder of the format. One without sessions takes compressed payloads too; one with them does
   * once it is {@link #expanding}.
   *
   * @param format one of the names; a source that knows better than the route which unit times are
   *     in adds it behind a colon, such as {@code influx-line:ms}
   * @param route what says where the time stands and what the columns are
   * @throws IllegalArgumentException if there is no such format; the message lists those there are
   */
  public static Decoder of(String format, RouteConfig route, DecodeLimits limits) {
    int colon = format.indexOf(':');
    String name = colon < 0 ? format : format.substring(0, colon);
    Format known = FORMATS.get(name);
    if (known == null) {
      throw new IllegalArgumentException(
          "there is no format '" + name + "'; there are " + String.join(", ", names()));
    }
    RouteConfig read =
        colon < 0 ? route : route.with(route.time().in(unit(format.substring(colon + 1))));
    Decoder made = known.decoder(read, limits);
    return made instanceof SessionDecoder ? made : expanding(made, limits);
  }

  /** The same decoder, which takes compressed payloads too. */
  public static Decoder expanding(Decoder format, DecodeLimits limits) {
    return new ExpandingDecoder(format, limits);
  }

  /**
   * Whether a decoder of the format must hear retained messages again after each start: they say
   * what the others mean, and it remembers them in memory only.
   */
  public static boolean learnsFromRetained(String format) {
    return format.equals("siemens-databus");
  }

  private static TimeUnit unit(String word) {
    return TimeUnit.valueOf(word.toUpperCase(Locale.ROOT));
  }
}
