package io.weir.gateway.model;

import org.jspecify.annotations.Nullable;

/**
 * Receives what a message holds while {@link MessageCodec#read} goes through its bytes: for who
 * needs no object for each reading. Series and names that were seen before come as the same
 * instances, as long as they are remembered.
 */
public interface MessageReader {

  /** A message begins. */
  void message(String source, String topic, long receiveTimeNs);

  /** What the message says of its sender's session, if it does; before its lines. */
  default void session(SessionEvent event) {}

  /** The readings that follow are of this series, instant and quality. */
  void line(Series series, long timeNs, Quality quality, @Nullable String reason);

  /** A reading of {@link Value.Real}. */
  void real(String metric, double value);

  /** A reading of {@link Value.Whole}. */
  void whole(String metric, long value);

  /** A reading of {@link Value.Flag}. */
  void flag(String metric, boolean value);

  /** A reading of {@link Value.Text}. */
  void text(String metric, String value);

  /** The message ends. */
  default void end() {}
}
