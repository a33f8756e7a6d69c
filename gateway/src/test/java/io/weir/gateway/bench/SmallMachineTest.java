package io.weir.gateway.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.model.MemoryBudget;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What docs/guide/capacity.md says of a machine of 512 MB is what is measured. */
@Tag("server")
class SmallMachineTest {

  private static final Path PAGE = Path.of("..", "docs", "guide", "capacity.md");
  private static final int LARGEST_MESSAGE = 256 << 10;

  @Test
  void theFlagsOfThePageAreThoseOfTheBench() throws IOException {
    assertThat(Files.readString(PAGE).replace("\\\n", ""))
        .contains("WEIR_OPTS=\"" + MeasuredGateway.SMALL_MACHINE + "\"");
  }

  /** Java takes them all, and with them this is what the heap takes. */
  @Test
  void whatTheHeapTakesIsOnThePage() throws Exception {
    MemoryBudget budget = MemoryBudget.of(heapBytes(), LARGEST_MESSAGE);

    assertThat(Files.readString(PAGE).replaceAll("\\s+", " "))
        .contains(
            "That heap takes %d machines with figures, %,d series, %,d fields, %,d topics, and texts of %d KiB."
                .formatted(
                    budget.machines(),
                    budget.series(),
                    budget.fields(),
                    budget.topics(),
                    budget.textBytes() >> 10));
  }

  private static long heapBytes() throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-XX:+UseSerialGC");
    command.addAll(List.of(MeasuredGateway.SMALL_MACHINE.split(" ")));
    command.addAll(
        List.of("-cp", System.getProperty("java.class.path"), SmallMachineTest.class.getName()));
    Process java = new ProcessBuilder(command).redirectErrorStream(true).start();
    try (InputStream out = java.getInputStream()) {
      String said = new String(out.readAllBytes(), StandardCharsets.UTF_8).strip();
      assertThat(java.waitFor()).as(said).isZero();
      return Long.parseLong(said);
    }
  }

  /** In a process with those flags: its heap. */
  public static void main(String[] args) {
    System.out.println(Runtime.getRuntime().maxMemory());
  }
}
