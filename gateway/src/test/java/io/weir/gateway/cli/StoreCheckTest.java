package io.weir.gateway.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.log.Time;
import io.weir.gateway.settings.ConfigLoader;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A store is asked by its kind, not only whether something listens at its port. */
class StoreCheckTest {

  @TempDir Path folder;

  @Test
  void aClusterThatIsAwayIsSaidWithWhatToDo() throws Exception {
    Path file =
        Files.writeString(
            folder.resolve("gateway.yaml"),
            """
            gateway: { id: a }
            sources: [ { name: plant, type: mqtt, url: tcp://localhost } ]
            routes: [ { topic: "factory/{machine}", format: json } ]
            sinks: [ { name: stream, type: kafka, brokers: ["127.0.0.1:1"], timeout: 1s } ]
            """);
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    try (PrintStream out = new PrintStream(said, true, UTF_8)) {
      new StoreCheck(new Diagnosis(out), Time.SYSTEM, List.of(), List.of(), null)
          .run(ConfigLoader.load(file, Map.of()).sinks().get(0), false);
    }
    assertThat(said.toString(UTF_8))
        .containsPattern("WRONG +sink stream +no broker answers at 127.0.0.1:1")
        .contains("check address and network, and whether the store runs");
  }
}
