package io.weir.gateway.tls;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import java.util.concurrent.Executor;
import javax.net.ssl.SSLEngine;

/**
 * TLS of one connection, with one handshake. Up to TLS 1.2 a client could ask for another one at
 * any time: it would be checked by the authorities of when it connected, nobody would look at its
 * certificate again, and it costs the server much. Java would allow it, so the heads of the records
 * are looked at here; they are never encrypted. A record of a handshake is given to Java only while
 * the first handshake is not through; all records before it are decoded first, since they may end
 * it. Later versions hide what comes behind a handshake in records of another type.
 *
 * <p>Nothing more is read while the client does not take what was written: Java answers by itself
 * who asks for new keys, so one that asks on and reads nothing would fill the memory. Belongs to
 * the loop of its connection.
 */
final class OneHandshake extends SslHandler {

  private static final int HEAD_BYTES = 5;
  private static final int HANDSHAKE = 22;

  private int head;
  private int left;

  OneHandshake(SSLEngine engine, boolean startTls, Executor tasks) {
    super(engine, startTls, tasks);
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) throws Exception {
    super.handlerAdded(context);
    context.pipeline().addBefore(context.name(), null, new ReadsWhileTaken());
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
    if (!(message instanceof ByteBuf bytes)) {
      super.channelRead(context, message);
      return;
    }
    for (int at = handshake(bytes, bytes.readerIndex());
        at < bytes.writerIndex();
        at = handshake(bytes, at)) {
      decodeBefore(context, bytes, at);
      if (handshakeFuture().isDone()) {
        ReferenceCountUtil.release(message);
        context.close();
        return;
      }
      head = 1;
      at++;
    }
    super.channelRead(context, message);
  }

  private void decodeBefore(ChannelHandlerContext context, ByteBuf bytes, int end)
      throws Exception {
    if (end == bytes.readerIndex()) {
      return;
    }
    try {
      super.channelRead(context, bytes.readRetainedSlice(end - bytes.readerIndex()));
    } catch (Exception e) {
      ReferenceCountUtil.release(bytes);
      throw e;
    }
  }

  /** Where the next record of a handshake begins; the end of the bytes if there is none. */
  private int handshake(ByteBuf bytes, int from) {
    int at = from;
    while (at < bytes.writerIndex()) {
      int value = bytes.getUnsignedByte(at);
      if (head == 0 && value == HANDSHAKE) {
        return at;
      }
      if (head < HEAD_BYTES) {
        head(value);
        at++;
      } else {
        int step = Math.min(left, bytes.writerIndex() - at);
        left -= step;
        at += step;
      }
      if (head == HEAD_BYTES && left == 0) {
        head = 0;
      }
    }
    return at;
  }

  /** A head is a type, a version of two bytes, and the length of what follows. */
  private void head(int value) {
    left = head < HEAD_BYTES - 2 ? 0 : left << 8 | value;
    head++;
  }
}
