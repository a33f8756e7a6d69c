package io.weir.gateway.group;

import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What people said, which all members are to know. For any thread. */
public interface Said {

  /**
   * A part of a stream.
   *
   * @param last the number of its last entry
   */
  @SuppressWarnings("ArrayRecordComponent") // passed on, never compared
  record Batch(byte[] bytes, long last) {}

  /** The number up to which each stream is on stable storage. */
  Map<String, Long> kept();

  /** What another member has. */
  void heard(Map<String, Long> kept);

  /** What follows on a number in a stream; {@code null} where nothing does. */
  @Nullable Batch after(String stream, long number, int mostBytes) throws IOException;

  /** Takes a batch of another member. */
  void take(byte[] batch) throws IOException;

  /** Whether figures are made again because somebody asked or said something. */
  boolean isRemaking();
}
