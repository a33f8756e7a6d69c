package io.weir.gateway.e2e;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients that ask for large answers and never read them, at a gateway with a small heap. */
@Tag("server")
class DeafClientsTest {

  private static final String HEAP = "-Xmx384m";
  private static final int ROOM = (384 << 20) / 8;
  private static final int SERIES = 16_000;

  /** What Linux takes of an answer for a client that does not read, at most. */
  private static final int KERNEL = 4 << 20;

  @TempDir Path folder;

  private final List<Socket> deaf = new ArrayList<>();
  private GatewayProcess gateway;
  private int answerBytes;

  @BeforeEach
  void startWithMuchToTell() throws Exception {
    gateway =
        new GatewayProcess(
            folder,
            """
            sources: [ { name: in, type: http, limits: { series: 50000 } } ]
            routes: [ { topic: "#", format: influx-line } ]
            buffer: { max-message-size: 2MiB }
            sinks:
              - { name: away, type: influxdb, version: 1, url: "http://127.0.0.1:1", database: f }
            """,
            HEAP);
    gateway.start();
    for (int from = 0; from < SERIES; from += SERIES / 2) {
      StringBuilder lines = new StringBuilder();
      for (int i = from; i < from + SERIES / 2; i++) {
        lines.append("telemetry,one=").append(i).append(" note=\"").append("x".repeat(190));
        lines.append("\"\n");
      }
      assertThat(gateway.post("/write", lines.toString()).statusCode()).isEqualTo(204);
    }
    await()
        .untilAsserted(
            () -> {
              answerBytes = gateway.get("/api/v1/assets").length();
              assertThat(answerBytes).isGreaterThan(SERIES * 300);
            });
    assertThat(answerBytes).isBetween(KERNEL, ROOM / 2);
  }

  @AfterEach
  void stop() throws IOException {
    hangUp();
    gateway.close();
  }

  private void hangUp() throws IOException {
    for (Socket one : deaf) {
      one.close();
    }
    deaf.clear();
  }

  /** Sends a request and reads only as much as given. */
  private Socket ask(String path) throws IOException {
    Socket socket = new Socket();
    socket.setReceiveBufferSize(4096);
    socket.setSoTimeout(20_000);
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), gateway.port()));
    deaf.add(socket);
    socket
        .getOutputStream()
        .write(("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n").getBytes(US_ASCII));
    return socket;
  }

  private static String head(Socket socket) throws IOException {
    return new String(socket.getInputStream().readNBytes(450), UTF_8);
  }

  /** How many of the clients that come at once are answered; the rest may retry. */
  private int taken(String path, int clients, int retryAfter) throws IOException {
    for (int i = 0; i < clients; i++) {
      ask(path);
    }
    int taken = 0;
    for (Socket client : deaf) {
      String head = head(client);
      if (head.startsWith("HTTP/1.1 200 ")) {
        taken++;
      } else {
        assertThat(head)
            .startsWith("HTTP/1.1 503 ")
            .contains("retry-after: " + retryAfter + "\r\n");
      }
    }
    return taken;
  }

  @Test
  @Tag("soak")
  void unreadAnswersLeaveRoomForTheOthers() throws Exception {
    assertThat(taken("/api/v1/assets", 150, 1))
        .isBetween(ROOM / answerBytes, ROOM / (answerBytes - KERNEL) + 1);
    assertThat(gateway.get("/health/live")).contains("true");
    assertThat(gateway.get("/metrics")).contains("weir_http_request_time");
    assertThat(gateway.get("/")).contains("<title>Weir</title>");
    assertThat(gateway.post("/write", "telemetry value=1").statusCode()).isEqualTo(204);

    hangUp();
    await().until(() -> gateway.get("/api/v1/assets").length() >= answerBytes);
    assertThat(gateway.output()).doesNotContain("OutOfMemory", "OutOfDirectMemory");
  }

  @Test
  void viewersThatComeAtOnceAreTakenAsFarAsTheHeapHasRoomForASnapshotEach() throws Exception {
    assertThat(taken("/api/v1/stream", 40, 10))
        .isBetween(ROOM / answerBytes, ROOM / answerBytes + 1);
    assertThat(gateway.get("/health/live")).contains("true");

    hangUp();
    await().until(() -> head(ask("/api/v1/stream")).startsWith("HTTP/1.1 200 "));
  }
}
