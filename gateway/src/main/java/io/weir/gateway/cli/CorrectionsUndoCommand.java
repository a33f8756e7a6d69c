package io.weir.gateway.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
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
import picocli.CommandLine.Option;
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
final class CorrectionsUndoCommand extends ConfiguredCommand {

  private static final int MOST_NAME = 128;
  private static final int MOST_COMMENT = 1000;

  private final Time time;
  private final FileSystem files;

  @Parameters(paramLabel = "ID", description = "The id of the correction, from list.")
  private long id;

  @Option(
      names = "--who",
      required = true,
      paramLabel = "NAME",
      description = "Your name, which is kept with the record.")
  private String who = "";

  @Option(names = "--comment", paramLabel = "TEXT", description = "Why.")
  private String comment = "";

  CorrectionsUndoCommand(Terminal terminal, Time time, FileSystem files) {
    super(terminal);
    this.time = time;
    this.files = files;
  }

  @Override
  public Integer call() throws ConfigException, InputException, IOException {
    Config config = options.load();
    who = who.strip();
    comment = comment.strip();
    boolean isName = !who.isEmpty() && who.chars().noneMatch(Character::isISOControl);
    if (!isName || who.length() > MOST_NAME) {
      throw new InputException("--who takes one line of at most " + MOST_NAME + " characters");
    }
    if (comment.length() > MOST_COMMENT) {
      throw new InputException("--comment takes at most " + MOST_COMMENT + " characters");
    }
    check(CorrectionsCommand.log(config));
    long undo;
    if (config.http().port() == 0) {
      undo = onDisk(config, "http.port is 0: give the real port with --set http.port=PORT");
    } else {
      try {
        undo = asked(new RunningGateway(config.http()));
      } catch (RunningGateway.AwayException none) {
        undo = onDisk(config, String.valueOf(none.getMessage()));
      }
    }
    terminal.out().printf("correction %d is undone by record %d%n", id, undo);
    return Program.DONE;
  }

  private void check(Path log) throws InputException, IOException {
    Undo undo = CorrectionsCommand.undone(log, files).get(id);
    if (undo != null) {
      throw new InputException("correction " + id + " was undone by " + undo.origin().who());
    }
    boolean[] found = {false};
    CorrectionsCommand.each(
        log, files, entry -> found[0] |= entry instanceof Correction && entry.id() == id);
    if (!found[0]) {
      throw new InputException("there is no correction " + id + " in " + log);
    }
  }

  private long asked(RunningGateway gateway) throws IOException {
    ObjectNode body = new ObjectMapper().createObjectNode();
    body.put("who", who).put("comment", comment);
    return gateway.post("/api/v1/corrections/" + id + "/undo", body.toString()).path("id").asLong();
  }

  /** Holds the lock, so that no gateway starts and writes meanwhile. */
  private long onDisk(Config config, String whyNotAsked) throws IOException {
    DataDirectory data = new DataDirectory(config.gateway().dataDir());
    HeldDirectory lock;
    try {
      lock = data.lock(files);
    } catch (DataDirectory.InUseException running) {
      throw new IOException(
          "a gateway runs with " + data.path() + " and cannot be asked: " + whyNotAsked, running);
    }
    try {
      return appended(config, data, lock.files());
    } finally {
      lock.close();
    }
  }

  private long appended(Config config, DataDirectory data, FileSystem held) throws IOException {
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
        CorrectionLog corrections = new CorrectionLog(log)) {
      Origin origin = new Origin(who, time.wallNs(), "");
      CompletableFuture<Entry> kept = corrections.append(new Undo(0, id, comment, origin));
      log.step();
      return kept.join().id();
    } catch (CompletionException e) {
      throw new IOException("the undo could not be written to the disk", e.getCause());
    }
  }
}
