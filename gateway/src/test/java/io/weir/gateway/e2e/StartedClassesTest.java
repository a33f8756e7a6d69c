package io.weir.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.peers.Ports;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a start loads: classes are most of its time, so they are counted. */
@Tag("server")
class StartedClassesTest {

  /** Lambdas among them; 6,520 when this was written, and 7,370 before. */
  private static final int MOST = 6_900;

  private static final List<String> UNNEEDED =
      List.of(
          "picocli.CommandLine$Model", // the command line of a service is plain
          ".joran.action.", // a file of logback
          "com.sun.org.apache.xerces",
          "jdk.jfr.internal.EventControl"); // events of Netty

  @TempDir Path folder;

  @Test
  void aStartLoadsNoClassesOfParsersThatItDoesNotNeed() throws Exception {
    Path log = folder.resolve("classes");
    try (GatewayProcess gateway =
        new GatewayProcess(
            folder.resolve("home"),
            """
            sources: [ { name: in, type: mqtt, url: "tcp://127.0.0.1:%d" } ]
            routes: [ { topic: "#", format: json } ]
            sinks:
              - { name: s, type: influxdb, version: 1, url: "http://127.0.0.1:%d", database: d }
            """
                .formatted(Ports.free(), Ports.free()),
            "-Xlog:class+load:file=" + log)) {
      gateway.start();
      assertThat(gateway.get("/health/live")).isNotEmpty();
      assertThat(gateway.stop()).as("a stop, while it waits for its broker").isZero();
    }
    List<String> loaded =
        Files.readAllLines(log).stream().filter(line -> line.contains(" source: ")).toList();
    assertThat(loaded.size()).isBetween(3_000, MOST);
    assertThat(loaded).filteredOn(line -> UNNEEDED.stream().anyMatch(line::contains)).isEmpty();
  }
}
