package io.weir.gateway.log;

/**
 * The limits that follow from a log's options.
 *
 * @param recordBytes bytes of records at which a segment is closed, if its header is not large
 * @param largestBytes of one record
 * @param blockAboveBytes bytes of the log, and of the next two headers, above which appends find no
 *     room: a batch begins at most one segment, and another after a failure
 * @param dropAboveBytes the same bytes above which the oldest segments are deleted
 * @param bufferBytes bound on the records in memory for one sync
 * @param frameBytes bytes of records that a packed segment has in one frame: what damage of one
 *     byte may cost
 */
record LogLimits(
    long recordBytes,
    long largestBytes,
    long blockAboveBytes,
    long dropAboveBytes,
    int bufferBytes,
    int frameBytes) {

  /** Above this, a larger batch makes each sync longer and the log no faster. */
  private static final long MAX_BUFFER_BYTES = 4 << 20;

  /** A small segment has frames enough that damage costs little of it. */
  private static final int LEAST_FRAMES = 8;

  /**
   * @throws IllegalArgumentException if the segment being written could fill the bound alone, so
   *     that no consumer could ever make room
   */
  static LogLimits of(String name, LogOptions options) {
    // At least four segments, so that the one being written never fills the bound alone.
    long quarter = options.maxBytes() / 4;
    long largest = (long) RecordHeader.PAYLOAD + options.maxRecordBytes();
    if (SegmentHeader.USUAL_BYTES + largest > quarter) {
      throw new IllegalArgumentException(
          "log "
              + name
              + ": a bound of "
              + options.maxBytes()
              + " bytes is too small for records of "
              + options.maxRecordBytes());
    }
    long segment =
        Math.max(Math.min(options.segmentBytes(), quarter), SegmentHeader.USUAL_BYTES + largest);
    long payload = segment - SegmentHeader.USUAL_BYTES;
    long buffer = Math.max(Math.min(MAX_BUFFER_BYTES, payload), largest);
    int frame = (int) Math.min(Frame.MOST_BYTES, payload / LEAST_FRAMES);
    long bound = options.maxBytes();
    return options.whenFull() == LogOptions.WhenFull.BLOCK
        ? new LogLimits(payload, largest, bound, Long.MAX_VALUE, Math.toIntExact(buffer), frame)
        : new LogLimits(payload, largest, Long.MAX_VALUE, bound, Math.toIntExact(buffer), frame);
  }

  /**
   * Bytes of records at which a segment is closed whose header is so long: so early that, with
   * nothing else in the log, there is room for one more record, which begins the next segment. Else
   * a log whose owner has a large total would be full for ever, with all of it passed.
   */
  long recordBytes(long headerBytes) {
    long early = blockAboveBytes - 3 * headerBytes - largestBytes;
    return Math.max(largestBytes, Math.min(recordBytes, early));
  }

  /** Whether a log of one segment, of this many bytes, never has room for another record. */
  boolean isFullBy(long segmentBytes, long headerBytes) {
    return segmentBytes > blockAboveBytes - 2 * headerBytes - largestBytes;
  }
}
