package io.weir.gateway.source.listener;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.mqtt.MqttMessageFactory;
import java.util.List;

/**
 * Cuts what a client sends into packets, and lets only those through that {@link PacketCheck} finds
 * well-formed: Netty's decoder behind it would let pass much that MQTT forbids, and does not tell
 * one fault from another. A fault comes as an invalid message with a {@link Refused}, after all
 * packets before it; of what comes behind it nothing is read.
 */
final class PacketFrames extends ByteToMessageDecoder {

  private static final int CONNECT = 1;
  private static final int MOST_DIGITS = 4;

  private final PacketCheck check = new PacketCheck();
  private final int maxPacketBytes;
  private boolean broken;

  PacketFrames(int maxPacketBytes) {
    this.maxPacketBytes = maxPacketBytes;
  }

  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
    if (!broken) {
      try {
        int packet = packetBytes(in);
        if (packet > 0) {
          out.add(in.readRetainedSlice(packet));
        }
        return;
      } catch (Refused refused) {
        broken = true;
        out.add(MqttMessageFactory.newInvalidMessage(refused));
      }
    }
    in.skipBytes(in.readableBytes());
  }

  /** How long the packet is that begins there and is good; 0 where not all of it is there yet. */
  private int packetBytes(ByteBuf in) throws Refused {
    int from = in.readerIndex();
    int first = in.getUnsignedByte(from);
    check.first(first);
    int length = 0;
    for (int i = 0; i < MOST_DIGITS; i++) {
      if (in.readableBytes() < i + 2) {
        return 0;
      }
      int digit = in.getUnsignedByte(from + 1 + i);
      length |= (digit & 0x7F) << 7 * i;
      if (digit < 0x80) {
        return packetBytes(in, first, 2 + i, length);
      }
    }
    throw PacketFields.malformed("its length has more than four bytes");
  }

  private int packetBytes(ByteBuf in, int first, int before, int length) throws Refused {
    if (length > maxPacketBytes) {
      throw new Refused(Codes.TOO_LARGE, "the packet is above " + maxPacketBytes + " bytes");
    }
    if (in.readableBytes() < before + length) {
      return 0;
    }
    check.rest(first, in, in.readerIndex() + before, length);
    if (first >> 4 == CONNECT) {
      in.setByte(in.readerIndex(), CONNECT << 4); // MQTT 3.1 allows flags that Netty does not
    }
    return before + length;
  }
}
