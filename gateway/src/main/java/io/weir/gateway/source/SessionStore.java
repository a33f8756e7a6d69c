package io.weir.gateway.source;

import java.io.IOException;
import java.util.Set;

/**
 * What is known of the session that a peer keeps for a source, kept over restarts. Called by the
 * source's own thread only.
 */
public interface SessionStore {

  /**
   * The last connection that the peer accepted.
   *
   * @param number its number; each connection has a higher one than all before; 0 for none
   * @param doubtful whether a later attempt to connect got no answer: the peer may have lost the
   *     session before, and have made a new one then
   */
  record LastConnection(long number, boolean doubtful) {

    public static final LastConnection NONE = new LastConnection(0, false);
  }

  /**
   * The filters saved last; empty if this client id has never subscribed at this broker. The broker
   * may hold each of them: a session outlives the gateway, so a filter that was removed from the
   * configuration must be unsubscribed after the restart.
   */
  Set<String> load() throws IOException;

  /** Replaces the set, durably, before it returns. */
  void save(Set<String> filters) throws IOException;

  /** What was saved last; doubtful if it cannot be read any more. */
  LastConnection lastConnection() throws IOException;

  /** Replaces it, durably, before it returns. */
  void save(LastConnection last) throws IOException;
}
