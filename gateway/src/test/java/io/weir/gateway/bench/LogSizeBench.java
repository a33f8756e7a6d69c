package io.weir.gateway.bench;

import io.weir.gateway.log.FileSystem;
import io.weir.gateway.log.LogCheck;
import io.weir.peers.Ports;
import io.weir.sim.load.Load;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.zip.GZIPOutputStream;

/**
 * Bytes that a reading takes in the log of a gateway whose store is away, once its file is packed,
 * against line protocol of the same readings: a body of 5,000 lines, packed by gzip at its usual
 * level, 6. The file that is being written is not packed yet, so it is not counted.
 *
 * <pre>LogSizeBench [messages, default 600000]</pre>
 */
public final class LogSizeBench {

  private static final int TOPICS = 100;

  /** A file is packed after a minute. */
  private static final Duration MOST_WAIT = Duration.ofMinutes(4);

  private LogSizeBench() {}

  public static void main(String[] args) throws Exception {
    int messages = args.length > 0 ? Integer.parseInt(args[0]) : 600_000;
    Path folder = Files.createTempDirectory("weir-bench");
    int port = Ports.free();
    int storePort = Ports.free();
    try (MeasuredGateway gateway =
        MeasuredGateway.listening(folder, port, "http://127.0.0.1:" + storePort)) {
      gateway.startConnected();
      Load.run("tcp://127.0.0.1:" + port, messages, 1, TOPICS, 0);
      double written = bytesOfAReading(closed(gateway));
      double packed = bytesOfAReading(awaitPacked(gateway));
      try (LineRecorder recorder = new LineRecorder(storePort)) {
        gateway.awaitStored(messages);
        print(written, packed, recorder.bodies().get(0));
      }
    }
  }

  /** The files that are no longer written. */
  private static List<LogCheck.SegmentReport> closed(MeasuredGateway gateway) throws IOException {
    List<LogCheck.SegmentReport> all =
        LogCheck.status(gateway.dataDirectory().resolve("log/readings"), FileSystem.DISK)
            .segments();
    if (all.size() < 2) {
      throw new IllegalArgumentException("so few messages fill no file");
    }
    return all.subList(0, all.size() - 1);
  }

  private static double bytesOfAReading(List<LogCheck.SegmentReport> segments) {
    long bytes = segments.stream().mapToLong(LogCheck.SegmentReport::bytes).sum();
    long readings = segments.stream().mapToLong(LogCheck.SegmentReport::units).sum();
    return bytes / (double) readings;
  }

  private static List<LogCheck.SegmentReport> awaitPacked(MeasuredGateway gateway)
      throws IOException, InterruptedException {
    Instant end = Instant.now().plus(MOST_WAIT);
    long least = closed(gateway).stream().mapToLong(LogCheck.SegmentReport::bytes).min().orElse(0);
    while (Instant.now().isBefore(end)) {
      List<LogCheck.SegmentReport> now = closed(gateway);
      if (now.stream().allMatch(segment -> segment.bytes() < least)) {
        return now;
      }
      Thread.sleep(1_000);
    }
    throw new IllegalStateException("not packed after " + MOST_WAIT);
  }

  private static void print(double written, double inPackedFile, byte[] body) throws IOException {
    int readings = BenchLog.LINES_A_BATCH * MeasuredGateway.READINGS_A_MESSAGE;
    double packed = gzipped(body) / (double) readings;
    System.out.printf(
        "a reading takes %.1f bytes of the log when it is written, %.1f once it is packed,"
            + " %.1f of line protocol, %.1f of that packed by gzip%n",
        written, inPackedFile, body.length / (double) readings, packed);
    BenchRow.print(
        "bytes on disk a reading in the log, times the yardstick",
        "gzip -6 of 5,000 lines of the same readings: %.1f bytes".formatted(packed),
        "%.1f (%.1f bytes; %.1f when written)"
            .formatted(inPackedFile / packed, inPackedFile, written),
        "",
        "2");
  }

  private static int gzipped(byte[] body) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) { // its level is 6
      out.write(body);
    }
    return bytes.size();
  }
}
