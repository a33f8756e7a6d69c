package io.weir.gateway.sink.weir;

import io.weir.gateway.model.Series;
import io.weir.gateway.sink.SinkContext;
import io.weir.gateway.sink.StreamSink;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Another gateway. Each log has links of its own, so that none waits for another. */
final class WeirSink implements StreamSink {

  private static final int MOST_SERIES = 10_000;

  /** How long a new name of the logs is news. */
  private static final long NEWS_NS = TimeUnit.HOURS.toNanos(24);

  private final WeirSinkConfig config;
  private final SinkContext context;
  private final Throttle throttle;
  private final Map<String, LogLink> links = new ConcurrentHashMap<>();

  /** What goes before its turn has connections of its own: it does not wait for the backlog. */
  private final Map<String, LogLink> aheadLinks = new ConcurrentHashMap<>();

  /** Makes a connection, at the pace that it is given. */
  private final Function<Peer.Pace, Peer> connection;

  private final Set<Peer> connections = ConcurrentHashMap.newKeySet();

  /** What is known of the last series; the selection compares patterns. */
  private final Map<Series, Boolean> taken =
      Collections.synchronizedMap(
          new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1;

            @Override
            protected boolean removeEldestEntry(Map.Entry<Series, Boolean> eldest) {
              return size() > MOST_SERIES;
            }
          });

  private volatile @Nullable Renewal renewal;
  private volatile boolean closed;

  /** That the logs were named anew. */
  private record Renewal(String why, long atNs) {}

  /** Opens nothing yet. */
  WeirSink(WeirSinkConfig config, SinkContext context, Function<Peer.Pace, Peer> connection) {
    this.connection = connection;
    this.config = config;
    this.context = context;
    this.throttle = new Throttle(config.rates(), context.time());
  }

  @Override
  public String name() {
    return config.name();
  }

  @Override
  public Dialect dialect() {
    return new Dialect(config.precision(), true, false);
  }

  @Override
  public boolean takes(Series series) {
    return config.selection().takesAll()
        || taken.computeIfAbsent(series, config.selection()::takes);
  }

  @Override
  public String news() {
    Renewal now = renewal;
    return now == null || context.time().elapsedNs() - now.atNs() > NEWS_NS ? "" : now.why();
  }

  @Override
  public Answer write(String log, List<? extends Entry> entries) {
    return link(links, log).write(entries, LogLink.Order.IN_TURN);
  }

  @Override
  public boolean takesAhead(String log) {
    LogLink link = aheadLinks.get(log);
    return link == null || !link.isInOrder();
  }

  @Override
  public Answer writeAhead(String log, long since, List<? extends Entry> entries) {
    return link(aheadLinks, log).write(entries, LogLink.Order.ahead(since));
  }

  @Override
  public Answer writeAgain(String log, List<? extends Entry> entries) {
    return link(links, log).write(entries, LogLink.Order.AGAIN);
  }

  private LogLink link(Map<String, LogLink> of, String log) {
    LogLink link =
        of.computeIfAbsent(
            log,
            each -> {
              Peer peer = connection.apply(throttle::await);
              connections.add(peer);
              return new LogLink(config, each, context, peer, this::renewed);
            });
    if (closed) {
      connections.forEach(Peer::close);
    }
    return link;
  }

  private void renewed(String why) {
    renewal = new Renewal(why, context.time().elapsedNs());
  }

  @Override
  public void close() {
    closed = true;
    connections.forEach(Peer::close);
  }
}
