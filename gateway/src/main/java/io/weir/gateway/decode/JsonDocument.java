package io.weir.gateway.decode;

import static io.weir.gateway.decode.JsonFaults.behind;

import com.fasterxml.jackson.core.JsonLocation;
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
import java.time.DateTimeException;
import java.time.Instant;
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

  /** Stands for the value of what is empty. */
  private static final Value EMPTY = new Value.Text("");

  private static final boolean[] NONE = {};

  /** Stands for the value of what a pivot does not name. */
  private static final Value UNNAMED = new Value.Text("");

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

  /** What an object may say of all that stands in it. */
  private static final class Point {
    private final @Nullable Point around;
    private @Nullable Value time;
    private @Nullable Asset asset;
    private @Nullable Map<String, String> labels;
    private boolean inherited;

    // In long form, what its fields say of its value.
    private @Nullable String name;
    private @Nullable String unit;

    /** Whether its name was rejected. */
    private boolean nameless;

    /** Whether the field with the value is a scalar, which may have been rejected. */
    private boolean hasValue;

    private int line;
    private int column;

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

    /** Of a value that is an object, too. */
    @Nullable String unit() {
      return unit != null || around == null ? unit : around.unit();
    }

    @Nullable Asset asset() {
      return asset != null || around == null ? asset : around.asset();
    }
  }

  private final Tokens in;
  private final @Nullable String timeName;
  private final Set<String> labels;
  private final @Nullable Pivot pivot;
  private final DecodeLimits limits;

  private String[] names = new String[16];
  private @Nullable Value[] values = new Value[16];
  private Point[] points = new Point[16];
  private int samples;

  /** In long form, the samples that have their names from a field; else empty. */
  private boolean[] named;

  private final List<Rejected> rejected = new ArrayList<>(0);

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
    this.pivot = pivot;
    this.named = pivot == null ? NONE : new boolean[names.length];
    this.limits = limits;
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
      point(new Point(null), "");
    } else if (first == JsonToken.START_ARRAY) {
      pointsAtTop();
    } else {
      scalar(first, new Point(null), "", null);
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
        point(new Point(null), "");
      } else {
        element(token, new Point(null), "", String.valueOf(i));
      }
      token = next();
    }
  }

  /** An object that is a point; in long form perhaps one value. */
  private void point(Point point, String prefix) throws IOException {
    Pivot rule = pivot;
    if (rule == null) {
      object(point, prefix, true);
      return;
    }
    @Nullable JsonLocation place = in.currentTokenLocation();
    point.line = place == null ? 0 : place.getLineNr();
    point.column = place == null ? 0 : place.getColumnNr();
    int first = samples;
    object(point, prefix, true);
    String value = prefix.concat(rule.value());
    String nameKey = rule.nameKey();
    if (nameKey == null) {
      nameByKey(point, withoutDot(prefix), value, first);
      return;
    }
    String name = point.name;
    int kept = first;
    boolean any = false;
    boolean around = false;
    for (int i = first; i < samples; i++) {
      any |= !isNamed(i) && isOf(value, names[i]);
      around |= isNamed(i);
    }
    if (name != null && around && !any) { // what has a name are the values in it
      add(point, prefix.concat(nameKey), new Value.Text(name));
      return;
    }
    for (int i = first; i < samples; i++) {
      String given = names[i];
      boolean own = !isNamed(i);
      boolean isValue = own && isOf(value, given);
      if (name == null && (isValue || (own && any && !around))) {
        continue; // rejected below
      }
      names[kept] = given;
      values[kept] = values[i];
      points[kept] = points[i];
      named[kept] = named[i];
      if (own && name != null) {
        named[kept] = true;
        names[kept] =
            isValue
                ? name.concat(given.substring(value.length()))
                : Samples.join(name, given.substring(prefix.length()));
        values[kept] = isValue ? values[i] : UNNAMED;
      }
      kept++;
    }
    samples = kept;
    if (name == null && any && !point.nameless) {
      rejectAt(place, Reason.BAD_NAME, "a '" + rule.value() + "' without a '" + nameKey + "'");
    } else if (name != null && !any && !point.hasValue) {
      rejectAt(place, Reason.BAD_VALUE, "'" + Excerpt.of(name) + "' has no '" + rule.value() + "'");
    }
  }

  /**
   * An object with a value has the name of what it stands under; what else is in it is no value.
   */
  private void nameByKey(Point point, String name, String value, int first) throws IOException {
    boolean any = false;
    for (int i = first; i < samples; i++) {
      any |= !isNamed(i) && isOf(value, names[i]);
    }
    for (int i = first; any && i < samples; i++) {
      if (isNamed(i)) {
        continue;
      }
      if (!isOf(value, names[i])) {
        values[i] = UNNAMED;
      } else if (!name.isEmpty()) {
        names[i] = name.concat(names[i].substring(value.length()));
      }
      named[i] = true;
    }
    String quality = pivot == null ? null : pivot.quality();
    String judged = quality == null || point.labels == null ? null : point.labels.get(quality);
    if (judged != null && !any && !point.hasValue && !name.isEmpty()) {
      reject(
          Reason.BAD_VALUE,
          "'%s' has no value, and '%s' is %s"
              .formatted(Excerpt.of(name), quality, Excerpt.of(judged)));
    }
  }

  private boolean isNamed(int sample) {
    return pivot != null && named[sample];
  }

  /** Whether it is that field or stands in it. */
  private static boolean isOf(String field, String name) {
    return name.startsWith(field)
        && (name.length() == field.length() || name.charAt(field.length()) == '.');
  }

  /** Takes what a pivot names beside the value; false for anything else. */
  private boolean isPivot(Pivot rule, JsonToken token, Point point, String key) throws IOException {
    if (key.equals(rule.nameKey())) {
      boolean names = token == JsonToken.VALUE_STRING || token == JsonToken.VALUE_NUMBER_INT;
      point.name = names && !in.getText().isEmpty() ? in.getText() : null;
      if (point.name == null) {
        point.nameless = true;
        reject(Reason.BAD_NAME, "'" + Excerpt.of(key) + "' is no name");
      }
      return true;
    }
    if (key.equals(rule.unit())) {
      point.unit = token == JsonToken.VALUE_STRING ? in.getText() : null;
      return true;
    }
    return key.equals(rule.quality());
  }

  /**
   * @param prefix what stands before each key; "" or ends with a dot
   * @param isPoint whether time and asset keys in it speak for the point
   */
  private void object(Point point, String prefix, boolean isPoint) throws IOException {
    String first = in.nextFieldName();
    if (first == null && !prefix.isEmpty()) {
      add(point, withoutDot(prefix), EMPTY);
    }
    for (String key = first; key != null; key = in.nextFieldName()) {
      String name =
          in.isOwnText(key) ? withoutDot(prefix) : prefix.isEmpty() ? key : prefix.concat(key);
      JsonToken token = next();
      if (name.length() > LONGEST_NAME) {
        reject(
            Reason.BAD_NAME,
            "'" + Excerpt.of(name) + "' is a name of more than " + LONGEST_NAME + " characters");
        in.skipChildren();
      } else if (token == JsonToken.START_OBJECT) {
        int before = samples;
        if (pivot == null) {
          object(point, name.concat("."), false);
        } else {
          point(new Point(point), name.concat("."));
        }
        if (isTime(name, isPoint ? key : null)) {
          secondsAndNanos(point, name, before);
        }
      } else if (token == JsonToken.START_ARRAY) {
        array(point, name);
      } else if (key.isEmpty()) {
        reject(Reason.BAD_NAME, "an empty key");
      } else {
        scalar(token, point, name, isPoint ? key : null);
      }
    }
  }

  private static String withoutDot(String prefix) {
    return prefix.isEmpty() ? "" : prefix.substring(0, prefix.length() - 1);
  }

  private void array(Point point, String name) throws IOException {
    JsonToken token = next();
    if (token == JsonToken.END_ARRAY) {
      add(point, name, EMPTY);
    }
    for (int i = 0; token != JsonToken.END_ARRAY; i++) {
      element(token, point, name, name + "." + i);
      token = next();
    }
  }

  private void element(JsonToken token, Point point, String array, String name) throws IOException {
    if (token == JsonToken.START_ARRAY) {
      array(point, name);
    } else if (token == JsonToken.START_OBJECT) {
      Point own = new Point(point);
      int first = samples;
      point(own, name.concat("."));
      if (own.standsAlone()) {
        for (int i = first; i < samples; i++) {
          if (isNamed(i)) {
            continue;
          }
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
    String foreign = token == JsonToken.VALUE_EMBEDDED_OBJECT ? in.foreign() : null;
    if (foreign != null) {
      reject(Reason.BAD_VALUE, Samples.quoted(name) + " is " + foreign);
    } else if (!seen.add(name)) {
      reject(Reason.BAD_NAME, "'" + Excerpt.of(name) + "' stands there a second time");
    } else if (isTime(name, key)) {
      time(token, point, name);
    } else if (!labels.isEmpty() && isLabel(name, key)) {
      if (token != JsonToken.VALUE_NULL) {
        point.label(key != null && labels.contains(key) ? key : name, in.getText());
      }
    } else if (pivot != null && key != null && isPivot(pivot, token, point, key)) {
      return; // of the value beside it
    } else if (key == null || !namesAsset(token, point, key)) {
      if (pivot != null && pivot.value().equals(key)) {
        point.hasValue = true; // it has one, and what is wrong with it is said
      }
      value(token, point, name);
    }
  }

  private boolean isTime(String name, @Nullable String key) {
    String ofPivot = pivot == null ? null : pivot.timeKey();
    if (ofPivot != null && ofPivot.equals(key)) {
      return true;
    }
    if (timeName != null) {
      return name.equals(timeName);
    }
    return ofPivot == null && key != null && TIME_KEYS.contains(key);
  }

  /**
   * The time of a point may be an object with seconds and nanos, as Protobuf has it; one with
   * anything else holds values.
   *
   * @param first number of the object's first sample
   */
  private void secondsAndNanos(Point point, String name, int first) throws IOException {
    Value seconds = null;
    Value nanos = new Value.Whole(0);
    for (int i = first; i < samples; i++) {
      if (isNamed(i)) {
        return; // a value of long form
      }
      switch (names[i].substring(name.length())) {
        case ".seconds" -> seconds = values[i];
        case ".nanos" -> nanos = values[i];
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
    samples = first;
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

  private void time(JsonToken token, Point point, String name) throws IOException {
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
          default -> new Value.Text(in.getText());
        };
  }

  private void secondTime(String name) throws IOException {
    reject(
        Reason.BAD_TIME,
        "'"
            + Excerpt.of(name)
            + "' is a second time beside another; name the right one in time.from");
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
      named = pivot == null ? NONE : Arrays.copyOf(named, samples * 2);
    }
    names[samples] = name;
    values[samples] = value;
    points[samples] = point;
    if (pivot != null) {
      named[samples] = false;
    }
    samples++;
    checkLimit();
  }

  private void reject(Reason reason, String detail) throws IOException {
    rejectAt(in.currentTokenLocation(), reason, detail);
  }

  private void rejectAt(@Nullable JsonLocation at, Reason reason, String detail)
      throws IOException {
    rejected.add(new Rejected(reason, detail + behind(at)));
    checkLimit();
  }

  private void checkLimit() throws IOException {
    if (samples + rejected.size() > limits.maxParts()) {
      throw new Refused(Reason.LIMIT, "more than " + limits.maxParts() + " values in one message");
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
    Point before = null;
    Sample first = null;
    for (int i = 0; i < samples; i++) {
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
      if (pivot != null) {
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
