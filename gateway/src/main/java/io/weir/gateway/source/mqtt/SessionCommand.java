package io.weir.gateway.source.mqtt;

import io.weir.gateway.source.SubscribeRequest;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** What {@link MqttSession} asks its driver to do, in this order. */
sealed interface SessionCommand {

  /** Read the stored filters and give them to {@link MqttSession#loaded}. */
  record Load() implements SessionCommand {}

  /** Connect with a new client. */
  record Connect(int epoch, @Nullable OutboundMessage will) implements SessionCommand {}

  /** Count the connection. */
  record CountConnect(boolean sessionLost) implements SessionCommand {}

  /** Store the filters before anything that follows. */
  record Save(Set<String> filters) implements SessionCommand {}

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
