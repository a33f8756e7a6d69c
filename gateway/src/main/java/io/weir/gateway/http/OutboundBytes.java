package io.weir.gateway.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The bytes that were written to clients and that these have not taken yet, over all connections.
 * While they are too many, no answer is made that grows with the plant: so clients that ask and do
 * not read cannot fill the memory. Stands first in every pipeline, where a write is over only when
 * the socket took it or the connection ended; an answer is reckoned sent before that. Safe for
 * several threads.
 */
@ChannelHandler.Sharable
public final class OutboundBytes extends ChannelOutboundHandlerAdapter {

  private final long most;
  private final AtomicLong bytes = new AtomicLong();

  /**
   * @param most bytes, beyond which it is too many
   */
  public OutboundBytes(long most) {
    this.most = most;
  }

  /** Throws the {@link ProblemDocument} of a request that comes while too much is untaken. */
  public void check() {
    if (bytes.get() > most) {
      throw new ProblemDocument(
              503, "Busy", "other clients have not read their answers yet; try again in a moment")
          .header("retry-after", "1");
    }
  }

  @Override
  public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
    int length = message instanceof ByteBuf written ? written.readableBytes() : 0;
    bytes.addAndGet(length);
    context.write(message, promise.unvoid()).addListener(done -> bytes.addAndGet(-length));
  }
}
