package io.weir.gateway.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.weir.gateway.log.FileSystem;
import io.weir.gateway.log.Time;
import io.weir.gateway.source.mqtt.HostileBehaviours;
import io.weir.gateway.source.mqtt.HostileBehaviours.Behaviour;
import io.weir.gateway.source.mqtt.HostileBehaviours.Variant;
import io.weir.gateway.source.mqtt.HostileBroker;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code weir discover} and {@code weir check --online} at brokers that stay hostile. */
@Tag("slow")
class HostileBrokerCommandsTest {

  private static final int AT_ONCE = 16;

  @TempDir Path folder;

  private record Ran(String what, int exitCode, String printed) {}

  @Test
  void eachCommandEndsWithItsReasonInWords() throws Exception {
    ExecutorService executor = Executors.newFixedThreadPool(AT_ONCE);
    List<Future<Ran>> running = new ArrayList<>();
    int number = 0;
    for (Behaviour behaviour : HostileBehaviours.all()) {
      Variant variant = behaviour.variants().get(0);
      int version = number % 2 == 0 && variant.version() != 311 ? 5 : 311;
      int which = number++;
      if (variant.version() != 5 || version == 5) {
        running.add(executor.submit(() -> run(behaviour.what(), variant, version, which)));
      }
    }
    SoftAssertions each = new SoftAssertions();
    for (Future<Ran> future : running) {
      Ran ran = future.get(2, TimeUnit.MINUTES);
      each.assertThat(ran.exitCode()).as("%s", ran).isIn(Program.DONE, Program.FAILED);
      each.assertThat(ran.printed())
          .as("%s", ran)
          .isNotEmpty()
          .doesNotContain("Exception", "\tat ", "internal error");
    }
    each.assertAll();
    executor.shutdown();
  }

  private Ran run(String what, Variant variant, int version, int number) throws Exception {
    try (HostileBroker broker =
        new HostileBroker(Collections.nCopies(9, variant.conduct()), variant.conduct(), "")) {
      Path file = folder.resolve("gateway-" + number + ".yaml");
      Files.writeString(
          file,
          """
          gateway: { id: hostile, data-dir: data }
          sources:
            - { name: plant, type: mqtt, url: "tcp://127.0.0.1:%d", version: "%s", connect-timeout: 2s }
          routes: [ { topic: "plant/{machine}/telemetry", format: json } ]
          """
              .formatted(broker.port(), version == 5 ? "5" : "3.1.1"));
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      PrintStream print = new PrintStream(out, true, UTF_8);
      Terminal terminal =
          new Terminal(new ByteArrayInputStream(new byte[0]), print, print, Map.of());
      Program program = new Program(terminal, Time.SYSTEM, FileSystem.DISK, (config, loaded) -> 0);
      String config = file.toString();
      int exitCode =
          number % 4 < 2
              ? program.run("discover", "--config", config, "--for", "1s")
              : program.run("check", "--config", config, "--online");
      return new Ran(what, exitCode, out.toString(UTF_8));
    }
  }
}
