package io.weir.gateway;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the clock of the gateway does to its figures, on one thread. */
class SteppedClockTest {

  @TempDir Path folder;

  private final ManualTime time = new ManualTime();
  private final MemoryDisk disk = new MemoryDisk(new Random(1));
  private final SteppedBroker broker = new SteppedBroker();

  /** Rows of minutes of the machine, by their time. */
  private final TreeMap<Long, String> minutes = new TreeMap<>();

  private Gateway build() throws Exception {
    Path yaml = folder.resolve("weir.yaml");
    Files.writeString(
        yaml,
        """
        gateway: { id: stepped, data-dir: data }
        http: { port: %d }
        sources: [ { name: plant, type: mqtt, url: "tcp://broker:1883" } ]
        routes: [ { topic: "plant/{machine}", format: json } ]
        buffer: { segment-size: 1MiB, max-size: 4MiB, max-message-size: 16KiB }
        sinks:
          - { name: history, type: influxdb, version: 1, url: "http://store:8086", database: d }
        efficiency:
          zone: UTC
          defaults:
            state: { metric: state, running: [RUNNING] }
            count: { total: total, good: good }
            ideal-cycle: 1s
        """
            .formatted(Ports.free()));
    return SteppedParts.build(yaml, SteppedParts.of(time, disk, broker, this::write));
  }

  private Answer write(String sink, List<String> batch) {
    for (String line : batch) {
      if (line.startsWith("efficiency,") && line.contains("machine=a")) {
        minutes.put(Long.parseLong(line.substring(line.lastIndexOf(' ') + 1)), line);
      }
    }
    return new Answer.Stored();
  }

  private void runs(Gateway gateway, int total) throws Exception {
    broker.publish(
        "plant/a",
        "{\"state\":\"RUNNING\",\"total\":" + total + ",\"good\":" + total + "}",
        "plant/+");
    for (int i = 0; i < 20; i++) {
      gateway.step();
      broker.serve();
      time.advance(Duration.ofMillis(500));
    }
  }

  @Test
  void figuresAreMadeAgainOnceAClockThatWasAheadIsRight() throws Exception {
    try (Gateway gateway = build()) {
      int total = 0;
      for (int i = 0; i < 60; i++) {
        runs(gateway, total += 10);
      }
      time.jump(Duration.ofDays(400));
      for (int i = 0; i < 6; i++) {
        runs(gateway, total += 10);
      }
      time.jump(Duration.ofDays(-400));
      long from = time.wallNs();
      for (int i = 0; i < 120; i++) {
        runs(gateway, total += 10);
      }
      long now = time.wallNs();
      assertThat(minutes.subMap(from, now)).as("minutes after it").hasSizeGreaterThan(5);
      assertThat(minutes.floorKey(now)).isGreaterThan(now - Duration.ofMinutes(3).toNanos());
    }
  }
}
