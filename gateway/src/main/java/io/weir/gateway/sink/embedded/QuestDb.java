package io.weir.gateway.sink.embedded;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.questdb.Bootstrap;
import io.questdb.DefaultBootstrapConfiguration;
import io.questdb.DynamicPropServerConfiguration;
import io.questdb.ServerConfiguration;
import io.questdb.ServerMain;
import io.questdb.cairo.CairoEngine;
import io.questdb.std.FilesFacade;
import io.weir.gateway.config.Secret;
import io.weir.gateway.log.OwnerOnly;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A QuestDB server in this process, which is one of its own: HTTP on a port of loopback that it
 * finds free and opens to two random tokens only, PostgreSQL on loopback for reading where a
 * password is configured, everything else off. Commits are synced to the disk, because the gateway
 * deletes what this store has accepted. Its files and its own log are in one folder; its settings
 * are written there at each start, without passwords, and the environment of the process is
 * ignored, so that neither can open a port.
 *
 * <p>Threads of its own answer HTTP, more than the questions that are let through at once, so that
 * a heavy question holds no write up.
 */
final class QuestDb implements EmbeddedStore {

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

  private static final Pattern UNPACKED_LIBRARY = Pattern.compile("libquestdbr?\\d+\\.so");

  private final ServerMain server;
  private final StoreTokens tokens;
  private final StoreTables tables;

  private QuestDb(ServerMain server, StoreTokens tokens, TableInCreation creation) {
    this.server = server;
    this.tokens = tokens;
    this.tables = new StoreTables(server.getEngine(), creation);
  }

  /**
   * @throws IOException if it cannot start
   */
  static QuestDb start(StoreSettings settings) throws IOException {
    Path root = settings.root();
    TableInCreation creation = new TableInCreation(root);
    Path conf = Files.createDirectories(root.resolve("conf"), OwnerOnly.directory());
    Files.createDirectories(root.resolve("log"), OwnerOnly.directory());
    write(conf.resolve("server.conf"), file(settings));
    write(conf.resolve("log.conf"), LOG_SETTINGS);
    creation.removeUnfinished();
    Secret password = settings.pgPassword();
    Map<String, String> passwords =
        password == null
            ? Map.of()
            : Map.of(
                "QDB_PG_PASSWORD", settings.tokens().writer().value(),
                "QDB_PG_READONLY_PASSWORD", password.value());
    StoreLogins logins = new StoreLogins(settings.tokens());
    Bootstrap bootstrap = new Bootstrap(new Inside(root, passwords, logins), "-d", root.toString());
    new CutOffColumns(bootstrap.getConfiguration().getCairoConfiguration())
        .complete(root.resolve("db"));
    ServerMain server = new ServerMain(bootstrap);
    try {
      server.start();
      removeUnpackedLibraries();
      closeToOthers(root);
    } catch (IOException | RuntimeException e) {
      throw new IOException("QuestDB did not start: " + e.getMessage(), e); // its process ends
    }
    QuestDb store = new QuestDb(server, settings.tokens(), creation);
    if (settings.pgPort() != 0) {
      store.tables.prepareForDashboards();
    }
    return store;
  }

  /**
   * QuestDB unpacks its libraries into the folder of temporary files at each start and counts on an
   * orderly end to delete them, which this process never has. What is loaded needs no name any
   * more; where no file says what is loaded, as on Windows, they stay.
   */
  private static void removeUnpackedLibraries() throws IOException {
    Path maps = Path.of("/proc/self/maps");
    if (!Files.isReadable(maps)) {
      return;
    }
    Path unpacked = Path.of(System.getProperty("java.io.tmpdir"));
    for (String line : Files.readString(maps, ISO_8859_1).lines().toList()) {
      String name = line.substring(line.lastIndexOf('/') + 1);
      if (UNPACKED_LIBRARY.matcher(name).matches()) {
        Files.deleteIfExists(unpacked.resolve(name));
      }
    }
  }

  /** Its console, some settings and its own log are not made as {@link OwnersFiles} makes files. */
  static void closeToOthers(Path root) throws IOException {
    for (Path folder : List.of(root, root.resolve("conf"), root.resolve("log"))) {
      try (Stream<Path> children = Files.list(folder)) {
        for (Path each : children.toList()) {
          OwnerOnly.restrict(each);
        }
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

    private final Path root;
    private final Map<String, String> passwords;
    private final StoreLogins logins;

    Inside(Path root, Map<String, String> passwords, StoreLogins logins) {
      this.root = root;
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

    /** Made late: its class begins a log, and that has its settings only when a bootstrap has. */
    @Override
    public FilesFacade getFilesFacade() {
      return new OwnersFiles(root);
    }

    @Override
    public ServerConfiguration getServerConfiguration(Bootstrap bootstrap) throws Exception {
      return new DynamicPropServerConfiguration(
          bootstrap.getRootDirectory(),
          bootstrap.loadProperties(),
          getEnv(),
          bootstrap.getLog(),
          bootstrap.getBuildInformation(),
          getFilesFacade(),
          bootstrap.getMicrosecondClock(),
          logins);
    }
  }

  private static String file(StoreSettings settings) {
    String usual =
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
        ram.usage.limit.bytes=1g
        cairo.mat.view.enabled=false
        cairo.o3.column.memory.size=256k
        cairo.writer.data.append.page.size=1m
        cairo.wal.writer.data.append.page.size=256k
        """;
    return settings.pgPort() != 0
        ? usual
            + """
            pg.enabled=true
            pg.net.bind.to=127.0.0.1:%d
            pg.user=gateway
            pg.readonly.user.enabled=true
            pg.readonly.user=weir
            """
                .formatted(settings.pgPort())
        : usual + "pg.enabled=false\n";
  }

  CairoEngine engine() {
    return server.getEngine();
  }

  StoreTables tables() {
    return tables;
  }

  @Override
  public String fault() {
    return "";
  }

  @Override
  public URI origin() {
    return URI.create("http://127.0.0.1:" + server.getHttpServerPort());
  }

  @Override
  public StoreTokens tokens() {
    return tokens;
  }

  @Override
  public Prepared prepare(Set<String> measurements) throws IOException {
    return tables.prepare(measurements);
  }

  @Override
  public String changed(Map<String, Integer> numbers) {
    return tables.changed(numbers);
  }

  @Override
  public Set<String> suspended() {
    return tables.suspended();
  }

  @Override
  public void resume() throws IOException {
    tables.resume();
  }

  @Override
  public void close() {
    server.close();
  }
}
