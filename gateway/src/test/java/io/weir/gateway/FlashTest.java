package io.weir.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Percentage.withPercentage;

import io.weir.gateway.api.Status;
import io.weir.gateway.log.ManualTime;
import io.weir.gateway.log.MemoryDisk;
import io.weir.gateway.sink.Sink.Answer;
import io.weir.gateway.source.mqtt.SteppedBroker;
import io.weir.peers.Ports;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a whole gateway writes where its data directory is on flash, and what that costs. */
class FlashTest {

  private static final int MINUTES = 10;

  @TempDir Path folder;

  private final ManualTime time = new ManualTime();
  private final SteppedBroker broker = new SteppedBroker();
  private final MemoryDisk disk = new MemoryDisk(new Random(1));
  private final List<String> stored = new ArrayList<>();

  private final AtomicInteger cursorSyncs = new AtomicInteger();
  private final AtomicInteger syncs = new AtomicInteger();

  private Gateway build(String storage) throws Exception {
    Path yaml = folder.resolve("weir.yaml");
    Files.writeString(
        yaml,
        """
        gateway: { id: worn, data-dir: data, storage: %s }
        http: { port: %d }
        sources:
          - { name: plant, type: mqtt, url: "tcp://broker:1883" }
        routes:
          - { topic: "plant/{machine}", format: json }
        buffer: { max-size: 16MiB, max-message-size: 16KiB }
        sinks:
          - { name: history, type: influxdb, version: 1, url: "http://store:8086", database: d }
        efficiency:
          defaults: { state: { metric: state, running: [RUNNING] } }
        """
            .formatted(storage, Ports.free()));
    return SteppedParts.build(yaml, SteppedParts.of(time, disk, broker, this::store));
  }

  private Answer store(String sink, List<String> lines) {
    stored.addAll(lines);
    return new Answer.Stored();
  }

  private void turn(Gateway gateway) {
    gateway.step();
    broker.serve();
    time.advance(Duration.ofMillis(100));
  }

  /** A message each second for some minutes. */
  private void run(Gateway gateway) {
    for (int i = 0; i < 50; i++) {
      turn(gateway);
    }
    cursorSyncs.set(0);
    for (int i = 0; i < MINUTES * 600; i++) {
      if (i % 10 == 0) {
        broker.publish("{\"temperature\": " + i + "}", "plant/+");
      }
      turn(gateway);
    }
  }

  private void countSyncs() {
    disk.fail(
        (verb, path) -> {
          if (verb.startsWith("force")) {
            syncs.incrementAndGet();
            if (path.toString().contains("/cursors")) {
              cursorSyncs.incrementAndGet();
            }
          }
          return false;
        });
  }

  private int cursorSyncs(String storage) throws Exception {
    countSyncs();
    Gateway gateway = build(storage); // not closed: the disk goes with the test
    run(gateway);
    return cursorSyncs.get();
  }

  /** Four cursors: of the sink for readings and figures, of the quarantine, of the figures. */
  @Test
  void onADiskEachConsumerSavesItsPositionEverySecondOrSo() throws Exception {
    assertThat(cursorSyncs("disk")).isGreaterThan(2 * 60 * MINUTES);
  }

  @Test
  void onFlashTheySaveItTwiceAMinute() throws Exception {
    assertThat(cursorSyncs("flash")).isPositive().isLessThan(10 * MINUTES);
  }

  @Test
  void afterACrashOnFlashTheStoreGetsTheLastHalfMinuteAgain() throws Exception {
    Gateway first = build("flash");
    run(first);
    int messages = stored.size();
    assertThat(broker.unacknowledged()).isZero();
    disk.crash();
    broker.link().drop("the gateway is gone");
    time.advance(Duration.ofMinutes(1));

    List<String> before = List.copyOf(stored);
    stored.clear();
    try (Gateway second = build("flash")) {
      for (int i = 0; i < 300; i++) {
        turn(second);
      }
      assertThat(stored.stream().filter(line -> line.startsWith("telemetry")).toList())
          .hasSizeBetween(1, 31)
          .allMatch(before::contains);
      assertThat(second.view().ledger().sinks().get(0).getUnexplained()).isZero();
      assertThat(messages).isPositive();
    }
  }

  @Test
  void theStatusSaysWhatIsWrittenInADay() throws Exception {
    countSyncs();
    try (Gateway gateway = build("disk")) {
      turn(gateway);
      assertThat(gateway.view().status().disk().syncsPerDay()).as("in the first minute").isNull();
      run(gateway);
      Status.DiskStatus disk = gateway.view().status().disk();
      double seconds = gateway.view().status().uptimeSeconds();
      assertThat(disk.syncsPerDay() * seconds / 86_400).isCloseTo(syncs.get(), withPercentage(1));
      assertThat(disk.bytesPerDay()).isGreaterThan(disk.syncsPerDay() * 1024);
    }
  }
}
