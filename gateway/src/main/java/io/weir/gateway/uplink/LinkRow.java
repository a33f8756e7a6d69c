package io.weir.gateway.uplink;

import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Quality;
import io.weir.gateway.model.Series;
import io.weir.gateway.model.Value;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All metrics of one message, series, instant and quality, with where they stand in the log of
 * their gateway.
 *
 * @param offset of the record in its log
 * @param index place in the record of the first reading
 * @param receivedMs when the message was received, milliseconds since the epoch
 * @param reason why the quality is not GOOD, or {@code null}
 * @param timeNs event time, nanoseconds since the epoch
 * @param mustStand whether it is to be stored again where it came before its turn, because an older
 *     value of the same series and instant may have come since
 */
public record LinkRow(
    long offset,
    int index,
    String topic,
    long receivedMs,
    Series series,
    Quality quality,
    @Nullable String reason,
    long timeNs,
    List<Field> fields,
    boolean mustStand) {

  /** One that need not be stored again. */
  public LinkRow(
      long offset,
      int index,
      String topic,
      long receivedMs,
      Series series,
      Quality quality,
      @Nullable String reason,
      long timeNs,
      List<Field> fields) {
    this(offset, index, topic, receivedMs, series, quality, reason, timeNs, fields, false);
  }

  /** What it has of names and texts, in characters. */
  public long weight() {
    long weight = topic.length() + weight(reason) + weight(series);
    for (Field field : fields) {
      weight += field.metric().length() + weight(field.value());
    }
    return weight;
  }

  static long weight(Series series) {
    Asset asset = series.asset();
    long weight = series.measurement().length();
    weight += weight(asset.site()) + weight(asset.area());
    weight += weight(asset.line()) + weight(asset.machine());
    for (Map.Entry<String, String> tag : series.tags().entrySet()) {
      weight += tag.getKey().length() + tag.getValue().length();
    }
    return weight;
  }

  static long weight(Value value) {
    return value instanceof Value.Text text ? text.value().length() : 0;
  }

  private static long weight(@Nullable String text) {
    return text == null ? 0 : text.length();
  }

  /** A metric and its value. */
  public record Field(String metric, Value value) {}
}
