package io.weir.gateway.tls;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;

/**
 * Reads from a connection only while its client takes what was written to it. Belongs to its loop.
 */
final class ReadsWhileTaken extends ChannelDuplexHandler {

  private boolean wanted;

  @Override
  public void read(ChannelHandlerContext context) {
    if (context.channel().isWritable()) {
      context.read();
    } else {
      wanted = true;
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    if (wanted && context.channel().isWritable()) {
      wanted = false;
      context.read();
    }
    context.fireChannelWritabilityChanged();
  }
}
