package io.weir.gateway.decode;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Tells which format a message is in, by its topic where a convention fixes that, else by what the
 * payload holds. Says nothing where it cannot tell: CSV, CBOR and compressed payloads look like too
 * much else.
 *
 * <p>To recognise a format: one line in {@link #RULES}; the first that holds counts, so the vendor
 * formats stand before the plain ones.
 */
public final class Recognizer {

  private static final int MOST_BYTES = 256 * 1024;

  private static final JsonText JSON =
      new JsonText(StreamReadConstraints.builder().maxNestingDepth(64).build());

  private static final ObjectMapper TREES = new ObjectMapper();

  /** A number, a word for true or false, or a single word such as a state. */
  private static final Pattern SCALAR = Pattern.compile("[+-]?[\\w.:-]{1,64}");

  /** Up to a blank, comma or equals sign that no backslash stands before. */
  private static final String LINE_NAME = "[^\\s,=]+(?:(?<=\\\\)[ ,=][^\\s,=]*)*";

  private static final Pattern LINE =
      Pattern.compile("(?!#)%1$s(,%1$s=%1$s)* %1$s=\\S".formatted(LINE_NAME));

  /** Characters that {@link #LINE} is looked for in: it takes a stack in proportion to them. */
  private static final int LINE_BEGIN = 2_048;

  /**
   * A format and what tells it.
   *
   * @param topic the filter that belongs to the format as a whole, or {@code null}
   */
  private record Rule(String format, @Nullable String topic, Predicate<Look> holds) {

    static Rule byTopic(String format, String topic, String begin) {
      return new Rule(format, topic, look -> look.topic.startsWith(begin));
    }

    static Rule byTopic(String format, String begin) {
      return new Rule(format, null, look -> look.topic.startsWith(begin));
    }

    static Rule by(String format, Predicate<Look> holds) {
      return new Rule(format, null, holds);
    }
  }

  private static final List<Rule> RULES =
      List.of(
          Rule.byTopic("sparkplug-b", "spBv1.0/#", "spBv1.0/"),
          Rule.byTopic("siemens-databus", "ie/#", "ie/"),
          Rule.byTopic("homie", "homie/#", "homie/"),
          Rule.byTopic("tasmota", "tele/"),
          Rule.byTopic("tasmota", "stat/"),
          Rule.byTopic("shelly", "shellies/"),
          Rule.by("shelly", look -> look.topic.endsWith("/events/rpc")),
          Rule.by("shelly", look -> look.topic.matches(".*/status/\\w+:\\d+")),
          Rule.byTopic("zigbee2mqtt", "zigbee2mqtt/"),
          Rule.byTopic("thingsboard", "v1/gateway/"),
          Rule.byTopic("thingsboard", "v1/devices/"),
          Rule.byTopic("umh", "umh/v1/"),
          Rule.by("neuron", look -> look.has("node", "group") && look.hasAny("values", "tags")),
          Rule.by("kepware", look -> look.inside("values").containsAll(Set.of("id", "v"))),
          Rule.by("edgex", look -> look.has("apiVersion") && look.hasAny("readings", "payload")),
          Rule.by("edgex", look -> look.inside("readings").contains("resourceName")),
          Rule.by("sitewise", look -> look.has("propertyValues")),
          Rule.by("sitewise", look -> look.inside("entries").contains("propertyValues")),
          Rule.by("opcua-pubsub", look -> look.has("MessageType") && look.hasAny("Messages")),
          Rule.by("opcua-pubsub", look -> look.has("DataSetWriterId", "Payload")),
          Rule.by("opcua-pubsub", look -> look.has("NodeId", "Value")),
          Rule.by("senml-json", look -> look.isArray() && look.has("n") && look.isSenml()),
          Rule.by("senml-json", look -> look.isArray() && look.has("bn")),
          Rule.by("hivemq-edge", look -> look.has("tagName", "value")),
          Rule.by("umh", look -> look.has("timestamp_ms", "value")),
          Rule.by("json", look -> !look.keys.isEmpty()),
          Rule.by("scalar", look -> SCALAR.matcher(look.text).matches()),
          Rule.by("influx-line", Look::isLine));

  private Recognizer() {}

  /**
   * What a message is.
   *
   * @param format the format's name, which {@link Decoders} may or may not know; {@code null} where
   *     it cannot be told
   * @param topic the filter under which the format is to be subscribed as a whole, or {@code null}
   * @param keys what the payload names at its top, where it is JSON
   */
  public record Recognized(@Nullable String format, @Nullable String topic, Set<String> keys) {}

  /** What the message is. Bounded in time and memory by the payload's size. */
  public static Recognized of(String topic, byte[] payload) {
    Look look = new Look(topic, payload);
    for (Rule rule : RULES) {
      if (rule.holds().test(look)) {
        return new Recognized(rule.format(), rule.topic(), look.keys);
      }
    }
    return new Recognized(null, null, look.keys);
  }

  /** A message, looked at once for all rules. */
  private static final class Look {
    final String topic;

    /** The payload as text; "" where it is none. */
    final String text;

    /** The names in its top object, or in the first object of its top array. */
    final Set<String> keys;

    private final @Nullable JsonNode json;

    Look(String topic, byte[] payload) {
      this.topic = topic;
      this.text = text(payload);
      this.json = text.startsWith("{") || text.startsWith("[") ? json(text) : null;
      this.keys = json == null ? Set.of() : names(json);
    }

    private static String text(byte[] payload) {
      if (payload.length > MOST_BYTES) {
        return "";
      }
      try {
        return Utf8.decode(payload, Utf8.start(payload), Utf8.end(payload)).strip();
      } catch (CharacterCodingException e) {
        return ""; // not text, which is an answer
      }
    }

    private static @Nullable JsonNode json(String text) {
      try {
        return JSON.read(text.getBytes(UTF_8), TREES::readTree);
      } catch (IOException e) {
        return null; // not JSON, which is an answer
      }
    }

    private static Set<String> names(JsonNode node) {
      JsonNode object = node.isArray() ? node.path(0) : node;
      Set<String> names = new TreeSet<>();
      object.fieldNames().forEachRemaining(names::add);
      return names;
    }

    boolean isLine() {
      return LINE.matcher(text).region(0, Math.min(text.length(), LINE_BEGIN)).lookingAt();
    }

    boolean isArray() {
      return json != null && json.isArray();
    }

    boolean isSenml() {
      return hasAny("v", "vs", "vb", "vd", "s");
    }

    boolean has(String... names) {
      return keys.containsAll(List.of(names));
    }

    boolean hasAny(String... names) {
      return List.of(names).stream().anyMatch(keys::contains);
    }

    /** The names in the first object of the array that stands under the name. */
    Set<String> inside(String name) {
      return json == null ? Set.of() : names(json.path(name));
    }
  }
}
