package io.weir.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.log.Soak;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The power fails, at any step, in a whole gateway: what it took is stored or set aside, once, and
 * so are the figures that follow from it. Each seed is a gateway of several lives on one disk.
 */
@Tag("slow")
class CrashedGatewayTest {

  private static final int SEEDS = Soak.count(2, 25);

  private static final int LIVES = 5;
  private static final Duration STEP = Duration.ofMillis(300);

  /** Figures are committed each fifteen seconds. */
  private static final Duration LONG_STEP = Duration.ofSeconds(4);

  @TempDir Path folder;

  private interface Trouble {
    void strike(CrashedGateway plant, Random random);
  }

  /** Plays lives that end in a crash, and one more that settles all. */
  private CrashedGateway played(long seed, Duration step, Trouble trouble) throws Exception {
    return played(new CrashedGateway(folder, seed, step), seed, trouble);
  }

  /**
   * With every other seed the broker has given each id before, so that a repeat is known as that.
   */
  private CrashedGateway playedWithIds(long seed, Trouble trouble) throws Exception {
    CrashedGateway plant = new CrashedGateway(folder, seed, STEP);
    if (seed % 2 == 1) {
      plant.start();
      plant.countIdsUp();
      plant.crash();
    }
    return played(plant, seed, trouble);
  }

  private static CrashedGateway played(CrashedGateway plant, long seed, Trouble trouble)
      throws Exception {
    Random random = new Random(~seed);
    for (int life = 0; life < LIVES; life++) {
      plant.store.up = random.nextBoolean();
      plant.start();
      for (int i = random.nextInt(6); i >= 0; i--) {
        for (int j = random.nextInt(4); j >= 0; j--) {
          plant.publish();
        }
        plant.post();
        trouble.strike(plant, random);
        plant.steps(1 + random.nextInt(8));
      }
      plant.crash();
      plant.time.advance(Duration.ofSeconds(random.nextInt(90)));
    }
    plant.store.up = true;
    plant.start();
    plant.finish();
    return plant;
  }

  private static void checkKept(CrashedGateway plant, long seed) throws IOException {
    Set<Integer> published = new TreeSet<>();
    for (int number = 0; number < plant.sent(); number++) {
      if (!plant.posted.contains(number)) {
        published.add(number);
      }
    }
    Set<Integer> kept = plant.kept();
    assertThat(kept).as("published, with seed %d", seed).containsAll(published);
    assertThat(kept).as("answered with success, with seed %d", seed).containsAll(plant.answered);
  }

  @Test
  void whatWasTakenIsStoredOrSetAsideWheneverThePowerFails() throws Exception {
    for (long seed = 0; seed < SEEDS; seed++) {
      checkKept(playedWithIds(seed, (plant, random) -> {}), seed);
    }
  }

  /** A force that fails once loses what it should have kept, and must not be repeated. */
  @Test
  void whatWasTakenIsKeptAlsoWhereAForceFailedBefore() throws Exception {
    for (long seed = 0; seed < SEEDS; seed++) {
      CrashedGateway played = playedWithIds(seed, CrashedGatewayTest::oneForceFails);
      checkKept(played, seed);
    }
  }

  private static void oneForceFails(CrashedGateway plant, Random random) {
    int[] left = {1};
    String log = List.of("readings", "quarantine", "figures", "log").get(random.nextInt(4));
    plant.disk.fail(
        (verb, path) -> verb.equals("force") && path.toString().contains(log) && left[0]-- > 0);
  }

  @Test
  void nothingIsStoredTwiceThatTheBrokerSentTwice() throws Exception {
    for (long seed = 0; seed < SEEDS; seed++) {
      CrashedGateway plant = new CrashedGateway(folder, seed, STEP);
      plant.start();
      plant.countIdsUp();
      plant.crash();
      played(plant, seed, (one, random) -> {});
      Map<Integer, Set<String>> byNumber =
          plant.store.points.stream()
              .collect(
                  Collectors.groupingBy(CrashedGateway::number, TreeMap::new, Collectors.toSet()));
      assertThat(byNumber.values()).as("with seed %d", seed).allMatch(points -> points.size() == 1);
    }
  }

  @Test
  void whatTheStoreRefusedIsSetAsideWhereverThePowerFails() throws Exception {
    for (int steps = 1; steps < 10; steps++) {
      CrashedGateway plant = new CrashedGateway(folder, steps, STEP);
      plant.start();
      plant.post(); // 0, a multiple of three
      plant.steps(steps);
      plant.crash();
      plant.start();
      plant.finish();
      assertThat(plant.answered).containsExactly(0);
      assertThat(plant.kept()).as("after %d steps", steps).contains(0);
    }
  }

  @Test
  void everyChangeOfStateIsInTheStoreWheneverThePowerFails() throws Exception {
    for (long seed = 0; seed < SEEDS; seed++) {
      checkStates(played(seed, LONG_STEP, (plant, random) -> {}), seed);
    }
  }

  @Test
  void everyChangeOfStateIsInTheStoreAlsoWhereAForceFailedBefore() throws Exception {
    for (long seed = 0; seed < SEEDS; seed++) {
      checkStates(played(seed, LONG_STEP, CrashedGatewayTest::oneForceFails), seed);
    }
  }

  private static void checkStates(CrashedGateway plant, long seed) {
    Set<String> changes = changes(plant.store.points);
    assertThat(changes).hasSizeGreaterThan(5);
    assertThat(plant.store.states.stream().map(CrashedGatewayTest::time))
        .as("times of states, with seed %d", seed)
        .containsAll(changes);
  }

  /** The times of the readings of machine a that bring another state than the one before. */
  private static Set<String> changes(Set<String> points) {
    Map<String, String> states = new TreeMap<>();
    for (String point : points) {
      if (point.startsWith("telemetry,machine=a ")) {
        states.put(time(point), point.substring(point.indexOf("state=")).split(" ")[0]);
      }
    }
    Set<String> changes = new TreeSet<>();
    String before = "";
    for (Map.Entry<String, String> each : states.entrySet()) {
      if (!each.getValue().equals(before)) {
        changes.add(each.getKey());
      }
      before = each.getValue();
    }
    return changes;
  }

  private static String time(String line) {
    return line.substring(line.lastIndexOf(' ') + 1);
  }
}
