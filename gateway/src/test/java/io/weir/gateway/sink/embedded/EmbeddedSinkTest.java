package io.weir.gateway.sink.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.gateway.config.Secret;
import io.weir.gateway.e2e.SharedClasses;
import io.weir.gateway.log.Time;
import io.weir.gateway.sink.LineTexts;
import io.weir.gateway.sink.Sink.Answer;
import io.weir.peers.Ports;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("server")
class EmbeddedSinkTest {

  @TempDir static Path root;
  private static EmbeddedConfig config;
  private static EmbeddedSink sink;

  @BeforeAll
  static void start() throws IOException {
    SharedClasses.forStores();
    config = config(Ports.free());
    sink = EmbeddedSink.start(config, root.resolve("store"), Time.SYSTEM);
  }

  @AfterAll
  static void stop() {
    sink.close();
  }

  private static EmbeddedConfig config(int port) {
    return new EmbeddedConfig(EmbeddedConfig.DEFAULT.common(), port, 0, null);
  }

  private static void await(String query, String rows) {
    await(sink, query, rows);
  }

  private static void await(EmbeddedSink store, String query, String rows) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(
            () -> assertThat(StoreSql.rows(store.inside(), query).toString()).isEqualTo(rows));
  }

  @Test
  void aLineIsOfItsOwnMeasurementWhateverTheOneBeforeBeginsWith() {
    List<String> lines =
        List.of(
            "press,machine=a t=1 1",
            "press t=1 1",
            "press,machine=b t=1 2",
            "press2,machine=a t=1 1",
            "press\\ line t=1 1",
            "press\\ line,machine=a t=1 1",
            "press\\ line\\ 2 t=1 1",
            "press t=1 3",
            "p t=1 1");
    assertThat(EmbeddedSink.measurements(LineTexts.of(lines)))
        .containsExactlyInAnyOrder("press", "press2", "press line", "press line 2", "p");
  }

  @Test
  void aReplayLeavesNoDoubleRows() {
    List<String> lines =
        List.of("replay,machine=a t=1.5,point=11i 1000", "replay,machine=a t=2.5,point=11i 2000");
    for (int i = 0; i < 3; i++) {
      assertThat(sink.write(lines)).isInstanceOf(Answer.Stored.class);
    }
    await("SELECT count(), sum(t) FROM replay", "[[2,4.0]]");
  }

  @Test
  void linesOfOneInstantWithOtherFieldsOrTagsAreOtherRows() {
    sink.write(List.of("instant,machine=a t=1.5,point=1i 1000"));
    sink.write(List.of("instant,machine=a u=2.5,point=2i 1000"));
    sink.write(List.of("instant t=3.5,point=3i 1000"));
    sink.write(List.of("instant t=3.5,point=3i 1000"));
    await(
        "SELECT machine, t, u FROM instant ORDER BY point",
        "[[\"a\",1.5,null],[\"a\",null,2.5],[null,3.5,null]]");
  }

  @Test
  void theLastValueOfAPointWins() {
    sink.write(List.of("last t=1.0,point=1i 1000", "last t=2.0,point=1i 1000"));
    sink.write(List.of("last t=3.0,point=1i 1000"));
    await("SELECT t FROM last", "[[3.0]]");
  }

  @Test
  void timesKeepTheirNanoseconds() {
    sink.write(List.of("nanos t=1.0,point=1i 1700000000000000001"));
    await("SELECT timestamp FROM nanos", "[[\"2023-11-14T22:13:20.000000001Z\"]]");
  }

  @Test
  void aTypeConflictNamesItsLineAndNothingOfTheBatchIsStored() {
    sink.write(List.of("conflict t=1.5,point=1i 1000"));
    Answer answer =
        sink.write(List.of("conflict t=2.5,point=1i 2000", "conflict t=\"hot\",point=1i 3000"));
    assertThat(answer)
        .isInstanceOfSatisfying(
            Answer.Refused.class,
            refused -> {
              assertThat(refused.othersStored()).isFalse();
              assertThat(refused.refused())
                  .singleElement()
                  .extracting(Answer.RefusedLine::index)
                  .isEqualTo(1);
              assertThat(refused.detail()).contains("column: t");
            });
    sink.write(List.of("conflict t=4.5,point=1i 4000"));
    await("SELECT t FROM conflict", "[[1.5],[4.5]]");
  }

  @Test
  void anImpossibleTableNameRefusesItsLinesAlone() {
    Answer answer =
        sink.write(List.of("fine t=1.0,point=1i 1000", "x".repeat(300) + " t=1.0,point=1i 1000"));
    assertThat(((Answer.Refused) answer).refused())
        .singleElement()
        .satisfies(
            line -> {
              assertThat(line.index()).isEqualTo(1);
              assertThat(line.detail()).contains("no table");
            });
  }

  @Test
  void aTimeBefore1970IsRefusedByName() {
    assertThat(sink.write(List.of("old t=1.0,point=1i -5")))
        .isInstanceOfSatisfying(
            Answer.Refused.class,
            refused -> assertThat(refused.refused().get(0).detail()).contains("before 1970"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CREATE TABLE evil (x INT)",
        "CREATE TABLE evil AS (SELECT * FROM long_sequence(10))",
        "CREATE VIEW evil AS (SELECT 1 FROM long_sequence(1))",
        "DROP TABLE safe",
        "DROP ALL TABLES",
        "TRUNCATE TABLE safe",
        "RENAME TABLE safe TO evil",
        "INSERT INTO safe(timestamp, point) VALUES (1, 1)",
        "UPDATE safe SET t = 3",
        "ALTER TABLE safe ADD COLUMN evil INT",
        "ALTER TABLE safe DROP COLUMN t",
        "ALTER TABLE safe DEDUP DISABLE",
        "ALTER TABLE safe SUSPEND WAL",
        "ALTER TABLE safe RESUME WAL",
        "ALTER TABLE safe SET TTL 1 HOUR",
        "ALTER TABLE safe SET TYPE BYPASS WAL",
        "ALTER TABLE safe DROP PARTITION WHERE timestamp > 0",
        "ALTER TABLE safe SQUASH PARTITIONS",
        "VACUUM TABLE safe",
        "REINDEX TABLE safe LOCK EXCLUSIVE",
        "CHECKPOINT CREATE",
        "CHECKPOINT RELEASE",
        "SNAPSHOT PREPARE",
        "BACKUP DATABASE",
        "COPY evil FROM 'evil.csv'",
        "COPY safe TO 'evil' WITH FORMAT PARQUET",
        "COPY (SELECT * FROM long_sequence(9)) TO 'evil' WITH FORMAT PARQUET",
        "CANCEL QUERY 1",
        "SELECT reload_config()",
        "SELECT hydrate_table_metadata('*')",
        "SELECT dump_thread_stacks()",
        "SELECT dump_memory_usage()",
        "SELECT flush_query_cache()",
        "SELECT * FROM read_parquet('/etc/passwd')",
        "SELECT sleep(60)"
      })
  void whoReadsCanDoNothingElse(String sql) {
    sink.write(List.of("safe t=1.5,point=1i 1000"));
    HttpResponse<String> answer = StoreSql.ask(sink.inside(), sql);
    assertThat(answer.statusCode()).as(answer.body()).isBetween(400, 499);
    await("SELECT t FROM safe", "[[1.5]]");
    await("SELECT count() FROM tables() WHERE table_name = 'evil'", "[[0]]");
    await("SELECT dedup, walEnabled FROM tables() WHERE table_name = 'safe'", "[[true,true]]");
  }

  /** Each of these would show files of the machine, or whether there are such. */
  @Test
  void whoReadsSeesNoFileOfTheMachine() throws IOException {
    Path foreign = Files.createDirectories(root.resolve("foreign"));
    Files.writeString(foreign.resolve("secret.parquet"), "PAR1");
    Path inside = root.resolve("store");
    for (String path :
        List.of(
            "/etc/*",
            "/**/passwd",
            "/proc/self/*",
            foreign + "/*",
            foreign + "/**",
            inside + "/../foreign/*",
            "../foreign/*",
            "**/../../foreign/*")) {
      HttpResponse<String> answer =
          StoreSql.ask(sink.inside(), "SELECT * FROM glob('" + path + "')");
      assertThat(answer.body()).as(path).containsAnyOf("\"count\":0", "\"error\"");
    }
    for (String folder : List.of(foreign.toString(), inside + "/../foreign")) {
      List<String> said = new ArrayList<>();
      for (String name : List.of("secret.parquet", "missing.parquet")) {
        String file = folder + "/" + name;
        said.add(
            StoreSql.ask(sink.inside(), "SELECT * FROM read_parquet('" + file + "')")
                .body()
                .replace(name, "FILE"));
      }
      assertThat(said.get(0)).contains("\"error\"").isEqualTo(said.get(1));
    }
  }

  @Test
  void aPortInUseIsNamed() throws IOException {
    try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThatThrownBy(
              () ->
                  EmbeddedSink.start(config(other.getLocalPort()), root.resolve("b"), Time.SYSTEM))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("sink 'local': port " + other.getLocalPort());
    }
  }

  @Test
  void whatItKeepsIsTheOwnersAloneAndHoldsNoPassword() throws IOException {
    EmbeddedConfig postgres =
        new EmbeddedConfig(
            EmbeddedConfig.DEFAULT.common(), Ports.free(), Ports.free(), new Secret("pg-s3cret"));
    Path store = root.resolve("postgres");
    try (EmbeddedSink own = EmbeddedSink.start(postgres, store, Time.SYSTEM)) {
      assertThat(own.write(List.of("kept t=1.5,point=1i 1000"))).isInstanceOf(Answer.Stored.class);
      await(own, "SELECT t FROM kept", "[[1.5]]");
      assertThat(postgres(postgres, "pg-s3cret", "SELECT t FROM kept")).isEqualTo("1.5");
      assertThat(postgres(postgres, "pg-s3cret", "DROP TABLE kept")).contains("denied");
      assertThat(postgres(postgres, "quest", "SELECT 1")).contains("password");
    }
    Set<String> open = new TreeSet<>();
    try (Stream<Path> all = Files.walk(store)) {
      for (Path each : all.toList()) {
        String permissions = PosixFilePermissions.toString(Files.getPosixFilePermissions(each));
        if (!permissions.endsWith("------")) {
          open.add(each + " " + permissions);
        }
        if (Files.isRegularFile(each)) {
          assertThat(Files.readString(each, StandardCharsets.ISO_8859_1))
              .as(each.toString())
              .doesNotContain("pg-s3cret");
        }
      }
    }
    assertThat(open).isEmpty();
  }

  private static String postgres(EmbeddedConfig config, String password, String sql) {
    String url = "jdbc:postgresql://127.0.0.1:" + config.pgPort() + "/qdb";
    try (Connection connection = DriverManager.getConnection(url, "weir", password);
        Statement statement = connection.createStatement()) {
      if (!statement.execute(sql)) {
        return "done";
      }
      try (ResultSet rows = statement.getResultSet()) {
        return rows.next() ? rows.getString(1) : "";
      }
    } catch (SQLException e) {
      return String.valueOf(e.getMessage());
    }
  }

  @Test
  void nothingListensButItsPort() throws IOException {
    String listening = Files.readString(Path.of("/proc/net/tcp"));
    assertThat(listening).doesNotContain(":2331 00000000").doesNotContain(":232B 00000000");
    assertThat(
            listening
                .lines()
                .filter(
                    l ->
                        l.contains(
                            "0100007F:%04X".formatted(sink.inside().origin().get().getPort()))))
        .isNotEmpty();
  }

  @Tag("soak")
  @Test
  void whatWasStoredIsThereAfterARestartAndItsThreadsHaveEnded() throws Exception {
    EmbeddedConfig own = config(Ports.free());
    Path store = root.resolve("again");
    try (EmbeddedSink first = EmbeddedSink.start(own, store, Time.SYSTEM)) {
      assertThat(first.write(List.of("kept t=1.5,point=1i 1000")))
          .isInstanceOf(Answer.Stored.class);
    }
    Set<String> before = storeThreads();
    // A table that was written to is never removed, whatever a crash noted.
    Files.writeString(store.resolve("creating"), "kept");
    try (EmbeddedSink second = EmbeddedSink.start(own, store, Time.SYSTEM)) {
      assertThat(second.write(List.of("kept t=1.5,point=1i 1000", "kept t=2.5,point=1i 2000")))
          .isInstanceOf(Answer.Stored.class);
      await(second, "SELECT t FROM kept", "[[1.5],[2.5]]");
    }
    Awaitility.await().untilAsserted(() -> assertThat(storeThreads()).isEqualTo(before));
  }

  /** What SIGKILL leaves at several moments within the creation, made from whole tables. */
  @Test
  @Tag("soak")
  void aTableWhoseCreationWasCutOffIsCreatedAgain() throws Exception {
    EmbeddedConfig own = config(Ports.free());
    Path store = root.resolve("cut");
    Map<String, String> missing =
        Map.of("half1", "_txnlog.meta.d", "half2", "_txnlog", "half3", "_meta", "half4", "");
    try (QuestDb first = QuestDb.start(StoreSettings.of(own, store))) {
      first.prepare(Set.of("half1", "half2", "half3", "half4", "whole"));
    }
    Path whole = folder(store, "whole");
    for (Map.Entry<String, String> each : missing.entrySet()) {
      Path half = folder(store, each.getKey());
      try (Stream<Path> files = Files.list(half.resolve("txn_seq"))) {
        for (Path file : files.toList()) {
          if (each.getValue().isEmpty() || file.getFileName().toString().equals(each.getValue())) {
            Files.delete(file);
          }
        }
      }
      Files.writeString(store.resolve("creating"), each.getKey());
      if (!each.getKey().equals("half4")) { // the last one is left to the start
        new TableInCreation(store).removeUnfinished();
        assertThat(half).doesNotExist();
      }
    }
    Files.writeString(store.resolve("creating"), "half4");
    try (EmbeddedSink second = EmbeddedSink.start(own, store, Time.SYSTEM)) {
      for (String table : List.of("half1", "half2", "half3", "half4", "whole")) {
        assertThat(second.write(List.of(table + " t=1.5,point=1i 1000")))
            .isInstanceOf(Answer.Stored.class);
        await(second, "SELECT t FROM " + table, "[[1.5]]");
      }
      assertThat(folder(store, "whole")).isEqualTo(whole);
    }
    assertThat(store.resolve("creating")).doesNotExist();
  }

  private static Path folder(Path store, String table) throws IOException {
    try (Stream<Path> tables = Files.list(store.resolve("db"))) {
      return tables
          .filter(each -> each.getFileName().toString().matches(table + "~\\d+"))
          .findFirst()
          .orElseThrow();
    }
  }

  private static Set<String> storeThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.startsWith("store-"))
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
