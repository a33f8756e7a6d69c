package io.weir.gateway.source.listener;

import static io.weir.gateway.source.listener.RawClient.CONNACK;
import static io.weir.gateway.source.listener.RawClient.PUBACK;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.channel.Channel;
import io.netty.channel.embedded.EmbeddedChannel;
import io.weir.gateway.passwords.Passwords;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A listener behind a proxy, on real sockets: the word of that, and who says another or none. */
class ListenerProxyTest {

  private static final byte[] SIGNATURE = {13, 10, 13, 10, 0, 13, 10, 'Q', 'U', 'I', 'T', 10};
  private static final byte[] ADDRESSES =
      RawClient.bytes(10, 0, 0, 7, 127, 0, 0, 1, (short) 40_000, (short) 1883);
  private static final byte[] CONNECT =
      RawClient.packet(0x10, RawClient.bytes("MQTT", 4, 2, (short) 60, "c"));

  private static ListenerSetup setup() {
    return new ListenerSetup().proxied();
  }

  /** A header of version 2. */
  private static byte[] header(int command, int family, byte[] rest) {
    return RawClient.bytes(SIGNATURE, command, family, (short) rest.length, rest);
  }

  private static byte[] header(int last) {
    byte[] rest = ADDRESSES.clone();
    rest[3] = (byte) last;
    return header(0x21, 0x11, rest);
  }

  private static byte[] tlv(int type, byte[] value) {
    return RawClient.bytes(type, (short) value.length, value);
  }

  private static void servesAGoodOne(ListenerRig rig) throws IOException {
    try (RawClient good = rig.client().send(header(200)).send(CONNECT)) {
      assertThat(good.read(CONNACK).u8(1)).isZero();
      good.publish(2, 7, "t", "good").read(PUBACK);
    }
  }

  // ---- Whoever reaches the port itself

  @Test
  void thoseOfWhomTheProxyHasSaidNothingHaveABound() throws Exception {
    ListenerConfig.Limits three = new ListenerConfig.Limits(3, 0, 10, 0, 0);
    List<RawClient> silent = new ArrayList<>();
    try (ListenerRig rig =
        new ListenerRig(setup().limits(three).connectTimeout(Duration.ofMinutes(1)))) {
      for (int i = 0; i < 10; i++) {
        silent.add(rig.client());
      }
      await().atMost(Duration.ofSeconds(20)).until(() -> refused(rig) >= 7);
      servesAGoodOne(rig);
      int open = 0;
      for (RawClient each : silent) {
        open += each.isClosedWithin(Duration.ofMillis(50)) ? 0 : 1;
      }
      assertThat(open).isLessThanOrEqualTo(3);
      assertThat(refused(rig)).isGreaterThanOrEqualTo(7);
    } finally {
      for (RawClient each : silent) {
        each.close();
      }
    }
  }

  @Test
  void theOldestOfThemMakesRoom() {
    Unannounced two = new Unannounced(2);
    Channel first = new EmbeddedChannel();
    Channel second = new EmbeddedChannel();
    assertThat(two.add(first)).isNull();
    assertThat(two.add(second)).isNull();
    assertThat(two.add(new EmbeddedChannel())).isSameAs(first);
    two.remove(second);
    assertThat(two.add(new EmbeddedChannel())).isNull();
    assertThat(two.all()).doesNotContain(first, second).hasSize(2);
  }

  private static double refused(ListenerRig rig) {
    return rig.meters.counter("weir.source.refused.connections", "source", "direct").count();
  }

  @Test
  void whoIsClosedAtOnceLeavesNothingBehind() throws Exception {
    ListenerConfig.Limits one = new ListenerConfig.Limits(1, 0, 10, 0, 0);
    try (ListenerRig rig =
        new ListenerRig(new ListenerSetup().limits(one).connectTimeout(Duration.ofMinutes(10)))) {
      try (RawClient first = rig.client().send(CONNECT)) {
        first.read(CONNACK);
        for (int i = 0; i < 100; i++) {
          try (RawClient more = rig.client()) {
            assertThat(more.isClosed()).isTrue();
          }
        }
        assertThat(LiveObjects.of(ClientConnection.class)).isLessThan(20);
      }
    }
  }

  @Test
  void whoGoesBeforeTheProxyHasSpokenLeavesNothingBehind() throws Exception {
    try (ListenerRig rig = new ListenerRig(setup().connectTimeout(Duration.ofMinutes(10)))) {
      for (int i = 0; i < 100; i++) {
        rig.client().close();
      }
      await()
          .until(
              () -> rig.meters.counter("weir.source.connects", "source", "direct").count() == 100);
      await().untilAsserted(() -> assertThat(LiveObjects.of(Arrival.class)).isLessThan(20));
    }
  }

  /** One machine has as many addresses of IPv6 as it likes; more than may wait come from them. */
  @Test
  void wrongLoginsFromANetworkOfIpv6DoNotKeepARightOneOut() throws Exception {
    String secret = "correct horse";
    DeviceLogin press = new DeviceLogin("press-01", Passwords.hash(secret, 6), List.of());
    List<RawClient> wrong = new ArrayList<>();
    ListenerConfig.Limits many = new ListenerConfig.Limits(2000, 0, 1000, 0, 0);
    try (ListenerRig rig = new ListenerRig(setup().limits(many).users(press))) {
      for (int i = 0; i < 1_400; i++) {
        byte[] from = {0x20, 1, 0xd, (byte) 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
        from[14] = (byte) (i >> 8);
        from[15] = (byte) i;
        byte[] six = RawClient.bytes(from, from, (short) 40_000, (short) 1883);
        RawClient each = rig.client().send(header(0x21, 0x21, six));
        wrong.add(each.login5("w" + i, "nobody-" + i, "wrong horse"));
      }
      try (RawClient right = rig.client().send(header(1)).login5("right", "press-01", secret)) {
        assertThat(right.read(CONNACK).u8(1)).isZero();
      }
    } finally {
      for (RawClient each : wrong) {
        each.close();
      }
    }
  }

  // ---- Headers

  @Test
  void aHeaderByteByByteAndOneWithThePacketAreRead() throws Exception {
    try (ListenerRig rig = new ListenerRig(setup())) {
      try (RawClient slow = rig.client()) {
        for (byte each : header(1)) {
          slow.send(new byte[] {each});
        }
        slow.send(CONNECT).read(CONNACK);
      }
      byte[] publish = RawClient.packet(0x32, RawClient.bytes("t", (short) 3, new byte[] {'x'}));
      try (RawClient atOnce = rig.client().send(RawClient.bytes(header(2), CONNECT, publish))) {
        atOnce.read(CONNACK);
        assertThat(atOnce.read(PUBACK).u16(0)).isEqualTo(3);
      }
      try (RawClient old =
          rig.client()
              .send(RawClient.bytes("PROXY TCP6 ::1 ::1 1 2\r\n".getBytes(US_ASCII), CONNECT))) {
        old.read(CONNACK);
      }
    }
  }

  /** A proxy that looks whether the listener is there has no client to name. */
  @ParameterizedTest
  @ValueSource(ints = {0x00, 0x11, 0x31})
  void aProxyThatAsksForItselfIsTheClient(int family) throws Exception {
    byte[] rest = new byte[family == 0 ? 0 : family == 0x11 ? 12 : 216];
    try (ListenerRig rig = new ListenerRig(setup());
        RawClient raw = rig.client().send(header(0x20, family, rest)).send(CONNECT)) {
      raw.read(CONNACK);
      raw.publish(2, 7, "t", "x").read(PUBACK);
    }
  }

  /** Each length that is wrong for its family, with as many bytes as it says. */
  @Test
  void aLengthThatIsWrongEndsTheConnection() throws Exception {
    try (ListenerRig rig = new ListenerRig(setup())) {
      for (int family : new int[] {0x11, 0x12, 0x21, 0x31}) {
        int right = family < 0x20 ? 12 : family < 0x30 ? 36 : 216;
        for (int length = 0; length < right; length++) {
          try (RawClient raw = rig.client()) {
            raw.sendToTheEnd(header(0x21, family, new byte[length]), CONNECT);
          }
        }
      }
      servesAGoodOne(rig);
    }
  }

  @Test
  void moreThanAddressesIsReadAndWhatIsCutEndsTheConnection() throws Exception {
    try (ListenerRig rig = new ListenerRig(setup())) {
      byte[] name = tlv(2, "device.example".getBytes(US_ASCII));
      try (RawClient good =
          rig.client()
              .send(header(0x21, 0x11, RawClient.bytes(ADDRESSES, name, tlv(4, new byte[2000]))))
              .send(CONNECT)) {
        good.read(CONNACK);
      }
      byte[] cut = Arrays.copyOf(name, name.length - 3);
      byte[] nested = new byte[0];
      for (int i = 0; i < 4000; i++) {
        nested = tlv(0x20, RawClient.bytes(1, 0, 0, 0, 0, nested));
      }
      for (byte[] more : List.of(cut, nested, tlv(4, new byte[60_000]))) {
        try (RawClient raw = rig.client()) {
          raw.sendToTheEnd(header(0x21, 0x11, RawClient.bytes(ADDRESSES, more)), CONNECT);
        }
      }
      assertThat(rig.shelf.taken()).isEmpty();
      servesAGoodOne(rig);
    }
  }

  @Test
  void versionsCommandsAndFamiliesThatAreNoneEndTheConnection() throws Exception {
    try (ListenerRig rig = new ListenerRig(setup())) {
      List<byte[]> wrong = new ArrayList<>();
      for (int command : new int[] {0x01, 0x11, 0x22, 0x2F, 0x31, 0xF1}) {
        wrong.add(header(command, 0x11, ADDRESSES));
      }
      for (int family : new int[] {0x13, 0x41, 0xFF}) {
        wrong.add(header(0x21, family, ADDRESSES));
      }
      for (String line :
          List.of(
              "PROXY\r\n",
              "PROXY TCP4 1.2.3.4\r\n",
              "PROXY TCP4 host.example 1.2.3.4 1 2\r\n",
              "PROXY TCP4 1.2.3.4 1.2.3.4 99999 2\r\n",
              "PROXY TCP4 " + "1".repeat(200) + "\r\n",
              "PROXY TCP4 1.2.3.4 1.2.3.4 1 2\n")) {
        wrong.add(line.getBytes(US_ASCII));
      }
      wrong.add(SIGNATURE);
      wrong.add(RawClient.bytes(SIGNATURE, SIGNATURE));
      for (byte[] each : wrong) {
        try (RawClient raw = rig.client()) {
          raw.sendToTheEnd(each, CONNECT);
        }
      }
      assertThat(rig.meters.get("weir.source.connections").gauge().value()).isZero();
      servesAGoodOne(rig);
    }
  }

  @Test
  void whoSaysNoMoreThanAHeaderOrHalfOfItIsClosed() throws Exception {
    ByteArrayOutputStream half = new ByteArrayOutputStream();
    half.write(header(1), 0, 20);
    try (ListenerRig rig = new ListenerRig(setup().connectTimeout(Duration.ofMillis(300)));
        RawClient all = rig.client().send(header(1));
        RawClient part = rig.client().send(half.toByteArray());
        RawClient none = rig.client()) {
      assertThat(all.isClosed()).isTrue();
      assertThat(part.isClosed()).isTrue();
      assertThat(none.isClosed()).isTrue();
      servesAGoodOne(rig);
    }
  }
}
