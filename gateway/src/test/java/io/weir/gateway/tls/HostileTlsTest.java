package io.weir.gateway.tls;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.http.HttpRoute;
import io.weir.gateway.http.HttpServer;
import io.weir.gateway.http.Right;
import io.weir.gateway.http.ServerOptions;
import io.weir.gateway.http.TestServer;
import io.weir.gateway.peers.Certificates;
import io.weir.gateway.peers.TlsBytes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that keep to TLS and still want to do harm, or do what few others do. */
@Tag("server")
class HostileTlsTest {

  /** Where a message begins in its record. */
  private static final int HELLO = 5;

  private static final byte CLIENT_HELLO = 1;
  private static final byte SERVER_HELLO = 2;
  private static final int COOKIE = 44;
  private static final int KEY_SHARE = 51;

  @TempDir static Path home;
  private static Certificates certificates;
  private HttpServer server;

  @BeforeAll
  static void sign() throws Exception {
    certificates = new Certificates(home.resolve("c"));
    certificates.sign("server", "EC", "IP:127.0.0.1");
  }

  @BeforeEach
  void serve() throws Exception {
    server =
        TestServer.of(
                HttpRoute.of(
                    Right.EVERYONE,
                    "GET",
                    "/who",
                    (request, response) -> response.status(204).send()))
            .token("a-token")
            .tls(
                new ServerOptions.Tls(
                    null, certificates.path("server.pem"), certificates.path("server.key"), null))
            .start();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private static final byte[] REQUEST = "GET /who HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(US_ASCII);

  private static void isServed(TlsBytes client) throws Exception {
    client.write(REQUEST);
    assertThat(new String(client.read(), US_ASCII)).startsWith("HTTP/1.1 204");
  }

  /** The server answers each with a record of its own, which no answer of HTTP counts. */
  @Tag("slow")
  @Test
  void whoAsksForNewKeysWithoutEndAndReadsNothingIsNotReadFromEither() throws Exception {
    try (TlsBytes client = TlsBytes.connect(server.port(), "TLSv1.3");
        TlsBytes other = TlsBytes.connect(server.port(), "TLSv1.3")) {
      assertThat(client.isLeftUnread(300_000)).isTrue();
      isServed(other);
    }
  }

  @Test
  void newKeysNowAndThenAreGiven() throws Exception {
    try (TlsBytes client = TlsBytes.connect(server.port(), "TLSv1.3")) {
      for (int i = 0; i < 5; i++) {
        client.send(client.keyUpdates(3));
        isServed(client);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"TLSv1.2, 7", "TLSv1.2, 100", "TLSv1.3, 7", "TLSv1.3, 100"})
  void aHandshakeMayComeInManyRecords(String protocol, int most) throws Exception {
    try (TlsBytes client = TlsBytes.connect(server.port(), protocol, most)) {
      isServed(client);
    }
  }

  /** The extensions of a hello begin with their length. */
  private static int extensions(byte[] hello) {
    int at = HELLO + 4 + 2 + 32;
    at += 1 + hello[at];
    if (hello[HELLO] == CLIENT_HELLO) {
      at += 2 + u16(hello, at);
      return at + 1 + hello[at];
    }
    return at + 3; // the suite and no compression
  }

  private static int u16(byte[] bytes, int at) {
    return (bytes[at] & 0xff) << 8 | bytes[at + 1] & 0xff;
  }

  /** An extension with its head; empty where there is none. */
  private static byte[] extension(byte[] hello, int type) {
    int at = extensions(hello) + 2;
    while (at < hello.length) {
      int end = at + 4 + u16(hello, at + 2);
      if (u16(hello, at) == type) {
        return Arrays.copyOfRange(hello, at, end);
      }
      at = end;
    }
    return new byte[0];
  }

  /** The same hello with an extension in place of another one. */
  private static byte[] with(byte[] hello, byte[] instead, int type) throws IOException {
    ByteArrayOutputStream rest = new ByteArrayOutputStream();
    int at = extensions(hello) + 2;
    while (at < hello.length) {
      int end = at + 4 + u16(hello, at + 2);
      if (u16(hello, at) != type) {
        rest.write(hello, at, end - at);
      }
      at = end;
    }
    rest.write(instead);
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.write(hello, 0, extensions(hello));
    all.write(new byte[] {(byte) (rest.size() >> 8), (byte) rest.size()});
    rest.writeTo(all);
    byte[] made = all.toByteArray();
    set(made, HELLO - 2, made.length - HELLO);
    set(made, HELLO + 2, made.length - HELLO - 4);
    return made;
  }

  private static void set(byte[] bytes, int at, int value) {
    bytes[at] = (byte) (value >> 8);
    bytes[at + 1] = (byte) value;
  }

  /** A client that offers no key is asked for a second hello (RFC 8446, 4.1.4). */
  @ParameterizedTest
  @ValueSource(ints = {7, 100, 10_000})
  void aSecondHelloMayComeInManyRecordsToo(int most) throws Exception {
    try (TlsBytes client = TlsBytes.open(server.port(), "TLSv1.3")) {
      byte[] hello = client.hello();
      client.send(with(hello, new byte[] {0, KEY_SHARE, 0, 2, 0, 0}, KEY_SHARE));
      byte[] retry = client.record();
      assertThat(retry[HELLO]).isEqualTo(SERVER_HELLO);
      byte[] second = with(hello, extension(retry, COOKIE), COOKIE);
      client.send(new byte[] {20, 3, 3, 0, 1, 1});
      client.send(TlsBytes.inPieces(second, most));
      byte[] answer = client.record();
      while (answer[0] == 20) {
        answer = client.record();
      }
      assertThat(answer[0]).isEqualTo((byte) 22);
      assertThat(answer[HELLO]).isEqualTo(SERVER_HELLO);
    }
  }
}
