package io.weir.gateway.sink.influx;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import io.weir.gateway.config.TlsFiles;
import io.weir.gateway.peers.Certificates;
import io.weir.gateway.sink.LineSink;
import io.weir.gateway.sink.Sink.Answer;
import io.weir.gateway.sink.StoreConfig;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Stores behind TLS: one that asks for a certificate, and some that should not be trusted. */
@Tag("server")
@Timeout(120)
class InfluxTlsTest {

  private static final char[] PASSWORD = "changeit".toCharArray();

  @TempDir static Path home;
  private static Certificates ours;
  private static Certificates others;

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private @Nullable HttpServer server;
  private @Nullable ServerSocket raw;

  @BeforeAll
  static void sign() throws Exception {
    ours = new Certificates(home.resolve("ours"));
    others = new Certificates(home.resolve("others"));
    for (Certificates each : List.of(ours, others)) {
      each.sign("server", "EC", "IP:127.0.0.1");
      each.sign("client", "EC", "DNS:gateway");
    }
    ours.sign("elsewhere", "EC", "DNS:elsewhere.example");
    ours.signWithoutNames("nameless", "EC");
    ours.signExpired("expired", "EC", "IP:127.0.0.1");
    for (String each : List.of("server", "elsewhere", "expired", "nameless")) {
      keyStore(ours, each);
    }
  }

  private static void keyStore(Certificates authority, String name) throws Exception {
    authority.openssl(
        "pkcs12 -export -inkey %s.key -in %s.pem -out %s.p12 -passout pass:changeit"
            .formatted(name, name, name));
  }

  @AfterEach
  void stop() throws IOException {
    if (raw != null) {
      raw.close();
    }
    if (server != null) {
      server.stop(0);
    }
    threads.shutdownNow();
  }

  /** Answers every write with 204. Asks for a client's certificate of our authority, or not. */
  private int serve(String certificate, boolean asks, String... protocols) throws Exception {
    KeyStore keys = KeyStore.getInstance(ours.path(certificate + ".p12").toFile(), PASSWORD);
    KeyManagerFactory own = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    own.init(keys, PASSWORD);
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    try (InputStream in = Files.newInputStream(ours.path("ca.pem"))) {
      Certificate ca = CertificateFactory.getInstance("X.509").generateCertificate(in);
      trusted.setCertificateEntry("ca", ca);
    }
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(own.getKeyManagers(), trust.getTrustManagers(), null);
    HttpsServer secure = HttpsServer.create(anyPort(), 0);
    secure.setHttpsConfigurator(
        new HttpsConfigurator(context) {
          @Override
          public void configure(HttpsParameters parameters) {
            SSLParameters wanted = context.getDefaultSSLParameters();
            wanted.setNeedClientAuth(asks);
            if (protocols.length > 0) {
              wanted.setProtocols(protocols);
            }
            parameters.setSSLParameters(wanted);
          }
        });
    return start(secure);
  }

  private static InetSocketAddress anyPort() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }

  private int start(HttpServer made) {
    server = made;
    made.createContext(
        "/",
        exchange -> {
          exchange.getRequestBody().readAllBytes();
          exchange.sendResponseHeaders(204, -1);
          exchange.close();
        });
    made.setExecutor(threads);
    made.start();
    return made.getAddress().getPort();
  }

  private static InfluxConfig config(int version, int port, @Nullable TlsFiles tls) {
    return StoreConfig.of(version, URI.create("https://127.0.0.1:" + port), "d")
        .timeout(Duration.ofSeconds(20))
        .tls(tls)
        .make();
  }

  private static TlsFiles files(Certificates authority, @Nullable Certificates client) {
    return new TlsFiles(
        authority.path("ca.pem"),
        client == null ? null : client.path("client.pem"),
        client == null ? null : client.path("client.key"));
  }

  private static Answer write(int port, @Nullable TlsFiles tls) throws IOException {
    try (LineSink sink = InfluxSinks.of(config(2, port, tls))) {
      return sink.write(List.of("m t=1 1"));
    }
  }

  private static void assertDown(Answer answer, String... words) {
    assertThat(answer)
        .isInstanceOfSatisfying(
            Answer.Down.class,
            down -> assertThat(down.detail()).startsWith("TLS: ").contains(words));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void aStoreThatAsksForACertificateGetsIt(int version) throws Exception {
    InfluxConfig config = config(version, serve("server", true), files(ours, ours));
    try (LineSink sink = InfluxSinks.of(config)) {
      assertThat(sink.write(List.of("m t=1 1"))).isInstanceOf(Answer.Stored.class);
    }
    assertThat(StoreProbe.ask(config).answer()).isInstanceOf(Answer.Stored.class);
    assertThatThrownBy(() -> FieldKeys.of(config)).as("it was asked").hasMessage("HTTP 204 ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void withoutTheCertificateThatIsAskedForItSaysWhatToSet(String protocol) throws Exception {
    int port = serve("server", true, protocol);
    assertThat(write(port, files(ours, null)))
        .isInstanceOfSatisfying(
            Answer.Down.class,
            down -> assertThat(down.detail()).contains("set tls.cert and tls.key"));
  }

  @Test
  void aCertificateOfNobodyWhoIsTrustedIsRefused() throws Exception {
    int port = serve("server", false);
    assertDown(write(port, files(others, null)), "tls.ca");
    assertDown(write(port, null), "tls.ca");
    assertThatThrownBy(() -> FieldKeys.of(config(1, port, null))).hasMessageContaining("tls.ca");
    assertThatThrownBy(() -> StoreProbe.ask(config(1, port, null))).hasMessageContaining("tls.ca");
  }

  @Test
  void aCertificateThatHasExpiredIsRefused() throws Exception {
    assertDown(write(serve("expired", false), files(ours, null)), "has expired");
  }

  @Test
  void aCertificateOfAnotherHostIsRefused() throws Exception {
    assertDown(write(serve("elsewhere", false), files(ours, null)), "another name");
  }

  @Test
  void aCertificateWithoutAnyNameIsToBeIssuedAgain() throws Exception {
    int port = serve("nameless", false);
    assertDown(write(port, files(ours, null)), "no subject alternative name", "issue it again");
    assertThatThrownBy(() -> StoreProbe.ask(config(1, port, files(ours, null))))
        .hasMessageContaining("issue it again");
  }

  @Test
  void aPortWithoutTlsIsNamed() throws Exception {
    int port = answer("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n");
    assertDown(write(port, files(ours, null)), "does not speak TLS");
  }

  @Test
  void aCloseWithinTheHandshakeIsDown() throws Exception {
    assertThat(write(answer(""), files(ours, null))).isInstanceOf(Answer.Down.class);
  }

  @Test
  void anEndlessHandshakeIsBounded() throws Exception {
    String part = "\u0016\u0003\u0003\u0000\u0004\u0000\u0000\u0000\u0000"; // HelloRequest
    assertThat(write(answer(part.repeat(1 << 20)), files(ours, null)))
        .isInstanceOf(Answer.Down.class);
  }

  /** The port of a store that reads a little, says this, and closes. */
  private int answer(String text) throws IOException {
    ServerSocket listening = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
    raw = listening;
    threads.submit(
        () -> {
          while (true) {
            try (Socket socket = listening.accept()) {
              socket.getInputStream().read(new byte[16]);
              socket.getOutputStream().write(text.getBytes(ISO_8859_1));
            }
          }
        });
    return listening.getLocalPort();
  }

  @Test
  void aMissingFileIsNamed() throws Exception {
    TlsFiles missing = new TlsFiles(home.resolve("none.pem"), null, null);
    assertThat(write(serve("server", false), missing))
        .isInstanceOfSatisfying(
            Answer.Down.class,
            down -> assertThat(down.detail()).contains("cannot read", "none.pem"));
  }

  @Test
  void aRenewedCertificateIsUsedWithoutARestart() throws Exception {
    int port = serve("server", true);
    Path own = Files.createDirectories(home.resolve("own"));
    Path cert = own.resolve("client.pem");
    Path key = own.resolve("client.key");
    Files.copy(others.path("client.pem"), cert);
    Files.copy(others.path("client.key"), key);
    TlsFiles files = new TlsFiles(ours.path("ca.pem"), cert, key);
    try (LineSink sink = InfluxSinks.of(config(2, port, files))) {
      assertThat(sink.write(List.of("m t=1 1"))).isInstanceOf(Answer.Down.class);
      Files.copy(ours.path("client.pem"), cert, StandardCopyOption.REPLACE_EXISTING);
      Files.copy(ours.path("client.key"), key, StandardCopyOption.REPLACE_EXISTING);
      assertThat(sink.write(List.of("m t=1 1"))).isInstanceOf(Answer.Stored.class);
    }
  }
}
