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
 * are looked at here; they are never encrypted. Belongs to the loop of its connection.
 */
final class OneHandshake extends SslHandler {

  private static final int HEAD_BYTES = 5;
  private static final int CHANGE_CIPHER_SPEC = 20;
  private static final int HANDSHAKE = 22;
  private static final int APPLICATION_DATA = 23;

  private int head;
  private int type;
  private int left;

  /** From the client's change of keys on, which one record ends; later versions hide even that. */
  private boolean changed;

  private int afterChange;

  OneHandshake(SSLEngine engine, boolean startTls, Executor tasks) {
    super(engine, startTls, tasks);
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
    if (message instanceof ByteBuf bytes && beginsAnother(bytes)) {
      ReferenceCountUtil.release(message);
      context.close();
      return;
    }
    super.channelRead(context, message);
  }

  private boolean beginsAnother(ByteBuf bytes) {
    int at = bytes.readerIndex();
    while (at < bytes.writerIndex()) {
      if (head == HEAD_BYTES) {
        int step = Math.min(left, bytes.writerIndex() - at);
        left -= step;
        at += step;
      } else {
        head(bytes.getUnsignedByte(at++));
      }
      if (head == HEAD_BYTES && left == 0) {
        head = 0;
      }
      if (afterChange > 1) {
        return true;
      }
    }
    return false;
  }

  private void head(int value) {
    switch (head++) {
      case 0 -> type = value;
      case 3 -> left = value << 8;
      case 4 -> {
        left |= value;
        record();
      }
      default -> {} // the version
    }
  }

  private void record() {
    switch (type) {
      case CHANGE_CIPHER_SPEC -> changed = true;
      case APPLICATION_DATA -> {
        changed = true;
        afterChange = Math.max(1, afterChange);
      }
      case HANDSHAKE -> afterChange += changed ? 1 : 0;
      default -> {} // an alert, or no TLS, which is found out elsewhere
    }
  }
}
