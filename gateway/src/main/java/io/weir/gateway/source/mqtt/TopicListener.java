package io.weir.gateway.source.mqtt;

import io.weir.gateway.model.Rejected;
import io.weir.gateway.source.SubscribeRequest;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Listens to a broker and keeps nothing: QoS 0, nothing acknowledged, and no session is left behind
 * if the configuration gives the session no expiry. One connection; it is not made again.
 */
public final class TopicListener implements AutoCloseable {

  /** Takes each message, on the callback thread of the client: must not wait. */
  public interface Heard {
    void message(String topic, byte[] payload, boolean retained);
  }

  private final MqttConfig broker;
  private final Client client;
  private final String filter;
  private final Heard heard;
  private final CompletableFuture<Boolean> connected = new CompletableFuture<>();
  private final CompletableFuture<List<Client.RefusedSubscription>> subscribed =
      new CompletableFuture<>();
  private final CountDownLatch closed = new CountDownLatch(1);
  private volatile String lost = "";
  private final AtomicInteger setAside = new AtomicInteger();
  private volatile String whySetAside = "";

  /**
   * @param broker where to listen, under its client id
   * @param filter an MQTT topic filter
   */
  public TopicListener(MqttConfig broker, String filter, Heard heard) {
    this.broker = broker;
    this.client = PahoClient.FACTORY.create(broker);
    this.filter = filter;
    this.heard = heard;
  }

  /**
   * Connects and subscribes.
   *
   * @throws IOException if the broker does not accept it; the message says why
   */
  public void start() throws IOException {
    try {
      client.connect(new Answers(), null);
      await("connect", connected);
      client.subscribe(List.of(new SubscribeRequest(filter, 0)));
      List<Client.RefusedSubscription> refused = await("subscribe", subscribed);
      if (!refused.isEmpty()) {
        throw new IOException("subscription to " + filter + " refused: " + refused.get(0).reason());
      }
    } catch (MqttConnectionException e) {
      throw new IOException(e.reason(), e);
    }
  }

  private <T> T await(String verb, CompletableFuture<T> answer) throws IOException {
    try {
      return answer.get(broker.connectTimeout().toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new IOException(lost, e);
    } catch (TimeoutException e) {
      throw new IOException("cannot " + verb + ": " + Reasons.noAnswer(broker), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while waiting for the broker", e);
    }
  }

  /** Why the connection is gone; "" while it is open. */
  public String lost() {
    return lost;
  }

  /** Messages that no client library can read, so that they were not heard. */
  public int setAside() {
    return setAside.get();
  }

  /** Of the last one, its topic and why; "" if there was none. */
  public String whySetAside() {
    return whySetAside;
  }

  /** Disconnects; waits a bounded time for it. */
  @Override
  public void close() {
    client.disconnect();
    try {
      if (!closed.await(MqttSession.DISCONNECT_LIMIT_NS, TimeUnit.NANOSECONDS)) {
        client.abandon();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private final class Answers implements Client.Events {

    @Override
    public void connected(boolean sessionPresent) {
      connected.complete(sessionPresent);
    }

    @Override
    public void subscribed(List<Client.RefusedSubscription> refused) {
      subscribed.complete(refused);
    }

    @Override
    public void unsubscribed() {
      // it unsubscribes nothing
    }

    @Override
    public void received(Publish publish) {
      Rejected rejected = publish.rejected();
      if (rejected != null) {
        whySetAside = publish.topic() + ": " + rejected.detail();
        setAside.incrementAndGet();
        return;
      }
      heard.message(publish.topic(), publish.payload(), publish.retained());
    }

    @Override
    public void notConnected(String reason) {
      closed(Ending.of(reason));
    }

    @Override
    public void closed(Ending ending) {
      lost = ending.reason();
      IOException failure = new IOException(lost);
      connected.completeExceptionally(failure);
      subscribed.completeExceptionally(failure);
      closed.countDown();
    }
  }
}
