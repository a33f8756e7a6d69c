package io.weir.gateway.source.listener;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.handler.codec.haproxy.HAProxyMessageDecoder;
import io.netty.handler.codec.mqtt.MqttDecoder;
import io.netty.handler.codec.mqtt.MqttEncoder;
import io.netty.handler.ssl.SslContext;
import io.netty.util.NetUtil;
import io.netty.util.concurrent.Future;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Lets a new connection in, or closes it where there are too many. Where a proxy stands before the
 * listener, it waits for its word who connects. Replaces itself by TLS and MQTT.
 */
final class Arrival extends ChannelInboundHandlerAdapter {

  /** Longer ones are refused by {@link ConnectRequest}, with an answer. */
  static final int MOST_CLIENT_ID = 65_535;

  /** Of what a proxy says beside the addresses; it would be held for each connection. */
  private static final int MOST_HEADER = 4 << 10;

  private final Shared shared;
  private final @Nullable SslContext tls;
  private @Nullable Future<?> timeout;

  /**
   * @param tls {@code null} for none
   */
  Arrival(Shared shared, @Nullable SslContext tls) {
    this.shared = shared;
    this.tls = tls;
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    if (!shared.config().proxied()) {
      admit(ctx, ctx.channel().remoteAddress());
      return;
    }
    ctx.pipeline().addBefore(ctx.name(), null, new HAProxyMessageDecoder(MOST_HEADER));
    Channel leaving = shared.unannounced().add(ctx.channel());
    if (leaving != null) {
      shared.meters().refused().increment();
      leaving.close();
    }
    timeout =
        ctx.executor()
            .schedule(
                () -> ctx.close(),
                shared.config().connectTimeout().toMillis(),
                TimeUnit.MILLISECONDS);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    isAnnounced(ctx);
  }

  private void isAnnounced(ChannelHandlerContext ctx) {
    Future<?> waiting = timeout;
    if (waiting != null) {
      waiting.cancel(false);
      shared.unannounced().remove(ctx.channel());
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (!(message instanceof HAProxyMessage proxy)) {
      ctx.fireChannelRead(message);
      return;
    }
    try {
      admit(ctx, said(proxy, ctx.channel().remoteAddress()));
    } finally {
      proxy.release();
    }
  }

  /** Where the proxy asks for itself, or names a path, it is the client: no name is looked up. */
  private static SocketAddress said(HAProxyMessage proxy, SocketAddress proxyItself) {
    String text = proxy.sourceAddress();
    InetAddress address = text == null ? null : NetUtil.createInetAddressFromIpAddressString(text);
    return address == null ? proxyItself : new InetSocketAddress(address, proxy.sourcePort());
  }

  private void admit(ChannelHandlerContext ctx, SocketAddress from) {
    isAnnounced(ctx);
    Connections connections = shared.connections();
    TcpLink link = new TcpLink(shared, ctx.channel(), from);
    ClientConnection connection = link.connection();
    if (!connections.admit(connection, from)) {
      shared.meters().refused().increment();
      connection.lost();
      ctx.close();
      return;
    }
    ctx.channel().closeFuture().addListener(closed -> connections.forget(connection));
    ChannelPipeline pipeline = ctx.pipeline();
    if (tls != null) {
      pipeline.addLast(tls.newHandler(ctx.alloc()));
    }
    pipeline.addLast(
        new PacketFrames(shared.config().maxPacketBytes(), connection.incomplete()),
        new MqttDecoder(shared.config().maxPacketBytes(), MOST_CLIENT_ID),
        MqttEncoder.INSTANCE,
        link);
    pipeline.remove(this);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    ctx.close(); // no word of a proxy: then it is none
  }
}
