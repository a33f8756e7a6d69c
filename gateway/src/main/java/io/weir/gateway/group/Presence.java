package io.weir.gateway.group;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * What a member says of itself each second. JSON, so that people can read it at the broker.
 *
 * @param id the gateway's id
 * @param start when its process began, by its own clock, ms; differs with each start
 * @param number counts up with each presence of that start
 * @param epoch the highest that it has given itself; see {@link Membership}
 * @param view among whom it divides; none while it owns nothing
 * @param ready whether its sources receive
 * @param well whether its stores take what it sends
 * @param complete whether its history is as long as the configuration asks
 * @param sinceMs since when its history has no gap, by its own clock
 * @param historyMs how long ago that is
 * @param behindMs of each way from a log to a store: all of the view that is its own and that it
 *     received more than so long ago is stored; -1 where that is not known
 * @param said up to which number it has what people said, by stream; see {@link Exchange}
 */
record Presence(
    String id,
    long start,
    long number,
    long epoch,
    List<String> view,
    boolean ready,
    boolean well,
    boolean complete,
    long sinceMs,
    long historyMs,
    Map<String, Long> behindMs,
    Map<String, Long> said) {

  /** Of a way of which nothing is known. */
  static final long UNKNOWN = -1;

  private static final ObjectMapper JSON =
      new ObjectMapper()
          .configure(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, false)
          .configure(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES, true);

  Presence {
    view = List.copyOf(view);
    behindMs = Map.copyOf(behindMs);
    said = Map.copyOf(said);
  }

  /** Whether it was said later than another of the same member. */
  boolean isAfter(Presence other) {
    return start == other.start ? number > other.number : start > other.start;
  }

  /** All that is its own and that it received longer ago is stored, whatever the way. */
  long mostBehindMs() {
    long most = 0;
    for (long each : behindMs.values()) {
      if (each < 0) {
        return UNKNOWN;
      }
      most = Math.max(most, each);
    }
    return most;
  }

  byte[] toBytes() {
    try {
      return JSON.writeValueAsBytes(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a presence cannot be written", e);
    }
  }

  /**
   * @throws IOException if the bytes are no presence
   */
  static Presence fromBytes(byte[] bytes) throws IOException {
    return JSON.readValue(bytes, Presence.class);
  }
}
