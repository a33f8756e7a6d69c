package io.weir.gateway.e2e;

import io.weir.peers.Peer;
import io.weir.peers.Ports;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The gateway as its users run it: a process of its own, which a test may kill at any moment. */
public class GatewayProcess extends Peer {

  /**
   * Compiles quickly and optimizes little: a gateway that ends within a minute starts with half of
   * the work.
   */
  public static final String SHORT_LIVED = "-XX:TieredStopAtLevel=1";

  static final String JAVA = Path.of(System.getProperty("java.home"), "bin", "java").toString();

  /** Among the flags: the compilers as they are shipped, for a measurement. */
  public static final String OPTIMIZED = "-XX:TieredStopAtLevel=4";

  private static final HttpClient HTTP =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();

  private final Path config;
  private final Path dataDirectory;
  private final Map<String, String> environment;
  private final int port;
  private final List<String> flags;

  /**
   * @param yaml the configuration without {@code gateway} and {@code http}, which are added
   * @param flags further flags of the Java machine
   */
  public GatewayProcess(Path home, String yaml, String... flags) throws IOException {
    this(home, home.resolve("data"), Map.of(), yaml, flags);
  }

  /**
   * @param environment added to that of the process
   */
  public GatewayProcess(
      Path home, Path dataDirectory, Map<String, String> environment, String yaml, String... flags)
      throws IOException {
    super(home);
    this.dataDirectory = dataDirectory;
    this.environment = environment;
    this.port = Ports.free();
    this.flags = List.of(flags);
    this.config = home.resolve("gateway.yaml");
    configure(yaml);
  }

  /** Replaces the configuration, for the next start. */
  public void configure(String yaml) throws IOException {
    Files.writeString(
        config,
        """
        gateway: { id: e2e, data-dir: %s }
        http: { port: %d }
        %s
        """
            .formatted(dataDirectory().toAbsolutePath(), port, yaml));
  }

  @Override
  protected List<String> command() {
    try {
      return command(SharedClasses.flags(), SharedClasses.classPath());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** With further flags before those of the test, which win. */
  final List<String> command(List<String> further, String classPath) {
    List<String> command = new ArrayList<>();
    command.add(JAVA);
    command.add("-XX:+UseSerialGC");
    command.add(SHORT_LIVED);
    command.addAll(further);
    command.addAll(flags);
    command.add("-cp");
    command.add(classPath);
    command.add("io.weir.gateway.Main");
    command.addAll(List.of("run", "--config", config.toString()));
    return command;
  }

  @Override
  protected Map<String, String> environment() {
    return environment;
  }

  @Override
  public int port() {
    return port;
  }

  public Path dataDirectory() {
    return dataDirectory;
  }

  public Path configFile() {
    return config;
  }

  public String url() {
    return "http://127.0.0.1:" + port;
  }

  /** The body of a GET, whatever its status. */
  public String get(String path) throws IOException {
    return send(HttpRequest.newBuilder(URI.create(url() + path)).build()).body();
  }

  public HttpResponse<String> post(String path, String body) throws IOException {
    return send(
        HttpRequest.newBuilder(URI.create(url() + path))
            .timeout(Duration.ofSeconds(20))
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build());
  }

  private static HttpResponse<String> send(HttpRequest request) throws IOException {
    try {
      return HTTP.send(request, HttpResponse.BodyHandlers.ofString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }
}
