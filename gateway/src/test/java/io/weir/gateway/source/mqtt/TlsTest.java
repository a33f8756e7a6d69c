package io.weir.gateway.source.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.weir.gateway.config.TlsFiles;
import io.weir.gateway.peers.Certificates;
import io.weir.peers.Mosquitto;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** TLS to a broker that asks for a certificate of ours, which is mutual TLS. */
@Execution(ExecutionMode.CONCURRENT)
@Tag("server")
class TlsTest {

  @TempDir static Path home;
  private static Certificates certificates;
  private static Mosquitto broker;

  @BeforeAll
  static void startBroker() throws Exception {
    certificates = new Certificates(home.resolve("certificates"));
    certificates.sign("server", "EC", "IP:127.0.0.1");
    certificates.sign("rsa", "RSA", "DNS:gateway");
    certificates.sign("ec", "EC", "DNS:gateway");
    certificates.openssl("pkey -traditional -in rsa.key -out rsa-pkcs1.key");
    certificates.openssl("pkey -traditional -in ec.key -out ec-sec1.key");
    Files.copy(certificates.path("rsa.pem"), certificates.path("rsa-pkcs1.pem"));
    Files.copy(certificates.path("ec.pem"), certificates.path("ec-sec1.pem"));
    Files.writeString(certificates.path("empty.pem"), "nothing\n");
    broker = Mosquitto.started(home.resolve("broker"), certificates.mosquitto("server"));
  }

  @AfterAll
  static void stopBroker() {
    broker.close();
  }

  private static Rig rig(String host, String ca, String cert, String key) {
    return rig(broker, host, ca, cert, key);
  }

  private static Rig rig(Mosquitto broker, String host, String ca, String cert, String key) {
    Rig rig = new Rig("ssl://" + host + ":" + broker.port(), "plant/tls");
    rig.tls =
        new TlsFiles(
            certificates.path(ca),
            cert == null ? null : certificates.path(cert),
            key == null ? null : certificates.path(key));
    return rig;
  }

  private static String reason(Rig rig) {
    try (rig) {
      rig.start();
      await().until(() -> !rig.source.status().reason().matches("|not started"));
      assertThat(rig.source.status().ready()).isFalse();
      return rig.source.status().reason();
    }
  }

  @ParameterizedTest
  @CsvSource({"5, rsa", "5, rsa-pkcs1", "5, ec", "311, rsa"})
  void bothSidesKnowEachOther(int version, String client) {
    try (Rig rig = rig("127.0.0.1", "ca.pem", client + ".pem", client + ".key")) {
      rig.version = version;
      rig.connected();

      assertThat(rig.source.status().connects()).isEqualTo(1);
    }
  }

  @Test
  void aServerOfAnUnknownAuthorityIsNotTrusted() {
    assertThat(reason(rig("127.0.0.1", "rsa.pem", "rsa.pem", "rsa.key")))
        .contains("TLS")
        .contains("certification path");
  }

  @ParameterizedTest
  @ValueSource(ints = {5, 311})
  void aCertificateForAnotherHostIsNotAccepted(int version) {
    Rig rig = rig("localhost", "ca.pem", "rsa.pem", "rsa.key");
    rig.version = version;
    assertThat(reason(rig)).contains("TLS", "use in url a name that it has", "localhost");
  }

  @ParameterizedTest
  @ValueSource(ints = {5, 311})
  void aCertificateWithoutAnyNameIsToBeIssuedAgain(int version) throws Exception {
    certificates.signWithoutNames("nameless-" + version, "EC");
    try (Mosquitto nameless =
        Mosquitto.started(
            home.resolve("nameless-" + version), certificates.mosquitto("nameless-" + version))) {
      Rig rig = rig(nameless, "127.0.0.1", "ca.pem", "rsa.pem", "rsa.key");
      rig.version = version;
      assertThat(reason(rig)).contains("no subject alternative name", "issue it again");
    }
  }

  @Test
  void withoutACertificateOfOursTheBrokerRefusesUs() {
    assertThat(reason(rig("127.0.0.1", "ca.pem", null, null))).contains("cannot connect");
  }

  @Test
  void aFileThatIsMissingIsNamed() {
    assertThat(reason(rig("127.0.0.1", "no-ca.pem", null, null))).contains("no-ca.pem");
  }

  @Test
  void aFileWithoutACertificateIsNamed() {
    assertThat(reason(rig("127.0.0.1", "empty.pem", null, null)))
        .contains("empty.pem")
        .contains("no PEM certificate");
  }

  @Test
  void aFileWithoutAKeyIsNamed() {
    assertThat(reason(rig("127.0.0.1", "ca.pem", "rsa.pem", "empty.pem")))
        .contains("empty.pem")
        .contains("no PEM private key");
  }

  @Test
  void aKeyInAnOldFormatIsRefusedWithTheCommandThatTurnsIt() {
    assertThat(reason(rig("127.0.0.1", "ca.pem", "ec.pem", "ec-sec1.key")))
        .contains("EC PRIVATE KEY")
        .contains("openssl pkcs8");
  }
}
