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
 * @param keep what is kept of segments that every consumer has passed
 * @param pack whether a segment is packed when it is written again; one that is packed stays so
 */
public record LogOptions(
    Path directory,
    long segmentBytes,
    long maxBytes,
    WhenFull whenFull,
    Duration linger,
    int maxRecordBytes,
    Keep keep,
    boolean pack) {

  /** A log that packs what is written again. */
  public LogOptions(
      Path directory,
      long segmentBytes,
      long maxBytes,
      WhenFull whenFull,
      Duration linger,
      int maxRecordBytes,
      Keep keep) {
    this(directory, segmentBytes, maxBytes, whenFull, linger, maxRecordBytes, keep, true);
  }

  /** The same, which keeps nothing that every consumer has passed. */
  public LogOptions(
      Path directory,
      long segmentBytes,
      long maxBytes,
      WhenFull whenFull,
      Duration linger,
      int maxRecordBytes) {
    this(directory, segmentBytes, maxBytes, whenFull, linger, maxRecordBytes, Keep.NOTHING);
  }

  /**
   * What is kept, beside the log, of segments that every consumer has passed.
   *
   * @param age how far behind the newest record they may be
   * @param bytes bound on all of them together
   */
  public record Keep(Duration age, long bytes) {

    /** Passed segments are deleted. */
    public static final Keep NOTHING = new Keep(Duration.ZERO, 0);

    boolean isNothing() {
      return bytes == 0 || age.isZero();
    }
  }

  /** What happens at the bound. */
  public enum WhenFull {
    /** Appends find no room until all consumers have passed a segment. */
    BLOCK,
    /** The oldest segment is deleted; what a consumer had not read of it is counted. */
    DROP_OLDEST
  }
}
