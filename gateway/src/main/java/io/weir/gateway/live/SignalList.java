package io.weir.gateway.live;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.List;
import java.util.Map;

/**
 * What the signals of one machine were between two instants. Times are event times in milliseconds
 * since the epoch.
 *
 * @param keptSinceMs since when signals are kept in memory
 * @param signals those of numbers, by name
 * @param words those of texts and truth values, by name
 * @param more whether signals were left out: ask for them by name
 */
public record SignalList(
    long fromMs,
    long toMs,
    long keptSinceMs,
    List<Numbers> signals,
    List<Texts> words,
    boolean more) {

  /**
   * A signal of numbers.
   *
   * @param tags further names of the series
   * @param points by stretches of time, in order; stretches without a value are left out
   */
  public record Numbers(
      String metric,
      String measurement,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) Map<String, String> tags,
      List<Point> points) {}

  /**
   * One stretch of time, written as an array.
   *
   * @param ms when the last value was
   */
  @JsonFormat(shape = JsonFormat.Shape.ARRAY)
  @JsonPropertyOrder({"ms", "min", "max", "last"})
  public record Point(long ms, double min, double max, double last) {}

  /** A signal of texts or truth values; the first of the changes is what held at the beginning. */
  public record Texts(
      String metric,
      String measurement,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) Map<String, String> tags,
      List<Change> changes) {}

  /** From when on a signal said so, written as an array. */
  @JsonFormat(shape = JsonFormat.Shape.ARRAY)
  @JsonPropertyOrder({"ms", "word"})
  public record Change(long ms, String word) {}
}
