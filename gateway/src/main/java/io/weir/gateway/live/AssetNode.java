package io.weir.gateway.live;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One place of the factory with its latest readings.
 *
 * @param level site, area, line or machine; "" for readings of no known place
 * @param heardAgeSeconds since a message of this very node arrived; {@code null} where none did
 * @param metrics newest value of each metric, by name
 * @param children the places inside, by name
 */
public record AssetNode(
    String level,
    String name,
    @Nullable Double heardAgeSeconds,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Latest> metrics,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<AssetNode> children) {

  /**
   * The newest value of one metric.
   *
   * @param tags further names of the series
   * @param value a number, a boolean or a text
   * @param time event time
   * @param ageSeconds since the event time; below 0 where the device's clock is ahead
   * @param quality good, uncertain or bad
   * @param reason why it is not good
   */
  public record Latest(
      String measurement,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) Map<String, String> tags,
      String metric,
      Object value,
      Instant time,
      double ageSeconds,
      String quality,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String reason) {}
}
