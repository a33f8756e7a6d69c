package io.weir.gateway.bench;

import io.weir.peers.Ports;
import io.weir.sim.load.Load;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;

/**
 * Bytes that a reading takes in the log of a gateway whose store is away, against line protocol of
 * the same readings: a body of 5,000 lines, packed by gzip at its usual level, 6.
 *
 * <pre>LogSizeBench [messages, default 200000]</pre>
 */
public final class LogSizeBench {

  private static final int TOPICS = 100;

  private LogSizeBench() {}

  public static void main(String[] args) throws Exception {
    int messages = args.length > 0 ? Integer.parseInt(args[0]) : 200_000;
    Path folder = Files.createTempDirectory("weir-bench");
    int port = Ports.free();
    int storePort = Ports.free();
    try (MeasuredGateway gateway =
        MeasuredGateway.listening(folder, port, "http://127.0.0.1:" + storePort)) {
      gateway.startConnected();
      Load.run("tcp://127.0.0.1:" + port, messages, 1, TOPICS, 0);
      long logged = gateway.json("/api/v1/status").at("/sinks/0/lagBytes").asLong();
      try (LineRecorder recorder = new LineRecorder(storePort)) {
        gateway.awaitStored(messages);
        print(logged / (double) messages, recorder.bodies().get(0));
      }
    }
  }

  private static void print(double bytesAMessage, byte[] body) throws IOException {
    double reading = bytesAMessage / MeasuredGateway.READINGS_A_MESSAGE;
    int readings = BenchLog.LINES_A_BATCH * MeasuredGateway.READINGS_A_MESSAGE;
    double packed = gzipped(body) / (double) readings;
    System.out.printf(
        "a reading takes %.1f bytes of the log, %.1f of line protocol, %.1f of that packed by gzip%n",
        reading, body.length / (double) readings, packed);
    BenchRow.print(
        "bytes on disk a reading in the log, times the yardstick",
        "gzip -6 of 5,000 lines of the same readings: %.1f bytes".formatted(packed),
        "%.1f (%.1f bytes)".formatted(reading / packed, reading),
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
