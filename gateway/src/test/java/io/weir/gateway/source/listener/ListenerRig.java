package io.weir.gateway.source.listener;

import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.weir.gateway.log.Threads;
import io.weir.gateway.log.Time;
import io.weir.gateway.source.KnownSessions;
import io.weir.gateway.source.NoPassage;
import io.weir.gateway.source.SessionStore;
import io.weir.gateway.source.Shelf;
import io.weir.gateway.source.SourceContext;
import io.weir.gateway.source.SparkplugConfig;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A listener on a free port, with an inbox that answers as the test says. */
final class ListenerRig implements AutoCloseable {

  final Shelf shelf = new Shelf();
  final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  final MqttListener listener;

  static final ListenerConfig CONFIG = config(Duration.ofSeconds(10), null);

  /**
   * On a free port of this machine, for anyone.
   *
   * @param webSocketPath where the HTTP server takes its WebSockets, or {@code null}
   */
  static ListenerConfig config(Duration connectTimeout, @Nullable String webSocketPath) {
    return new ListenerConfig(
        "direct",
        "127.0.0.1",
        0,
        10,
        1 << 20,
        64 << 10,
        Duration.ofDays(7),
        Duration.ZERO,
        connectTimeout,
        new ListenerConfig.Limits(1000, 0, 1000, 0, 0),
        true,
        null,
        List.of(),
        List.of(),
        webSocketPath,
        false,
        SparkplugConfig.DEFAULT);
  }

  ListenerRig() {
    this(CONFIG, KnownSessions.NONE);
  }

  ListenerRig(ListenerConfig config, KnownSessions known) {
    listener =
        new MqttListener(
            config,
            new SourceContext(
                shelf, Time.SYSTEM, meters, List.of(), new NoStore(), known, new NoPassage()));
    listener.start(Threads.SYSTEM);
    await().until(() -> listener.port() > 0);
  }

  RawClient client() throws IOException {
    return new RawClient(listener.port());
  }

  @Override
  public void close() {
    listener.close();
    shelf.close();
  }

  /** A listener asks no broker. */
  private static final class NoStore implements SessionStore {

    @Override
    public Set<String> load() {
      throw new AssertionError();
    }

    @Override
    public void save(Set<String> filters) {
      throw new AssertionError();
    }

    @Override
    public LastConnection lastConnection() {
      throw new AssertionError();
    }

    @Override
    public void save(LastConnection last) {
      throw new AssertionError();
    }
  }
}
