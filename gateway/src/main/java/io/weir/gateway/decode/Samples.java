package io.weir.gateway.decode;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BinaryNode;
import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Excerpt;
import io.weir.gateway.model.Reason;
import io.weir.gateway.model.Rejected;
import io.weir.gateway.model.Sample;
import io.weir.gateway.model.SequenceNumber;
import io.weir.gateway.model.Value;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Collects the samples of one message, the same for all formats that are read as a tree.
 *
 * <ul>
 *   <li>A scalar is a sample. An object or array is one sample for each scalar in it, named by its
 *       path: {@code phase.u}, {@code current.0}. Bytes are text in base64url.
 *   <li>{@code null} and what is empty are filtered. A number that no reading holds is rejected
 *       alone, also where it is written as text, {@code "NaN"}.
 *   <li>Past the limit of parts one more is rejected, and the rest is not looked at.
 * </ul>
 */
final class Samples {

  /**
   * Characters in name, asset and tags of a sample at most: what a message repeats for each of its
   * samples must not grow with both. What stores allow is far less, and checked later.
   */
  static final int LONGEST_NAMES = 1_024;

  /** Tags of a sample at most. */
  static final int MOST_TAGS = 64;

  /** Why a null is left out. */
  static final String NULL = "null";

  /** Why an object or array without anything in it is left out. */
  static final String EMPTY = "empty";

  /** Why an empty payload is left out where it stands for null, or takes back a retained value. */
  static final String CLEARED = "empty: there is no value, or none any more";

  /** Why what is said to a device is left out. */
  static final String COMMAND = "a command, not a reading";

  private final Decoder.Output out;
  private final int maxParts;
  private int parts;

  Samples(Decoder.Output out, DecodeLimits limits) {
    this.out = out;
    this.maxParts = limits.maxParts();
  }

  /** Takes what stands at that name: a scalar, or all that is nested there. */
  void add(String name, JsonNode node, Point point) {
    if (name.length() > LONGEST_NAMES) {
      rejectNames(name);
      return;
    }
    if (node.isContainerNode() && node.isEmpty() && !name.isEmpty()) {
      filter(name, EMPTY);
      return;
    }
    switch (node.getNodeType()) {
      case OBJECT -> {
        for (Map.Entry<String, JsonNode> field : node.properties()) {
          addField(name, field, point);
        }
      }
      case ARRAY -> {
        for (int i = 0; i < node.size(); i++) {
          add(join(name, String.valueOf(i)), node.get(i), point);
        }
      }
      case NULL, MISSING -> filter(name, NULL);
      case NUMBER -> number(name, node, point);
      case BOOLEAN -> add(name, new Value.Flag(node.booleanValue()), point);
      case POJO -> reject(Reason.BAD_VALUE, quoted(name) + " is " + JsonTree.kind(node));
      default -> text(name, node, point);
    }
  }

  /** Takes a field of what stands at that name, "" for the top. */
  void addField(String name, Map.Entry<String, JsonNode> field, Point point) {
    if (field.getKey().isEmpty()) {
      reject(Reason.BAD_NAME, "an empty key" + (name.isEmpty() ? "" : " in " + quoted(name)));
    } else {
      add(join(name, field.getKey()), field.getValue(), point);
    }
  }

  private void text(String name, JsonNode node, Point point) {
    if (node.isTextual() && Numbers.isNoNumberOfJson(node.textValue())) {
      reject(
          Reason.BAD_VALUE, quoted(name) + " is '" + node.textValue() + "', not a finite number");
    } else {
      add(name, new Value.Text(text(node)), point);
    }
  }

  private void number(String name, JsonNode node, Point point) {
    if (!node.isIntegralNumber()) {
      add(name, new Value.Real(node.doubleValue()), point);
    } else if (node.canConvertToLong()) {
      add(name, new Value.Whole(node.longValue()), point);
    } else {
      reject(Reason.BAD_VALUE, quoted(name) + " is an integer beyond 64 bits");
    }
  }

  private static String text(JsonNode node) {
    return node instanceof BinaryNode bytes
        ? Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.binaryValue())
        : node.textValue();
  }

  /** Takes one value; what is not finite is rejected. */
  void add(String name, Value value, Point point) {
    if (length(name, point) > LONGEST_NAMES) {
      rejectNames(name);
    } else if (point.tags().size() > MOST_TAGS) {
      reject(Reason.BAD_NAME, quoted(name) + " has more than " + MOST_TAGS + " tags");
    } else if (value instanceof Value.Real real && !Double.isFinite(real.value())) {
      reject(Reason.BAD_VALUE, quoted(name) + " is " + real.value() + ", not a finite number");
    } else if (hasRoom()) {
      out.sample(
          new Sample(
              name,
              value,
              point.time(),
              point.timeUnit(),
              point.quality(),
              point.reason(),
              null,
              point.asset(),
              point.tags(),
              point.unit(),
              point.part()));
    }
  }

  /**
   * Takes a number or truth value that the payload writes as text.
   *
   * @param type what it is said to be: a float stays one without a fraction, an integer with one is
   *     a float
   */
  void addQuoted(String name, String text, Value.Type type, Point point) {
    Value value = meant(name, text, type);
    if (value != null) {
      add(name, value, point);
    }
  }

  /** The same value, before it is taken; {@code null} where there is none, and it was rejected. */
  @Nullable Value meant(String name, String text, Value.Type type) {
    if (type == Value.Type.BOOLEAN) {
      return flag(name, text);
    }
    if (!Numbers.isDecimal(text)) {
      reject(
          Reason.BAD_VALUE,
          quoted(name)
              + " is '"
              + Excerpt.of(text)
              + (Numbers.isNotFinite(text) ? "', not a finite number" : "', not a number"));
      return null;
    }
    if (type == Value.Type.FLOAT) {
      return new Value.Real(Double.parseDouble(text));
    }
    try {
      return Numbers.value(text);
    } catch (NumberFormatException e) {
      reject(Reason.BAD_VALUE, quoted(name) + ": " + e.getMessage());
      return null;
    }
  }

  private @Nullable Value flag(String name, String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "true", "t", "1" -> new Value.Flag(true);
      case "false", "f", "0" -> new Value.Flag(false);
      default -> {
        reject(
            Reason.BAD_VALUE, quoted(name) + " is '" + Excerpt.of(text) + "', not true or false");
        yield null;
      }
    };
  }

  /** Reads a document that stands at that name as text; {@code null} where it was rejected. */
  @Nullable JsonNode document(String name, JsonTree tree, byte[] bytes) {
    return tree.read(quoted(name) + ": ", bytes, out);
  }

  /** The line in which the samples that follow stand. */
  void standsAt(int line) {
    out.standsAt(line, 0);
  }

  /** Takes what the sender counted the message as. */
  void numbered(SequenceNumber number) {
    if (number.sender().length() <= LONGEST_NAMES) {
      out.numbered(number);
    }
  }

  /** Rejects a name that is too long to be repeated for all that it stands for. */
  void rejectNames(String name) {
    reject(
        Reason.BAD_NAME, quoted(name) + " has names of more than " + LONGEST_NAMES + " characters");
  }

  private static int length(String name, Point point) {
    int length = name.length();
    Asset asset = point.asset();
    if (asset != null) {
      length += length(asset.site()) + length(asset.area());
      length += length(asset.line()) + length(asset.machine());
    }
    for (Map.Entry<String, String> tag : point.tags().entrySet()) {
      length += tag.getKey().length() + tag.getValue().length();
    }
    return length;
  }

  private static int length(@Nullable String level) {
    return level == null ? 0 : level.length();
  }

  void reject(Reason reason, String detail) {
    reject(new Rejected(reason, detail));
  }

  void reject(Rejected part) {
    if (hasRoom()) {
      out.rejected(part);
    }
  }

  /** Leaves out the whole payload. */
  void filter(String why) {
    filter("", why);
  }

  /** Leaves out one part, for a reason as {@link Decoder.Output#filtered} has it. */
  void filter(String part, String why) {
    if (hasRoom()) {
      out.filtered(part, why);
    }
  }

  private boolean hasRoom() {
    parts++;
    if (parts == maxParts + 1) {
      out.rejected(
          new Rejected(
              Reason.LIMIT, "more than " + maxParts + " values in one message; the rest is left"));
    }
    return parts <= maxParts;
  }

  static String join(String name, String key) {
    return name.isEmpty() ? key : name + "." + key;
  }

  /** The name as a sentence may begin with it. */
  static String quoted(String name) {
    return name.isEmpty() ? "the value" : "'" + Excerpt.of(name) + "'";
  }
}
