package io.weir.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.weir.gateway.api.LedgerResponse;
import io.weir.gateway.api.Status;
import io.weir.gateway.log.FileSystem;
import io.weir.gateway.log.Threads;
import io.weir.gateway.log.Time;
import io.weir.gateway.settings.ConfigFile;
import io.weir.gateway.sink.MemoryStores;
import io.weir.gateway.sink.Sink.Answer;
import io.weir.gateway.source.http.HttpSource;
import io.weir.gateway.source.http.HttpSourceFactory;
import io.weir.gateway.source.http.RequestHead;
import io.weir.peers.Ports;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A gateway with all its threads on a real disk, which thins its log while it receives. */
@Tag("slow")
class RetentionUnderLoadTest {

  private static final int MESSAGES = 6_000;
  private static final int WINDOW = 200;
  private static final String PAD = "x".repeat(900);
  private static final Pattern LINE = Pattern.compile("telemetry,.*?machine=(\\w+) .*n=(\\d+).*");

  @TempDir Path folder;

  private final Map<String, Set<Integer>> stored =
      Map.of("safe", ConcurrentHashMap.newKeySet(), "fine", ConcurrentHashMap.newKeySet());
  private final int port = Ports.free();
  private final Queue<Integer> refused = new ConcurrentLinkedQueue<>();
  private volatile boolean up;

  private Answer write(String sink, List<String> lines) {
    if (!up) {
      return new Answer.Down("the store is down");
    }
    for (String line : lines) {
      Matcher known = LINE.matcher(line);
      assertThat(known.matches()).as(line).isTrue();
      stored.get(known.group(1)).add(Integer.valueOf(known.group(2)));
    }
    return new Answer.Stored();
  }

  private Path configure(String whenFull) throws IOException {
    Path yaml = folder.resolve("weir.yaml");
    return Files.writeString(
        yaml,
        """
        gateway: { id: kept, data-dir: data }
        http: { port: %d }
        sources: [ { name: posts, type: http } ]
        routes: [ { topic: /write, format: influx-line, when-full: %s } ]
        buffer: { segment-size: 1MiB, max-size: 2MiB, max-message-size: 16KiB, pack: false }
        sinks:
          - name: history
            type: influxdb
            version: 1
            url: "http://store:8086"
            database: d
            batch: { max-lines: 50 }
        """
            .formatted(port, whenFull));
  }

  private Gateway started(String whenFull) throws Exception {
    ConfigFile file = new ConfigFile(configure(whenFull), Map.of(), List.of());
    Gateway gateway =
        Gateway.build(
            file,
            file.load(),
            "test",
            new GatewayParts(
                Time.SYSTEM,
                FileSystem.DISK,
                Threads.SYSTEM,
                type -> new HttpSourceFactory(),
                type -> new MemoryStores(this::write),
                Runnable::run));
    gateway.start();
    return gateway;
  }

  /** Posts one message; it is posted again later if there is no room. */
  private void post(Gateway gateway, int number, Semaphore window) {
    boolean safe = number % 5 == 0;
    String payload =
        safe
            ? "{\"machine\":\"safe\",\"n\":%d,\"pad\":\"%s\"}".formatted(number, PAD)
            : "telemetry,machine=fine n=%d,pad=\"%s\"".formatted(number, PAD);
    HttpSource source = (HttpSource) gateway.sources().get(0);
    source.receive(
        new RequestHead(
            "POST",
            safe ? "/api/v1/readings" : "/write",
            safe ? "application/json" : null,
            null,
            -1),
        payload.getBytes(StandardCharsets.UTF_8),
        reply -> {
          if (reply.status() < 300) {
            window.release();
          } else {
            refused.add(number);
          }
        });
  }

  private void acquire(Gateway gateway, Semaphore window, int permits) throws Exception {
    while (!window.tryAcquire(permits, 5, TimeUnit.MILLISECONDS)) {
      postAgain(gateway, window);
    }
  }

  private void postAgain(Gateway gateway, Semaphore window) {
    for (int i = refused.size(); i > 0; i--) {
      post(gateway, refused.remove(), window);
    }
  }

  /** The store is back; then it has all that the log still had, and the ledger counts the rest. */
  private void storeReturns(Gateway gateway, int messages) {
    up = true;
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> gateway.view().ledger().sinks().get(0).pending() == 0);
    LedgerResponse.Sink ledger = gateway.view().ledger().sinks().get(0);
    assertThat(stored.get("safe")).hasSize(messages / 5);
    int lost = messages - messages / 5 - stored.get("fine").size();
    assertThat(ledger.getUnexplained()).isZero();
    assertThat(ledger.dropped()).isEqualTo(2L * lost).isPositive();
  }

  @Test
  void theIntakeGoesOnAndWhatBlocksIsStored() throws Exception {
    try (Gateway gateway = started("drop-oldest")) {
      Semaphore window = new Semaphore(WINDOW);
      for (int i = 0; i < MESSAGES; i++) {
        acquire(gateway, window, 1);
        post(gateway, i, window);
      }
      acquire(gateway, window, WINDOW);
      assertThat(gateway.view().status().dropped())
          .singleElement()
          .extracting(Status.Dropped::log, Status.Dropped::of, Status.Dropped::reason)
          .containsExactly("readings", "/write", "drop-oldest");
      storeReturns(gateway, MESSAGES);
    }
  }

  @Test
  void aReloadDuringTheOutageDecidesAboutWhatCameBefore() throws Exception {
    try (Gateway gateway = started("block")) {
      int messages = MESSAGES / 2;
      Semaphore window = new Semaphore(0);
      for (int i = 0; i < messages; i++) {
        post(gateway, i, window);
      }
      await().until(() -> window.availablePermits() + refused.size() == messages);
      assertThat(refused).as("the log is full").isNotEmpty();
      assertThat(gateway.view().status().dropped()).isEmpty();

      configure("drop-oldest");
      HttpRequest reload =
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/api/v1/config/reload"))
              .POST(HttpRequest.BodyPublishers.noBody())
              .build();
      HttpResponse<String> answer =
          HttpClient.newHttpClient().send(reload, HttpResponse.BodyHandlers.ofString());
      assertThat(answer.body()).contains("\"changed\":[\"/write\"]", "\"needsRestart\":[]");
      await()
          .atMost(Duration.ofSeconds(60))
          .until(
              () -> {
                postAgain(gateway, window);
                return window.availablePermits() == messages;
              });
      storeReturns(gateway, messages);
    }
  }
}
