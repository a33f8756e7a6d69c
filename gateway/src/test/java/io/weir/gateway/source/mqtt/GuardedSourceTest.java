package io.weir.gateway.source.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.weir.gateway.alarm.AlarmKind;
import io.weir.gateway.metrics.MeterNames;
import io.weir.gateway.model.Reason;
import io.weir.gateway.source.Delivery;
import io.weir.gateway.source.Shelf;
import io.weir.gateway.source.mqtt.HostileBroker.Bytes;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A source in front of a broker that sends packets on which Paho fails. */
@Execution(ExecutionMode.CONCURRENT)
@Tag("slow")
class GuardedSourceTest {

  private HostileBroker broker;
  private Rig rig;

  @AfterEach
  void close() throws Exception {
    rig.close();
    broker.close();
  }

  private void started(int version, HostileBroker.Script script) throws Exception {
    broker = new HostileBroker(script);
    rig = new Rig(broker.url(), "plant/#");
    rig.version = version;
    rig.start();
  }

  /** The one between two others; all three are acknowledged in order, on one connection. */
  private Delivery setAside(int version, byte[] odd) throws Exception {
    boolean five = version == 5;
    started(
        version,
        line -> {
          line.send(HostileBroker.publish(five, 1, "plant/a", "before"));
          line.send(odd);
          line.send(HostileBroker.publish(five, 3, "plant/a", "behind"));
        });
    await().until(() -> broker.acknowledged().equals(List.of(1, 2, 3)));
    assertThat(broker.connections()).isEqualTo(1);
    assertThat(broker.broken()).isEmpty();
    assertThat(rig.shelf.taken()).hasSize(3);
    assertThat(rig.shelf.taken().get(0).rejected()).isNull();
    assertThat(rig.shelf.taken().get(2).rejected()).isNull();
    Delivery second = rig.shelf.taken().get(1);
    assertThat(second.packetId()).isEqualTo(2);
    assertThat(second.qos()).isEqualTo(1);
    return second;
  }

  private static byte[] correlation(int length) {
    return new Bytes().u8(0x09).u16(length).raw(new byte[length]).toByteArray();
  }

  @ParameterizedTest
  @ValueSource(ints = {32_768, 65_535})
  void longCorrelationDataIsSetAsideAndItsNeighboursAreNot(int length) throws Exception {
    Delivery odd =
        setAside(5, HostileBroker.publish(true, 2, "plant/b", correlation(length), "the payload"));

    assertThat(odd.topic()).isEqualTo("plant/b");
    assertThat(Shelf.text(odd)).isEqualTo("the payload");
    assertThat(odd.rejected().reason()).isEqualTo(Reason.LIMIT);
    assertThat(odd.rejected().detail())
        .isEqualTo("its correlation data has " + length + " bytes; the client takes at most 32767");
  }

  @Test
  void correlationDataThatPahoCanReadIsPassed() throws Exception {
    Delivery taken =
        setAside(5, HostileBroker.publish(true, 2, "plant/b", correlation(32_767), "the payload"));

    assertThat(taken.rejected()).isNull();
    assertThat(Shelf.text(taken)).isEqualTo("the payload");
  }

  /** A device could fill the memory through the broker: each takes ten times its bytes. */
  @Test
  void moreThanAThousandPropertiesAreSetAside() throws Exception {
    Bytes properties = new Bytes();
    for (int i = 0; i < 1_025; i++) {
      properties.u8(0x26).text("").text("");
    }
    Delivery odd =
        setAside(
            5, HostileBroker.publish(true, 2, "plant/b", properties.toByteArray(), "the payload"));

    assertThat(odd.topic()).isEqualTo("plant/b");
    assertThat(Shelf.text(odd)).isEqualTo("the payload");
    assertThat(odd.rejected().reason()).isEqualTo(Reason.LIMIT);
    assertThat(odd.rejected().detail()).isEqualTo("it has more than 1024 properties");
  }

  @ParameterizedTest
  @ValueSource(strings = {"plant/\uD83D\uDE00", "plant/\uFEFF/t", "plant/\uFFFD"})
  void aTopicThatPahoRefusesIsSetAside(String topic) throws Exception {
    Delivery odd = setAside(311, HostileBroker.publish(false, 2, topic, "the payload"));

    assertThat(odd.topic()).isEqualTo(topic);
    assertThat(Shelf.text(odd)).isEqualTo("the payload");
    assertThat(odd.rejected().reason()).isEqualTo(Reason.BAD_NAME);
    assertThat(odd.rejected().detail())
        .isEqualTo(
            "its topic has the character U+%04X, which the client for MQTT 3.1.1 does not take"
                .formatted(topic.codePointAt(6)));
  }

  @Test
  void aPropertyLengthThatLiesIsSetAsideAsTheWholePacket() throws Exception {
    byte[] lying =
        HostileBroker.packet(
            0x32, body -> body.text("plant/b").u16(2).varint(200_000_000).raw(new byte[9]));

    Delivery odd = setAside(5, lying);

    assertThat(odd.payload()).isEqualTo(lying);
    assertThat(odd.rejected().reason()).isEqualTo(Reason.MALFORMED);
    assertThat(odd.rejected().detail())
        .isEqualTo(
            "its properties say they have 200000000 bytes, but only 9 are left in the packet");
  }

  @ParameterizedTest
  @ValueSource(ints = {5, 311})
  void ofAPacketBeyondTheLimitTheBeginningTheLengthAndTheHashAreKept(int version) throws Exception {
    byte[] payload = new byte[40 << 20];
    new Random(7).nextBytes(payload);
    byte[] packet =
        HostileBroker.packet(
            0x32,
            body -> {
              body.text("plant/b").u16(2);
              if (version == 5) {
                body.u8(0);
              }
              body.raw(payload);
            });

    Delivery odd = setAside(version, packet);

    assertThat(odd.topic()).isEqualTo("plant/b");
    assertThat(odd.payload()).isEqualTo(Arrays.copyOf(payload, 64 << 10));
    assertThat(odd.rejected().reason()).isEqualTo(Reason.LIMIT);
    String hash = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(payload));
    assertThat(odd.rejected().detail())
        .isEqualTo(
            "its packet has %d bytes, the limit is 1048576; the payload has 41943040 bytes with SHA-256 %s, of which the first 65536 are kept"
                .formatted(packet.length, hash));
  }

  @ParameterizedTest
  @ValueSource(ints = {5, 311})
  void nothingThatIsSetAsideIsAcknowledgedBeforeItIsDurable(int version) throws Exception {
    boolean five = version == 5;
    broker =
        new HostileBroker(
            line -> {
              line.send(HostileBroker.publish(five, 1, "plant/a", "before"));
              line.send(
                  HostileBroker.publish(five, 2, five ? "plant/\u0007" : "plant/\uFEFF", "odd"));
              line.send(HostileBroker.publish(five, 3, "plant/a", "behind"));
            });
    rig = new Rig(broker.url(), "plant/#");
    rig.version = version;
    rig.shelf.mode(Shelf.Mode.HOLD);
    rig.start();
    await().until(() -> rig.shelf.taken().size() == 3);
    rig.shelf.settleLast();
    assertThat(broker.acknowledged()).isEmpty();

    rig.shelf.settle();

    await().until(() -> broker.acknowledged().equals(List.of(1, 2, 3)));
  }

  @ParameterizedTest
  @ValueSource(ints = {5, 311})
  void whatHasNoReadablePacketIdIsKeptAndTheConnectionGoesOn(int version) throws Exception {
    boolean five = version == 5;
    byte[] lying = HostileBroker.packet(0x32, body -> body.u16(60_000).raw(new byte[20]));
    started(
        version,
        line -> {
          line.send(lying);
          line.send(HostileBroker.publish(five, 3, "plant/a", "behind"));
        });
    await().until(() -> broker.acknowledged().equals(List.of(3)));
    await().until(() -> rig.shelf.taken().size() == 2);
    Delivery odd =
        rig.shelf.taken().stream().filter(each -> each.rejected() != null).findAny().orElseThrow();

    assertThat(odd.payload()).isEqualTo(lying);
    assertThat(odd.qos()).isZero();
    assertThat(odd.rejected().detail())
        .startsWith("its topic says it has 60000 bytes, but only 20 are left in the packet");
    assertThat(broker.connections()).isEqualTo(1);
  }

  @Test
  void noBrokerCanNameWhatWasSetAside() throws Exception {
    Delivery odd = setAside(5, HostileBroker.publish(true, 2, "$weir/set-aside", "12345678"));

    assertThat(odd.topic()).isEqualTo("$weir/set-aside");
    assertThat(Shelf.text(odd)).isEqualTo("12345678");
    assertThat(odd.rejected().reason()).isEqualTo(Reason.BAD_NAME);
  }

  @ParameterizedTest
  @ValueSource(ints = {5, 311})
  void aRemainingLengthThatLiesIsTheReasonAndIsCounted(int version) throws Exception {
    started(
        version,
        line -> {
          line.send(
              new Bytes().u8(0x32).varint(200_000_000).text("plant/b").u16(2).u8(0).toByteArray());
          line.close();
        });

    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> rig.source.status().reason().contains("3 times in a row"));

    assertThat(rig.source.status().reason())
        .contains("the broker sent a broken packet: a PUBLISH of 200000005 bytes, of which only ")
        .contains(" came, 3 times in a row: the broker sends it at each connection")
        .contains(rig.clientId);
    assertThat(rig.source.troubles())
        .anySatisfy(each -> assertThat(each.kind()).isEqualTo(AlarmKind.SOURCE_DOWN));
    assertThat(rig.meter(MeterNames.BROKEN_PACKETS)).isEqualTo(3);
  }

  @Test
  void aBrokerThatStopsInALongPacketIsNotAwaitedForEver() throws Exception {
    started(
        5,
        line ->
            line.send(
                new Bytes()
                    .u8(0x32)
                    .varint(200_000_000)
                    .text("plant/b")
                    .u16(2)
                    .u8(0)
                    .raw(new byte[100])
                    .toByteArray()));

    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> rig.source.status().reason().contains("a PUBLISH of 200000005 bytes"));
  }

  /** Each takes longer than any answer may take. */
  @ParameterizedTest
  @ValueSource(ints = {5, 311})
  void longMessagesOnASlowLineAreReadToTheirEnd(int version) throws Exception {
    boolean five = version == 5;
    broker =
        new HostileBroker(
            line -> {
              line.sendSlowly(HostileBroker.publish(five, 1, "plant/a", "x".repeat(900_000)));
              line.sendSlowly(HostileBroker.publish(five, 2, "plant/a", "x".repeat(3_000_000)));
            });
    rig = new Rig(broker.url(), "plant/#");
    rig.version = version;
    rig.connectTimeout = Duration.ofSeconds(3);
    rig.keepAlive = Duration.ofSeconds(3);
    rig.start();

    await().atMost(Duration.ofSeconds(60)).until(() -> broker.acknowledged().equals(List.of(1, 2)));

    assertThat(broker.connections()).isEqualTo(1);
    assertThat(rig.shelf.taken().get(0).rejected()).isNull();
    assertThat(rig.shelf.taken().get(1).rejected()).isNotNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "00 00", // reserved
        "10 00", // CONNECT
        "82 05 00 01 00 01 61", // SUBSCRIBE
        "20 FF FF FF FF 01", // a number of five bytes
        "90 FF FF FF 7F", // a SUBACK of 256 MiB
        "36 05 00 01 61 00 01" // QoS 3
      })
  void whatIsNoPacketEndsTheConnectionWithAReason(String hex) throws Exception {
    for (int version : new int[] {5, 311}) {
      started(version, line -> line.send(HexFormat.of().parseHex(hex.replace(" ", ""))));
      await()
          .until(() -> rig.source.status().reason().contains("the broker sent a broken packet: "));
      close();
    }
    started(5, line -> {});
  }

  @Test
  void propertiesOfOtherPacketsThatLieEndTheConnectionWithAReason() throws Exception {
    started(
        5,
        line ->
            line.send(HostileBroker.packet(0xE0, body -> body.u8(0x8B).varint(150_000_000).u8(0))));

    await()
        .until(
            () ->
                rig.source
                    .status()
                    .reason()
                    .contains(
                        "the properties of a DISCONNECT say they have 150000000 bytes, but only 1 are left"));
  }

  @Test
  void theListenerOfDiscoverHearsWhatIsBehind() throws Exception {
    broker =
        new HostileBroker(
            line -> {
              line.send(HostileBroker.publish(true, 2, "plant/b", correlation(40_000), "odd"));
              line.send(HostileBroker.publish(true, 3, "plant/a", "behind"));
            });
    rig = new Rig(broker.url(), "plant/#");
    rig.start();
    List<String> heard = new java.util.concurrent.CopyOnWriteArrayList<>();
    try (TopicListener listener =
        new TopicListener(
            rig.config(),
            "#",
            (topic, payload, retained) ->
                heard.add(topic + " " + new String(payload, StandardCharsets.UTF_8)))) {
      listener.start();
      await().until(() -> heard.equals(List.of("plant/a behind")));
      assertThat(listener.setAside()).isEqualTo(1);
      assertThat(listener.whySetAside())
          .isEqualTo(
              "plant/b: its correlation data has 40000 bytes; the client takes at most 32767");
    }
  }
}
