package io.weir.peers;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;

/**
 * A broker of Apache Kafka without ZooKeeper, alone or one of a cluster: of the jars that {@code
 * scripts/kafka} brings, or that {@code KAFKA} names. Its second listener is plain and asks for no
 * login, for the tests themselves.
 */
public final class Kafka extends Peer {

  /** How clients speak to it, by the words of Kafka. */
  public enum Protocol {
    PLAINTEXT,
    SSL,
    SASL_PLAINTEXT,
    SASL_SSL
  }

  private static final Duration LONGEST_START = Duration.ofMinutes(2);

  /** One that writes its classes as it ends takes more than twenty seconds on a busy machine. */
  private static final Duration LONGEST_STOP = Duration.ofMinutes(2);

  private static final int SCRAM_ITERATIONS = 4096;
  private static final int ANSWER_SECONDS = 60;

  /**
   * Its classes as the Java machine maps them into memory: a broker starts with half of the work,
   * and tests start thirty. They lie beside both modules, whose tests share them: those of the
   * gateway start many brokers at once, and the first broker of the simulator's has ended by then.
   */
  static final Path CLASSES =
      Path.of("..", "target", "shared-classes")
          .resolve("kafka-" + version() + "-" + Runtime.version() + ".jsa")
          .toAbsolutePath()
          .normalize();

  private static final int ENDED_BY_SIGTERM = 143;

  private final Node node;
  private final Path config;

  /** The ports of one broker. */
  private record Node(int id, int port, int inside, int controller) {

    static Node free(int id) {
      return new Node(id, Ports.free(), Ports.free(), Ports.free());
    }

    String voter() {
      return id + "@127.0.0.1:" + controller;
    }
  }

  /**
   * A broker alone, whose clients need no login.
   *
   * @param extra further lines of its properties, in which {@code HOME} stands for its folder
   */
  public Kafka(Path home, String... extra) throws IOException {
    this(home, Protocol.PLAINTEXT, extra);
  }

  /** The same, whose clients speak as given. Keys and logins stand in the further lines. */
  public Kafka(Path home, Protocol protocol, String... extra) throws IOException {
    this(home, Node.free(1), List.of(), protocol, extra);
  }

  private Kafka(Path home, Node node, List<Node> others, Protocol protocol, String... extra)
      throws IOException {
    super(home);
    this.node = node;
    this.config = home.resolve("server.properties");
    List<Node> all = new ArrayList<>(others);
    all.add(node);
    List<String> voters = all.stream().map(Node::voter).sorted().distinct().toList();
    Path data = Files.createDirectories(home.resolve("data"));
    Files.writeString(
        config,
        """
        process.roles=broker,controller
        node.id=%1$d
        controller.quorum.voters=%2$s
        controller.listener.names=CONTROLLER
        listeners=CLIENT://127.0.0.1:%3$d,INSIDE://127.0.0.1:%4$d,CONTROLLER://127.0.0.1:%5$d
        advertised.listeners=CLIENT://127.0.0.1:%3$d,INSIDE://127.0.0.1:%4$d
        listener.security.protocol.map=CLIENT:%6$s,INSIDE:PLAINTEXT,CONTROLLER:PLAINTEXT
        inter.broker.listener.name=INSIDE
        log.dirs=%7$s
        num.network.threads=2
        num.io.threads=2
        background.threads=2
        log.cleaner.dedupe.buffer.size=4194304
        offsets.topic.num.partitions=1
        offsets.topic.replication.factor=%8$d
        transaction.state.log.num.partitions=1
        transaction.state.log.replication.factor=%8$d
        transaction.state.log.min.isr=1
        share.coordinator.state.topic.num.partitions=1
        share.coordinator.state.topic.replication.factor=%8$d
        share.coordinator.state.topic.min.isr=1
        group.initial.rebalance.delay.ms=0
        group.min.session.timeout.ms=1000
        broker.heartbeat.interval.ms=500
        broker.session.timeout.ms=3000
        auto.create.topics.enable=false
        """
                .formatted(
                    node.id,
                    String.join(",", voters),
                    node.port,
                    node.inside,
                    node.controller,
                    protocol,
                    data.toAbsolutePath(),
                    voters.size())
            + String.join("\n", extra).replace("HOME", home.toAbsolutePath().toString())
            + "\n");
    // what `kafka-storage format` writes beside the newest features, which are the default
    Files.writeString(
        data.resolve("meta.properties"),
        """
        version=1
        cluster.id=weir-tests-of-kafka-00
        node.id=%d
        directory.id=%s
        """
            .formatted(
                node.id, UUID.randomUUID().toString().replace("-", "").substring(0, 21) + "A"));
  }

  /** A broker alone that accepts connections. */
  public static Kafka started(Path home, String... extra) throws IOException {
    Kafka broker = new Kafka(home, extra);
    broker.start();
    return broker;
  }

  /**
   * A cluster that accepts connections. Topics of its own, of offsets and transactions, have a
   * replica at each broker.
   */
  public static List<Kafka> cluster(Path home, int size, String... extra) throws IOException {
    List<Node> nodes = new ArrayList<>();
    for (int id = 1; id <= size; id++) {
      nodes.add(Node.free(id));
    }
    List<Kafka> brokers = new ArrayList<>();
    for (Node each : nodes) {
      brokers.add(
          new Kafka(home.resolve("kafka-" + each.id), each, nodes, Protocol.PLAINTEXT, extra));
    }
    for (Kafka each : brokers) {
      each.launch();
    }
    for (Kafka each : brokers) {
      each.awaitReady();
    }
    return brokers;
  }

  /** The addresses of several brokers, as clients take them. */
  public static String addresses(List<Kafka> brokers) {
    return String.join(",", brokers.stream().map(Kafka::address).toList());
  }

  @Override
  protected List<String> command() {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        Files.exists(CLASSES)
            ? "-XX:SharedArchiveFile=" + CLASSES
            : "-XX:ArchiveClassesAtExit=" + ownClasses(),
        "-Xlog:cds=off",
        "-Xlog:cds+dynamic=off",
        "-Xmx256m",
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "-Djava.awt.headless=true",
        "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
        "-Dorg.slf4j.simpleLogger.showDateTime=true",
        "-cp",
        brought().resolve("lib") + File.separator + "*",
        "kafka.Kafka",
        config.toString());
  }

  private Path ownClasses() {
    return home().resolve("classes.jsa").toAbsolutePath();
  }

  /** The first one ends by itself and leaves its classes to those that come. */
  @Override
  public void close() {
    if (Files.exists(CLASSES) || !isAlive()) {
      super.close();
    } else if (stop() == ENDED_BY_SIGTERM && Files.exists(ownClasses())) {
      try {
        Path folder = Files.createDirectories(CLASSES.getParent());
        Path whole = Files.createTempFile(folder, "kafka", ".jsa"); // others start meanwhile
        Files.copy(ownClasses(), whole, StandardCopyOption.REPLACE_EXISTING);
        Files.move(whole, CLASSES, StandardCopyOption.ATOMIC_MOVE);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** The folder of its jars. */
  private static Path brought() {
    String named = System.getenv("KAFKA");
    Path folder =
        named != null && !named.isBlank()
            ? Path.of(named)
            : cache().resolve("weir").resolve("kafka-" + version());
    if (!Files.isDirectory(folder.resolve("lib"))) {
      throw new AssertionError(
          "The broker of Apache Kafka is not in "
              + folder
              + ", but this test needs it. scripts/kafka brings it; needs Maven and its repository");
    }
    return folder;
  }

  private static Path cache() {
    return Optional.ofNullable(System.getenv("XDG_CACHE_HOME"))
        .filter(path -> !path.isBlank())
        .map(Path::of)
        .orElse(Path.of(System.getProperty("user.home"), ".cache"));
  }

  /** The brokers of tests are of the same version as the client. */
  private static String version() {
    return org.apache.kafka.common.utils.AppInfoParser.getVersion();
  }

  @Override
  protected Duration longestStart() {
    return LONGEST_START;
  }

  @Override
  protected Duration longestStop() {
    return LONGEST_STOP;
  }

  /** Its port opens before it serves. */
  @Override
  protected boolean ready() throws IOException {
    try (Admin admin = admin()) {
      return admin.describeCluster().nodes().get(5, TimeUnit.SECONDS).stream()
          .anyMatch(each -> each.id() == node.id);
    } catch (ExecutionException | TimeoutException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  @Override
  public int port() {
    return node.port;
  }

  /** Host and port of its first listener, as clients take it. */
  public String address() {
    return "127.0.0.1:" + node.port;
  }

  /** Host and port of the plain listener without a login. */
  public String insideAddress() {
    return "127.0.0.1:" + node.inside;
  }

  /** A client of the plain listener, which its caller closes. */
  public Admin admin() {
    return Admin.create(
        Map.of(
            AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, insideAddress(),
            AdminClientConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, "200",
            AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, "60000"));
  }

  /** Creates a topic with one replica. */
  public void createTopic(String name, int partitions) throws IOException {
    createTopic(name, partitions, 1, Map.of());
  }

  /**
   * Creates a topic.
   *
   * @param configs as {@code message.timestamp.type} or {@code min.insync.replicas}
   */
  public void createTopic(String name, int partitions, int replicas, Map<String, String> configs)
      throws IOException {
    NewTopic topic = new NewTopic(name, partitions, (short) replicas).configs(configs);
    try (Admin admin = admin()) {
      answer(admin.createTopics(List.of(topic)).all());
    }
  }

  /** Changes one setting of a topic. */
  public void configure(String topic, String key, String value) throws IOException {
    AlterConfigOp change = new AlterConfigOp(new ConfigEntry(key, value), AlterConfigOp.OpType.SET);
    ConfigResource of = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    try (Admin admin = admin()) {
      answer(admin.incrementalAlterConfigs(Map.of(of, List.of(change))).all());
    }
  }

  /** Adds a user of SCRAM, or changes the password. */
  public void addScramUser(String mechanism, String user, String password) throws IOException {
    ScramCredentialInfo info =
        new ScramCredentialInfo(ScramMechanism.fromMechanismName(mechanism), SCRAM_ITERATIONS);
    try (Admin admin = admin()) {
      answer(
          admin
              .alterUserScramCredentials(
                  List.of(new UserScramCredentialUpsertion(user, info, password)))
              .all());
    }
  }

  /** Waits for what the broker answers. */
  public static <T> T answer(KafkaFuture<T> future) throws IOException {
    try {
      return future.get(ANSWER_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new IOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }
}
