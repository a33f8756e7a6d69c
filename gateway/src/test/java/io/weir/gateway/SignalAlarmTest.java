package io.weir.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.alarm.Alarm;
import io.weir.gateway.log.ManualTime;
import io.weir.gateway.log.MemoryDisk;
import io.weir.gateway.model.MemoryBudget;
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

/** The alarm of signals whose statistics the heap has no room for, on one thread. */
class SignalAlarmTest {

  private static final int LARGEST_MESSAGE = 16 << 10;

  /** The smallest heap that the program takes, about. */
  private static final long HEAP =
      MemoryBudget.BASE_BYTES
          + MemoryBudget.LEAST_KNOWN_BYTES
          + MemoryBudget.OF_MESSAGE * LARGEST_MESSAGE;

  private static final int MACHINES = MemoryBudget.of(HEAP, LARGEST_MESSAGE).machines();

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
        routes: [ { topic: "plant/{site}/{area}/{line}/{machine}", format: json } ]
        buffer: { segment-size: 1MiB, max-size: 4MiB, max-message-size: 16KiB }
        sinks:
          - { name: history, type: influxdb, version: 1, url: "http://store:8086", database: d }
        efficiency:
          zone: UTC
          defaults: { state: { metric: state, running: [RUNNING] } }
          signals:
            - { metric: a, window: 1h }
            - { metric: b, window: 1h }
            - { metric: c, window: 1h }
            - { metric: d, window: 1h }
            - { metric: e, window: 1h }
        """
            .formatted(Ports.free()));
    return SteppedParts.build(
        yaml,
        SteppedParts.of(
            time,
            new MemoryDisk(new Random(1)),
            broker,
            (sink, lines) -> new Answer.Stored(),
            HEAP));
  }

  private void pass(Gateway gateway, int seconds) {
    for (int i = 0; i < 2 * seconds; i++) {
      gateway.step(Runnable::run, 1000);
      broker.serve();
      time.advance(Duration.ofMillis(500));
    }
  }

  /** The same signals of so many machines. */
  private void tell(Gateway gateway, int machines, String signals) {
    for (int i = 0; i < machines; i++) {
      broker.publish("plant/s/a/l/m" + i, signals, "plant/+/+/+/+");
      if (i % 20 == 0) {
        pass(gateway, 1);
      }
    }
    pass(gateway, 5);
  }

  private static List<Alarm> alarms(Gateway gateway) {
    return gateway.view().status().alarms().stream()
        .filter(alarm -> alarm.id().equals("signals-ignored"))
        .toList();
  }

  @Test
  void signalsBeyondWhatTheHeapHoldsAreAnAlarmForFiveMinutes() throws Exception {
    try (Gateway gateway = build()) {
      pass(gateway, 5);
      tell(gateway, MACHINES, "{\"a\": 1.5, \"b\": 1.5, \"c\": 1.5, \"d\": 1.5}");
      assertThat(alarms(gateway)).as("four of each machine have room").isEmpty();
      tell(gateway, 1, "{\"e\": 1.5}");
      assertThat(alarms(gateway))
          .singleElement()
          .satisfies(alarm -> assertThat(alarm.text()).contains("more signals than the heap"));
      pass(gateway, 301);
      assertThat(alarms(gateway)).isEmpty();
    }
  }
}
