package io.weir.gateway.source;

import java.io.IOException;
import java.util.Set;

/**
 * The topic filters that the broker may hold for this client id, kept over restarts. A session
 * outlives the gateway, so a filter that was removed from the configuration must be unsubscribed
 * after the restart. Called by the source's own thread only.
 */
public interface SubscriptionStore {

  /** The filters saved last; empty if this client id has never subscribed at this broker. */
  Set<String> load() throws IOException;

  /** Replaces the set, durably, before it returns. */
  void save(Set<String> filters) throws IOException;
}
