package io.weir.gateway.cli;

import io.weir.gateway.config.ConfigException;
import io.weir.gateway.datadir.DataDirectory;
import io.weir.gateway.log.FileSystem;
import io.weir.gateway.log.LogRepair;
import io.weir.gateway.log.RunningTotal;
import io.weir.gateway.log.Time;
import io.weir.gateway.settings.Config;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Makes damaged logs readable again. */
@Command(
    name = "repair",
    description = {
      "Make damaged logs readable again, while the gateway is stopped.",
      "",
      "Files without damage are not touched. The bytes of each damaged file are first kept under"
          + " damaged/ in the data directory; then its whole records are written to new files. A"
          + " header that is destroyed is made again from the records behind it. What cannot be read"
          + " is counted, exactly, and stays in the ledger of each sink as corrupt.",
    },
    footer = {
      "",
      "  weir buffer repair --config F --dry-run     say what would be done, change nothing",
      "  weir buffer repair --config F               do it",
      "",
      "Exit code 2 if something is beyond repair."
    })
final class BufferRepairCommand extends ConfiguredCommand {

  private final Time time;
  private final FileSystem files;

  @Option(names = "--dry-run", description = "Only say what would be done.")
  private boolean dryRun;

  BufferRepairCommand(Terminal terminal, Time time, FileSystem files) {
    super(terminal);
    this.time = time;
    this.files = files;
  }

  @Override
  public Integer call() throws ConfigException, IOException {
    Config config = options.load();
    DataDirectory data = new DataDirectory(config.gateway().dataDir());
    if (files.list(data.path()).isEmpty()) {
      terminal.out().println("nothing yet in " + data.path());
      return Program.DONE;
    }
    Closeable lock = data.lock(files);
    try {
      return repair(config, data);
    } finally {
      lock.close();
    }
  }

  private int repair(Config config, DataDirectory data) throws IOException {
    Path aside = DataDirectory.unused(files, data.damaged().resolve(Stamp.of(time)));
    int repaired = 0;
    int beyondRepair = 0;
    for (String log : Logs.NAMES) {
      Path directory = data.log(log);
      RunningTotal total = Logs.total(log, config);
      LogRepair.Result result =
          dryRun
              ? LogRepair.plan(directory, files, total)
              : LogRepair.run(directory, files, total, aside.resolve(log));
      print(log, result);
      repaired += result.repaired();
      beyondRepair += result.beyondRepair();
    }
    if (repaired > 0) {
      terminal
          .out()
          .println(
              dryRun
                  ? "Nothing was changed; without --dry-run it is."
                  : "The bytes of the damaged files are in " + aside);
    }
    return beyondRepair == 0 ? Program.DONE : Program.FAILED;
  }

  private void print(String log, LogRepair.Result result) {
    if (result.lines().isEmpty()) {
      terminal.out().println(log + ": no damage");
      return;
    }
    terminal
        .out()
        .printf(
            "%s: %s %s, %d beyond repair; %d records with %d readings readable again; %d readings"
                + " lost%n",
            log,
            DiscoverReport.count(result.repaired(), "file"),
            dryRun ? "to repair" : "repaired",
            result.beyondRepair(),
            result.rescuedRecords(),
            result.rescuedUnits(),
            result.lostUnits());
    result.lines().forEach(line -> terminal.out().println("  " + line));
  }
}
