package io.weir.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.weir.gateway.log.MemoryDisk;
import io.weir.gateway.peers.Certificates;
import io.weir.gateway.settings.ConfigFile;
import io.weir.peers.Ports;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Predicate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A gateway with every part that is built and not started has no thread, and nothing holds it. */
@Tag("server")
class BuiltGatewayTest {

  @TempDir Path home;

  private ConfigFile file;

  @BeforeEach
  void configure() throws Exception {
    new Certificates(home).sign("me", "EC", "DNS:localhost");
    Files.writeString(home.resolve("users.yaml"), "");
    Path yaml = home.resolve("weir.yaml");
    Files.writeString(
        yaml,
        """
        gateway:
          id: built
          data-dir: data
          group: { name: g, source: plant }
        http:
          port: %d
          users: users.yaml
          public-url: https://127.0.0.1:1
          tls: { ca: ca.pem, cert: me.pem, key: me.key }
          oidc: { issuer: "http://127.0.0.1:1", client-id: weir, roles: { leaders: operator } }
        sources:
          - { name: plant, type: mqtt, url: "tcp://127.0.0.1:1" }
          - { name: posts, type: http }
          - { name: direct, type: mqtt-listener, port: %d }
          - { name: cluster, type: kafka, brokers: [ "127.0.0.1:1" ], topics: [ plant ] }
          - { name: edges, type: weir, gateways: [ { id: edge } ] }
        routes:
          - { topic: "plant/{machine}", format: jsonata, jsonata: '{ "t": t }' }
          - { topic: "reports/+", format: influx-line }
          - topic: "avro/{machine}"
            format: avro
            avro: { registry: { url: "http://127.0.0.1:1/apis/ccompat/v7" } }
        sinks:
          - { name: one, type: influxdb, version: 1, url: "http://127.0.0.1:1", database: d }
          - { name: two, type: influxdb, version: 2, url: "http://127.0.0.1:1", org: o, bucket: b, token: t }
          - { name: inside, type: embedded, port: %d }
          - { name: stream, type: kafka, brokers: [ "127.0.0.1:1" ], topic: "weir.{log}" }
          - { name: topics, type: mqtt, url: "tcp://127.0.0.1:1", topic: "uns/{machine}/{measurement}" }
          - { name: edge, type: mqtt, url: "tcp://127.0.0.1:1", sparkplug: { group: g } }
          - { name: central, type: weir, url: "https://127.0.0.1:1", tls: { ca: ca.pem, cert: me.pem, key: me.key } }
        efficiency:
          zone: UTC
          learned: { enabled: true }
          defaults: { state: { metric: state, running: [RUNNING] } }
        notify:
          outlets:
            - { name: chat, type: webhook, url: "http://127.0.0.1:1" }
            - { name: andon, type: mqtt, url: "tcp://127.0.0.1:1" }
            - { name: mail, type: mail, url: "smtp://127.0.0.1:1", from: a@example.com, to: [ b@example.com ] }
          rules: [ { name: gateway, when: [ critical-alarms ], to: [ chat, andon, mail ] } ]
          heartbeat: { interval: 1m, to: [ andon ] }
        metrics: { otlp: { url: "http://127.0.0.1:1/v1/metrics" } }
        fleet:
          report: { every: 30s }
          receive: {}
          follow:
            from: plant.bundle
            keys: ["ed25519:11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="]
        """
            .formatted(Ports.free(), Ports.free(), Ports.free()));
    file = new ConfigFile(yaml, Map.of(), List.of());
  }

  private Gateway build() throws Exception {
    GatewayParts machine = Main.machine();
    return Gateway.build(
        file,
        file.load(),
        "test",
        new GatewayParts(
            machine.time(),
            new MemoryDisk(new Random(1)),
            machine.threads(),
            machine.sources(),
            machine.sinks(),
            machine.expressions()));
  }

  @Test
  void startsNoThread() throws Exception {
    Set<Thread> before = Thread.getAllStackTraces().keySet();
    try (Gateway gateway = build()) {
      assertThat(gateway.routes()).isEmpty();
      List<String> started =
          Thread.getAllStackTraces().keySet().stream()
              .filter(Predicate.not(before::contains))
              .map(Thread::getName)
              .sorted()
              .toList();
      assertThat(started).as("threads of a gateway that is only built").isEmpty();
    }
  }

  /** As in a simulation, where a machine loses power. */
  @Test
  void isForgottenWhereNobodyHoldsIt() throws Exception {
    WeakReference<Gateway> built = new WeakReference<>(build());
    await()
        .atMost(Duration.ofSeconds(20))
        .until(
            () -> {
              System.gc();
              return built.refersTo(null);
            });
  }
}
