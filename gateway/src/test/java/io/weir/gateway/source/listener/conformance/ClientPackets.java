package io.weir.gateway.source.listener.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/** The few packets that the player sends by itself, as bytes. None is longer than 127 bytes. */
final class ClientPackets {

  private static final int CLEAN_START = 0x02;
  private static final int KEEP_ALIVE_S = 60;

  private ClientPackets() {}

  static byte[] connect(String clientId, int version) {
    return packet(
        0x10,
        body -> {
          body.writeUTF(version == 3 ? "MQIsdp" : "MQTT");
          body.writeByte(version);
          body.writeByte(CLEAN_START);
          body.writeShort(KEEP_ALIVE_S);
          if (version == 5) {
            body.writeByte(0); // properties
          }
          body.writeUTF(clientId);
        });
  }

  /** In MQTT 3.1.1, with the packet id 1 where it has one. */
  static byte[] publish(String topic, int qos, String payload) {
    return packet(
        0x30 | qos << 1,
        body -> {
          body.writeUTF(topic);
          if (qos > 0) {
            body.writeShort(1);
          }
          body.write(payload.getBytes(UTF_8));
        });
  }

  static byte[] pubrel() {
    return packet(0x62, body -> body.writeShort(1));
  }

  static byte[] pingreq() {
    return packet(0xC0, body -> {});
  }

  static byte[] disconnect() {
    return packet(0xE0, body -> {});
  }

  @FunctionalInterface
  private interface Body {
    void write(DataOutputStream out) throws IOException;
  }

  private static byte[] packet(int header, Body body) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      body.write(new DataOutputStream(bytes));
      byte[] written = bytes.toByteArray();
      if (written.length > 127) {
        throw new IllegalArgumentException("a length of two digits: " + written.length);
      }
      bytes.reset();
      bytes.write(header);
      bytes.write(written.length);
      bytes.write(written);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }
}
