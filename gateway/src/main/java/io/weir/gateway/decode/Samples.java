package io.weir.gateway.decode;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BinaryNode;
import io.weir.gateway.model.Excerpt;
import io.weir.gateway.model.Reason;
import io.weir.gateway.model.Rejected;
import io.weir.gateway.model.Sample;
import io.weir.gateway.model.Value;
import java.util.Base64;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The samples of one message on their way out, the same for all formats that are read as a tree.
 *
 * <ul>
 *   <li>A scalar is a sample. An object or array is one sample for each scalar in it, named by its
 *       path: {@code phase.u}, {@code current.0}. Bytes are text in base64url.
 *   <li>{@code null} is filtered. A number that no reading holds is rejected alone.
 *   <li>A second value of the same name and place without a time would overwrite the first, and is
 *       rejected.
 *   <li>Past the limit of parts one more is rejected, and the rest is not looked at.
 * </ul>
 */
final class Samples {

  /**
   * Characters in name, asset and tags of a sample at most: what a message repeats for each of its
   * samples must not grow with both. What stores allow is far less, and checked later.
   */
  private static final int LONGEST_NAMES = 4_096;

  private final Decoder.Output out;
  private final int maxParts;
  private int parts;

  /** Names and places of the samples that have no time. */
  private final Set<String> untimed = new HashSet<>();

  Samples(Decoder.Output out, Limits limits) {
    this.out = out;
    this.maxParts = limits.maxParts();
  }

  /** Takes what stands at that name: a scalar, or all that is nested there. */
  void add(String name, JsonNode node, About about) {
    if (name.length() > LONGEST_NAMES) {
      rejectNames(name);
      return;
    }
    switch (node.getNodeType()) {
      case OBJECT -> {
        String prefix = name.isEmpty() ? "" : name + ".";
        for (Map.Entry<String, JsonNode> field : node.properties()) {
          add(prefix + field.getKey(), field.getValue(), about);
        }
      }
      case ARRAY -> {
        String prefix = name.isEmpty() ? "" : name + ".";
        for (int i = 0; i < node.size(); i++) {
          add(prefix + i, node.get(i), about);
        }
      }
      case NULL, MISSING -> filter();
      case NUMBER -> number(name, node, about);
      case BOOLEAN -> add(name, new Value.Flag(node.booleanValue()), about);
      default -> add(name, new Value.Text(text(node)), about);
    }
  }

  private void number(String name, JsonNode node, About about) {
    if (node.isIntegralNumber()) {
      if (node.canConvertToLong()) {
        add(name, new Value.Whole(node.longValue()), about);
      } else {
        reject(Reason.BAD_VALUE, "'" + Excerpt.of(name) + "' is an integer beyond 64 bits");
      }
    } else if (Double.isFinite(node.doubleValue())) {
      add(name, new Value.Real(node.doubleValue()), about);
    } else {
      reject(
          Reason.BAD_VALUE,
          "'" + Excerpt.of(name) + "' is " + node.doubleValue() + ", not a finite number");
    }
  }

  private static String text(JsonNode node) {
    return node instanceof BinaryNode bytes
        ? Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.binaryValue())
        : node.textValue();
  }

  /** Takes one value. */
  void add(String name, Value value, About about) {
    if (length(name, about) > LONGEST_NAMES) {
      rejectNames(name);
    } else if (about.time() == null && !untimed.add(place(name, about))) {
      reject(
          Reason.BAD_TIME,
          "'" + Excerpt.of(name) + "' stands in the message more than once and has no time");
    } else if (hasRoom()) {
      out.sample(
          new Sample(
              name,
              value,
              about.time(),
              about.timeUnit(),
              about.quality(),
              about.reason(),
              null,
              about.asset(),
              about.tags(),
              about.unit(),
              null));
    }
  }

  private void rejectNames(String name) {
    reject(
        Reason.BAD_NAME,
        "'" + Excerpt.of(name) + "' has names of more than " + LONGEST_NAMES + " characters");
  }

  private static int length(String name, About about) {
    int length = name.length() + (about.asset() == null ? 0 : about.asset().path().length());
    for (Map.Entry<String, String> tag : about.tags().entrySet()) {
      length += tag.getKey().length() + tag.getValue().length();
    }
    return length;
  }

  private static String place(String name, About about) {
    String asset = about.asset() == null ? "" : about.asset().path();
    return asset + '\n' + (about.tags().isEmpty() ? "" : about.tags()) + '\n' + name;
  }

  void reject(Reason reason, String detail) {
    reject(new Rejected(reason, detail));
  }

  void reject(Rejected part) {
    if (hasRoom()) {
      out.rejected(part);
    }
  }

  void filter() {
    if (hasRoom()) {
      out.filtered();
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

  /** A time as it stands in the payload; {@code null} where there is none. */
  static @Nullable Value time(JsonNode node) {
    return switch (node.getNodeType()) {
      case NULL, MISSING -> null;
      case NUMBER ->
          node.isIntegralNumber()
              ? node.canConvertToLong()
                  ? new Value.Whole(node.longValue())
                  : new Value.Text("an integer beyond 64 bits")
              : new Value.Real(node.doubleValue());
      case STRING -> new Value.Text(node.textValue());
      default -> new Value.Text(JsonTree.kind(node));
    };
  }
}
