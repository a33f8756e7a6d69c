package io.weir.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.Gauge;
import io.weir.gateway.alarm.AlarmKind;
import io.weir.gateway.alarm.Trouble;
import io.weir.gateway.api.GatewayServer;
import io.weir.gateway.config.TlsFiles;
import io.weir.gateway.metrics.MeterNames;
import io.weir.gateway.metrics.Meters;
import io.weir.gateway.settings.Config;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The certificate of a server that runs, and its files as they are replaced. */
@Execution(ExecutionMode.CONCURRENT)
@Tag("slow")
class ServerCertificateTest {

  /** Two that are valid, of which each test has copies: to make one starts a program. */
  @TempDir static Path shared;

  private static PemFiles one;
  private static PemFiles another;

  @TempDir Path home;

  private final Meters meters = new Meters("plant-a-1", "0.1.0");
  private GatewayServer server;

  @BeforeAll
  static void make() throws Exception {
    one = PemFiles.make(Files.createDirectory(shared.resolve("one")));
    another = PemFiles.make(Files.createDirectory(shared.resolve("another")));
  }

  @AfterEach
  void stop() {
    if (server != null) {
      server.close();
    }
    meters.close();
  }

  private void start(Path cert, Path key, Duration hsts) throws IOException {
    server =
        GatewayServer.start(
            new Config.Http(
                "127.0.0.1",
                0,
                null,
                new Config.HttpTls(new TlsFiles(null, cert, key), hsts),
                10_000,
                Duration.ofSeconds(5)),
            new InventedView(),
            meters.registry(),
            List.of());
  }

  private HttpResponse<String> ask(PemFiles trusted) throws Exception {
    return HttpClient.newBuilder() // a new one, since open connections keep their certificate
        .sslContext(trusted.trust())
        .build()
        .send(
            HttpRequest.newBuilder(
                    URI.create("https://localhost:" + server.port() + "/health/live"))
                .build(),
            HttpResponse.BodyHandlers.ofString());
  }

  private boolean shows(PemFiles certificate) throws Exception {
    try {
      return ask(certificate).statusCode() == 200;
    } catch (SSLHandshakeException other) {
      return false;
    }
  }

  private List<AlarmKind> alarms() {
    return server.troubles().stream().map(Trouble::kind).toList();
  }

  private PemFiles copied(PemFiles made, String name) throws IOException {
    Path folder = Files.createDirectory(home.resolve(name));
    return new PemFiles(
        Files.copy(made.cert(), folder.resolve("cert.pem")),
        Files.copy(made.key(), folder.resolve("key.pem")),
        made.trust());
  }

  /** As Kubernetes mounts a secret: the files are links into a folder that is a link itself. */
  @Test
  void filesBehindALinkThatIsMovedAreUsedWithoutARestart() throws Exception {
    PemFiles first = copied(one, "first");
    PemFiles second = copied(another, "second");
    Path data = Files.createSymbolicLink(home.resolve("..data"), home.resolve("first"));
    Path cert = Files.createSymbolicLink(home.resolve("tls.crt"), Path.of("..data", "cert.pem"));
    Path key = Files.createSymbolicLink(home.resolve("tls.key"), Path.of("..data", "key.pem"));
    start(cert, key, null);
    assertThat(shows(first)).isTrue();
    assertThat(ask(first).headers().firstValue("strict-transport-security")).isEmpty();

    Path next = Files.createSymbolicLink(home.resolve("..next"), home.resolve("second"));
    Files.move(next, data, StandardCopyOption.ATOMIC_MOVE);
    await().until(() -> shows(second));
    assertThat(shows(first)).isFalse();
    assertThat(alarms()).doesNotContain(AlarmKind.CERTIFICATE_REFUSED);
  }

  @Test
  void filesThatCannotBeUsedChangeNothingAndAreAnAlarmUntilTheyAreCorrected() throws Exception {
    PemFiles used = copied(one, "used");
    PemFiles other = copied(another, "other");
    start(used.cert(), used.key(), null);

    Files.copy(other.key(), used.key(), StandardCopyOption.REPLACE_EXISTING);
    await().until(() -> alarms().contains(AlarmKind.CERTIFICATE_REFUSED));
    assertThat(server.troubles().get(0).reason()).contains("is not that of the certificate");
    assertThat(shows(used)).isTrue();
    Files.delete(used.key());
    await()
        .until(
            () -> server.troubles().stream().anyMatch(t -> t.reason().contains("cannot be read")));
    assertThat(shows(used)).isTrue();

    Files.copy(other.cert(), used.cert(), StandardCopyOption.REPLACE_EXISTING);
    Files.copy(other.key(), used.key(), StandardCopyOption.REPLACE_EXISTING);
    await().until(() -> shows(other));
    await().until(() -> !alarms().contains(AlarmKind.CERTIFICATE_REFUSED));
  }

  @Test
  void aFileThatIsCutOffBehindItsFirstCertificateIsNotUsed() throws Exception {
    PemFiles used = copied(one, "used");
    PemFiles other = copied(another, "other");
    start(used.cert(), used.key(), null);

    String chain = Files.readString(other.cert()) + Files.readString(used.cert());
    Files.copy(other.key(), used.key(), StandardCopyOption.REPLACE_EXISTING);
    Files.writeString(used.cert(), chain.substring(0, chain.length() - 40));
    await().until(() -> alarms().contains(AlarmKind.CERTIFICATE_REFUSED));
    assertThat(server.troubles().get(0).reason())
        .contains(used.cert() + " holds 2 certificates, of which 1 can be read");
    assertThat(shows(used)).isTrue();

    Files.writeString(used.cert(), chain);
    await().until(() -> shows(other));
  }

  @Test
  void aCertificateThatIsOverDoesNotTakeThePlaceOfOneThatIsValid() throws Exception {
    PemFiles used = copied(one, "used");
    PemFiles over = PemFiles.make(Files.createDirectory(home.resolve("over")), -1, 10);
    start(used.cert(), used.key(), null);

    Files.copy(over.key(), used.key(), StandardCopyOption.REPLACE_EXISTING);
    Files.copy(over.cert(), used.cert(), StandardCopyOption.REPLACE_EXISTING);
    await().until(() -> alarms().contains(AlarmKind.CERTIFICATE_REFUSED));
    assertThat(server.troubles().get(0).reason()).contains("was valid until");
    assertThat(shows(used)).isTrue();
  }

  @Test
  void aCertificateThatExpiresSoonIsAnAlarmAndAMeterSaysWhen() throws Exception {
    PemFiles short1 = PemFiles.make(Files.createDirectory(home.resolve("short")), 13);
    PemFiles long1 = PemFiles.make(Files.createDirectory(home.resolve("long")), 400);
    start(short1.cert(), short1.key(), null);
    Gauge left = meters.registry().get(MeterNames.HTTP_CERTIFICATE_LEFT).gauge();
    assertThat(left.value()).isBetween(12.9 * 86_400, 13.0 * 86_400);
    assertThat(alarms()).as("thirteen of thirteen days are left").isEmpty();

    PemFiles near = PemFiles.make(Files.createDirectory(home.resolve("near")), 13, 100);
    for (PemFiles each : List.of(near, long1)) {
      Files.copy(each.cert(), short1.cert(), StandardCopyOption.REPLACE_EXISTING);
      Files.copy(each.key(), short1.key(), StandardCopyOption.REPLACE_EXISTING);
      await().until(() -> alarms().contains(AlarmKind.CERTIFICATE_EXPIRING) == (each == near));
    }
    await().until(() -> left.value() > 399 * 86_400);
  }

  @Test
  void aKeyOfAnotherCertificateIsRefusedAtTheStart() throws Exception {
    assertThatThrownBy(() -> start(one.cert(), another.key(), null))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("http.tls: the key in " + another.key());
  }

  @Test
  void browsersAreToldToComeByTlsOnlyWhereThatIsConfigured() throws Exception {
    start(one.cert(), one.key(), Duration.ofDays(365));
    assertThat(ask(one).headers().firstValue("strict-transport-security"))
        .hasValue("max-age=31536000");
  }
}
