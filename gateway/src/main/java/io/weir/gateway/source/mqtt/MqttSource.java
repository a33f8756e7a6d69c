package io.weir.gateway.source.mqtt;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.weir.gateway.log.Time;
import io.weir.gateway.source.Inbox;
import io.weir.gateway.source.CommandPublisher;
import io.weir.gateway.source.Source;
import io.weir.gateway.source.SourceConfig;
import io.weir.gateway.source.SourceMeters;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Readings from an MQTT broker. See the package for what it promises. */
public final class MqttSource implements Source, CommandPublisher {

  private final String name;
  private final @Nullable String group;
  private final @Nullable String hostId;
  private final SourceMeters meters;
  private final Counter connects;
  private final Counter sessionsLost;
  private final AckTracker keeper;
  private final Supervisor supervisor;

  /**
   * @param subscriptions what to ask the broker for; filters must not overlap, or a message comes
   *     once for each. Within a shared group of the configuration each is shared
   * @param inbox where messages go, on the library's callback thread
   * @param store the filters subscribed, kept over restarts
   */
  public MqttSource(
      SourceConfig.Mqtt config,
      List<SubscribeRequest> subscriptions,
      Inbox inbox,
      Time time,
      MeterRegistry registry,
      SubscriptionStore store) {
    group = config.share();
    hostId = config.sparkplug().hostId();
    // MQTT 5 has the broker keep the count, by Receive Maximum
    int maxCount = config.version() == 5 ? Integer.MAX_VALUE : config.receiveMaximum();
    name = config.name();
    meters = new SourceMeters(registry, name);
    connects = meters.connects();
    sessionsLost = meters.sessionsLost();
    keeper =
        new AckTracker(
            name,
            new InflightWindow(maxCount, config.windowBytes()),
            inbox,
            time,
            meters.acknowledged());
    supervisor =
        new Supervisor(config, asked(subscriptions), store, keeper, time, connects, sessionsLost);
    meters.gauges(this::status, keeper::silenceNs);
  }

  private List<SubscribeRequest> asked(List<SubscribeRequest> subscriptions) {
    String shared = group;
    List<SubscribeRequest> asked = new ArrayList<>();
    subscriptions.forEach(each -> asked.add(shared == null ? each : each.sharedBy(shared)));
    String host = hostId;
    if (host != null) {
      asked.add(new SubscribeRequest(HostState.topic(host), 0));
    }
    return List.copyOf(asked);
  }

  /**
   * Changes the set of subscriptions on the connection there is: what is new is subscribed, then
   * what is no longer wanted is unsubscribed. Without a connection the next one brings the change.
   * One caller at a time; does not wait.
   *
   * @return complete once the broker has answered to all of it
   */
  public CompletableFuture<Void> subscribe(List<SubscribeRequest> subscriptions) {
    return supervisor.subscribe(asked(subscriptions));
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public void start() {
    keeper.start();
    supervisor.start();
  }

  @Override
  public void publish(String topic, byte[] payload) {
    supervisor.publish(topic, payload);
  }

  @Override
  public Status status() {
    Supervisor.Phase phase = supervisor.phase();
    String trouble = keeper.trouble();
    return new Status(
        phase.ready() && trouble.isEmpty(),
        phase.state(),
        phase.reason().isEmpty() ? trouble : phase.reason(),
        keeper.window.size(),
        (long) connects.count(),
        (long) sessionsLost.count());
  }

  @Override
  public void stopReceiving() {
    keeper.stopReceiving();
  }

  @Override
  public void close() {
    try {
      keeper.stopReceiving();
      keeper.finish();
      supervisor.stop();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    meters.close();
  }
}
