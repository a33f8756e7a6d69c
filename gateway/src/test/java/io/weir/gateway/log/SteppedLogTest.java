package io.weir.gateway.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.weir.gateway.log.LogOptions.WhenFull;
import io.weir.gateway.log.SegmentLog.Start;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A log whose owner gives it no thread, or gives it one late. */
@Timeout(30)
class SteppedLogTest {

  private final MemoryDisk disk = new MemoryDisk(new Random(7));
  private final List<String> reported = new ArrayList<>();
  private SegmentLog log;

  @BeforeEach
  void open() throws IOException {
    log = open(RunningTotal.NOTHING);
  }

  private SegmentLog open(RunningTotal total) throws IOException {
    LogOptions options =
        new LogOptions(Path.of("/log"), 64 << 10, 1 << 20, WhenFull.BLOCK, Duration.ZERO, 4 << 10);
    return SegmentLog.open(
        "stepped", options, disk, new ManualTime(), total, new SimpleMeterRegistry());
  }

  private long append(Runnable whenSynced) {
    return log.append(
        1,
        1,
        1,
        ByteBuffer.allocate(100),
        new Synced() {
          @Override
          public void synced(long offset) {
            reported.add(offset + " on " + Thread.currentThread().getName());
            whenSynced.run();
          }

          @Override
          public void failed(long offset, Throwable cause) {
            reported.add("failed " + offset);
          }
        });
  }

  private long append() {
    return append(() -> {});
  }

  private static String here() {
    return " on " + Thread.currentThread().getName();
  }

  @Test
  void nothingIsSyncedBeforeTheStepAndAcknowledgementsRunInIt() throws IOException {
    Feed feed = log.feed("sink", Start.OLDEST);
    append();
    append();
    assertThat(feed.next()).isNull();
    assertThat(reported).isEmpty();
    log.step();
    assertThat(reported).containsExactly("0" + here(), "1" + here());
    assertThat(feed.next()).isNotNull();
  }

  @Test
  void aSyncStepsTheLogItself() throws IOException {
    append();
    log.sync();
    assertThat(reported).containsExactly("0" + here());
    disk.fail((verb, file) -> verb.equals("force"));
    long failing = append();
    assertThatThrownBy(() -> log.sync(failing)).isInstanceOf(IOException.class);
  }

  @Test
  void aFeedDoesNotWaitForWhatOnlyItsOwnThreadCouldSync() throws Exception {
    Feed feed = log.tail();
    assertThat(feed.next()).isNull();
    feed.await(Duration.ofHours(1).toNanos());
    assertThat(feed.next()).isNull();
  }

  @Test
  void aCallbackThatWaitsForTheLogIsAFaultAndHidesNoRecord() throws IOException {
    List<String> faults = new ArrayList<>();
    append(
        () -> {
          try {
            log.sync();
          } catch (IllegalStateException | IOException e) {
            faults.add(e.toString());
          }
        });
    append();
    log.step();
    assertThat(faults).hasSize(1).allMatch(fault -> fault.contains("callback of log stepped"));
    assertThat(reported).hasSize(2);
  }

  @Test
  void aFaultInTheOwnersTotalIsThrownFromTheStepAndEndsTheLog() throws IOException {
    log.close();
    log =
        open(
            new RunningTotal() {
              @Override
              public byte[] snapshot() {
                return new byte[0];
              }

              @Override
              public void restore(byte[] snapshot) {}

              @Override
              public void add(int kind, ByteBuffer payload) {
                throw new IllegalStateException("cannot count");
              }
            });
    long first = append();
    assertThatThrownBy(log::step).hasMessage("cannot count");
    assertThatThrownBy(() -> log.sync(first))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("count");
    assertThat(append()).isEqualTo(SegmentLog.NO_ROOM);
    assertThat(reported).isEmpty();
    log.close();
  }

  @Test
  void closingStepsOnceMore() throws IOException {
    append();
    log.close();
    assertThat(reported).containsExactly("0" + here());
  }

  @Test
  void aThreadThatStartsLateTakesOverWhatWaits() throws IOException {
    append();
    List<String> started = new ArrayList<>();
    log.start(
        (name, loop) -> {
          started.add(name);
          return Threads.SYSTEM.start(name, loop);
        });
    log.sync();
    assertThat(started).containsExactly("log-sync-stepped");
    assertThatThrownBy(log::step).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> log.start(Threads.SYSTEM)).isInstanceOf(IllegalStateException.class);
    log.close();
    assertThat(reported).containsExactly("0 on log-sync-stepped");
  }

  @Test
  void aLogWhoseThreadCannotStartIsClosedAsOneWithout() throws IOException {
    assertThatThrownBy(
            () ->
                log.start(
                    (name, loop) -> {
                      throw new IllegalStateException("no more threads");
                    }))
        .hasMessageContaining("no more threads");
    append();
    log.close();
    assertThat(reported).hasSize(1);
  }
}
