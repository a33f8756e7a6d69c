package io.weir.gateway.notify;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import com.sun.net.httpserver.HttpServer;
import io.weir.gateway.model.Asset;
import io.weir.gateway.settings.ConfigFile;
import io.weir.gateway.source.mqtt.MqttConfig;
import io.weir.gateway.source.mqtt.TopicListener;
import io.weir.peers.Mosquitto;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each kind of outlet against a real receiver. */
@Tag("server")
class OutletsTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String HOSTILE = "press \"01\"\r\nBcc: all@example.com is down: Öl";

  @TempDir Path home;

  private static Notice notice() {
    Cause cause =
        new Cause(
            "machine-down",
            "m",
            new Asset(null, null, null, "m"),
            true,
            HOSTILE,
            1_700_000_000_000_000_000L);
    Event event = new Event(7, Event.Type.RAISED, "n6", cause, 1_700_000_100_000_000_000L);
    return new Composer("g", "https://weir.example.com", java.time.ZoneOffset.UTC)
        .compose("o", new Batch(List.of(event), 0), Instant.ofEpochSecond(1_700_000_200));
  }

  private NotifyConfig config(String outlet) throws Exception {
    Path yaml = home.resolve("weir.yaml");
    Files.writeString(
        yaml,
        """
        gateway: { id: g, data-dir: data }
        sources: [ { name: posts, type: http } ]
        notify:
          outlets:
            - %s
        """
            .formatted(outlet));
    NotifyConfig config =
        new ConfigFile(yaml, Map.of("SECRET", "s3cret"), List.of()).load().notifications();
    assertThat(config).isNotNull();
    return config;
  }

  private Outlet outlet(String outlet) throws Exception {
    return Outlets.open(config(outlet).outlets().get(0));
  }

  // ---- Mail

  private static GreenMail mailServer() {
    GreenMail server = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
    server.start();
    return server;
  }

  private static String mail(GreenMail server, String more) {
    return "{ name: o, type: mail, url: 'smtp://127.0.0.1:%d', from: weir@example.com, to: [a@example.com, b@example.com]%s }"
        .formatted(server.getSmtp().getPort(), more);
  }

  @Test
  void aMailReachesAllAddressesAndANameAddsNoHeader() throws Exception {
    GreenMail server = mailServer();
    try {
      outlet(mail(server, "")).send(notice());
      MimeMessage[] received = server.getReceivedMessages();
      assertThat(received).hasSize(2);
      MimeMessage mail = received[0];
      assertThat(mail.getSubject())
          .isEqualTo("[g] critical: press \"01\" Bcc: all@example.com is down: Öl");
      assertThat(mail.getHeader("Bcc")).isNull();
      assertThat(mail.getHeader("Message-ID")).containsExactly("<g.o.7-7@weir.invalid>");
      assertThat(mail.getHeader("Auto-Submitted")).containsExactly("auto-generated");
      assertThat((String) mail.getContent())
          .contains("Öl", "https://weir.example.com/#/machine/m", "since 2023-11-14 22:13 Z");
    } finally {
      server.stop();
    }
  }

  @Test
  void aWrongLoginIsSaidWithoutThePassword() throws Exception {
    GreenMail server = mailServer();
    try {
      server.setUser("weir@example.com", "weir", "right");
      Outlet outlet = outlet(mail(server, ", username: weir, password: '${SECRET}'"));
      assertThatThrownBy(() -> outlet.send(notice()))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("refuses user name or password")
          .hasMessageNotContaining("s3cret");
    } finally {
      server.stop();
    }
  }

  @Test
  void aServerWithoutTlsGetsNothingWhereTlsIsAskedFor() throws Exception {
    GreenMail server = mailServer();
    try {
      Outlet outlet = outlet(mail(server, ", starttls: true"));
      assertThatThrownBy(() -> outlet.send(notice()))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("STARTTLS");
      assertThat(server.getReceivedMessages()).isEmpty();
    } finally {
      server.stop();
    }
  }

  @Test
  void aMailServerThatIsAwayIsSaid() throws Exception {
    GreenMail server = mailServer();
    Outlet outlet = outlet(mail(server, ""));
    server.stop();
    assertThatThrownBy(() -> outlet.send(notice()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("127.0.0.1");
  }

  // ---- Webhook

  private record Post(String path, String authorization, String body) {}

  private final List<Post> posts = Collections.synchronizedList(new ArrayList<>());

  private HttpServer web(int status) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
          String login = exchange.getRequestHeaders().getFirst("authorization");
          posts.add(new Post(exchange.getRequestURI().toString(), login, body));
          exchange.getResponseHeaders().set("location", "/elsewhere");
          exchange.sendResponseHeaders(status, -1);
          exchange.close();
        });
    server.start();
    return server;
  }

  private static String webhook(HttpServer server, String more) {
    return "{ name: o, type: webhook, url: 'http://127.0.0.1:%d/hook/${SECRET}?sig=1'%s }"
        .formatted(server.getAddress().getPort(), more);
  }

  @Test
  void aWebhookGetsTheWholeMessageOrATemplateFilledIn() throws Exception {
    HttpServer server = web(204);
    try {
      outlet(webhook(server, ", headers: { authorization: 'Bearer ${SECRET}' }")).send(notice());
      assertThat(posts.get(0).path()).isEqualTo("/hook/s3cret?sig=1");
      assertThat(posts.get(0).authorization()).isEqualTo("Bearer s3cret");
      JsonNode whole = JSON.readTree(posts.get(0).body());
      assertThat(whole.path("id").asText()).isEqualTo("g.o.7-7");
      assertThat(whole.at("/events/0/kind").asText()).isEqualTo("machine-down");
      assertThat(whole.at("/events/0/since").asText()).isEqualTo("2023-11-14T22:13:20Z");

      String body = ", body: '{\"text\": \"{title} ({severity})\"}'";
      outlet(webhook(server, body)).send(notice());
      assertThat(JSON.readTree(posts.get(1).body()).path("text").asText())
          .isEqualTo("[g] critical: press \"01\" Bcc: all@example.com is down: Öl (critical)");

      outlet(webhook(server, "")).beat(new Beat("g", Instant.EPOCH, true, Duration.ofSeconds(60)));
      assertThat(JSON.readTree(posts.get(2).body()).path("intervalSeconds").asInt()).isEqualTo(60);
    } finally {
      server.stop(0);
    }
  }

  @Test
  void aRedirectIsNotFollowedAndWhatFailsIsSaidWithoutThePath() throws Exception {
    HttpServer server = web(307);
    Outlet outlet = outlet(webhook(server, ""));
    try {
      assertThatThrownBy(() -> outlet.send(notice()))
          .hasMessageContaining("answered 307; redirects are not followed")
          .hasMessageNotContaining("s3cret");
      assertThat(posts).hasSize(1);
    } finally {
      server.stop(0);
    }
    assertThatThrownBy(() -> outlet.send(notice()))
        .isInstanceOf(IOException.class)
        .hasMessageNotContaining("s3cret");
    assertThat(config(webhook(server, "")).toString()).doesNotContain("s3cret");
    assertThat(config(webhook(server, "")).outlets().get(0).summary()).doesNotContain("s3cret");
  }

  // ---- MQTT

  private static String mqtt(Mosquitto broker, String more) {
    return "{ name: o, type: mqtt, url: '%s'%s }".formatted(broker.url(), more);
  }

  private MqttConfig listening(Mosquitto broker) throws Exception {
    Path yaml = home.resolve("listen.yaml");
    Files.writeString(
        yaml,
        "gateway: { id: listener, data-dir: other }\n"
            + "sources: [ { name: s, type: mqtt, session-expiry: 0s, url: '"
            + broker.url()
            + "' } ]\nroutes: [ { topic: '#', format: json } ]\n");
    return (MqttConfig) new ConfigFile(yaml, Map.of(), List.of()).load().sources().get(0);
  }

  @Test
  void aMessageAndTheHeartbeatReachMosquittoInBothVersions() throws Exception {
    Map<String, String> heard = Collections.synchronizedMap(new java.util.TreeMap<>());
    try (Mosquitto broker = Mosquitto.started(Files.createDirectory(home.resolve("broker")));
        TopicListener listener =
            new TopicListener(
                listening(broker),
                "#",
                (topic, body, kept) -> heard.put(topic, new String(body, UTF_8)))) {
      listener.start();
      outlet(mqtt(broker, "")).send(notice());
      outlet(mqtt(broker, ", version: 3.1.1, topic: andon, retained: true")).send(notice());
      outlet(mqtt(broker, ", topic: andon"))
          .beat(new Beat("g", Instant.EPOCH, true, Duration.ofSeconds(60)));
      await()
          .untilAsserted(
              () ->
                  assertThat(heard)
                      .containsOnlyKeys("weir/g/notifications", "andon", "andon/heartbeat"));
      assertThat(JSON.readTree(heard.get("andon")).path("id").asText()).isEqualTo("g.o.7-7");
    }
  }

  @Test
  void aBrokerThatRefusesTheMessageOrIsAwayHasNotTakenIt() throws Exception {
    Path access = home.resolve("access");
    Files.writeString(access, "topic read #\n");
    Outlet outlet;
    try (Mosquitto broker =
        Mosquitto.started(Files.createDirectory(home.resolve("closed")), "acl_file " + access)) {
      outlet = outlet(mqtt(broker, ""));
      assertThatThrownBy(() -> outlet.send(notice()))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("not authorised");
    }
    assertThatThrownBy(() -> outlet.send(notice()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("no broker answers");
  }
}
