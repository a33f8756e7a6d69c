package io.weir.gateway.source.listener;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.mqtt.MqttFixedHeader;
import io.netty.handler.codec.mqtt.MqttMessageFactory;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttPublishVariableHeader;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttVersion;
import io.netty.util.AttributeKey;
import io.netty.util.concurrent.FastThreadLocal;
import io.weir.gateway.model.Names;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Cuts what a client sends into packets, and lets only those through that {@link PacketCheck} finds
 * well-formed: Netty's decoder behind it would let pass much that MQTT forbids, and does not tell
 * one fault from another. A fault comes as an invalid message with a {@link Refused}, after all
 * packets before it; of what comes behind it nothing is read.
 *
 * <p>While the connection is not read from, what has come stays bytes: thousands of packets fit
 * into one read, and their answers would gather where the client does not take them.
 */
final class PacketFrames extends ByteToMessageDecoder {

  private static final int CONNECT = 1;
  private static final int PUBLISH = 3;
  private static final int DUP = 0x08;
  private static final int MOST_DIGITS = 4;

  /** By which Netty's encoder knows in which form to write. */
  private static final AttributeKey<MqttVersion> VERSION =
      AttributeKey.valueOf("NETTY_CODEC_MQTT_VERSION");

  private static final FastThreadLocal<byte[]> SCRATCH =
      new FastThreadLocal<>() {
        @Override
        protected byte[] initialValue() {
          return new byte[256];
        }
      };

  private final PacketCheck check = new PacketCheck();
  private final int maxPacketBytes;
  private final Incomplete incomplete;
  private @Nullable ChannelHandlerContext context;
  private boolean broken;
  private boolean waits;
  private boolean ending;

  /**
   * @param incomplete told of the packet of which a part has come
   */
  PacketFrames(int maxPacketBytes, Incomplete incomplete) {
    this.maxPacketBytes = maxPacketBytes;
    this.incomplete = incomplete;
  }

  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
    if (!incomplete.isRead() && !ending) {
      context = ctx;
      waits = true;
      return;
    }
    if (!broken) {
      try {
        read(in, out);
        return;
      } catch (Refused refused) {
        broken = true;
        incomplete.ends();
        if (refused.isOfConnect5()) { // the decoder sees no CONNECT that would tell the encoder
          ctx.channel().attr(VERSION).set(MqttVersion.MQTT_5);
        }
        out.add(MqttMessageFactory.newInvalidMessage(refused));
      }
    }
    in.skipBytes(in.readableBytes());
  }

  /** Nothing follows any more: a DISCONNECT that has come counts. */
  @Override
  public void channelInactive(ChannelHandlerContext ctx) throws Exception {
    ending = true;
    super.channelInactive(ctx);
  }

  /** Whether bytes wait that came before the connection was not read from. */
  boolean waits() {
    return waits;
  }

  /** The connection is read from again. */
  void goOn() throws Exception {
    ChannelHandlerContext ctx = context;
    if (waits && ctx != null && !ctx.isRemoved()) {
      waits = false;
      channelRead(ctx, Unpooled.EMPTY_BUFFER);
      channelReadComplete(ctx);
    }
  }

  /** Takes the packet that begins there, where all of it is there. */
  private void read(ByteBuf in, List<Object> out) throws Refused {
    int from = in.readerIndex();
    int first = in.getUnsignedByte(from);
    check.first(first);
    int length = 0;
    for (int i = 0; i < MOST_DIGITS; i++) {
      if (in.readableBytes() < i + 2) {
        incomplete.grows(0, in.readableBytes());
        return;
      }
      int digit = in.getUnsignedByte(from + 1 + i);
      length |= (digit & 0x7F) << 7 * i;
      if (digit < 0x80) {
        read(in, first, 2 + i, length, out);
        return;
      }
    }
    throw PacketFields.malformed("its length has more than four bytes");
  }

  private void read(ByteBuf in, int first, int before, int length, List<Object> out)
      throws Refused {
    if (length > maxPacketBytes) {
      tooLarge(in, first, before);
      return;
    }
    if (in.readableBytes() < before + length) {
      incomplete.grows(before + length, in.readableBytes());
      return;
    }
    incomplete.ends();
    int from = in.readerIndex();
    check.rest(first, in, from + before, length);
    int type = first >> 4;
    if (type == CONNECT) { // MQTT 3.1 allows flags that Netty does not
      in.setByte(from, CONNECT << 4);
    } else if (type != PUBLISH) {
      in.setByte(from, first & ~DUP);
    }
    if (type == PUBLISH && check.isPlain()) {
      out.add(publish(in, first, from + before, length));
      in.skipBytes(before + length);
    } else {
      out.add(in.readRetainedSlice(before + length));
    }
  }

  /** A CONNECT is refused in the form of its version, so that much of it is waited for. */
  private void tooLarge(ByteBuf in, int first, int before) throws Refused {
    Refused refused =
        new Refused(Codes.TOO_LARGE, "the packet is above " + maxPacketBytes + " bytes");
    if (first >> 4 != CONNECT) {
      throw refused;
    }
    int there = in.readableBytes() - before;
    int version = PacketCheck.level(in, in.readerIndex() + before, there);
    if (version == 0) {
      incomplete.grows(0, in.readableBytes());
      return;
    }
    throw version == ConnectRequest.V5 ? refused.ofConnect5() : refused;
  }

  /** Each topic is one text, found by its bytes. */
  private static String topic(ByteBuf in, int from, int length) {
    byte[] bytes = SCRATCH.get();
    if (length > bytes.length) {
      return in.toString(from, length, UTF_8);
    }
    in.getBytes(from, bytes, 0, length);
    return Names.of(bytes, 0, length);
  }

  /** A PUBLISH without properties, of which there are the most: decoded here for half the cost. */
  private MqttPublishMessage publish(ByteBuf in, int first, int from, int length) {
    MqttQoS qos = MqttQoS.valueOf(first >> 1 & 3);
    int topicBytes = in.getUnsignedShort(from);
    int at = from + 2 + topicBytes;
    int packetId = -1;
    if (qos != MqttQoS.AT_MOST_ONCE) {
      packetId = in.getUnsignedShort(at);
      at += 2;
    }
    if (check.isV5()) {
      at++; // the length of no properties
    }
    return new MqttPublishMessage(
        new MqttFixedHeader(
            MqttMessageType.PUBLISH, (first & 8) != 0, qos, (first & 1) != 0, length),
        new MqttPublishVariableHeader(topic(in, from + 2, topicBytes), packetId),
        in.retainedSlice(at, from + length - at));
  }
}
