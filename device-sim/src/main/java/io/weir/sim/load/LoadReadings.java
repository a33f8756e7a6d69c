package io.weir.sim.load;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.mqtt.MqttEncoder;
import io.netty.handler.codec.mqtt.MqttMessageBuilders;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttVersion;
import io.weir.sim.mqtt.Packet;
import java.nio.charset.StandardCharsets;
import java.util.function.IntConsumer;

/**
 * The readings of a load. Netty encodes one packet for each topic; each reading is a copy of it
 * with its own sequence number, timestamp, last digits of the temperature and packet identifier.
 *
 * <p>Reading {@code n} goes to topic {@code n mod topics} and has the timestamp {@code startTs + n
 * / topics} ms. No topic has a timestamp twice, so a store must hold as many points as readings
 * were sent.
 */
final class LoadReadings {

  // Placeholders in the template, of the width of the largest value.
  private static final String SEQUENCE_BLANK = "         0";
  private static final String TIME_BLANK = "1000000000000";
  private static final String DIGITS_BLANK = "000";

  /** Epoch milliseconds have 13 digits from 2001 to 2286. */
  static final long FIRST_TS = 1_000_000_000_000L;

  static final long LAST_TS = 9_999_999_999_999L;

  private final byte[][] templates;
  private final long startTs;
  private final int qos;
  private final int idAt;
  private final int timeAt;
  private final int sequenceAt;
  private final int digitsAt;

  LoadReadings(String site, int topics, int payloadBytes, long startTs, int qos) {
    this.startTs = startTs;
    this.qos = qos;
    templates = new byte[topics][];
    byte[] payload = payload(payloadBytes);
    String text = new String(payload, StandardCharsets.UTF_8);
    EmbeddedChannel encoder = new EmbeddedChannel(MqttEncoder.INSTANCE);
    // The encoder writes MQTT 5 after a CONNECT of that version has passed through it.
    encoder.writeOutbound(
        MqttMessageBuilders.connect().protocolVersion(MqttVersion.MQTT_5).clientId("x").build());
    encoder.releaseOutbound();
    for (int topic = 0; topic < topics; topic++) {
      encoder.writeOutbound(
          MqttMessageBuilders.publish()
              .topicName(topic(site, topic))
              .qos(MqttQoS.valueOf(qos))
              .messageId(1)
              .payload(Unpooled.wrappedBuffer(payload))
              .build());
      ByteBuf encoded = encoder.readOutbound();
      templates[topic] = new byte[encoded.readableBytes()];
      encoded.readBytes(templates[topic]).release();
    }
    encoder.finishAndReleaseAll();
    int payloadAt = templates[0].length - payload.length;
    // Before the payload: two bytes of the identifier (at QoS 1), one byte for "no properties".
    idAt = payloadAt - 3;
    timeAt = payloadAt + text.indexOf(TIME_BLANK);
    sequenceAt = payloadAt + text.indexOf(SEQUENCE_BLANK);
    digitsAt = payloadAt + text.indexOf("." + DIGITS_BLANK) + 1;
  }

  static String topic(String site, int topic) {
    return "factory/%s/load/line-1/machine-%05d/telemetry".formatted(site, topic + 1);
  }

  /** Bytes of the shortest payload. */
  static int shortestPayload() {
    return base().length() + 1;
  }

  int topicOf(long sequence) {
    return (int) (sequence % templates.length);
  }

  /**
   * The reading of a sequence number.
   *
   * @param acknowledged receives the number when the broker has acknowledged it
   */
  Packet packet(long sequence, IntConsumer acknowledged) {
    byte[] bytes = templates[topicOf(sequence)].clone();
    writeDigits(bytes, timeAt, TIME_BLANK.length(), startTs + sequence / templates.length, '0');
    writeDigits(bytes, sequenceAt, SEQUENCE_BLANK.length(), sequence, ' ');
    writeDigits(bytes, digitsAt, DIGITS_BLANK.length(), sequence % 1_000, '0');
    return new PatchedPacket(bytes, (int) sequence, acknowledged);
  }

  private final class PatchedPacket implements Packet {
    private final byte[] bytes;
    private final int sequence;
    private final IntConsumer acknowledged;

    PatchedPacket(byte[] bytes, int sequence, IntConsumer acknowledged) {
      this.bytes = bytes;
      this.sequence = sequence;
      this.acknowledged = acknowledged;
    }

    @Override
    public Object frame(ByteBufAllocator allocator, int id, boolean duplicate) {
      ByteBuf frame = allocator.directBuffer(bytes.length).writeBytes(bytes);
      if (qos > 0) {
        frame.setShort(idAt, id);
        frame.setByte(0, bytes[0] | (duplicate ? 0x08 : 0));
      }
      return frame;
    }

    @Override
    public void acknowledged() {
      acknowledged.accept(sequence);
    }
  }

  /** Filled with spaces, so that a usual one has six readings; a longer one with a text. */
  private static byte[] payload(int bytes) {
    String base = base();
    int pad = bytes - base.length() - 1;
    String frame = ",\"pad\":\"\"";
    String rest;
    if (pad < 2 * frame.length()) {
      rest = " ".repeat(pad);
    } else {
      rest = ",\"pad\":\"" + "x".repeat(pad - frame.length()) + "\"";
    }
    return (base + rest + "}").getBytes(StandardCharsets.UTF_8);
  }

  private static String base() {
    return "{\"ts\":%s,\"seq\":%s,\"temperature\":61.%s,\"vibration\":2.17,\"pressure\":6.31,\"power_kw\":18.4,\"state\":\"RUNNING\""
        .formatted(TIME_BLANK, SEQUENCE_BLANK, DIGITS_BLANK);
  }

  private static void writeDigits(byte[] to, int at, int width, long value, char fill) {
    long rest = value;
    for (int i = at + width - 1; i >= at; i--) {
      boolean digit = rest > 0 || i == at + width - 1;
      to[i] = (byte) (digit ? '0' + rest % 10 : fill);
      rest /= 10;
    }
  }
}
