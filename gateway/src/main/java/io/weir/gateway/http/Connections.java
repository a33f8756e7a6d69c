package io.weir.gateway.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.handler.timeout.WriteTimeoutHandler;
import io.netty.util.AttributeKey;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import reactor.netty.NettyPipeline;

/**
 * The open connections. Their number is limited; where all are in use, room is made for a new one,
 * so that nobody can shut out the others by holding connections:
 *
 * <ol>
 *   <li>An address with less than its share, a quarter of all, gets the place of the connection
 *       that has been idle longest, without a request under way, of the other address that has the
 *       most of all; else of the one longest under way, of an address with more than its share.
 *   <li>Else the longest idle one of its own goes.
 *   <li>Else it is one of a few more, and only asks whether the process works; anything else is
 *       answered with 503. A new one of these replaces the oldest.
 * </ol>
 *
 * <p>A connection of HTTP/2 counts as one, with at most {@value HttpServer#MOST_STREAMS} requests
 * under way. An address alone may so have all connections, as a reverse proxy has. Safe for several
 * threads: the lists have a monitor, what is done to a channel is not done within it.
 */
final class Connections {

  /** Beyond the limit, for those who ask whether the process works. */
  private static final int FOR_PROBES = 16;

  /** One address has so large a part of all, before it has to make room for others. */
  private static final int SHARES = 4;

  private static final int IPV6_NETWORK_BYTES = 8;

  private static final AttributeKey<Connection> KEY = AttributeKey.valueOf("weir.connection");

  private final int most;
  private final ServerOptions options;
  private final Set<String> probes;
  private final OutboundBytes unread;

  private final List<Connection> open = new ArrayList<>();
  private final List<Connection> forProbes = new ArrayList<>();

  /**
   * @param probes the paths by which others see whether the process works
   */
  Connections(int most, ServerOptions options, Set<String> probes, OutboundBytes unread) {
    this.most = most;
    this.options = options;
    this.probes = probes;
    this.unread = unread;
  }

  /** Prepares a new connection, for which another one may be closed. */
  void admit(Channel channel) {
    Connection arrived = new Connection(channel, ClientAddress.place(channel.remoteAddress()));
    channel.attr(KEY).set(arrived);
    channel.closeFuture().addListener(closed -> forget(arrived));
    bound(channel.pipeline());
    if (channel.pipeline().get(NettyPipeline.HttpTrafficHandler) != null) {
      serve(channel.pipeline(), arrived);
    } else { // TLS, and the client may choose HTTP/2
      channel.pipeline().addBefore(NettyPipeline.ReactiveBridge, null, new Chosen(arrived));
    }
    Connection leaving = add(arrived);
    if (leaving != null) {
      leaving.close();
    }
  }

  private void bound(ChannelPipeline pipeline) {
    pipeline
        .addFirst(new WriteTimeoutHandler(options.timeout().toMillis(), TimeUnit.MILLISECONDS))
        .addFirst(unread);
  }

  private void serve(ChannelPipeline pipeline, Connection connection) {
    pipeline
        .addBefore(NettyPipeline.HttpCodec, null, new Turns(connection))
        .addBefore(NettyPipeline.HttpTrafficHandler, null, new LingeringClose(connection))
        .addBefore(NettyPipeline.HttpTrafficHandler, null, requests(connection));
  }

  private Requests requests(Connection connection) {
    return new Requests(connection, probes, options);
  }

  /** Prepares a stream of HTTP/2: it is bounded like a connection, and counts as a request. */
  void admitStream(Http2StreamChannel stream) {
    Connection connection = stream.parent().attr(KEY).get();
    bound(stream.pipeline());
    stream
        .pipeline()
        .addBefore(NettyPipeline.HttpTrafficHandler, null, requests(connection))
        .addBefore(NettyPipeline.ReactiveBridge, null, ClientFaults.ofStream());
  }

  /** Waits for the end of the handshake, when the handlers of the chosen protocol are there. */
  private final class Chosen extends ChannelInboundHandlerAdapter {
    private final Connection connection;

    Chosen(Connection connection) {
      this.connection = connection;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
      if (event instanceof SslHandshakeCompletionEvent end) {
        ChannelPipeline pipeline = context.pipeline();
        if (end.isSuccess() && pipeline.get(NettyPipeline.HttpTrafficHandler) != null) {
          serve(pipeline, connection);
        } else if (end.isSuccess()) {
          pipeline.addBefore(NettyPipeline.HttpCodec, null, new Turns(connection));
          pipeline.addLast(ClientFaults.ofConnection());
        }
        pipeline.remove(this);
      }
      context.fireUserEventTriggered(event);
    }
  }

  /** Takes a connection in; returns the one that has to go for it. */
  private synchronized @Nullable Connection add(Connection arrived) {
    if (open.size() < most) {
      open.add(arrived);
      return null;
    }
    Optional<Connection> leaving = leavingFor(arrived.from());
    if (leaving.isPresent()) {
      open.remove(leaving.get());
      open.add(arrived);
      return leaving.get();
    }
    arrived.onlyProbes();
    forProbes.add(arrived);
    return forProbes.size() > FOR_PROBES ? forProbes.remove(0) : null;
  }

  private Optional<Connection> leavingFor(Object newcomer) {
    Map<Object, Integer> counts = new HashMap<>();
    open.forEach(each -> counts.merge(each.from(), 1, Integer::sum));
    int share = most / SHARES;
    Predicate<Connection> own = each -> each.from().equals(newcomer);
    Optional<Connection> leaving = Optional.empty();
    if (counts.getOrDefault(newcomer, 0) < share) {
      leaving =
          first(own.negate().and(Connection::isIdle), counts)
              .or(() -> first(each -> counts.getOrDefault(each.from(), 0) > share, counts));
    }
    return leaving.or(() -> first(own.and(Connection::isIdle), counts));
  }

  /** Of the address that has the most, the one that has been as it is for the longest time. */
  private Optional<Connection> first(Predicate<Connection> which, Map<Object, Integer> counts) {
    long now = System.nanoTime();
    return open.stream()
        .filter(which)
        .max(
            Comparator.<Connection>comparingInt(each -> counts.getOrDefault(each.from(), 0))
                .thenComparingLong(each -> now - each.sinceNs()));
  }

  /** Ends all of them, at a stop; whoever follows a stream is to notice. */
  void closeAll() {
    List<Connection> all;
    synchronized (this) {
      all = new ArrayList<>(open);
      all.addAll(forProbes);
    }
    all.forEach(Connection::close);
  }

  private synchronized void forget(Connection closed) {
    open.remove(closed);
    forProbes.remove(closed);
  }
}
