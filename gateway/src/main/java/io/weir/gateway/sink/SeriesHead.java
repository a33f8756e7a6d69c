package io.weir.gateway.sink;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Derived;
import io.weir.gateway.model.Quality;
import io.weir.gateway.model.Series;
import io.weir.gateway.sink.ColumnNames.Column;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The part of a line or row that only series and quality decide: measurement and tags. An empty tag
 * is left out; of two with one key the first stays. There is one of each series, so it is small.
 * Belongs to one thread.
 */
final class SeriesHead {

  /** What one takes of the heap beside its text, with its place in a map; and what a tag does. */
  private static final int BYTES = 146;

  private static final int TAG_BYTES = 32;

  private final Series series;
  private final Quality quality;
  private final String measurement;
  private final List<Row.Tag> tags;
  private final byte[] utf8;
  private final int hash;
  private final Set<String> tagKeys;
  private final long tagHash;
  private final boolean derived;
  private final @Nullable String fault;

  /** The field names hashed last: a series mostly sends the same ones. */
  private String[] hashedFields = {};

  private long point;

  private @Nullable FieldSet fields;
  private @Nullable SeriesHead next;

  private SeriesHead(
      Series series,
      Quality quality,
      String measurement,
      Tags tags,
      boolean keepsTags,
      @Nullable SeriesHead before,
      @Nullable String fault) {
    this.series = series;
    this.quality = quality;
    this.measurement = measurement;
    this.tags = keepsTags ? List.copyOf(tags.list) : List.of();
    String text = tags.text.toString();
    this.utf8 = text.getBytes(UTF_8);
    this.hash = text.hashCode();
    this.tagKeys =
        before != null && before.tagKeys.equals(tags.keys.keySet())
            ? before.tagKeys
            : Set.copyOf(tags.keys.keySet());
    this.tagHash = tags.hash;
    this.derived = Derived.is(series.measurement());
    this.fault = fault;
  }

  /**
   * @param keepsTags whether {@link #tags} is asked for
   * @param before another one: two that have the same tags share their keys
   */
  static SeriesHead of(
      Series series,
      Quality quality,
      ColumnNames names,
      LineProtocol syntax,
      boolean keepsTags,
      @Nullable SeriesHead before) {
    String given = series.measurement() + (quality == Quality.BAD ? "_bad" : "");
    String measurement = names.inStore(given);
    Tags tags = new Tags(names, syntax, measurement);
    Asset asset = series.asset();
    tags.add("site", asset.site());
    tags.add("area", asset.area());
    tags.add("line", asset.line());
    tags.add("machine", asset.machine());
    if (quality == Quality.UNCERTAIN) {
      tags.add("quality", "uncertain");
    }
    series.tags().forEach(tags::add);
    String fault = tags.fault;
    if (series.measurement().isEmpty()) {
      fault = "the measurement's name is empty";
    } else if (given.startsWith("#")) {
      fault = "a line of measurement '" + given + "' would be a comment";
    }
    return new SeriesHead(series, quality, measurement, tags, keepsTags, before, fault);
  }

  Series series() {
    return series;
  }

  Quality quality() {
    return quality;
  }

  String measurement() {
    return measurement;
  }

  /** None where they are not kept. */
  List<Row.Tag> tags() {
    return tags;
  }

  /** What it takes of the heap, in bytes, about. */
  long weight() {
    return BYTES + utf8.length + (long) TAG_BYTES * tags.size();
  }

  /** The next one of the same series. */
  @Nullable SeriesHead next() {
    return next;
  }

  void next(@Nullable SeriesHead other) {
    next = other;
  }

  /** Measurement and tags as a line begins; not to be changed. */
  byte[] utf8() {
    return utf8;
  }

  /** The same as text. */
  String text() {
    return new String(utf8, UTF_8);
  }

  /** The fields of the last line whose readings each became one, {@code null} where none did. */
  @Nullable FieldSet fields() {
    return fields;
  }

  void fields(FieldSet of) {
    fields = of;
  }

  /** Why nothing of this series can be written, or {@code null}. */
  @Nullable String fault() {
    return fault;
  }

  boolean hasTag(Column column) {
    return tagKeys.contains(column.key());
  }

  /** The same for all lines of one measurement and tag set. */
  int hash() {
    return hash;
  }

  /**
   * The key that makes a repeat harmless in a store of tables: the 64-bit FNV-1a hash of the UTF-8
   * bytes of each tag's key, 0, value, 0, in the line's order, then of 1, and of each field's name
   * and 0, in order of the names. Lines of one instant that differ in tags or fields are then
   * different rows, and a line sent twice is one. Derived measurements hash their tags only, so
   * that a revised figure replaces the one before whatever fields it has. Stored rows rest on this
   * hash: it must never change.
   *
   * @param metrics the names of the first {@code count} are those of the fields
   */
  long point(String[] metrics, int count) {
    if (derived) {
      return tagHash;
    }
    if (!Arrays.equals(metrics, 0, count, hashedFields, 0, hashedFields.length)) {
      hashedFields = Arrays.copyOf(metrics, count);
      String[] sorted = hashedFields.clone();
      Arrays.sort(sorted);
      long hash = Fnv1a.octet(tagHash, 1);
      for (String field : sorted) {
        hash = Fnv1a.text(hash, field);
      }
      point = hash;
    }
    return point;
  }

  /** The tags of one head, as they are added. */
  private static final class Tags {
    private final ColumnNames names;
    private final LineProtocol syntax;
    private final StringBuilder text;
    private final List<Row.Tag> list = new ArrayList<>();
    private final Map<String, String> keys = new HashMap<>();
    private long hash = Fnv1a.START;
    private @Nullable String fault;

    Tags(ColumnNames names, LineProtocol syntax, String measurement) {
      this.names = names;
      this.syntax = syntax;
      this.text = new StringBuilder(syntax.measurement(measurement));
    }

    void add(String key, @Nullable String value) {
      if (value == null || value.isEmpty()) {
        return;
      }
      Column column = names.column(key);
      String other = keys.putIfAbsent(column.key(), key);
      if (key.isEmpty()) {
        fault = "a tag with the value '" + value + "' has no name";
      } else if (names.isOwn(column)) {
        fault = "tag '" + key + "' has the name of a column of the gateway's own";
      } else if (other != null && !other.equals(key)) {
        fault = "tag '" + key + "' has the column of tag '" + other + "'";
      } else if (other == null) {
        list.add(new Row.Tag(column.name(), value));
        text.append(',').append(column.text()).append('=').append(syntax.name(value));
        hash = Fnv1a.text(Fnv1a.text(hash, key), value);
      }
    }
  }
}
