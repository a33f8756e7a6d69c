package io.weir.gateway.sink;

import io.weir.gateway.log.Time;
import io.weir.gateway.model.Value;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All metrics of one message, asset and instant, typed, for stores that are not written to in line
 * protocol. A row says what its line would say: BAD readings are in a measurement with {@code _bad}
 * behind its name, UNCERTAIN ones carry the tag {@code quality=uncertain}. Names are as they are in
 * the store, not escaped. Immutable.
 *
 * @param measurement the measurement or table; not empty
 * @param tags site, area, line and machine where they are known, then the others in order of their
 *     keys; no key twice, no value empty
 * @param fields the metrics, in the order of the message; at least one, no key twice; reals are
 *     finite; units are those of the device
 * @param timeNs event time, nanoseconds since the epoch, UTC, a multiple of the dialect's precision
 * @param point where the dialect is of tables: the key that makes a repeat harmless. Rows of one
 *     table, time and point are the same row, and the later one replaces the earlier; rows that
 *     differ in tags or field keys have different points. Else {@code null}
 */
public record Row(
    String measurement, List<Tag> tags, List<Field> fields, long timeNs, @Nullable Long point) {

  /** A name or place that the row is found by. */
  public record Tag(String key, String value) {}

  /** A metric and its value. */
  public record Field(String key, Value value) {}

  public Row {
    tags = List.copyOf(tags);
    fields = List.copyOf(fields);
  }

  /** The event time. */
  public Instant instant() {
    return Time.instant(timeNs);
  }

  /** The value of a tag, or {@code null} where the row does not have it. */
  public @Nullable String tag(String key) {
    for (Tag tag : tags) {
      if (tag.key().equals(key)) {
        return tag.value();
      }
    }
    return null;
  }
}
