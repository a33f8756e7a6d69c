package io.weir.gateway.http;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;

/**
 * Fails the body of a request whose chunks cannot be told apart, with a {@link DecoderException}.
 * The server would end the body there as if it were whole, and half a line is another value.
 */
final class BrokenBody extends ChannelInboundHandlerAdapter {

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (message instanceof HttpContent part
        && !(message instanceof HttpRequest)
        && part.decoderResult().isFailure()) {
      String why = part.decoderResult().cause().getMessage();
      part.release();
      context.fireExceptionCaught(
          new Broken("the body breaks off, its chunks are not those of HTTP: " + why));
      return;
    }
    context.fireChannelRead(message);
  }

  /** A fault of the client: where it was noticed here would fill the log, and tells nothing. */
  private static final class Broken extends DecoderException {

    private static final long serialVersionUID = 1;

    Broken(String message) {
      super(message);
    }

    @Override
    public synchronized Throwable fillInStackTrace() {
      return this;
    }
  }
}
