package io.weir.gateway.source.mqtt.guard;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Stands between one connection and Paho. Its stream is read by Paho's receiver thread; what was
 * set aside is fetched by Paho's callback thread.
 */
public final class PacketGuard {

  /** The topic of the PUBLISH that stands for one that was set aside. No broker may use it. */
  private static final String OWN = "$weir/set-aside";

  static final byte[] OWN_BYTES = OWN.getBytes(US_ASCII);

  /** Most bytes that {@link #putHead} writes. */
  static final int LONGEST_HEAD = 5 + 2 + OWN.length() + 2 + 1;

  /** The bits of the first byte of a PUBLISH that say its QoS. */
  private static final int QOS = 0x06;

  private final int version;
  private final int maxPacketBytes;
  private final Arrivals arrivals;
  private final Map<Long, SetAside> kept = new ConcurrentHashMap<>();

  /**
   * @param version of MQTT, 5 or 311
   * @param maxPacketBytes of a larger PUBLISH only the beginning, the length and the SHA-256 are
   *     kept
   */
  public PacketGuard(int version, int maxPacketBytes, Arrivals arrivals) {
    this.version = version;
    this.maxPacketBytes = maxPacketBytes;
    this.arrivals = arrivals;
  }

  /** What Paho reads in place of the connection. */
  public InputStream over(InputStream connection) {
    return new GuardedInput(
        connection, new PacketReader(version, maxPacketBytes), arrivals, kept::put);
  }

  /**
   * What was set aside, if the message with this topic and payload stands for it; once.
   *
   * @return {@code null} if the message is one of the broker's
   */
  public @Nullable SetAside setAside(String topic, byte[] payload) {
    return topic.equals(OWN)
        ? kept.remove(ByteBuffer.wrap(payload).getLong(payload.length - Long.BYTES))
        : null;
  }

  /**
   * Writes the head of the packet that Paho reads in place of another: the same flags and packet
   * id, and the guard's topic. Where the packet id cannot be read, the QoS is 0.
   *
   * @param payload how many bytes follow
   */
  static void putHead(ByteBuffer out, PacketReader packet, int payload) {
    boolean hasId = packet.packetId() != 0;
    out.put((byte) (hasId ? packet.first() : packet.first() & ~QOS));
    int left = 2 + OWN_BYTES.length + (hasId ? 2 : 0) + (packet.isFive() ? 1 : 0) + payload;
    while (left > 0x7F) {
      out.put((byte) (left & 0x7F | 0x80));
      left >>= 7;
    }
    out.put((byte) left);
    out.putShort((short) OWN_BYTES.length).put(OWN_BYTES);
    if (hasId) {
      out.putShort((short) packet.packetId());
    }
    if (packet.isFive()) {
      out.put((byte) 0);
    }
  }

  static boolean isOwn(byte[] bytes, int from, int to) {
    return Arrays.equals(bytes, from, to, OWN_BYTES, 0, OWN_BYTES.length);
  }
}
