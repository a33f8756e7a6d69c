package io.weir.gateway.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.weir.gateway.intake.Decoding;
import io.weir.gateway.normalize.Memory;
import io.weir.gateway.normalize.RouteConfig;
import io.weir.gateway.normalize.Routes;
import io.weir.gateway.normalize.Types;
import java.io.IOException;
import java.util.List;

/**
 * The messages that {@link io.weir.sim.load.Load} publishes, without a broker: 136 bytes of JSON
 * with a time and six fields. Message {@code n} goes to topic {@code n mod topics}, and its time is
 * {@code n / topics} ms after the first.
 */
final class LoadMessages {

  static final int FIELDS = 6;

  private static final String ROUTE = "factory/{site}/{area}/{line}/{machine}/telemetry";

  private static final String TIME = "1000000000000";
  private static final String SEQUENCE = "         0";
  private static final String DIGITS = "000";

  private static final String TEMPLATE =
      "{\"ts\":"
          + TIME
          + ",\"seq\":"
          + SEQUENCE
          + ",\"temperature\":61."
          + DIGITS
          + ",\"vibration\":2.17,\"pressure\":6.31,\"power_kw\":18.4,\"state\":\"RUNNING\"}";

  private static final int BYTES = 136;
  private static final int TIME_AT = TEMPLATE.indexOf(TIME);
  private static final int SEQUENCE_AT = TEMPLATE.indexOf(SEQUENCE);
  private static final int DIGITS_AT = TEMPLATE.indexOf("." + DIGITS) + 1;

  private final int topics;
  private final long startMs;

  LoadMessages(int topics, long startMs) {
    this.topics = topics;
    this.startMs = startMs;
  }

  String topic(long number) {
    return "factory/plant-a/load/line-1/machine-%05d/telemetry".formatted(number % topics + 1);
  }

  /** How the gateway reads them. */
  static Decoding decoding() throws IOException {
    RouteConfig route =
        new RouteConfig(
            ROUTE,
            null,
            "json",
            1,
            "telemetry",
            Routes.UNROUTED.time(),
            List.of(),
            RouteConfig.Unlisted.KEEP);
    return new Decoding(List.of(route), Types.load(new Memory()));
  }

  static byte[] blank() {
    String padded = TEMPLATE.replace("}", " ".repeat(BYTES - TEMPLATE.length()) + "}");
    return padded.getBytes(UTF_8);
  }

  /** Makes a message of a blank, or of another one. */
  void write(long number, byte[] to) {
    write(number, startMs + number / topics, to);
  }

  /** The same, with a time of its own. */
  static void write(long number, long timeMs, byte[] to) {
    digits(to, TIME_AT, TIME.length(), timeMs, '0');
    digits(to, SEQUENCE_AT, SEQUENCE.length(), number, ' ');
    digits(to, DIGITS_AT, DIGITS.length(), number % 1_000, '0');
  }

  private static void digits(byte[] to, int at, int width, long value, char fill) {
    long rest = value;
    for (int i = at + width - 1; i >= at; i--) {
      boolean digit = rest > 0 || i == at + width - 1;
      to[i] = (byte) (digit ? '0' + rest % 10 : fill);
      rest /= 10;
    }
  }
}
