package io.weir.gateway.log;

import java.nio.file.Path;
import java.time.Duration;

/**
 * How a log is kept.
 *
 * @param directory its folder, made if absent
 * @param segmentBytes size at which a segment is closed and the next begun
 * @param maxBytes bound on all segments together
 * @param whenFull what an append does at the bound
 * @param linger how long a sync waits for company after the first append; zero for none
 * @param maxRecordBytes the largest payload taken
 */
public record LogOptions(
    Path directory,
    long segmentBytes,
    long maxBytes,
    WhenFull whenFull,
    Duration linger,
    int maxRecordBytes) {

  /** At the bound. */
  public enum WhenFull {
    /** Append answers "no room" until a consumer has moved on. */
    BLOCK,
    /** The oldest segment is dropped, and what a consumer had not read of it is counted. */
    DROP_OLDEST
  }
}
