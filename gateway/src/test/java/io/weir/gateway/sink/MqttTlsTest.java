package io.weir.gateway.sink;

import static io.weir.gateway.sink.MemoryFeed.reading;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.config.TlsFiles;
import io.weir.gateway.peers.Certificates;
import io.weir.gateway.sink.Condition.State;
import io.weir.gateway.sink.MqttTopics.Settings;
import io.weir.peers.Mosquitto;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A drain into a real Mosquitto by TLS, which asks for a certificate of ours. */
@Tag("server")
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class MqttTlsTest {

  private static final long T0 = 1_700_000_000_000_000_000L;

  @TempDir static Path home;
  private static Certificates certificates;
  private static Mosquitto broker;

  @TempDir Path folder;

  private final List<AutoCloseable> open = new ArrayList<>();
  private final MemoryFeed feed = new MemoryFeed();

  @BeforeAll
  static void startBroker() throws Exception {
    certificates = new Certificates(home.resolve("certificates"));
    certificates.sign("server", "EC", "IP:127.0.0.1");
    certificates.sign("gateway", "EC", "DNS:gateway");
    broker = Mosquitto.started(home.resolve("broker"), certificates.mosquitto("server"));
  }

  @AfterAll
  static void stopBroker() {
    broker.close();
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable each : open) {
      each.close();
    }
  }

  private Bench bench(String host, String ca, @Nullable String own, int version) {
    Settings settings = new Settings("ssl://" + host + ":" + broker.port());
    settings.version = version;
    settings.tls =
        new TlsFiles(
            certificates.path(ca),
            own == null ? null : certificates.path(own + ".pem"),
            own == null ? null : certificates.path(own + ".key"));
    StreamSink sink = settings.sink(folder);
    open.add(sink);
    feed.add(reading("press", "t", 21, T0));
    return new Bench(sink, settings.config(), feed, new MemoryRejects());
  }

  private String whyNot(Bench bench) {
    for (int i = 0; i < 200 && bench.drain.condition().state() == State.UNKNOWN; i++) {
      bench.step();
    }
    assertThat(bench.drain.condition().state()).isIn(State.DOWN, State.MISCONFIGURED);
    assertThat(feed.pendingUnits()).isEqualTo(1);
    return bench.drain.condition().detail();
  }

  @ParameterizedTest
  @ValueSource(ints = {5, 311})
  void bothSidesKnowEachOther(int version) {
    Bench bench = bench("127.0.0.1", "ca.pem", "gateway", version);
    bench.settleAll();
    assertThat(bench.drain.ledger()).isEqualTo(new SinkTotals(1, 0, 0, 0, 0));
  }

  @Test
  void aBrokerOfAnUnknownAuthorityIsNotTrusted() {
    assertThat(whyNot(bench("127.0.0.1", "gateway.pem", "gateway", 5)))
        .contains("certification path");
  }

  @Test
  void aCertificateForAnotherHostIsNotAccepted() {
    assertThat(whyNot(bench("localhost", "ca.pem", "gateway", 5)))
        .contains("localhost", "use in url a name that it has")
        .doesNotContain("tls.cert");
  }

  @Test
  void withoutACertificateOfOursTheBrokerLetsNobodyIn() {
    assertThat(whyNot(bench("127.0.0.1", "ca.pem", null, 5))).contains("set tls.cert and tls.key");
  }

  @Test
  void aFileThatIsMissingIsNamed() {
    assertThat(whyNot(bench("127.0.0.1", "no-ca.pem", null, 5))).contains("no-ca.pem");
  }
}
