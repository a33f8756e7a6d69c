package io.weir.gateway.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2FrameCodec;

/**
 * One connection, and how many requests are under way on it. Its channel's event loop owns it;
 * others read {@link #isIdle} and {@link #sinceNs}.
 */
final class Connection {

  private final Channel channel;
  private final Object from;

  /** Requests that have ended. */
  private long answers;

  private volatile int underWay;
  private volatile long sinceNs = System.nanoTime();
  private volatile boolean onlyProbes;
  private volatile boolean leaving;

  /**
   * @param from what counts as the address of its client
   */
  Connection(Channel channel, Object from) {
    this.channel = channel;
    this.from = from;
  }

  Object from() {
    return from;
  }

  /** Whether no request is under way. */
  boolean isIdle() {
    return underWay == 0;
  }

  /** Since when it is idle, or is not, by {@link System#nanoTime}. */
  long sinceNs() {
    return sinceNs;
  }

  /** Whether it is closed for another one, or for the end of the server. */
  boolean isLeaving() {
    return leaving;
  }

  /** Whether it answers only whether the process works. */
  boolean isOnlyForProbes() {
    return onlyProbes;
  }

  /** From now on it answers only whether the process works. */
  void onlyProbes() {
    onlyProbes = true;
  }

  /** Closes it at once, for another one or for the end of the server. */
  void close() {
    leaving = true;
    boolean waits = channel.pipeline().get(Http2FrameCodec.class) != null; // for its streams
    ChannelHandlerContext socket = waits ? channel.pipeline().firstContext() : null;
    (socket == null ? channel.close() : socket.close())
        .addListener(ChannelFutureListener.FIRE_EXCEPTION_ON_FAILURE);
  }

  /** How many requests have ended. Called by the event loop alone. */
  long answers() {
    return answers;
  }

  /** Requests begin, or where less than 0, end. Called by the event loop alone. */
  void requests(int more) {
    answers -= Math.min(more, 0);
    underWay += more;
    sinceNs = System.nanoTime();
  }
}
