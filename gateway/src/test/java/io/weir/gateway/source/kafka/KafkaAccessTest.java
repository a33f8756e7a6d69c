package io.weir.gateway.source.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.weir.gateway.config.Secret;
import io.weir.gateway.config.TlsFiles;
import io.weir.gateway.kafka.Login.Mechanism;
import io.weir.gateway.log.Soak;
import io.weir.gateway.peers.Certificates;
import io.weir.peers.Kafka;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Who is let in, by TLS, login and the access rules of a broker, and what is said to who is not.
 */
@Execution(ExecutionMode.CONCURRENT)
@Tag("server")
class KafkaAccessTest {

  private static final String PASSWORD = "p\"a\\ss";
  private static final String SCRAM = "org.apache.kafka.common.security.scram.ScramLoginModule";

  @TempDir static Path home;
  private static Certificates certificates;
  private static Kafka logins;
  private static Kafka mutual;

  @BeforeAll
  static void startBrokers() throws Exception {
    certificates = new Certificates(home.resolve("certificates"));
    certificates.sign("server", "RSA", "IP:127.0.0.1");
    certificates.sign("client", "EC", "DNS:gateway");
    logins =
        new Kafka(
            home.resolve("logins"),
            Kafka.Protocol.SASL_SSL,
            "sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-256,SCRAM-SHA-512",
            "listener.name.client.plain.sasl.jaas.config="
                + "org.apache.kafka.common.security.plain.PlainLoginModule required"
                + " user_weir=\"p\\\\\"a\\\\\\\\ss\" user_stranger=\"s\";",
            "listener.name.client.scram-sha-256.sasl.jaas.config=" + SCRAM + " required;",
            "listener.name.client.scram-sha-512.sasl.jaas.config=" + SCRAM + " required;",
            "authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer",
            "super.users=User:ANONYMOUS",
            keys("server"));
    mutual =
        new Kafka(
            home.resolve("mutual"),
            Kafka.Protocol.SSL,
            "ssl.client.auth=required",
            "ssl.truststore.type=PEM",
            "ssl.truststore.location=" + certificates.path("ca.pem"),
            keys("server"));
    logins.launch();
    mutual.launch();
    logins.awaitReady();
    mutual.awaitReady();
    for (String mechanism : List.of("SCRAM-SHA-256", "SCRAM-SHA-512")) {
      logins.addScramUser(mechanism, "weir", PASSWORD);
    }
    logins.createTopic("plant", 1);
    mutual.createTopic("plant", 1);
    allow(ResourceType.TOPIC, "plant", "weir");
    allow(ResourceType.GROUP, "*", "weir");
    try (Records records = new Records(logins.insideAddress())) {
      records.count("plant", "a", 0, 3);
    }
    try (Records records = new Records(mutual.insideAddress())) {
      records.count("plant", "a", 0, 3);
    }
  }

  @AfterAll
  static void stopBrokers() {
    logins.close();
    mutual.close();
  }

  /** A key store of PEM: the key and then its certificates. */
  private static String keys(String name) throws Exception {
    Path store = certificates.path(name + "-store.pem");
    List<String> lines = new ArrayList<>(Files.readAllLines(certificates.path(name + ".key")));
    lines.addAll(Files.readAllLines(certificates.path(name + ".pem")));
    Files.write(store, lines);
    return "ssl.keystore.type=PEM\nssl.keystore.location=" + store;
  }

  private static void allow(ResourceType type, String name, String user) throws Exception {
    AclBinding rule =
        new AclBinding(
            new ResourcePattern(type, name, PatternType.LITERAL),
            new AccessControlEntry(
                "User:" + user, "*", AclOperation.READ, AclPermissionType.ALLOW));
    try (Admin admin = logins.admin()) {
      Kafka.answer(admin.createAcls(List.of(rule)).all());
    }
  }

  private static KafkaRig login(Mechanism mechanism, String user, String password) {
    KafkaRig rig = new KafkaRig(logins.address(), "plant");
    rig.group = "g-" + mechanism + "-" + user;
    rig.mechanism = mechanism;
    rig.username = user;
    rig.password = new Secret(password);
    rig.tls = new TlsFiles(certificates.path("ca.pem"), null, null);
    return rig;
  }

  private static KafkaRig certificate(String ca, String name) {
    KafkaRig rig = new KafkaRig(mutual.address(), "plant");
    rig.tls =
        new TlsFiles(
            certificates.path(ca),
            name == null ? null : certificates.path(name + ".pem"),
            name == null ? null : certificates.path(name + ".key"));
    return rig;
  }

  @ParameterizedTest
  @EnumSource(Mechanism.class)
  void whoHasThePasswordReads(Mechanism mechanism) {
    try (KafkaRig rig = login(mechanism, "weir", PASSWORD).connected()) {
      await().until(() -> rig.shelf.taken().size() == 3);
    }
  }

  /** Each in {@code make soak}: the broker refuses all of them alike. */
  static Stream<Mechanism> refused() {
    return Stream.of(Mechanism.values()).limit(Soak.count(1, Mechanism.values().length));
  }

  @ParameterizedTest
  @MethodSource("refused")
  void aWrongPasswordIsSaidToBeOne(Mechanism mechanism) {
    try (KafkaRig rig = login(mechanism, "weir", "wrong").start()) {
      String reason = rig.reason("the broker refuses the login: check username, password");
      assertThat(reason).doesNotContain("wrong").doesNotContain("org.apache");
      assertThat(rig.source.status().state()).isEqualTo("down");
    }
  }

  @Test
  void whoMayNotReadIsToldWhatIsMissingAndReadsOnceItIsAllowed() throws Exception {
    try (KafkaRig rig = login(Mechanism.PLAIN, "stranger", "s").start()) {
      rig.reason("not authorised to read plant: user stranger needs READ on the topic");
      allow(ResourceType.TOPIC, "plant", "stranger");
      rig.reason("not authorised to read in group " + rig.group);
      allow(ResourceType.GROUP, rig.group, "stranger");
      await().atMost(Duration.ofMinutes(3)).until(() -> rig.source.status().ready());
      await().until(() -> rig.shelf.taken().size() == 3);
    }
  }

  @Test
  void bothSidesShowACertificate() {
    try (KafkaRig rig = certificate("ca.pem", "client").connected()) {
      await().until(() -> rig.shelf.taken().size() == 3);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"client.pem", "none.pem"})
  void anAuthorityThatIsNotTheBrokersIsAReason(String ca) {
    try (KafkaRig rig = certificate(ca, "client").start()) {
      rig.reason(ca.equals("none.pem") ? "none.pem" : "TLS: ");
      assertThat(rig.source.status().ready()).isFalse();
    }
  }

  @Test
  void withoutItsOwnCertificateItIsNotLetIn() {
    try (KafkaRig rig = certificate("ca.pem", null).start()) {
      await().until(() -> !rig.source.status().reason().equals("not started"));
      await()
          .during(Duration.ofSeconds(2))
          .until(() -> !rig.source.status().ready() && rig.shelf.taken().isEmpty());
      rig.reason("TLS: ");
    }
  }

  /** The broker's certificate is that of 127.0.0.1, and no other name of this machine's. */
  @Test
  void aCertificateOfAnotherHostIsRefused() throws Exception {
    KafkaRig rig = new KafkaRig("localhost:" + logins.port(), "plant");
    rig.mechanism = Mechanism.PLAIN;
    rig.username = "weir";
    rig.password = new Secret(PASSWORD);
    rig.tls = new TlsFiles(certificates.path("ca.pem"), null, null);
    try (rig) {
      rig.start();
      assertThat(rig.reason("TLS: ")).contains("localhost");
    }
  }
}
