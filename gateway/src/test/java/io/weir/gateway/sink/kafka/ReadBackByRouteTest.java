package io.weir.gateway.sink.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.intake.Explain;
import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Quality;
import io.weir.gateway.normalize.Memory;
import io.weir.gateway.normalize.RouteConfig;
import io.weir.gateway.normalize.Types;
import io.weir.gateway.settings.ConfigLoader;
import io.weir.gateway.sink.stream.JsonFormat;
import io.weir.gateway.sink.stream.Written;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the sink writes as JSON, a route of another gateway reads as the same row. */
class ReadBackByRouteTest {

  @TempDir Path folder;

  private String readBack(Written entry, String topic) throws Exception {
    Path file =
        Files.writeString(
            folder.resolve("central.yaml"),
            """
            gateway: { id: central }
            sources: [ { name: edges, type: kafka, brokers: ["b:9092"], topics: [weir.readings] } ]
            routes: [ { preset: weir } ]
            """);
    List<RouteConfig> routes = ConfigLoader.load(file, Map.of()).routes();
    return new Explain(routes, Types.load(new Memory()))
        .text(null, topic, new JsonFormat("plant-a-1").value(entry), false, Written.TIME_NS);
  }

  @Test
  void aReadingOfEachType() throws Exception {
    String read =
        readBack(
            Written.press(Quality.GOOD, Map.of("tool", "T7"), Written.ALL_TYPES),
            "weir/readings/plant-a/line-1/press-02");
    String row = "-> telemetry,site=plant-a,line=line-1,machine=press-02,tool=T7 ";
    String time = " 2026-03-01T06:00:00.125000001Z";

    assertThat(read)
        .contains(row + "temperature=71.5" + time)
        .contains(row + "round=3.0" + time)
        .contains(row + "tiny=-1.25E-300" + time)
        .contains(row + "count=" + Long.MIN_VALUE + "i" + time)
        .contains(row + "most=" + Long.MAX_VALUE + "i" + time)
        .contains(row + "running=true" + time)
        .endsWith("received 7 = readings 7 + filtered 0 + rejected 0\n");
  }

  @Test
  void aFigureWithoutAPlaceKeepsItsMeasurement() throws Exception {
    assertThat(readBack(Written.of(Asset.NONE, "gateway_report"), "weir/figures/fleet"))
        .contains("-> gateway_report temperature=71.5");
  }
}
