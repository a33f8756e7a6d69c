package io.weir.gateway.source;

import java.util.List;
import java.util.Map;

/**
 * The sessions of a source's senders that were on stable storage when the gateway started.
 *
 * @param last the highest number that a session ever had, 0 for none
 * @param open those that have not ended
 */
public record KnownSessions(long last, List<Session> open) {

  public static final KnownSessions NONE = new KnownSessions(0, List.of());

  /**
   * One of them.
   *
   * @param expirySeconds how long it outlives its connection; 0xFFFFFFFF for ever
   * @param held the packet ids of messages that may not be taken again, each with a hash of its
   *     content; {@link #UNKNOWN} where an earlier version kept none
   * @param refused those of messages that went to the quarantine as a whole, with a hash of their
   *     content: the sender may have been told so, and have given the id to another message; one
   *     that is told of a success holds them
   */
  public record Session(
      long number,
      String client,
      long expirySeconds,
      Map<Integer, Long> held,
      Map<Integer, Long> refused) {

    /** In place of a hash. */
    public static final long UNKNOWN = 0;
  }
}
