package io.weir.gateway.source.mqtt;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.weir.gateway.config.Config;
import io.weir.gateway.model.Time;
import io.weir.gateway.source.Inbox;
import io.weir.gateway.source.Publishes;
import io.weir.gateway.source.Source;
import io.weir.gateway.source.SourceMeters;
import java.util.ArrayList;
import java.util.List;

/** Readings from an MQTT broker. See the package for what it promises. */
public final class MqttSource implements Source, Publishes {

  private final String name;
  private final SourceMeters meters;
  private final Counter connects;
  private final Counter sessionsLost;
  private final Keeper keeper;
  private final Supervisor supervisor;

  /**
   * @param subscriptions what to ask the broker for; filters must not overlap, or a message comes
   *     once for each. Within a shared group of the configuration each is shared
   * @param inbox where messages go, on the library's callback thread
   * @param store the filters subscribed, kept over restarts
   */
  public MqttSource(
      Config.MqttSource config,
      List<Subscription> subscriptions,
      Inbox inbox,
      Time time,
      MeterRegistry registry,
      SubscriptionStore store) {
    String group = config.share();
    List<Subscription> asked = new ArrayList<>();
    subscriptions.forEach(each -> asked.add(group == null ? each : each.sharedBy(group)));
    String hostId = config.sparkplug().hostId();
    if (hostId != null) {
      asked.add(new Subscription(HostState.topic(hostId), 0));
    }
    // MQTT 5 has the broker keep the count, by Receive Maximum
    int maxCount = config.version() == 5 ? Integer.MAX_VALUE : config.receiveMaximum();
    name = config.name();
    meters = new SourceMeters(registry, name);
    connects = meters.connects();
    sessionsLost = meters.sessionsLost();
    keeper =
        new Keeper(
            name, new Window(maxCount, config.windowBytes()), inbox, time, meters.acknowledged());
    supervisor =
        new Supervisor(config, List.copyOf(asked), store, keeper, time, connects, sessionsLost);
    meters.gauges(this::status, keeper::silenceNs);
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
