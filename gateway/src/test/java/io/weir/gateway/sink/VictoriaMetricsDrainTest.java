package io.weir.gateway.sink;

import static io.weir.gateway.sink.MemoryFeed.reading;
import static io.weir.gateway.sink.MemoryFeed.series;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.model.Value;
import io.weir.gateway.peers.VictoriaMetrics;
import io.weir.gateway.sink.influx.InfluxConfig;
import io.weir.gateway.sink.influx.InfluxSinks;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A drain into a real VictoriaMetrics, by the protocol of InfluxDB 2. */
@Tag("server")
class VictoriaMetricsDrainTest {

  private static final long START = 1_700_000_000_000_000_000L;
  private static final String DEDUP = "-dedup.minScrapeInterval=1ms";

  @TempDir Path folder;

  /** Without that argument it keeps each of them. */
  @Test
  void aRepeatLeavesTheSameContentWhereItDropsTheSameInstants() throws IOException {
    try (VictoriaMetrics victoria = new VictoriaMetrics(folder.resolve("victoria"), DEDUP)) {
      victoria.start();
      InfluxConfig config =
          StoreConfig.of(2, URI.create(victoria.url()), "telemetry").numbersOnly().make();
      for (int round = 0; round < 3; round++) {
        try (Sink sink = InfluxSinks.of(config)) {
          Bench bench = new Bench(sink, config, new MemoryFeed(), new MemoryRejects());
          bench.feed.add(reading("m", "t", 1, START), reading("m", "t", 2, START + 1_000_000_000L));
          bench.settleAll();
        }
        victoria.flush();
      }
      assertThat(victoria.get("/api/v1/export?match[]=telemetry_t"))
          .contains("\"values\":[1,2],\"timestamps\":[1700000000000,1700000001000]");
    }
  }

  @Test
  void numbersAreStoredAndTextIsWithheldAndCounted() throws IOException {
    try (VictoriaMetrics victoria = new VictoriaMetrics(folder.resolve("victoria"))) {
      victoria.start();
      InfluxConfig config =
          StoreConfig.of(2, URI.create(victoria.url()), "telemetry")
              .gzip()
              .precision(SinkConfig.Precision.MS)
              .numbersOnly()
              .make();
      try (Sink sink = InfluxSinks.of(config)) {
        Bench bench = new Bench(sink, config, new MemoryFeed(), new MemoryRejects());
        long start = START;
        for (int i = 0; i < 1_000; i++) {
          bench.feed.add(
              reading("m", "t", i, start + i * 1_000_000_000L),
              MemoryFeed.reading(
                  series("telemetry", "m"),
                  "state",
                  new Value.Text("UP"),
                  start + i * 1_000_000_000L));
        }
        bench.settleAll();
        assertThat(bench.drain.ledger()).isEqualTo(new SinkTotals(1_000, 0, 1_000, 0, 0));
        victoria.flush();
        String export = victoria.get("/api/v1/export?match[]=telemetry_t");
        assertThat(export).contains("\"machine\":\"m\"", "1700000000000", "1700000999000");
        assertThat(victoria.get("/api/v1/export?match[]=telemetry_state")).isEmpty();
      }
    }
  }
}
