package io.weir.gateway.decode;

import static io.weir.gateway.decode.JsonFaults.place;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonParser.NumberType;
import com.fasterxml.jackson.core.JsonToken;
import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Excerpt;
import io.weir.gateway.model.Quality;
import io.weir.gateway.model.Reason;
import io.weir.gateway.model.Rejected;
import io.weir.gateway.model.Sample;
import io.weir.gateway.model.Value;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
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
 *       directly in a point. The asset is {@code site, area, line, machine} directly in a point.
 *   <li>A field that the route makes a label, at its path in the document or directly in a point,
 *       is a tag of the samples in that point.
 *   <li>At the top an array is a list of points, none numbered.
 *   <li>{@code null}, and an object or array without anything in it, are filtered.
 * </ul>
 */
final class JsonDocument {

  /** Stands for the value of what is empty. */
  private static final Value EMPTY = new Value.Text("");

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
    static Refused tooLong(JsonParser in) {
      return new Refused(
          Reason.MALFORMED, "something follows the document, " + place(in.currentTokenLocation()));
    }

    Rejected rejected() {
      return new Rejected(reason, String.valueOf(getMessage()));
    }
  }

  /** What an object may say of all that stands in it. */
  private static final class Point {
    private final @Nullable Point around;
    private @Nullable Value time;
    private @Nullable Asset asset;
    private @Nullable Map<String, String> labels;
    private boolean inherited;

    Point(@Nullable Point around) {
      this.around = around;
    }

    boolean standsAlone() {
      return time != null || asset != null || labels != null;
    }

    void label(String name, String value) {
      if (labels == null) {
        labels = new TreeMap<>();
      }
      labels.putIfAbsent(name, value);
    }

    /** Its own, and what the point around it has beside them; one instance for all its samples. */
    Map<String, String> labels() {
      if (around != null && !around.labels().isEmpty() && !inherited) {
        around.labels().forEach(this::label);
      }
      inherited = true;
      return labels == null ? Map.of() : labels;
    }

    @Nullable Value time() {
      return time != null || around == null ? time : around.time();
    }

    @Nullable Asset asset() {
      return asset != null || around == null ? asset : around.asset();
    }
  }

  private final JsonParser in;
  private final @Nullable String timeName;
  private final Set<String> labels;
  private final DecodeLimits limits;

  private String[] names = new String[16];
  private @Nullable Value[] values = new Value[16];
  private Point[] points = new Point[16];
  private int samples;
  private final List<Rejected> rejected = new ArrayList<>(0);

  /** Names in the point at the top; a second of the same name is rejected. */
  private final Set<String> seen = new HashSet<>();

  private JsonDocument(
      JsonParser in, @Nullable String timeName, Set<String> labels, DecodeLimits limits) {
    this.in = in;
    this.timeName = timeName;
    this.labels = labels;
    this.limits = limits;
  }

  /**
   * Reads to the end.
   *
   * @param labels names of fields that are tags of what stands beside them
   * @throws IOException if the document is not JSON, or past a limit: then nothing of it counts
   */
  static JsonDocument read(
      JsonParser in, @Nullable String timeName, Set<String> labels, DecodeLimits limits)
      throws IOException {
    JsonDocument document = new JsonDocument(in, timeName, labels, limits);
    document.read();
    return document;
  }

  private void read() throws IOException {
    JsonToken first = in.nextToken();
    if (first == null) {
      throw new Refused(Reason.MALFORMED, "the payload is empty");
    }
    if (first == JsonToken.START_OBJECT) {
      object(new Point(null), "", true);
    } else if (first == JsonToken.START_ARRAY) {
      pointsAtTop();
    } else {
      scalar(first, new Point(null), "", null);
    }
    if (in.nextToken() != null) {
      throw Refused.tooLong(in);
    }
  }

  private void pointsAtTop() throws IOException {
    JsonToken token = in.nextToken();
    for (int i = 0; token != JsonToken.END_ARRAY; i++) {
      if (token == JsonToken.START_OBJECT) {
        seen.clear();
        object(new Point(null), "", true);
      } else {
        element(token, new Point(null), "", String.valueOf(i));
      }
      token = in.nextToken();
    }
  }

  /**
   * @param prefix what stands before each key; "" or ends with a dot
   * @param isPoint whether time and asset keys in it speak for the point
   */
  private void object(Point point, String prefix, boolean isPoint) throws IOException {
    String first = in.nextFieldName();
    if (first == null && !prefix.isEmpty()) {
      add(point, prefix.substring(0, prefix.length() - 1), EMPTY);
    }
    for (String key = first; key != null; key = in.nextFieldName()) {
      String name = prefix.isEmpty() ? key : prefix.concat(key);
      JsonToken token = in.nextToken();
      if (name.length() > LONGEST_NAME) {
        reject(
            Reason.BAD_NAME,
            "'" + Excerpt.of(name) + "' is a name of more than " + LONGEST_NAME + " characters");
        in.skipChildren();
      } else if (token == JsonToken.START_OBJECT) {
        object(point, name.concat("."), false);
      } else if (token == JsonToken.START_ARRAY) {
        array(point, name);
      } else if (key.isEmpty()) {
        reject(Reason.BAD_NAME, "an empty key");
      } else {
        scalar(token, point, name, isPoint ? key : null);
      }
    }
  }

  private void array(Point point, String name) throws IOException {
    JsonToken token = in.nextToken();
    if (token == JsonToken.END_ARRAY) {
      add(point, name, EMPTY);
    }
    for (int i = 0; token != JsonToken.END_ARRAY; i++) {
      element(token, point, name, name + "." + i);
      token = in.nextToken();
    }
  }

  private void element(JsonToken token, Point point, String array, String name) throws IOException {
    if (token == JsonToken.START_ARRAY) {
      array(point, name);
    } else if (token == JsonToken.START_OBJECT) {
      Point own = new Point(point);
      int first = samples;
      object(own, name.concat("."), true);
      if (own.standsAlone()) {
        for (int i = first; i < samples; i++) {
          names[i] = array.concat(names[i].substring(name.length()));
        }
      }
    } else {
      scalar(token, point, name, null);
    }
  }

  /**
   * @param key the key where it stands directly in a point, else {@code null}
   */
  private void scalar(JsonToken token, Point point, String name, @Nullable String key)
      throws IOException {
    if (!seen.add(name)) {
      reject(Reason.BAD_NAME, "'" + Excerpt.of(name) + "' stands there a second time");
    } else if (timeName != null ? name.equals(timeName) : key != null && TIME_KEYS.contains(key)) {
      time(token, point, name);
    } else if (!labels.isEmpty() && isLabel(name, key)) {
      if (token != JsonToken.VALUE_NULL) {
        point.label(key != null && labels.contains(key) ? key : name, in.getText());
      }
    } else if (key == null || !namesAsset(token, point, key)) {
      value(token, point, name);
    }
  }

  private boolean isLabel(String name, @Nullable String key) {
    return labels.contains(name) || (key != null && labels.contains(key));
  }

  private void time(JsonToken token, Point point, String name) throws IOException {
    if (token == JsonToken.VALUE_NULL) {
      return; // as if it were not there
    }
    if (point.time != null) {
      reject(
          Reason.BAD_TIME,
          "'"
              + Excerpt.of(name)
              + "' is a second time beside another; name the right one in time.from");
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
          default -> new Value.Text(in.getText());
        };
  }

  private boolean namesAsset(JsonToken token, Point point, String key) throws IOException {
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

  private void value(JsonToken token, Point point, String name) throws IOException {
    switch (token) {
      case VALUE_NUMBER_INT -> {
        if (in.getNumberType() == NumberType.BIG_INTEGER) {
          reject(Reason.BAD_VALUE, "'" + Excerpt.of(name) + "' is an integer beyond 64 bits");
        } else {
          add(point, name, new Value.Whole(in.getLongValue()));
        }
      }
      case VALUE_NUMBER_FLOAT -> {
        double number = in.getDoubleValue();
        if (Double.isFinite(number)) {
          add(point, name, new Value.Real(number));
        } else {
          reject(
              Reason.BAD_VALUE,
              "'"
                  + Excerpt.of(name)
                  + "' is "
                  + Excerpt.of(in.getText())
                  + ", not a finite number");
        }
      }
      case VALUE_TRUE, VALUE_FALSE ->
          add(point, name, new Value.Flag(token == JsonToken.VALUE_TRUE));
      case VALUE_NULL -> add(point, name, null);
      default -> text(in.getText(), point, name);
    }
  }

  private void text(String text, Point point, String name) throws IOException {
    if (Numbers.isNoNumberOfJson(text)) {
      reject(Reason.BAD_VALUE, "'" + Excerpt.of(name) + "' is '" + text + "', not a finite number");
    } else {
      add(point, name, new Value.Text(text));
    }
  }

  private void add(Point point, String name, @Nullable Value value) throws IOException {
    if (samples == names.length) {
      names = Arrays.copyOf(names, samples * 2);
      values = Arrays.copyOf(values, samples * 2);
      points = Arrays.copyOf(points, samples * 2);
    }
    names[samples] = name;
    values[samples] = value;
    points[samples] = point;
    samples++;
    checkLimit();
  }

  private void reject(Reason reason, String detail) throws IOException {
    rejected.add(new Rejected(reason, detail + ", " + place(in.currentTokenLocation())));
    checkLimit();
  }

  private void checkLimit() throws IOException {
    if (samples + rejected.size() > limits.maxParts()) {
      throw new Refused(Reason.LIMIT, "more than " + limits.maxParts() + " values in one message");
    }
  }

  /** Hands on what was read. */
  void emit(Decoder.Output out) {
    Point before = null;
    Sample first = null;
    for (int i = 0; i < samples; i++) {
      Value value = values[i];
      if (value == null || value == EMPTY) {
        out.filtered(names[i], value == null ? Samples.NULL : Samples.EMPTY);
        continue;
      }
      if (first != null && points[i] == before) {
        out.sample(names[i], value, first);
        continue;
      }
      before = points[i];
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
              null,
              null);
      out.sample(first);
    }
    rejected.forEach(out::rejected);
  }
}
