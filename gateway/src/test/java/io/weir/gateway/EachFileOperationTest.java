package io.weir.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.log.MemoryDisk;
import io.weir.gateway.log.Soak;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A whole gateway of which any one file operation fails, or is the last one before its end, or
 * finds a full disk: from its start over a store that is away to its stop and the start after it.
 * All that was taken is stored or set aside, and the gateway goes on by itself.
 */
@Tag("slow")
class EachFileOperationTest {

  private static final Duration STEP = Duration.ofMillis(300);
  private static final Set<String> WRITING =
      Set.of("write", "createDirectories", "rename", "force", "forceDirectory");

  /** So many operations find no room, one after another. */
  private static final int FULL_FOR = 60;

  @TempDir Path folder;

  /** Operations so far. */
  private int count;

  /** From this one on all fail. */
  private int last;

  /** The life of a gateway until its stop. */
  private void live(CrashedGateway plant) throws Exception {
    plant.start();
    work(plant);
    plant.store.up = false;
    work(plant);
    plant.store.up = true;
    work(plant);
    if (count < last) {
      plant.gateway().close(); // else it would wait for what the disk does not take
    }
  }

  private static void work(CrashedGateway plant) throws IOException {
    for (int i = 0; i < 4; i++) {
      plant.publish();
      plant.post();
      plant.steps(6);
    }
  }

  private CrashedGateway plant(MemoryDisk.Fault fault) throws IOException {
    CrashedGateway plant = new CrashedGateway(folder, 1, STEP);
    count = 0;
    plant.disk.fail(
        (verb, file) -> {
          count++;
          return fault.strikes(verb, file);
        });
    return plant;
  }

  private int operations() throws Exception {
    last = Integer.MAX_VALUE;
    live(plant((verb, file) -> false));
    assertThat(count).isGreaterThan(400);
    return count;
  }

  private void eachOf(int few, Soak.Check check) throws Exception {
    Soak.eachOf(few, operations(), check);
  }

  /** Starts again, and asks where all went. */
  private static void checkAfterRestart(CrashedGateway plant) throws Exception {
    plant.start();
    plant.publish();
    plant.post();
    plant.finish();
    Set<Integer> published = new TreeSet<>();
    for (int number = 0; number < plant.sent(); number++) {
      if (!plant.posted.contains(number)) {
        published.add(number);
      }
    }
    published.removeIf(number -> plant.broker.wasLost("\"n\": " + number + ","));
    assertThat(plant.kept()).as("published").containsAll(published);
    assertThat(plant.kept()).as("answered with success").containsAll(plant.answered);
    assertThat(plant.answered).as("the last post").contains(plant.sent() - 1);
  }

  @Test
  void whicheverFileOperationIsTheLastBeforeAKillNothingThatWasTakenIsLost() throws Exception {
    eachOf(
        8,
        operation -> {
          last = operation;
          CrashedGateway plant = plant((verb, file) -> count >= operation);
          try {
            live(plant);
          } catch (Exception ended) {
            assertThat(count).isGreaterThanOrEqualTo(operation);
          }
          plant.kill();
          plant.disk.heal();
          checkAfterRestart(plant);
        });
  }

  @Test
  void whicheverFileOperationIsTheLastBeforeAPowerCutNothingThatWasTakenIsLost() throws Exception {
    eachOf(
        8,
        operation -> {
          last = operation;
          CrashedGateway plant = plant((verb, file) -> count >= operation);
          try {
            live(plant);
          } catch (Exception ended) {
            assertThat(count).isGreaterThanOrEqualTo(operation);
          }
          plant.crash();
          checkAfterRestart(plant);
        });
  }

  @Test
  void whicheverFileOperationFailsOnceTheGatewayGoesOn() throws Exception {
    eachOf(
        8,
        operation -> {
          CrashedGateway plant = plant((verb, file) -> count == operation);
          goesOn(plant);
        });
  }

  @Test
  void whereverTheDiskIsFullForAWhileTheGatewayGoesOn() throws Exception {
    eachOf(
        8,
        operation -> {
          CrashedGateway plant =
              plant(
                  (verb, file) ->
                      count >= operation && count < operation + FULL_FOR && WRITING.contains(verb));
          goesOn(plant);
        });
  }

  private void goesOn(CrashedGateway plant) throws Exception {
    try {
      plant.start();
    } catch (IOException e) {
      plant.kill(); // the service manager starts it again
      plant.disk.heal();
      plant.start();
    }
    work(plant);
    plant.store.up = false;
    work(plant);
    plant.store.up = true;
    work(plant);
    plant.disk.heal();
    plant.finish();
    checkAfterRestart(plant);
  }
}
