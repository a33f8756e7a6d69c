package io.weir.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the commands say to the person who takes a backup, and who brings it back. */
class BackupCommandTest {

  @TempDir Path folder;

  private CommandRun backup(String to) throws IOException {
    String file = new StoppedGateway(folder).file(8080);
    return CommandRun.of("backup", "--config", file, "--to", folder.resolve(to).toString());
  }

  @Test
  void thatTheEmbeddedStoreIsLeftOutIsSaidWithWhatToDo() throws IOException {
    new StoppedGateway(folder).write(10, 0);
    assertThat(backup("without").out()).contains("MiB").doesNotContain("embedded store");

    Path store = Files.createDirectories(folder.resolve("data/store/db")).getParent();
    CommandRun run = backup("with");
    assertThat(run.exit()).isZero();
    assertThat(run.out())
        .contains("not in the backup: store")
        .contains("The embedded store is NOT in the backup")
        .contains("stop the gateway and copy " + store + " too");
  }

  @Test
  void aBackupOfAnotherGatewayIsBroughtBackWithAWarning() throws IOException {
    StoppedGateway gateway = new StoppedGateway(folder);
    gateway.write(10, 0);
    backup("taken");
    String[] same = {
      "restore",
      "--config",
      gateway.file(8080),
      "--from",
      folder.resolve("taken").toString(),
      "--replace"
    };
    assertThat(CommandRun.of(same).err()).isEmpty();

    String[] other = {"--set", "gateway.id=another-1", "--set", "gateway.data-dir=another"};
    CommandRun run =
        CommandRun.of(Stream.of(same, other).flatMap(Stream::of).toArray(String[]::new));
    assertThat(run.err()).contains("warning: ").contains("another-1");
    assertThat(run.exit()).isZero();
  }
}
