package io.weir.gateway.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.gateway.log.Feed;
import io.weir.gateway.log.SealedSegment;
import io.weir.gateway.log.SegmentLog;
import io.weir.gateway.log.Time;
import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Quality;
import io.weir.gateway.model.Reading;
import io.weir.gateway.model.Series;
import io.weir.gateway.model.Value;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** When segments are packed, and which. */
class PackerTest {

  private static final int BYTES = 512 << 10;

  private final Random random = new Random(5);
  private KeptLog log;
  private Packer packer;

  @BeforeEach
  void open() throws IOException {
    log = new KeptLog(BYTES);
    packer = new Packer(log.log, Set.of("quarantine"), log.time, ns -> false);
  }

  @AfterEach
  void close() throws IOException {
    log.close();
  }

  private void append(int messages) {
    Series series = new Series("telemetry", new Asset(null, null, null, "a"), Map.of());
    Value value = new Value.Text("x".repeat(500));
    for (int i = 0; i < messages; i++) {
      long now = log.time.wallNs();
      Reading reading = new Reading(series, "t", value, now, Quality.GOOD, null);
      assertThat(log.append("a", List.of(reading), List.of())).isTrue();
    }
  }

  private List<Boolean> packed() {
    return log.log.sealed().stream().map(SealedSegment::packed).toList();
  }

  private void steps() throws IOException {
    for (int i = 0; i < 20; i++) {
      assertThat(packer.isSettled()).isTrue();
      packer.step(false);
      log.log.step();
      log.time.advance(Duration.ofMillis(10));
    }
  }

  @Test
  void whatStaysForAMinuteIsPackedAndAllOfItIsThere() throws IOException {
    append(400);
    steps();
    assertThat(packed()).hasSizeGreaterThan(2).doesNotContain(true);
    log.time.advance(Duration.ofNanos(Packer.AFTER_NS));
    long before = log.log.status().bytes();
    steps();
    assertThat(packed()).doesNotContain(false);
    assertThat(log.log.status().bytes()).isLessThan(before / 2);
    assertThat(log.content().messages()).hasSize(400).noneMatch(KeptLog.Held::thinned);
    assertThat(log.content().dropped()).isZero();
  }

  @Test
  void whatANearlyFullLogHoldsIsPackedAtOnce() throws IOException {
    append(400);
    assertThat(packer.step(true)).isZero();
    log.log.step();
    assertThat(packed()).startsWith(true, false);
  }

  @Test
  void whatAConsumerInsideTheGatewayHasNotReadIsLeft() throws IOException {
    try (Feed quarantine = log.log.feed("quarantine", SegmentLog.Start.OLDEST)) {
      append(400);
      steps();
      log.time.advance(Duration.ofNanos(Packer.AFTER_NS));
      steps();
      assertThat(packed()).doesNotContain(true);
      while (quarantine.next() != null) {
        // until it has read all
      }
      quarantine.commit(log.log.syncedOffset(), new byte[0]);
      steps();
      assertThat(packed()).doesNotContain(false);
    }
  }

  @Test
  void aSegmentThatTheDiskDoesNotReturnKeepsNoOtherFromBeingPacked() throws IOException {
    append(400);
    String oldest = "%020d.seg".formatted(log.log.sealed().get(0).first());
    log.disk.fail((verb, file) -> verb.equals("read") && file.endsWith(oldest));
    assertThatThrownBy(() -> packer.step(true)).isInstanceOf(IOException.class);
    log.disk.heal();
    assertThat(packer.step(true)).isZero();
    log.log.step();
    assertThat(packed()).startsWith(false, true);
    log.time.advance(Duration.ofHours(1));
    assertThat(packer.step(true)).isZero();
    log.log.step();
    assertThat(packed()).startsWith(true, true);
  }

  @Test
  void aStopDoesNotWaitForASegment() throws IOException {
    append(400);
    packer.stop();
    assertThat(packer.step(true)).isPositive();
    log.log.step();
    assertThat(packed()).doesNotContain(true);
    assertThat(log.disk.files(".tmp")).isEmpty();
    assertThat(log.content().messages()).hasSize(400);
  }

  @Test
  void whatBecomesNoShorterIsTriedOnce() throws IOException {
    byte[] noise = new byte[1_000];
    for (int i = 0; i < 300; i++) {
      random.nextBytes(noise);
      log.log.append(1, log.time.wallNs(), 0, ByteBuffer.wrap(noise), null);
      log.log.step();
    }
    List<SealedSegment> before = log.log.sealed();
    assertThat(before).hasSizeGreaterThan(2);
    for (SealedSegment each : before) {
      assertThat(packer.step(true)).as("tries %s", each.first()).isZero();
      log.log.step();
    }
    assertThat(packer.step(true)).as("nothing is left to try").isPositive();
    assertThat(packed()).doesNotContain(true);
    assertThat(log.log.sealed()).isEqualTo(before);
  }

  /** A millisecond passes whenever it is asked. */
  private final class Ticking implements Time {
    private long ns;

    @Override
    public long wallNs() {
      return log.time.wallNs();
    }

    @Override
    public long elapsedNs() {
      ns += TimeUnit.MILLISECONDS.toNanos(1);
      return log.time.elapsedNs() + ns;
    }
  }

  @Test
  void itRestsAfterEachFewMilliseconds() throws IOException {
    Ticking time = new Ticking();
    List<Long> rests = new ArrayList<>();
    Packer.Rest rest =
        ns -> {
          time.ns += ns;
          return rests.add(ns);
        };
    packer = new Packer(log.log, Set.of(), time, rest);
    append(400);
    packer.step(false);
    log.time.advance(Duration.ofNanos(Packer.AFTER_NS));
    assertThat(packer.step(false)).isZero();
    log.log.step();
    assertThat(packed()).startsWith(true, false);
    assertThat(rests)
        .hasSizeGreaterThan(5)
        .allMatch(ns -> ns >= 9 * Packer.WORK_NS && ns <= 18 * Packer.WORK_NS);
    assertThat(packer.step(false)).as("what is left to rest").isBetween(1L, 18 * Packer.WORK_NS);
  }

  @Test
  void aStopWhileItRestsLeavesTheSegmentAsItWas() throws IOException {
    List<Packer> made = new ArrayList<>();
    Packer.Rest rest =
        ns -> {
          made.get(0).stop();
          return true;
        };
    made.add(new Packer(log.log, Set.of(), new Ticking(), rest));
    append(400);
    made.get(0).step(false);
    log.time.advance(Duration.ofNanos(Packer.AFTER_NS));
    assertThat(made.get(0).step(false)).isPositive();
    log.log.step();
    assertThat(packed()).doesNotContain(true);
    assertThat(log.disk.files(".tmp")).isEmpty();
  }

  @Test
  void aSegmentThatTheStorePassesWhileItRestsIsGivenUp() throws IOException {
    List<Long> rests = new ArrayList<>();
    Packer.Rest rest =
        ns -> {
          rests.add(ns);
          passAll();
          return true;
        };
    packer = new Packer(log.log, Set.of(), new Ticking(), rest);
    append(400);
    packer.step(false);
    log.time.advance(Duration.ofNanos(Packer.AFTER_NS));
    assertThat(packer.step(false)).isPositive();
    assertThat(rests).as("work is over at the first rest").hasSize(1);
    assertThat(log.disk.files(".tmp")).isEmpty();
    log.log.step();
    assertThat(packer.isSettled()).isTrue();
  }

  /** The store has received everything. */
  private void passAll() {
    try {
      while (log.store.next() != null) {
        // until it has read all
      }
      log.store.commit(log.log.syncedOffset(), new byte[0]);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
