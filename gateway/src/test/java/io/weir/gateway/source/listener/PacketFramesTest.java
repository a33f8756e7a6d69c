package io.weir.gateway.source.listener;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.mqtt.MqttDecoder;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttPublishVariableHeader;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.GlobalEventExecutor;
import io.weir.gateway.log.Time;
import io.weir.gateway.source.Shelf;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What comes out of the bytes of a client, however they are cut. */
class PacketFramesTest {

  private static final int LARGEST = 1000;
  private static final String CONNECT4 = "100D 0004 4D515454 04 02 000A 0001 70";
  private static final String CONNECT5 = "100E 0004 4D515454 05 02 000A 00 0001 70";
  private static final String PINGREQ = "C000";

  /** With and without packet id, payload, properties and letters that are not of ASCII. */
  private static final String PUBLISHES4 =
      "3B0A 0003 612F62 1234 313233" + "3003 0001 61" + "3406 0002 C3A4 0007";

  private static final String PUBLISHES5 =
      "3B0B 0003 612F62 1234 00 313233" + "300B 0003 612F62 03 230001 3132" + "3004 0001 61 00";

  @Test
  void packetsComeOutAsNettyDecodesThemHoweverTheyAreCut() {
    for (String hex : List.of(CONNECT4 + PUBLISHES4 + PINGREQ, CONNECT5 + PUBLISHES5 + PINGREQ)) {
      byte[] bytes = bytes(hex);
      List<String> whole = read(new EmbeddedChannel(decoder()), bytes, bytes.length);
      assertThat(whole).hasSize(5).noneMatch(each -> each.startsWith("fault"));
      for (int piece = 1; piece <= bytes.length; piece++) {
        assertThat(read(channel(), bytes, piece)).isEqualTo(whole);
      }
    }
  }

  @Test
  void nothingBehindAFaultIsReadAndAllBeforeItIs() {
    List<String> read = read(channel(), bytes(CONNECT4 + PINGREQ + "C100" + PINGREQ), 3);

    assertThat(read).hasSize(3);
    assertThat(read.get(2)).isEqualTo("fault 81: its first byte has the flags 1");
  }

  @Test
  void aPacketIsRefusedBeforeItIsThereWhereItsBeginningShowsIt() {
    assertThat(read(channel(), bytes(CONNECT4 + "30 E907"), 100).get(1))
        .isEqualTo("fault 95: the packet is above 1000 bytes");
    assertThat(read(channel(), bytes(CONNECT4 + "00"), 100).get(1)).startsWith("fault 82");
    assertThat(read(channel(), bytes("30"), 100).get(0)).startsWith("fault 82");
    assertThat(read(channel(), bytes("10 FFFFFFFF"), 100).get(0)).startsWith("fault 81");
  }

  /** Bytes of good packets, with some changed: each becomes packets or a fault, and no error. */
  @Test
  void whateverComesBecomesPacketsOrAFault() {
    Random random = new Random(7);
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes =
          bytes(i % 2 == 0 ? CONNECT4 + PUBLISHES4 + PINGREQ : CONNECT5 + PUBLISHES5 + PINGREQ);
      for (int changes = random.nextInt(4); changes >= 0; changes--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      int piece = 1 + random.nextInt(bytes.length);
      List<String> read = read(channel(), bytes, piece);
      assertThat(read).isEqualTo(read(channel(), bytes, bytes.length));
      assertThat(read).noneMatch(each -> each.startsWith("fault of Netty"));
    }
  }

  private static EmbeddedChannel channel() {
    return new EmbeddedChannel(new PacketFrames(LARGEST, unwatched()), decoder());
  }

  private static MqttDecoder decoder() {
    return new MqttDecoder(LARGEST);
  }

  private static byte[] bytes(String hex) {
    return HexFormat.of().parseHex(hex.replace(" ", ""));
  }

  /** What comes out of bytes that arrive in pieces; all that was taken is given back. */
  private static List<String> read(EmbeddedChannel channel, byte[] bytes, int piece) {
    List<ByteBuf> pieces = new ArrayList<>();
    for (int at = 0; at < bytes.length; at += piece) {
      ByteBuf next =
          Unpooled.copiedBuffer(Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + piece)));
      pieces.add(next);
      channel.writeInbound(next);
    }
    List<String> read = new ArrayList<>();
    for (Object each = channel.readInbound(); each != null; each = channel.readInbound()) {
      read.add(described((MqttMessage) each));
      ReferenceCountUtil.release(each);
    }
    channel.finishAndReleaseAll();
    assertThat(pieces).allMatch(each -> each.refCnt() == 0);
    return read;
  }

  private static String described(MqttMessage message) {
    if (message.decoderResult().isFailure()) {
      Throwable cause = message.decoderResult().cause();
      return cause instanceof Refused refused
          ? "fault %02X: %s".formatted(refused.code(), refused.reason())
          : "fault of Netty: " + cause;
    }
    if (message instanceof MqttPublishMessage publish) {
      MqttPublishVariableHeader header = publish.variableHeader();
      return "%s %s %d %s %s"
          .formatted(
              publish.fixedHeader(),
              header.topicName(),
              header.packetId(),
              header.properties().listAll().size(),
              publish.payload().toString(UTF_8));
    }
    return String.valueOf(message.fixedHeader());
  }

  private static Incomplete unwatched() {
    EventExecutor loop = GlobalEventExecutor.INSTANCE;
    AnswerQueue queue = new AnswerQueue(new Shelf(), loop, new SharedWindow(1), () -> {});
    return new Incomplete(
        IncompleteRoom.Both.of(1 << 20), Time.SYSTEM, loop, queue, () -> true, () -> {}, () -> {});
  }
}
