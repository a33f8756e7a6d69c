package io.weir.gateway.log;

import java.nio.file.Path;
import java.time.Duration;

/**
 * How a log is stored.
 *
 * @param directory its folder, created if absent
 * @param segmentBytes size at which a segment is closed and the next begins
 * @param maxBytes bound on all segments together
 * @param whenFull what an append does at the bound
 * @param linger how long a sync waits for more records after the first append; zero for none
 * @param maxRecordBytes the largest payload
 */
public record LogOptions(
    Path directory,
    long segmentBytes,
    long maxBytes,
    WhenFull whenFull,
    Duration linger,
    int maxRecordBytes) {

  /** What happens at the bound. */
  public enum WhenFull {
    /** Appends find no room until all consumers have passed a segment. */
    BLOCK,
    /** The oldest segment is deleted; what a consumer had not read of it is counted. */
    DROP_OLDEST
  }
}
