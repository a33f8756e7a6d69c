package io.weir.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.datadir.DataDirectory;
import io.weir.gateway.log.FileSystem;
import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Message;
import io.weir.gateway.model.Quality;
import io.weir.gateway.model.Reading;
import io.weir.gateway.model.Series;
import io.weir.gateway.model.Value;
import io.weir.gateway.peers.InfluxDb;
import io.weir.peers.Ports;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A span of a log, sent again to a real InfluxDB 1.6.7 that has lost what it had. */
@Tag("server")
class BufferReplayCommandTest {

  private static final int MESSAGES = 100;
  private static final Series SERIES = new Series("t", new Asset(null, null, null, "m"), Map.of());

  @TempDir Path folder;

  private InfluxDb store;
  private StoppedGateway stopped;
  private String file;

  @BeforeEach
  void start() throws Exception {
    store = new InfluxDb(folder.resolve("influx"));
    store.start();
    store.createDatabase("d");
    stopped = new StoppedGateway(folder);
    file = stopped.file(8080, store.url());
  }

  @AfterEach
  void stop() {
    store.close();
  }

  private static Reading reading(String metric, double value, int second) {
    long timeNs = StoppedGateway.START_NS + second * StoppedGateway.SECOND_NS;
    return new Reading(SERIES, metric, new Value.Real(value), timeNs, Quality.GOOD, null);
  }

  /** A value each second. The last message corrects the tenth second, and is not stored yet. */
  private void write() throws IOException {
    List<Message> messages = new ArrayList<>();
    for (int i = 0; i < MESSAGES; i++) {
      messages.add(StoppedGateway.message(i, reading("v", i, i), reading("w", i, i)));
    }
    messages.set(20, StoppedGateway.message(20, reading("v", 500, 5), reading("w", 20, 20)));
    messages.add(StoppedGateway.message(MESSAGES, reading("v", 1_000, 10)));
    stopped.write(messages, MESSAGES);
  }

  private CommandRun replay(String... more) {
    return CommandRun.of(
        Stream.concat(
                Stream.of("buffer", "replay", "--config", file, "--sink", "history"),
                Stream.of(more))
            .toArray(String[]::new));
  }

  private String value(int second) {
    return store.query(
        "d",
        "SELECT v FROM t WHERE time = "
            + (StoppedGateway.START_NS + second * StoppedGateway.SECOND_NS));
  }

  @Test
  void whatTheLogEndsWithIsSentAndNoOlderValue() throws IOException {
    write();

    CommandRun plan = replay("--from", "0", "--to", "30", "--dry-run");
    assertThat(plan.exit()).as(plan.err()).isZero();
    assertThat(plan.out())
        .startsWith("would send 58 readings of 30 records, 2 values left out because");
    assertThat(store.count("d", "t", "v")).isZero();

    CommandRun run = replay("--from", "0", "--to", "30");
    assertThat(run.exit()).as(run.err()).isZero();
    assertThat(run.out()).contains("58 stored, 0 withheld, 0 refused");
    assertThat(store.count("d", "t", "w")).isEqualTo(30);
    assertThat(value(5)).contains(",500]");
    assertThat(value(6)).contains(",6]");
    assertThat(value(10)).doesNotContain(",10]");

    CommandRun again = replay("--from", "2023-11-14T22:13:20Z", "--to", "2023-11-14T22:13:50Z");
    assertThat(again.out()).contains("58 stored");
    assertThat(store.count("d", "t", "w")).isEqualTo(30);
    assertThat(CommandRun.of("ledger", "--config", file).exit()).isZero();
  }

  @Test
  void whatRulesOfThinningMakeOfTheLogIsSent() throws IOException {
    write();
    String text = Files.readString(Path.of(file));
    Files.writeString(
        Path.of(file),
        text.replace("database: d", "database: d, thin: [ { window: 10s, keep: [mean, count] } ]"));

    CommandRun run = replay("--from", "0", "--to", "30");

    assertThat(run.exit()).as(run.err()).isZero();
    assertThat(run.out())
        .startsWith("sent 6 readings of 30 records, 2 values left out because")
        .contains("6 stored, 0 withheld, 0 refused");
    assertThat(value(0)).as("a later row has the value that came late").doesNotContain(",4.5]");
    assertThat(value(10)).contains(",14.5]");
    assertThat(store.count("d", "t", "w")).isEqualTo(2);
    assertThat(store.count("d", "t", "w_count")).isEqualTo(2);
  }

  @Test
  void aStoreInsideTheGatewayIsStartedForIt() throws IOException {
    write();
    Path config = Path.of(file);
    Files.writeString(
        config,
        Files.readString(config)
            .replaceAll(
                "sinks: .*",
                "sinks: [ { name: history, type: embedded, port: " + Ports.free() + " } ]"));

    CommandRun run = replay("--from", "0", "--to", "30");

    assertThat(run.exit()).as(run.err()).isZero();
    assertThat(run.out()).contains("60 stored, 0 withheld, 0 refused");
  }

  /** More places than are compared at once are sent in parts; here, one ends before the damage. */
  @Test
  @Tag("slow")
  void damageBetweenTwoPartsIsCounted() throws IOException {
    int inAMessage = 100;
    List<Message> messages = new ArrayList<>();
    for (int i = 0; i < 2_600; i++) {
      Reading[] readings = new Reading[inAMessage];
      for (int k = 0; k < inAMessage; k++) {
        readings[k] = reading("m" + k, i, i);
      }
      messages.add(StoppedGateway.message(i, readings));
    }
    stopped.write(messages, messages.size());
    Path damaged;
    try (Stream<Path> all = Files.list(stopped.log())) {
      damaged =
          all.filter(each -> each.toString().endsWith(".seg"))
              .filter(each -> each.getFileName().toString().compareTo("00000000000000002500") < 0)
              .max(Path::compareTo)
              .orElseThrow();
    }
    byte[] bytes = Files.readAllBytes(damaged);
    bytes[bytes.length - 9] ^= 1;
    Files.write(damaged, bytes);

    CommandRun run = replay("--from", "0", "--to", "2600", "--dry-run");

    assertThat(run.out()).contains("of 2,599 records");
    assertThat(run.err()).contains("left out: 100 readings that are damaged");
    assertThat(run.exit()).isEqualTo(2);
  }

  @Test
  void whatTheSinkHasNotDoneYetIsLeftToTheGateway() throws IOException {
    write();

    CommandRun run = replay("--from", "90", "--to", "1000");

    assertThat(run.out()).startsWith("sent 20 readings of 10 records");
    assertThat(value(10)).doesNotContain("1000");
  }

  @Test
  void aRefusalIsReportedWithTheStoresWordsAndTheOthersAreStored() throws IOException {
    write();
    assertThat(store.count("d", "t", "v")).isZero();
    store.query("d", "CREATE RETENTION POLICY short ON d DURATION 1h REPLICATION 1 DEFAULT");

    CommandRun run = replay("--from", "0", "--to", "3");

    assertThat(run.exit()).isEqualTo(2);
    assertThat(run.err()).contains("refused: t,machine=m v=0.0,w=0.0 ");
    assertThat(run.out()).contains("0 stored, 0 withheld, 6 refused");
  }

  private String renamed() throws IOException {
    return Files.readString(Path.of(file)).replace("history", "archive");
  }

  @Test
  void whatCannotBeAskedForIsTheUsersError() throws IOException {
    write();

    assertThat(replay("--from", "0").err()).contains("--to");
    assertThat(replay("--from", "0").exit()).isEqualTo(1);
    CommandRun unknown =
        CommandRun.of(
            "buffer", "replay", "--config", file, "--sink", "no", "--from", "0", "--to", "1");
    assertThat(unknown.exit()).isEqualTo(1);
    assertThat(unknown.err()).contains("no sink 'no'");
    assertThat(replay("--from", "0", "--to", "1", "--log", "figures").exit()).isEqualTo(1);
    Path renamed = Files.writeString(folder.resolve("renamed.yaml"), renamed());
    CommandRun notBegun =
        CommandRun.of(
            Stream.of("buffer replay --config " + renamed + " --sink archive --from 0 --to 1")
                .flatMap(line -> Stream.of(line.split(" ")))
                .toArray(String[]::new));
    assertThat(notBegun.exit()).isEqualTo(1);
    assertThat(notBegun.err())
        .contains("archive has not begun with the log readings yet", "these have: history");
    Closeable running = new DataDirectory(folder.resolve("data")).lock(FileSystem.DISK);
    try {
      CommandRun beside = replay("--from", "0", "--to", "1");
      assertThat(beside.exit()).isEqualTo(2);
      assertThat(beside.err()).contains("another gateway uses");
    } finally {
      running.close();
    }
  }
}
