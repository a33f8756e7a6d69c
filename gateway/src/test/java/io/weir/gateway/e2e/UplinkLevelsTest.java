package io.weir.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.weir.gateway.datadir.DataDirectory;
import io.weir.gateway.intake.SomeTotals;
import io.weir.gateway.log.Feed;
import io.weir.gateway.log.FileSystem;
import io.weir.gateway.log.LogOptions;
import io.weir.gateway.log.SegmentLog;
import io.weir.gateway.log.Time;
import io.weir.gateway.model.Derived;
import io.weir.gateway.model.MessageCodec;
import io.weir.gateway.model.Reading;
import io.weir.gateway.model.Value;
import io.weir.gateway.peers.Certificates;
import io.weir.gateway.peers.ThinLine;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Edge, plant and enterprise as three processes over thin lines that are cut; each of them is
 * killed on the way. The log of the enterprise ends with exactly the readings and figures that
 * stand in the logs of the edge, each once, with names, times, quality and reason.
 */
@Tag("server")
class UplinkLevelsTest {

  /** 64 kbit/s, a fifth of a second away; one chunk in twenty is held for a second. */
  private static final ThinLine.Quality THIN = new ThinLine.Quality(100, 8_000, 0.05);

  @TempDir Path folder;
  private Certificates certificates;
  private LinkedGateway edge;
  private LinkedGateway plant;
  private LinkedGateway enterprise;
  private ThinLine toPlant;
  private ThinLine toEnterprise;

  @BeforeEach
  void build() throws Exception {
    certificates = new Certificates(folder.resolve("pki"));
    for (String each : List.of("plant", "enterprise")) {
      certificates.sign(each, "EC", "DNS:localhost,IP:127.0.0.1");
    }
    certificates.sign("edge", "EC", "DNS:edge.example");
    edge = new LinkedGateway(folder, "edge", null);
    plant = new LinkedGateway(folder, "plant", certificates);
    enterprise = new LinkedGateway(folder, "enterprise", certificates);
    toPlant = new ThinLine(plant.port(), THIN, 1);
    toEnterprise = new ThinLine(enterprise.port(), THIN, 2);
  }

  @AfterEach
  void end() throws Exception {
    for (LinkedGateway each : List.of(edge, plant, enterprise)) {
      each.close();
    }
    toPlant.close();
    toEnterprise.close();
  }

  private static String up(String from, ThinLine line) {
    return """
        - name: up
          type: weir
          url: "https://localhost:%d"
          tls: { ca: pki/ca.pem, cert: pki/%s.pem, key: pki/%s.key }
          timeout: 8s
      """
        .formatted(line.port(), from, from);
  }

  private String edgeFile(boolean figures) {
    return """
        http: { port: %d }
        sources: [ { name: posts, type: http } ]
        sinks:
        %s
        %s
        """
        .formatted(
            edge.port(),
            up("edge", toPlant),
            figures
                ? "efficiency: { zone: UTC, defaults: { state: { metric: state, running: [RUNNING] } } }"
                : "");
  }

  private String upperFile(LinkedGateway of, String sender, String sinks) {
    return """
        http:
          port: %d
          tls: { ca: pki/ca.pem, cert: pki/%s.pem, key: pki/%s.key }
        sources: [ { name: below, type: weir, gateways: [ { id: %s } ] } ]
        sinks:
        %s
        """
        .formatted(of.port(), of.id(), of.id(), sender, sinks);
  }

  private void post(int number, int lines, Random random) throws Exception {
    StringBuilder body = new StringBuilder();
    long begin = Instant.parse("2026-03-02T06:00:00Z").getEpochSecond() + (long) number * lines;
    for (int i = 0; i < lines; i++) {
      body.append("telemetry,site=plant-a,area=a,line=l,machine=m").append(random.nextInt(6));
      body.append(" state=\"").append(random.nextInt(5) == 0 ? "DOWN" : "RUNNING").append('"');
      body.append(",temperature=").append(random.nextInt(1_000) / 10.0);
      body.append(",total=").append(begin + i).append("i ");
      body.append((begin + i) * 1_000_000_000L).append('\n');
    }
    edge.post(body.toString());
  }

  @Test
  @Tag("soak")
  void theEnterpriseHasExactlyWhatTheEdgeAcknowledged() throws Exception {
    int posts = 400;
    int lines = 60;
    Random random = new Random(7);
    String away =
        "  - { name: away, type: influxdb, version: 1, url: \"http://127.0.0.1:1\", database: d }\n";
    edge.configure(edgeFile(true));
    plant.configure(upperFile(plant, "edge", up("plant", toEnterprise)));
    enterprise.configure(upperFile(enterprise, "plant", away));
    for (LinkedGateway each : List.of(enterprise, plant, edge)) {
      each.start();
    }
    for (int i = 0; i < posts; i++) {
      post(i, lines, random);
      if (random.nextInt(5) == 0) {
        (random.nextBoolean() ? toPlant : toEnterprise).cut();
      }
      if (i % (posts / 3) == posts / 6) {
        LinkedGateway killed = List.of(edge, plant, enterprise).get(i / (posts / 3) % 3);
        killed.kill();
        killed.start();
      }
    }
    edge.stop(); // ends the figures, so that they come to an end
    edge.configure(edgeFile(false));
    edge.start();
    await()
        .atMost(Duration.ofMinutes(10))
        .pollInterval(Duration.ofMillis(500))
        .ignoreExceptions()
        .until(() -> edge.pending("up") == 0);
    await()
        .atMost(Duration.ofMinutes(10))
        .pollInterval(Duration.ofMillis(500))
        .ignoreExceptions()
        .until(() -> plant.pending("up") == 0);
    for (LinkedGateway each : List.of(edge, plant, enterprise)) {
      each.kill();
    }
    Map<Reading, Integer> sent = counted(readings("edge", "readings"));
    assertThat(sent).hasSizeGreaterThanOrEqualTo(posts * lines * 3 / 2);
    List<Reading> figures = readings("edge", "figures");
    assertThat(figures).isNotEmpty().allMatch(each -> Derived.is(each.series().measurement()));
    sent.putAll(counted(figures));
    for (String level : List.of("plant", "enterprise")) {
      List<Reading> there = readings(level, "readings");
      assertThat(difference(sent, counted(there))).as(level).isEmpty();
      assertThat(standing(there)).as(level).isEqualTo(standing(figures));
    }
  }

  /**
   * What is not the same. A row of figures that went before its turn is stored once more, where an
   * older value of the same series and instant may have come behind it.
   */
  private static Map<Reading, String> difference(
      Map<Reading, Integer> one, Map<Reading, Integer> other) {
    Map<Reading, String> difference = new HashMap<>();
    one.forEach(
        (reading, count) -> {
          int there = other.getOrDefault(reading, 0);
          if (there < count || there > count && !Derived.is(reading.series().measurement())) {
            difference.put(reading, count + " at the edge, " + there + " there");
          }
        });
    other.forEach(
        (reading, count) -> {
          if (!one.containsKey(reading)) {
            difference.put(reading, "only there");
          }
        });
    return difference;
  }

  private static Map<Reading, Integer> counted(List<Reading> readings) {
    Map<Reading, Integer> counted = new HashMap<>();
    readings.forEach(each -> counted.merge(each, 1, Integer::sum));
    return counted;
  }

  /** The value of each figure that stands in the end, by series, metric and instant. */
  private static Map<List<Object>, Value> standing(List<Reading> readings) {
    Map<List<Object>, Value> standing = new HashMap<>();
    for (Reading each : readings) {
      if (Derived.is(each.series().measurement())) {
        standing.put(List.of(each.series(), each.metric(), each.timeNs()), each.value());
      }
    }
    return standing;
  }

  private List<Reading> readings(String level, String log) throws Exception {
    List<Reading> readings = new ArrayList<>();
    LogOptions options =
        new LogOptions(
            new DataDirectory(folder.resolve("data-" + level)).log(log),
            1 << 20,
            1 << 30,
            LogOptions.WhenFull.BLOCK,
            Duration.ZERO,
            1 << 20);
    MessageCodec codec = new MessageCodec();
    try (SegmentLog open =
            SegmentLog.open(
                log,
                options,
                FileSystem.DISK,
                Time.SYSTEM,
                SomeTotals.of(1),
                new SimpleMeterRegistry());
        Feed all = open.scan(0)) {
      for (Feed.Entry entry = all.next(); entry != null; entry = all.next()) {
        readings.addAll(codec.decode(entry.payload()).readings());
      }
    }
    return readings;
  }
}
