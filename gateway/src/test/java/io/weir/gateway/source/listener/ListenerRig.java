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
import java.io.IOException;
import java.util.List;
import java.util.Set;

/** A listener on a free port, with an inbox that answers as the test says. */
final class ListenerRig implements AutoCloseable {

  final Shelf shelf = new Shelf();
  final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  final MqttListener listener;

  static final ListenerConfig CONFIG = new ListenerSetup().config();

  ListenerRig() {
    this(CONFIG, KnownSessions.NONE);
  }

  ListenerRig(ListenerSetup setup) {
    this(setup.config(), KnownSessions.NONE);
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
