package io.weir.gateway.decode;

import io.weir.gateway.config.Config;
import io.weir.gateway.model.Sample.TimeUnit;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The payload formats by name, as {@code format:} of a route names them. */
public final class Decoders {

  private Decoders() {}

  /** What a decoder is built from: where the route says the time stands, and the limits. */
  private interface Format {
    Decoder decoder(Config.EventTime time, Limits limits);
  }

  private static final Map<String, Format> FORMATS =
      new TreeMap<>(
          Map.of(
              "json", JsonDecoder::new,
              "influx-line", (time, limits) -> new InfluxLineDecoder(TimeUnit.NS, limits),
              "influx-line:us", (time, limits) -> new InfluxLineDecoder(TimeUnit.US, limits),
              "influx-line:ms", (time, limits) -> new InfluxLineDecoder(TimeUnit.MS, limits),
              "influx-line:s", (time, limits) -> new InfluxLineDecoder(TimeUnit.S, limits),
              "scalar", (time, limits) -> new ScalarDecoder()));

  /** Every name that {@link #of} takes, in order. */
  public static List<String> names() {
    return List.copyOf(FORMATS.keySet());
  }

  /**
   * A decoder of the format.
   *
   * @throws IllegalArgumentException if there is no such format; the message lists those there are
   */
  public static Decoder of(String format, Config.EventTime time, Limits limits) {
    Format known = FORMATS.get(format);
    if (known == null) {
      throw new IllegalArgumentException(
          "there is no format '" + format + "'; there are " + String.join(", ", names()));
    }
    return known.decoder(time, limits);
  }
}
