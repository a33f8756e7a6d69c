package io.weir.gateway.source.listener;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.mqtt.MqttDecoder;
import io.netty.handler.codec.mqtt.MqttEncoder;
import java.net.SocketAddress;

/** Lets a new connection in, or closes it where there are too many. Replaces itself. */
final class Arrival extends ChannelInboundHandlerAdapter {

  /** Netty refuses a longer one before it is read whole. */
  private static final int MOST_CLIENT_ID = 65_535;

  private final Shared shared;
  private final Connections connections;

  Arrival(Shared shared, Connections connections) {
    this.shared = shared;
    this.connections = connections;
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    SocketAddress from = ctx.channel().remoteAddress();
    ChannelPipeline pipeline = ctx.pipeline();
    pipeline.addLast(
        new PacketFrames(shared.config().maxPacketBytes()),
        new MqttDecoder(shared.config().maxPacketBytes(), MOST_CLIENT_ID),
        MqttEncoder.INSTANCE);
    ClientConnection connection = new ClientConnection(shared, ctx.channel());
    pipeline.addLast(connection);
    if (!connections.admit(connection, from)) {
      shared.meters().refused().increment();
      ctx.close();
      return;
    }
    ctx.channel().closeFuture().addListener(closed -> connections.forget(connection, from));
    pipeline.remove(this);
  }
}
