package io.weir.gateway.retention;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.log.LogOptions.WhenFull;
import io.weir.gateway.log.MemoryDisk;
import io.weir.gateway.log.SealedSegment;
import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Quality;
import io.weir.gateway.model.Reading;
import io.weir.gateway.model.Series;
import io.weir.gateway.model.Value;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Old files of a log are packed, and any one file operation of that fails, or is the last one. */
@Tag("slow")
class EachOperationOfPackingTest {

  private static final int BYTES = 512 << 10;
  private static final int MESSAGES = 400;

  private int count;

  private KeptLog filled(MemoryDisk.Fault fault) throws IOException {
    KeptLog log = new KeptLog(BYTES);
    Series series = new Series("telemetry", new Asset(null, null, null, "a"), Map.of());
    for (int i = 0; i < MESSAGES; i++) {
      Value value = new Value.Text(i + "x".repeat(500));
      Reading reading = new Reading(series, "t", value, log.time.wallNs(), Quality.GOOD, null);
      assertThat(log.append("a", List.of(reading), List.of())).isTrue();
    }
    count = 0;
    log.disk.fail(
        (verb, file) -> {
          count++;
          return fault.strikes(verb, file);
        });
    return log;
  }

  private static void pack(KeptLog log) throws IOException {
    Packer packer = new Packer(log.log, Set.of("quarantine"), log.time, ns -> false);
    for (int i = 0; i < 12; i++) {
      try {
        if (packer.isSettled()) {
          packer.step(true);
        }
        log.log.step();
      } catch (IOException e) {
        log.time.advance(Duration.ofHours(1)); // as the thread retention, which tries again
      }
      log.time.advance(Duration.ofSeconds(1));
    }
  }

  private int operations() throws IOException {
    try (KeptLog log = filled((verb, file) -> false)) {
      pack(log);
      assertThat(packed(log)).doesNotContain(false);
      assertThat(count).isGreaterThan(20);
      return count;
    }
  }

  private static List<Boolean> packed(KeptLog log) {
    return log.log.sealed().stream().map(SealedSegment::packed).toList();
  }

  private static void holdsAll(KeptLog log) throws IOException {
    KeptLog.Content content = log.content();
    assertThat(content.dropped()).isZero();
    assertThat(content.messages()).hasSize(MESSAGES).noneMatch(KeptLog.Held::thinned);
    for (int i = 0; i < MESSAGES; i++) {
      Value.Text text = (Value.Text) content.messages().get(i).message().readings().get(0).value();
      assertThat(text.value()).startsWith(i + "x");
    }
  }

  @Test
  void whicheverFailsOnceNothingIsLostAndAllIsPackedInTheEnd() throws IOException {
    int all = operations();
    for (int operation = 1; operation <= all; operation++) {
      int failing = operation;
      try (KeptLog log = filled((verb, file) -> count == failing)) {
        pack(log);
        log.disk.heal();
        log.time.advance(Duration.ofHours(2));
        pack(log);
        assertThat(packed(log)).as("operation %d of %d", operation, all).doesNotContain(false);
        assertThat(log.disk.files(".tmp")).as("operation %d of %d", operation, all).isEmpty();
        holdsAll(log);
      } catch (IOException | RuntimeException e) {
        throw new AssertionError("operation " + operation + " of " + all, e);
      }
    }
  }

  @Test
  void whicheverIsTheLastBeforeTheEndNothingIsLost() throws IOException {
    int all = operations();
    for (int operation = 1; operation <= all; operation++) {
      for (boolean power : List.of(true, false)) {
        int last = operation;
        KeptLog before = filled((verb, file) -> count >= last);
        pack(before);
        if (power) {
          before.disk.crash();
        } else {
          before.disk.kill();
        }
        before.disk.heal();
        try (KeptLog after = new KeptLog(before.disk, BYTES, WhenFull.BLOCK)) {
          holdsAll(after);
          pack(after);
          assertThat(packed(after)).doesNotContain(false);
          assertThat(after.disk.files(".tmp")).isEmpty();
          holdsAll(after);
        } catch (IOException | RuntimeException | AssertionError e) {
          throw new AssertionError("operation " + operation + " of " + all + ", " + power, e);
        }
      }
    }
  }
}
