package io.weir.gateway.model;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What names a line in a store, apart from the instant: readings of one message, instant and series
 * make one line. Instances are shared and cached where they are made, so that later stages can
 * cache by identity.
 *
 * <p>A class, not a record: it is the key of many maps, and keeps the hash of all its names.
 */
public final class Series {

  private final String measurement;
  private final Asset asset;
  private final Map<String, String> tags;
  private final int hash;
  private volatile byte @Nullable [] form;

  /**
   * @param measurement the store's measurement (table), {@code telemetry} unless the route names
   *     one
   * @param asset where it was measured
   * @param tags further names, sorted by key, immutable, without the asset's levels
   */
  public Series(String measurement, Asset asset, Map<String, String> tags) {
    this.measurement = measurement;
    this.asset = asset;
    this.tags = tags;
    hash = (31 * measurement.hashCode() + asset.hashCode()) * 31 + tags.hashCode();
  }

  /** The store's measurement (table). */
  public String measurement() {
    return measurement;
  }

  /** Where it was measured. */
  public Asset asset() {
    return asset;
  }

  /** Further names, sorted by key, immutable, without the asset's levels. */
  public Map<String, String> tags() {
    return tags;
  }

  /** All names as bytes, once they were needed; whoever asks leaves them as they are. */
  byte @Nullable [] form() {
    return form;
  }

  void form(byte[] bytes) {
    form = bytes;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return this == other
        || other instanceof Series that
            && hash == that.hash
            && measurement.equals(that.measurement)
            && asset.equals(that.asset)
            && tags.equals(that.tags);
  }

  @Override
  public int hashCode() {
    return hash;
  }

  @Override
  public String toString() {
    return "Series[measurement=" + measurement + ", asset=" + asset + ", tags=" + tags + "]";
  }
}
