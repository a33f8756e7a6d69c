package io.weir.gateway.source.mqtt;

import io.micrometer.core.instrument.MeterRegistry;
import io.weir.gateway.alarm.AlarmKind;
import io.weir.gateway.alarm.Trouble;
import io.weir.gateway.log.Threads;
import io.weir.gateway.log.Time;
import io.weir.gateway.model.Stepped;
import io.weir.gateway.source.Announcer;
import io.weir.gateway.source.CommandPublisher;
import io.weir.gateway.source.Inbox;
import io.weir.gateway.source.SessionStore;
import io.weir.gateway.source.SourceMeters;
import io.weir.gateway.source.SubscribeRequest;
import io.weir.gateway.source.Subscriber;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Readings from an MQTT broker. See the package for what it promises.
 *
 * <p>It is built without a thread and without a connection. Either {@link #start} gives it a
 * thread, {@code mqtt-<source>}, or its owner calls {@link #step} instead.
 */
final class MqttSource implements Subscriber, CommandPublisher, Announcer, Stepped {

  private final MqttConfig config;
  private final SourceMeters meters;
  private final SessionDriver.Counts counts;
  private final SessionDriver driver;

  /**
   * @param subscriptions what is asked of the broker; filters must not overlap, or a message comes
   *     once for each. If the configuration names a shared group, each is shared within it
   * @param inbox where messages go, on the source's own thread
   * @param store the filters subscribed, kept over restarts
   * @param clients makes the client of each connection; {@link PahoClient#FACTORY} in production
   */
  MqttSource(
      MqttConfig config,
      List<SubscribeRequest> subscriptions,
      Inbox inbox,
      Time time,
      MeterRegistry registry,
      SessionStore store,
      Client.Factory clients) {
    this.config = config;
    meters = new SourceMeters(registry, config.name());
    counts =
        new SessionDriver.Counts(meters.connects(), meters.sessionsLost(), meters.brokenPackets());
    // in MQTT 5 the broker keeps the bound on the count, by Receive Maximum
    int maxCount = config.version() == 5 ? Integer.MAX_VALUE : config.receiveMaximum();
    InflightWindow window =
        new InflightWindow(maxCount, config.windowBytes(), config.receiveMaximum());
    Subscriptions.Target target = target(subscriptions);
    MqttSession session =
        new MqttSession(
            config,
            target,
            window,
            time,
            new SplittableRandom(config.clientId().hashCode() ^ time.wallNs()));
    driver =
        new SessionDriver(
            config,
            session,
            target,
            wake ->
                new AckTracker(
                    config.name(),
                    window,
                    new BestEffortQueue(config.windowBytes()),
                    inbox,
                    time,
                    meters.acknowledged(),
                    wake),
            clients,
            store,
            counts);
    meters.gauges(this::status, driver.tracker()::silenceNs);
  }

  private Subscriptions.Target target(List<SubscribeRequest> subscriptions) {
    String shared = config.share();
    List<SubscribeRequest> all = new ArrayList<>();
    subscriptions.forEach(each -> all.add(shared == null ? each : each.sharedBy(shared)));
    String host = config.sparkplug().hostId();
    if (host != null) {
      all.add(new SubscribeRequest(HostState.topic(host), 0));
    }
    return new Subscriptions.Target(List.copyOf(all), new CompletableFuture<>());
  }

  /**
   * Changes the set of subscriptions on the current connection: what is new is subscribed, then
   * what is no longer wanted is unsubscribed. Without a connection the next one makes the change.
   * Called by one thread at a time; does not wait.
   *
   * @return complete when the broker has answered to all of it, or to a later change
   */
  @Override
  public CompletableFuture<Void> subscribe(List<SubscribeRequest> subscriptions) {
    return driver.subscribe(target(subscriptions));
  }

  @Override
  public String name() {
    return config.name();
  }

  @Override
  public void start(Threads threads) {
    driver.start(threads);
  }

  /**
   * Does what is due, on the calling thread, without waiting: connects, subscribes, acknowledges,
   * offers again. For an owner that gives this source no thread.
   *
   * @return nanoseconds until something is due again, if nothing happens before
   */
  @Override
  public long step() {
    return driver.step();
  }

  @Override
  public @Nullable Duration reorderTimeout() {
    return config.sparkplug().rebirth() ? config.sparkplug().reorderTimeout() : null;
  }

  @Override
  public void publish(String topic, byte[] payload) {
    driver.publish(new OutboundMessage(topic, payload, 0, false));
  }

  @Override
  public void announce(String topic, byte[] payload, Duration expiry) {
    driver.publish(new OutboundMessage(topic, payload, 1, true, (int) expiry.toSeconds()));
  }

  @Override
  public void tell(String topic, byte[] payload, Duration expiry) {
    driver.publish(new OutboundMessage(topic, payload, 1, false, (int) expiry.toSeconds()));
  }

  @Override
  public Status status() {
    Phase phase = driver.phase();
    String defect = driver.tracker().defect();
    return new Status(
        phase.isReady() && defect.isEmpty(),
        phase.state().word(),
        phase.reason().isEmpty() ? defect : phase.reason(),
        driver.tracker().unacknowledged(),
        (long) counts.connects().count(),
        (long) counts.sessionsLost().count());
  }

  @Override
  public List<Trouble> troubles() {
    List<Trouble> troubles = new ArrayList<>(driver.troubles());
    String defect = driver.tracker().defect();
    if (!defect.isEmpty()) {
      troubles.add(new Trouble(AlarmKind.SOURCE_DOWN, config.name(), defect));
    }
    String loss = driver.tracker().lossUpstream();
    if (loss != null) {
      troubles.add(new Trouble(AlarmKind.LOSS_UPSTREAM, config.name(), loss));
    }
    return troubles;
  }

  @Override
  public void stopReceiving() {
    driver.tracker().stopReceiving();
  }

  @Override
  public void closing() {
    stopReceiving();
    driver.beginStop();
  }

  @Override
  public void close() {
    stopReceiving();
    try {
      driver.stop();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    meters.close();
  }
}
