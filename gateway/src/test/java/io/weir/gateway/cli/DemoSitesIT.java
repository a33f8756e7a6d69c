package io.weir.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.weir.peers.Ports;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code make demo-sites} does, with the packaged programs. Runs after the packaging. */
@Tag("server")
@Tag("soak")
class DemoSitesIT {

  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final String QUICK = "-XX:TieredStopAtLevel=1";

  @TempDir Path run;
  private Process process;
  private final Map<String, String> ports = new LinkedHashMap<>();

  @AfterEach
  void end() throws Exception {
    if (process != null && process.isAlive()) {
      process.destroy(); // SIGTERM: the script ends all that it started
      process.waitFor();
    }
  }

  private void start() throws IOException {
    for (String name :
        new String[] {"MQTT_PORT", "HTTP_PORT", "STORE_PORT", "EDGE_1_PORT", "EDGE_2_PORT"}) {
      ports.put(name, String.valueOf(Ports.free()));
    }
    ports.put("KAFKA_PORT", String.valueOf(Ports.free()));
    ProcessBuilder builder =
        new ProcessBuilder("scripts/demo-sites")
            .directory(ROOT.toFile())
            .redirectErrorStream(true)
            .redirectOutput(run.resolve("out.txt").toFile());
    Stream.of("FRESH", "JAVA_OPTS", "WEIR_OPTS").forEach(builder.environment()::remove);
    builder.environment().putAll(ports);
    builder.environment().putAll(Map.of("RUN", run.resolve("data").toString(), "BUILD", "true"));
    builder.environment().putAll(Map.of("WEIR_OPTS", QUICK, "WEIR_SIM_OPTS", QUICK));
    process = builder.start();
  }

  private Map<String, String> levels() throws IOException {
    JsonNode answer =
        new ObjectMapper()
            .readTree(
                URI.create("http://127.0.0.1:" + ports.get("HTTP_PORT") + "/api/v1/sites").toURL());
    Map<String, String> levels = new TreeMap<>();
    answer
        .path("sites")
        .forEach(site -> levels.put(site.path("gateway").asText(), site.path("level").asText()));
    return levels;
  }

  @Test
  void bothSitesAreShownAndAllEndsWithTheScript() throws Exception {
    start();
    await()
        .atMost(180, TimeUnit.SECONDS)
        .ignoreExceptions()
        .untilAsserted(
            () -> assertThat(levels()).isEqualTo(Map.of("edge-1", "well", "edge-2", "well")));
    List<ProcessHandle> all = process.descendants().toList();
    assertThat(all).hasSizeGreaterThanOrEqualTo(5);
    process.destroy();
    process.waitFor();
    await()
        .atMost(60, TimeUnit.SECONDS)
        .until(() -> all.stream().noneMatch(ProcessHandle::isAlive));
    assertThat(Files.readString(run.resolve("out.txt"))).contains("Stopped.");
  }
}
