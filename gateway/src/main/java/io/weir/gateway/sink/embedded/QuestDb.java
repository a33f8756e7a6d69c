package io.weir.gateway.sink.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.questdb.Bootstrap;
import io.questdb.DefaultBootstrapConfiguration;
import io.questdb.ServerMain;
import io.questdb.griffin.SqlException;
import io.weir.gateway.config.Secret;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * A QuestDB server in this process: HTTP on loopback (console, SQL, writes), PostgreSQL on loopback
 * where a password is configured, everything else off. Commits are synced to the disk, because the
 * gateway deletes what this store has accepted. Its files and its own log are in one folder; its
 * settings are written there at each start, and its environment variables are ignored, so that
 * neither can open a port.
 */
final class QuestDb implements AutoCloseable {

  private static final String LOG_SETTINGS =
      """
      writers=file
      w.file.class=io.questdb.log.LogRollingFileWriter
      w.file.location=${log.dir}/questdb.log.${date:yyyyMMdd}
      w.file.level=ERROR,CRITICAL
      w.file.rollEvery=day
      w.file.rollSize=8m
      w.file.sizeLimit=64m
      """;

  private final ServerMain server;
  private final TableInCreation creation;

  private QuestDb(ServerMain server, TableInCreation creation) {
    this.server = server;
    this.creation = creation;
  }

  /**
   * @throws IllegalStateException if it cannot start; names the port, if it is in use
   */
  static QuestDb start(EmbeddedConfig config, Path root) {
    requireFree(config.name(), "port", config.port());
    boolean postgres = config.pgPassword() != null && config.pgPort() != 0;
    if (postgres) {
      requireFree(config.name(), "pg-port", config.pgPort());
    }
    TableInCreation creation = new TableInCreation(root);
    try {
      Path conf = Files.createDirectories(root.resolve("conf"));
      Files.writeString(conf.resolve("server.conf"), settings(config, postgres), UTF_8);
      Files.writeString(conf.resolve("log.conf"), LOG_SETTINGS, UTF_8);
      creation.removeUnfinished();
    } catch (IOException e) {
      throw new UncheckedIOException("sink '" + config.name() + "': cannot write " + root, e);
    }
    ServerMain server = new ServerMain(new Bootstrap(new Quiet(), "-d", root.toString()));
    try {
      server.start();
    } catch (RuntimeException e) {
      server.close();
      throw new IllegalStateException(
          "sink '" + config.name() + "': QuestDB did not start: " + e.getMessage(), e);
    }
    return new QuestDb(server, creation);
  }

  /** No banner, and no settings from outside. */
  private static final class Quiet extends DefaultBootstrapConfiguration {
    @Override
    public String getBanner() {
      return "";
    }

    @Override
    public Map<String, String> getEnv() {
      return Map.of();
    }
  }

  private static String settings(EmbeddedConfig config, boolean postgres) {
    String settings =
        """
        http.net.bind.to=127.0.0.1:%d
        http.min.enabled=false
        line.tcp.enabled=false
        line.udp.enabled=false
        telemetry.enabled=false
        telemetry.disable.completely=true
        metrics.enabled=false
        shared.network.worker.count=1
        shared.query.worker.count=1
        shared.write.worker.count=1
        cairo.commit.mode=sync
        cairo.mat.view.enabled=false
        cairo.o3.column.memory.size=256k
        cairo.writer.data.append.page.size=1m
        cairo.wal.writer.data.append.page.size=256k
        """
            .formatted(config.port());
    Secret password = config.pgPassword();
    if (!postgres || password == null) {
      return settings + "pg.enabled=false\n";
    }
    return settings
        + "pg.enabled=true\npg.user=weir\npg.net.bind.to=127.0.0.1:"
        + config.pgPort()
        + "\npg.password="
        + escaped(password.value())
        + "\n";
  }

  /** As a value of a properties file. */
  private static String escaped(String value) {
    StringBuilder escaped = new StringBuilder();
    for (char c : value.toCharArray()) {
      if (c > ' ' && c < 0x7f && c != '\\') {
        escaped.append(c);
      } else {
        escaped.append("\\u%04x".formatted((int) c));
      }
    }
    return escaped.toString();
  }

  private static void requireFree(String sink, String key, int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    } catch (IOException e) {
      throw new IllegalStateException(
          "sink '%s': %s %d cannot be used (%s); stop the program that listens there, or set another %s"
              .formatted(sink, key, port, e.getMessage(), key),
          e);
    }
  }

  /**
   * Creates the table of a measurement if it does not exist: rows of one time and {@code point}
   * replace each other. Tags and fields become columns when they are first written.
   *
   * @throws SqlException if the name cannot be a table's
   * @throws IOException if the disk does not take the note of a creation
   */
  synchronized void createTable(String name) throws SqlException, IOException {
    if (server.getEngine().getTableTokenIfExists(name) != null) {
      return;
    }
    creation.begin(name);
    create(name);
    creation.end();
  }

  private void create(String name) throws SqlException {
    server
        .getEngine()
        .execute(
            "CREATE TABLE IF NOT EXISTS \""
                + name
                + "\" (timestamp TIMESTAMP_NS, point LONG) TIMESTAMP(timestamp)"
                + " PARTITION BY DAY WAL DEDUP UPSERT KEYS(timestamp, point)");
  }

  @Override
  public void close() {
    server.close();
  }
}
