package io.weir.gateway.sink;

import static io.weir.gateway.sink.MemoryFeed.reading;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.config.Secret;
import io.weir.gateway.config.TlsFiles;
import io.weir.gateway.kafka.Login;
import io.weir.gateway.kafka.Login.Mechanism;
import io.weir.gateway.peers.Certificates;
import io.weir.gateway.sink.Condition.State;
import io.weir.gateway.sink.KafkaTopics.Settings;
import io.weir.gateway.sink.Sink.Answer;
import io.weir.gateway.sink.kafka.KafkaConfig.Timestamp;
import io.weir.gateway.sink.kafka.KafkaFactory;
import io.weir.peers.Kafka;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Brokers that ask who we are: one with TLS, logins and rights, one that asks for a certificate.
 */
@Tag("server")
@Timeout(240)
class KafkaLoginTest {

  private static final String JAAS = "listener.name.client.";
  private static final String SCRAM =
      "org.apache.kafka.common.security.scram.ScramLoginModule required;";

  @TempDir static Path folder;
  private static Certificates ours;
  private static Certificates others;
  private static Kafka logins;
  private static Kafka certificates;

  private final MemoryFeed feed = new MemoryFeed();
  private final List<Sink> sinks = new ArrayList<>();

  @BeforeAll
  static void start() throws Exception {
    ours = new Certificates(folder.resolve("ours"));
    others = new Certificates(folder.resolve("others"));
    ours.sign("server", "EC", "IP:127.0.0.1");
    for (Certificates each : List.of(ours, others)) {
      each.sign("client", "EC", "DNS:gateway");
    }
    logins =
        new Kafka(
            folder.resolve("logins"),
            Kafka.Protocol.SASL_SSL,
            keys(
                "sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-256,SCRAM-SHA-512",
                JAAS + "scram-sha-256.sasl.jaas.config=" + SCRAM,
                JAAS + "scram-sha-512.sasl.jaas.config=" + SCRAM,
                JAAS
                    + "plain.sasl.jaas.config="
                    + "org.apache.kafka.common.security.plain.PlainLoginModule required"
                    + " user_weir=\"secret\" user_guest=\"secret\";",
                "authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer",
                "super.users=User:ANONYMOUS"));
    logins.start();
    logins.addScramUser("SCRAM-SHA-256", "weir", "secret");
    logins.addScramUser("SCRAM-SHA-512", "weir", "secret");
    allow("another", AclOperation.WRITE); // who may write nowhere is told so
    certificates =
        new Kafka(
            folder.resolve("certificates"),
            Kafka.Protocol.SSL,
            keys("listener.name.client.ssl.client.auth=required"));
    certificates.start();
  }

  /** The lines of a broker that shows our certificate, and further ones. */
  private static String[] keys(String... further) throws IOException {
    Path store = folder.resolve("server.keystore.pem");
    Files.writeString(
        store,
        Files.readString(ours.path("server.key")) + Files.readString(ours.path("server.pem")));
    List<String> lines = new ArrayList<>(List.of(further));
    lines.add(KafkaTopics.KEEP_ALL);
    lines.add("ssl.keystore.type=PEM");
    lines.add("ssl.keystore.location=" + store);
    lines.add("ssl.truststore.type=PEM");
    lines.add("ssl.truststore.location=" + ours.path("ca.pem"));
    return lines.toArray(String[]::new);
  }

  @AfterAll
  static void stop() {
    logins.close();
    certificates.close();
  }

  @AfterEach
  void close() {
    sinks.forEach(Sink::close);
  }

  private static Settings login(String topic, Mechanism mechanism, String password) {
    Settings settings = new Settings(logins.address());
    settings.topic = topic;
    settings.timeout = Duration.ofSeconds(3);
    settings.tls = new TlsFiles(ours.path("ca.pem"), null, null);
    settings.login = new Login(mechanism, "weir", new Secret(password));
    return settings;
  }

  private Bench bench(Settings settings) {
    StreamSink sink = settings.sink(folder);
    sinks.add(sink);
    feed.add(reading("m", "t", 1, 1_000));
    return new Bench(sink, settings.config(), feed, new MemoryRejects());
  }

  private static void allow(String topic, AclOperation... operations) throws IOException {
    allow(ResourceType.TOPIC, topic, PatternType.LITERAL, operations);
  }

  private static void allow(
      ResourceType type, String name, PatternType pattern, AclOperation... operations)
      throws IOException {
    allow("weir", type, name, pattern, operations);
  }

  private static void allow(
      String user, ResourceType type, String name, PatternType pattern, AclOperation... operations)
      throws IOException {
    try (Admin admin = logins.admin()) {
      List<AclBinding> rights = new ArrayList<>();
      for (AclOperation each : operations) {
        rights.add(
            new AclBinding(
                new ResourcePattern(type, name, pattern),
                new AccessControlEntry("User:" + user, "*", each, AclPermissionType.ALLOW)));
      }
      Kafka.answer(admin.createAcls(rights).all());
    }
  }

  private void assertHeld(Bench bench, String words) {
    for (int i = 0; i < 5_000 && !bench.drain.condition().detail().contains(words); i++) {
      bench.step();
    }
    assertThat(bench.drain.condition().detail()).contains(words);
    assertThat(bench.drain.condition().state()).isEqualTo(State.MISCONFIGURED);
    assertThat(feed.pendingUnits()).isEqualTo(1);
  }

  private static void assertStored(Kafka broker, String topic) {
    assertThat(KafkaTopics.read(broker.insideAddress(), topic)).hasSize(1);
  }

  @ParameterizedTest
  @EnumSource(Mechanism.class)
  void userAndPasswordOverTls(Mechanism mechanism) throws Exception {
    String topic = "login." + mechanism;
    logins.createTopic(topic, 1);
    allow(topic, AclOperation.WRITE, AclOperation.DESCRIBE);
    Settings settings = login(topic, mechanism, "secret");
    bench(settings).settleAll();
    assertStored(logins, topic);
    assertThat(new KafkaFactory().ask(settings.config())).isEqualTo(new Answer.Stored());
  }

  @Test
  void aWrongPasswordNeedsAPerson() throws Exception {
    logins.createTopic("wrong", 1);
    Settings settings = login("wrong", Mechanism.SCRAM_SHA_512, "guessed");
    assertHeld(bench(settings), "the brokers refuse the login");
    assertThat(new KafkaFactory().ask(settings.config()))
        .isInstanceOfSatisfying(
            Answer.Misconfigured.class,
            answer -> assertThat(answer.detail()).contains("the brokers refuse the login"));
  }

  @Test
  void withoutTheRightToWriteTheSinkIsHeldUntilItIsGiven() throws Exception {
    logins.createTopic("rights", 1);
    allow("rights", AclOperation.DESCRIBE);
    Settings settings = login("rights", Mechanism.SCRAM_SHA_512, "secret");
    Bench bench = bench(settings);
    assertHeld(bench, "no right to write to [rights]");
    assertThat(new KafkaFactory().ask(settings.config()))
        .isInstanceOfSatisfying(
            Answer.Misconfigured.class,
            answer -> assertThat(answer.detail()).contains("no right to write to [rights]"));
    allow("rights", AclOperation.WRITE);
    bench.settleAll();
    assertStored(logins, "rights");
  }

  /** What the other topics were given in vain is not given to them at each attempt. */
  @Test
  void withoutTheRightToOneTopicOfSeveralTheOthersAreNotFilledWithRepeats() throws Exception {
    for (String machine : List.of("m0", "m1")) {
      logins.createTopic("several." + machine, 1);
      allow("several." + machine, AclOperation.DESCRIBE);
    }
    allow("several.m0", AclOperation.WRITE);
    Settings settings = login("several.{machine}", Mechanism.SCRAM_SHA_512, "secret");
    for (int i = 0; i < 10; i++) {
      feed.add(reading("m" + i % 2, "t", i, 1_000 + i));
    }
    StreamSink sink = settings.sink(folder);
    sinks.add(sink);
    Bench bench = new Bench(sink, settings.config(), feed, new MemoryRejects());
    for (int i = 0; i < 5_000 && bench.drain.condition().state() != State.MISCONFIGURED; i++) {
      bench.step();
    }
    assertThat(bench.drain.condition().detail()).contains("no right to write to [several.m1]");
    bench.steps(2_000); // some attempts
    assertThat(bench.drain.condition().state()).isEqualTo(State.MISCONFIGURED);
    assertThat(KafkaTopics.read(logins.insideAddress(), "several.m0")).hasSizeLessThanOrEqualTo(5);

    allow("several.m1", AclOperation.WRITE);
    bench.settleAll();
    assertThat(bench.drain.ledger()).isEqualTo(new SinkTotals(10, 0, 0, 0, 0));
    for (String machine : List.of("m0", "m1")) {
      List<ConsumerRecord<byte[], byte[]>> records =
          KafkaTopics.read(logins.insideAddress(), "several." + machine);
      assertThat(KafkaTopics.firstOfEach(records).get("s/" + machine)).hasSize(5);
    }
  }

  /** Without the right to ask how old a row may be. The broker's clock is ten minutes ahead. */
  @Test
  void whatABrokerCallsTooOldIsHeldWhereItsClockMayBeWhy() throws Exception {
    logins.createTopic("clocks", 1, 1, Map.of("message.timestamp.before.max.ms", "60000"));
    allow("clocks", AclOperation.WRITE, AclOperation.DESCRIBE);
    Settings settings = login("clocks", Mechanism.SCRAM_SHA_512, "secret");
    settings.timestamp = Timestamp.EVENT;
    settings.time = KafkaDrainTest.moved(Duration.ofMinutes(-10));
    StreamSink sink = settings.sink(folder);
    sinks.add(sink);
    feed.add(reading("m", "t", 1, settings.time.wallNs()));
    MemoryRejects rejects = new MemoryRejects();
    assertHeld(
        new Bench(sink, settings.config(), feed, rejects), "allow DescribeConfigs for clocks");
    assertThat(rejects.entries()).isEmpty();
  }

  @Test
  void whoMayWriteNowhereIsToldSo() throws Exception {
    logins.createTopic("nowhere", 1);
    allow("guest", ResourceType.TOPIC, "nowhere", PatternType.LITERAL, AclOperation.DESCRIBE);
    Settings settings = login("nowhere", Mechanism.PLAIN, "secret");
    settings.login = new Login(Mechanism.PLAIN, "guest", new Secret("secret"));
    assertHeld(bench(settings), "no right to write to any topic");
  }

  /** With the rights that the page names, and none of them less. */
  @Test
  void transactionsNeedMoreRights() throws Exception {
    String topic = "once";
    logins.createTopic(topic, 1);
    allow(topic, AclOperation.WRITE, AclOperation.DESCRIBE);
    Settings settings = login(topic, Mechanism.SCRAM_SHA_512, "secret");
    settings.transactional = true;
    Bench bench = bench(settings);
    String ours = "weir-gw-stream-";
    assertHeld(bench, "no right to the transactional id");
    allow(
        ResourceType.TRANSACTIONAL_ID,
        ours,
        PatternType.PREFIXED,
        AclOperation.WRITE,
        AclOperation.DESCRIBE);
    assertHeld(bench, "no right to the group of the transactions");
    allow(ResourceType.GROUP, ours, PatternType.PREFIXED, AclOperation.READ);
    allow(topic, AclOperation.READ);
    bench.settleAll();
    assertThat(KafkaTopics.read(logins.insideAddress(), topic, true)).hasSize(1);
  }

  private static Settings certificate(String topic, Consumer<Settings> change) {
    Settings settings = new Settings(certificates.address());
    settings.topic = topic;
    settings.timeout = Duration.ofSeconds(3);
    settings.tls =
        new TlsFiles(ours.path("ca.pem"), ours.path("client.pem"), ours.path("client.key"));
    change.accept(settings);
    return settings;
  }

  @Test
  void aCertificateSaysWhoWeAreAndARenewedOneNeedsNoRestart() throws Exception {
    certificates.createTopic("mtls", 1);
    Path cert = folder.resolve("own.pem");
    Path key = folder.resolve("own.key");
    Files.copy(others.path("client.pem"), cert);
    Files.copy(others.path("client.key"), key);
    TlsFiles files = new TlsFiles(ours.path("ca.pem"), cert, key);
    Bench bench = bench(certificate("mtls", settings -> settings.tls = files));
    bench.steps(4);
    assertThat(bench.drain.condition().isWell()).isFalse();
    Files.copy(ours.path("client.pem"), cert, StandardCopyOption.REPLACE_EXISTING);
    Files.copy(ours.path("client.key"), key, StandardCopyOption.REPLACE_EXISTING);
    bench.settleAll();
    assertStored(certificates, "mtls");
  }

  @Test
  void aBrokerWhoseCertificateNobodySignedIsNotTrusted() {
    TlsFiles strangers = new TlsFiles(others.path("ca.pem"), null, null);
    Settings settings = certificate("distrusted", each -> each.tls = strangers);
    assertHeld(bench(settings), "TLS: ");
    assertThat(topicsOf(certificates)).doesNotContain("distrusted");
  }

  private static List<String> topicsOf(Kafka broker) {
    try (Admin admin = broker.admin()) {
      return List.copyOf(Kafka.answer(admin.listTopics().names()));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aFileThatIsMissingIsNamed() {
    @Nullable Path none = folder.resolve("none.pem");
    Settings settings = certificate("file", each -> each.tls = new TlsFiles(none, null, null));
    Bench bench = bench(settings);
    bench.steps(4);
    assertThat(bench.drain.condition().detail()).contains("cannot read " + none);
  }
}
