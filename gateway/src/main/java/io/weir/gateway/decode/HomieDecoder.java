package io.weir.gateway.decode;

import com.fasterxml.jackson.databind.JsonNode;
import io.weir.gateway.model.Reason;
import io.weir.gateway.model.Value;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The Homie convention, versions 3 to 5: {@code <base>/[5/]<device>/<node>/<property>} carries one
 * value, which may be JSON. The {@code $state} of a device is a value too; other attributes (levels
 * that begin with {@code $}) and commands ({@code .../set}) are filtered.
 */
final class HomieDecoder implements Decoder {

  /** The format {@code homie}. */
  public static final class Format implements PlainFormat {

    @Override
    public String name() {
      return "homie";
    }

    @Override
    public String summary() {
      return "Homie 4 and 5: one property in a message";
    }

    @Override
    public Decoder decoder(FormatContext context) {
      return new HomieDecoder(context.texts(), context.limits());
    }

    @Override
    public Map<String, String> presets() {
      return Map.of("homie", "homie/#");
    }

    @Override
    public List<Recognition> recognition() {
      return List.of(Recognition.byWholeTopic("homie/"));
    }
  }

  /** Whether the device is connected: its last will sets it to lost. */
  private static final String STATE = "$state";

  /** A text without characters, which MQTT would take for nothing at all. */
  private static final byte[] EMPTY_TEXT = {0};

  private final JsonTree json;
  private final Scalar scalar;
  private final DecodeLimits limits;

  /**
   * @param texts names of metrics whose values are texts, whatever they look like
   */
  HomieDecoder(Set<String> texts, DecodeLimits limits) {
    this.scalar = new Scalar(texts);
    this.json = new JsonTree(limits);
    this.limits = limits;
  }

  @Override
  public void decode(Payload payload, Output out) {
    Samples samples = new Samples(out, limits);
    String[] levels = payload.topic().split("/", -1);
    int first = levels.length > 1 && levels[1].matches("[5-9]") ? 2 : 1;
    int depth = levels.length - first; // device, node, property
    boolean isState = depth > 1 && levels[levels.length - 1].equals(STATE);
    if (isState && payload.bytes().length > 0) {
      Point device = Point.PLAIN.onMachine(levels[levels.length - 2]);
      scalar.addWritten(STATE, payload.bytes(), device, samples);
    } else if (payload.topic().contains("/$")) {
      samples.filter("an attribute that describes the device, not a reading");
    } else if (depth > 3 && levels[levels.length - 1].equals("set")) {
      samples.filter(Samples.COMMAND);
    } else if (payload.bytes().length == 0) {
      samples.filter(Samples.CLEARED);
    } else if (depth < 3) {
      samples.reject(Reason.BAD_NAME, "the topic does not end in device, node and property");
    } else {
      String machine = levels[levels.length - 3];
      String metric = Samples.join(levels[levels.length - 2], levels[levels.length - 1]);
      Point point = Point.PLAIN.onMachine(machine);
      if (Arrays.equals(payload.bytes(), EMPTY_TEXT)) {
        samples.add(metric, new Value.Text(""), point);
      } else if (Utf8.startsWith('{', payload.bytes()) || Utf8.startsWith('[', payload.bytes())) {
        JsonNode document = json.read(payload.bytes(), out);
        if (document != null) {
          samples.add(metric, document, point);
        }
      } else {
        scalar.addWritten(metric, payload.bytes(), point, samples);
      }
    }
  }
}
