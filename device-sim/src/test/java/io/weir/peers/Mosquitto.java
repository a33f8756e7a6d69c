package io.weir.peers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Eclipse Mosquitto with persistence and unlimited queues: the one that {@code MOSQUITTO} names, or
 * the one that is installed.
 */
public final class Mosquitto extends Peer {

  private final int port;
  private final Path config;

  /**
   * @param extra further lines of mosquitto.conf, in which {@code PORT} stands for {@link #port()}
   *     and {@code HOME} for the peer's folder. A {@code listener} among them replaces the plain
   *     one
   */
  public Mosquitto(Path home, String... extra) throws IOException {
    super(home);
    port = Ports.free();
    String more =
        String.join("\n", extra)
            .replace("PORT", String.valueOf(port))
            .replace("HOME", home.toAbsolutePath().toString());
    String listener = more.contains("listener ") ? "" : "listener " + port + " 127.0.0.1\n";
    String access = more.contains("allow_anonymous") ? "" : "allow_anonymous true\n";
    config = home.resolve("mosquitto.conf");
    Files.writeString(
        config,
        """
        persistence true
        persistence_location %s/
        autosave_interval 1
        autosave_on_changes false
        max_queued_messages 0
        max_queued_bytes 0
        max_inflight_messages 0
        log_type error
        log_type warning
        log_type notice
        user root
        """
                .formatted(home.toAbsolutePath())
            + access
            + listener
            + more
            + "\n");
  }

  /** A broker that accepts connections. */
  public static Mosquitto started(Path home, String... extra) throws IOException {
    Mosquitto broker = new Mosquitto(home, extra);
    broker.start();
    return broker;
  }

  @Override
  protected List<String> command() {
    String named = System.getenv("MOSQUITTO");
    String program = named == null || named.isBlank() ? program("mosquitto", "mosquitto") : named;
    return List.of(program, "-c", config.toString());
  }

  @Override
  public int port() {
    return port;
  }

  public String url() {
    return "tcp://127.0.0.1:" + port;
  }
}
