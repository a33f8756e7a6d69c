package io.weir.gateway.http;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.Http2Exception;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The last handler of a connection of HTTP/2, or the last of a stream before the server. What a
 * client does against the protocol is answered by the codec, which also closes the stream, and
 * worth no warning: Netty and Reactor Netty would log each with its stack, so that any client could
 * fill the log.
 */
final class ClientFaults extends ChannelInboundHandlerAdapter {

  private static final Logger LOG = LoggerFactory.getLogger(ClientFaults.class);

  private final boolean isOfStream;

  private ClientFaults(boolean isOfStream) {
    this.isOfStream = isOfStream;
  }

  static ClientFaults ofConnection() {
    return new ClientFaults(false);
  }

  /** That the connection has failed, the server hears on the stream. */
  static ClientFaults ofStream() {
    return new ClientFaults(true);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    if (cause instanceof Http2Exception || !isOfStream && cause instanceof IOException) {
      LOG.debug("connection of {}: {}", context.channel().remoteAddress(), cause.toString());
    } else {
      context.fireExceptionCaught(cause);
    }
  }
}
