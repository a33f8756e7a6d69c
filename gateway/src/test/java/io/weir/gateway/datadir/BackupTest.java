package io.weir.gateway.datadir;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.weir.gateway.log.Feed;
import io.weir.gateway.log.FileSystem;
import io.weir.gateway.log.ForwardingFiles;
import io.weir.gateway.log.LogCheck;
import io.weir.gateway.log.LogOptions;
import io.weir.gateway.log.RunningTotal;
import io.weir.gateway.log.SegmentLog;
import io.weir.gateway.log.SegmentLog.Start;
import io.weir.gateway.log.Threads;
import io.weir.gateway.log.Time;
import io.weir.gateway.normalize.LineStore;
import io.weir.gateway.source.SessionStore;
import java.io.Closeable;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Backups of a data directory that is being written, and what a gateway finds after a restore. */
@Tag("slow")
class BackupTest {

  private static final int BACKUPS = 40;

  @TempDir Path folder;

  private DataDirectory data;

  @BeforeEach
  void name() {
    data = new DataDirectory(folder.resolve("data"));
  }

  private static SegmentLog open(DataDirectory where, String log) throws IOException {
    return SegmentLog.open(
        log,
        new LogOptions(
            where.log(log), 64 << 10, 16 << 20, LogOptions.WhenFull.BLOCK, Duration.ZERO, 4 << 10),
        FileSystem.DISK,
        Time.SYSTEM,
        RunningTotal.NOTHING,
        new SimpleMeterRegistry());
  }

  private Manifest take(Path to) throws IOException {
    return Backup.take(data, to, FileSystem.DISK, "gateway-1", "1.2.3", Instant.EPOCH);
  }

  private Restore.Done restore(DataDirectory into, Path from, boolean replace) throws Exception {
    return Restore.run(into, from, FileSystem.DISK, "20260301T060000Z", replace);
  }

  /**
   * A gateway in small: it appends numbers to one log, copies each of them to another log, and
   * commits in the first log what is safe in the second, as the quarantine's copier does. Its
   * segments are small, so that many are begun and deleted during each backup.
   */
  private final class Writing implements Runnable, Closeable {

    private final AtomicBoolean stopped = new AtomicBoolean();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private final SegmentLog readings = open(data, "readings").start(Threads.SYSTEM);
    private final SegmentLog quarantine = open(data, "quarantine").start(Threads.SYSTEM);
    private final Thread thread = new Thread(this, "writing");

    Writing() throws IOException {
      thread.start();
    }

    @Override
    public void run() {
      try (Feed feed = readings.feed("quarantine", Start.OLDEST);
          Feed end = quarantine.feed("page", Start.OLDEST)) {
        ByteBuffer payload = ByteBuffer.allocate(1_000);
        for (long i = 0; !stopped.get(); i++) {
          readings.append(1, 1 + i, 1, payload.putLong(0, i), null);
          if (i % 50 == 49) {
            copy(feed);
          }
          if (i % 500 == 499) {
            long last = -1;
            for (Feed.Entry entry = end.next(); entry != null; entry = end.next()) {
              last = entry.offset();
            }
            end.commit(last + 1, new byte[0]);
          }
        }
      } catch (IOException | RuntimeException | Error e) {
        failure.set(e);
      }
    }

    private void copy(Feed feed) throws IOException {
      readings.sync(readings.endOffset() - 1);
      long last = -1;
      for (Feed.Entry entry = feed.next(); entry != null; entry = feed.next()) {
        last = entry.offset();
        quarantine.append(1, entry.receiveTimeNs(), 1, entry.payload(), null);
      }
      quarantine.sync(quarantine.endOffset() - 1);
      feed.commit(last + 1, ByteBuffer.allocate(8).putLong(0, last).array());
    }

    @Override
    public void close() throws IOException {
      stopped.set(true);
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      readings.close();
      quarantine.close();
    }
  }

  @Test
  void noCursorOfABackupIsBeyondItsLogNorBeforeItsOldestRecord() throws Exception {
    try (Writing writing = new Writing()) {
      for (int i = 0; i < BACKUPS; i++) {
        Path backup = folder.resolve("backup-" + i);
        take(backup);
        DataDirectory restored = new DataDirectory(folder.resolve("restored-" + i));
        restore(restored, backup, false);
        assertStartsAsAfterACrash(restored);
      }
      assertThat(writing.failure.get()).isNull();
      assertThat(writing.thread.isAlive()).isTrue();
    }
  }

  private static void assertStartsAsAfterACrash(DataDirectory restored) throws IOException {
    LogCheck.Report report = LogCheck.verify(restored.log("readings"), FileSystem.DISK);
    assertThat(report.isSound()).as("%s", report.faults()).isTrue();
    SegmentLog quarantine = open(restored, "quarantine");
    SegmentLog readings = open(restored, "readings");
    if (readings.cursorNames().contains("quarantine")) {
      try (Feed feed = readings.feed("quarantine", Start.OLDEST)) {
        long next = feed.committed();
        assertThat(next).isLessThanOrEqualTo(readings.syncedOffset());
        assertThat(next == 0 ? -1 : ByteBuffer.wrap(feed.state()).getLong()).isEqualTo(next - 1);
        assertThat(quarantine.status().units())
            .as("copies of what is done")
            .isGreaterThanOrEqualTo(next);
        for (Feed.Entry entry = feed.next(); entry != null; entry = feed.next()) {
          assertThat(entry.offset()).isEqualTo(next++);
          assertThat(entry.corrupt()).isZero();
          assertThat(entry.dropped()).isZero();
        }
        assertThat(next).isEqualTo(readings.syncedOffset());
      }
    }
    if (quarantine.cursorNames().contains("page")) {
      try (Feed feed = quarantine.feed("page", Start.OLDEST)) {
        assertThat(feed.committed()).isLessThanOrEqualTo(quarantine.syncedOffset());
        for (Feed.Entry entry = feed.next(); entry != null; entry = feed.next()) {
          assertThat(entry.corrupt()).isZero();
          assertThat(entry.dropped()).isZero();
        }
      }
    }
    readings.close();
    quarantine.close();
  }

  private static void isDamaged(String file) {
    throw new AssertionError(file + " is damaged");
  }

  private void write(int records) throws IOException {
    SegmentLog log = open(data, "readings");
    for (int i = 0; i < records; i++) {
      log.append(1, 1 + i, 1, ByteBuffer.allocate(500), null);
      log.step();
    }
    log.feed("sink-a", Start.OLDEST).close();
    log.close();
  }

  @Test
  void typesAndSubscriptionsArePartOfABackupAndOthersAreNamed() throws Exception {
    write(3);
    LineStore pins = data.types(FileSystem.DISK, BackupTest::isDamaged);
    pins.replace(List.of("pins".getBytes(UTF_8)));
    pins.append(" and more".getBytes(UTF_8));
    SessionStore session = data.session(FileSystem.DISK, "plant", BackupTest::isDamaged);
    session.save(Set.of("a/#", "b/#"));
    session.save(new SessionStore.LastConnection(7, false));
    Files.createDirectories(data.store().resolve("db"));

    Path backup = folder.resolve("backup");
    Manifest manifest = take(backup);
    assertThat(Backup.leftOut(data, FileSystem.DISK)).containsExactly("store");
    assertThat(Manifest.read(FileSystem.DISK, backup)).isEqualTo(manifest);

    DataDirectory restored = new DataDirectory(folder.resolve("restored"));
    assertThat(restore(restored, backup, false).replaced()).isEmpty();
    StringBuilder found = new StringBuilder();
    restored
        .types(FileSystem.DISK, BackupTest::isDamaged)
        .load(part -> found.append(new String(part, UTF_8)));
    assertThat(found).hasToString("pins and more");
    SessionStore after = restored.session(FileSystem.DISK, "plant", BackupTest::isDamaged);
    assertThat(after.load()).containsExactly("a/#", "b/#");
    assertThat(after.lastConnection())
        .as("packet ids of before the backup name other messages now")
        .isEqualTo(SessionStore.LastConnection.NONE);
    assertThat(restored.store()).doesNotExist();
    assertThat(restored.log("figures")).doesNotExist();
  }

  @Test
  void aDataDirectoryThatHoldsSomethingIsMovedAsideOnlyIfThatIsWanted() throws Exception {
    write(3);
    Path backup = folder.resolve("backup");
    take(backup);
    write(2);
    Files.createDirectories(data.store());

    assertThatThrownBy(() -> restore(data, backup, false))
        .isInstanceOf(Restore.NotEmptyException.class);
    assertThat(units(data)).isEqualTo(5);

    Restore.Done done = restore(data, backup, true);
    assertThat(units(data)).isEqualTo(3);
    assertThat(units(new DataDirectory(Path.of(done.replaced())))).isEqualTo(5);
    assertThat(data.store()).exists();
    assertThat(data.restoring()).doesNotExist();
    data.lock(FileSystem.DISK).close();
  }

  private static long units(DataDirectory where) throws IOException {
    SegmentLog log = open(where, "readings");
    long units = log.status().units();
    log.close();
    return units;
  }

  @Test
  void aBackupThatIsNotWholeIsRefusedBeforeAnythingIsChanged() throws Exception {
    write(3);
    Path backup = folder.resolve("backup");
    Manifest manifest = take(backup);
    Path segment = backup.resolve(manifest.files().get(0).path());
    DataDirectory empty = new DataDirectory(folder.resolve("empty"));

    try (RandomAccessFile bytes = new RandomAccessFile(segment.toFile(), "rw")) {
      bytes.seek(9_000);
      bytes.write(1);
    }
    assertThatThrownBy(() -> restore(empty, backup, false))
        .isInstanceOf(NotABackupException.class)
        .hasMessageContaining("not as it was");
    Files.delete(segment);
    assertThatThrownBy(() -> restore(empty, backup, false))
        .isInstanceOf(NotABackupException.class)
        .hasMessageContaining("missing");
    Files.delete(backup.resolve(Manifest.FILE));
    assertThatThrownBy(() -> restore(empty, backup, false))
        .isInstanceOf(NotABackupException.class)
        .hasMessageContaining("no backup");
    assertThat(empty.path()).doesNotExist();
  }

  @Test
  void aRestoreThatDidNotEndKeepsTheGatewayFromStartingUntilItIsRunAgain() throws Exception {
    write(3);
    Path backup = folder.resolve("backup");
    take(backup);
    Files.createDirectories(data.restoring());
    Files.writeString(data.restoring().resolve("types.0"), "half");
    Files.move(data.path().resolve("log"), data.path().resolve("replaced-20250101T000000Z"));

    assertThatThrownBy(() -> data.lock(FileSystem.DISK))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("did not end");

    restore(data, backup, false);
    data.lock(FileSystem.DISK).close();
    assertThat(units(data)).isEqualTo(3);
  }

  /** A disk on which the process dies at one of its operations. */
  private static final class Dying extends ForwardingFiles {

    private int left;

    Dying(int operations) {
      super(FileSystem.DISK);
      left = operations;
    }

    private void operation() throws IOException {
      if (left-- <= 0) {
        throw new IOException("the process is dead");
      }
    }

    @Override
    public Handle open(Path file, Mode mode) throws IOException {
      operation();
      return super.open(file, mode);
    }

    @Override
    public boolean createDirectory(Path directory) throws IOException {
      operation();
      return super.createDirectory(directory);
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
      operation();
      super.rename(from, to);
    }

    @Override
    public void delete(Path file) throws IOException {
      operation();
      super.delete(file);
    }

    @Override
    public void forceDirectory(Path directory) throws IOException {
      operation();
      super.forceDirectory(directory);
    }
  }

  @Test
  void whereverARestoreIsCutOffNothingIsLostAndAnotherEndsIt() throws Exception {
    write(3);
    data.types(FileSystem.DISK, BackupTest::isDamaged).replace(List.of("pins".getBytes(UTF_8)));
    Path backup = folder.resolve("backup");
    take(backup);
    boolean isCutOff = true;
    for (int operations = 0; isCutOff; operations++) {
      data = new DataDirectory(folder.resolve("data-" + operations));
      write(5);
      Files.writeString(data.path().resolve("weir-names.0"), "old");
      isCutOff = !isRestored(data, backup, new Dying(operations));

      boolean isOld = isFree(data) && units(data) == 5;
      if (isOld) {
        assertThat(data.path().resolve("weir-names.0")).as("%d", operations).exists();
      } else if (!isFree(data)) {
        Restore.run(data, backup, FileSystem.DISK, "20260301T070000Z", false);
      }
      assertThat(isFree(data)).as("%d", operations).isTrue();
      assertThat(units(data)).as("%d", operations).isEqualTo(isOld ? 5 : 3);
      try (Stream<Path> all = Files.walk(data.path())) {
        assertThat(all.filter(each -> each.endsWith("weir-names.0")))
            .as("%d", operations)
            .hasSize(1);
      }
    }
    assertThat(data.restoring()).doesNotExist();
  }

  @Test
  void twoRestoresOfOneSecondKeepWhatWasThereTwice() throws Exception {
    write(3);
    Path backup = folder.resolve("backup");
    take(backup);
    List<Path> aside = new ArrayList<>();
    for (String there : List.of("first", "second", "third")) {
      Files.writeString(data.path().resolve("weir-names.0"), there);
      aside.add(Path.of(restore(data, backup, true).replaced()));
    }
    assertThat(aside)
        .extracting(each -> Files.readString(each.resolve("weir-names.0")))
        .containsExactly("first", "second", "third");
    assertThat(units(data)).isEqualTo(3);
  }

  private static boolean isRestored(DataDirectory into, Path from, FileSystem files)
      throws Exception {
    try {
      Restore.run(into, from, files, "20260301T060000Z", true);
      return true;
    } catch (IOException dead) {
      return false;
    }
  }

  private static boolean isFree(DataDirectory held) {
    try {
      held.lock(FileSystem.DISK).close();
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void aDiskThatDoesNotSayHowMuchIsFreeTakesABackup() throws Exception {
    write(3);
    FileSystem silent =
        new ForwardingFiles(FileSystem.DISK) {
          @Override
          public long usableSpace(Path directory) {
            return UNKNOWN_SPACE;
          }
        };
    Path backup = folder.resolve("backup");
    Backup.take(data, backup, silent, "gateway-1", "1.2.3", Instant.EPOCH);
    assertThat(units(new DataDirectory(backup))).isEqualTo(3);
  }

  @Test
  void aRunningGatewayIsNotRestoredOver() throws Exception {
    write(3);
    Path backup = folder.resolve("backup");
    take(backup);
    Closeable lock = data.lock(FileSystem.DISK);
    try {
      assertThatThrownBy(() -> restore(data, backup, true))
          .isInstanceOf(DataDirectory.InUseException.class);
    } finally {
      lock.close();
    }
  }
}
