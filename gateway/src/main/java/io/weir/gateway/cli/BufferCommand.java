package io.weir.gateway.cli;

import io.weir.gateway.config.ConfigException;
import io.weir.gateway.datadir.DataDirectory;
import io.weir.gateway.log.FileSystem;
import io.weir.gateway.log.Kept;
import io.weir.gateway.log.LogCheck;
import io.weir.gateway.log.Time;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The commands about the logs on disk. */
@Command(
    name = "buffer",
    description = "Look at the logs on disk, repair them, and take readings out of them.",
    footer = {
      "",
      "  weir buffer status --config F      what is held, and how far each consumer is",
      "  weir buffer verify --config F      read every record; exit code 2 if any is damaged",
      "  weir buffer repair --config F      make a damaged log readable again",
      "  weir buffer export --config F      print the readings that are held",
      "  weir buffer replay --config F      send a span to one sink again",
      "",
      "All but repair and replay also work while the gateway runs."
    })
final class BufferCommand extends CommandGroup {

  /** With its commands. */
  static CommandLine line(Terminal terminal, Time time, FileSystem files) {
    return new CommandLine(new BufferCommand())
        .addSubcommand(new Status(terminal, files))
        .addSubcommand(new Verify(terminal, files))
        .addSubcommand(new BufferRepairCommand(terminal, time, files))
        .addSubcommand(new BufferExportCommand(terminal, files))
        .addSubcommand(new BufferReplayCommand(terminal, time, files));
  }

  /** One of the commands. */
  private interface Check {
    LogCheck.Report of(Path directory) throws IOException;
  }

  private static int look(ConfiguredCommand command, FileSystem files, Check check)
      throws ConfigException, IOException {
    DataDirectory data = new DataDirectory(command.options.load().gateway().dataDir());
    boolean sound = true;
    for (String log : Logs.NAMES) {
      Path directory = data.log(log);
      command.terminal.out().println(log + "  " + directory);
      if (isThere(directory)) {
        LogCheck.Report report = check.of(directory);
        print(report, command.terminal);
        print(LogCheck.kept(directory, files), command.terminal);
        sound &= report.isSound();
      } else {
        command.terminal.out().println("  nothing yet");
      }
    }
    return sound ? Program.DONE : Program.FAILED;
  }

  /** Where this user may not look, it is not said that there is nothing. */
  private static boolean isThere(Path directory) throws IOException {
    try {
      return Files.readAttributes(directory, BasicFileAttributes.class).isDirectory();
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  private static void print(Kept kept, Terminal terminal) {
    if (kept.segments() > 0) {
      terminal
          .out()
          .printf(
              "  kept to make figures again: %s, %.1f MiB, received from %s on%n",
              DiscoverReport.count(kept.segments(), "segment"),
              kept.bytes() / (double) (1 << 20),
              instant(kept.fromNs()));
    }
  }

  private static void print(LogCheck.Report report, Terminal terminal) {
    long bytes = 0;
    long records = 0;
    long units = 0;
    long newest = 0;
    for (LogCheck.SegmentReport segment : report.segments()) {
      bytes += segment.bytes();
      records += segment.records();
      units += segment.units();
      newest = Math.max(newest, segment.lastTimeNs());
    }
    terminal
        .out()
        .printf(
            "  %s, %.1f MiB, %d records, %d readings%s%n",
            DiscoverReport.count(report.segments().size(), "segment"),
            bytes / (double) (1 << 20),
            records,
            units,
            newest == 0 ? "" : ", the newest of " + instant(newest));
    for (LogCheck.CursorReport cursor : report.cursors()) {
      terminal
          .out()
          .printf(
              "  consumer %-20s at record %d, %d readings pending%n",
              cursor.name(), cursor.position(), cursor.pendingUnits());
    }
    for (LogCheck.Fault fault : report.faults()) {
      terminal
          .out()
          .printf(
              "  %s: %s, at byte %d: %s%n",
              fault.kind() == LogCheck.Kind.UNFINISHED ? "note" : "FAULT",
              fault.file().getFileName(),
              fault.position(),
              fault.detail());
    }
  }

  private static Instant instant(long ns) {
    return Instant.EPOCH.plus(ns, ChronoUnit.NANOS).truncatedTo(ChronoUnit.MILLIS);
  }

  @Command(
      name = "status",
      description = "Show what each log holds and how far each consumer is. Fast at any size.")
  static final class Status extends ConfiguredCommand {

    private final FileSystem files;

    Status(Terminal terminal, FileSystem files) {
      super(terminal);
      this.files = files;
    }

    @Override
    public Integer call() throws ConfigException, IOException {
      return look(this, files, directory -> LogCheck.status(directory, files));
    }
  }

  @Command(
      name = "verify",
      description = "Read every record and report all damage. Changes nothing; exit code 2 if any.")
  static final class Verify extends ConfiguredCommand {

    private final FileSystem files;

    Verify(Terminal terminal, FileSystem files) {
      super(terminal);
      this.files = files;
    }

    @Override
    public Integer call() throws ConfigException, IOException {
      return look(this, files, directory -> LogCheck.verify(directory, files));
    }
  }
}
