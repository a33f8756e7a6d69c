package io.weir.gateway.decode;

import static io.weir.gateway.decode.JsonFaults.behind;

import com.fasterxml.jackson.core.JsonLocation;
import io.weir.gateway.model.Quality;
import io.weir.gateway.model.Reason;
import io.weir.gateway.model.Rejected;
import io.weir.gateway.model.Sample;
import io.weir.gateway.model.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What has been read of a document, held back until its end is seen. */
final class JsonSamples {

  /** Stands for the value of what is empty. */
  static final Value EMPTY = new Value.Text("");

  /** Stands for the value of what a pivot does not name. */
  static final Value UNNAMED = new Value.Text("");

  private static final boolean[] NONE = {};

  private final Tokens in;
  private final boolean longForm;
  private final DecodeLimits limits;
  private final List<Rejected> rejected = new ArrayList<>(0);

  private String[] names = new String[16];
  private @Nullable Value[] values = new Value[16];
  private JsonPoint[] points = new JsonPoint[16];

  /** In long form, those that have their names from a field; else empty. */
  private boolean[] named;

  private int count;

  /**
   * @param in where what is rejected stands
   * @param longForm whether some may have their names from fields
   */
  JsonSamples(Tokens in, boolean longForm, DecodeLimits limits) {
    this.in = in;
    this.longForm = longForm;
    this.limits = limits;
    this.named = longForm ? new boolean[names.length] : NONE;
  }

  int count() {
    return count;
  }

  String name(int sample) {
    return names[sample];
  }

  @Nullable Value value(int sample) {
    return values[sample];
  }

  /** Whether it has its name from a field. */
  boolean isNamed(int sample) {
    return longForm && named[sample];
  }

  /**
   * Adds one.
   *
   * @param value {@code null} for a null of the document
   * @throws JsonDocument.Refused past the limit of values
   */
  void add(JsonPoint point, String name, @Nullable Value value) throws JsonDocument.Refused {
    if (count == names.length) {
      names = Arrays.copyOf(names, count * 2);
      values = Arrays.copyOf(values, count * 2);
      points = Arrays.copyOf(points, count * 2);
      named = longForm ? Arrays.copyOf(named, count * 2) : NONE;
    }
    names[count] = name;
    values[count] = value;
    points[count] = point;
    if (longForm) {
      named[count] = false;
    }
    count++;
    checkLimit();
  }

  void rename(int sample, String name) {
    names[sample] = name;
  }

  /** From now on it has its name from a field. */
  void named(int sample, String name, @Nullable Value value) {
    names[sample] = name;
    values[sample] = value;
    named[sample] = true;
  }

  /** Puts one in the place of an earlier one. */
  void move(int from, int to) {
    names[to] = names[from];
    values[to] = values[from];
    points[to] = points[from];
    named[to] = named[from];
  }

  /** Forgets all from this one on. */
  void cut(int sample) {
    count = sample;
  }

  /** Rejects what stands where the document is being read. */
  void reject(Reason reason, String detail) throws JsonDocument.Refused {
    reject(in.currentTokenLocation(), reason, detail);
  }

  void reject(@Nullable JsonLocation at, Reason reason, String detail) throws JsonDocument.Refused {
    rejected.add(new Rejected(reason, detail + behind(at)));
    checkLimit();
  }

  private void checkLimit() throws JsonDocument.Refused {
    if (count + rejected.size() > limits.maxParts()) {
      throw new JsonDocument.Refused(
          Reason.LIMIT, "more than " + limits.maxParts() + " values in one message");
    }
  }

  @SuppressWarnings("ReferenceEquality") // the same instance is what is asked for
  private static String why(@Nullable Value left) {
    if (left == null) {
      return Samples.NULL;
    }
    return left == EMPTY ? Samples.EMPTY : Pivot.UNNAMED;
  }

  /** Hands on what was read. */
  void emit(Decoder.Output out) {
    JsonPoint before = null;
    Sample first = null;
    for (int i = 0; i < count; i++) {
      Value value = values[i];
      if (value == null || value == EMPTY || value == UNNAMED) {
        out.filtered(names[i], why(value));
        continue;
      }
      if (first != null && points[i] == before) {
        out.sample(names[i], value, first);
        continue;
      }
      before = points[i];
      if (longForm) {
        out.standsAt(before.line, before.column);
      }
      first =
          new Sample(
              names[i],
              value,
              points[i].time(),
              null,
              Quality.GOOD,
              null,
              null,
              points[i].asset(),
              points[i].labels(),
              points[i].unit(),
              null);
      out.sample(first);
    }
    rejected.forEach(out::rejected);
  }
}
