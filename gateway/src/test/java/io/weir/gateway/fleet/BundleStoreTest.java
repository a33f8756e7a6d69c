package io.weir.gateway.fleet;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.log.MemoryDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Killed at any step, a gateway is on one version or on the other, with all files of it. */
class BundleStoreTest {

  private static final Path DATA = Path.of("/data");
  private static final int SEEDS = 4;

  /** Does something to the store. */
  private interface Step {
    void on(BundleStore store) throws IOException;
  }

  private static Bundle bundle(long version) throws BundleException {
    Map<String, byte[]> files = new LinkedHashMap<>();
    files.put("gateway.yaml", ("version " + version).getBytes(UTF_8));
    files.put("tables/a/cycles.csv", ("cycles " + version).repeat(1000).getBytes(UTF_8));
    return Bundle.read(BundleTest.bundle(version, files), BundleTest.KEYS);
  }

  private static void take(BundleStore store, long version) throws IOException {
    try {
      store.take(store.stage(bundle(version)));
    } catch (BundleException e) {
      throw new AssertionError(e);
    }
  }

  /** The version in use; every file of it must be whole. */
  private static long wholeVersion(MemoryDisk disk) throws Exception {
    BundleStore store = BundleStore.open(disk, DATA);
    assertThat(store.isDamaged()).isFalse();
    Installed running = store.running();
    if (running == null) {
      return 0;
    }
    Path folder = DATA.resolve("fleet").resolve(running.folder());
    for (Map.Entry<String, byte[]> file : bundle(running.version()).files().entrySet()) {
      assertThat(disk.bytes(folder.resolve(file.getKey()))).isEqualTo(file.getValue());
    }
    return running.version();
  }

  /** Runs the step with a failure, and then a power failure, at each operation of the disk. */
  private static void atEachOperation(Step before, Step step, long... versions) throws Exception {
    for (int seed = 0; seed < SEEDS; seed++) {
      boolean went = false;
      for (int at = 0; !went; at++) {
        MemoryDisk disk = new MemoryDisk(new Random(seed));
        BundleStore store = BundleStore.open(disk, DATA);
        before.on(store);
        int[] left = {at};
        boolean[] struck = {false};
        disk.fail(
            (verb, file) -> {
              boolean strikes = left[0]-- <= 0;
              struck[0] |= strikes;
              return strikes;
            });
        try {
          step.on(store);
          went = !struck[0];
        } catch (IOException e) {
          assertThat(struck[0]).isTrue();
        }
        disk.crash();
        assertThat(wholeVersion(disk)).as("seed %d, operation %d", seed, at).isIn(boxed(versions));
        if (went) {
          assertThat(wholeVersion(disk)).isEqualTo(versions[versions.length - 1]);
        }
      }
    }
  }

  private static Object[] boxed(long... versions) {
    Object[] all = new Object[versions.length];
    for (int i = 0; i < versions.length; i++) {
      all[i] = versions[i];
    }
    return all;
  }

  @Test
  void theFirstBundle() throws Exception {
    atEachOperation(store -> {}, store -> take(store, 1), 0, 1);
  }

  @Test
  void theNextBundleAndWhatIsRemovedThen() throws Exception {
    atEachOperation(
        store -> {
          take(store, 1);
          store.settled(false);
          take(store, 2);
          store.settled(false);
        },
        store -> {
          take(store, 3);
          store.settled(false);
        },
        2,
        3);
  }

  @Test
  void goingBack() throws Exception {
    atEachOperation(
        store -> {
          take(store, 1);
          store.settled(false);
          take(store, 2);
        },
        store -> store.goBack("why"),
        2,
        1);
  }

  private final MemoryDisk disk = new MemoryDisk(new Random(1));

  private @Nullable Long running() throws IOException {
    Installed now = BundleStore.open(disk, DATA).running();
    return now == null ? null : now.version();
  }

  @Test
  void whatNeverSettledIsNothingToGoBackTo() throws Exception {
    BundleStore store = BundleStore.open(disk, DATA);
    take(store, 1);
    store.settled(false);
    take(store, 2);
    take(store, 3);
    store.goBack("why");

    assertThat(running()).isEqualTo(1);
    assertThat(store.state().newestRefused()).isEqualTo(new FollowState.Refused(3, "why"));
    assertThat(store.state().highest()).isEqualTo(3);
  }

  @Test
  void aBundleWithWhichTheGatewayDoesNotLiveIsTakenBackAtTheFourthStart() throws Exception {
    BundleStore store = BundleStore.open(disk, DATA);
    take(store, 1);
    store.settled(false);
    take(store, 2);
    for (int i = 0; i < 3; i++) {
      assertThat(BundleStore.open(disk, DATA).starting()).isEmpty();
      disk.kill();
    }
    assertThat(running()).isEqualTo(2);
    assertThat(BundleStore.open(disk, DATA).starting()).contains("3 times");
    assertThat(running()).isEqualTo(1);
  }

  @Test
  void startsThatEndOnPurposeAreNotCounted() throws Exception {
    take(BundleStore.open(disk, DATA), 1);
    for (int i = 0; i < 10; i++) {
      BundleStore store = BundleStore.open(disk, DATA);
      assertThat(store.starting()).isEmpty();
      store.stopped();
    }
    assertThat(running()).isEqualTo(1);
  }

  @Test
  void whatNeedsARestartIsTriedAtTheNextStart() throws Exception {
    BundleStore store = BundleStore.open(disk, DATA);
    take(store, 1);
    store.settled(false);
    take(store, 2);
    store.settled(true);
    assertThat(BundleStore.open(disk, DATA).isTried()).isTrue();
    BundleStore next = BundleStore.open(disk, DATA);
    next.starting();
    assertThat(next.state().trial()).isTrue();
    next.goBack("the sink");
    assertThat(running()).isEqualTo(1);
  }

  @Test
  void aDamagedStateIsSaidAndAnOlderBundleIsRefusedAllTheSame() throws Exception {
    BundleStore store = BundleStore.open(disk, DATA);
    take(store, 7);
    store.settled(false);
    disk.flip(DATA.resolve("fleet/state"), 20, 1);

    BundleStore damaged = BundleStore.open(disk, DATA);
    assertThat(damaged.isDamaged()).isTrue();
    assertThat(damaged.running()).isNull();
    assertThat(damaged.state().highest()).isEqualTo(6);
  }

  @Test
  void onlyWhatIsInUseAndTheOneBeforeStay() throws Exception {
    BundleStore store = BundleStore.open(disk, DATA);
    for (long version = 1; version <= 5; version++) {
      take(store, version);
      store.settled(false);
    }
    assertThat(disk.files("cycles.csv")).hasSize(2);
  }
}
