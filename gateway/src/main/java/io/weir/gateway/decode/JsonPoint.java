package io.weir.gateway.decode;

import com.fasterxml.jackson.core.JsonLocation;
import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Value;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What an object of a document may say of all that stands in it. */
final class JsonPoint {
  private final @Nullable JsonPoint around;
  @Nullable Value time;
  @Nullable Asset asset;
  private @Nullable Map<String, String> labels;
  private boolean inherited;

  // In long form, what its fields say of its value.
  @Nullable String name;
  @Nullable String unit;

  /** Whether its name was rejected. */
  boolean nameless;

  /** Whether the field with the value is a scalar, which may have been rejected. */
  boolean hasValue;

  /** Where it begins, from 1; 0 where that is not known. */
  int line;

  int column;

  /**
   * @param around the point that it stands in, {@code null} at the top
   */
  JsonPoint(@Nullable JsonPoint around) {
    this.around = around;
  }

  void beginsAt(@Nullable JsonLocation place) {
    line = place == null ? 0 : place.getLineNr();
    column = place == null ? 0 : place.getColumnNr();
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

  /** A label of its own, {@code null} without one. */
  @Nullable String ownLabel(String name) {
    return labels == null ? null : labels.get(name);
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
