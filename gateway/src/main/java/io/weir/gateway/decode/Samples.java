package io.weir.gateway.decode;

import com.fasterxml.jackson.databind.JsonNode;
import io.weir.gateway.model.Excerpt;
import io.weir.gateway.model.Reason;
import io.weir.gateway.model.Rejected;
import io.weir.gateway.model.Sample;
import io.weir.gateway.model.Value;
import java.util.Map;

/**
 * One message's samples on their way out, flattened and counted. What stands beyond the limit of
 * parts is left out and said once. Made for each message and used by one thread.
 */
final class Samples {

  private final Decoder.Output out;
  private final int most;
  private int parts;

  Samples(Decoder.Output out, Limits limits) {
    this.out = out;
    this.most = limits.maxParts();
  }

  /**
   * Hands on a value of a JSON document: a scalar as it is, an object or array part by part, with
   * keys and numbers joined to the name by dots. {@code null} is filtered; what no reading can hold
   * is rejected alone.
   */
  void add(String name, JsonNode value, Point point) {
    if (value.isObject()) {
      for (Map.Entry<String, JsonNode> entry : value.properties()) {
        if (entry.getKey().isEmpty()) {
          reject(Reason.BAD_NAME, "an empty key" + within(name));
        } else {
          add(join(name, entry.getKey()), entry.getValue(), point);
        }
      }
    } else if (value.isArray()) {
      for (int i = 0; i < value.size(); i++) {
        add(join(name, String.valueOf(i)), value.get(i), point);
      }
    } else if (value.isNull() || value.isMissingNode()) {
      filter();
    } else if (value.isTextual()) {
      add(name, new Value.Text(value.textValue()), point);
    } else if (value.isBoolean()) {
      add(name, new Value.Flag(value.booleanValue()), point);
    } else if (value.isIntegralNumber() && value.canConvertToLong()) {
      add(name, new Value.Whole(value.longValue()), point);
    } else if (value.isIntegralNumber()) {
      reject(Reason.BAD_VALUE, quoted(name) + " is an integer beyond 64 bits");
    } else {
      add(name, new Value.Real(value.doubleValue()), point);
    }
  }

  /** Hands on one value; what is not finite is rejected. */
  void add(String name, Value value, Point point) {
    if (value instanceof Value.Real real && !Double.isFinite(real.value())) {
      reject(Reason.BAD_VALUE, quoted(name) + " is " + real.value() + ", not a finite number");
    } else if (room()) {
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

  void reject(Reason reason, String detail) {
    reject(new Rejected(reason, detail));
  }

  void reject(Rejected rejected) {
    if (room()) {
      out.rejected(rejected);
    }
  }

  void filter() {
    if (room()) {
      out.filtered();
    }
  }

  private boolean room() {
    parts++;
    if (parts == most + 1) {
      out.rejected(
          new Rejected(
              Reason.LIMIT, "more than " + most + " values in one message; the rest is left out"));
    }
    return parts <= most;
  }

  static String join(String name, String key) {
    return name.isEmpty() ? key : name + "." + key;
  }

  /** The name as a sentence may begin with it. */
  static String quoted(String name) {
    return name.isEmpty() ? "the value" : "'" + Excerpt.of(name) + "'";
  }

  private static String within(String name) {
    return name.isEmpty() ? "" : " in " + quoted(name);
  }
}
