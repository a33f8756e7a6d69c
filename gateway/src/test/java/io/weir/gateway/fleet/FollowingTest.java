package io.weir.gateway.fleet;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.alarm.Trouble;
import io.weir.gateway.config.ConfigException;
import io.weir.gateway.config.FilePosition;
import io.weir.gateway.config.Problems;
import io.weir.gateway.log.ManualTime;
import io.weir.gateway.log.MemoryDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A gateway follows a bundle, step by step, with a clock and a health of the test. */
class FollowingTest {

  private static final Path DATA = Path.of("/data");
  private static final Duration EVERY = Duration.ofMinutes(1);
  private static final Duration SETTLE = Duration.ofMinutes(5);
  private static final Duration GRACE = Duration.ofMinutes(1);

  private final ManualTime time = new ManualTime();
  private final MemoryDisk disk = new MemoryDisk(new Random(1));
  private final Map<String, String> faults = new TreeMap<>();
  private final List<String> applied = new ArrayList<>();
  private List<String> needsRestart = List.of();
  private byte @Nullable [] offered;
  private @Nullable String away;
  private String wrong = "";
  private @Nullable RuntimeException defect;
  private BundleStore store;
  private Following following;

  FollowingTest() throws Exception {
    start();
  }

  private void start() throws IOException {
    store = BundleStore.open(disk, DATA);
    store.starting();
    following =
        new Following(
            "plant-a-1",
            new FleetConfig.Follow(
                Path.of("/config/a.bundle"),
                null,
                BundleTest.KEYS,
                EVERY,
                SETTLE,
                Duration.ofSeconds(30),
                Map.of(),
                null),
            store,
            () -> {
              if (away != null) {
                throw new IOException(away);
              }
              return offered;
            },
            new Following.Configuration() {
              @Override
              public Following.Change with(Installed candidate) throws ConfigException {
                if (!wrong.isEmpty()) {
                  Problems problems = new Problems();
                  problems.add(new FilePosition("gateway.yaml", 3), "routes", wrong);
                  problems.raise();
                }
                return change("version " + candidate.version());
              }

              @Override
              public Following.Change present() {
                Installed running = store.running();
                return change(running == null ? "main" : "version " + running.version());
              }
            },
            () -> faults,
            time);
  }

  private Following.Change change(String name) {
    return new Following.Change() {
      @Override
      public List<String> notes() {
        return List.of();
      }

      @Override
      public List<String> apply(String why) {
        RuntimeException fails = defect;
        if (fails != null) {
          defect = null;
          throw fails;
        }
        applied.add(name);
        return needsRestart;
      }
    };
  }

  private static byte[] bundle(long version, String content, String... gateways) throws Exception {
    return Bundle.make(
        version,
        Instant.parse("2026-03-01T06:00:00Z"),
        gateways.length == 0 ? List.of("plant-a-1") : List.of(gateways),
        "gateway.yaml",
        Map.of("gateway.yaml", content.getBytes(UTF_8)),
        BundleTest.PAIR.getPrivate());
  }

  private void offer(long version) throws Exception {
    offered = bundle(version, "content");
    pass(EVERY);
  }

  private void pass(Duration length) {
    for (long s = 0; s < length.toSeconds(); s++) {
      time.advance(Duration.ofSeconds(1));
      following.step();
    }
  }

  private String fault() {
    return following.status().fault();
  }

  @Test
  void aBundleIsTakenAppliedAndSettles() throws Exception {
    offer(3);

    assertThat(applied).containsExactly("version 3");
    assertThat(following.status()).isEqualTo(new Following.Status(3, "trial", ""));
    pass(SETTLE);
    assertThat(following.status()).isEqualTo(new Following.Status(3, "settled", ""));
    assertThat(following.troubles()).isEmpty();
    assertThat(applied).hasSize(1);
  }

  @Test
  void aHealthThatFallsTakesItBackAndTheVersionIsNotTriedAgain() throws Exception {
    offer(3);
    pass(SETTLE);
    offer(4);
    faults.put("source plant", "no subscription");
    pass(GRACE.plusSeconds(5));

    assertThat(applied).containsExactly("version 3", "version 4", "version 3");
    assertThat(following.status().version()).isEqualTo(3);
    assertThat(fault()).isEqualTo("version 4 was taken back: source plant: no subscription");
    faults.clear();
    pass(SETTLE);
    assertThat(applied).hasSize(3);
    assertThat(following.troubles())
        .extracting(Trouble::subject)
        .containsExactly("/config/a.bundle");

    // nor after a restart
    following.close();
    start();
    pass(EVERY);
    assertThat(applied).hasSize(3);
    assertThat(fault()).contains("version 4 was taken back");

    offer(5);
    assertThat(applied).contains("version 5");
    assertThat(fault()).isEmpty();
  }

  @Test
  void theFirstBundleIsTakenBackToTheMainFile() throws Exception {
    offer(1);
    faults.put("quarantine-growing", "malformed");
    pass(GRACE.plusSeconds(5));

    assertThat(applied).containsExactly("version 1", "main");
    assertThat(following.status().version()).isZero();
  }

  @Test
  void aFaultOfBeforeIsNotTheBundlesAndOneThatPassesIsNone() throws Exception {
    faults.put("sink history", "wrong token");
    offer(1);
    pass(Duration.ofMinutes(1));
    faults.put("source plant", "connecting");
    pass(GRACE.minusSeconds(10));
    faults.remove("source plant");
    pass(SETTLE);

    assertThat(following.status()).isEqualTo(new Following.Status(1, "settled", ""));
  }

  @Test
  void anOlderOneIsRefusedAlsoAfterARestart() throws Exception {
    offer(3);
    pass(SETTLE);
    offer(2);
    assertThat(fault()).contains("version 2, which is older than what was taken before, 3");
    start();
    pass(EVERY);
    assertThat(fault()).contains("version 2, which is older than what was taken before, 3");
    assertThat(applied).containsExactly("version 3");
    offer(3);
    assertThat(fault()).isEmpty();
  }

  @Test
  void anotherBundleWithTheSameVersionIsRefused() throws Exception {
    offer(3);
    offered = bundle(3, "other");
    pass(EVERY);

    assertThat(fault()).contains("another bundle with the version that runs, 3");
  }

  @Test
  void oneForOthersIsRefusedAndOneForAllIsTaken() throws Exception {
    offered = bundle(1, "content", "plant-b-1");
    pass(EVERY);
    assertThat(fault()).contains("not for this gateway, 'plant-a-1'");
    offered = bundle(2, "content", "*");
    pass(EVERY);
    assertThat(following.status().version()).isEqualTo(2);
  }

  @Test
  void whatIsNoBundleIsRefusedAndTheGatewayGoesOn() throws Exception {
    offer(1);
    offered = "<html>login</html>".getBytes(UTF_8);
    pass(EVERY);

    assertThat(fault()).contains("does not begin with 'weir-bundle 1'");
    assertThat(following.status().version()).isEqualTo(1);
  }

  @Test
  void aProblemIsSaidAndTheSameBundleIsTakenOnceItIsGone() throws Exception {
    wrong = "there is no readable file 'secret'";
    offer(1);
    assertThat(fault()).contains("gateway.yaml:3").contains("no readable file 'secret'");
    assertThat(following.status().version()).isZero();
    wrong = "";
    pass(EVERY);
    assertThat(following.status().version()).isEqualTo(1);
  }

  @Test
  void aServerThatIsAwayIsReasonForAnAlarmAtTheThirdTimeOnly() throws Exception {
    offer(1);
    away = "connection refused";
    pass(EVERY.multipliedBy(2));
    assertThat(fault()).isEmpty();
    pass(EVERY);
    assertThat(fault()).isEqualTo("it cannot be fetched: connection refused");
    away = null;
    pass(EVERY);
    assertThat(fault()).isEmpty();
  }

  @Test
  void theClockDecidesNothing() throws Exception {
    offer(1);
    time.jump(Duration.ofDays(-4000));
    offer(2);
    time.jump(Duration.ofDays(9000));
    offer(3);
    pass(SETTLE);

    assertThat(following.status()).isEqualTo(new Following.Status(3, "settled", ""));
  }

  @Test
  void aDefectWhileItIsAppliedTakesItBack() throws Exception {
    defect = new IllegalStateException("a defect");
    offer(1);

    assertThat(applied).containsExactly("main");
    assertThat(fault()).contains("cannot be applied").contains("a defect");
  }

  @Test
  void partsThatNeedARestartAreSaidAndTriedThen() throws Exception {
    needsRestart = List.of("sinks");
    offer(1);
    pass(SETTLE);
    assertThat(following.status().state()).isEqualTo("restart");
    following.close();
    start();
    assertThat(following.status().state()).isEqualTo("trial");
    faults.put("sink history", "wrong token");
    pass(GRACE.plusSeconds(5));
    assertThat(following.status().version()).isZero();
  }

  @Test
  void aDiskThatKeepsNothingChangesNothing() throws Exception {
    disk.fail((verb, file) -> verb.equals("force"));
    offer(1);
    assertThat(applied).isEmpty();
    assertThat(fault()).contains("cannot keep which bundle is in use");
    disk.heal();
    pass(EVERY);
    assertThat(applied).containsExactly("version 1");
    assertThat(fault()).isEmpty();
  }
}
