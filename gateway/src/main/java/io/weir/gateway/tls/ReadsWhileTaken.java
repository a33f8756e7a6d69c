package io.weir.gateway.tls;

import io.netty.channel.ChannelConfig;
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
    ChannelConfig config = context.channel().config();
    if (!context.channel().isWritable()) {
      if (config.isAutoRead()) {
        // Reads go on without being asked for, until this ends them; the next one is asked for
        // here.
        config.setAutoRead(false);
        config.setAutoRead(true);
      }
    } else if (wanted) {
      wanted = false;
      context.read();
    }
    context.fireChannelWritabilityChanged();
  }
}
