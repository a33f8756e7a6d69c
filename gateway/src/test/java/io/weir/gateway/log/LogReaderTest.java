package io.weir.gateway.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.weir.gateway.log.LogOptions.WhenFull;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a reader sees of a log that another process has open. */
class LogReaderTest {

  @TempDir Path directory;

  private SegmentLog open() throws IOException {
    return SegmentLog.open(
            "test",
            new LogOptions(
                directory, 16 << 10, 256 << 10, WhenFull.DROP_OLDEST, Duration.ZERO, 4 << 10),
            FileSystem.DISK,
            Time.SYSTEM,
            RunningTotal.NOTHING,
            new SimpleMeterRegistry())
        .start(Threads.SYSTEM);
  }

  private static void append(SegmentLog log, int from, int to) throws IOException {
    for (int i = from; i < to; i++) {
      byte[] payload = ("record " + i + " ".repeat(1_000)).getBytes(UTF_8);
      assertThat(log.append(1, 1_000 + i, 2, ByteBuffer.wrap(payload), null)).isEqualTo(i);
      log.sync();
    }
  }

  private List<Long> read() throws IOException {
    List<Long> offsets = new ArrayList<>();
    try (Feed feed = new LogReader(directory, FileSystem.DISK)) {
      for (Feed.Entry entry = feed.next(); entry != null; entry = feed.next()) {
        assertThat(UTF_8.decode(entry.payload()).toString())
            .startsWith("record " + entry.offset() + " ");
        assertThat(entry.receiveTimeNs()).isEqualTo(1_000 + entry.offset());
        assertThat(entry.units()).isEqualTo(2);
        offsets.add(entry.offset());
      }
    }
    return offsets;
  }

  private static List<Long> range(long from, long to) {
    return Stream.iterate(from, at -> at < to, at -> at + 1).toList();
  }

  private Map<String, FileTime> files() throws IOException {
    Map<String, FileTime> files = new TreeMap<>();
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path file : all.toList()) {
        files.put(file.toString(), Files.getLastModifiedTime(file));
      }
    }
    return files;
  }

  @Test
  void allThatIsHeldIsReadWhileTheLogIsOpenAndNothingIsTouched() throws IOException {
    assertThat(read()).isEmpty();
    try (SegmentLog log = open()) {
      append(log, 0, 50);
      Map<String, FileTime> before = files();
      assertThat(read()).isEqualTo(range(0, 50));
      assertThat(files()).isEqualTo(before);
      append(log, 50, 60);
      assertThat(read()).isEqualTo(range(0, 60));
    }
    assertThat(read()).isEqualTo(range(0, 60));
  }

  @Test
  void whatWasDroppedMeanwhileIsSkipped() throws IOException {
    try (SegmentLog log = open()) {
      append(log, 0, 50);
      try (Feed slow = new LogReader(directory, FileSystem.DISK)) {
        append(log, 50, 1_000);
        assertThat(log.firstOffset()).isGreaterThan(50);
        assertThat(slow.next()).isNull();
      }
      assertThat(read()).isEqualTo(range(log.firstOffset(), 1_000));
    }
  }

  /** Only what is gone before the pass begins is damage. */
  @Test
  void whatTheLogDeletesMeanwhileIsNotCalledDamaged() throws IOException {
    try (SegmentLog log = open()) {
      append(log, 0, 50);
    }
    try (Stream<Path> all = Files.list(directory);
        LogReader pass = new LogReader(directory, FileSystem.DISK)) {
      List<Path> segments = all.filter(each -> each.toString().endsWith(".seg")).sorted().toList();
      long second = Segment.firstOf(segments.get(1).getFileName().toString());
      long third = Segment.firstOf(segments.get(2).getFileName().toString());
      Missing gone =
          new Missing(
              second, third, 999 + second, 1_000 + third, 2 * (third - second), true, true, null);
      assertThat(pass.next()).isNotNull();
      Files.delete(segments.get(1));
      while (pass.next() != null) {
        // up to the end
      }
      assertThat(pass.missing()).containsExactly(gone);
      LogReader later = new LogReader(directory, FileSystem.DISK);
      while (later.next() != null) {
        // up to the end
      }
      assertThat(later.missing()).hasSize(1).noneMatch(Missing::isDeleted);
    }
  }

  @Test
  void aDamagedRecordCostsItselfOnly() throws IOException {
    try (SegmentLog log = open()) {
      append(log, 0, 50);
    }
    Path first = directory.resolve(Segment.fileName(0));
    byte[] bytes = Files.readAllBytes(first);
    int at = new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1).indexOf("record 3 ");
    bytes[at + 100] ^= 1;
    Files.write(first, bytes);
    List<Long> expected = new ArrayList<>(range(0, 50));
    expected.remove(3L);
    assertThat(read()).isEqualTo(expected);
  }
}
