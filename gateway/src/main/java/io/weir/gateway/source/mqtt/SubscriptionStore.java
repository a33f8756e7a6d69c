package io.weir.gateway.source.mqtt;

import java.io.IOException;
import java.util.Set;

/**
 * The topic filters that the broker may hold for this client id, kept over restarts: a session
 * outlives the gateway, so a filter that the configuration no longer names must be unsubscribed
 * when the gateway comes back. Called by the source's supervisor thread only.
 */
public interface SubscriptionStore {

  /** The filters saved last; empty where this client id never subscribed at this broker. */
  Set<String> load() throws IOException;

  /** Replaces the set, durably, before it returns. */
  void save(Set<String> filters) throws IOException;
}
