package io.weir.gateway.sink;

import java.util.List;

/**
 * Up to which time a store drops lines, as its answers said: it does not keep times so far back.
 * That is a hint only. Such lines are written apart from the others, and what the store says of
 * them counts. Belongs to the drain's thread.
 */
final class OldLines {

  /** Nothing is known to be too old. */
  static final long NONE = Long.MIN_VALUE;

  private long upToNs = NONE;

  /** Event time, nanoseconds since the epoch. */
  long upToNs() {
    return upToNs;
  }

  /** The store dropped all of these for their age. */
  void dropped(List<Outbound> lines) {
    for (Outbound line : lines) {
      upToNs = Math.max(upToNs, line.timeNs());
    }
  }

  /** It keeps lines that were taken for too old. */
  void forget() {
    upToNs = NONE;
  }

  /** The event time of the youngest of the oldest lines. */
  static long upTo(List<Outbound> lines, int oldest) {
    return lines.stream()
        .mapToLong(Outbound::timeNs)
        .sorted()
        .skip(oldest - 1L)
        .findFirst()
        .orElse(NONE);
  }
}
