package io.weir.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.datadir.DataDirectory;
import io.weir.gateway.log.FileSystem;
import io.weir.gateway.log.Kept;
import io.weir.gateway.model.Message;
import io.weir.gateway.model.SessionEvent;
import java.io.Closeable;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is taken out of the logs on disk, and how they are repaired. */
class BufferCommandTest {

  private static final int MESSAGES = 2_000;

  @TempDir Path folder;

  private StoppedGateway stopped;
  private String file;

  @BeforeEach
  void write() throws IOException {
    stopped = new StoppedGateway(folder);
    file = stopped.file(8080);
    stopped.write(MESSAGES, 1_990);
  }

  private CommandRun export(String... more) {
    return CommandRun.of(
        Stream.concat(Stream.of("buffer", "export", "--config", file), Stream.of(more))
            .toArray(String[]::new));
  }

  private List<Path> segments() throws IOException {
    try (Stream<Path> all = Files.list(stopped.log())) {
      return all.filter(each -> each.toString().endsWith(".seg")).sorted().toList();
    }
  }

  private static void overwrite(Path segment, long at, int length) throws IOException {
    try (RandomAccessFile bytes = new RandomAccessFile(segment.toFile(), "rw")) {
      bytes.seek(at);
      bytes.write(new byte[length]);
    }
  }

  @Test
  void readingsAreExportedAsLineProtocol() {
    CommandRun run = export("--from", "1998");

    assertThat(run.exit()).isZero();
    assertThat(run.out().lines())
        .containsExactly(
            "telemetry,site=a,machine=m\\,1,k=v\\ w temp=1998.5,state=\"a \\\"b\\\"\""
                + " 1700001998000000000",
            "telemetry,site=a,machine=m\\,1,k=v\\ w temp=1999.5,state=\"a \\\"b\\\"\""
                + " 1700001999000000000");
    assertThat(run.err())
        .isEqualToIgnoringNewLines("exported 4 readings of 2 records; the next is record 2000");
  }

  @Test
  void statusTellsWhatIsKeptBesideTheLog() throws IOException {
    Path kept = Files.createDirectory(stopped.log().resolve(Kept.DIRECTORY));
    Path oldest = segments().get(0);
    Files.move(oldest, kept.resolve(oldest.getFileName()));
    CommandRun run = CommandRun.of("buffer", "status", "--config", file);
    assertThat(run.out())
        .containsPattern(
            "kept to make figures again: 1 segment, [0-9.]+ MiB, received from"
                + " 2023-11-14T22:13:20Z on");
  }

  @Test
  void aLogThatCannotBeLookedAtIsNotCalledEmpty() throws IOException {
    Path log = stopped.log();
    Files.move(log, log.resolveSibling("elsewhere"));
    Files.createSymbolicLink(log, log.getFileName()); // a link to itself stops root too
    for (String command : List.of("status", "verify")) {
      CommandRun run = CommandRun.of("buffer", command, "--config", file);
      assertThat(run.exit()).as(run.out()).isEqualTo(2);
      assertThat(run.err()).contains(log.toString());
    }
  }

  @Test
  void readingsAreExportedAsJson() {
    CommandRun run = export("--from", "1999", "--format", "json");

    assertThat(run.out().lines())
        .containsExactly(
            "{\"record\":1999,\"received\":\"2023-11-14T22:46:39Z\",\"source\":\"plant\","
                + "\"topic\":\"f/m,1\",\"time\":\"2023-11-14T22:46:39Z\","
                + "\"measurement\":\"telemetry\",\"site\":\"a\",\"machine\":\"m,1\","
                + "\"tags\":{\"k\":\"v w\"},\"metric\":\"temp\",\"value\":1999.5,"
                + "\"quality\":\"good\"}",
            "{\"record\":1999,\"received\":\"2023-11-14T22:46:39Z\",\"source\":\"plant\","
                + "\"topic\":\"f/m,1\",\"time\":\"2023-11-14T22:46:39Z\","
                + "\"measurement\":\"telemetry\",\"site\":\"a\",\"machine\":\"m,1\","
                + "\"tags\":{\"k\":\"v w\"},\"metric\":\"state\",\"value\":\"a \\\"b\\\"\","
                + "\"quality\":\"good\"}");
  }

  @Test
  void readingsAreExportedAsCsvIntoANewFile() throws IOException {
    Path out = folder.resolve("out.csv");
    CommandRun run = export("--from", "1999", "--format", "csv", "--out", out.toString());

    assertThat(run.exit()).isZero();
    assertThat(run.out()).isEmpty();
    assertThat(Files.readAllLines(out))
        .containsExactly(
            "time,measurement,site,area,line,machine,tags,metric,value,type,quality,reason,source,"
                + "topic,received,record",
            "2023-11-14T22:46:39Z,telemetry,a,,,\"m,1\",k=v w,temp,1999.5,float,good,,plant,"
                + "\"f/m,1\",2023-11-14T22:46:39Z,1999",
            "2023-11-14T22:46:39Z,telemetry,a,,,\"m,1\",k=v w,state,\"a \"\"b\"\"\",string,good,,"
                + "plant,\"f/m,1\",2023-11-14T22:46:39Z,1999");
    assertThat(export("--out", out.toString()).exit()).isEqualTo(1);
  }

  @Test
  void aSpanIsChosenByTimeByRecordAndByWhatASinkHasNotDone() {
    CommandRun byTime = export("--from", "2023-11-14T22:13:25Z", "--to", "2023-11-14T22:13:27Z");
    assertThat(byTime.out().lines())
        .hasSize(2)
        .allMatch(line -> line.contains("temp=5.5") || line.contains("temp=6.5"));
    assertThat(byTime.err()).contains("the next is record 7");
    assertThat(export("--from", "2099-01-01T00:00:00Z").err())
        .as("whoever goes on there later gets nothing twice")
        .contains("exported 0 readings of 0 records; the next is record 2000");

    assertThat(export("--from", "100", "--to", "103").out().lines()).hasSize(3);
    assertThat(export("--pending", "history").out().lines()).hasSize(10);
    assertThat(export("--pending", "sink-history", "--limit", "4").err())
        .contains("the next is record 1994");
    assertThat(export().out().lines()).hasSize(MESSAGES);

    assertThat(export("--from", "yesterday").exit()).isEqualTo(1);
    assertThat(export("--pending", "nobody").exit()).isEqualTo(1);
    assertThat(export("--pending", "nobody").err()).contains("sink-history");
    assertThat(export("--log", "quarantine").exit()).isEqualTo(1);
  }

  @Test
  void anExportSaysWhatDamageLeavesOut() throws IOException {
    overwrite(segments().get(1), 8192 + 500, 10);

    CommandRun run = export();

    assertThat(run.exit()).isEqualTo(2);
    assertThat(run.out().lines()).hasSize(MESSAGES - 1);
    assertThat(run.err()).contains("not exported: 2 readings that are damaged");
    assertThat(export("--to", "100").exit()).as("the damage is behind it").isZero();
    assertThat(export("--limit", "100").exit()).isZero();
  }

  /** A file that is too short, or that ends in zeros, is what a power cut leaves of a sync. */
  @Test
  void anExportTellsDamageAtTheEndFromAnUnfinishedSync() throws IOException {
    Path last = segments().get(segments().size() - 1);
    byte[] whole = Files.readAllBytes(last);
    byte[] damaged = whole.clone();
    damaged[whole.length - 4] ^= 1;
    Files.write(last, damaged);

    CommandRun run = export();

    assertThat(run.out().lines()).hasSize(MESSAGES - 1);
    assertThat(run.err()).contains("not exported: 2 readings that are damaged");
    assertThat(run.exit()).isEqualTo(2);
    assertThat(export("--to", "1999").exit()).as("the damage is behind it").isZero();

    Files.write(last, Arrays.copyOf(whole, whole.length - 4));
    CommandRun torn = export();
    assertThat(torn.out().lines()).hasSize(MESSAGES - 1);
    assertThat(torn.exit()).as(torn.err()).isZero();
  }

  @Test
  void anExportCountsDamageAtTheEndAndAtTheBeginningOfAFile() throws IOException {
    Path first = segments().get(0);
    overwrite(first, Files.size(first) - 20, 20);
    assertThat(export().err()).contains("not exported: 2 readings that are damaged");
    overwrite(first, 8192, 20);
    assertThat(export().err()).contains("not exported: 4 readings that are damaged");
    assertThat(export().exit()).isEqualTo(2);
    assertThat(export("--from", "1", "--to", "100").exit()).as("between the two").isZero();
  }

  /** Of the first and the last, nothing stands behind or before that would tell what is missing. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void anExportSaysWhichFileItCannotReadAtAll(boolean first) throws IOException {
    List<Path> segments = segments();
    Path damaged = segments.get(first ? 0 : segments.size() - 1);
    overwrite(damaged, 0, 8192);

    CommandRun run = export();

    assertThat(run.exit()).isEqualTo(2);
    assertThat(run.err()).contains("not exported: " + damaged);
    CommandRun others = first ? export("--from", "1998") : export("--to", "10");
    assertThat(others.exit()).as(others.err()).isZero();
  }

  /** Else whoever fills a store again believes that it has all. */
  @Test
  void aReplaySaysWhatDamageLeavesOut() throws IOException {
    assertThat(replay("0", "1900").exit()).isZero();
    overwrite(segments().get(1), 8192 + 500, 10);

    CommandRun run = replay("0", "1900");

    assertThat(run.exit()).isEqualTo(2);
    assertThat(run.out()).contains("of 1,899 records");
    assertThat(run.err()).contains("left out: 2 readings that are damaged");
    assertThat(replay("1500", "1900").exit()).as("the damage is before it").isZero();

    Path first = segments().get(0);
    overwrite(first, 0, 8192);
    assertThat(replay("0", "1900").exit()).isEqualTo(2);
    assertThat(replay("0", "1900").err()).contains("left out: " + first);
    assertThat(replay("1500", "1900").exit()).as("that file is before it").isZero();
    assertThat(replay("2023-11-14T22:40:00Z", "1900").exit()).as("as is its time").isZero();
  }

  private CommandRun replay(String from, String to) {
    return CommandRun.of(
        ("buffer replay --dry-run --sink history --config "
                + file
                + " --from "
                + from
                + " --to "
                + to)
            .split(" "));
  }

  @Test
  void aDamagedLogIsRepairedAndTheDamagedBytesAreKept() throws IOException {
    Path first = segments().get(0);
    Path second = segments().get(1);
    overwrite(first, 0, 8192);
    overwrite(second, 8192 + 500, 10);
    byte[] before = Files.readAllBytes(second);
    assertThat(CommandRun.of("buffer", "verify", "--config", file).exit()).isEqualTo(2);

    CommandRun plan = CommandRun.of("buffer", "repair", "--dry-run", "--config", file);
    assertThat(plan.exit()).isZero();
    assertThat(plan.out()).contains("2 files to repair", "Nothing was changed");
    assertThat(Files.readAllBytes(second)).isEqualTo(before);

    CommandRun run = CommandRun.of("buffer", "repair", "--config", file);
    assertThat(run.exit()).as(run.err()).isZero();
    assertThat(run.out())
        .containsPattern("readings: 2 files repaired, 0 beyond repair; [1-9]\\d* records with")
        .contains("2 readings lost", "none is lost", "1 records with 2 readings are lost")
        .contains("figures: no damage", "The bytes of the damaged files are in ");
    String aside = run.out().substring(run.out().indexOf("are in ") + 7).strip();
    assertThat(Files.readAllBytes(Path.of(aside, "readings", second.getFileName().toString())))
        .isEqualTo(before);

    CommandRun verify = CommandRun.of("buffer", "verify", "--config", file);
    assertThat(verify.exit()).as(verify.out()).isZero();
    assertThat(export().out().lines()).hasSize(MESSAGES - 1);
    assertThat(CommandRun.of("buffer", "repair", "--config", file).out())
        .contains("readings: no damage");
    assertThat(CommandRun.of("ledger", "--config", file).exit()).isZero();
  }

  /** What is remembered of rows of other gateways has the bound that the gateway sets to it. */
  @Test
  void aHeaderThatIsMadeAgainIsNoLongerThanTheGatewayWouldMakeIt() throws IOException {
    StoppedGateway small = new StoppedGateway(Files.createDirectory(folder.resolve("small")));
    file = small.file(8080);
    Files.writeString(
        Path.of(file),
        Files.readString(Path.of(file))
            + "buffer: { segment-size: 1MiB, max-size: 4MiB, max-message-size: 16KiB }\n");
    small.write(IntStream.range(0, 20_000).mapToObj(this::passed).toList(), 0, 1 << 20, 1_000);
    stopped = small;
    Path last = segments().get(segments().size() - 1);
    int before = headerBytes(last);
    overwrite(last, 0, before);
    overwrite(last, before, before);

    CommandRun run = CommandRun.of("buffer", "repair", "--config", file);
    assertThat(run.out()).contains("header made again");
    assertThat(headerBytes(last)).isLessThan(before).isBetween(250_000, (256 + 8) << 10);
  }

  private Message passed(int i) {
    Message bare = StoppedGateway.message(i);
    return new Message(
        "plant",
        "f/m",
        bare.receiveTimeNs(),
        0,
        false,
        0,
        false,
        i,
        bare.received(),
        0,
        0,
        bare.readings(),
        List.of(),
        new byte[0],
        false,
        List.of(),
        SessionEvent.passed("edge/a/readings", i, 0, i, bare.receiveTimeNs()));
  }

  /** Of one copy. */
  private static int headerBytes(Path segment) throws IOException {
    try (RandomAccessFile bytes = new RandomAccessFile(segment.toFile(), "r")) {
      bytes.seek(12);
      return Integer.reverseBytes(bytes.readInt());
    }
  }

  @Test
  void aLogThatARunningGatewayWritesIsNotRepaired() throws IOException {
    Closeable running = new DataDirectory(folder.resolve("data")).lock(FileSystem.DISK);
    try {
      CommandRun run = CommandRun.of("buffer", "repair", "--config", file);
      assertThat(run.exit()).isEqualTo(2);
      assertThat(run.err()).contains("another gateway uses", "stop it first");
    } finally {
      running.close();
    }
  }
}
