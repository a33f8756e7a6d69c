package io.weir.gateway.sink.influx;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.weir.gateway.log.Soak;
import io.weir.gateway.sink.LineSink;
import io.weir.gateway.sink.Sink.Answer;
import io.weir.gateway.sink.StoreConfig;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Answers that no honest store gives. Whatever comes, the sink takes little memory and time, never
 * calls the lines stored, and writes again as soon as the store is honest.
 */
@Timeout(120)
class HostileStoreTest {

  /** What a hostile answer sends at most, where it has no end of its own. */
  private static final int FLOOD = 64 << 20;

  /** What a write may allocate, all told. */
  private static final long MEMORY = 16 << 20;

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /** Sends one answer; the connection ends after it. */
  private interface Script {
    void play(OutputStream out) throws IOException;
  }

  private static final String CHUNKED =
      "HTTP/1.1 400 Bad Request\r\nTransfer-Encoding: chunked\r\n\r\n";

  private enum Hostile {
    A_BODY_WITHOUT_END(
        out -> {
          text(out, "HTTP/1.1 400 Bad Request\r\n\r\n");
          flood(out, "x".repeat(1024));
        }),
    A_BODY_OF_A_HUGE_LENGTH(
        out -> {
          text(out, "HTTP/1.1 400 Bad Request\r\nContent-Length: 9000000000000000000\r\n\r\n{");
          flood(out, "{\"error\":\"".repeat(64));
        }),
    CHUNKS_WITHOUT_END(
        out -> {
          text(out, CHUNKED);
          flood(out, "10\r\n0123456789abcdef\r\n");
        }),
    A_CHUNK_WITH_AN_ENDLESS_EXTENSION(
        out -> {
          text(out, CHUNKED + "10;");
          flood(out, "x".repeat(1024));
        }),
    ENDLESS_TRAILERS(
        out -> {
          text(out, CHUNKED + "1\r\nx\r\n0\r\n");
          flood(out, "X-More: " + "x".repeat(64) + "\r\n");
        }),
    A_SUCCESS_WITH_AN_ENDLESS_BODY(
        out -> {
          text(out, "HTTP/1.1 200 OK\r\n\r\n");
          flood(out, "x".repeat(1024));
        }),
    A_GZIP_BOMB(
        out -> {
          text(out, "HTTP/1.1 400 Bad Request\r\nContent-Encoding: gzip\r\n\r\n");
          try (GZIPOutputStream zip = new GZIPOutputStream(out, 65536)) {
            byte[] block = new byte[1 << 20];
            for (int i = 0; i < 300; i++) {
              zip.write(block);
            }
          }
        }),
    A_GZIP_WITH_AN_ENDLESS_NAME(
        out -> {
          text(out, "HTTP/1.1 400 Bad Request\r\nContent-Encoding: gzip\r\n\r\n");
          out.write(new byte[] {0x1f, (byte) 0x8b, 8, 8, 0, 0, 0, 0, 0, 0});
          flood(out, "x".repeat(1024));
        }),
    A_GZIP_THAT_HOLDS_NOTHING_FOR_EVER(
        out -> {
          text(out, "HTTP/1.1 400 Bad Request\r\nContent-Encoding: gzip\r\n\r\n");
          out.write(new byte[] {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, 0});
          flood(out, "\0\0\0\u00ff\u00ff".repeat(200)); // empty stored blocks
        }),
    A_STATUS_LINE_WITHOUT_END(
        out -> {
          text(out, "HTTP/1.1 400 ");
          flood(out, "x".repeat(1024));
        }),
    A_HEADER_WITHOUT_END(
        out -> {
          text(out, "HTTP/1.1 400 Bad Request\r\nX: ");
          flood(out, "x".repeat(1024));
        }),
    HEADERS_WITHOUT_END(
        out -> {
          text(out, "HTTP/1.1 400 Bad Request\r\n");
          flood(out, "X-More: " + "x".repeat(64) + "\r\n");
        }),
    ANSWERS_THAT_ONLY_ANNOUNCE(out -> flood(out, "HTTP/1.1 100 Continue\r\n\r\n".repeat(40))),
    HEADERS_ONE_BYTE_AT_A_TIME(
        out -> {
          text(out, "HTTP/1.1 400 Bad Request\r\n");
          drip(out, "X-More: x\r\n");
        }),
    A_BODY_ONE_BYTE_AT_A_TIME(
        out -> {
          text(out, "HTTP/1.1 400 Bad Request\r\n\r\n");
          drip(out, "x");
        }),
    TAGS_THAT_NEVER_CLOSE(body(400, "<".repeat(250_000))),
    FIELDS_THAT_NEVER_CLOSE(
        body(400, "{\"error\":\"" + "input field \\\"a\\\" on measurement \\\"b ".repeat(6_000))),
    COLUMNS_THAT_NEVER_CLOSE(
        body(400, "{\"message\":\"" + "table: a, column: b; ".repeat(11_000) + "\"}")),
    A_LINE_NUMBER_OF_TWENTY_DIGITS(
        body(
            400,
            "{\"code\":\"invalid\",\"message\":\"failed to parse line protocol:"
                + "errors encountered on line(s):\\nerror in line 99999999999999999999: bad\"}")),
    A_LINE_OF_TWENTY_DIGITS(body(400, "{\"message\":\"bad\",\"line\":99999999999999999999}")),
    LINES_THAT_DO_NOT_EXIST(
        body(
            400,
            "{\"error\":\"partial write of line protocol occurred\",\"data\":["
                + "{\"line_number\":0},{\"line_number\":-3},{\"line_number\":2147483647},"
                + "{\"line_number\":1e300},{\"line_number\":99999999999999999999}]}")),
    A_COUNT_OF_TWENTY_DIGITS(
        body(400, "{\"error\":\"partial write: x dropped=99999999999999999999\"}")),
    A_NUMBER_OF_MANY_DIGITS(body(400, "{\"line\":" + "9".repeat(200_000) + "}")),
    NESTED_WITHOUT_END(body(400, "{\"a\":".repeat(40_000))),
    A_RETRY_AFTER_WITHOUT_END(
        out ->
            text(
                out,
                "HTTP/1.1 503 Busy\r\nConnection: close\r\nContent-Length: 0\r\nRetry-After: "
                    + "9".repeat(100_000)
                    + "\r\n\r\n")),
    A_REDIRECT_WITHOUT_END(
        out ->
            text(
                out,
                "HTTP/1.1 307 Moved\r\nConnection: close\r\nContent-Length: 0\r\nLocation: http://"
                    + "x".repeat(100_000)
                    + "\r\n\r\n")),
    NO_ANSWER_BUT_BYTES(out -> flood(out, "\r\n\0\u00ff".repeat(256))),
    A_CLOSE_AT_ONCE(true, out -> {}),
    AN_ANSWER_BEFORE_THE_REQUEST(true, body(500, "too early")),
    A_CLOSE_WITHOUT_AN_ANSWER(out -> {}),
    A_CLOSE_WITHIN_THE_STATUS_LINE(out -> text(out, "HTTP/1.1 20")),
    A_CLOSE_WITHIN_THE_HEADERS(out -> text(out, "HTTP/1.1 204 No Content\r\nDate: Th")),
    A_CLOSE_WITHIN_A_CHUNK(out -> text(out, CHUNKED + "10\r\n{\"err")),
    A_BODY_SHORTER_THAN_ITS_LENGTH(
        out -> text(out, "HTTP/1.1 400 No\r\nContent-Length: 500\r\n\r\n{\"error\":\"partial")),
    TWO_LENGTHS_THAT_DIFFER(
        out ->
            text(out, "HTTP/1.1 400 No\r\nContent-Length: 5\r\nContent-Length: 900\r\n\r\nhello")),
    A_LENGTH_BELOW_ZERO(out -> text(out, "HTTP/1.1 400 No\r\nContent-Length: -5\r\n\r\nhello")),
    A_CHUNK_OF_A_HUGE_SIZE(out -> text(out, CHUNKED + "fffffffffffffffff\r\nx")),
    A_CHUNK_WITHOUT_A_SIZE(out -> text(out, CHUNKED + "many\r\nx")),
    NO_CONTENT_WITH_A_BODY(
        out -> text(out, "HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\nhello")),
    A_GZIP_THAT_IS_NONE(
        out ->
            text(
                out,
                "HTTP/1.1 400 No\r\nConnection: close\r\nContent-Encoding: gzip\r\nContent-Length: 5\r\n\r\nhello")),
    AN_ENCODING_THAT_NOBODY_KNOWS(
        out ->
            text(
                out,
                "HTTP/1.1 400 No\r\nConnection: close\r\nContent-Encoding: zzz\r\nContent-Length: 5\r\n\r\nhello")),
    A_CHARSET_THAT_NOBODY_KNOWS(
        out ->
            text(
                out,
                "HTTP/1.1 400 No\r\nConnection: close\r\nContent-Type: text/plain; charset=zzz\r\nContent-Length: 5"
                    + "\r\n\r\nhello")),
    A_TEXT_THAT_IS_NO_UTF_8(body(400, "{\"error\":\"\u00ff\u00fe\u00c0\u0080\"}")),
    A_REDIRECT_TO_ITSELF(
        out ->
            text(
                out,
                "HTTP/1.1 307 Moved\r\nConnection: close\r\nContent-Length: 0\r\n"
                    + "Location: /api/v2/write\r\n\r\n")),
    A_REDIRECT_TO_A_FILE(
        out ->
            text(
                out,
                "HTTP/1.1 301 Moved\r\nConnection: close\r\nContent-Length: 0\r\n"
                    + "Location: file:///etc/passwd\r\n\r\n")),
    A_SWITCH_OF_PROTOCOLS(
        out -> text(out, "HTTP/1.1 101 Switching\r\nUpgrade: h2c\r\nConnection: close\r\n\r\n")),
    THE_FRAMES_OF_HTTP_2(out -> text(out, "\0\0\u0012\u0004\0\0\0\0\0" + "\0".repeat(18))),
    A_STATUS_OF_MANY_DIGITS(out -> text(out, "HTTP/1.1 20400000000000 Fine\r\n\r\n")),
    ANOTHER_PROTOCOL(out -> text(out, "SSH-2.0-OpenSSH_9.2p1\r\n")),
    A_LOGIN_AGAIN_AND_AGAIN(body(401, "who are you?")),
    A_LOGIN_OF_A_PROXY(body(407, "who are you?")),
    A_RETRY_AFTER_OF_A_YEAR(busy("31536000")),
    A_RETRY_AFTER_BELOW_ZERO(busy("-5")),
    A_RETRY_AFTER_OF_ZERO(busy("0")),
    A_RETRY_AFTER_THAT_IS_NO_TIME(busy("Thu, 99 Foo 9999 99:99:99 GMT"));

    private final boolean early;
    private final Script script;

    Hostile(Script script) {
      this(false, script);
    }

    /**
     * @param early before the request is read
     */
    Hostile(boolean early, Script script) {
      this.early = early;
      this.script = script;
    }

    /** As the page of the threat model calls it. */
    private String words() {
      return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
  }

  private static Script busy(String retryAfter) {
    return out ->
        text(
            out,
            "HTTP/1.1 503 Busy\r\nConnection: close\r\nContent-Length: 0\r\nRetry-After: "
                + retryAfter
                + "\r\n\r\n");
  }

  private static Script body(int status, String body) {
    return out ->
        text(
            out,
            "HTTP/1.1 %d No\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s"
                .formatted(status, body.length(), body));
  }

  private static void text(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(ISO_8859_1));
    out.flush();
  }

  private static void flood(OutputStream out, String part) throws IOException {
    byte[] bytes = part.getBytes(ISO_8859_1);
    for (int sent = 0; sent < FLOOD; sent += bytes.length) {
      out.write(bytes);
    }
    out.flush();
  }

  /** For longer than the timeout of the sink, and each byte sooner than that. */
  private static void drip(OutputStream out, String part) throws IOException {
    byte[] bytes = part.getBytes(ISO_8859_1);
    for (int i = 0; i < 600; i++) {
      out.write(bytes[i % bytes.length]);
      out.flush();
      try {
        Thread.sleep(20);
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
    }
  }

  private final List<Socket> connections = Collections.synchronizedList(new ArrayList<>());
  private final List<Thread> threads = Collections.synchronizedList(new ArrayList<>());
  private ServerSocket server;
  private volatile boolean early;
  private volatile Script script =
      out -> text(out, "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n");

  @BeforeEach
  void start() throws IOException {
    server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    thread(this::accept);
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
    for (Socket each : List.copyOf(connections)) {
      each.close();
    }
    for (Thread each : List.copyOf(threads)) {
      each.join();
    }
  }

  private void thread(Runnable work) {
    Thread thread = new Thread(work, "hostile-store");
    threads.add(thread);
    thread.start();
  }

  private void accept() {
    try {
      while (true) {
        Socket socket = server.accept();
        connections.add(socket);
        thread(() -> serve(socket));
      }
    } catch (IOException e) { // closed: the test is over
      return;
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      if (!early) {
        readRequest(socket.getInputStream());
      }
      OutputStream out = new BufferedOutputStream(socket.getOutputStream(), 65536);
      script.play(out);
      out.flush();
    } catch (IOException e) { // the client has gone, as it should
      return;
    }
  }

  /** The head and, by its length or its chunks, the body. */
  private static void readRequest(InputStream in) throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    while (!head.toString(ISO_8859_1).endsWith("\r\n\r\n")) {
      int next = in.read();
      if (next < 0) {
        throw new IOException("no request");
      }
      head.write(next);
    }
    String text = head.toString(ISO_8859_1).toLowerCase(Locale.ROOT);
    int at = text.indexOf("content-length: ");
    if (at >= 0) {
      in.readNBytes(Integer.parseInt(text.substring(at + 16, text.indexOf('\r', at))));
    }
  }

  private InfluxConfig config(int version) {
    return StoreConfig.of(version, URI.create("http://127.0.0.1:" + server.getLocalPort()), "d")
        .timeout(Duration.ofSeconds(1))
        .make();
  }

  /** Each with one version of the store in turn, in {@code make soak} with all. */
  static Stream<Arguments> hostile() {
    return Arrays.stream(Hostile.values())
        .flatMap(
            each ->
                IntStream.rangeClosed(1, 3)
                    .filter(version -> Soak.ON || each.ordinal() % 3 + 1 == version)
                    .mapToObj(version -> Arguments.of(each, version)));
  }

  @ParameterizedTest
  @MethodSource("hostile")
  void aHostileAnswerCostsLittleAndTheNextWriteGoesThrough(Hostile hostile, int version)
      throws IOException {
    try (LineSink sink = InfluxSinks.of(config(version))) {
      List<String> lines = List.of("m t=1 1", "m t=2 2");
      assertThat(sink.write(lines)).isInstanceOf(Answer.Stored.class);
      Script honest = script;
      script = hostile.script;
      early = hostile.early;
      long before = THREADS.getCurrentThreadAllocatedBytes();
      Answer answer = sink.write(lines);
      long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
      assertThat(answer).isNotInstanceOf(Answer.Stored.class);
      assertThat(answer.toString()).hasSizeLessThan(10_000);
      assertThat(allocated).isLessThan(MEMORY);
      script = honest;
      early = false;
      assertThat(sink.write(lines)).isInstanceOf(Answer.Stored.class);
    }
  }

  @ParameterizedTest
  @MethodSource("hostile")
  void theQuestionForTheTypesOfFieldsIsBoundedToo(Hostile hostile, int version) {
    assertThatThrownBy(() -> FieldKeys.of(config(version))).hasMessage("HTTP 204 ");
    script = hostile.script;
    early = hostile.early;
    long before = THREADS.getCurrentThreadAllocatedBytes(); // without the loading of classes
    assertThatThrownBy(() -> FieldKeys.of(config(version))).isInstanceOf(IOException.class);
    assertThat(THREADS.getCurrentThreadAllocatedBytes() - before).isLessThan(4 * MEMORY);
  }

  @Test
  void aRedirectIsNotFollowedAndNobodyElseLearnsTheToken() throws IOException {
    try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String location = "http://127.0.0.1:" + other.getLocalPort() + "/write";
      script =
          out ->
              text(
                  out,
                  "HTTP/1.1 308 Moved\r\nConnection: close\r\nContent-Length: 0\r\nLocation: "
                      + location
                      + "\r\n\r\n");
      try (LineSink sink = InfluxSinks.of(config(2))) {
        assertThat(sink.write(List.of("m t=1 1")))
            .isInstanceOfSatisfying(
                Answer.Misconfigured.class,
                wrong -> assertThat(wrong.detail()).contains("redirects to " + location));
      }
      other.setSoTimeout(100);
      assertThatThrownBy(other::accept).isInstanceOf(SocketTimeoutException.class);
    }
  }

  @Test
  void aStoreThatReadsNothingHoldsAWriteNoLongerThanItsTimeout() throws IOException {
    early = true;
    script = out -> drip(new ByteArrayOutputStream(), "x");
    try (LineSink sink = InfluxSinks.of(config(2))) {
      String line = "m t=\"" + "x".repeat(1 << 20) + "\" 1";
      assertThat(sink.write(Collections.nCopies(8, line))).isInstanceOf(Answer.Down.class);
    }
  }

  @Test
  void thePageListsEachBehaviour() throws IOException {
    String page = Files.readString(Path.of("../docs/reference/threat-model.md"));
    String table = page.substring(page.indexOf("## A hostile store"));
    List<String> listed =
        table
            .substring(0, table.indexOf("\n## ", 1))
            .lines()
            .filter(row -> row.endsWith("| `HostileStoreTest` |"))
            .map(row -> row.substring(2, row.indexOf(" |", 2)))
            .toList();
    assertThat(listed)
        .containsAll(Arrays.stream(Hostile.values()).map(Hostile::words).toList())
        .doesNotHaveDuplicates()
        .hasSize(Hostile.values().length + 2); // and the redirect and the reading of nothing
  }

  @Test
  void anAnswerThatIsCutOffIsNoRefusal() throws IOException {
    script =
        out -> {
          text(out, "HTTP/1.1 400 Bad Request\r\nContent-Length: 500\r\n\r\n{\"error\":\"partial");
          out.close();
        };
    try (LineSink sink = InfluxSinks.of(config(2))) {
      assertThat(sink.write(List.of("m t=1 1"))).isInstanceOf(Answer.Down.class);
    }
  }
}
