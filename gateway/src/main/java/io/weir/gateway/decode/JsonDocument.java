package io.weir.gateway.decode;

import static io.weir.gateway.decode.JsonFaults.behind;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser.NumberType;
import com.fasterxml.jackson.core.JsonToken;
import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Excerpt;
import io.weir.gateway.model.Reason;
import io.weir.gateway.model.Rejected;
import io.weir.gateway.model.Value;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One JSON document on its way to samples. Everything is held back until the document's end is
 * seen, because the time may stand last and because a broken document yields nothing.
 *
 * <ul>
 *   <li>Each scalar is a sample; its name is the path of keys joined by dots. Elements of arrays
 *       are numbered from 0: {@code current.0}.
 *   <li>A <em>point</em> is an object that may have a time and an asset of its own: the document,
 *       each object of an array. What it lacks it takes from the point around it. An object of an
 *       array with either of its own is not numbered, for then no two of them collide.
 *   <li>The time is the scalar at the route's {@code time.from}, or one of {@link #TIME_KEYS}
 *       directly in a point; it may also be an object of seconds and nanos. The asset is {@code
 *       site, area, line, machine} directly in a point.
 *   <li>A field that the route makes a label, at its path in the document or directly in a point,
 *       is a tag of the samples in that point.
 *   <li>At the top an array is a list of points, none numbered.
 *   <li>With a {@link Pivot} every object is a point. One that has the field with the name is a
 *       sample of that name, whose value is all that stands in the field with the value.
 *   <li>{@code null}, and an object or array without anything in it, are filtered.
 * </ul>
 */
final class JsonDocument {

  /** Of joined keys: a long key must not be repeated for all that is nested below it. */
  private static final int LONGEST_NAME = 1_024;

  /** Keys that are a time where no route says which; in lower case, Title case and camelCase. */
  static final Set<String> TIME_KEYS =
      Set.of(
          "ts",
          "TS",
          "Ts",
          "time",
          "Time",
          "TIME",
          "timestamp",
          "Timestamp",
          "timeStamp",
          "TimeStamp",
          "TIMESTAMP",
          "@timestamp",
          "datetime",
          "dateTime",
          "DateTime",
          "Datetime",
          "DATETIME",
          "date_time",
          "eventTime",
          "event_time",
          "sourceTimestamp",
          "SourceTimestamp",
          "ts_s",
          "ts_ms",
          "ts_us",
          "ts_ns",
          "time_s",
          "time_ms",
          "time_us",
          "time_ns",
          "timestamp_s",
          "timestamp_ms",
          "timestamp_us",
          "timestamp_ns");

  /** The whole document cannot be taken. */
  static final class Refused extends IOException {
    private final Reason reason;

    Refused(Reason reason, String detail) {
      super(detail);
      this.reason = reason;
    }

    /** The parser stands at a token behind the document's end. */
    static Refused tooLong(@Nullable JsonLocation at) {
      return new Refused(Reason.MALFORMED, "something follows the document" + behind(at));
    }

    Rejected rejected() {
      return new Rejected(reason, String.valueOf(getMessage()));
    }

    /** It is of the payload, which anyone may send often, and nothing is to be found here. */
    @Override
    public synchronized Throwable fillInStackTrace() {
      return this;
    }
  }

  private final Tokens in;
  private final @Nullable String timeName;
  private final Set<String> labels;
  private final @Nullable JsonLongForm longForm;
  private final JsonSamples samples;

  /** Names in the point at the top; a second of the same name is rejected. */
  private final Set<String> seen = new HashSet<>();

  private JsonDocument(
      Tokens in,
      @Nullable String timeName,
      Set<String> labels,
      @Nullable Pivot pivot,
      DecodeLimits limits) {
    this.in = in;
    this.timeName = timeName;
    this.labels = labels;
    this.samples = new JsonSamples(in, pivot != null, limits);
    this.longForm = pivot == null ? null : new JsonLongForm(pivot, in, samples);
  }

  /**
   * Reads to the end.
   *
   * @param labels names of fields that are tags of what stands beside them
   * @param pivot where objects in long form have what, or {@code null}
   * @throws IOException if the document is not JSON, or past a limit: then nothing of it counts
   */
  static JsonDocument read(
      Tokens in,
      @Nullable String timeName,
      Set<String> labels,
      @Nullable Pivot pivot,
      DecodeLimits limits)
      throws IOException {
    JsonDocument document = new JsonDocument(in, timeName, labels, pivot, limits);
    document.read();
    return document;
  }

  private void read() throws IOException {
    JsonToken first = in.nextToken();
    if (first == null) {
      throw new Refused(Reason.MALFORMED, "the payload is empty");
    }
    if (first == JsonToken.START_OBJECT) {
      point(new JsonPoint(null), "");
    } else if (first == JsonToken.START_ARRAY) {
      pointsAtTop();
    } else {
      scalar(first, new JsonPoint(null), "", null);
    }
    if (in.nextToken() != null) {
      throw Refused.tooLong(in.currentTokenLocation());
    }
  }

  /** The next token inside the document. */
  private JsonToken next() throws IOException {
    JsonToken token = in.nextToken();
    if (token == null) {
      throw new Refused(Reason.MALFORMED, "the document breaks off");
    }
    return token;
  }

  private void pointsAtTop() throws IOException {
    JsonToken token = next();
    for (int i = 0; token != JsonToken.END_ARRAY; i++) {
      if (token == JsonToken.START_OBJECT) {
        seen.clear();
        point(new JsonPoint(null), "");
      } else {
        element(token, new JsonPoint(null), "", String.valueOf(i));
      }
      token = next();
    }
  }

  /** An object that is a point; in long form perhaps one value. */
  private void point(JsonPoint point, String prefix) throws IOException {
    if (longForm == null) {
      object(point, prefix, true);
      return;
    }
    JsonLocation place = in.currentTokenLocation();
    point.beginsAt(place);
    int first = samples.count();
    object(point, prefix, true);
    longForm.end(point, prefix, first, place);
  }

  /**
   * @param prefix what stands before each key; "" or ends with a dot
   * @param isPoint whether time and asset keys in it speak for the point
   */
  private void object(JsonPoint point, String prefix, boolean isPoint) throws IOException {
    String first = in.nextFieldName();
    if (first == null && !prefix.isEmpty()) {
      samples.add(point, withoutDot(prefix), JsonSamples.EMPTY);
    }
    for (String key = first; key != null; key = in.nextFieldName()) {
      String name =
          in.isOwnText(key) ? withoutDot(prefix) : prefix.isEmpty() ? key : prefix.concat(key);
      JsonToken token = next();
      if (name.length() > LONGEST_NAME) {
        samples.reject(
            Reason.BAD_NAME,
            "'" + Excerpt.of(name) + "' is a name of more than " + LONGEST_NAME + " characters");
        in.skipChildren();
      } else if (token == JsonToken.START_OBJECT) {
        int before = samples.count();
        if (longForm == null) {
          object(point, name.concat("."), false);
        } else {
          point(new JsonPoint(point), name.concat("."));
        }
        if (isTime(name, isPoint ? key : null)) {
          secondsAndNanos(point, name, before);
          refuse(point, name, "an object");
        }
      } else if (token == JsonToken.START_ARRAY) {
        array(point, name);
        refuse(point, name, "an array");
      } else if (key.isEmpty()) {
        samples.reject(Reason.BAD_NAME, "an empty key");
      } else {
        scalar(token, point, name, isPoint ? key : null);
      }
    }
  }

  static String withoutDot(String prefix) {
    return prefix.isEmpty() ? "" : prefix.substring(0, prefix.length() - 1);
  }

  private void array(JsonPoint point, String name) throws IOException {
    JsonToken token = next();
    if (token == JsonToken.END_ARRAY) {
      samples.add(point, name, JsonSamples.EMPTY);
    }
    for (int i = 0; token != JsonToken.END_ARRAY; i++) {
      element(token, point, name, name + "." + i);
      token = next();
    }
  }

  private void element(JsonToken token, JsonPoint point, String array, String name)
      throws IOException {
    if (token == JsonToken.START_ARRAY) {
      array(point, name);
    } else if (token == JsonToken.START_OBJECT) {
      JsonPoint own = new JsonPoint(point);
      int first = samples.count();
      point(own, name.concat("."));
      if (own.standsAlone()) {
        for (int i = first; i < samples.count(); i++) {
          if (!samples.isNamed(i)) {
            samples.rename(i, array.concat(samples.name(i).substring(name.length())));
          }
        }
      }
    } else {
      scalar(token, point, name, null);
    }
  }

  /**
   * @param key the key where it stands directly in a point, else {@code null}
   */
  private void scalar(JsonToken token, JsonPoint point, String name, @Nullable String key)
      throws IOException {
    String foreign = token == JsonToken.VALUE_EMBEDDED_OBJECT ? in.foreign() : null;
    if (foreign != null && !isTime(name, key)) {
      samples.reject(Reason.BAD_VALUE, Samples.quoted(name) + " is " + foreign);
    } else if (!seen.add(name)) {
      samples.reject(Reason.BAD_NAME, "'" + Excerpt.of(name) + "' stands there a second time");
    } else if (isTime(name, key)) {
      time(token, point, name);
    } else if (!labels.isEmpty() && isLabel(name, key)) {
      if (token != JsonToken.VALUE_NULL) {
        point.label(key != null && labels.contains(key) ? key : name, in.getText());
      }
    } else if (longForm != null && key != null && longForm.takes(token, point, key)) {
      return; // of the value beside it
    } else if (key == null || !namesAsset(token, point, key)) {
      if (longForm != null && longForm.isValue(key)) {
        point.hasValue = true; // it has one, and what is wrong with it is said
      }
      value(token, point, name);
    }
  }

  private boolean isTime(String name, @Nullable String key) {
    if (longForm != null && longForm.isTime(key)) {
      return true;
    }
    if (timeName != null) {
      return name.equals(timeName);
    }
    return key != null && TIME_KEYS.contains(key) && (longForm == null || !longForm.saysTime());
  }

  /**
   * What stands where the route says that the time is, and is none: values are not taken at the
   * time of arrival instead.
   */
  private void refuse(JsonPoint point, String name, String what) {
    if (name.equals(timeName) && point.time == null) {
      point.time = new Value.Text(what);
    }
  }

  /**
   * The time of a point may be an object with seconds and nanos, as Protobuf has it; one with
   * anything else holds values.
   *
   * @param first number of the object's first sample
   */
  private void secondsAndNanos(JsonPoint point, String name, int first) throws IOException {
    Value seconds = null;
    Value nanos = new Value.Whole(0);
    for (int i = first; i < samples.count(); i++) {
      if (samples.isNamed(i)) {
        return; // a value of long form
      }
      switch (samples.name(i).substring(name.length())) {
        case ".seconds" -> seconds = samples.value(i);
        case ".nanos" -> nanos = samples.value(i);
        default -> {
          return;
        }
      }
    }
    if (!(nanos instanceof Value.Whole rest)) {
      return;
    }
    Instant time;
    try {
      time = seconds == null ? null : Instant.ofEpochSecond(whole(seconds), rest.value());
    } catch (ArithmeticException | DateTimeException | NumberFormatException e) {
      return;
    }
    if (time == null) {
      return;
    }
    samples.cut(first);
    if (point.time == null) {
      point.time = new Value.Text(time.toString());
    } else {
      secondTime(name);
    }
  }

  /** A whole number, also one that is written as a text, as 64 bits often are. */
  private static long whole(Value value) {
    return value instanceof Value.Whole number
        ? number.value()
        : Long.parseLong(value instanceof Value.Text text ? text.value() : "");
  }

  private boolean isLabel(String name, @Nullable String key) {
    return labels.contains(name) || (key != null && labels.contains(key));
  }

  private void time(JsonToken token, JsonPoint point, String name) throws IOException {
    if (token == JsonToken.VALUE_NULL) {
      return; // as if it were not there
    }
    if (point.time != null) {
      secondTime(name);
      return;
    }
    point.time =
        switch (token) {
          case VALUE_NUMBER_INT ->
              in.getNumberType() == NumberType.BIG_INTEGER
                  ? new Value.Text(in.getText())
                  : new Value.Whole(in.getLongValue());
          case VALUE_NUMBER_FLOAT -> new Value.Real(in.getDoubleValue());
          case VALUE_TRUE, VALUE_FALSE -> new Value.Flag(token == JsonToken.VALUE_TRUE);
          case VALUE_EMBEDDED_OBJECT -> new Value.Text(String.valueOf(in.foreign()));
          default -> new Value.Text(in.getText());
        };
  }

  private void secondTime(String name) throws IOException {
    samples.reject(
        Reason.BAD_TIME,
        "'"
            + Excerpt.of(name)
            + "' is a second time beside another; name the right one in time.from");
  }

  private boolean namesAsset(JsonToken token, JsonPoint point, String key) throws IOException {
    if (token != JsonToken.VALUE_STRING && token != JsonToken.VALUE_NUMBER_INT) {
      return false;
    }
    Asset asset = point.asset == null ? Asset.NONE : point.asset;
    switch (key) {
      case "site" ->
          point.asset = new Asset(in.getText(), asset.area(), asset.line(), asset.machine());
      case "area" ->
          point.asset = new Asset(asset.site(), in.getText(), asset.line(), asset.machine());
      case "line" ->
          point.asset = new Asset(asset.site(), asset.area(), in.getText(), asset.machine());
      case "machine" ->
          point.asset = new Asset(asset.site(), asset.area(), asset.line(), in.getText());
      default -> {
        return false;
      }
    }
    return true;
  }

  private void value(JsonToken token, JsonPoint point, String name) throws IOException {
    switch (token) {
      case VALUE_NUMBER_INT -> {
        if (in.getNumberType() == NumberType.BIG_INTEGER) {
          samples.reject(
              Reason.BAD_VALUE, "'" + Excerpt.of(name) + "' is an integer beyond 64 bits");
        } else {
          samples.add(point, name, new Value.Whole(in.getLongValue()));
        }
      }
      case VALUE_NUMBER_FLOAT -> {
        double number = in.getDoubleValue();
        if (Double.isFinite(number)) {
          samples.add(point, name, new Value.Real(number));
        } else {
          samples.reject(
              Reason.BAD_VALUE,
              "'"
                  + Excerpt.of(name)
                  + "' is "
                  + Excerpt.of(in.getText())
                  + ", not a finite number");
        }
      }
      case VALUE_TRUE, VALUE_FALSE ->
          samples.add(point, name, new Value.Flag(token == JsonToken.VALUE_TRUE));
      case VALUE_NULL -> samples.add(point, name, null);
      default -> text(in.getText(), point, name);
    }
  }

  private void text(String text, JsonPoint point, String name) throws IOException {
    if (Numbers.isNoNumberOfJson(text)) {
      samples.reject(
          Reason.BAD_VALUE, "'" + Excerpt.of(name) + "' is '" + text + "', not a finite number");
    } else {
      samples.add(point, name, new Value.Text(text));
    }
  }

  /** Hands on what was read. */
  void emit(Decoder.Output out) {
    samples.emit(out);
  }
}
