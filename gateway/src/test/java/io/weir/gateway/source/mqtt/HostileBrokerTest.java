package io.weir.gateway.source.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.weir.gateway.e2e.GatewayProcess;
import io.weir.gateway.log.Feed;
import io.weir.gateway.log.FileSystem;
import io.weir.gateway.log.LogReader;
import io.weir.gateway.log.Soak;
import io.weir.gateway.model.Message;
import io.weir.gateway.model.MessageCodec;
import io.weir.gateway.model.Value;
import io.weir.gateway.peers.Certificates;
import io.weir.gateway.source.mqtt.HostileBehaviours.Behaviour;
import io.weir.gateway.source.mqtt.HostileBehaviours.Variant;
import io.weir.gateway.source.mqtt.HostileBroker.Conduct;
import io.weir.gateway.source.mqtt.HostileBroker.Line;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A gateway in a small heap with sources at many hostile brokers, all at once, and one source at a
 * broker that is not. Each hostile broker behaves again in the end. Before each change MQTT 5,
 * which has more that may be wrong; {@code make soak} adds a gateway for 3.1.1.
 */
@Tag("server")
class HostileBrokerTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Longest that any of them may need until it works again; only a failing test waits so long. */
  private static final Duration UNTIL_GOOD = Duration.ofMinutes(3);

  private static final int AT_ONE_SOURCE = 4;

  @TempDir Path folder;

  @Test
  void theGatewaySurvivesThemAllAndEachSourceWorksAgain() throws Exception {
    Certificates authority = new Certificates(folder.resolve("certificates"));
    Contexts contexts = new Contexts(authority);
    Path ca = authority.path("ca.pem");
    for (int version : Soak.ON ? new int[] {5, 311} : new int[] {5}) {
      try (Site site = new Site(version, folder.resolve("" + version), contexts, ca)) {
        site.gateway.launch();
        site.awaitRecovered();
        site.assertTheOthersGoOn();
        site.assertNothingAcknowledgedIsLost();
      }
    }
  }

  private record Named(String what, Conduct conduct) {}

  /** A source and its broker. */
  private record Played(String source, List<Named> conducts, boolean tls, HostileBroker broker)
      implements AutoCloseable {

    /** What its broker did last. */
    private String last() {
      int begun = conducts.size() - broker.left();
      return begun == 0 ? "nothing yet" : conducts.get(begun - 1).what();
    }

    @Override
    public String toString() {
      return source + ": " + conducts.stream().map(Named::what).distinct().toList();
    }

    @Override
    public void close() throws IOException {
      broker.close();
    }
  }

  /** A gateway and its brokers. */
  private static final class Site implements AutoCloseable {

    private final int version;
    private final List<Played> all = new ArrayList<>();
    private final Played steady;
    private final GatewayProcess gateway;

    Site(int version, Path home, Contexts contexts, Path authority) throws IOException {
      this.version = version;
      steady = playAt(List.of(), new Steady(), false);
      play(HostileBehaviours.all(), new Conduct() {}, false);
      play(HostileBehaviours.overTls(contexts::wrap), new Honest(contexts), true);
      gateway =
          new GatewayProcess(
              home, configuration(authority), "-Xmx256m", "-XX:+ExitOnOutOfMemoryError");
    }

    /** Shares the behaviours out among sources: what is quick one after the other at one source. */
    private void play(List<Behaviour> behaviours, Conduct afterwards, boolean tls)
        throws IOException {
      List<Named> quick = new ArrayList<>();
      for (Behaviour behaviour : behaviours) {
        for (Variant variant : behaviour.variants()) {
          if (variant.version() == 0 || variant.version() == version) {
            Named named = new Named(behaviour.what(), variant.conduct());
            if (behaviour.isSlow()) {
              playAt(List.of(named), afterwards, tls);
            } else {
              quick.addAll(Collections.nCopies(behaviour.times(), named));
            }
          }
        }
      }
      // dealt like cards, those first that cost a connection: a source tries again ever later
      quick.sort(Comparator.comparing(named -> named.conduct().isOnlyScript()));
      int sources = (quick.size() + AT_ONE_SOURCE - 1) / AT_ONE_SOURCE;
      for (int i = 0; i < sources; i++) {
        List<Named> own = new ArrayList<>();
        for (int j = i; j < quick.size(); j += sources) {
          own.add(quick.get(j));
        }
        playAt(own, afterwards, tls);
      }
    }

    private Played playAt(List<Named> conducts, Conduct afterwards, boolean tls)
        throws IOException {
      String source = "s%02d".formatted(all.size());
      List<Conduct> only = conducts.stream().map(Named::conduct).toList();
      HostileBroker broker = new HostileBroker(only, afterwards, "plant/" + source + "/telemetry");
      Played played = new Played(source, List.copyOf(conducts), tls, broker);
      all.add(played);
      return played;
    }

    private String configuration(Path authority) {
      StringBuilder yaml = new StringBuilder("sources:\n");
      for (Played each : all) {
        yaml.append(
            """
              - name: %s
                type: mqtt
                url: "%s://127.0.0.1:%d"
                version: "%s"
                keep-alive: %s
                connect-timeout: %s
                receive-maximum: 50
                window-size: 1MiB
                max-packet-size: 256KiB
            """
                .formatted(
                    each.source(),
                    each.tls() ? "ssl" : "tcp",
                    each.broker().port(),
                    version == 5 ? "5" : "3.1.1",
                    each == steady ? "60s" : "4s",
                    each == steady ? "30s" : "3s"));
        if (each.tls()) {
          yaml.append("    tls: { ca: \"%s\" }\n".formatted(authority));
        }
      }
      return yaml
          + """
          routes: [ { topic: "plant/{machine}/telemetry", format: json } ]
          sinks:
            - { name: h, type: influxdb, version: 1, url: "http://127.0.0.1:9", database: d }
          """;
    }

    private void awaitRecovered() {
      await()
          .atMost(UNTIL_GOOD)
          .pollInterval(Duration.ofMillis(200))
          .failFast("the gateway lives", () -> !gateway.isAlive())
          .untilAsserted(() -> assertThat(notRecovered()).isEmpty());
    }

    private List<String> notRecovered() {
      return all.stream()
          .skip(1)
          .filter(each -> !each.broker().isRecovered())
          .map(
              each ->
                  "%s, MQTT %d: %s, %d left, %d connections"
                      .formatted(
                          each.source(),
                          version,
                          each.last(),
                          each.broker().left(),
                          each.broker().connections()))
          .toList();
    }

    private void assertTheOthersGoOn() throws IOException {
      Set<Integer> readings = steady.broker().acknowledgedReadings();
      int before = readings.size();
      await().until(() -> readings.size() > before + 10);
      await().atMost(UNTIL_GOOD).untilAsserted(this::assertLedgerAddsUp);
      SoftAssertions each = new SoftAssertions();
      each.assertThat(steady.broker().connections()).as("of the other source").isEqualTo(1);
      all.stream()
          .filter(played -> !played.tls()) // a broker without TLS reads what is no packet
          .forEach(played -> each.assertThat(played.broker().broken()).as("%s", played).isEmpty());
      each.assertThat(gateway.output()).doesNotContain("OutOfMemoryError", "internal error");
      each.assertAll();
    }

    private void assertLedgerAddsUp() throws IOException {
      JsonNode sources = JSON.readTree(gateway.get("/api/v1/ledger")).path("sources");
      assertThat(sources).hasSize(all.size());
      for (JsonNode each : sources) {
        assertThat(each.path("unexplained").asLong(-1)).as("%s", each).isZero();
      }
    }

    private void assertNothingAcknowledgedIsLost() throws IOException {
      assertThat(gateway.stop()).isZero();
      Map<String, Kept> kept = kept(gateway.dataDirectory());
      SoftAssertions each = new SoftAssertions();
      for (Played played : all) {
        Kept of = kept.getOrDefault(played.source(), new Kept());
        each.assertThat(of.readings)
            .as("%s", played)
            .containsAll(played.broker().acknowledgedReadings());
        each.assertThat(of.rejectedTopics)
            .as("%s", played)
            .containsAll(played.broker().acknowledgedTopics());
      }
      each.assertAll();
    }

    @Override
    public void close() throws IOException {
      gateway.close();
      for (Played each : all) {
        each.close();
      }
    }
  }

  /** What the log holds of one source. */
  private static final class Kept {
    private final Set<Integer> readings = new HashSet<>();
    private final Set<String> rejectedTopics = new HashSet<>();
  }

  private static Map<String, Kept> kept(Path dataDirectory) throws IOException {
    Map<String, Kept> kept = new HashMap<>();
    MessageCodec codec = new MessageCodec();
    Path readings = dataDirectory.resolve("log").resolve("readings");
    try (LogReader log = new LogReader(readings, FileSystem.DISK)) {
      for (Feed.Entry entry = log.next(); entry != null; entry = log.next()) {
        Message message = codec.decode(entry.payload());
        Kept of = kept.computeIfAbsent(message.source(), any -> new Kept());
        message.readings().forEach(reading -> of.readings.add(number(reading.value())));
        if (!message.rejected().isEmpty()) {
          of.rejectedTopics.add(message.topic());
        }
      }
    }
    return kept;
  }

  private static int number(Value value) {
    return value instanceof Value.Real real
        ? (int) real.value()
        : value instanceof Value.Whole whole ? (int) whole.value() : -1;
  }

  /** Sends readings as long as the connection lives. */
  private static final class Steady implements Conduct {
    @Override
    public void play(Line line) throws IOException {
      while (true) {
        line.sendReading();
        HostileBroker.pause(50);
      }
    }
  }

  /** Behaves over TLS. */
  private record Honest(Contexts contexts) implements Conduct {
    @Override
    public Socket opened(Socket socket) throws IOException {
      return contexts.wrap(socket, "server");
    }
  }

  /** Certificates for the brokers over TLS. */
  private static final class Contexts {

    private final Map<String, SSLContext> contexts = new HashMap<>();

    Contexts(Certificates certificates) throws Exception {
      certificates.sign("server", "EC", "IP:127.0.0.1");
      certificates.sign("other-name", "EC", "DNS:elsewhere.example");
      certificates.signExpired("expired", "EC", "IP:127.0.0.1");
      Certificates others = new Certificates(certificates.path("others"));
      others.sign("unknown", "EC", "IP:127.0.0.1");
      for (String name : List.of("server", "other-name", "expired")) {
        contexts.put(name, context(certificates, name));
      }
      contexts.put("unknown", context(others, "unknown"));
    }

    private static SSLContext context(Certificates certificates, String name) throws Exception {
      certificates.openssl(
          "pkcs12 -export -inkey %s.key -in %s.pem -out %s.p12 -passout pass:secret"
              .formatted(name, name, name));
      KeyStore keys = KeyStore.getInstance("PKCS12");
      try (InputStream in = Files.newInputStream(certificates.path(name + ".p12"))) {
        keys.load(in, "secret".toCharArray());
      }
      KeyManagerFactory factory =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      factory.init(keys, "secret".toCharArray());
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(factory.getKeyManagers(), null, null);
      return context;
    }

    Socket wrap(Socket socket, String name) throws IOException {
      SSLSocket tls =
          (SSLSocket)
              contexts
                  .get(name)
                  .getSocketFactory()
                  .createSocket(socket, "127.0.0.1", socket.getPort(), true);
      tls.setUseClientMode(false);
      return tls;
    }
  }

  @Test
  void thePageListsWhatIsPlayed() throws IOException {
    List<String> played =
        Stream.concat(
                HostileBehaviours.all().stream(),
                HostileBehaviours.overTls((socket, name) -> socket).stream())
            .map(Behaviour::what)
            .toList();
    assertThat(played).hasSizeGreaterThanOrEqualTo(30).doesNotHaveDuplicates();
    assertThat(listed()).isEqualTo(played);
  }

  /** The first column of the second table under "A hostile broker". */
  private static List<String> listed() throws IOException {
    List<String> rows = new ArrayList<>();
    boolean inside = false;
    for (String line : Files.readAllLines(Path.of("..", "docs", "reference", "threat-model.md"))) {
      if (line.startsWith("#")) {
        inside = false;
      } else if (line.startsWith("| The broker ")) {
        inside = true;
      } else if (inside && line.startsWith("| ")) {
        rows.add(line.split("\\|")[1].strip());
      }
    }
    return rows;
  }
}
