package io.weir.gateway.peers;

import io.weir.peers.Peer;
import io.weir.peers.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Telegraf, which subscribes at QoS 1, acknowledges what a store has taken, and writes the six
 * fields of {@link io.weir.sim.load.Load} with the tags of the topic. It is in no package registry,
 * so the environment names it.
 */
public final class Telegraf extends Peer {

  /** Where it keeps what no store has taken yet. */
  public enum Buffer {
    MEMORY,
    DISK
  }

  private final Path program;
  private final int port;
  private final Path config;

  /**
   * @param broker its address, tcp://host:port
   * @param output the part of its configuration that names the store
   */
  public Telegraf(Path home, String broker, String output, Buffer buffer) throws IOException {
    super(home);
    program = Brought.telegraf().orFail();
    port = Ports.free();
    config = home.resolve("telegraf.conf");
    Files.writeString(
        config,
        """
        [agent]
          omit_hostname = true
          metric_batch_size = 5000
          flush_interval = "200ms"
          metric_buffer_limit = 100000
          buffer_strategy = "%s"
          buffer_directory = "%s"
        [[inputs.mqtt_consumer]]
          servers = ["%s"]
          topics = ["factory/#"]
          client_id = "telegraf"
          persistent_session = true
          qos = 1
          max_undelivered_messages = 10000
          topic_tag = ""
          data_format = "json"
          json_time_key = "ts"
          json_time_format = "unix_ms"
          json_string_fields = ["state"]
          [[inputs.mqtt_consumer.topic_parsing]]
            topic = "+/+/+/+/+/+"
            measurement = "_/_/_/_/_/measurement"
            tags = "_/site/area/line/machine/_"
        %s
        """
            .formatted(
                buffer == Buffer.DISK ? "disk" : "memory",
                home.resolve("buffer").toAbsolutePath(),
                broker,
                output));
  }

  @Override
  protected List<String> command() {
    // It listens nowhere else; nobody asks there, so it costs nothing.
    return List.of(
        program.toString(), "--config", config.toString(), "--pprof-addr", "127.0.0.1:" + port);
  }

  @Override
  public int port() {
    return port;
  }
}
