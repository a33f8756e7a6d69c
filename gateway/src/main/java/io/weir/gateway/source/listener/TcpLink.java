package io.weir.gateway.source.listener;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.util.concurrent.EventExecutor;
import io.weir.gateway.tls.PeerName;
import java.net.SocketAddress;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A TCP connection, with TLS or without. The last handler of its channel. */
final class TcpLink extends ChannelInboundHandlerAdapter implements Link {

  private static final int FIRST_ANSWERS_BYTES = 256;
  private static final int MOST_ANSWERS_BYTES = 4 << 10;

  private final Channel channel;
  private final ClientConnection connection;

  /**
   * Answers that are not written yet: as packets of their own, each would go through the pipeline.
   */
  private @Nullable ByteBuf answers;

  /**
   * @param from the address of the client, which a proxy may have said
   */
  TcpLink(Shared shared, Channel channel, @Nullable SocketAddress from) {
    this.channel = channel;
    this.connection = new ClientConnection(shared, this, from);
  }

  ClientConnection connection() {
    return connection;
  }

  // ---- From the client

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object packet) {
    connection.received((MqttMessage) packet);
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    connection.receivedAll();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    connection.look();
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    connection.lost();
    ByteBuf left = answers;
    answers = null;
    if (left != null) {
      left.release();
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    connection.failed(cause);
    ctx.close();
  }

  // ---- To the client

  @Override
  public EventExecutor loop() {
    return channel.eventLoop();
  }

  @Override
  public void write(Object packet) {
    writeAnswers();
    channel.write(packet, channel.voidPromise());
  }

  @Override
  public void answer(MqttMessageType type, int packetId) {
    ByteBuf before = answers;
    if (before != null && before.maxWritableBytes() >= Packets.PLAIN_BYTES) {
      Packets.putPlain(before, type, packetId);
    } else if (channel.isActive()) {
      writeAnswers();
      answers = channel.alloc().buffer(FIRST_ANSWERS_BYTES, MOST_ANSWERS_BYTES);
      Packets.putPlain(answers, type, packetId);
    }
  }

  private void writeAnswers() {
    ByteBuf before = answers;
    if (before != null) {
      answers = null;
      channel.write(before, channel.voidPromise());
    }
  }

  @Override
  public void flush() {
    writeAnswers();
    channel.flush();
  }

  @Override
  public void end(@Nullable Object last) {
    writeAnswers();
    if (last == null && !isWritable()) {
      Link.cut(channel);
    } else if (last == null) {
      channel.close();
    } else {
      channel.writeAndFlush(last).addListener(ChannelFutureListener.CLOSE);
      Future<?> late =
          channel
              .eventLoop()
              .schedule(() -> Link.cut(channel), LAST_WORD_MS, TimeUnit.MILLISECONDS);
      channel.closeFuture().addListener(closed -> late.cancel(false));
    }
  }

  @Override
  public void reads(boolean on) {
    boolean again = on && !isReading();
    channel.config().setAutoRead(on);
    PacketFrames frames = again ? channel.pipeline().get(PacketFrames.class) : null;
    if (frames != null && frames.waits()) {
      channel.eventLoop().execute(() -> goOn(frames));
    }
  }

  private void goOn(PacketFrames frames) {
    try {
      frames.goOn();
    } catch (Exception e) {
      channel.pipeline().fireExceptionCaught(e);
    }
  }

  @Override
  public boolean isReading() {
    return channel.config().isAutoRead();
  }

  @Override
  public boolean isWritable() {
    return channel.isWritable();
  }

  @Override
  public @Nullable String certificateName() {
    return PeerName.of(channel);
  }
}
