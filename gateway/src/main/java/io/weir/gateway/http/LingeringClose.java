package io.weir.gateway.http;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Lets a client that still sends read the answer that it got already. A socket that is closed with
 * unread bytes resets the connection, and the reset takes away what the client had not read. So
 * where an answer came before the end of its request, only the server's side is closed at first;
 * what the client still sends is thrown away for a moment, until it closes too. A channel that has
 * to make room, and one that is asked to close a second time, closes at once. Its channel's event
 * loop owns it.
 */
final class LingeringClose extends ChannelDuplexHandler {

  private static final Duration LONGEST = Duration.ofSeconds(2);

  private final Connection connection;

  private boolean received = true;
  private boolean interim;
  private boolean answered;
  private boolean lingering;

  LingeringClose(Connection connection) {
    this.connection = connection;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (lingering) {
      ReferenceCountUtil.release(message);
      return;
    }
    if (message instanceof HttpRequest) {
      received = false;
      answered = false;
    }
    if (message instanceof LastHttpContent) {
      received = true;
    }
    if (message instanceof HttpObject part && !part.decoderResult().isSuccess()) {
      received = false; // where it ends cannot be seen
    }
    context.fireChannelRead(message);
  }

  /** The server reads on demand, and nobody demands any more. */
  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    if (lingering) {
      context.read();
    }
    context.fireChannelReadComplete();
  }

  @Override
  public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
    if (message instanceof HttpResponse response) {
      interim = response.status().codeClass() == HttpStatusClass.INFORMATIONAL;
    }
    if (message instanceof LastHttpContent && !interim) {
      answered = true;
    }
    context.write(message, promise);
  }

  @Override
  public void close(ChannelHandlerContext context, ChannelPromise promise) {
    boolean sendsOn = answered && !received && context.channel().isActive();
    if (!sendsOn || lingering || connection.isLeaving()) {
      context.close(promise);
      return;
    }
    lingering = true;
    context.channel().closeFuture().addListener(closed -> promise.trySuccess());
    closeOutbound(context);
    context.executor().schedule(() -> context.close(), LONGEST.toMillis(), TimeUnit.MILLISECONDS);
    context.read();
  }

  private static void closeOutbound(ChannelHandlerContext context) {
    SslHandler security = context.pipeline().get(SslHandler.class);
    if (security != null) {
      security.closeOutbound();
    } else if (context.channel() instanceof DuplexChannel socket) {
      socket.shutdownOutput();
    }
  }
}
