package io.weir.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.api.LedgerResponse;
import io.weir.gateway.log.ManualTime;
import io.weir.gateway.log.MemoryDisk;
import io.weir.gateway.log.Soak;
import io.weir.gateway.sink.Sink.Answer;
import io.weir.gateway.source.http.HttpSource;
import io.weir.gateway.source.http.RequestHead;
import io.weir.peers.Ports;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A factory one of whose stores is away for longer than the log of figures is large. What that
 * store gets in the end says how each shift was; the other store gets everything.
 */
@Tag("slow")
class FiguresRetentionTest {

  private static final int MACHINES = Soak.count(18, 30);
  private static final int MINUTES = 500; // past the end of a shift

  @TempDir Path folder;

  private final ManualTime time = new ManualTime();
  private final MemoryDisk disk = new MemoryDisk(new Random(1));

  /** Figures as each store has them: by everything before the fields and by time. */
  private final Map<String, Map<String, String>> rows =
      Map.of("history", new TreeMap<>(), "archive", new TreeMap<>());

  private boolean up;

  private Gateway build() throws Exception {
    Path yaml = folder.resolve("weir.yaml");
    Files.writeString(
        yaml,
        """
        gateway: { id: kept, data-dir: data }
        http: { port: %d }
        sources: [ { name: posts, type: http } ]
        routes: [ { topic: weir/http/#, format: json } ]
        buffer: { max-size: 64MiB, pack: false }
        figures: { max-size: 16MiB }
        sinks:
          - name: history
            type: influxdb
            version: 1
            url: "http://store:8086"
            database: d
            batch: { max-lines: 200 }
          - name: archive
            type: influxdb
            version: 1
            url: "http://archive:8086"
            database: d
        efficiency:
          zone: UTC
          shifts:
            - { name: day, days: mon-sun, start: "06:00", end: "18:00" }
            - { name: night, days: mon-sun, start: "18:00", end: "06:00" }
          defaults:
            silent-after: 10m
            state: { metric: state, running: [RUNNING], down: [DOWN] }
            count: { total: total, kind: cumulative }
            ideal-cycle: 1s
        """
            .formatted(Ports.free()));
    return SteppedParts.build(yaml, SteppedParts.of(time, disk, this::write));
  }

  private Answer write(String sink, List<String> lines) {
    if (!up && sink.equals("history")) {
      return new Answer.Down("the store is down");
    }
    for (String line : lines) {
      if (!line.startsWith("telemetry")) {
        int fields = line.indexOf(' ');
        int at = line.lastIndexOf(' ');
        rows.get(sink)
            .put(line.substring(0, fields) + line.substring(at), line.substring(fields, at));
      }
    }
    return new Answer.Stored();
  }

  /** Each machine reports each minute. */
  private void play(Gateway gateway) {
    for (int minute = 0; minute < MINUTES; minute++) {
      for (int machine = 0; machine < MACHINES; machine++) {
        String state = (minute + machine) % 50 < 40 ? "RUNNING" : "DOWN";
        String payload =
            "{\"machine\":\"m%d\",\"ts\":%d,\"state\":\"%s\",\"total\":%d}"
                .formatted(machine, time.wallNs() / 1_000_000, state, minute * 50);
        ((HttpSource) gateway.sources().get(0))
            .receive(
                new RequestHead("POST", "/api/v1/readings", "application/json", null, -1),
                payload.getBytes(StandardCharsets.UTF_8),
                reply -> assertThat(reply.status()).isEqualTo(200));
      }
      for (int i = 0; i < 3; i++) {
        gateway.step(Runnable::run, MACHINES);
      }
      time.advance(Duration.ofMinutes(1));
    }
  }

  private void drain(Gateway gateway) {
    up = true;
    for (int i = 0; i < 1_000; i++) {
      gateway.step();
      time.advance(Duration.ofSeconds(1));
    }
  }

  private Map<String, String> rowsOf(String sink, String bucket) {
    Map<String, String> found = new TreeMap<>();
    rows.get(sink)
        .forEach(
            (key, fields) -> {
              if (key.contains("bucket=" + bucket)) {
                found.put(key, fields);
              }
            });
    return found;
  }

  @Test
  void figuresOfMinutesGoBeforeThoseOfShiftsAndAllOfItIsCounted() throws Exception {
    try (Gateway gateway = build()) {
      play(gateway);
      assertThat(gateway.view().status().alarms())
          .filteredOn(alarm -> alarm.id().equals("readings-dropped"))
          .singleElement()
          .satisfies(alarm -> assertThat(alarm.subject()).isEqualTo("figures"))
          .satisfies(alarm -> assertThat(alarm.text()).contains("of minute"));
      drain(gateway);
      for (LedgerResponse.Sink ledger : gateway.view().ledger().sinks()) {
        assertThat(ledger.getUnexplained()).isZero();
        assertThat(ledger.pending()).isZero();
        boolean wasAway = ledger.log().equals("figures") && ledger.name().equals("history");
        assertThat(ledger.dropped() > 0).as(ledger.toString()).isEqualTo(wasAway);
      }
    }
    assertThat(rowsOf("archive", "minute")).hasSizeGreaterThan(MINUTES * MACHINES / 2);
    assertThat(rowsOf("history", "minute").size()).isLessThan(rowsOf("archive", "minute").size());
    assertThat(rowsOf("history", "shift"))
        .hasSizeGreaterThanOrEqualTo(2 * MACHINES)
        .isEqualTo(rowsOf("archive", "shift"));
    assertThat(rowsOf("history", "day")).isEqualTo(rowsOf("archive", "day"));
  }
}
