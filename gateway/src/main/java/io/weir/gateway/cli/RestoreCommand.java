package io.weir.gateway.cli;

import io.weir.gateway.config.ConfigException;
import io.weir.gateway.datadir.DataDirectory;
import io.weir.gateway.datadir.NotABackupException;
import io.weir.gateway.datadir.Restore;
import io.weir.gateway.log.FileSystem;
import io.weir.gateway.log.Time;
import io.weir.gateway.settings.Config;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Brings a backup back. */
@Command(
    name = "restore",
    description = {
      "Bring a backup back into the data directory, while the gateway is stopped.",
      "",
      "Every file is compared with the list of the backup before anything is replaced. With"
          + " --replace, what was there is moved into a folder replaced-TIME in the data directory."
          + " The embedded store stays as it is.",
      "",
      "The gateway then continues at the moment of the backup. What it had not sent to a store then"
          + " is sent, also if it was sent since; that leaves the same content. What it received"
          + " since is in the stores as far as it was sent, and else in replaced-TIME.",
    },
    footer = {
      "",
      "  weir restore --config F --from /backup/weir-2026-03-01",
      "  weir restore --config F --from /backup/weir-2026-03-01 --replace"
    })
final class RestoreCommand extends ConfiguredCommand {

  private final Time time;
  private final FileSystem files;

  @Option(
      names = "--from",
      paramLabel = "FOLDER",
      required = true,
      description = "The folder of the backup.")
  private Path from = Path.of("");

  @Option(names = "--replace", description = "Move aside what is in the data directory.")
  private boolean replace;

  RestoreCommand(Terminal terminal, Time time, FileSystem files) {
    super(terminal);
    this.time = time;
    this.files = files;
  }

  @Override
  public Integer call() throws ConfigException, InputException, IOException {
    Config.Gateway gateway = options.load().gateway();
    DataDirectory data = new DataDirectory(gateway.dataDir());
    Restore.Done done;
    try {
      done = Restore.run(data, from, files, Stamp.of(time), replace);
    } catch (NotABackupException e) {
      throw new InputException(String.valueOf(e.getMessage()));
    } catch (Restore.NotEmptyException e) {
      throw new InputException(e.getMessage() + "; --replace moves that aside");
    }
    terminal
        .out()
        .printf(
            "restored %s of the gateway %s, taken %s by version %s%n",
            DiscoverReport.count(done.manifest().files().size(), "file"),
            done.manifest().gateway(),
            done.manifest().taken(),
            done.manifest().version());
    if (!done.replaced().isEmpty()) {
      terminal.out().println("what was there before is in " + done.replaced());
    }
    if (!done.manifest().gateway().equals(gateway.id())) {
      terminal
          .err()
          .printf(
              "warning: this is a backup of the gateway %s, and the configuration is of %s. If that"
                  + " is a mistake, do not start it: it would send what %s had not sent yet%n",
              done.manifest().gateway(), gateway.id(), done.manifest().gateway());
    }
    return Program.DONE;
  }
}
