package io.weir.gateway.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.metrics.v1.ResourceMetrics;
import io.weir.gateway.config.Tls;
import io.weir.gateway.config.TlsFiles;
import io.weir.gateway.peers.Certificates;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Meters that go to a real HTTP server, which reads them as a collector does. */
@Tag("server")
class OtlpExportTest {

  private static final String KEY = "Bearer hunter2";

  private final Logger logger = (Logger) LoggerFactory.getLogger("io");
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private final ExecutorService threads = Executors.newCachedThreadPool();

  @BeforeEach
  void listen() {
    log.start();
    ((Logger) LoggerFactory.getLogger(OtlpSender.class)).setLevel(Level.INFO);
    logger.addAppender(log);
  }

  @AfterEach
  void stop() {
    logger.detachAppender(log);
    threads.shutdownNow();
  }

  private static Meters sentTo(int port, Duration interval) {
    return sentTo("http", port, interval, null);
  }

  private static Meters sentTo(
      String scheme, int port, Duration interval, OtlpExport.@Nullable TlsContext tls) {
    URI url = URI.create(scheme + "://127.0.0.1:" + port + "/v1/metrics");
    return new Meters(
        "plant-a-1", "0.1.0", new OtlpExport(url, interval, Map.of("authorization", KEY), tls));
  }

  private List<String> said() {
    return List.copyOf(log.list).stream().map(ILoggingEvent::getFormattedMessage).toList();
  }

  private static InetSocketAddress anyPort() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }

  /** A collector that keeps what it got and answers with one status. */
  private static final class Collector implements AutoCloseable {

    private final HttpServer server;
    private final List<ExportMetricsServiceRequest> got = new CopyOnWriteArrayList<>();
    private final List<String> keys = new CopyOnWriteArrayList<>();
    private volatile int status = 200;
    private volatile String elsewhere = "";

    Collector() throws IOException {
      this(HttpServer.create(anyPort(), 0));
    }

    private Collector(HttpServer server) {
      this.server = server;
      server.createContext(
          "/v1/metrics",
          exchange -> {
            try (exchange;
                InputStream body = new GZIPInputStream(exchange.getRequestBody())) {
              got.add(ExportMetricsServiceRequest.parseFrom(body));
              keys.add(exchange.getRequestHeaders().getFirst("Authorization"));
              if (!elsewhere.isEmpty()) {
                exchange.getResponseHeaders().add("Location", elsewhere);
              }
              exchange.sendResponseHeaders(status, -1);
            }
          });
      server.start();
    }

    static Collector over(SSLContext tls) throws IOException {
      HttpsServer server = HttpsServer.create(anyPort(), 0);
      server.setHttpsConfigurator(new HttpsConfigurator(tls));
      return new Collector(server);
    }

    int port() {
      return server.getAddress().getPort();
    }

    Map<String, Metric> newest() {
      ResourceMetrics all = got.get(got.size() - 1).getResourceMetrics(0);
      return all.getScopeMetricsList().stream()
          .flatMap(scope -> scope.getMetricsList().stream())
          .collect(Collectors.toMap(Metric::getName, metric -> metric, (one, other) -> one));
    }

    @Override
    public void close() {
      server.stop(0);
    }
  }

  private static Map<String, String> texts(List<KeyValue> attributes) {
    return attributes.stream()
        .collect(Collectors.toMap(KeyValue::getKey, each -> each.getValue().getStringValue()));
  }

  @Test
  void theMetersArriveAtTheCollectorUnderTheirNames() throws Exception {
    try (Collector collector = new Collector()) {
      try (Meters meters = sentTo(collector.port(), Duration.ofHours(1))) {
        meters
            .everywhere()
            .counter(MeterNames.SINK_LINES, "sink", "history", "log", "r")
            .increment(7);
        meters.start();
        meters
            .everywhere()
            .counter(MeterNames.SINK_LINES, "sink", "history", "log", "r")
            .increment(5);
        meters.everywhere().timer(MeterNames.HTTP_REQUEST_TIME).record(Duration.ofMillis(1500));
        assertThat(meters.registry().scrape())
            .contains("weir_sink_stored_lines_total{")
            .contains(" 12.0");
      }
      Map<String, Metric> metrics = collector.newest();
      NumberDataPoint lines = metrics.get(MeterNames.SINK_LINES).getSum().getDataPoints(0);
      assertThat(lines.getAsDouble()).isEqualTo(12);
      assertThat(texts(lines.getAttributesList())).isEqualTo(Map.of("sink", "history", "log", "r"));
      assertThat(metrics.get(MeterNames.HTTP_REQUEST_TIME).getUnit()).isEqualTo("seconds");
      assertThat(metrics.get(MeterNames.HTTP_REQUEST_TIME).getHistogram().getDataPoints(0).getSum())
          .isEqualTo(1.5);
      assertThat(metrics).containsKeys("jvm.memory.used", MeterNames.VERSION);
      assertThat(metrics.get(MeterNames.SINK_LINES).getDescription()).isNotBlank();
      assertThat(
              texts(collector.got.get(0).getResourceMetrics(0).getResource().getAttributesList()))
          .containsEntry("service.name", "weir")
          .containsEntry("service.instance.id", "plant-a-1")
          .containsEntry("service.version", "0.1.0");
      assertThat(collector.keys).containsOnly(KEY);
    }
  }

  @Test
  void theyAreSentAgainAtEachInterval() throws Exception {
    try (Collector collector = new Collector();
        Meters meters = sentTo(collector.port(), Duration.ofSeconds(1))) {
      meters.start();
      await().until(() -> collector.got.size() >= 2);
    }
  }

  @Test
  void aCollectorThatRefusesIsSaidOnceWithoutTheKeyAndSoIsItsReturn() throws Exception {
    try (Collector collector = new Collector()) {
      collector.status = 401;
      try (Meters meters = sentTo(collector.port(), Duration.ofSeconds(1))) {
        meters.start();
        await().until(() -> collector.got.size() >= 2);
        collector.status = 200;
        await().until(() -> said().stream().anyMatch(line -> line.endsWith(" again")));
      }
    }
    assertThat(said()).filteredOn(line -> line.contains("it answered 401")).hasSize(1);
    assertThat(said()).noneMatch(line -> line.contains("hunter2"));
  }

  @Test
  void aCollectorOfAnAuthorityOfOurOwnIsTrustedAsSoonAsItsFileIsThere(@TempDir Path folder)
      throws Exception {
    Certificates ours = new Certificates(folder);
    ours.sign("collector", "EC", "IP:127.0.0.1");
    TlsFiles collectors =
        new TlsFiles(null, ours.path("collector.pem"), ours.path("collector.key"));
    Path authority = folder.resolve("authority.pem");
    try (Collector collector = Collector.over(Tls.context(collectors));
        Meters meters =
            sentTo(
                "https",
                collector.port(),
                Duration.ofSeconds(1),
                () -> Tls.context(new TlsFiles(authority, null, null)))) {
      meters.start();
      await().until(() -> said().stream().anyMatch(line -> line.contains("cannot read")));
      assertThat(collector.got).isEmpty();
      Files.copy(ours.path("ca.pem"), authority);
      await().until(() -> !collector.got.isEmpty());
      assertThat(collector.keys).containsOnly(KEY);
    }
  }

  @Test
  void aRedirectDoesNotTakeTheKeyElsewhere() throws Exception {
    try (Collector collector = new Collector();
        Collector other = new Collector()) {
      collector.status = 307;
      collector.elsewhere = "http://127.0.0.1:" + other.port() + "/v1/metrics";
      try (Meters meters = sentTo(collector.port(), Duration.ofHours(1))) {
        meters.start();
      }
      assertThat(collector.got).hasSize(1);
      assertThat(other.got).isEmpty();
    }
  }

  @Test
  void aCollectorThatIsNotThereHarmsNothing() throws Exception {
    int free;
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(anyPort());
      free = socket.getLocalPort();
    }
    try (Meters meters = sentTo(free, Duration.ofHours(1))) {
      meters.start();
      meters
          .everywhere()
          .counter(MeterNames.SINK_LINES, "sink", "history", "log", "r")
          .increment(1);
      assertThat(meters.registry().scrape()).contains("weir_sink_stored_lines_total");
    }
    assertThat(said()).filteredOn(line -> line.contains(": it cannot be reached.")).hasSize(1);
  }

  @Test
  void anAnswerWithoutEndAndOneThatNeverComesEndWithTheStop() throws Exception {
    for (String answer : List.of("HTTP/1.1 200 OK\r\n\r\n", "")) {
      try (ServerSocket collector = new ServerSocket()) {
        collector.bind(anyPort());
        threads.execute(() -> answerWithoutEnd(collector, answer));
        try (Meters meters = sentTo(collector.getLocalPort(), Duration.ofHours(1))) {
          meters.start();
        } // this line is reached: the stop does not wait for ever
      }
    }
    assertThat(said()).filteredOn(line -> line.contains("cannot be sent")).hasSize(1);
  }

  private static void answerWithoutEnd(ServerSocket collector, String head) {
    try (Socket socket = collector.accept();
        OutputStream to = socket.getOutputStream()) {
      byte[] part = head.isEmpty() ? new byte[0] : new byte[64 << 10];
      to.write(head.getBytes(StandardCharsets.US_ASCII));
      while (!Thread.interrupted()) {
        to.write(part);
        Thread.sleep(part.length == 0 ? 50 : 0);
      }
    } catch (IOException | InterruptedException e) {
      Thread.currentThread().interrupt(); // the gateway has hung up, or the test is over
    }
  }
}
