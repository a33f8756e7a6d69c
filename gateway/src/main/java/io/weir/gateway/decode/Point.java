package io.weir.gateway.decode;

import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Quality;
import io.weir.gateway.model.Sample.TimeUnit;
import io.weir.gateway.model.Value;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the samples of one point of a payload share: all of a sample but its name and value. */
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

  Point at(@Nullable Value other) {
    return new Point(other, timeUnit, quality, reason, asset, tags, unit, part);
  }

  /** With that quality; the reason is the raw code. */
  Point of(Quality other, @Nullable String code) {
    return new Point(time, timeUnit, other, code, asset, tags, unit, part);
  }

  Point on(@Nullable Asset other) {
    return new Point(time, timeUnit, quality, reason, other, tags, unit, part);
  }

  Point onMachine(@Nullable String machine) {
    return on(machine == null ? null : new Asset(null, null, null, machine));
  }

  /** With that tag alone; as it is where the value is {@code null}. */
  Point tagged(String key, @Nullable String value) {
    return value == null
        ? this
        : new Point(time, timeUnit, quality, reason, asset, Map.of(key, value), unit, part);
  }

  Point in(@Nullable String other) {
    return new Point(time, timeUnit, quality, reason, asset, tags, other, part);
  }

  /** Read from those bytes; {@code null} where the whole payload is the evidence. */
  Point readFrom(byte @Nullable [] bytes) {
    return new Point(time, timeUnit, quality, reason, asset, tags, unit, bytes);
  }
}
