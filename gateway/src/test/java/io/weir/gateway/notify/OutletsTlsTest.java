package io.weir.gateway.notify;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.weir.gateway.config.Tls;
import io.weir.gateway.config.TlsFiles;
import io.weir.gateway.model.Asset;
import io.weir.gateway.peers.Certificates;
import io.weir.gateway.settings.ConfigFile;
import io.weir.peers.Mosquitto;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Each kind of outlet by TLS, against real receivers with a certificate of an authority of ours.
 */
@Tag("server")
class OutletsTlsTest {

  private static final String UNKNOWN = "PKIX path";

  /** GreenMail reads them when it first makes a socket with TLS. */
  private static final String KEYS = "greenmail.tls.keystore.file";

  @TempDir static Path home;
  private static Certificates ours;
  private static Certificates others;
  private static SSLContext receiver;

  @BeforeAll
  static void sign() throws Exception {
    ours = new Certificates(home.resolve("ours"));
    others = new Certificates(home.resolve("others"));
    ours.sign("server", "EC", "IP:127.0.0.1");
    ours.openssl(
        "pkcs12 -export -inkey server.key -in server.pem -out server.p12 -passout pass:changeit");
    receiver =
        Tls.context(
            new TlsFiles(ours.path("ca.pem"), ours.path("server.pem"), ours.path("server.key")));
    System.setProperty(KEYS, ours.path("server.p12").toString());
  }

  @AfterAll
  static void forgetKeys() {
    System.clearProperty(KEYS);
  }

  private static Notice notice() {
    Cause cause =
        new Cause(
            "machine-down",
            "m",
            new Asset(null, null, null, "m"),
            true,
            "m is down",
            1_700_000_000_000_000_000L);
    Event event = new Event(7, Event.Type.RAISED, "n6", cause, 1_700_000_100_000_000_000L);
    return new Composer("g", "", ZoneOffset.UTC)
        .compose("o", new Batch(List.of(event), 0), Instant.ofEpochSecond(1_700_000_200));
  }

  /** An outlet that trusts an authority. */
  private static Outlet outlet(Certificates trusted, String outlet) throws Exception {
    Path yaml = Files.createTempFile(home, "weir", ".yaml");
    Files.writeString(
        yaml,
        """
        gateway: { id: g, data-dir: data }
        sources: [ { name: posts, type: http } ]
        notify:
          outlets:
            - { name: o, %s, tls: { ca: '%s' } }
        """
            .formatted(outlet, trusted.path("ca.pem")));
    NotifyConfig config = new ConfigFile(yaml, Map.of(), List.of()).load().notifications();
    assertThat(config).isNotNull();
    return Outlets.open(config.outlets().get(0));
  }

  private static void refuses(Outlet outlet, String why) {
    assertThatThrownBy(() -> outlet.send(notice()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(why);
  }

  // ---- Mail

  private static String mail(String scheme, String host, int port) {
    return "type: mail, url: '%s://%s:%d', from: weir@example.com, to: [a@example.com]"
        .formatted(scheme, host, port);
  }

  @Test
  void aMailGoesByTlsToAServerWhoseAuthorityIsKnownAndToNoOther() throws Exception {
    GreenMail server = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTPS));
    server.start();
    try {
      int port = server.getSmtps().getPort();
      outlet(ours, mail("smtps", "127.0.0.1", port)).send(notice());
      assertThat(server.getReceivedMessages()).hasSize(1);
      refuses(outlet(others, mail("smtps", "127.0.0.1", port)), UNKNOWN);
      refuses(outlet(ours, mail("smtps", "localhost", port)), "localhost");
      assertThat(server.getReceivedMessages()).hasSize(1);
    } finally {
      server.stop();
    }
  }

  @Test
  void aConnectionThatBeginsPlainBecomesOneByTlsBeforeAnythingIsSaid() throws Exception {
    GreenMail server = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
    server.start();
    try (StartTls front = new StartTls(server.getSmtp().getPort())) {
      String more = ", starttls: true";
      outlet(ours, mail("smtp", "127.0.0.1", front.port()) + more).send(notice());
      assertThat(server.getReceivedMessages()).hasSize(1);
      assertThat(front.plain).noneMatch(line -> line.startsWith("MAIL"));
      refuses(outlet(others, mail("smtp", "127.0.0.1", front.port()) + more), UNKNOWN);
      refuses(outlet(ours, mail("smtp", "localhost", front.port()) + more), "localhost");
      assertThat(server.getReceivedMessages()).hasSize(1);
    } finally {
      server.stop();
    }
  }

  /** Offers STARTTLS before GreenMail, which does not. */
  private static final class StartTls implements AutoCloseable {

    private final ServerSocket server = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
    private final int behind;

    /** What clients said before the connection was by TLS. */
    final BlockingQueue<String> plain = new LinkedBlockingQueue<>();

    StartTls(int behind) throws IOException {
      this.behind = behind;
      run("starttls", this::accept);
    }

    int port() {
      return server.getLocalPort();
    }

    private interface Work {
      void run() throws IOException;
    }

    private static void run(String name, Work work) {
      Thread thread =
          new Thread(
              () -> {
                try {
                  work.run();
                } catch (IOException e) {
                  // the client or the test has ended the connection
                }
              },
              name);
      thread.setDaemon(true);
      thread.start();
    }

    private void accept() throws IOException {
      while (!server.isClosed()) {
        Socket client = server.accept();
        run("starttls-client", () -> serve(client));
      }
    }

    private void serve(Socket client) throws IOException {
      try (client) {
        OutputStream out = client.getOutputStream();
        say(out, "220 front");
        BufferedReader in =
            new BufferedReader(new InputStreamReader(client.getInputStream(), US_ASCII));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
          plain.add(line);
          if (line.equals("STARTTLS")) {
            say(out, "220 go ahead");
            relay(client);
            return;
          }
          say(out, line.startsWith("EHLO") ? "250-front\r\n250 STARTTLS" : "530 STARTTLS first");
        }
      }
    }

    private static void say(OutputStream out, String line) throws IOException {
      out.write((line + "\r\n").getBytes(US_ASCII));
      out.flush();
    }

    private void relay(Socket client) throws IOException {
      SSLSocket secure =
          (SSLSocket)
              receiver.getSocketFactory().createSocket(client, null, client.getPort(), true);
      secure.setUseClientMode(false);
      secure.startHandshake();
      try (Socket mail = new Socket(InetAddress.getLoopbackAddress(), behind)) {
        InputStream answers = mail.getInputStream();
        while (answers.read() != '\n') {} // its greeting, which the client had from us
        run("starttls-answers", () -> answers.transferTo(secure.getOutputStream()));
        secure.getInputStream().transferTo(mail.getOutputStream());
      }
    }

    @Override
    public void close() {
      try {
        server.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  // ---- Webhook

  @Test
  void aWebhookGoesByTlsToAServerWhoseAuthorityIsKnownAndToNoOther() throws Exception {
    BlockingQueue<String> posts = new LinkedBlockingQueue<>();
    HttpsServer server =
        HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(receiver));
    server.createContext(
        "/",
        exchange -> {
          posts.add(new String(exchange.getRequestBody().readAllBytes(), UTF_8));
          exchange.sendResponseHeaders(204, -1);
          exchange.close();
        });
    server.start();
    try {
      String hook = "type: webhook, url: 'https://%s:" + server.getAddress().getPort() + "/hook'";
      outlet(ours, hook.formatted("127.0.0.1")).send(notice());
      assertThat(posts).singleElement().asString().contains("m is down");
      refuses(outlet(others, hook.formatted("127.0.0.1")), UNKNOWN);
      refuses(outlet(ours, hook.formatted("localhost")), "localhost");
      assertThat(posts).hasSize(1);
    } finally {
      server.stop(0);
    }
  }

  // ---- MQTT

  @Test
  void aMessageGoesByTlsToABrokerWhoseAuthorityIsKnownAndToNoOther() throws Exception {
    try (Mosquitto broker =
        Mosquitto.started(
            Files.createDirectory(home.resolve("broker")),
            "listener PORT 127.0.0.1",
            "cafile " + ours.path("ca.pem"),
            "certfile " + ours.path("server.pem"),
            "keyfile " + ours.path("server.key"),
            "log_type all",
            "log_dest file HOME/broker.log")) {
      for (String version : List.of("5", "3.1.1")) {
        String at = "type: mqtt, version: " + version + ", url: 'ssl://%s:" + broker.port() + "'";
        outlet(ours, at.formatted("127.0.0.1")).send(notice());
        refuses(outlet(others, at.formatted("127.0.0.1")), UNKNOWN);
        refuses(outlet(ours, at.formatted("localhost")), "localhost");
      }
      await().until(() -> received(home.resolve("broker/broker.log")) == 2);
    }
  }

  private static long received(Path log) throws IOException {
    return Files.readAllLines(log).stream()
        .filter(line -> line.contains("Received PUBLISH") && line.contains("weir/g/notifications"))
        .count();
  }
}
