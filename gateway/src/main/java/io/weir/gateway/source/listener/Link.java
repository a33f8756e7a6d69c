package io.weir.gateway.source.listener;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.util.concurrent.EventExecutor;
import org.jspecify.annotations.Nullable;

/**
 * The way to a client: a TCP connection, or a WebSocket. Everything but {@link #loop} is called on
 * that loop. What comes from the client goes to its {@link ClientConnection}, on the loop too.
 */
interface Link {

  /** How long a client may take its last packet in: one that never reads would stay for ever. */
  long LAST_WORD_MS = 2000;

  /** The thread of the connection. */
  EventExecutor loop();

  /** Writes a packet; it leaves with the next {@link #flush}. */
  void write(Object packet);

  /** The same of a PUBACK, PUBREC or PUBCOMP of success. */
  void answer(MqttMessageType type, int packetId);

  void flush();

  /**
   * Writes and flushes a last packet, if there is one, and closes; within {@link #LAST_WORD_MS}
   * also where the client takes nothing.
   */
  void end(@Nullable Object last);

  /** Reads on, or stops. What has been read already may still come. */
  void reads(boolean on);

  boolean isReading();

  /** Whether the client takes what is written to it. */
  boolean isWritable();

  /** The common name of the certificate that the client has shown, or {@code null}. */
  @Nullable String certificateName();

  /**
   * Closes a channel whose client takes nothing: TLS would wait until its goodbye is read, and then
   * write a line of the log.
   */
  static void cut(Channel channel) {
    ChannelHandlerContext first = channel.pipeline().firstContext();
    if (first != null) {
      first.close(); // past all handlers
    }
  }
}
