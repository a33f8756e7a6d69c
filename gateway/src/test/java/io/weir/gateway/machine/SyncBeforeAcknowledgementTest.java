package io.weir.gateway.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.weir.gateway.e2e.GatewayProcess;
import io.weir.gateway.machine.SystemCalls.Call;
import io.weir.peers.Mosquitto;
import io.weir.peers.Ports;
import io.weir.sim.mqtt.Publisher;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Acknowledged means on disk, as the kernel sees it: the bytes of a message were written to the log
 * and a sync of that file returned 0, before the gateway began to write its PUBACK or its 200.
 */
@Tag("server")
class SyncBeforeAcknowledgementTest {

  private static final int MESSAGES = 60;
  private static final Pattern MARK = Pattern.compile("mark-\\w+-\\d{5}");
  private static final String LOG = "/log/readings/";

  /** A part of every message that no other message has. */
  private static String mark(String way, int number) {
    return "mark-%s-%05d".formatted(way, number);
  }

  private static byte[] payload(String way, int number) {
    return ("{\"ts\":"
            + (System.currentTimeMillis() + number)
            + ",\"mark\":\""
            + mark(way, number)
            + "\"}")
        .getBytes(StandardCharsets.UTF_8);
  }

  @TempDir Path folder;

  @Test
  void aSyncOfTheLogEndsBeforeEachPubackAndEach200Begins() throws Exception {
    int direct = Ports.free();
    try (Mosquitto broker = Mosquitto.started(folder.resolve("mosquitto"));
        GatewayProcess gateway =
            new GatewayProcess(
                folder.resolve("gateway"),
                """
                sources:
                  - { name: plant, type: mqtt, url: "%s" }
                  - { name: http-in, type: http }
                  - { name: direct, type: mqtt-listener, port: %d }
                routes: [ { topic: "#", format: json } ]
                sinks: [ { name: away, type: influxdb, version: 1, url: "http://127.0.0.1:1", database: d } ]
                """
                    .formatted(broker.url(), direct))) {
      gateway.start();
      ObjectMapper json = new ObjectMapper();
      await()
          .ignoreExceptions()
          .until(
              () ->
                  json.readTree(gateway.get("/api/v1/status")).at("/sources/0/ready").asBoolean());
      List<Call> calls;
      try (SystemCalls trace = SystemCalls.of(gateway.pid(), folder);
          Publisher publisher = new Publisher(Publisher.Options.of(broker.url()));
          Publisher device = new Publisher(Publisher.Options.of("tcp://127.0.0.1:" + direct))) {
        for (int i = 0; i < MESSAGES; i++) {
          publisher.publish("plant/m-" + i % 5, payload("mqtt", i));
          device.publish("device/m-" + i % 5, payload("direct", i));
          assertThat(
                  gateway
                      .post(
                          "/api/v1/readings",
                          new String(payload("http", i), StandardCharsets.UTF_8))
                      .statusCode())
              .isEqualTo(200);
        }
        assertThat(device.drain(Duration.ofSeconds(60))).isTrue();
        await()
            .atMost(Duration.ofSeconds(60))
            .ignoreExceptions()
            .until(
                () ->
                    json.readTree(gateway.get("/api/v1/ledger")).at("/sources/0/received").asLong()
                            >= MESSAGES
                        && json.readTree(gateway.get("/api/v1/status"))
                                .at("/sources/0/unacknowledged")
                                .asInt(-1)
                            == 0);
        calls = trace.calls();
      }
      Map<String, Integer> acknowledged = pubacks(calls, toPort(broker.port()));
      acknowledged.putAll(pubacks(calls, ofPort(direct)));
      acknowledged.putAll(answers(calls, gateway.port()));
      assertThat(acknowledged).hasSize(3 * MESSAGES);
      Map<String, Integer> synced = synced(calls, acknowledged.keySet());
      acknowledged.forEach(
          (mark, begin) ->
              assertThat(synced.getOrDefault(mark, Integer.MAX_VALUE))
                  .as("end of the sync of %s, before its acknowledgement", mark)
                  .isLessThan(begin));
    }
  }

  /** Of each mark: where the first sync ended that began after its record was written. */
  private static Map<String, Integer> synced(List<Call> calls, Iterable<String> marks) {
    Map<String, Integer> synced = new HashMap<>();
    for (String mark : marks) {
      Call written =
          calls.stream()
              .filter(call -> call.name().equals("pwrite64") && call.file().contains(LOG))
              .filter(call -> text(call).contains(mark))
              .findFirst()
              .orElseThrow(() -> new AssertionError(mark + " was not written to the log"));
      calls.stream()
          .filter(call -> call.name().endsWith("sync") && call.file().equals(written.file()))
          .filter(call -> call.begin() > written.end() && call.result() == 0)
          .findFirst()
          .ifPresent(sync -> synced.put(mark, sync.end()));
    }
    return synced;
  }

  /** Calls on a connection that the gateway has made to a port. */
  private static Predicate<Call> toPort(int port) {
    return call ->
        call.file().endsWith("->127.0.0.1:" + port + "]")
            || call.file().endsWith("->[::ffff:127.0.0.1]:" + port + "]");
  }

  /** Calls on a connection that others have made to a port of the gateway. */
  private static Predicate<Call> ofPort(int port) {
    return call ->
        call.file().contains(":" + port + "->") || call.file().contains(":" + port + "]->");
  }

  /** Of each mark that came over an MQTT connection: where the write of its PUBACK began. */
  private static Map<String, Integer> pubacks(List<Call> calls, Predicate<Call> connection) {
    Map<String, Integer> begins = new TreeMap<>();
    int[] begin = new int[1];
    MqttWitness witness =
        new MqttWitness(
            payload ->
                MARK.matcher(payload).results().forEach(m -> begins.put(m.group(), begin[0])),
            fault -> {
              throw new AssertionError(fault);
            });
    for (Call call : calls) {
      if (connection.test(call)) {
        begin[0] = call.begin();
        if (reads(call)) {
          witness.fromServer(call.bytes(), call.bytes().length);
        } else {
          witness.fromClient(call.bytes(), call.bytes().length);
        }
      }
    }
    return begins;
  }

  /** Of each mark that came over HTTP: where the write of its 200 began. */
  private static Map<String, Integer> answers(List<Call> calls, int port) {
    Map<String, Integer> begins = new TreeMap<>();
    Map<String, StringBuilder> asked = new HashMap<>();
    for (Call call : calls) {
      if (ofPort(port).test(call)) {
        String text = text(call);
        StringBuilder request = asked.computeIfAbsent(call.file(), socket -> new StringBuilder());
        Matcher mark = MARK.matcher(request);
        if (reads(call)) {
          request.append(text);
        } else if (text.startsWith("HTTP/1.1 200") && mark.find()) {
          begins.put(mark.group(), call.begin());
          request.setLength(0);
        }
      }
    }
    return begins;
  }

  private static boolean reads(Call call) {
    return call.name().startsWith("re");
  }

  private static String text(Call call) {
    return new String(call.bytes(), StandardCharsets.ISO_8859_1);
  }
}
