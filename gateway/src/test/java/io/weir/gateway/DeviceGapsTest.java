package io.weir.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.alarm.Alarm;
import io.weir.gateway.live.QualityList;
import io.weir.gateway.live.Scope;
import io.weir.gateway.log.ManualTime;
import io.weir.gateway.log.MemoryDisk;
import io.weir.gateway.sink.Sink.Answer;
import io.weir.gateway.source.mqtt.SteppedBroker;
import io.weir.peers.Ports;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What devices lose before the gateway, seen through a whole gateway on one thread. */
class DeviceGapsTest {

  private static final String FILTER = "plant/+";
  private static final String CONFIG =
      """
      gateway: { id: stepped, data-dir: data }
      http: { port: %d }
      sources:
        - { name: plant, type: mqtt, url: "tcp://broker:1883" }
      routes:
        - topic: %s
          format: json
          sequence: { from: seq }
          silent-after: 5m
      buffer: { segment-size: 1MiB, max-size: 4MiB, max-message-size: 16KiB }
      sinks:
        - { name: history, type: influxdb, version: 1, url: "http://store:8086", database: d }
      """;

  @TempDir Path folder;

  private final ManualTime time = new ManualTime();
  private final MemoryDisk disk = new MemoryDisk(new Random(1));
  private final SteppedBroker broker = new SteppedBroker();

  private Gateway build(String topic) throws Exception {
    Path yaml = folder.resolve("weir.yaml");
    Files.writeString(yaml, CONFIG.formatted(Ports.free(), topic));
    return SteppedParts.build(
        yaml, SteppedParts.of(time, disk, broker, (sink, lines) -> new Answer.Stored()));
  }

  private Gateway build() throws Exception {
    Gateway gateway = build("plant/{machine}");
    settle(gateway, Duration.ofSeconds(6));
    return gateway;
  }

  private void settle(Gateway gateway, Duration duration) {
    for (long ms = 0; ms < duration.toMillis(); ms += 500) {
      gateway.step();
      broker.serve();
      time.advance(Duration.ofMillis(500));
    }
  }

  private void send(String machine, long... numbers) {
    for (long number : numbers) {
      broker.publish("plant/" + machine, "{\"seq\": " + number + ", \"t\": 1}", FILTER);
    }
  }

  private static QualityList.Machine device(Gateway gateway, String machine) {
    QualityList quality =
        gateway.view().machines().quality(new Scope(null, null, null, machine), 10);
    return quality.machines().get(0);
  }

  private static List<Alarm> silence(Gateway gateway) {
    return gateway.view().status().alarms().stream()
        .filter(each -> each.id().equals("devices-silent"))
        .toList();
  }

  @Test
  void skippedNumbersAreMissingFromTheirDevice() throws Exception {
    try (Gateway gateway = build()) {
      send("a", 1, 2, 3, 7, 8);
      send("b", 10, 11, 12);
      settle(gateway, Duration.ofSeconds(20));
      assertThat(device(gateway, "a").missing()).isEqualTo(3);
      assertThat(device(gateway, "a").gapMs()).isNotNull();
      assertThat(device(gateway, "b").missing()).isZero();
      assertThat(device(gateway, "b").gapMs()).isNull();
    }
  }

  @Test
  void aMessageThatCannotBeReadIsInTheQuarantineAndNotMissing() throws Exception {
    try (Gateway gateway = build()) {
      send("a", 1, 2);
      broker.publish("plant/a", "not JSON", FILTER);
      send("a", 4, 6);
      settle(gateway, Duration.ofSeconds(20));
      assertThat(device(gateway, "a").missing()).as("5").isEqualTo(1);
    }
  }

  @Test
  void aCrashOfTheGatewayInventsNoGapAndHidesNone() throws Exception {
    Gateway first = build();
    send("a", 1, 2, 3, 5);
    settle(first, Duration.ofSeconds(90));
    assertThat(device(first, "a").missing()).isEqualTo(1);
    send("a", 6, 8);
    settle(first, Duration.ofSeconds(3));

    disk.crash();
    broker.link().drop("the gateway is gone");
    send("a", 9, 10);
    time.advance(Duration.ofMinutes(1));
    try (Gateway second = build("plant/{machine}")) {
      settle(second, Duration.ofSeconds(20));
      assertThat(device(second, "a").missing()).as("4 and 7").isEqualTo(2);
      send("a", 13);
      settle(second, Duration.ofSeconds(20));
      assertThat(device(second, "a").missing()).as("11 and 12 too").isEqualTo(4);
    }
    time.advance(Duration.ofMinutes(1));
    broker.link().drop("the gateway is gone");
    try (Gateway third = build()) {
      send("a", 14, 16);
      settle(third, Duration.ofSeconds(20));
      assertThat(device(third, "a").missing()).as("15 too").isEqualTo(5);
    }
  }

  @Test
  void aDeviceThatIsSilentIsAnAlarmUntilItIsHeard() throws Exception {
    try (Gateway gateway = build()) {
      send("a", 1);
      send("b", 1);
      settle(gateway, Duration.ofMinutes(4));
      assertThat(silence(gateway)).isEmpty();
      send("b", 2);
      settle(gateway, Duration.ofMinutes(2));
      assertThat(silence(gateway))
          .singleElement()
          .satisfies(alarm -> assertThat(alarm.text()).isEqualTo("devices are silent: a"));
      assertThat(device(gateway, "a").silent()).isTrue();
      assertThat(device(gateway, "a").silentAfterSeconds()).isEqualTo(300);
      settle(gateway, Duration.ofMinutes(4));
      assertThat(silence(gateway).get(0).text()).endsWith("a, b");

      send("a", 2);
      send("b", 3);
      settle(gateway, Duration.ofSeconds(2));
      assertThat(silence(gateway)).isEmpty();
    }
  }

  @Test
  void aRestartOrALostConnectionMakesNoDeviceSilent() throws Exception {
    Gateway first = build();
    send("a", 1);
    settle(first, Duration.ofMinutes(2));
    disk.crash();
    broker.link().drop("the gateway is gone");
    time.advance(Duration.ofHours(1));
    try (Gateway second = build("plant/{machine}")) {
      settle(second, Duration.ofMinutes(4));
      assertThat(silence(second)).isEmpty();
      settle(second, Duration.ofMinutes(2));
      assertThat(silence(second)).hasSize(1);
    }
  }

  @Test
  void aDeviceOfWhichNoRouteIsLeftIsForgotten() throws Exception {
    Gateway first = build();
    send("a", 1);
    settle(first, Duration.ofMinutes(6));
    assertThat(silence(first)).hasSize(1);
    first.close();
    broker.link().drop("the gateway is gone");
    try (Gateway second = build("other/{machine}")) {
      settle(second, Duration.ofSeconds(6));
      assertThat(silence(second)).isEmpty();
    }
  }
}
