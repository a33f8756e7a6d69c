package io.weir.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.weir.gateway.peers.Certificates;
import io.weir.peers.Kafka;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Two gateways send to a centre, which writes to Kafka; centre and broker are killed in turn. What
 * the two acknowledged stands in the topic, what is first of a machine in the order of the centre's
 * log.
 */
@Tag("server")
@Tag("soak")
class CentreIntoKafkaTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> EDGES = List.of("edge-1", "edge-2");
  private static final int POSTS = 40;
  private static final int LINES = 50;
  private static final long T0 = 1_770_000_000;

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theTopicHasWhatTheEdgesAcknowledgedThroughKillsOfCentreAndBroker(boolean transactional)
      throws Exception {
    Certificates certificates = new Certificates(folder.resolve("pki"));
    certificates.sign("centre", "EC", "DNS:localhost,IP:127.0.0.1");
    List<LinkedGateway> edges = new ArrayList<>();
    try (Kafka kafka = Kafka.started(folder.resolve("kafka"), "log.retention.ms=-1");
        LinkedGateway centre = new LinkedGateway(folder, "centre", certificates)) {
      kafka.createTopic(KafkaDurabilityTest.TOPIC, 3);
      centre.configure(centreFile(centre, kafka, transactional));
      centre.start();
      for (String each : EDGES) {
        certificates.sign(each, "EC", "DNS:" + each);
        LinkedGateway edge = new LinkedGateway(folder, each, null);
        edges.add(edge);
        edge.configure(edgeFile(edge, centre));
        edge.start();
      }
      for (int i = 0; i < POSTS; i++) {
        for (LinkedGateway each : edges) {
          each.post(lines(each.id(), i));
        }
        switch (i) {
          case 8 -> kafka.kill();
          case 14 -> {
            centre.kill();
            centre.launch();
          }
          case 20 -> kafka.launch();
          case 26 -> {
            kafka.awaitReady();
            centre.awaitReady();
            centre.kill();
          }
          case 30 -> centre.start();
          default -> Thread.sleep(50);
        }
      }
      for (LinkedGateway each : edges) {
        awaitSettled(each, "up");
      }
      awaitSettled(centre, "stream");
      assertStands(KafkaDurabilityTest.read(kafka.address()), transactional);
      for (JsonNode each : centre.ledger().path("sinks")) {
        assertThat(each.path("quarantined").asLong()).as("%s", each).isZero();
      }
    } finally {
      edges.forEach(LinkedGateway::close);
    }
  }

  private static void awaitSettled(LinkedGateway gateway, String sink) {
    await()
        .atMost(Duration.ofMinutes(3))
        .pollInterval(Duration.ofMillis(500))
        .ignoreExceptions()
        .until(() -> gateway.pending(sink) == 0);
  }

  private static void assertStands(List<ConsumerRecord<byte[], byte[]>> records, boolean once)
      throws Exception {
    Map<String, Integer> numbers = new HashMap<>();
    Map<String, String> positions = new HashMap<>();
    Map<String, List<Integer>> firsts = new LinkedHashMap<>();
    for (ConsumerRecord<byte[], byte[]> each : records) {
      JsonNode row = JSON.readTree(each.value());
      String machine = row.path("machine").asText();
      int number = row.at("/values/seq").asInt();
      numbers.merge(machine + " " + number, 1, Integer::sum);
      String position = KafkaDurabilityTest.header(each, "weir-position");
      String before = positions.putIfAbsent(position, machine + " " + number);
      assertThat(before).as(position).isIn(null, machine + " " + number);
      assertThat(row.path("gateway").asText()).isEqualTo("centre");
      if (before == null) {
        firsts.computeIfAbsent(machine, first -> new ArrayList<>()).add(number);
      }
    }
    assertThat(numbers).as("readings").hasSize(EDGES.size() * POSTS * LINES);
    assertThat(positions).as("none is twice in the log").hasSize(numbers.size());
    firsts.forEach((machine, each) -> assertThat(each).as(machine).isSorted());
    if (once) {
      assertThat(records).as("none twice").hasSize(numbers.size());
    }
  }

  private static String lines(String edge, int post) {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < LINES; i++) {
      int number = post * LINES + i;
      lines
          .append("telemetry,site=plant-a,line=l,machine=")
          .append(edge)
          .append("-m")
          .append(number % 6)
          .append(" seq=")
          .append(number)
          .append("i ")
          .append((T0 + number) * 1_000_000_000L)
          .append('\n');
    }
    return lines.toString();
  }

  private static String edgeFile(LinkedGateway edge, LinkedGateway centre) {
    return """
        http: { port: %1$d }
        sources: [ { name: posts, type: http } ]
        sinks:
          - name: up
            type: weir
            url: "https://localhost:%2$d"
            tls: { ca: pki/ca.pem, cert: pki/%3$s.pem, key: pki/%3$s.key }
            replay: in-order
        """
        .formatted(edge.port(), centre.port(), edge.id());
  }

  private static String centreFile(LinkedGateway centre, Kafka kafka, boolean transactional) {
    return """
        http:
          port: %d
          tls: { ca: pki/ca.pem, cert: pki/centre.pem, key: pki/centre.key }
        sources: [ { name: below, type: weir, gateways: [ { id: edge-1 }, { id: edge-2 } ] } ]
        sinks:
          - { name: stream, type: kafka, brokers: [%s], timeout: 5s, transactional: %s, batch: { max-lines: 100 } }
        """
        .formatted(centre.port(), kafka.address(), transactional);
  }
}
