package io.weir.gateway.sink.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.questdb.Bootstrap;
import io.questdb.DefaultBootstrapConfiguration;
import io.questdb.DynamicPropServerConfiguration;
import io.questdb.ServerConfiguration;
import io.questdb.ServerMain;
import io.questdb.cairo.CairoEngine;
import io.questdb.std.FilesFacadeImpl;
import io.weir.gateway.config.Secret;
import io.weir.gateway.log.OwnerOnly;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A QuestDB server in this process: HTTP on a port of loopback that it finds free and opens to two
 * random tokens only, PostgreSQL on loopback for reading where a password is configured, everything
 * else off. Commits are synced to the disk, because the gateway deletes what this store has
 * accepted. Its files and its own log are in one folder; its settings are written there at each
 * start, without passwords, and the environment of the process is ignored, so that neither can open
 * a port.
 *
 * <p>Threads of its own answer HTTP, more than the questions that are let through at once, so that
 * a heavy question holds no write up.
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
  private final StoreLogins logins;
  private final StoreTables tables;

  private QuestDb(ServerMain server, StoreLogins logins, TableInCreation creation) {
    this.server = server;
    this.logins = logins;
    this.tables = new StoreTables(server.getEngine(), creation);
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
      Path conf = Files.createDirectories(root.resolve("conf"), OwnerOnly.directory());
      Files.createDirectories(root.resolve("log"), OwnerOnly.directory());
      write(conf.resolve("server.conf"), settings(config, postgres));
      write(conf.resolve("log.conf"), LOG_SETTINGS);
      creation.removeUnfinished();
    } catch (IOException e) {
      throw new UncheckedIOException("sink '" + config.name() + "': cannot write " + root, e);
    }
    StoreLogins logins = new StoreLogins();
    Secret password = config.pgPassword();
    Map<String, String> passwords =
        postgres && password != null
            ? Map.of(
                "QDB_PG_PASSWORD", logins.writer().value(),
                "QDB_PG_READONLY_PASSWORD", password.value())
            : Map.of();
    ServerMain server =
        new ServerMain(new Bootstrap(new Inside(passwords, logins), "-d", root.toString()));
    try {
      server.start();
      closeToOthers(root);
    } catch (IOException | RuntimeException e) {
      server.close();
      throw new IllegalStateException(
          "sink '" + config.name() + "': QuestDB did not start: " + e.getMessage(), e);
    }
    return new QuestDb(server, logins, creation);
  }

  /** QuestDB makes some folders, such as that of its console, as the umask has it. */
  private static void closeToOthers(Path root) throws IOException {
    try (Stream<Path> children = Files.list(root)) {
      for (Path each : children.toList()) {
        OwnerOnly.restrict(each);
      }
    }
  }

  private static void write(Path file, String text) throws IOException {
    Files.deleteIfExists(file); // with permissions and a password of earlier versions
    Files.createFile(file, OwnerOnly.file());
    Files.writeString(file, text, UTF_8);
  }

  /** No banner, no settings from outside, and logins that no file holds. */
  private static final class Inside extends DefaultBootstrapConfiguration {

    private final Map<String, String> passwords;
    private final StoreLogins logins;

    Inside(Map<String, String> passwords, StoreLogins logins) {
      this.passwords = passwords;
      this.logins = logins;
    }

    @Override
    public String getBanner() {
      return "";
    }

    @Override
    public Map<String, String> getEnv() {
      return passwords;
    }

    @Override
    public ServerConfiguration getServerConfiguration(Bootstrap bootstrap) throws Exception {
      return new DynamicPropServerConfiguration(
          bootstrap.getRootDirectory(),
          bootstrap.loadProperties(),
          getEnv(),
          bootstrap.getLog(),
          bootstrap.getBuildInformation(),
          FilesFacadeImpl.INSTANCE,
          bootstrap.getMicrosecondClock(),
          logins);
    }
  }

  private static String settings(EmbeddedConfig config, boolean postgres) {
    String settings =
        """
        http.net.bind.to=127.0.0.1:0
        http.min.enabled=false
        http.worker.count=4
        http.security.max.response.rows=1000000
        query.timeout=30s
        line.auto.create.new.tables=false
        cairo.mkdir.mode=448
        cairo.detached.mkdir.mode=448
        cairo.sql.copy.root=
        cairo.sql.copy.export.root=
        line.tcp.enabled=false
        line.udp.enabled=false
        telemetry.enabled=false
        telemetry.disable.completely=true
        telemetry.hide.tables=false
        metrics.enabled=false
        shared.network.worker.count=1
        shared.query.worker.count=1
        shared.write.worker.count=1
        cairo.commit.mode=sync
        cairo.mat.view.enabled=false
        cairo.o3.column.memory.size=256k
        cairo.writer.data.append.page.size=1m
        cairo.wal.writer.data.append.page.size=256k
        """;
    return postgres
        ? settings
            + """
            pg.enabled=true
            pg.net.bind.to=127.0.0.1:%d
            pg.user=gateway
            pg.readonly.user.enabled=true
            pg.readonly.user=weir
            """
                .formatted(config.pgPort())
        : settings + "pg.enabled=false\n";
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

  CairoEngine engine() {
    return server.getEngine();
  }

  StoreTables tables() {
    return tables;
  }

  /** Where it answers HTTP. */
  URI origin() {
    return URI.create("http://127.0.0.1:" + server.getHttpServerPort());
  }

  StoreLogins logins() {
    return logins;
  }

  @Override
  public void close() {
    server.close();
  }
}
