package io.weir.gateway.api;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.weir.gateway.live.Place;
import java.util.List;

/**
 * What machines did between two instants, in milliseconds since the epoch.
 *
 * @param machines in the order of {@link EfficiencyResponse}
 * @param more whether machines were left out, for the answer would be too large: ask for a part
 */
public record StateHistory(long fromMs, long toMs, List<Machine> machines, boolean more) {

  /**
   * A machine.
   *
   * @param place of the machine
   * @param spans one after another, the last one up to {@code toMs}; from where it is known
   */
  public record Machine(@JsonUnwrapped Place place, List<Span> spans) {}

  /**
   * A stretch of one state, written as an array.
   *
   * @param reason why, "" if unknown
   */
  @JsonFormat(shape = JsonFormat.Shape.ARRAY)
  @JsonPropertyOrder({"fromMs", "toMs", "state", "reason"})
  public record Span(long fromMs, long toMs, String state, String reason) {}
}
