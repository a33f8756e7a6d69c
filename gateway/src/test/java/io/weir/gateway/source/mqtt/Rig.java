package io.weir.gateway.source.mqtt;

import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.weir.gateway.config.Secret;
import io.weir.gateway.config.TlsFiles;
import io.weir.gateway.log.Threads;
import io.weir.gateway.log.Time;
import io.weir.gateway.source.SessionStore;
import io.weir.gateway.source.Shelf;
import io.weir.gateway.source.SparkplugConfig;
import io.weir.gateway.source.SubscribeRequest;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;

/** A source in front of a {@link Shelf}, built as the test says. */
final class Rig implements AutoCloseable {

  /** A store in memory, to be handed from one source to the next as a restart does. */
  static final class Memory implements SessionStore {
    private Set<String> filters = Set.of();

    @Override
    public synchronized Set<String> load() {
      return filters;
    }

    @Override
    public synchronized void save(Set<String> next) {
      filters = new TreeSet<>(next);
    }

    private LastConnection last = LastConnection.NONE;

    @Override
    public synchronized LastConnection lastConnection() {
      return last;
    }

    @Override
    public synchronized void save(LastConnection next) {
      last = next;
    }
  }

  String url;
  String clientId = "weir-" + UUID.randomUUID();
  String username;
  Secret password;
  int version = 5;
  int receiveMaximum = 100;
  long windowBytes = 1 << 20;
  int maxPacketBytes = 1 << 20;
  Duration keepAlive = Duration.ofSeconds(20);
  Duration connectTimeout = Duration.ofSeconds(5);
  String share;
  TlsFiles tls;
  SparkplugConfig sparkplug = SparkplugConfig.DEFAULT;
  List<SubscribeRequest> subscriptions;
  Memory store = new Memory();

  final Shelf shelf = new Shelf();
  final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  MqttSource source;

  Rig(String url, String filter) {
    this.url = url;
    this.subscriptions = List.of(new SubscribeRequest(filter, 1));
  }

  MqttConfig config() {
    return new MqttConfig(
        "plant",
        URI.create(url),
        clientId,
        username,
        password,
        version,
        receiveMaximum,
        windowBytes,
        maxPacketBytes,
        Duration.ofDays(1),
        keepAlive,
        connectTimeout,
        share,
        tls,
        sparkplug);
  }

  Rig start() {
    source =
        new MqttSource(
            config(), subscriptions, shelf, Time.SYSTEM, registry, store, PahoClient.FACTORY);
    source.start(Threads.SYSTEM);
    return this;
  }

  /** Starts and waits until it receives. */
  Rig connected() {
    start();
    await().until(() -> source.status().ready());
    return this;
  }

  /** A clean stop, as the gateway does it. */
  void stop() {
    source.stopReceiving();
    source.close();
  }

  double meter(String name) {
    return registry.get(name).tag("source", "plant").meter().measure().iterator().next().getValue();
  }

  @Override
  public void close() {
    source.close();
    shelf.close();
  }
}
