package io.weir.gateway.log;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Records that were written and that a pass over a log did not find: damaged, or deleted by the log
 * during the pass. What a power cut left of a sync that did not end is none.
 *
 * @param from offset of the first of them
 * @param to the offset after the last, as far as it is known
 * @param afterNs the receive time of what is before them
 * @param beforeNs the receive time of the record behind; {@link Long#MAX_VALUE} without one
 * @param units theirs
 * @param isExact whether there are no more of either
 * @param isDeleted whether the log deleted a file of them during the pass
 * @param file the one whose header cannot be read, where that is the cause: then nobody knows how
 *     many they are. Where records are on both sides of it, these count in another.
 */
public record Missing(
    long from,
    long to,
    long afterNs,
    long beforeNs,
    long units,
    boolean isExact,
    boolean isDeleted,
    @Nullable Path file) {

  /** Between two records, or behind the last one. */
  Missing(
      long from,
      long to,
      long afterNs,
      long beforeNs,
      long units,
      boolean isExact,
      boolean isDeleted) {
    this(from, to, afterNs, beforeNs, units, isExact, isDeleted, null);
  }

  /** All of a file, between the headers of two others. */
  static Missing all(Path file, long from, long to, long afterNs, long beforeNs) {
    return new Missing(from, to, afterNs, beforeNs, 0, false, false, file);
  }

  Missing before(long receiveTimeNs) {
    return new Missing(from, to, afterNs, receiveTimeNs, units, isExact, isDeleted);
  }
}
