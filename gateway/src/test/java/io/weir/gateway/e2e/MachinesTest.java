package io.weir.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.weir.peers.Mosquitto;
import io.weir.sim.mqtt.Publisher;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the live page shows of machines, from a gateway whose store is down and that is killed. */
@Tag("server")
class MachinesTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String MACHINE = "?site=p&area=a&line=l&machine=m1";
  private static final String ALONE = "  - { topic: \"alone/{site}/{machine}\", format: json }\n";
  private static final String CONFIG =
      """
      sources: [ { name: plant, type: mqtt, url: "%s" } ]
      routes:
        - { topic: "f/{site}/{area}/{line}/{machine}", format: json }
      sinks:
        - { name: history, type: influxdb, version: 1, url: "http://127.0.0.1:1", database: f }
      efficiency:
        zone: UTC
        defaults:
          micro-stop: 10s
          silent-after: 1h
          state: { metric: state, running: [RUN], down: [JAM, FAULT] }
          count: { total: total }
      """;

  @TempDir Path folder;

  private static JsonNode get(GatewayProcess gateway, String path) throws IOException {
    return JSON.readTree(gateway.get(path));
  }

  private static void publishJson(Publisher publisher, String machine, long ms, String fields)
      throws IOException {
    String json = "{\"ts\":" + ms + "," + fields + "}";
    publisher.publish("f/p/a/l/" + machine, json.getBytes(StandardCharsets.UTF_8));
  }

  private static List<String> spans(JsonNode history) {
    List<String> spans = new ArrayList<>();
    for (JsonNode span : history.at("/machines/0/spans")) {
      spans.add(span.get(0).asLong() + " " + span.get(2).asText() + " " + span.get(3).asText());
    }
    return spans;
  }

  @Test
  @Tag("soak")
  void stopsAreListedByShiftAndThoseOfAMachineWithoutALineAreItsOwn() throws Exception {
    Instant now = Instant.now().truncatedTo(ChronoUnit.MINUTES);
    String present = minuteOfDay(now.minusSeconds(3_600));
    String last = minuteOfDay(now.minusSeconds(7_200));
    String shifts =
        """
          zone: UTC
          shifts:
            - { name: last, start: "%s", end: "%s" }
            - { name: present, start: "%s", end: "%s" }
        """
            .formatted(last, present, present, minuteOfDay(now.plusSeconds(36_000)));
    String config = CONFIG.replace("  zone: UTC\n", shifts).replace("sinks:", ALONE + "sinks:");
    try (Mosquitto broker = Mosquitto.started(folder.resolve("mosquitto"));
        GatewayProcess gateway =
            new GatewayProcess(folder.resolve("gateway"), config.formatted(broker.url()))) {
      gateway.start();
      DurabilityTest.awaitConnected(gateway);
      long before = now.minusSeconds(5_400).toEpochMilli(); // in the middle of the last shift
      long since = now.minusSeconds(1_800).toEpochMilli(); // in that of the present one
      try (Publisher publisher = new Publisher(Publisher.Options.of(broker.url()))) {
        for (String topic : List.of("f/p/a/l/m1", "alone/p/m1")) {
          long shift = topic.startsWith("f") ? 0 : 60_000;
          for (long at : List.of(before + shift, since + shift)) {
            publish(publisher, topic, at - 30_000, "RUN");
            publish(publisher, topic, at, "FAULT");
            publish(publisher, topic, at + 120_000, "RUN");
          }
        }
        assertThat(publisher.drain(Duration.ofSeconds(20))).isTrue();
      }
      await()
          .atMost(Duration.ofSeconds(30))
          .untilAsserted(
              () -> {
                assertThat(starts(gateway, "?shift=present"))
                    .containsExactly(since + 60_000, since);
                assertThat(starts(gateway, "?shift=last")).containsExactly(before + 60_000, before);
                assertThat(starts(gateway, "?site=p&area=&line=&machine=m1"))
                    .containsExactly(since + 60_000, before + 60_000);
                assertThat(starts(gateway, MACHINE)).containsExactly(since, before);
                JsonNode machine = get(gateway, "/api/v1/efficiency").at("/machines/0");
                assertThat(machine.path("state").asText()).isEqualTo("running");
                assertThat(machine.path("reason").asText()).isEmpty();
              });
    }
  }

  @Test
  @Tag("soak")
  void aHistoryTooLargeForOneAnswerSaysSoAndIsServedByLine() throws Exception {
    int changes = 13_000;
    try (Mosquitto broker = Mosquitto.started(folder.resolve("mosquitto"));
        GatewayProcess gateway =
            new GatewayProcess(folder.resolve("gateway"), CONFIG.formatted(broker.url()))) {
      gateway.start();
      DurabilityTest.awaitConnected(gateway);
      long start = System.currentTimeMillis() / 5_000 * 5_000 - 5_000L * changes;
      try (Publisher publisher = new Publisher(Publisher.Options.of(broker.url()))) {
        for (int first = 0; first < changes; first += 1_000) {
          String samples =
              IntStream.range(first, first + 1_000)
                  .mapToObj(i -> sample(start + i * 5_000L, i % 2 == 0 ? "RUN" : "JAM"))
                  .collect(Collectors.joining(",", "[", "]"));
          for (int machine = 0; machine < 8; machine++) {
            String topic = "f/p/a/l" + machine % 2 + "/m" + machine;
            publisher.publish(topic, samples.getBytes(StandardCharsets.UTF_8));
          }
        }
        assertThat(publisher.drain(Duration.ofSeconds(60))).isTrue();
      }
      await()
          .pollInterval(Duration.ofSeconds(1)) // an answer is large, and keeps the gateway busy
          .atMost(Duration.ofMinutes(3))
          .untilAsserted(
              () -> {
                for (String line : List.of("l0", "l1")) {
                  JsonNode part = get(gateway, "/api/v1/history?hours=24&line=" + line);
                  assertThat(part.path("more").asBoolean()).isFalse();
                  assertThat(part.path("machines")).hasSize(4);
                  assertThat(part.at("/machines/3/spans")).hasSize(changes);
                }
              });
      JsonNode all = get(gateway, "/api/v1/history?hours=24");
      assertThat(all.path("more").asBoolean()).isTrue();
      assertThat(all.path("machines")).hasSize(7);
    }
  }

  private static String minuteOfDay(Instant instant) {
    return LocalTime.ofInstant(instant, ZoneOffset.UTC).toString();
  }

  private static void publish(Publisher publisher, String topic, long ms, String state)
      throws IOException {
    publisher.publish(topic, sample(ms, state).getBytes(StandardCharsets.UTF_8));
  }

  private static String sample(long ms, String state) {
    return "{\"ts\":" + ms + ",\"state\":\"" + state + "\"}";
  }

  private static List<Long> starts(GatewayProcess gateway, String query) throws IOException {
    List<Long> starts = new ArrayList<>();
    get(gateway, "/api/v1/stops" + query)
        .path("stops")
        .forEach(stop -> starts.add(stop.path("startMs").asLong()));
    return starts;
  }

  @Test
  void theHistoryOutlivesAKillThoughNoStoreTakesIt() throws Exception {
    try (Mosquitto broker = Mosquitto.started(folder.resolve("mosquitto"));
        GatewayProcess gateway =
            new GatewayProcess(folder.resolve("gateway"), CONFIG.formatted(broker.url()))) {
      gateway.start();
      DurabilityTest.awaitConnected(gateway);
      long start = System.currentTimeMillis() / 1000 * 1000 - 600_000;
      try (Publisher publisher = new Publisher(Publisher.Options.of(broker.url()))) {
        publishJson(publisher, "m1", start, "\"state\":\"RUN\",\"speed\":10.5,\"total\":5");
        publishJson(publisher, "m1", start + 60_000, "\"state\":\"JAM\"");
        publishJson(publisher, "m1", start + 65_000, "\"state\":\"RUN\"");
        publishJson(publisher, "m1", start + 120_000, "\"state\":\"FAULT\",\"speed\":0.5");
        publishJson(publisher, "m1", start + 300_000, "\"state\":\"RUN\",\"speed\":9.5");
        publishJson(publisher, "m1", start + 500_000, "\"state\":\"FAULT\"");
        publishJson(publisher, "m2", start, "\"state\":\"RUN\"");
        publisher.publish("f/p/a/l/m2", "{\"ts\":".getBytes(StandardCharsets.UTF_8));
        assertThat(publisher.drain(Duration.ofSeconds(20))).isTrue();
      }
      List<String> expected =
          List.of(
              start + " running ",
              (start + 60_000) + " micro_stop JAM",
              (start + 65_000) + " running ",
              (start + 120_000) + " down FAULT",
              (start + 300_000) + " running ",
              (start + 500_000) + " down FAULT");
      await()
          .atMost(Duration.ofSeconds(30))
          .untilAsserted(
              () ->
                  assertThat(spans(get(gateway, "/api/v1/history" + MACHINE))).isEqualTo(expected));
      assertStops(gateway, start);
      assertSignals(gateway, start);
      assertQuality(gateway);

      gateway.kill();
      gateway.start();
      await()
          .atMost(Duration.ofSeconds(30))
          .ignoreExceptions()
          .untilAsserted(
              () ->
                  assertThat(spans(get(gateway, "/api/v1/history" + MACHINE))).isEqualTo(expected));
      assertStops(gateway, start);
      assertThat(get(gateway, "/api/v1/history").path("machines")).hasSize(2);
      JsonNode last = get(gateway, "/api/v1/history" + MACHINE);
      assertThat(last.at("/machines/0/spans/5/1")).isEqualTo(last.path("toMs"));
    }
  }

  private static void assertStops(GatewayProcess gateway, long start) {
    await()
        .atMost(Duration.ofSeconds(30))
        .ignoreExceptions()
        .untilAsserted(
            () -> {
              JsonNode answer = get(gateway, "/api/v1/stops" + MACHINE);
              assertThat(answer.path("stops").findValuesAsText("startMs"))
                  .containsExactly(
                      "" + (start + 500_000), "" + (start + 120_000), "" + (start + 60_000));
              assertThat(answer.at("/stops/0/open").asBoolean()).isTrue();
              assertThat(answer.at("/stops/0/seconds").asDouble()).isGreaterThan(90);
              assertThat(answer.at("/stops/1/open").asBoolean()).isFalse();
              assertThat(answer.at("/stops/1/seconds").asDouble()).isEqualTo(180);
              assertThat(answer.at("/pareto/0/reason").asText()).isEqualTo("FAULT");
              assertThat(answer.at("/pareto/0/count").asInt()).isEqualTo(2);
              assertThat(answer.at("/pareto/1/state").asText()).isEqualTo("micro_stop");
              assertThat(answer.at("/pareto/1/seconds").asDouble()).isEqualTo(5);
              JsonNode one = get(gateway, "/api/v1/stops" + MACHINE + "&state=down&limit=1");
              assertThat(one.path("stops")).hasSize(1);
              assertThat(one.path("more").asBoolean()).isTrue();
              assertThat(one.path("pareto")).hasSize(1);
              assertThat(one.at("/pareto/0/count").asInt()).isEqualTo(2);
              assertThat(get(gateway, "/api/v1/stops?machine=m2").path("stops")).isEmpty();
            });
  }

  private static void assertSignals(GatewayProcess gateway, long start) throws IOException {
    JsonNode answer = get(gateway, "/api/v1/signals" + MACHINE);
    assertThat(answer.path("signals").findValuesAsText("metric")).containsExactly("speed", "total");
    assertThat(answer.at("/signals/0/points").toString())
        .isEqualTo(
            "[[%d,10.5,10.5,10.5],[%d,0.5,0.5,0.5],[%d,9.5,9.5,9.5]]"
                .formatted(start, start + 120_000, start + 300_000));
    assertThat(answer.at("/words/0/metric").asText()).isEqualTo("state");
    assertThat(answer.at("/words/0/changes/1").toString())
        .isEqualTo("[%d,\"JAM\"]".formatted(start + 60_000));
    assertThat(answer.path("keptSinceMs").asLong()).isGreaterThan(start + 500_000);
  }

  private static void assertQuality(GatewayProcess gateway) {
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(
            () -> {
              JsonNode quality = get(gateway, "/api/v1/quality");
              assertThat(quality.at("/machines/0/path/3").asText())
                  .as("ten minutes behind, where the other is less")
                  .isEqualTo("m2");
              assertThat(quality.at("/machines/0/skewSeconds").asDouble()).isLessThan(-500);
              assertThat(quality.at("/machines/0/silentAfterSeconds").asDouble()).isEqualTo(3600);
              assertThat(quality.at("/quarantine/0/reason").asText()).isEqualTo("malformed");
              assertThat(quality.at("/quarantine/0/count").asInt()).isEqualTo(1);
            });
  }
}
