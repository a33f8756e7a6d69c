package io.weir.gateway.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.regex.Pattern.quote;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.gateway.datadir.DataDirectory;
import io.weir.gateway.log.FileSystem;
import io.weir.gateway.log.ForwardingFiles;
import io.weir.gateway.log.Time;
import io.weir.gateway.settings.Config;
import io.weir.gateway.settings.ConfigFile;
import io.weir.gateway.settings.HeapNeed;
import io.weir.gateway.settings.Storage;
import io.weir.peers.Ports;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.RandomAccessFile;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the doctor finds on a machine where no gateway runs. */
class DoctorCommandTest {

  @TempDir Path folder;

  private String file(String more) throws IOException {
    return Files.writeString(
            folder.resolve("gateway.yaml"),
            "gateway: { id: a }\nsources: [ { name: in, type: http } ]\n" + more)
        .toString();
  }

  private static List<String> wrong(CommandRun run) {
    return run.out().lines().filter(line -> line.startsWith("WRONG")).toList();
  }

  private CommandRun doctor(String file, String... settings) {
    return CommandRun.of(
        Stream.concat(
                Stream.of("doctor", "--config", file),
                Stream.of(settings).flatMap(each -> Stream.of("--set", each)))
            .toArray(String[]::new));
  }

  @Test
  void aMachineBeforeTheFirstStartIsCheckedAndNothingIsMade() throws IOException {
    String file =
        file(
            "sinks: [ { name: s, type: embedded, port: %d } ]\nbuffer: { max-size: 16MiB }\n"
                .formatted(Ports.free()));

    CommandRun run = doctor(file, "http.port=" + Ports.free(), "quarantine.max-size=16MiB");

    assertThat(run.out())
        .contains("ok     configuration      " + file + " is valid")
        .containsPattern("ok +versions +weir .*, Java \\d\\d")
        .containsPattern("memory +heap of at most ")
        .containsPattern("clock +20\\d\\d-")
        .containsPattern("ok +gateway +does not run; its port .* is free")
        .containsPattern("ok +data directory +.* does not exist yet and can be created in ")
        .containsPattern("disk +a sync of 4 KiB takes ")
        .containsPattern("ok +sink s +QuestDB inside, on port \\d+, which is free");
    assertThat(wrong(run)).allMatch(line -> line.contains(" disk "));
    assertThat(run.exit()).isEqualTo(wrong(run).isEmpty() ? 0 : 1);
    assertThat(folder.resolve("data")).doesNotExist();
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left).containsExactly(Path.of(file));
    }
  }

  @Test
  void whoMayNotReadALogIsToldToBecomeTheUserOfTheGateway() throws IOException {
    FileSystem closed =
        new ForwardingFiles(FileSystem.DISK) {
          @Override
          public List<String> list(Path directory) throws IOException {
            if (directory.endsWith("readings")) {
              throw new AccessDeniedException(directory.toString());
            }
            return super.list(directory);
          }
        };
    CommandRun run =
        CommandRun.on(closed, "doctor", "--config", file(""), "--set", "http.port=" + Ports.free());
    assertThat(run.out())
        .containsPattern("WRONG +log readings +cannot be read: .*readings: this user may not")
        .contains("-> run it as the user of the gateway");
  }

  /** The heap that keeps {@code weir run} from starting, in the same words. */
  @Test
  void aHeapThatCannotHoldTheLargestMessageIsWrong() throws Exception {
    String file =
        file(
            "sinks: [ { name: s, type: embedded, port: %d } ]\n".formatted(Ports.free())
                + "buffer: { segment-size: 1GiB, max-message-size: 256MiB }\n");
    String port = "http.port=" + Ports.free();
    Config config = new ConfigFile(Path.of(file), Map.of(), List.of()).load();
    String problem = HeapNeed.problem(config, Runtime.getRuntime().maxMemory());

    assertThat(problem).contains("heap of at least 2880MiB");
    assertThat(doctor(file, port).out()).containsPattern("WRONG +memory +" + quote(problem));
    assertThat(doctor(file(""), port).out())
        .containsPattern("memory +heap of at most \\d+ MiB, of which .* need 152 MiB");
  }

  @Test
  void whatIsWrongIsSaidWithWhatToDoAndTheExitCodeIsOne() throws IOException {
    StoppedGateway stopped = new StoppedGateway(folder);
    stopped.write(2_000, 10);
    Path first;
    try (Stream<Path> segments = Files.list(stopped.log())) {
      first = segments.filter(each -> each.toString().endsWith(".seg")).sorted().findFirst().get();
    }
    try (RandomAccessFile bytes = new RandomAccessFile(first.toFile(), "rw")) {
      bytes.write(new byte[8192]);
    }
    try (Socket taken = new Socket()) {
      taken.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      CommandRun run =
          doctor(stopped.file(Ports.free()), "http.port=" + Ports.free(), "buffer.max-size=4TiB");

      assertThat(run.exit()).isEqualTo(1);
      assertThat(run.out())
          .containsPattern("WRONG +log readings +0+\\.seg: no whole header")
          .contains("weir buffer repair makes it readable again")
          .containsPattern("WRONG +disk +.*the logs hold .* and may grow to 4,19\\d,\\d+ MiB")
          .containsPattern("WRONG +source plant +no broker answers at tcp://127.0.0.1:1")
          .containsPattern("WRONG +sink history +no store answers at http://127.0.0.1:1")
          .containsPattern("\\d things are wrong, ");
      CommandRun busy = doctor(stopped.file(Ports.free()), "http.port=" + taken.getLocalPort());
      assertThat(busy.out()).containsPattern("WRONG +gateway +");
    }
  }

  @Test
  void aClockThatWasAheadIsFoundInTheLog() throws IOException {
    StoppedGateway stopped = new StoppedGateway(folder);
    stopped.write(3, 0);
    Diagnosis diagnosis = new Diagnosis(System.out);

    new LogsCheck(
            diagnosis,
            new DataDirectory(folder.resolve("data")),
            FileSystem.DISK,
            new Time() {
              @Override
              public long wallNs() {
                return StoppedGateway.START_NS - 3_600 * StoppedGateway.SECOND_NS;
              }

              @Override
              public long elapsedNs() {
                return 0;
              }
            },
            new WearCheck(diagnosis, Storage.DISK, null))
        .run(false);

    assertThat(diagnosis.wrong()).isEqualTo(1);
  }

  private static List<String> wear(
      Storage storage, @Nullable Double tbw, double bytes, double syncs) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ObjectNode disk = new ObjectMapper().createObjectNode();
    disk.put("bytesPerDay", bytes).put("syncsPerDay", syncs);
    new WearCheck(new Diagnosis(new PrintStream(out, true, UTF_8)), storage, tbw).running(disk);
    return out.toString(UTF_8).lines().toList();
  }

  @Test
  void theWearOfTheDiskIsSaidInYears() throws IOException {
    // 1 GB and 120,000 x 16 KiB, that is 2.97 GB a day; 60 TB last 20,200 days
    assertThat(wear(Storage.DISK, 60.0, 1e9, 120_000))
        .singleElement()
        .asString()
        .startsWith("ok ")
        .endsWith(
            "1.0 GB and 120,000 syncs a day, about 3.0 GB with what the file system adds; a disk"
                + " that endures 60 TB (TBW) lasts about 55 years");
    assertThat(wear(Storage.DISK, null, 30e9, 0)).hasSize(1);
    CommandRun none = CommandRun.of("doctor", "--config", file(""), "--tbw", "0");
    assertThat(none.exit()).isEqualTo(1);
    assertThat(none.err()).startsWith("weir: --tbw takes what the disk endures, above 0, not 0");
  }

  @Test
  void aCardThatWearsOutSoonIsANoteThatSaysWhatWritesLess() {
    assertThat(wear(Storage.DISK, 10.0, 30e9, 0))
        .anyMatch(line -> line.startsWith("note ") && line.endsWith("lasts about 333 days"))
        .anyMatch(line -> line.contains("gateway.storage: flash writes less"));
    assertThat(wear(Storage.FLASH, null, 30e9, 0))
        .anyMatch(line -> line.contains("a longer buffer.linger writes less"));
  }

  @Test
  void aStoppedGatewaysLogSaysHowFastItGrew() throws IOException {
    StoppedGateway stopped = new StoppedGateway(folder);
    stopped.write(IntStream.range(0, 3).mapToObj(i -> StoppedGateway.message(i * 600)).toList(), 0);
    assertThat(doctor(stopped.file(Ports.free()), "http.port=" + Ports.free()).out())
        .containsPattern("ok +wear of the disk +the log of readings grew by 0.00 GB a day");
  }

  @Test
  void aFolderThatMayNotBeWrittenIsWrong() throws IOException {
    Path blocked = Files.writeString(folder.resolve("file"), "");

    CommandRun run = doctor(file(""), "gateway.data-dir=" + blocked.resolve("data"));

    assertThat(run.exit()).isEqualTo(1);
    assertThat(run.out()).containsPattern("WRONG +data directory +.* cannot be created");
  }
}
