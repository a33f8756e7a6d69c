package io.weir.gateway.decode;

import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Quality;
import io.weir.gateway.model.Sample.TimeUnit;
import io.weir.gateway.model.Value;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the samples of one point of a payload share: all of a {@link io.weir.gateway.model.Sample}
 * but its name and value. Immutable.
 */
@SuppressWarnings("ArrayRecordComponent") // raw evidence, never compared
record Point(
    @Nullable Value time,
    @Nullable TimeUnit timeUnit,
    Quality quality,
    @Nullable String reason,
    @Nullable Asset asset,
    Map<String, String> tags,
    @Nullable String unit,
    byte @Nullable [] part) {

  /** A good value of which nothing more is known. */
  static final Point PLAIN = new Point(null, null, Quality.GOOD, null, null, Map.of(), null, null);

  Point at(@Nullable Value time) {
    return at(time, timeUnit);
  }

  Point at(@Nullable Value time, @Nullable TimeUnit timeUnit) {
    return new Point(time, timeUnit, quality, reason, asset, tags, unit, part);
  }

  /** With that quality; the reason is the raw code. */
  Point of(Quality quality, @Nullable String reason) {
    return new Point(time, timeUnit, quality, reason, asset, tags, unit, part);
  }

  Point on(@Nullable Asset asset) {
    return new Point(time, timeUnit, quality, reason, asset, tags, unit, part);
  }

  Point onMachine(@Nullable String machine) {
    return on(machine == null ? null : new Asset(null, null, null, machine));
  }

  /** With one tag more; as it is where the value is {@code null}. */
  Point tagged(String key, @Nullable String value) {
    return value == null || value.isEmpty() ? this : tagged(Map.of(key, value));
  }

  Point tagged(Map<String, String> more) {
    if (more.isEmpty()) {
      return this;
    }
    Map<String, String> all = new TreeMap<>(tags);
    all.putAll(more);
    return new Point(
        time, timeUnit, quality, reason, asset, Collections.unmodifiableMap(all), unit, part);
  }

  Point in(@Nullable String unit) {
    return new Point(time, timeUnit, quality, reason, asset, tags, unit, part);
  }

  /** Read from those bytes; {@code null} where the whole payload is the evidence. */
  Point readFrom(byte @Nullable [] part) {
    return new Point(time, timeUnit, quality, reason, asset, tags, unit, part);
  }
}
