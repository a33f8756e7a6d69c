package io.weir.gateway.sink.influx;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.weir.gateway.fuzz.Target;
import io.weir.gateway.sink.LineSink;
import io.weir.gateway.sink.Sink.Answer;
import io.weir.gateway.sink.StoreConfig;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;

/**
 * Answers of stores. Most are read as they come out of HTTP; one in {@link #ONE_IN} goes over a
 * connection, byte by byte.
 *
 * <p>The sink's promises: each answer is one of those that the drain knows, "stored" only for 204;
 * what is said of it is short; memory is bounded. An input is an HTTP answer; its first line begins
 * with the number of lines that were written.
 */
public final class StoreAnswerTarget implements Target {

  private static final int ONE_IN = 128;
  private static final Instant NOW = Instant.parse("2026-03-03T08:00:00Z");
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final long BASE = 4 << 20;
  private static final int[] STATUS = {
    200, 204, 301, 307, 400, 400, 400, 400, 401, 403, 404, 408, 413, 422, 425, 429, 500, 503, 599
  };
  private static final List<String> SCRAPS =
      List.of(
          "{\"error\":\"",
          "\"message\":\"",
          "\"line\":",
          "\"data\":[",
          "{\"line_number\":1,\"error_message\":\"x\"}",
          "99999999999999999999",
          "-1",
          "2147483648",
          "1e400",
          "partial write",
          "dropped=",
          "error in line 3: bad\\n",
          "input field \"a\" on measurement \"b\" is type float, already exists as type integer",
          "database not found",
          "table: a, column: b; cast error",
          "\\u0000",
          "\\ud800",
          "<html>",
          "<",
          "\"}",
          "]",
          "{",
          "null",
          "\n",
          "\u00ff\u00fe");

  private final List<String> cases = new ArrayList<>();
  private volatile byte[] next = {};
  private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  private final LineSink sink;
  private boolean warm;

  public StoreAnswerTarget() throws Exception {
    Path folder =
        Path.of(Objects.requireNonNull(AnswerReaderTest.class.getResource("answers")).toURI());
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.sorted().toList()) {
        String[] parts = Files.readString(file).split("\n\n", 2);
        cases.add(parts[0].replaceAll("lines ([0-9]+).*", "$1") + " " + parts[1]);
      }
    }
    Thread thread = new Thread(this::serve, "fuzzed-store");
    thread.setDaemon(true);
    thread.start();
    sink =
        InfluxSinks.of(
            StoreConfig.of(2, URI.create("http://127.0.0.1:" + server.getLocalPort()), "b").make());
    for (String each : cases) { // so that no class is loaded while allocations are counted
      read(each);
    }
    warm = true;
  }

  // ---- Inputs

  @Override
  public byte[] input(Random random) {
    String text = cases.get(random.nextInt(cases.size()));
    if (random.nextInt(3) == 0) {
      text = text.replaceFirst("HTTP [0-9]+", "HTTP " + STATUS[random.nextInt(STATUS.length)]);
    }
    if (random.nextInt(6) == 0) {
      text = text.replaceFirst("\n", "\nRetry-After: " + retryAfter(random) + "\n");
    }
    StringBuilder all = new StringBuilder(text);
    int body = Math.max(0, text.indexOf("\n\n"));
    for (int left = random.nextInt(5); left > 0; left--) {
      int at = body + random.nextInt(all.length() - body + 1);
      switch (random.nextInt(5)) {
        case 0 -> all.insert(at, SCRAPS.get(random.nextInt(SCRAPS.size())));
        case 1 ->
            all.insert(at, SCRAPS.get(random.nextInt(SCRAPS.size())).repeat(random.nextInt(40)));
        case 2 -> all.delete(at, Math.min(all.length(), at + random.nextInt(20)));
        case 3 -> {
          String other = cases.get(random.nextInt(cases.size()));
          all.insert(at, other.substring(Math.max(0, other.indexOf("\n\n"))));
        }
        default -> all.insert(at, (char) random.nextInt(256));
      }
    }
    return all.toString().getBytes(UTF_8);
  }

  private static String retryAfter(Random random) {
    return switch (random.nextInt(6)) {
      case 0 -> "99999999999999999999";
      case 1 -> "-1";
      case 2 -> "Tue, 03 Mar 2026 08:00:07 GMT";
      case 3 -> "Fri, 31 Dec 9999 23:59:59 GMT";
      case 4 -> "Sat, 01 Jan 0000 00:00:00 GMT";
      default -> String.valueOf(random.nextInt());
    };
  }

  // ---- What becomes of them

  @Override
  public String run(byte[] input) throws IOException {
    return read(new String(input, UTF_8));
  }

  private String read(String text) throws IOException {
    String[] parts = text.split("\n\n", 2);
    String[] head = parts[0].split("\n");
    String[] first = head[0].split(" ", 3);
    int lines = number(first[0], 1);
    int status = number(first.length > 2 ? first[2].strip() : "", 400);
    String body = parts.length > 1 ? parts[1] : "";
    Exchange exchange =
        new Exchange(
            status,
            header(head, "Retry-After"),
            header(head, "Date"),
            header(head, "Location"),
            body);
    long before = THREADS.getCurrentThreadAllocatedBytes();
    Answer answer = AnswerReader.read(exchange, lines, NOW);
    long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
    if (warm) {
      assertThat(allocated).as("bytes allocated").isLessThan(BASE + 400L * text.length());
    }
    assertIsOne(answer, status);
    boolean sent = Math.floorMod(text.hashCode(), ONE_IN) == 0;
    return kind(answer) + (sent ? ", sent " + kind(overHttp(status, head, body)) : "");
  }

  private static void assertIsOne(Answer answer, int status) {
    assertThat(answer instanceof Answer.Stored).as("stored").isEqualTo(status == 204);
    if (answer instanceof Answer.Refused refused) {
      assertThat(refused.detail().length()).isLessThan(1_000);
      refused.refused().forEach(each -> assertThat(each.detail().length()).isLessThan(1_000));
      refused.fields().forEach(each -> assertThat(each.detail().length()).isLessThan(1_000));
    } else if (answer instanceof Answer.Busy busy && busy.retryAfter() != null) {
      assertThat(busy.retryAfter()).isGreaterThanOrEqualTo(Duration.ZERO);
    } else {
      assertThat(answer.toString().length()).isLessThan(2_000);
    }
  }

  private static String kind(Answer answer) {
    String name = answer.getClass().getSimpleName();
    return answer instanceof Answer.Refused refused
        ? name
            + (refused.othersStored() ? " others stored" : "")
            + (refused.refused().isEmpty() ? "" : " lines")
            + (refused.fields().isEmpty() ? "" : " fields")
        : name;
  }

  private static int number(String text, int otherwise) {
    return text.matches("[0-9]{1,4}") ? Integer.parseInt(text) : otherwise;
  }

  private static String header(String[] head, String name) {
    for (String each : head) {
      if (each.startsWith(name + ": ")) {
        return each.substring(name.length() + 2);
      }
    }
    return null;
  }

  // ---- Over a connection

  private Answer overHttp(int status, String[] head, String body) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes("HTTP/1.1 %03d No\r\nConnection: close\r\n".formatted(status).getBytes(UTF_8));
    for (int i = 1; i < head.length; i++) {
      bytes.writeBytes((head[i] + "\r\n").getBytes(UTF_8));
    }
    bytes.writeBytes("\r\n".getBytes(UTF_8));
    bytes.writeBytes(body.getBytes(UTF_8));
    next = bytes.toByteArray();
    Answer answer = sink.write(List.of("m t=1 1", "m t=2 2"));
    assertThat(answer.toString().length()).isLessThan(10_000);
    if (status != 204) {
      assertThat(answer).isNotInstanceOf(Answer.Stored.class);
    }
    return answer;
  }

  private void serve() {
    while (!server.isClosed()) {
      try (Socket socket = server.accept()) {
        readRequest(socket.getInputStream());
        OutputStream out = socket.getOutputStream();
        out.write(next);
        out.flush();
      } catch (IOException e) {
        continue; // the client has gone, or the target is closed
      }
    }
  }

  private static void readRequest(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int b = in.read();
      if (b < 0) {
        throw new IOException("no request");
      }
      head.append((char) b);
    }
    String lower = head.toString().toLowerCase(java.util.Locale.ROOT);
    int at = lower.indexOf("content-length: ");
    if (at >= 0) {
      in.readNBytes(Integer.parseInt(lower.substring(at + 16, lower.indexOf('\r', at))));
    }
  }

  /** It still takes an honest answer. */
  @Override
  public void check() {
    next = "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n".getBytes(ISO_8859_1);
    assertThat(sink.write(List.of("m t=1 1"))).isInstanceOf(Answer.Stored.class);
  }

  @Override
  public void close() throws IOException {
    sink.close();
    server.close();
  }
}
