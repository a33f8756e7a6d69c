package io.weir.gateway.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.config.Tls;
import io.weir.gateway.config.TlsFiles;
import io.weir.gateway.peers.Certificates;
import io.weir.gateway.tls.PeerName;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.KeyStore;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509KeyManager;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;

/** Connections that began before an authority was taken away, and want to go on as before. */
@Tag("server")
class ReplacedAuthoritiesTest {

  private static final Duration EVERY = Duration.ofMillis(100);
  private static final String PASSWORD = "changeit";

  /** Bytes of an answer at least. */
  private static final int ANSWER = 300;

  private static final byte[] REQUEST = "GET /who HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(US_ASCII);

  @TempDir static Path home;
  private static Certificates stays;
  private static Certificates goes;

  private final List<Set<String>> heard = new CopyOnWriteArrayList<>();
  private Path authorities;
  private HttpServer server;

  @BeforeAll
  static void sign() throws Exception {
    stays = new Certificates(home.resolve("stays"));
    stays.sign("server", "EC", "IP:127.0.0.1");
    goes = new Certificates(home.resolve("goes"));
    goes.sign("edge-1", "EC", "DNS:edge");
    goes.openssl(
        "pkcs12 -export -inkey edge-1.key -in edge-1.pem -name edge -out edge-1.p12 -passout pass:"
            + PASSWORD);
  }

  @BeforeEach
  void serve() throws Exception {
    authorities =
        Files.writeString(
            home.resolve("authorities.pem"),
            Files.readString(stays.path("ca.pem")) + Files.readString(goes.path("ca.pem")));
    server =
        TestServer.of(
                HttpRoute.of(
                    Right.EVERYONE,
                    "GET",
                    "/who",
                    (request, response) -> {
                      AtomicReference<Set<String>> names = new AtomicReference<>();
                      request.withConnection(each -> names.set(PeerName.all(each.channel())));
                      heard.add(names.get() == null ? Set.of() : names.get());
                      return response.status(204).send();
                    }),
                HttpRoute.of(
                    Right.EVERYONE,
                    "GET",
                    "/stream",
                    (request, response) ->
                        response.sendString(Flux.interval(EVERY).map(each -> each + "\n"))))
            .token("a-token")
            .tls(
                new ServerOptions.Tls(
                    authorities, stays.path("server.pem"), stays.path("server.key"), null))
            .start();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private void takeAway() throws IOException {
    Files.copy(stays.path("ca.pem"), authorities, StandardCopyOption.REPLACE_EXISTING);
    var certificate = Objects.requireNonNull(server.certificate());
    certificate.look(Instant.now());
    assertThat(certificate.look(Instant.now())).as("the authority is taken away").isTrue();
  }

  /** Lets the first bytes through; all that follows waits, and leaves as one piece. */
  private static final class Gate extends Socket {
    private final ByteArrayOutputStream waiting = new ByteArrayOutputStream();
    private int writes;

    Gate(int port) throws IOException {
      super(InetAddress.getLoopbackAddress(), port);
      setSoTimeout(20_000);
    }

    @Override
    public OutputStream getOutputStream() throws IOException {
      OutputStream out = super.getOutputStream();
      return new OutputStream() {
        @Override
        public void write(int value) throws IOException {
          write(new byte[] {(byte) value}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
          if (writes++ == 0) {
            out.write(bytes, from, length);
          } else {
            waiting.write(bytes, from, length);
          }
        }
      };
    }

    void open() throws IOException {
      waiting.writeTo(super.getOutputStream());
    }
  }

  @Test
  void whoseHandshakeBeganBeforeIsNotHeardAfterwards() throws Exception {
    TlsFiles files =
        new TlsFiles(stays.path("ca.pem"), goes.path("edge-1.pem"), goes.path("edge-1.key"));
    try (Gate gate = new Gate(server.port());
        SSLSocket socket =
            (SSLSocket)
                Tls.socketFactory(files).createSocket(gate, "127.0.0.1", server.port(), true)) {
      socket.setEnabledProtocols(new String[] {"TLSv1.3"});
      socket.startHandshake();
      socket.getOutputStream().write(REQUEST);
      takeAway();
      gate.open();
      assertThat(isEnded(socket)).isTrue();
    }
    assertThat(heard).isEmpty();
  }

  /**
   * HTTP/2 would let the requests under way come to their end first, or the client go by itself.
   */
  @Test
  void aStreamOfHttp2EndsAtOnceToo() throws Exception {
    TlsFiles files =
        new TlsFiles(stays.path("ca.pem"), goes.path("edge-1.pem"), goes.path("edge-1.key"));
    try (SSLSocket socket =
        (SSLSocket)
            Tls.socketFactory(files)
                .createSocket(InetAddress.getLoopbackAddress(), server.port())) {
      SSLParameters offers = socket.getSSLParameters();
      offers.setApplicationProtocols(new String[] {"h2"});
      socket.setSSLParameters(offers);
      socket.setSoTimeout(20_000);
      OutputStream out = socket.getOutputStream();
      out.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(US_ASCII));
      out.write(HexFormat.of().parseHex("000000040000000000")); // settings
      byte[] path = "/stream".getBytes(US_ASCII);
      out.write(new byte[] {0, 0, (byte) (7 + path.length), 1, 5, 0, 0, 0, 1}); // headers
      out.write(new byte[] {(byte) 0x82, (byte) 0x87, 4, (byte) path.length});
      out.write(path);
      out.write(new byte[] {1, 1, 'a'});
      InputStream in = socket.getInputStream();
      while (in.read() != '\n') {} // the stream goes on
      takeAway();
      CompletableFuture<Boolean> end = CompletableFuture.supplyAsync(() -> isEnded(socket));
      assertThat(end).succeedsWithin(Duration.ofSeconds(10)).isEqualTo(true);
    }
  }

  /** Without the certificate in the first handshake, and with it in the second. */
  private static final class Late implements X509KeyManager {
    private final X509KeyManager keys;
    private boolean shows;

    Late(X509KeyManager keys) {
      this.keys = keys;
    }

    @Override
    public @Nullable String chooseClientAlias(
        String[] type, Principal @Nullable [] issuers, @Nullable Socket socket) {
      return shows ? keys.getClientAliases("EC", null)[0] : null;
    }

    @Override
    public String[] getClientAliases(String type, Principal @Nullable [] issuers) {
      return keys.getClientAliases(type, issuers);
    }

    @Override
    public String[] getServerAliases(String type, Principal @Nullable [] issuers) {
      return new String[0];
    }

    @Override
    public @Nullable String chooseServerAlias(
        String type, Principal @Nullable [] issuers, @Nullable Socket socket) {
      return null;
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
      return keys.getCertificateChain(alias);
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
      return keys.getPrivateKey(alias);
    }
  }

  @Test
  void aSecondHandshakeIsNoWayAroundTheFirst() throws Exception {
    char[] password = PASSWORD.toCharArray();
    KeyStore store = KeyStore.getInstance(goes.path("edge-1.p12").toFile(), password);
    KeyManagerFactory factory =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(store, password);
    Late keys = new Late((X509KeyManager) factory.getKeyManagers()[0]);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(new KeyManager[] {keys}, trust(), null);
    try (SSLSocket socket =
        (SSLSocket)
            context
                .getSocketFactory()
                .createSocket(InetAddress.getLoopbackAddress(), server.port())) {
      socket.setSoTimeout(10_000);
      socket.setEnabledProtocols(new String[] {"TLSv1.2"});
      socket.startHandshake();
      socket.getOutputStream().write(REQUEST);
      assertThat(socket.getInputStream().read()).isEqualTo('H');
      takeAway();
      keys.shows = true;
      socket.getSession().invalidate();
      try {
        socket.startHandshake();
        socket.getOutputStream().write(REQUEST);
        for (int i = 0; i < 2 * ANSWER; i++) { // only reading goes on with the handshake
          socket.getInputStream().read();
        }
        socket.getOutputStream().write(REQUEST);
      } catch (IOException e) {
        assertThat(e).isInstanceOfAny(SSLException.class, SocketException.class);
      }
      boolean isEnded = isEnded(socket);
      assertThat(heard).containsExactly(Set.of());
      assertThat(isEnded).isTrue();
    }
  }

  private static javax.net.ssl.TrustManager[] trust() throws Exception {
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    try (InputStream pem = Files.newInputStream(stays.path("ca.pem"))) {
      trusted.setCertificateEntry(
          "ca",
          java.security.cert.CertificateFactory.getInstance("X.509").generateCertificate(pem));
    }
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(trusted);
    return factory.getTrustManagers();
  }

  /** Whether no more than the rest of an answer comes. */
  private static boolean isEnded(SSLSocket socket) {
    try {
      return socket.getInputStream().readAllBytes() != null;
    } catch (java.net.SocketTimeoutException e) {
      return false;
    } catch (IOException e) {
      return true;
    }
  }
}
