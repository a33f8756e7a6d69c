package io.weir.gateway.http;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.handler.timeout.WriteTimeoutHandler;
import io.netty.util.ReferenceCountUtil;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import reactor.netty.NettyPipeline;

/**
 * Rules for every connection, before a request is parsed: the number of connections is limited, a
 * client must read its answers, and invalid bytes get a problem document too.
 */
final class Connections {

  private final int max;
  private final Duration writeTimeout;
  private final OutboundBytes unread;
  private final AtomicInteger open = new AtomicInteger();

  Connections(int max, Duration writeTimeout, OutboundBytes unread) {
    this.max = max;
    this.writeTimeout = writeTimeout;
    this.unread = unread;
  }

  /** Prepares a new connection, or closes it where there are too many. */
  void admit(Channel channel) {
    channel.closeFuture().addListener(closed -> open.decrementAndGet());
    if (open.incrementAndGet() > max) {
      channel.close().addListener(ChannelFutureListener.FIRE_EXCEPTION_ON_FAILURE);
      return;
    }
    channel
        .pipeline()
        .addFirst(new WriteTimeoutHandler(writeTimeout.toMillis(), TimeUnit.MILLISECONDS))
        .addFirst(unread)
        .addBefore(NettyPipeline.HttpTrafficHandler, "weir.undecodable", UNDECODABLE);
  }

  private static final ChannelHandler UNDECODABLE = new Undecodable();

  @ChannelHandler.Sharable
  private static final class Undecodable extends ChannelInboundHandlerAdapter {

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      if (!(message instanceof HttpObject part) || part.decoderResult().isSuccess()) {
        context.fireChannelRead(message);
        return;
      }
      ReferenceCountUtil.release(message);
      ProblemDocument problem = problem(part.decoderResult().cause());
      FullHttpResponse response =
          new DefaultFullHttpResponse(
              HttpVersion.HTTP_1_1,
              HttpResponseStatus.valueOf(problem.status()),
              Unpooled.wrappedBuffer(problem.document()));
      Answers.protect(response.headers());
      response
          .headers()
          .set("content-type", Answers.PROBLEM)
          .set("content-length", response.content().readableBytes())
          .set("connection", "close");
      context.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE);
    }

    private static ProblemDocument problem(Throwable cause) {
      if (cause instanceof TooLongHttpLineException) {
        return new ProblemDocument(
            414, "URI too long", "a request line may have at most 4096 bytes");
      }
      if (cause instanceof TooLongHttpHeaderException) {
        return new ProblemDocument(
            431, "Request header fields too large", "headers may have at most 8192 bytes");
      }
      return new ProblemDocument(400, "Bad request", "these bytes are not an HTTP/1.1 request");
    }
  }
}
