package io.weir.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.weir.gateway.peers.InfluxDb;
import io.weir.peers.Mosquitto;
import io.weir.sim.mqtt.Publisher;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Gateways of one group as processes, at a real broker, of which one is killed after another. */
@Tag("server")
class GroupTest {

  private static final String DATABASE = "factory";

  /** Long enough for a machine that other work keeps busy; how long it took is printed. */
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir Path folder;
  private Mosquitto broker;
  private InfluxDb store;
  private final List<GatewayProcess> gateways = new ArrayList<>();
  private final AtomicInteger sent = new AtomicInteger();
  private final AtomicBoolean sending = new AtomicBoolean(true);

  @BeforeEach
  void start() throws Exception {
    broker = new Mosquitto(folder.resolve("mosquitto"));
    store = new InfluxDb(folder.resolve("influx"));
    broker.start();
    store.start();
    store.createDatabase(DATABASE);
  }

  @AfterEach
  void stop() throws Exception {
    for (GatewayProcess each : gateways) {
      each.close();
    }
    store.close();
    broker.close();
  }

  private GatewayProcess member(String id, String mode) throws Exception {
    GatewayProcess member =
        new GatewayProcess(
            folder.resolve(id),
            """
            sources: [ { name: plant, type: mqtt, url: "%s" } ]
            routes: [ { topic: "plant/{line}/{machine}", format: json } ]
            sinks:
              - { name: history, type: influxdb, version: 1, url: "%s", database: %s }
            """
                .formatted(broker.url(), store.url(), DATABASE));
    Path file = member.configFile();
    Files.writeString(
        file,
        Files.readString(file)
            .replace(
                "id: e2e,",
                "id: " + id + ", group: { name: g, source: plant, mode: " + mode + " },"));
    member.start();
    DurabilityTest.awaitConnected(member);
    gateways.add(member);
    return member;
  }

  /** Sends in a thread of its own until the test says so. */
  private Thread sends(Publisher publisher) {
    Thread thread =
        new Thread(
            () -> {
              while (sending.get()) {
                int number = sent.incrementAndGet();
                String payload =
                    "{\"ts\": %d, \"n\": %d}".formatted(1_772_000_000_000L + number, number);
                try {
                  publisher.publish(
                      "plant/l" + number % 7 + "/m", payload.getBytes(StandardCharsets.UTF_8));
                  Thread.sleep(25);
                } catch (IOException | InterruptedException e) {
                  throw new AssertionError(e);
                }
              }
            });
    thread.start();
    return thread;
  }

  private long stored() {
    return store.count(DATABASE, "telemetry", "n");
  }

  private static double storedBy(GatewayProcess gateway) throws IOException {
    return gateway
        .get("/metrics")
        .lines()
        .filter(
            line -> line.startsWith("weir_sink_stored_lines_total") && line.contains("readings"))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  /** Who sends, of two; known once they have heard each other for a while. */
  private static GatewayProcess active(GatewayProcess one, GatewayProcess other) throws Exception {
    Thread.sleep(10_000);
    double before = storedBy(one);
    double ofOther = storedBy(other);
    await().atMost(PATIENCE).until(() -> storedBy(one) + storedBy(other) > before + ofOther + 50);
    assertThat(storedBy(one) > before).as("only one sends").isNotEqualTo(storedBy(other) > ofOther);
    return storedBy(one) > before ? one : other;
  }

  private void awaitMore() {
    long before = stored();
    await().atMost(PATIENCE).pollInterval(Duration.ofMillis(200)).until(() -> stored() > before);
  }

  private void endAndCompare(Publisher publisher, Thread thread) throws Exception {
    sending.set(false);
    thread.join();
    assertThat(publisher.drain(PATIENCE)).isTrue();
    await().atMost(PATIENCE).until(() -> stored() == sent.get());
  }

  @Test
  void theOtherSendsWhenTheActiveOneIsKilled() throws Exception {
    List<GatewayProcess> both = List.of(member("a", "standby"), member("b", "standby"));
    try (Publisher publisher = new Publisher(Publisher.Options.of(broker.url()))) {
      Thread thread = sends(publisher);
      await().atMost(PATIENCE).until(() -> stored() > 100);
      GatewayProcess active = active(both.get(0), both.get(1));
      GatewayProcess ready = active == both.get(0) ? both.get(1) : both.get(0);
      double byReady = storedBy(ready);
      long killed = System.nanoTime();
      active.kill();
      await()
          .atMost(PATIENCE)
          .pollInterval(Duration.ofMillis(200))
          .until(() -> storedBy(ready) > byReady);
      System.out.printf(
          "standby: new readings are stored %.1f s after the kill%n",
          (System.nanoTime() - killed) / 1e9);
      active.start();
      DurabilityTest.awaitConnected(active);
      awaitMore();
      endAndCompare(publisher, thread);
    }
  }

  @Test
  @Tag("soak")
  void eachOfThreeIsKilledOnceAndReturnsAndEveryReadingIsStored() throws Exception {
    List<GatewayProcess> all =
        List.of(member("a", "spread"), member("b", "spread"), member("c", "spread"));
    try (Publisher publisher = new Publisher(Publisher.Options.of(broker.url()))) {
      Thread thread = sends(publisher);
      await().atMost(PATIENCE).until(() -> stored() > 100);
      for (GatewayProcess each : all) {
        each.kill();
        awaitMore();
        Thread.sleep(5_000); // the others take over while it is away
        each.start();
        DurabilityTest.awaitConnected(each);
        Thread.sleep(5_000); // and it takes its part back
      }
      endAndCompare(publisher, thread);
      System.out.printf("spread: %d readings, each stored%n", sent.get());
    }
  }
}
