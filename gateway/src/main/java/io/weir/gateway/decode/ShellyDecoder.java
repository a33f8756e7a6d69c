package io.weir.gateway.decode;

import com.fasterxml.jackson.databind.JsonNode;
import io.weir.gateway.decode.Recognition.Clue;
import io.weir.gateway.model.Reason;
import io.weir.gateway.model.Value;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Shelly devices of both kinds. First generation: {@code shellies/<device>/relay/0/power} and so
 * on, one value a topic. Second and later: {@code <device>/status/switch:0} with the whole status
 * of a component, and {@code <device>/events/rpc} with what changed of it; both give the same
 * names, {@code switch.0.apower}. Commands, announcements and answers to calls are filtered.
 */
final class ShellyDecoder implements Decoder {

  /** The format {@code shelly}. */
  public static final class Format implements PlainFormat {

    @Override
    public String name() {
      return "shelly";
    }

    @Override
    public String summary() {
      return "Shelly devices of all generations";
    }

    @Override
    public Decoder decoder(FormatContext context) {
      return new ShellyDecoder(context.texts(), context.limits());
    }

    @Override
    public Map<String, String> presets() {
      return Map.of("shelly", "shellies/#");
    }

    @Override
    public List<Recognition> recognition() {
      return List.of(
          Recognition.byTopic("shellies/"),
          Recognition.by(Clue.TOPIC, look -> look.topic().endsWith("/events/rpc")),
          Recognition.by(Clue.TOPIC, look -> look.topic().matches(".*/status/\\w+:\\d+")));
    }
  }

  /** What is said to the device or of the device itself, in the last level or before it. */
  private static final Set<String> NO_READINGS =
      Set.of("announce", "command", "rpc", "set", "debug", "settings");

  private static final Set<String> ABOUT_THE_EVENT = Set.of("component", "id", "ts");

  private static final String GEN1 = "shellies";
  private static final String HEARD = "last_updated_ts";

  private final JsonTree json;
  private final Scalar scalar;
  private final DecodeLimits limits;

  /**
   * @param texts names of metrics whose values are texts, whatever they look like
   */
  ShellyDecoder(Set<String> texts, DecodeLimits limits) {
    this.scalar = new Scalar(texts);
    this.limits = limits;
    this.json = new JsonTree(limits);
  }

  @Override
  public void decode(Payload payload, Output out) {
    Samples samples = new Samples(out, limits);
    List<String> levels = Arrays.asList(payload.topic().split("/", -1));
    int events = levels.size() - 2;
    if (events > 0 && levels.get(events).equals("events")) {
      events(levels.get(events - 1), levels.get(events + 1), payload, samples, out);
      return;
    }
    int first = levels.get(0).equals(GEN1) ? 2 : behindPrefix(levels);
    List<String> names = levels.subList(Math.min(first, levels.size()), levels.size());
    if (names.isEmpty() || levels.stream().skip(1).anyMatch(NO_READINGS::contains)) {
      samples.filter("a command, an announcement or an answer, not a reading");
      return;
    }
    Point point = Point.PLAIN.onMachine(levels.get(first - 1));
    boolean status = names.get(0).equals("status"); // only the second generation has it here
    String name = dotted(String.join(".", status ? names.subList(1, names.size()) : names));
    if (!Utf8.startsWith('{', payload.bytes()) && !Utf8.startsWith('[', payload.bytes())) {
      scalar.add(name, payload.bytes(), point, samples);
      return;
    }
    JsonNode document = json.read(payload.bytes(), out);
    if (document == null) {
      return;
    }
    if (name.isEmpty()) {
      components(document, point, samples);
    } else if (name.equals("info")) {
      component("", document, point.at(clock(document.path("unixtime"))), samples);
    } else if (name.equals("sys")) {
      component(name, document, point.at(clock(document.path("unixtime"))), samples);
    } else {
      component(name, document, point, samples);
    }
  }

  /** Behind the device's own prefix, which may have levels of its own. */
  private static int behindPrefix(List<String> levels) {
    for (int i = 1; i < levels.size(); i++) {
      if (levels.get(i).equals("status")) {
        return i;
      }
    }
    return Math.max(1, levels.size() - 1);
  }

  /**
   * @param channel the last level: {@code rpc}; others carry what a device heard by radio
   */
  private void events(String device, String channel, Payload payload, Samples out, Output raw) {
    if (!channel.equals("rpc")) {
      out.filter("heard by radio from another device, still packed");
      return;
    }
    JsonNode document = json.read(payload.bytes(), raw);
    if (document == null) {
      return;
    }
    JsonNode params = document.path("params");
    String method = document.path("method").asText();
    Point point = Point.PLAIN.onMachine(device).at(JsonTree.time(params.path("ts")));
    switch (method) {
      case "NotifyStatus", "NotifyFullStatus" -> components(params, point, out);
      case "NotifyEvent" -> params.path("events").forEach(event -> event(event, point, out));
      default ->
          out.reject(
              Reason.MALFORMED,
              "no notification: NotifyStatus, NotifyFullStatus or NotifyEvent is expected");
    }
  }

  private static void components(JsonNode status, Point point, Samples out) {
    for (Map.Entry<String, JsonNode> entry : status.properties()) {
      if (entry.getKey().equals("ts")) {
        continue; // the time of the others
      }
      component(dotted(entry.getKey()), entry.getValue(), point, out);
    }
  }

  /** A component's {@code id} is in its name already. */
  private static void component(String name, JsonNode status, Point point, Samples out) {
    if (!status.isObject()) {
      out.add(name, status, point);
      return;
    }
    Value heard = clock(status.path(HEARD)); // of a sensor by radio, long before the status
    Point at = heard == null ? point : point.at(heard);
    for (Map.Entry<String, JsonNode> entry : status.properties()) {
      String key = entry.getKey();
      if (!key.equals("id") && !key.equals(HEARD)) {
        out.addField(name, entry, at);
      }
    }
  }

  private static void event(JsonNode event, Point point, Samples out) {
    String component = JsonTree.name(event.path("component"));
    if (component == null || JsonTree.name(event.path("event")) == null) {
      out.reject(Reason.MALFORMED, "an event without 'component' or 'event'");
      return;
    }
    Value time = JsonTree.time(event.path("ts"));
    Point timed = time == null ? point : point.at(time);
    for (Map.Entry<String, JsonNode> entry : event.properties()) {
      if (!ABOUT_THE_EVENT.contains(entry.getKey())) {
        out.addField(dotted(component), entry, timed);
      }
    }
  }

  /** A clock that is not set says 0. */
  private static @Nullable Value clock(JsonNode seconds) {
    return seconds.asLong() == 0 ? null : JsonTree.time(seconds);
  }

  private static String dotted(String component) {
    return component.replace(':', '.');
  }
}
