package io.weir.gateway.log;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

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

/**
 * Records of which the units are 0, as those of a message that was rejected whole. Where damage
 * destroys one no units are missing, but what it said is.
 */
class RecordsWithoutUnitsTest {

  private static final int RECORDS = 30;

  private final MemoryDisk disk = new MemoryDisk(new Random(1));
  private SegmentLog log;

  private SegmentLog open() throws IOException {
    LogOptions options =
        new LogOptions(Path.of("/log"), 11_000, 1 << 20, WhenFull.BLOCK, Duration.ZERO, 1 << 10);
    return SegmentLog.open(
        "small", options, disk, new ManualTime(), RunningTotal.NOTHING, new SimpleMeterRegistry());
  }

  private static String payload(long offset) {
    return ("record " + offset + ".").repeat(20);
  }

  /** Each third record has a unit. */
  @BeforeEach
  void write() throws IOException {
    log = open();
    log.feed("sink", Start.OLDEST).close();
    for (int i = 0; i < RECORDS; i++) {
      byte[] bytes = payload(i).getBytes(ISO_8859_1);
      log.append(1, i, i % 3 == 0 ? 1 : 0, ByteBuffer.wrap(bytes), null);
      log.step();
    }
    assertThat(disk.files("/log/0")).hasSizeGreaterThan(1);
  }

  /** Flips a bit of a record; once more, and it is whole again. */
  private void flip(long offset) throws IOException {
    for (Path file : disk.files("/log/0")) {
      int at = new String(disk.bytes(file), ISO_8859_1).indexOf(" " + offset + ".");
      if (at >= 0) {
        disk.flip(file, at - 1, 3); // the "d" before
      }
    }
  }

  private List<Long> read() throws IOException {
    List<Long> offsets = new ArrayList<>();
    try (Feed feed = log.feed("sink", Start.OLDEST)) {
      for (Feed.Entry entry = feed.next(); entry != null; entry = feed.next()) {
        offsets.add(entry.offset());
        assertThat(entry.corrupt()).isZero();
      }
    }
    return offsets;
  }

  @Test
  void ofEachThatIsDestroyedTheStatusSaysThatMoreIsLostThanItCounts() throws IOException {
    for (long offset = 1; offset < RECORDS - 1; offset++) {
      if (offset % 3 != 0) {
        log.close();
        log = open();
        assertThat(read()).contains(offset);
        assertThat(log.status().corruptGaps()).as("before record %d", offset).isZero();
        flip(offset);

        assertThat(read()).doesNotContain(offset).hasSize(RECORDS - 1);
        assertThat(log.status().corruptGaps()).as("record %d", offset).isEqualTo(1);
        assertThat(log.status().corruptUncounted()).isTrue();
        assertThat(log.status().corruptUnits()).isZero();
        flip(offset);
      }
    }
  }

  /** Offsets that a sync was given and that failed are never seen again. */
  @Test
  void whatWasNeverSyncedIsNoDamage() throws IOException {
    disk.fail((verb, path) -> verb.equals("force"));
    log.append(1, RECORDS, 0, ByteBuffer.wrap(new byte[10]), null);
    log.step();
    disk.fail((verb, path) -> false);
    log.step();
    log.step();
    log.append(1, RECORDS + 1, 0, ByteBuffer.wrap(new byte[10]), null);
    log.step();

    assertThat(read()).hasSize(RECORDS + 1).doesNotContain((long) RECORDS);
    assertThat(log.status().corruptGaps()).isZero();
  }
}
