package io.weir.gateway.cli;

import io.weir.gateway.datadir.DataDirectory;
import io.weir.gateway.log.FileSystem;
import io.weir.gateway.log.Time;
import io.weir.gateway.settings.Config;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The folder of everything durable: whether it can be written, holds what it must, and syncs. */
record DataDirectoryCheck(
    Diagnosis diagnosis, Config config, DataDirectory data, FileSystem files, Time time) {

  private static final String FOLDER = "data directory";
  private static final String DISK = "disk";

  private static final long MIB = 1 << 20;

  private static final int SYNCS = 50;
  private static final int SYNCED_BYTES = 4096;
  private static final double SLOW_MS = 20;
  private static final double TOO_SLOW_MS = 500;

  /** Faster than any disk that really writes. */
  private static final double TOO_FAST_MS = 0.01;

  private static final Set<String> MEMORY = Set.of("tmpfs", "ramfs");
  private static final Set<String> NETWORK = Set.of("nfs", "nfs4", "cifs", "smb3", "fuse.sshfs");

  /**
   * @param runs whether the gateway of this configuration runs
   */
  void run(boolean runs) {
    Path there = existing(data.path());
    if (there == null || !Files.isDirectory(there)) {
      diagnosis.wrong(FOLDER, data.path() + " cannot be created", "choose another data-dir");
      return;
    }
    if (!Files.isWritable(there) || !Files.isExecutable(there)) {
      diagnosis.wrong(
          FOLDER,
          "the user %s may not write to %s".formatted(System.getProperty("user.name"), there),
          "run as the gateway's user, or: chown -R USER " + there);
      return;
    }
    if (there.equals(data.path().toAbsolutePath())) {
      contents(runs);
    } else {
      diagnosis.ok(FOLDER, data.path() + " does not exist yet and can be created in " + there);
    }
    space(there);
    syncs(there);
  }

  private static @Nullable Path existing(Path folder) {
    Path each = folder.toAbsolutePath();
    while (each != null && !Files.exists(each)) {
      each = each.getParent();
    }
    return each;
  }

  private void contents(boolean runs) {
    List<Path> foreign;
    try (Stream<Path> all = Files.walk(data.path(), 4)) {
      foreign = all.filter(each -> !Files.isWritable(each)).limit(3).toList();
    } catch (IOException e) {
      diagnosis.wrong(FOLDER, "cannot be listed: " + e, "check its permissions and the disk");
      return;
    }
    if (!foreign.isEmpty()) {
      diagnosis.wrong(
          FOLDER,
          "this user may not write to " + foreign,
          "were they made by another user? chown -R "
              + System.getProperty("user.name")
              + " "
              + data.path());
    } else if (Files.isDirectory(data.damaged())) {
      diagnosis.note(
          FOLDER,
          data.damaged() + " holds the bytes of files that were repaired",
          "delete it when you need them no more");
    } else {
      diagnosis.ok(FOLDER, data.path() + (runs ? ", in use by the gateway" : " can be written"));
    }
  }

  // ---- Space

  private void space(Path there) {
    String type;
    long free;
    try {
      type = Files.getFileStore(there).type();
      free = files.usableSpace(there);
    } catch (IOException e) {
      diagnosis.note(
          DISK,
          "its free space and kind are not known here: " + e.getMessage(),
          "check with df " + there);
      return;
    }
    if (MEMORY.contains(type)) {
      diagnosis.wrong(
          DISK,
          there + " is in memory (" + type + "): what was acknowledged is lost at a power cut",
          "move data-dir to a disk");
    } else if (NETWORK.contains(type)) {
      diagnosis.note(
          DISK,
          there + " is on the network (" + type + ")",
          "a local disk syncs faster and does not stop with the network");
    } else if (type.equals("overlay")) {
      diagnosis.note(
          DISK,
          there + " is in the container's own layer (overlay), which goes with the container",
          "mount a volume at data-dir");
    }
    long bounds =
        config.buffer().maxSize()
            + config.quarantine().maxSize()
            + (config.efficiency() == null
                ? 0
                : config.figures().maxSize() + config.corrections().maxSize());
    long held = held();
    String text =
        "%s, %,d MiB free; the logs hold %,d MiB and may grow to %,d MiB"
            .formatted(type, free / MIB, held / MIB, bounds / MIB);
    if (free + held < bounds) {
      diagnosis.wrong(
          DISK,
          text,
          "the disk fills up before the logs reach their bounds: lower buffer.max-size, or make"
              + " room");
    } else {
      diagnosis.ok(DISK, text);
    }
  }

  private long held() {
    long bytes = 0;
    for (String log : Logs.NAMES) {
      try {
        for (String name : files.list(data.log(log))) {
          Path file = data.log(log).resolve(name);
          bytes += Files.isRegularFile(file) ? files.size(file) : 0;
        }
      } catch (IOException e) {
        diagnosis.note(DISK, "the size of " + data.log(log) + " is not known: " + e, "");
      }
    }
    return bytes;
  }

  // ---- Syncs

  private void syncs(Path there) {
    Path file = there.resolve("weir-doctor-" + UUID.randomUUID() + ".tmp");
    double[] millis;
    try {
      millis = measure(file);
    } catch (IOException e) {
      diagnosis.wrong(DISK, "a sync fails: " + e, "check the disk: dmesg, smartctl -a");
      return;
    }
    Arrays.sort(millis);
    double median = millis[SYNCS / 2];
    String text =
        "a sync of 4 KiB takes %.2f ms in the middle and %.2f ms at most, of %d"
            .formatted(median, millis[SYNCS - 1], SYNCS);
    if (median > TOO_SLOW_MS) {
      diagnosis.wrong(DISK, text, "no message is acknowledged faster: use another disk");
    } else if (median > SLOW_MS) {
      diagnosis.note(
          DISK,
          text,
          "each acknowledgement waits that long; a larger receive-maximum keeps the rate up");
    } else if (median < TOO_FAST_MS) {
      diagnosis.note(
          DISK,
          text,
          "that is faster than a disk writes: is it really on a disk, and does the disk sync?");
    } else {
      diagnosis.ok(DISK, text);
    }
  }

  private double[] measure(Path file) throws IOException {
    double[] millis = new double[SYNCS];
    try (FileSystem.Handle handle = files.open(file, FileSystem.Mode.WRITE)) {
      for (int i = 0; i < SYNCS; i++) {
        handle.write(ByteBuffer.allocate(SYNCED_BYTES), (long) i * SYNCED_BYTES);
        long begun = time.elapsedNs();
        handle.force();
        millis[i] = (time.elapsedNs() - begun) / 1e6;
      }
    } finally {
      files.delete(file);
    }
    return millis;
  }
}
