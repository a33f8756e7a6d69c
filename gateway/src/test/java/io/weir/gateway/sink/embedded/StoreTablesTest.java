package io.weir.gateway.sink.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.questdb.cairo.ErrorTag;
import io.questdb.cairo.TableToken;
import io.weir.gateway.log.Time;
import io.weir.gateway.sink.Sink.Answer;
import io.weir.peers.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is done to the tables of a running store, and a disk without room. */
@Tag("server")
class StoreTablesTest {

  @TempDir static Path root;
  private static QuestDb store;
  private static EmbeddedSink sink;
  private static volatile long usable = Long.MAX_VALUE;

  @BeforeAll
  static void start() throws IOException {
    EmbeddedConfig config =
        new EmbeddedConfig(EmbeddedConfig.DEFAULT.common(), Ports.free(), 0, null);
    store = QuestDb.start(StoreSettings.of(config, root.resolve("store")));
    sink = EmbeddedSink.on(store, config, () -> usable, Time.SYSTEM);
  }

  @AfterAll
  static void stop() {
    sink.close();
  }

  private static void awaitRows(String sql, String rows) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(
            () -> assertThat(StoreSql.rows(sink.inside(), sql).toString()).isEqualTo(rows));
  }

  private static void awaitStored(String line) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(
            () -> assertThat(sink.write(List.of(line))).isInstanceOf(Answer.Stored.class));
  }

  private static void writeOften(String line) {
    for (int i = 0; i < 5; i++) {
      assertThat(sink.write(List.of(line))).isInstanceOf(Answer.Stored.class);
    }
  }

  /** What is refused goes to the quarantine, and nobody writes it again by itself. */
  @Test
  void aTableThatTheDiskDoesNotMakeNowIsMadeLaterAndItsLinesAreNotRefused() throws Exception {
    List<Path> inTheWay = new ArrayList<>();
    for (int id = 1; id < 200; id++) {
      inTheWay.add(Files.createFile(root.resolve("store/db/obstructed~" + id)));
    }
    String line = "obstructed t=1.5,point=1i 1000";
    assertThat(sink.write(List.of(line)))
        .isInstanceOf(Answer.Down.class)
        .asString()
        .containsOnlyOnce("table obstructed: ");
    for (Path each : inTheWay) {
      Files.delete(each);
    }
    awaitStored(line);
    awaitRows("SELECT t FROM obstructed", "[[1.5]]");
  }

  @Test
  void whatFailsWithATableNamesIt() throws Exception {
    TableToken table = store.tables().ready("unlucky");
    store.engine().getTableSequencerAPI().suspendTable(table, ErrorTag.DISK_FULL, "no space left");
    assertThat(store.suspended()).contains("unlucky");
    store.engine().execute("DROP TABLE unlucky");
    assertThatThrownBy(store::resume)
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("table unlucky: ");
    assertThat(store.suspended()).isEmpty();
  }

  @Test
  void aNameThatNoTableCanHaveIsRefused() {
    for (String name : List.of("a?b", "压".repeat(100), "x".repeat(200))) {
      assertThat(sink.write(List.of(name + " t=1.5,point=1i 1000")))
          .as(name)
          .isInstanceOf(Answer.Refused.class);
    }
  }

  @Test
  void aTableThatWasDroppedIsCreatedAgainWithItsKeys() throws Exception {
    writeOften("dropped t=1.5,point=1i 1000");
    awaitRows("SELECT t FROM dropped", "[[1.5]]");
    store.engine().execute("DROP TABLE dropped");
    writeOften("dropped t=2.5,point=1i 2000");
    awaitRows("SELECT t FROM dropped", "[[2.5]]");
    awaitRows("SELECT dedup FROM tables() WHERE table_name = 'dropped'", "[[true]]");
  }

  @Test
  void aTableThatIsDroppedWhileItIsWrittenToIsNotCalledStored() throws Exception {
    writeOften("gone t=1.5,point=1i 1000");
    Map<String, Integer> table = store.prepare(Set.of("gone")).tables();
    assertThat(store.changed(table)).isEmpty();
    store.engine().execute("DROP TABLE gone");
    assertThat(store.changed(table)).isEqualTo("gone");
    writeOften("gone t=1.5,point=1i 1000");
    assertThat(store.changed(table)).isEqualTo("gone");
  }

  @Test
  void keysThatWereLostAreSetAgainBeforeAnythingIsStored() throws Exception {
    writeOften("keyless t=1.5,point=1i 1000");
    store.engine().execute("ALTER TABLE keyless DEDUP DISABLE");
    awaitRows("SELECT dedup FROM tables() WHERE table_name = 'keyless'", "[[false]]");
    assertThat(sink.write(List.of("keyless t=2.5,point=1i 2000"))).isInstanceOf(Answer.Down.class);
    awaitStored("keyless t=2.5,point=1i 2000");
    writeOften("keyless t=3.5,point=1i 2000");
    awaitRows("SELECT t FROM keyless ORDER BY t", "[[1.5],[3.5]]");
    awaitRows("SELECT dedup FROM tables() WHERE table_name = 'keyless'", "[[true]]");
  }

  @Test
  void aTableWithoutThePointGetsIt() throws Exception {
    store
        .engine()
        .execute(
            "CREATE TABLE foreign (timestamp TIMESTAMP_NS, t DOUBLE) TIMESTAMP(timestamp)"
                + " PARTITION BY DAY WAL");
    awaitStored("foreign t=1.5,point=1i 1000");
    writeOften("foreign t=2.5,point=1i 1000");
    awaitRows("SELECT t FROM foreign", "[[2.5]]");
  }

  @Test
  void aSuspendedTableIsAFaultAndIsResumedByItself() throws Exception {
    writeOften("halted t=1.5,point=1i 1000");
    awaitRows("SELECT t FROM halted", "[[1.5]]");
    store
        .engine()
        .getTableSequencerAPI()
        .suspendTable(store.tables().ready("halted"), ErrorTag.DISK_FULL, "no space left");
    assertThat(sink.write(List.of("halted t=2.5,point=1i 2000")))
        .isInstanceOfSatisfying(
            Answer.Down.class, down -> assertThat(down.detail()).contains("suspended", "halted"));
    awaitStored("halted t=2.5,point=1i 2000");
    assertThat(sink.fault()).isEmpty();
    awaitRows("SELECT t FROM halted", "[[1.5],[2.5]]");
  }

  @Test
  void belowTheReserveNothingIsWrittenAndNoTableIsResumed() throws Exception {
    writeOften("reserve t=1.5,point=1i 1000");
    usable = EmbeddedConfig.DEFAULT_RESERVE - 1;
    try {
      store
          .engine()
          .getTableSequencerAPI()
          .suspendTable(store.tables().ready("reserve"), ErrorTag.DISK_FULL, "no space left");
      assertThat(sink.fault()).contains("255 MiB left", "256 MiB are kept free");
      assertThat(sink.write(List.of("reserve t=2.5,point=1i 2000")))
          .isInstanceOf(Answer.Down.class);
      assertThat(store.tables().suspended()).containsExactly("reserve");
    } finally {
      usable = Long.MAX_VALUE;
    }
    awaitStored("reserve t=3.5,point=1i 3000");
    awaitRows("SELECT t FROM reserve", "[[1.5],[3.5]]");
  }
}
