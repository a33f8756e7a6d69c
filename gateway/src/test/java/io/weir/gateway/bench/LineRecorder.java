package io.weir.gateway.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Takes the place of an InfluxDB 1, and keeps the lines of readings that the gateway posts. */
final class LineRecorder implements AutoCloseable {

  /** Figures are other measurements. */
  private static final String READINGS = "telemetry,";

  private final HttpServer server;
  private final List<String> lines = Collections.synchronizedList(new ArrayList<>());

  LineRecorder(int port) throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    server.createContext("/write", this::take);
    server.start();
  }

  private void take(HttpExchange exchange) throws IOException {
    try (exchange) {
      new String(exchange.getRequestBody().readAllBytes(), UTF_8)
          .lines()
          .filter(line -> line.startsWith(READINGS))
          .forEach(lines::add);
      exchange.sendResponseHeaders(204, -1);
    }
  }

  /** All lines in bodies of the usual size. */
  List<byte[]> bodies() {
    List<byte[]> bodies = new ArrayList<>();
    List<String> all = List.copyOf(lines);
    for (int at = 0; at < all.size(); at += BenchLog.LINES_A_BATCH) {
      List<String> body = all.subList(at, Math.min(all.size(), at + BenchLog.LINES_A_BATCH));
      bodies.add(String.join("\n", body).getBytes(UTF_8));
    }
    return bodies;
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
