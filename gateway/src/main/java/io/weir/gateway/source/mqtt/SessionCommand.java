package io.weir.gateway.source.mqtt;

import io.weir.gateway.source.SessionStore.LastConnection;
import io.weir.gateway.source.SourceConnection;
import io.weir.gateway.source.SubscribeRequest;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** What {@link MqttSession} asks its driver to do, in this order. */
sealed interface SessionCommand {

  /** Read what is stored of the session and give it to {@link MqttSession#loaded}. */
  record Load() implements SessionCommand {}

  /**
   * Connect with a new client.
   *
   * @param resuming what the connection is if the broker says that it has a session
   */
  record Connect(int epoch, SourceConnection resuming, @Nullable OutboundMessage will)
      implements SessionCommand {}

  /**
   * Count the connection.
   *
   * @param sessionLost whether the broker has lost the session, for sure or perhaps
   * @param doubtful whether it is only in doubt
   */
  record CountConnect(boolean sessionLost, boolean doubtful) implements SessionCommand {}

  /** Count a connection that ended on a broken packet. */
  record CountBroken() implements SessionCommand {}

  /** Store the filters before anything that follows. */
  record Save(Set<String> filters) implements SessionCommand {}

  /** Store the last connection before anything that follows. */
  record SaveConnection(LastConnection last) implements SessionCommand {}

  record Subscribe(List<SubscribeRequest> subscriptions) implements SessionCommand {}

  /**
   * @param probe whether it only tests that the broker answers
   */
  record Unsubscribe(Set<String> filters, boolean probe) implements SessionCommand {}

  record Send(OutboundMessage message) implements SessionCommand {}

  /** Report that the broker has answered to a whole set of subscriptions. */
  record Complete(CompletableFuture<Void> done) implements SessionCommand {}

  /** Close the connection cleanly. */
  record Disconnect() implements SessionCommand {}

  /** Drop the connection. */
  record Abandon() implements SessionCommand {}
}
