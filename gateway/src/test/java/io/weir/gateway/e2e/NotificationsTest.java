package io.weir.gateway.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.weir.peers.Ports;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A gateway that is killed between the begin of a notification and its delivery. */
@Tag("server")
class NotificationsTest {

  @TempDir Path home;

  private final List<String> received = Collections.synchronizedList(new ArrayList<>());

  private HttpServer receiver(int port) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    server.createContext(
        "/",
        exchange -> {
          received.add(new String(exchange.getRequestBody().readAllBytes(), UTF_8));
          exchange.sendResponseHeaders(204, -1);
          exchange.close();
        });
    server.start();
    return server;
  }

  private static String yaml(int receiver, String source) {
    return """
    sources: [ %s{ name: posts, type: http } ]
    routes: [ { topic: '#', format: json } ]
    sinks: [ { name: away, type: influxdb, version: 1, url: "http://127.0.0.1:1", database: d } ]
    notify:
      outlets: [ { name: chat, type: webhook, url: "http://127.0.0.1:%d/", gather: 1s } ]
      rules: [ { name: sources, when: [source-down], to: [chat] } ]
      heartbeat: { interval: 5s, to: [chat] }
    """
        .formatted(source, receiver);
  }

  private boolean isReceived(String... parts) {
    return received.stream().anyMatch(body -> List.of(parts).stream().allMatch(body::contains));
  }

  @Test
  void aNotificationThatBeganIsDeliveredAfterAKillThoughItsCauseIsGone() throws Exception {
    int port = Ports.free();
    String down = "{ name: plant, type: mqtt, url: 'tcp://127.0.0.1:1' }, ";
    try (GatewayProcess gateway =
        new GatewayProcess(Files.createDirectory(home.resolve("gateway")), yaml(port, down))) {
      gateway.start();
      await()
          .atMost(Duration.ofMinutes(2))
          .ignoreExceptions()
          .until(() -> gateway.get("/api/v1/notifications").contains("cannot be reached"));
      gateway.kill();

      HttpServer receiver = receiver(port);
      try {
        gateway.configure(yaml(port, ""));
        gateway.start();
        await()
            .atMost(Duration.ofMinutes(2))
            .until(() -> isReceived("\"kind\":\"source-down\"", "\"subject\":\"plant\""));
        await()
            .atMost(Duration.ofMinutes(1))
            .until(() -> isReceived("\"ready\":true", "\"intervalSeconds\":5"));
        assertThat(gateway.get("/api/v1/notifications")).contains("\"pending\":0");
      } finally {
        receiver.stop(0);
      }
    }
  }
}
