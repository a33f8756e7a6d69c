package io.weir.gateway.cli;

import io.weir.gateway.config.ConfigException;
import io.weir.gateway.datadir.Backup;
import io.weir.gateway.datadir.DataDirectory;
import io.weir.gateway.datadir.Manifest;
import io.weir.gateway.log.FileSystem;
import io.weir.gateway.log.Time;
import io.weir.gateway.settings.Config;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Copies the data directory, also while the gateway runs. */
@Command(
    name = "backup",
    description = {
      "Copy the data directory into a new folder, also while the gateway runs.",
      "",
      "The copy is consistent: no consumer in it is beyond its log, and a gateway starts from it as"
          + " after a crash. It holds the logs, the cursors with the counts of the ledger and the"
          + " state of the figures, the pinned types and the subscriptions. It does not hold the"
          + " configuration file, nor the embedded store, whose files change while they are copied:"
          + " to keep what is in it, stop the gateway and copy its folder, store, too.",
    },
    footer = {
      "",
      "  weir backup --config F --to /backup/weir-2026-03-01",
      "  weir restore --config F --from /backup/weir-2026-03-01",
      "",
      "docs/guide/upgrade.md says when to take one."
    })
final class BackupCommand extends ConfiguredCommand {

  private final Time time;
  private final FileSystem files;

  @Option(
      names = "--to",
      paramLabel = "FOLDER",
      required = true,
      description = "The folder to make; it may exist if it is empty.")
  private Path to = Path.of("");

  BackupCommand(Terminal terminal, Time time, FileSystem files) {
    super(terminal);
    this.time = time;
    this.files = files;
  }

  @Override
  public Integer call() throws ConfigException, InputException, IOException {
    Config config = options.load();
    DataDirectory data = new DataDirectory(config.gateway().dataDir());
    if (files.list(data.path()).isEmpty()) {
      throw new InputException("there is nothing yet in " + data.path());
    }
    if (!files.list(to).isEmpty()) {
      throw new InputException(to + " is not empty");
    }
    if (to.toAbsolutePath().normalize().startsWith(data.path().toAbsolutePath().normalize())) {
      throw new InputException(to + " is inside the data directory; choose a folder outside");
    }
    Manifest manifest =
        Backup.take(
            data, to, files, config.gateway().id(), Version.number(), Time.instant(time.wallNs()));
    terminal
        .out()
        .printf(
            "%s in %s, %,.1f MiB%n",
            DiscoverReport.count(manifest.files().size(), "file"),
            to,
            manifest.bytes() / (double) (1 << 20));
    List<String> left = Backup.leftOut(data, files);
    if (!left.isEmpty()) {
      terminal.out().println("not in the backup: " + String.join(", ", left));
    }
    if (!files.list(data.store()).isEmpty()) {
      terminal
          .out()
          .printf(
              "The embedded store is NOT in the backup: its files change while they are copied. To"
                  + " keep it, stop the gateway and copy %s too.%n",
              data.store());
    }
    return Program.DONE;
  }
}
