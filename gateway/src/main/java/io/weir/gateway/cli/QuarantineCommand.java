package io.weir.gateway.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.weir.gateway.config.ConfigException;
import io.weir.gateway.datadir.DataDirectory;
import io.weir.gateway.log.Feed;
import io.weir.gateway.log.FileSystem;
import io.weir.gateway.log.LogReader;
import io.weir.gateway.quarantine.Evidence;
import io.weir.gateway.quarantine.QuarantineBook;
import io.weir.gateway.quarantine.Quarantined;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows rejected data, also while the gateway runs, and replays it. */
@Command(
    name = "quarantine",
    description = "List, show and replay rejected messages and lines.",
    footer = {
      "",
      "  weir quarantine list --config F --reason no-route",
      "  weir quarantine show --config F 0f3c2a9b11d84e75",
      "  weir quarantine replay --config F --reason no-route      once its cause is fixed",
      "",
      "list and replay end with exit code 2 if a part of the quarantine is damaged."
    })
final class QuarantineCommand extends CommandGroup {

  private static final int PREVIEW = 60;

  /** With its commands. */
  static CommandLine line(Terminal terminal, FileSystem files) {
    return new CommandLine(new QuarantineCommand())
        .addSubcommand(new ListEntries(terminal, files))
        .addSubcommand(new ShowEntry(terminal, files))
        .addSubcommand(new QuarantineReplayCommand(terminal));
  }

  private static Path log(ConfigOptions options) throws ConfigException {
    return new DataDirectory(options.load().gateway().dataDir()).log("quarantine");
  }

  /** The log of a gateway that may be running; every pass is over all of it. */
  private static final class OnDisk implements QuarantineBook.Held {

    private final Path log;
    private final FileSystem files;
    private @Nullable LogReader pass;

    OnDisk(Path log, FileSystem files) {
      this.log = log;
      this.files = files;
    }

    /** What the last pass could not read. */
    LeftOut leftOut() {
      LeftOut leftOut = LeftOut.ofRecords();
      if (pass != null) {
        leftOut.add(pass, LogSpan.ALL);
      }
      return leftOut;
    }

    @Override
    public long first() {
      return 0;
    }

    @Override
    public long end() {
      return 0;
    }

    @Override
    public Feed from(long offset) throws IOException {
      LogReader reader = new LogReader(log, files);
      pass = reader;
      return reader;
    }
  }

  private static String shown(String text) {
    return Evidence.preview(text.getBytes(UTF_8), 256);
  }

  private static Instant instant(long ns) {
    return Instant.EPOCH.plus(ns, ChronoUnit.NANOS).truncatedTo(ChronoUnit.MILLIS);
  }

  @Command(name = "list", description = "List entries, newest first.")
  static final class ListEntries extends ConfiguredCommand {

    @Mixin private final SelectionOptions selection = new SelectionOptions();

    @Option(
        names = "--limit",
        paramLabel = "N",
        defaultValue = "50",
        description = "The most entries to list. Default: ${DEFAULT-VALUE}.")
    private int limit;

    private final FileSystem files;

    ListEntries(Terminal terminal, FileSystem files) {
      super(terminal);
      this.files = files;
    }

    @Override
    public Integer call() throws ConfigException, InputException, IOException {
      if (limit < 1 || limit > 100_000) {
        throw new InputException("--limit takes a number from 1 to 100000");
      }
      Path log = log(options);
      OnDisk held = new OnDisk(log, files);
      QuarantineBook.Page page =
          new QuarantineBook(held).list(selection.selection(), limit, Long.MAX_VALUE);
      page.lines().forEach(this::print);
      if (page.lines().isEmpty()) {
        terminal.err().println("Nothing to list in " + log);
      }
      if (page.next() != null) {
        terminal.err().println("There are more entries; raise --limit to see them.");
      }
      LeftOut leftOut = held.leftOut();
      leftOut.print(terminal, "not listed");
      return leftOut.exit();
    }

    private void print(QuarantineBook.Line line) {
      Quarantined entry = line.entry();
      terminal
          .out()
          .printf(
              "%s  %s  %s  %s%s%n",
              entry.label(),
              instant(entry.receiveTimeNs()),
              entry.origin().name(),
              shown(entry.topic()),
              line.replayedNs() == null ? "" : "  replayed " + instant(line.replayedNs()));
      for (Quarantined.Fault fault : entry.faults()) {
        terminal
            .out()
            .printf(
                "    %s (%d): %s%n",
                fault.reason().label(), fault.readings(), shown(fault.detail()));
      }
      terminal.out().println("    " + Evidence.preview(entry.raw(), PREVIEW));
    }
  }

  @Command(name = "show", description = "Show one entry with all its bytes.")
  static final class ShowEntry extends ConfiguredCommand {

    @Parameters(paramLabel = "ID", description = "The id of the entry, from list.")
    private String id = "";

    @Option(names = "--raw", description = "Only the bytes, as they were received.")
    private boolean raw;

    private final FileSystem files;

    ShowEntry(Terminal terminal, FileSystem files) {
      super(terminal);
      this.files = files;
    }

    @Override
    public Integer call() throws ConfigException, InputException, IOException {
      QuarantineBook.Line line;
      OnDisk held = new OnDisk(log(options), files);
      try {
        line = new QuarantineBook(held).show(Quarantined.id(id));
      } catch (IllegalArgumentException e) {
        throw new InputException(String.valueOf(e.getMessage()));
      }
      if (line == null) {
        held.leftOut().print(terminal, "not read");
        throw new InputException("the quarantine holds no entry " + id);
      }
      Quarantined entry = line.entry();
      if (raw) {
        terminal.out().write(entry.raw());
        terminal.out().flush();
        return Program.DONE;
      }
      print("received", instant(entry.receiveTimeNs()).toString());
      print(
          entry.origin().side() == Quarantined.Side.SINK ? "sink" : "source",
          entry.origin().name());
      print("topic", shown(entry.topic()));
      for (Quarantined.Fault fault : entry.faults()) {
        print(fault.reason().label(), shown(fault.detail()) + " (" + fault.readings() + ")");
      }
      print("replayed", line.replayedNs() == null ? "no" : instant(line.replayedNs()).toString());
      print("bytes", entry.rawLength() + (entry.whole() ? "" : ", kept " + entry.raw().length));
      terminal.out().print(Evidence.dump(entry.raw()));
      terminal.out().flush();
      return Program.DONE;
    }

    private void print(String name, String value) {
      terminal.out().printf("%-14s %s%n", name, value);
    }
  }
}
