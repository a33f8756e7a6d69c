package io.weir.gateway.log;

/**
 * What a log's options come to.
 *
 * @param segmentBytes size at which a segment is closed
 * @param blockAboveBytes bytes above which appends find no room
 * @param dropAboveBytes bytes above which the oldest segments go
 * @param waitingBytes bound on what waits in memory for one sync
 */
record LogLimits(long segmentBytes, long blockAboveBytes, long dropAboveBytes, int waitingBytes) {

  /** Past this a larger batch makes a sync longer but not better. */
  private static final long ENOUGH_WAITING_BYTES = 4 << 20;

  /**
   * @throws IllegalArgumentException if the bound could be filled by the one segment that is being
   *     written, so that no consumer could ever make room
   */
  static LogLimits of(String name, LogOptions options) {
    // Four segments at least, so that the one being written never fills the bound alone.
    long quarter = options.maxBytes() / 4;
    long largest = (long) Frame.PAYLOAD + options.maxRecordBytes();
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
    long waiting = Math.max(Math.min(ENOUGH_WAITING_BYTES, payload), largest);
    // So a batch begins one segment at most, and another if that fails: their headers need room.
    long block = options.maxBytes() - 2L * SegmentHeader.USUAL_BYTES;
    return options.whenFull() == LogOptions.WhenFull.BLOCK
        ? new LogLimits(segment, block, Long.MAX_VALUE, Math.toIntExact(waiting))
        : new LogLimits(segment, Long.MAX_VALUE, block, Math.toIntExact(waiting));
  }
}
