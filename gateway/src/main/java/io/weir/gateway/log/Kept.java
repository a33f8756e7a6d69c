package io.weir.gateway.log;

/**
 * What is kept of segments that every consumer has passed.
 *
 * @param bytes of all files
 * @param fromNs the receive time from which on the records are there, nanoseconds; 0 where nothing
 *     is kept
 */
public record Kept(int segments, long bytes, long fromNs) {

  /** The folder of these segments, below that of the log. */
  public static final String DIRECTORY = "kept";

  static final Kept NOTHING = new Kept(0, 0, 0);
}
