package io.weir.gateway.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.e2e.SharedClasses;
import io.weir.gateway.log.Time;
import io.weir.gateway.settings.ConfigFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** A process whose heap is full on one of its threads ends, and says why. */
@Tag("server")
class OutOfMemoryTest {

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"uncaught", "logged", "wrapped"})
  void aFullHeapEndsTheProcess(String how) throws Exception {
    Path output = folder.resolve("output");
    List<String> command = SharedClasses.java("-Xmx32m");
    command.addAll(List.of(Hungry.class.getName(), folder.toString(), how));
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    int exit = process.waitFor();
    assertThat(Files.readString(output, UTF_8))
        .as("exit code " + exit)
        .contains("weir: the heap is full", "-Xmx");
    assertThat(exit).isEqualTo(2);
  }

  /** Another thread waits for ever, as those of a gateway do. */
  static final class Hungry {

    private Hungry() {}

    public static void main(String[] args) throws Exception {
      Path yaml = Path.of(args[0]).resolve("weir.yaml");
      Files.writeString(
          yaml, "gateway: { id: hungry }\nsources: [ { name: posts, type: http } ]\n");
      ConfigFile file = new ConfigFile(yaml, Map.of(), List.of());
      LogSetup.apply(file.load().logging(), System.err, Time.SYSTEM);
      new Thread(() -> eat(args[1]), "hungry").start();
      Thread.currentThread().join();
    }

    private static void eat(String how) {
      List<byte[]> eaten = new ArrayList<>();
      try {
        while (eaten.size() < 1_000_000) {
          eaten.add(new byte[1 << 20]);
        }
      } catch (OutOfMemoryError e) {
        eaten.clear();
        switch (how) {
          case "logged" -> LoggerFactory.getLogger("some.library").warn("goes on without", e);
          case "wrapped" -> throw new CompletionException(new IllegalStateException(e));
          default -> throw e;
        }
      }
    }
  }
}
