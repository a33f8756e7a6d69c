package io.weir.gateway.source;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A source whose subscriptions follow the routes, also while it runs. */
public interface Subscriber extends Source {

  /**
   * Changes the set of subscriptions. Called by one thread at a time; does not wait.
   *
   * @param subscriptions all that is wanted from now on; the filters do not overlap
   * @return complete when the peer has answered to all of it, or to a later change; never
   *     exceptional
   */
  CompletableFuture<Void> subscribe(List<SubscribeRequest> subscriptions);
}
