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
 * What an envelope says of the samples in it, all but name and value; the fields are those of
 * {@link io.weir.gateway.model.Sample}. Immutable: each method returns one that says a little more.
 */
record About(
    @Nullable Value time,
    @Nullable TimeUnit timeUnit,
    Quality quality,
    @Nullable String reason,
    @Nullable Asset asset,
    Map<String, String> tags,
    @Nullable String unit) {

  static final About NOTHING = new About(null, null, Quality.GOOD, null, null, Map.of(), null);

  /** At a time whose unit the route or its magnitude tells; as before where there is none. */
  About at(@Nullable Value time) {
    return time == null ? this : at(time, null);
  }

  About at(@Nullable Value time, @Nullable TimeUnit unit) {
    return new About(time, unit, quality, reason, asset, tags, this.unit);
  }

  About of(@Nullable Asset asset) {
    return new About(time, timeUnit, quality, reason, asset, tags, unit);
  }

  /** Of the machine of that name; of no machine where it is {@code null}. */
  About ofMachine(@Nullable String machine) {
    return of(machine == null ? null : new Asset(null, null, null, machine));
  }

  /** With one more tag; as before where its value is {@code null} or empty. */
  About tagged(String key, @Nullable String value) {
    return value == null || value.isEmpty() ? this : tagged(Map.of(key, value));
  }

  About tagged(Map<String, String> more) {
    if (more.isEmpty()) {
      return this;
    }
    Map<String, String> all = new TreeMap<>(tags);
    all.putAll(more);
    return new About(
        time, timeUnit, quality, reason, asset, Collections.unmodifiableMap(all), unit);
  }

  /**
   * @param reason the raw code
   */
  About quality(Quality quality, @Nullable String reason) {
    return new About(time, timeUnit, quality, reason, asset, tags, unit);
  }

  About in(@Nullable String unit) {
    return new About(time, timeUnit, quality, reason, asset, tags, unit);
  }
}
