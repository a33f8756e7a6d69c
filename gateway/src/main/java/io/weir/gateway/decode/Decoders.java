package io.weir.gateway.decode;

import io.weir.gateway.config.Config;
import io.weir.gateway.decode.sparkplug.SparkplugDecoder;
import io.weir.gateway.model.Sample.TimeUnit;
import java.util.List;
import java.util.Locale;
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
              "json",
              JsonDecoder::new,
              "influx-line",
              InfluxLineDecoder::new,
              "scalar",
              (time, limits) -> new ScalarDecoder(),
              "sparkplug-b",
              (time, limits) -> new SparkplugDecoder(limits)));

  /** The names that a route may give, in order. */
  public static List<String> names() {
    return List.copyOf(FORMATS.keySet());
  }

  /**
   * A decoder of the format.
   *
   * @param format one of the names; a source that knows better than the route which unit times are
   *     in adds it behind a colon, such as {@code influx-line:ms}
   * @param time where the time stands, as the route says
   * @throws IllegalArgumentException if there is no such format; the message lists those there are
   */
  public static Decoder of(String format, Config.EventTime time, Limits limits) {
    int colon = format.indexOf(':');
    String name = colon < 0 ? format : format.substring(0, colon);
    Format known = FORMATS.get(name);
    if (known == null) {
      throw new IllegalArgumentException(
          "there is no format '" + name + "'; there are " + String.join(", ", names()));
    }
    return known.decoder(colon < 0 ? time : time.in(unit(format.substring(colon + 1))), limits);
  }

  private static TimeUnit unit(String word) {
    return TimeUnit.valueOf(word.toUpperCase(Locale.ROOT));
  }
}
