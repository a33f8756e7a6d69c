package io.weir.gateway.bench;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.weir.gateway.log.FileSystem;
import io.weir.gateway.log.LogOptions;
import io.weir.gateway.log.LogStatus;
import io.weir.gateway.log.RunningTotal;
import io.weir.gateway.log.SegmentLog;
import io.weir.gateway.log.Threads;
import io.weir.gateway.log.Time;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;

/**
 * How long a full log takes to open, as at each start of the gateway. The log is written, not made
 * of holes: records of 1 KiB of random bytes in segments of the usual size. It is closed cleanly,
 * so its last segment is whole; recovery reads that segment, and the header of each other.
 *
 * <pre>OpenBench FOLDER [GiB, default 10]</pre>
 */
public final class OpenBench {

  private static final int RECORD_BYTES = 1 << 10;
  private static final int OPENINGS = 5;
  private static final long GIB = 1L << 30;
  private static final long SEGMENT_BYTES = 64L << 20;

  private OpenBench() {}

  public static void main(String[] args) throws Exception {
    Path folder = Path.of(args[0]).toAbsolutePath();
    long bytes = (args.length > 1 ? Long.parseLong(args[1]) : 10) * GIB;
    long free = FileSystem.DISK.usableSpace(folder);
    if (free < bytes + bytes / 5) {
      throw new IllegalArgumentException(
          "%d GiB are too many for %s, where %d GiB are free"
              .formatted(bytes / GIB, folder, free / GIB));
    }
    write(folder, bytes);
    long onDisk = 0;
    for (String file : FileSystem.DISK.list(folder.resolve("log"))) {
      Path path = folder.resolve("log").resolve(file);
      onDisk += Files.isRegularFile(path) ? blocks(path) : 0;
    }
    double[] millis = new double[OPENINGS];
    LogStatus status = null;
    for (int i = 0; i < OPENINGS; i++) {
      long begun = System.nanoTime();
      try (SegmentLog log = open(folder)) {
        millis[i] = (System.nanoTime() - begun) / 1e6;
        status = log.status();
      }
    }
    System.out.printf(
        "%.1f GiB on disk in %d segments, %,d records: open in %.0f ms (each of %d: %s)%n",
        onDisk / (double) GIB,
        status == null ? 0 : status.segments(),
        status == null ? 0 : status.endOffset(),
        Medians.median(millis),
        OPENINGS,
        Arrays.stream(millis).mapToObj("%.0f"::formatted).toList());
  }

  /** What a file takes of the disk, so that a hole does not count. */
  private static long blocks(Path file) throws IOException, InterruptedException {
    Process stat = new ProcessBuilder("stat", "-c", "%b", file.toString()).start();
    long blocks = Long.parseLong(new String(stat.getInputStream().readAllBytes()).strip());
    stat.waitFor();
    return blocks * 512;
  }

  private static SegmentLog open(Path folder) throws IOException {
    LogOptions options =
        new LogOptions(
            folder.resolve("log"),
            SEGMENT_BYTES,
            Long.MAX_VALUE / 4,
            LogOptions.WhenFull.BLOCK,
            Duration.ofMillis(2),
            8 << 20);
    return SegmentLog.open(
        "readings",
        options,
        FileSystem.DISK,
        Time.SYSTEM,
        RunningTotal.NOTHING,
        new SimpleMeterRegistry());
  }

  private static void write(Path folder, long bytes) throws IOException {
    byte[] record = new byte[RECORD_BYTES];
    Random random = new Random(1);
    long begun = System.nanoTime();
    try (SegmentLog log = open(folder).start(Threads.SYSTEM)) {
      log.feed("store", SegmentLog.Start.OLDEST).close(); // so that all is held
      for (long written = 0; written < bytes; written += RECORD_BYTES) {
        random.nextBytes(record);
        while (log.append(1, written + 1, 1, ByteBuffer.wrap(record), null) == SegmentLog.NO_ROOM) {
          log.sync();
        }
      }
    }
    System.out.printf("written in %.0f s%n", (System.nanoTime() - begun) / 1e9);
  }
}
