package io.weir.gateway.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.api.GatewayServer;
import io.weir.gateway.config.Secret;
import io.weir.gateway.fuzz.Target;
import io.weir.gateway.metrics.Meters;
import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Value;
import io.weir.gateway.settings.Config;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;

/**
 * Requests to the gateway's own server, on a connection each.
 *
 * <p>Its promises: whatever comes, the connection ends or each answer has the headers that protect
 * a browser; nothing is let in without the token; and the server lives.
 */
public final class HttpTarget implements Target {

  private static final int MOST_READ = 1 << 20;
  private static final int MAX_BODY = 10_000;

  /** A request that lacks its end is not answered. */
  private static final int PATIENCE_MS = 20;

  private static final int LONGEST_MS = 20_000;
  private static final String TOKEN = "s3cret";

  private static final List<String> PATHS =
      List.of(
          "/",
          "/page.js",
          "/metrics",
          "/health/live",
          "/health/ready",
          "/api/v1/status",
          "/api/v1/ledger",
          "/api/v1/assets",
          "/api/v1/quarantine",
          "/api/v1/quarantine?limit=5&before=9",
          "/api/v1/series?asset=p/a/l1/m1&metric=temperature",
          "/api/v1/machines",
          "/api/v1/efficiency",
          "/echo",
          "*",
          "http://evil.example/",
          "/../../etc/passwd",
          "/%2e%2e/%00",
          "//");
  private static final List<String> METHODS =
      List.of(
          "GET",
          "GET",
          "GET",
          "HEAD",
          "POST",
          "PUT",
          "DELETE",
          "OPTIONS",
          "TRACE",
          "CONNECT",
          "PRI",
          "get",
          "G\u0001T");
  private static final List<String> HEADERS =
      List.of(
          "Host: 127.0.0.1:PORT",
          "Host: evil.example",
          "Host: 127.0.0.1:PORT\r\nHost: 127.0.0.1:PORT",
          "Authorization: Bearer s3cret",
          "Authorization: Bearer wrong",
          "Authorization: Basic d2VpcjpzM2NyZXQ=",
          "Origin: http://evil.example",
          "Sec-Fetch-Site: cross-site",
          "Content-Length: 5",
          "Content-Length: 99999999999999999999",
          "Content-Length: -1",
          "Content-Length: 5\r\nContent-Length: 6",
          "Transfer-Encoding: chunked",
          "Transfer-Encoding: chunked, gzip",
          "Transfer-Encoding : chunked",
          "Content-Encoding: gzip",
          "Content-Type: application/json",
          "Expect: 100-continue",
          "Connection: close",
          "Connection: keep-alive, Upgrade, HTTP2-Settings",
          "Upgrade: h2c",
          "Upgrade: websocket",
          "Accept-Encoding: gzip, br",
          "Range: bytes=0-1,5-",
          "If-None-Match: *",
          " folded: header",
          "X: \u0000",
          ": empty",
          "X" + "y".repeat(9_000) + ": z");
  private static final List<String> BODIES =
      List.of(
          "",
          "hello",
          "5\r\nhello\r\n0\r\n\r\n",
          "FFFFFFFFFFFFFFFF\r\n",
          "0\r\n\r\nGET / HTTP/1.1\r\n\r\n",
          "{\"topics\":[]}",
          "-1\r\n");

  private final Meters meters = new Meters("fuzzed", "0");
  private final GatewayServer server;

  public HttpTarget() throws IOException {
    InventedView view = new InventedView();
    view.hear(new Asset("p", "a", "l1", "m1"), Map.of("temperature", new Value.Real(21.5)));
    HttpRoute echo =
        HttpRoute.of(
            Right.INGEST,
            "POST",
            "/echo",
            (request, response) ->
                response.sendByteArray(request.receive().aggregate().asByteArray()));
    server =
        GatewayServer.start(
            new Config.Http(
                "127.0.0.1", 0, new Secret(TOKEN), null, MAX_BODY, Duration.ofSeconds(20)),
            view,
            meters.registry(),
            List.of(echo));
  }

  // ---- Inputs

  @Override
  public byte[] input(Random random) {
    StringBuilder all = new StringBuilder();
    for (int left = random.nextInt(random.nextInt(3) == 0 ? 4 : 1); left >= 0; left--) {
      request(all, random);
    }
    for (int faults = random.nextInt(4) - 1; faults > 0; faults--) {
      int at = random.nextInt(all.length() + 1);
      switch (random.nextInt(4)) {
        case 0 -> all.insert(at, (char) random.nextInt(256));
        case 1 -> all.delete(at, Math.min(all.length(), at + 1 + random.nextInt(6)));
        case 2 -> all.insert(at, any(HEADERS, random) + "\r\n");
        default -> all.insert(at, "\r\n\u0000\t \u00FF".charAt(random.nextInt(6)));
      }
    }
    return all.toString().getBytes(ISO_8859_1);
  }

  private static void request(StringBuilder all, Random random) {
    String version = random.nextInt(12) == 0 ? "HTTP/" + random.nextInt(4) + ".9" : "HTTP/1.1";
    all.append(any(METHODS, random)).append(' ').append(any(PATHS, random));
    all.append(' ').append(version).append("\r\n");
    if (random.nextInt(8) != 0) {
      all.append("Host: 127.0.0.1:PORT\r\n");
    }
    if (random.nextInt(3) != 0) {
      all.append("Authorization: Bearer s3cret\r\n");
    }
    for (int left = random.nextInt(4); left > 0; left--) {
      all.append(any(HEADERS, random)).append("\r\n");
    }
    all.append("\r\n").append(any(BODIES, random));
  }

  private static String any(List<String> all, Random random) {
    return all.get(random.nextInt(all.size()));
  }

  // ---- What becomes of them

  @Override
  public String run(byte[] input) throws IOException {
    String text = new String(input, ISO_8859_1);
    boolean knowsToken = text.toLowerCase(Locale.ROOT).contains(TOKEN) || text.contains("M2NyZXQ");
    String port = Integer.toString(server.port());
    String answer = answer(text.replace("PORT", port) + last() + "\r\n", PATIENCE_MS);
    if (answer.isEmpty()) {
      return "closed";
    }
    assertThat(answer).as("an answer, in the version of the request").startsWith("HTTP/");
    int status = Integer.parseInt(answer.substring(9, 12));
    int end = answer.indexOf("\r\n\r\n");
    if (end < 0) {
      return status + " cut off";
    }
    String head = answer.substring(0, end).toLowerCase(Locale.ROOT);
    if (status != 100) {
      assertThat(head)
          .contains("x-content-type-options: nosniff")
          .contains("content-security-policy: ")
          .contains("referrer-policy: no-referrer");
    }
    if (!knowsToken) {
      assertThat(answer).as("without the token").doesNotContain("21.5");
    }
    assertThat(answer).as("no trace of the inside").doesNotContain("\tat io.", "Exception");
    return Integer.toString(status);
  }

  /**
   * All that it says until it closes.
   *
   * @param patienceMs how long to wait before saying that nothing more is sent
   */
  private String answer(String request, int patienceMs) throws IOException {
    ByteArrayOutputStream read = new ByteArrayOutputStream();
    try (Socket socket = new Socket()) {
      socket.setReuseAddress(true);
      socket.setSoLinger(true, 0); // else a million of them use all ports up
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()));
      socket.getOutputStream().write(request.getBytes(ISO_8859_1));
      socket.setSoTimeout(patienceMs);
      InputStream in = socket.getInputStream();
      byte[] into = new byte[8192];
      int n = 0;
      while (n >= 0 && read.size() < MOST_READ) {
        read.write(into, 0, n);
        try {
          n = in.read(into);
        } catch (SocketTimeoutException e) {
          n = 0;
          socket.shutdownOutput();
          socket.setSoTimeout(LONGEST_MS);
        }
      }
    } catch (SocketException e) {
      return read.toString(ISO_8859_1); // closed by the server: what it said before counts
    }
    return read.toString(ISO_8859_1);
  }

  private String last() {
    return "GET /api/v1/assets HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nConnection: close\r\n"
        .formatted(server.port());
  }

  /** It still answers as it must. */
  @Override
  public void check() throws IOException {
    String answer = answer(last() + "Authorization: Bearer s3cret\r\n\r\n", LONGEST_MS);
    assertThat(answer).startsWith("HTTP/1.1 200").contains("21.5");
  }

  @Override
  public void close() {
    server.close();
    meters.close();
  }
}
