package io.weir.gateway.cli;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.weir.gateway.config.ConfigException;
import io.weir.gateway.correction.Correction;
import io.weir.gateway.correction.CorrectionLog;
import io.weir.gateway.correction.Entry;
import io.weir.gateway.correction.Origin;
import io.weir.gateway.correction.Undo;
import io.weir.gateway.datadir.DataDirectory;
import io.weir.gateway.datadir.HeldDirectory;
import io.weir.gateway.log.FileSystem;
import io.weir.gateway.log.RunningTotal;
import io.weir.gateway.log.SegmentLog;
import io.weir.gateway.log.Time;
import io.weir.gateway.settings.Config;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Takes one back. */
@Command(
    name = "undo",
    description = {
      "Take a correction back: the figures are then as if it had never been made. Both records"
          + " stay.",
      "",
      "A gateway that runs is asked over HTTP, and its figures follow within a second. If none"
          + " answers, the record is written to the data directory, and the figures follow when"
          + " the gateway starts."
    },
    footer = {"", "  weir corrections undo --config F 17 --who anna"})
final class CorrectionsUndoCommand extends AskingCommand {

  private final Time time;
  private final FileSystem files;

  @Parameters(paramLabel = "ID", description = "The id of the correction, from list.")
  private long id;

  @Mixin private final UndoOptions undo = new UndoOptions();

  CorrectionsUndoCommand(Terminal terminal, Time time, FileSystem files) {
    super(terminal);
    this.time = time;
    this.files = files;
  }

  @Override
  public Integer call() throws ConfigException, InputException, IOException {
    Config config = options.load();
    Origin origin = new Origin(undo.who(), time.wallNs(), "");
    Undo record = new Undo(0, id, undo.comment(), origin);
    check(CorrectionsCommand.log(config));
    long kept;
    if (config.http().port() == 0) {
      kept = onDisk(config, record, "http.port is 0: give the real port with --set http.port=PORT");
    } else {
      try {
        kept = undo.ask(gateway(config), "/api/v1/corrections", id);
      } catch (RunningGateway.AwayException none) {
        kept = onDisk(config, record, String.valueOf(none.getMessage()));
      }
    }
    terminal.out().printf("correction %d is undone by record %d%n", id, kept);
    return Program.DONE;
  }

  private void check(Path log) throws InputException, IOException {
    Undo before = CorrectionsCommand.undone(log, files).get(id);
    if (before != null) {
      throw new InputException("correction " + id + " was undone by " + before.origin().who());
    }
    boolean[] found = {false};
    LeftOut leftOut =
        CorrectionsCommand.each(
            log,
            files,
            LogSpan.ALL.from(id).below(id + 1),
            entry -> found[0] |= entry instanceof Correction && entry.id() == id);
    if (!found[0]) {
      leftOut.print(terminal, "not read");
      throw new InputException("there is no correction " + id + " in " + log);
    }
  }

  /** Holds the lock, so that no gateway starts and writes meanwhile. */
  private long onDisk(Config config, Undo record, String whyNotAsked) throws IOException {
    DataDirectory data = new DataDirectory(config.gateway().dataDir());
    HeldDirectory lock;
    try {
      lock = data.lock(files);
    } catch (DataDirectory.InUseException running) {
      throw new IOException(
          "a gateway runs with " + data.path() + " and cannot be asked: " + whyNotAsked, running);
    }
    try {
      return appended(config, record, data, lock.files());
    } finally {
      lock.close();
    }
  }

  private long appended(Config config, Undo record, DataDirectory data, FileSystem held)
      throws IOException {
    SegmentLog log =
        SegmentLog.open(
            CorrectionsCommand.NAME,
            CorrectionLog.options(
                data.log(CorrectionsCommand.NAME),
                config.buffer().segmentSize(),
                config.corrections().maxSize()),
            held,
            time,
            RunningTotal.NOTHING,
            new SimpleMeterRegistry());
    try (log;
        CorrectionLog corrections =
            new CorrectionLog(log, config.gateway().id(), config.gateway().group() != null)) {
      CompletableFuture<Entry> kept = corrections.append(record);
      log.step();
      return kept.join().id();
    } catch (CompletionException e) {
      throw new IOException("the undo could not be written to the disk", e.getCause());
    }
  }
}
