package io.weir.sim.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.weir.peers.Mosquitto;
import io.weir.peers.Ports;
import io.weir.sim.mqtt.EmbeddedBroker;
import io.weir.sim.mqtt.Subscriber;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("server")
class LoadTest {

  private static final JsonMapper JSON = new JsonMapper();
  private static final long START = 1_764_000_000_000L;

  /** Unacknowledged readings of each of the two connections. */
  private static final int WINDOW = 500;

  @TempDir Path folder;

  @Test
  void everyReadingIsDistinctAndNoTopicHasAnInstantTwice() throws Exception {
    try (Mosquitto broker = Mosquitto.started(folder);
        Subscriber subscriber = new Subscriber(broker.url(), "reader", "factory/#")) {
      Load.Result result = Load.run(options(broker.url(), 5_003, 1, 0, 7, 136));
      assertThat(result.published()).isEqualTo(5_003);
      assertThat(result.acknowledged()).isEqualTo(5_003);
      assertThat(result.sequences().cardinality()).isEqualTo(5_003);
      await().until(() -> subscriber.count() >= 5_003);

      BitSet sequences = new BitSet();
      Set<String> points = new HashSet<>();
      Map<String, Long> last = new HashMap<>();
      for (Subscriber.Received received : subscriber.received()) {
        assertThat(received.payload()).hasSize(136);
        JsonNode reading = JSON.readTree(received.payload());
        int sequence = reading.get("seq").intValue();
        sequences.set(sequence);
        assertThat(reading.get("ts").longValue()).isEqualTo(START + sequence / 7);
        assertThat(received.topic())
            .isEqualTo(
                "factory/plant-a/load/line-1/machine-0000" + (sequence % 7 + 1) + "/telemetry");
        assertThat(points.add(received.topic() + reading.get("ts"))).isTrue();
        Long before = last.put(received.topic(), reading.get("ts").longValue());
        assertThat(before == null || before < reading.get("ts").longValue()).isTrue();
      }
      assertThat(sequences).isEqualTo(result.sequences());
    }
  }

  @Test
  void payloadsAreJsonOfTheRequestedLength() throws Exception {
    for (int bytes = LoadReadings.shortestPayload(); bytes < 200; bytes++) {
      LoadReadings readings = new LoadReadings("s", 1, bytes, START, 1);
      io.netty.buffer.ByteBuf frame =
          (io.netty.buffer.ByteBuf)
              readings
                  .packet(1_234_567, unused -> {})
                  .frame(io.netty.buffer.ByteBufAllocator.DEFAULT, 77, true);
      byte[] payload = new byte[bytes];
      frame.getBytes(frame.readableBytes() - bytes, payload);
      JsonNode reading = JSON.readTree(payload);
      assertThat(reading.get("seq").intValue()).isEqualTo(1_234_567);
      assertThat(reading.get("ts").longValue()).isEqualTo(START + 1_234_567);
      assertThat(reading.get("temperature").decimalValue()).isEqualByComparingTo("61.567");
      assertThat(frame.getByte(0) & 0x08).as("DUP").isNotZero();
      frame.release();
    }
  }

  @Test
  void aUsualPayloadHasSixReadingsAndNoMore() throws Exception {
    io.netty.buffer.ByteBuf frame =
        (io.netty.buffer.ByteBuf)
            new LoadReadings("s", 1, 136, START, 1)
                .packet(0, unused -> {})
                .frame(io.netty.buffer.ByteBufAllocator.DEFAULT, 77, false);
    byte[] payload = new byte[136];
    frame.getBytes(frame.readableBytes() - 136, payload).release();
    assertThat(JSON.readTree(payload).fieldNames())
        .toIterable()
        .containsExactly("ts", "seq", "temperature", "vibration", "pressure", "power_kw", "state");
  }

  @Test
  void afterARestartOfTheBrokerTheCountsAreExact() throws Exception {
    try (Mosquitto broker = Mosquitto.started(folder)) {
      Subscriber subscriber = new Subscriber(broker.url(), "reader", "factory/#");
      CompletableFuture<Load.Result> running =
          CompletableFuture.supplyAsync(
              () -> Load.run(options(broker.url(), 20_000, 1, 10_000, 10, 136)));
      awaitFirstAcknowledgements(subscriber);
      broker.kill();
      broker.start();
      Load.Result result = running.get();
      assertThat(result.published()).isEqualTo(20_000);
      assertThat(result.acknowledged()).isEqualTo(20_000);
      assertThat(result.sequences().nextClearBit(0)).isEqualTo(20_000);
    }
  }

  @Test
  void withoutTheBrokerTheAcknowledgedReadingsAreStillKnown() throws Exception {
    try (Mosquitto broker = Mosquitto.started(folder)) {
      Subscriber subscriber = new Subscriber(broker.url(), "reader", "factory/#");
      CompletableFuture<Load.Result> running =
          CompletableFuture.supplyAsync(
              () -> Load.run(options(broker.url(), 1_000_000, 1, 10_000, 10, 136)));
      awaitFirstAcknowledgements(subscriber);
      broker.kill();
      Load.Result result = running.get();
      assertThat(result.acknowledged()).isPositive().isLessThan(1_000_000);
      assertThat(result.sequences().cardinality()).isEqualTo((int) result.acknowledged());
    }
  }

  @Test
  void atQos0EveryReadingIsSent() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(folder, Ports.free());
        Subscriber subscriber = new Subscriber(broker.url(), "reader", "factory/#")) {
      Load.Result result = Load.run(options(broker.url(), 2_000, 0, 0, 5, 136));
      assertThat(result.acknowledged()).isEqualTo(2_000);
      await().until(() -> subscriber.count() == 2_000);
    }
  }

  @Test
  void anImpossibleLoadIsRefusedWithItsReason() {
    String url = "tcp://127.0.0.1:1883";
    assertThatThrownBy(() -> options(url, 0, 1, 0, 1, 136)).hasMessageContaining("not 0");
    assertThatThrownBy(() -> options(url, 1, 1, -1, 1, 136)).hasMessageContaining("not -1");
    assertThatThrownBy(() -> options(url, 1, 1, 0, 0, 136)).hasMessageContaining("topics");
    assertThatThrownBy(() -> options(url, 1, 1, 0, 1, 10)).hasMessageContaining("not 10");
  }

  /** More readings have arrived than may be unacknowledged, so the load knows of some. */
  private static void awaitFirstAcknowledgements(Subscriber subscriber) throws Exception {
    await().until(() -> subscriber.count() > 2 * WINDOW);
    subscriber.close();
  }

  private static Load.Options options(
      String url, long count, int qos, long rate, int topics, int payloadBytes) {
    return new Load.Options(
        URI.create(url),
        count,
        qos,
        rate,
        2,
        topics,
        payloadBytes,
        START,
        "plant-a",
        WINDOW,
        Duration.ofSeconds(3));
  }
}
