package io.weir.gateway.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http2.Http2DataFrame;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts the bytes written to clients but not yet read by them, over all connections. While they
 * are too many, large answers are refused, so that clients that do not read cannot fill the memory.
 * It is first in every pipeline, also in those of the streams of HTTP/2, where bytes wait until the
 * client has room for them: there a write ends only when the socket took it or the connection
 * ended, while Reactor Netty reports an answer as sent earlier. Safe for several threads.
 */
@ChannelHandler.Sharable
public final class OutboundBytes extends ChannelOutboundHandlerAdapter {

  private final long most;
  private final AtomicLong bytes = new AtomicLong();

  /**
   * @param most the limit in bytes
   */
  public OutboundBytes(long most) {
    this.most = most;
  }

  /** Throws a {@link ProblemDocument} while the limit is exceeded. */
  public void check() {
    if (bytes.get() > most) {
      throw new ProblemDocument(
              503, "Busy", "other clients have not read their answers yet; try again in a moment")
          .header("retry-after", "1");
    }
  }

  @Override
  public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
    int length = length(message);
    bytes.addAndGet(length);
    context.write(message, promise.unvoid()).addListener(done -> bytes.addAndGet(-length));
  }

  private static int length(Object message) {
    if (message instanceof Http2DataFrame data) {
      return data.content().readableBytes();
    }
    return message instanceof ByteBuf written ? written.readableBytes() : 0;
  }
}
