package io.weir.gateway.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.stream.IntStream;

/** The packets of a device that publishes by MQTT 3.1.1 at QoS 1, as bytes. */
final class DevicePackets {

  private static final int CONNECT = 0x10;
  private static final int PUBLISH_AT_QOS_1 = 0x32;

  /** MQTT 3.1.1, a clean session, no keep-alive. */
  private static final byte[] CONNECT_HEAD = "\0\4MQTT\4\2\0\0".getBytes(UTF_8);

  private final byte[][] topics;
  private final byte[] payload = LoadMessages.blank();

  DevicePackets(int topics) {
    LoadMessages messages = new LoadMessages(topics, 0);
    this.topics =
        IntStream.range(0, topics)
            .mapToObj(each -> string(messages.topic(each)))
            .toArray(byte[][]::new);
  }

  static byte[] connect(String client) {
    return packet(CONNECT, CONNECT_HEAD, string(client));
  }

  byte[] publish(int id, long number, long timeMs) {
    LoadMessages.write(number, timeMs, payload);
    byte[] packetId = {(byte) (id >> 8), (byte) id};
    return packet(PUBLISH_AT_QOS_1, topics[(int) (number % topics.length)], packetId, payload);
  }

  private static byte[] string(String text) {
    byte[] bytes = text.getBytes(UTF_8);
    return ByteBuffer.allocate(2 + bytes.length).putShort((short) bytes.length).put(bytes).array();
  }

  private static byte[] packet(int first, byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.write(first);
    int rest = 0;
    for (byte[] part : parts) {
      rest += part.length;
    }
    do {
      all.write(rest % 128 | (rest >= 128 ? 128 : 0));
      rest /= 128;
    } while (rest > 0);
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }
}
