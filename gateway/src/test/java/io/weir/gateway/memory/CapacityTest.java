package io.weir.gateway.memory;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.model.MemoryBudget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The promise of docs/guide/capacity.md: what which heap holds, and what happens beyond it. */
@Tag("server")
@Tag("slow")
class CapacityTest {

  static final Path PAGE = Path.of("../docs/guide/capacity.md");
  static final List<Integer> HEAPS = List.of(160, 256, 512, 1024, 2048);

  private static final int LARGEST = 8 << 20;

  @TempDir Path folder;

  /** What the program sees of -Xmx with the serial collector: it keeps a part of it empty. */
  static long usable(int mib) {
    return ((long) mib << 20) * 29 / 30;
  }

  static String row(int mib) {
    MemoryBudget budget = MemoryBudget.of(usable(mib), LARGEST);
    long message = (usable(mib) - MemoryBudget.leastHeap(0)) / MemoryBudget.OF_MESSAGE >> 20;
    return Stream.of(
            budget.machines(),
            budget.series(),
            budget.fields(),
            budget.topics(),
            budget.textBytes() >> 10,
            message)
        .map(number -> String.format(Locale.ROOT, "%,d", number.longValue()))
        .collect(Collectors.joining(" | ", "| `-Xmx" + mib + "m` | ", " MiB |"));
  }

  @Test
  void theTableOfThePageIsWhatTheProgramAllows() throws IOException {
    List<String> rows =
        Files.readAllLines(PAGE).stream().filter(line -> line.startsWith("| `-Xmx")).toList();
    assertThat(rows).containsExactlyElementsOf(HEAPS.stream().map(CapacityTest::row).toList());
  }

  @Tag("soak")
  @Test
  void theSmallestHeapHoldsItsRowRefusesWhatIsBeyondAndStartsAgain() throws Exception {
    holds(160, folder);
  }

  /** Twice the row is sent, the first half of it first; the second start finds all of it. */
  static void holds(int mib, Path folder) throws Exception {
    MemoryBudget budget = MemoryBudget.of(usable(mib), LARGEST);
    CrowdProcess filled = CrowdProcess.run(mib + "m", folder, "beyond");
    assertThat(filled.exit()).as(filled.output()).isZero();
    assertThat(filled.number("machines")).isGreaterThanOrEqualTo(budget.machines());
    assertThat(filled.number("machines")).isLessThan(2L * budget.machines());
    assertThat(filled.number("ignored") + filled.number("rejected")).isPositive();
    assertThat(filled.output()).containsAnyOf("alarm names-limit", "alarm machines-ignored");
    CrowdProcess again = CrowdProcess.run(mib + "m", folder, "large", "minutes=1");
    assertThat(again.exit()).as(again.output()).isZero();
    assertThat(again.number("machines")).isGreaterThanOrEqualTo(budget.machines());
  }

  @Test
  void aStateOfALargerHeapEndsTheStartWithTheHeapThatItNeeds() throws Exception {
    assertThat(CrowdProcess.run("300m", folder, "machines=600", "minutes=1").exit()).isZero();
    CrowdProcess small = CrowdProcess.run("160m", folder, "minutes=1");
    assertThat(small.exit()).isEqualTo(1);
    assertThat(small.output())
        .contains("HeapTooSmallException: the state of the figures has about 600 machines")
        .containsPattern("needs a heap of at least 2\\d\\dMiB.*set -Xmx2\\d\\dm in WEIR_OPTS");
  }
}
