package io.weir.gateway.intake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.config.ConfigException;
import io.weir.gateway.decode.Decoder;
import io.weir.gateway.log.ManualTime;
import io.weir.gateway.model.MemoryBudget;
import io.weir.gateway.normalize.KnownNames;
import io.weir.gateway.normalize.Memory;
import io.weir.gateway.normalize.NormalizerMemory;
import io.weir.gateway.normalize.PendingState;
import io.weir.gateway.normalize.ReceiveClock;
import io.weir.gateway.normalize.ReceiveTimes;
import io.weir.gateway.normalize.RouteConfig;
import io.weir.gateway.normalize.Types;
import io.weir.gateway.settings.ConfigLoader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A reading that is left out because nothing has changed says what stands in the store just before
 * it, whatever came late, was replayed, or is not remembered.
 */
class ReportOverRestartTest {

  private static final long MS = 1_000_000;

  @TempDir Path folder;

  private final ManualTime time = new ManualTime();
  private List<RouteConfig> routes;
  private List<RouteConfig> keepingAll;
  private Decoding decoding;

  /** By instant, what the store has. */
  private final TreeMap<Long, Integer> stored = new TreeMap<>();

  private ReceiveClock clock;

  /** Of the last message that arrived. */
  private long lastMs;

  @BeforeEach
  void configure() throws ConfigException, IOException {
    routes = routes(", deadband: 0");
    keepingAll = routes("");
    lastMs = time.wallNs() / MS;
    start();
  }

  private List<RouteConfig> routes(String keys) throws ConfigException, IOException {
    return ConfigLoader.load(
            Files.writeString(
                folder.resolve("weir.yaml"),
                """
                gateway: { id: a }
                sources: [{ name: plant, type: http }]
                routes: [{ topic: "t/{machine}", format: json%s }]
                """
                    .formatted(keys)),
            Map.of())
        .routes();
  }

  /** The configuration is reloaded, with the rule or without it. */
  private void reload(boolean keepsAll) {
    decoding = decoding.with(keepsAll ? keepingAll : routes, Map.of());
    decoding.begins();
  }

  /** The gateway starts, and knows when it received last. */
  private void start() throws IOException {
    clock = new ReceiveClock(time, MS, ReceiveTimes.upTo(lastMs * MS));
    NormalizerMemory memory =
        new NormalizerMemory(1, clock, KnownNames.unlimited(), MemoryBudget.of(1L << 30, 0));
    decoding = new Decoding(routes, Types.load(new Memory()), memory);
  }

  /** Whether it is kept; what is left out must be what the store has. */
  private boolean offer(long atMs, int value, boolean replayed, boolean fails) throws IOException {
    time.advance(Duration.ofMillis(1));
    lastMs = clock.next() / MS;
    return offer("{\"ts\":%d,\"v\":%d}".formatted(atMs, value), atMs, value, replayed, fails);
  }

  /** Without a time of its own, so that it stands where it arrives. */
  private boolean arrives(int value) throws IOException {
    time.advance(Duration.ofMillis(1));
    lastMs = clock.next() / MS;
    return offer("{\"v\":%d}".formatted(value), lastMs, value, false, false);
  }

  private boolean offer(String json, long atMs, int value, boolean replayed, boolean fails)
      throws IOException {
    byte[] payload = json.getBytes(UTF_8);
    Decoded decoded =
        decoding.decode(
            "plant",
            "t/m",
            payload,
            false,
            null,
            null,
            -1,
            lastMs * MS,
            replayed ? Decoder.Way.REPLAYED : Decoder.Way.UNKNOWN);
    PendingState pending = decoded.pending(); // a repetition has none
    if (pending != null) {
      pending.commit();
    }
    if (fails) {
      Objects.requireNonNull(pending).rollback();
      return true;
    }
    boolean isKept = !decoded.readings().isEmpty();
    if (isKept) {
      stored.put(atMs, value);
    } else {
      Map.Entry<Long, Integer> before = stored.floorEntry(atMs);
      assertThat(before).as("left out: %d at %d", value, atMs).isNotNull();
      assertThat(before.getValue()).as("at %d, since %d", atMs, before.getKey()).isEqualTo(value);
    }
    return isKept;
  }

  @Test
  void aLateReadingSaysNothingOfWhatComesAfterARestart() throws IOException {
    long noon = lastMs;
    offer(noon, 5, false, false);
    offer(noon + 2, 7, false, false);
    start();
    offer(noon + 1, 5, true, false);
    assertThat(offer(lastMs + 1, 5, false, false)).isTrue();
    assertThat(offer(lastMs + 1, 5, false, false)).isFalse();
  }

  @Test
  void aClockThatWasAheadDoesNotKeepTheRuleFromHoldingAfterIt() throws IOException {
    arrives(1);
    time.jump(Duration.ofDays(400));
    assertThat(arrives(2)).isTrue();
    time.jump(Duration.ofDays(-400));
    assertThat(arrives(2)).as("nothing is known of now").isTrue();
    arrives(2);
    for (int i = 0; i < 10; i++) {
      assertThat(arrives(2)).isFalse();
    }
    assertThat(arrives(3)).isTrue();
    assertThat(arrives(3)).isFalse();
  }

  /** How many of one message a second are kept. */
  private int keptOf(int seconds) throws IOException {
    int kept = 0;
    for (int i = 0; i < seconds; i++) {
      time.advance(Duration.ofMillis(999));
      kept += arrives(5) ? 1 : 0;
    }
    return kept;
  }

  @Test
  void aClockThatGoesBackByLessThanAnHourHoldsNothingBack() throws Exception {
    for (String keys :
        List.of(", dedup: 2s", ", max-rate: 30/m", ", deadband: 0, max-silence: 2s")) {
      routes = routes(keys);
      start();
      keptOf(100);
      int usual = keptOf(60);
      assertThat(usual).as(keys).isBetween(25, 35);
      time.jump(Duration.ofMinutes(-50));
      assertThat(keptOf(60)).as(keys).isBetween(usual - 2, usual + 2);
      time.jump(Duration.ofMinutes(50));
    }
  }

  @Test
  void whateverComesWhenNoChangeIsLeftOut() throws IOException {
    int leftOut = 0;
    for (long seed = 1; seed <= 150; seed++) {
      Random random = new Random(seed);
      stored.clear();
      start();
      long beginMs = lastMs;
      for (int step = 0; step < 150; step++) {
        int what = random.nextInt(21);
        int value = random.nextInt(2);
        boolean isLate = what < 6;
        long atMs = isLate ? beginMs + random.nextLong(lastMs - beginMs + 1) : lastMs + 1;
        if (what == 20) {
          jump(random);
        } else if (what == 19) {
          start();
        } else if (what == 17) {
          reload(random.nextBoolean());
        } else if (what == 16) {
          leftOut += arrives(value) ? 0 : 1;
        } else {
          leftOut += offer(atMs, value, what < 3, what == 18) ? 0 : 1;
        }
      }
    }
    assertThat(leftOut).isGreaterThan(1_000);
  }

  /** The clock is wrong for a while, in which messages arrive. */
  private void jump(Random random) throws IOException {
    Duration by = Duration.ofMinutes(random.nextInt(-90, 90));
    time.jump(by);
    for (int i = random.nextInt(4); i > 0; i--) {
      arrives(random.nextInt(2));
    }
    time.jump(by.negated());
  }
}
