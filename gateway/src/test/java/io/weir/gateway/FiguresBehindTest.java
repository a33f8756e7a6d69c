package io.weir.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.api.EfficiencyResponse;
import io.weir.gateway.log.ManualTime;
import io.weir.gateway.log.MemoryDisk;
import io.weir.gateway.log.Time;
import io.weir.gateway.sink.Sink.Answer;
import io.weir.gateway.source.mqtt.SteppedBroker;
import io.weir.peers.Ports;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The API says of when the figures are, while they are behind what was received. */
class FiguresBehindTest {

  private static final int BACKLOG = 120;

  @TempDir Path folder;

  private final ManualTime time = new ManualTime();
  private final SteppedBroker broker = new SteppedBroker();

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
          defaults: { state: { metric: state, running: [RUNNING] } }
        """
            .formatted(Ports.free()));
    return SteppedParts.build(
        yaml,
        SteppedParts.of(
            time, new MemoryDisk(new Random(1)), broker, (sink, lines) -> new Answer.Stored()));
  }

  private void step(Gateway gateway, Duration after) {
    gateway.step();
    broker.serve();
    time.advance(after);
  }

  private static Instant asOf(Gateway gateway) {
    EfficiencyResponse figures = Objects.requireNonNull(gateway.view().efficiency());
    return Objects.requireNonNull(figures.asOf(), "no figures yet");
  }

  private Duration age(Gateway gateway) {
    return Duration.between(asOf(gateway), Time.instant(time.wallNs()));
  }

  @Test
  void figuresSayOfWhenTheyAreUntilTheyHaveAllThatWasReceived() throws Exception {
    try (Gateway gateway = build()) {
      for (int i = 0; i < 50; i++) {
        step(gateway, Duration.ofMillis(100));
      }
      assertThat(age(gateway)).as("nothing waits").isLessThan(Duration.ofSeconds(2));

      Instant before = Time.instant(time.wallNs());
      for (int i = 0; i < BACKLOG; i++) {
        broker.publish("plant/a", "{\"state\": \"RUNNING\"}", "plant/+");
      }
      for (int i = 0; i < BACKLOG / 2; i++) {
        step(gateway, Duration.ofSeconds(1));
      }
      assertThat(asOf(gateway))
          .as("half of it is folded, one record a second")
          .isBetween(before, before.plusSeconds(20));
      assertThat(age(gateway)).isGreaterThan(Duration.ofSeconds(30));

      for (int i = 0; i < BACKLOG; i++) {
        step(gateway, Duration.ofSeconds(1));
      }
      assertThat(age(gateway)).as("all is folded").isLessThan(Duration.ofSeconds(3));
    }
  }
}
