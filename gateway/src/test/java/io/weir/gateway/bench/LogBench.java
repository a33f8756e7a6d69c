package io.weir.gateway.bench;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.weir.gateway.log.Feed;
import io.weir.gateway.log.FileSystem;
import io.weir.gateway.log.LogMeter;
import io.weir.gateway.log.LogOptions;
import io.weir.gateway.log.LogOptions.WhenFull;
import io.weir.gateway.log.RunningTotal;
import io.weir.gateway.log.SegmentLog;
import io.weir.gateway.log.Threads;
import io.weir.gateway.log.Time;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * How fast the log takes records, against what the disk does for a plain program: as many bytes as
 * the log's files got, in sequential writes of chunks as large as its group syncs came out, each
 * followed by an fdatasync. Both in one run, in turns, on the same disk; medians. So a record's
 * header of 40 bytes is in both; how fast the payload alone gets there is printed beside it.
 *
 * <p>What happens once is over before either is timed: the first segment is there, the log's memory
 * has the size that bursts give it, and the file system is done with the files deleted before,
 * which would be in the next sync. A segment that fills up meanwhile is in it.
 *
 * <p>{@code LogBench [directory [rounds [megabytes a round]]]}
 */
public final class LogBench {

  private LogBench() {}

  public static void main(String[] args) throws Exception {
    Path base = args.length > 0 ? Path.of(args[0]) : Path.of("target");
    int rounds = args.length > 1 ? Integer.parseInt(args[1]) : 21;
    long bytes = (args.length > 2 ? Long.parseLong(args[2]) : 128) << 20;
    Files.createDirectories(base);
    Path directory = Files.createTempDirectory(base, "log-bench");
    try {
      System.out.printf(
          "%-22s %10s %10s %10s %10s %12s %10s%n",
          "append", "log MB/s", "plain MB/s", "ratio", "of payload", "records/s", "sync KiB");
      run(directory, 200, 2, rounds, bytes);
      run(directory, 4096, 2, rounds, bytes);
    } finally {
      deleteAll(directory);
    }
  }

  private record Round(
      double logRate,
      double plainRate,
      double payloadRate,
      double chunk,
      double readRate,
      double openMs) {}

  private static void run(Path directory, int size, int threads, int rounds, long bytes)
      throws Exception {
    round(directory, size, threads, bytes / 2); // warms up
    Round[] all = new Round[rounds];
    for (int i = 0; i < rounds; i++) {
      all[i] = round(directory, size, threads, bytes);
    }
    System.out.printf(
        "%-22s %10.0f %10.0f %10.2f %10.2f %12.0f %10.0f%n",
        threads + " x " + size + " bytes",
        median(all, Round::logRate),
        median(all, Round::plainRate),
        median(all, one -> one.logRate() / one.plainRate()),
        median(all, one -> one.payloadRate() / one.plainRate()),
        median(all, Round::payloadRate) * 1e6 / size,
        median(all, Round::chunk) / 1024);
    BenchRow.print(
        "log append, records of " + size + " bytes",
        "sequential write and fdatasync of the same chunks",
        "%.2f".formatted(median(all, one -> one.logRate() / one.plainRate())),
        size < 4096 ? "0.45 of payload" : "0.42",
        "0.8");
    System.out.printf("%-22s %10.0f%n", "  read back", median(all, Round::readRate));
    System.out.printf("%-22s %10.0f ms%n", "  open again", median(all, Round::openMs));
  }

  private static double median(Round[] rounds, java.util.function.ToDoubleFunction<Round> of) {
    return Medians.median(Arrays.stream(rounds).mapToDouble(of).toArray());
  }

  private static Round round(Path directory, int size, int threads, long bytes) throws Exception {
    Path logDirectory = directory.resolve("log");
    SimpleMeterRegistry meters = new SimpleMeterRegistry();
    LogOptions options =
        new LogOptions(logDirectory, 64 << 20, 4L << 30, WhenFull.BLOCK, Duration.ZERO, 8 << 20);
    double seconds;
    double readRate;
    long written;
    long syncs;
    try (SegmentLog log =
        SegmentLog.open(
                "bench", options, FileSystem.DISK, Time.SYSTEM, RunningTotal.NOTHING, meters)
            .start(Threads.SYSTEM)) {
      append(log, size, threads, bytes / 4);
      settle(directory);
      long writtenBefore = written(meters);
      long syncsBefore = syncs(meters);
      long start = System.nanoTime();
      append(log, size, threads, bytes);
      seconds = (System.nanoTime() - start) / 1e9;
      written = written(meters) - writtenBefore;
      syncs = syncs(meters) - syncsBefore;
      readRate = bytes * 1.25e3 / readBack(log);
    }
    long opening = System.nanoTime();
    SegmentLog.open("bench", options, FileSystem.DISK, Time.SYSTEM, RunningTotal.NOTHING, meters)
        .start(Threads.SYSTEM)
        .close();
    double openMs = (System.nanoTime() - opening) / 1e6;
    int chunk = (int) (written / syncs);
    settle(directory);
    double plainRate = plain(directory.resolve("plain"), chunk, written);
    deleteAll(logDirectory);
    return new Round(
        written / seconds / 1e6, plainRate, bytes / seconds / 1e6, chunk, readRate, openMs);
  }

  private static long written(SimpleMeterRegistry meters) {
    return (long) meters.get(LogMeter.APPENDED_BYTES.meterName()).counter().count();
  }

  private static long syncs(SimpleMeterRegistry meters) {
    return meters.get(LogMeter.SYNC_TIME.meterName()).timer().count();
  }

  /** Has the file system end what a deletion leaves to its next sync. */
  private static void settle(Path directory) throws IOException {
    Path file = directory.resolve("settle");
    for (int i = 0; i < 2; i++) {
      try (FileChannel channel =
          FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        channel.write(ByteBuffer.allocate(1));
        channel.force(true);
      }
      Files.delete(file);
    }
  }

  private static void append(SegmentLog log, int size, int threads, long bytes) throws Exception {
    Thread[] appenders = new Thread[threads];
    for (int t = 0; t < threads; t++) {
      long records = bytes / size / threads;
      byte[] content = new byte[size];
      new Random(t).nextBytes(content);
      appenders[t] = new Thread(() -> append(log, ByteBuffer.wrap(content), records));
      appenders[t].start();
    }
    for (Thread appender : appenders) {
      appender.join();
    }
    log.sync();
  }

  private static void append(SegmentLog log, ByteBuffer record, long records) {
    for (long i = 0; i < records; i++) {
      while (log.append(1, i, 1, record, null) == SegmentLog.NO_ROOM) {
        LockSupport.parkNanos(50_000);
      }
    }
  }

  private static long readBack(SegmentLog log) throws IOException {
    long start = System.nanoTime();
    try (Feed feed = log.scan(0)) {
      while (feed.next() != null) {
        continue;
      }
    }
    return System.nanoTime() - start;
  }

  /** MB/s of a program that writes chunks one after the other and syncs each. */
  private static double plain(Path file, int chunk, long bytes) throws IOException {
    byte[] content = new byte[chunk];
    new Random(9).nextBytes(content);
    ByteBuffer buffer = ByteBuffer.allocateDirect(chunk).put(content);
    long start = System.nanoTime();
    long written = 0;
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      while (written < bytes) {
        buffer.rewind();
        while (buffer.hasRemaining()) {
          written += channel.write(buffer);
        }
        channel.force(false);
      }
    }
    double rate = written * 1e3 / (System.nanoTime() - start);
    Files.delete(file);
    return rate;
  }

  private static void deleteAll(Path directory) throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
