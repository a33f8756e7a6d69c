package io.weir.gateway.quarantine;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.weir.gateway.intake.IntakeTotals;
import io.weir.gateway.intake.SomeTotals;
import io.weir.gateway.log.Feed;
import io.weir.gateway.log.LogOptions;
import io.weir.gateway.log.LogOptions.WhenFull;
import io.weir.gateway.log.ManualTime;
import io.weir.gateway.log.MemoryDisk;
import io.weir.gateway.log.RunningTotal;
import io.weir.gateway.log.SegmentLog;
import io.weir.gateway.log.SegmentLog.Start;
import io.weir.gateway.model.Message;
import io.weir.gateway.model.MessageCodec;
import io.weir.gateway.model.Reason;
import io.weir.gateway.model.Rejected;
import io.weir.gateway.model.RejectedTotal;
import io.weir.gateway.quarantine.Quarantined.Side;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What the intake rejected is in the quarantine, is pending, or is known to be lost, by counts that
 * the disk keeps.
 */
class QuarantineLedgerTest {

  private static final int MOST_EVIDENCE = 1_000;

  private final MemoryDisk disk = new MemoryDisk(new Random(1));
  private final ManualTime time = new ManualTime();
  private final MessageCodec codec = new MessageCodec();
  private WhenFull whenFull = WhenFull.BLOCK;
  private IntakeTotals intake;
  private SegmentLog readings;
  private SegmentLog held;
  private QuarantineCopier copier;

  @BeforeEach
  void start() throws IOException {
    intake = SomeTotals.of(10);
    readings = log("readings", 11_000, whenFull, 1_000, intake);
    held =
        log(
            "quarantine",
            1 << 20,
            WhenFull.DROP_OLDEST,
            Quarantine.mostRecordBytes(MOST_EVIDENCE),
            RunningTotal.NOTHING);
    copier =
        new QuarantineCopier(
            readings.feed("quarantine", Start.OLDEST),
            new Quarantine(entries(), MOST_EVIDENCE, new SimpleMeterRegistry())
                .writer(Side.SOURCE, "quarantine", "readings"),
            time,
            Duration.ZERO,
            intake::rejected);
  }

  private SegmentLog log(
      String name, int segmentBytes, WhenFull when, int mostRecordBytes, RunningTotal total)
      throws IOException {
    LogOptions options =
        new LogOptions(
            Path.of("/" + name),
            segmentBytes,
            8L * segmentBytes,
            when,
            Duration.ZERO,
            mostRecordBytes);
    return SegmentLog.open(name, options, disk, time, total, new SimpleMeterRegistry());
  }

  private Quarantine.Log entries() {
    return new Quarantine.Log() {
      @Override
      public long append(long receiveTimeNs, int units, ByteBuffer payload) {
        return held.append(0, receiveTimeNs, units, payload, null);
      }

      @Override
      public void sync(long from) throws IOException {
        held.step();
        if (held.syncedOffset() <= from) {
          throw new IOException("the disk says no");
        }
      }
    };
  }

  /** The process ends between two steps, and starts again. */
  private void restart() throws IOException {
    disk.kill();
    start();
  }

  private long receive(String payload, int parts) {
    List<Rejected> rejected =
        Collections.nCopies(parts, new Rejected(Reason.MALFORMED, "not JSON"));
    byte[] bytes = (payload + ".").repeat(10).getBytes(ISO_8859_1);
    Message message = new Message("plant", "t", 7, 0, 2, parts, 0, 0, List.of(), rejected, bytes);
    long offset = readings.append(0, 7, 0, codec.encode(message), null);
    readings.step();
    return offset;
  }

  /** Flips a bit in a record; once more, and it is whole again. */
  private void flip(String payload) throws IOException {
    for (Path file : disk.files("/readings/0")) {
      int at = new String(disk.bytes(file), ISO_8859_1).indexOf(payload);
      if (at >= 0) {
        disk.flip(file, at, 3);
      }
    }
  }

  private void copies(long rejected, long copied, long lost, long gaps) {
    for (int i = 0; i < 3; i++) {
      copier.follower().step();
    }
    assertThat(copier.balance()).isEqualTo(new QuarantineBalance(rejected, copied, lost, 0, gaps));
    assertThat(copier.balance().unexplained()).isZero();
  }

  @Test
  void whatIsRejectedIsPendingUntilItIsCopied() {
    receive("one", 2);
    receive("two", 0);
    receive("three", 3);
    assertThat(copier.balance()).isEqualTo(new QuarantineBalance(5, 0, 0, 5, 0));
    copies(5, 5, 0, 0);
  }

  @Test
  void aStartCountsNothingTwiceAndForgetsNothing() throws IOException {
    for (int i = 0; i < 100; i++) {
      receive("number " + i + " ", 2);
      if (i % 3 == 0) {
        copies(2 * i + 2, 2 * i + 2, 0, 0);
      }
      if (i % 7 == 0) {
        restart();
      }
    }
    assertThat(readings.firstOffset()).as("segments went").isPositive();
    copies(200, 200, 0, 0);
  }

  @Test
  void whatIsDestroyedBeforeItIsCopiedIsLostAndStaysSo() throws IOException {
    receive("one", 1);
    receive("two", 3);
    receive("three", 1);
    flip("two");
    copies(5, 2, 3, 1);

    restart();
    receive("four", 1);
    copies(6, 3, 3, 1);
    restart();
    copies(6, 3, 3, 1);
  }

  /** Nothing says how many parts were there, so the place is counted. */
  @Test
  void whatIsDestroyedInTheLastSegmentBeforeAStartIsAGapAndStaysOne() throws IOException {
    receive("one", 1);
    copies(1, 1, 0, 0);
    receive("two", 3);
    receive("three", 1);
    flip("two");
    restart();
    copies(2, 2, 0, 1);
    assertThat(readings.status().corruptUncounted()).isTrue();

    restart();
    copies(2, 2, 0, 1);
    assertThat(readings.status().corruptGaps()).as("the log has forgotten it").isZero();
  }

  /** Nothing later proves that its sync had ended, but the message was acknowledged. */
  @Test
  void whatIsDestroyedAtTheEndOfTheLogBeforeAStartIsAGapToo() throws IOException {
    receive("one", 1);
    copies(1, 1, 0, 0);
    receive("two", 3);
    flip("two");
    restart();
    assertThat(readings.status().corruptUncounted()).isTrue();
    copies(1, 1, 0, 1);
    restart();
    copies(1, 1, 0, 1);
    receive("three", 1);
    copies(2, 2, 0, 1);
    restart();
    copies(2, 2, 0, 1);
  }

  /** Once a record follows, the next start does not know of it. */
  @Test
  void aGapAtTheEndIsSaidAlsoWhileTheQuarantineTakesNothing() throws IOException {
    receive("one", 1);
    copies(1, 1, 0, 0);
    receive("two", 1);
    receive("three", 3);
    flip("three");
    restart();
    disk.fail((verb, path) -> verb.equals("force") && path.startsWith("/quarantine"));
    copier.follower().step();
    receive("four", 1);
    disk.heal();
    restart();
    copies(3, 3, 0, 1);
    restart();
    copies(3, 3, 0, 1);
  }

  @Test
  void whatIsDestroyedInAnEarlierSegmentBeforeAStartIsCounted() throws IOException {
    receive("one", 1);
    receive("two", 3);
    for (int i = 0; disk.files("/readings/0").size() < 3; i++) {
      receive("number " + i + " ", 1);
    }
    flip("two");
    restart();
    long all = intake.rejected().parts();
    copies(all, all - 3, 3, 1);
  }

  @Test
  void whatIsDestroyedAfterItWasCopiedIsNotLost() throws IOException {
    receive("one", 1);
    receive("two", 3);
    receive("three", 1);
    copies(5, 5, 0, 0);
    flip("two");
    flip("three");
    restart();
    receive("four", 1);
    copies(6, 6, 0, 0);
    restart();
    receive("five", 1);
    copies(7, 7, 0, 0);
  }

  @Test
  void whatWasCopiedBeforeThereWereCountsIsNotMissing() throws IOException {
    receive("one", 2);
    receive("two", 3);
    copies(5, 5, 0, 0);
    copier.close();
    try (Feed earlier = readings.feed("quarantine", Start.OLDEST)) {
      earlier.commit(earlier.committed(), new byte[0]);
    }
    receive("three", 4);
    restart();
    assertThat(copier.balance()).isEqualTo(new QuarantineBalance(9, 9, 0, 0, 0));
    copies(9, 9, 0, 0);
    receive("four", 1);
    copies(10, 10, 0, 0);
  }

  @Test
  void whatTheLogDropsAtItsBoundBeforeItIsCopiedIsLost() throws IOException {
    whenFull = WhenFull.DROP_OLDEST;
    start();
    receive("one", 1);
    copies(1, 1, 0, 0);
    for (int i = 0; readings.firstOffset() == 0; i++) {
      receive("number " + i + " ", 1);
    }
    long first = readings.firstOffset();
    long all = intake.rejected().parts();
    while (copier.follower().step()) {
      assertThat(copier.balance().unexplained()).isZero();
    }
    copies(all, all - first + 1, first - 1, 0);
  }

  @Test
  void whatTheQuarantineDoesNotTakeIsPendingAndCountedOnce() {
    receive("one", 1);
    copies(1, 1, 0, 0);
    disk.fail((verb, path) -> verb.equals("force") && path.startsWith("/quarantine"));
    receive("two", 3);
    copier.follower().step();
    assertThat(copier.balance()).isEqualTo(new QuarantineBalance(4, 1, 0, 3, 0));
    disk.heal();
    for (int i = 0; i < 5; i++) {
      time.advance(Duration.ofSeconds(1));
      held.step();
      copier.follower().step();
    }
    copies(4, 4, 0, 0);
  }

  /** A fault of the gateway: one side has counted what the other has not. */
  @Test
  void whatIsMissingWithoutDamageIsUnexplainedAndStaysSo() {
    CopiedParts none = CopiedParts.fromBytes(new byte[0], 0);
    CopierAccount account = new CopierAccount(() -> new RejectedTotal(5, 2), none);
    account.before(0, false);
    account.copied(2);
    account.before(1, false);
    account.copied(2);
    account.reach(2);
    account.committed(account.parts());
    assertThat(account.balance().unexplained()).isEqualTo(1);

    byte[] cursor = account.parts().toBytes();
    CopierAccount next =
        new CopierAccount(() -> new RejectedTotal(5, 2), CopiedParts.fromBytes(cursor, 2));
    next.reach(2);
    next.committed(next.parts());
    assertThat(next.balance().unexplained()).isEqualTo(1);
  }
}
