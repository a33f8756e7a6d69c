package io.weir.gateway.uplink;

import io.weir.gateway.model.Quality;
import io.weir.gateway.model.Series;
import io.weir.gateway.model.Value;
import java.util.List;
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

  /** A metric and its value. */
  public record Field(String metric, Value value) {}
}
