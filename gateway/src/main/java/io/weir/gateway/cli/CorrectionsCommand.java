package io.weir.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.gateway.config.ConfigException;
import io.weir.gateway.correction.Correction;
import io.weir.gateway.correction.CorrectionCodec;
import io.weir.gateway.correction.CorrectionLog;
import io.weir.gateway.correction.Entry;
import io.weir.gateway.correction.Undo;
import io.weir.gateway.datadir.DataDirectory;
import io.weir.gateway.log.FileSystem;
import io.weir.gateway.log.LogReader;
import io.weir.gateway.log.Time;
import io.weir.gateway.settings.Config;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Shows what people said about machines, also while the gateway runs, and takes it back. */
@Command(
    name = "corrections",
    description = "List, export and undo what people corrected in the figures.",
    footer = {
      "",
      "  weir corrections list --config F --asset plant-a/press-shop/line-1",
      "  weir corrections export --config F --format csv --out corrections.csv",
      "  weir corrections undo --config F 17 --who anna --comment \"it was the other press\"",
      "",
      "list and export end with exit code 2 if some of them are damaged."
    })
final class CorrectionsCommand extends CommandGroup {

  static final String NAME = "corrections";

  /** With its commands. */
  static CommandLine line(Terminal terminal, Time time, FileSystem files) {
    return new CommandLine(new CorrectionsCommand())
        .addSubcommand(new ListCorrections(terminal, files))
        .addSubcommand(new CorrectionsExportCommand(terminal, files))
        .addSubcommand(new CorrectionsUndoCommand(terminal, time, files));
  }

  /** Takes the entries of the log. */
  interface Taking {
    void take(Entry entry) throws IOException;
  }

  /**
   * Gives all entries of the log of a gateway that may be running, oldest first.
   *
   * @param wanted the ids of which is said what could not be read
   * @return what that is
   */
  static LeftOut each(Path log, FileSystem files, LogSpan wanted, Taking taking)
      throws IOException {
    LeftOut leftOut = LeftOut.ofRecords();
    if (files.list(log).isEmpty()) {
      return leftOut;
    }
    LogReader reader = new LogReader(log, files);
    try (CorrectionLog.Entries entries = new CorrectionLog.Entries(reader)) {
      for (Entry entry = entries.next(); entry != null; entry = entries.next()) {
        taking.take(entry);
      }
    }
    leftOut.add(reader, wanted);
    return leftOut;
  }

  /** What took each correction back. */
  static Map<Long, Undo> undone(Path log, FileSystem files) throws IOException {
    Map<Long, Undo> undone = new HashMap<>();
    each(
        log,
        files,
        LogSpan.ALL,
        entry -> {
          if (entry instanceof Undo undo) {
            undone.putIfAbsent(undo.of(), undo);
          }
        });
    return undone;
  }

  static Path log(Config config) {
    return new DataDirectory(config.gateway().dataDir()).log(NAME);
  }

  /** Lists them. */
  @Command(
      name = "list",
      description = {
        "List corrections, newest first, and what took them back; also while the gateway runs."
      },
      footer = {
        "",
        "  weir corrections list --config F --asset plant-a/press-shop/line-1/press-02",
        "  weir corrections list --config F --from 2026-03-02T06:00:00Z --to 2026-03-02T14:00:00Z"
      })
  static final class ListCorrections extends ConfiguredCommand {

    private final FileSystem files;

    @Option(
        names = "--asset",
        paramLabel = "PATH",
        description = {
          "Only what is about this site, area, line or machine, such as plant-a/press-shop/line-1."
        })
    private @Nullable String asset;

    @Option(
        names = "--from",
        paramLabel = "TIME",
        description = "Only what is about a time after this, such as 2026-03-02T06:00:00Z.")
    private @Nullable String from;

    @Option(
        names = "--to",
        paramLabel = "TIME",
        description = "Only what is about a time before this.")
    private @Nullable String to;

    @Option(
        names = "--limit",
        paramLabel = "N",
        defaultValue = "50",
        description = "The most corrections to list. Default: ${DEFAULT-VALUE}.")
    private int limit;

    ListCorrections(Terminal terminal, FileSystem files) {
      super(terminal);
      this.files = files;
    }

    @Override
    public Integer call() throws ConfigException, InputException, IOException {
      if (limit < 1 || limit > 100_000) {
        throw new InputException("--limit takes a number from 1 to 100000");
      }
      Path log = log(options.load());
      long begin = instant("--from", from, Long.MIN_VALUE);
      long end = instant("--to", to, Long.MAX_VALUE);
      List<Correction> found = new ArrayList<>();
      LeftOut leftOut =
          each(
              log,
              files,
              LogSpan.ALL,
              entry -> {
                if (entry instanceof Correction correction
                    && isAbout(correction)
                    && correction.from() < end
                    && (correction.to() > begin || correction.toEndOfStop())) {
                  found.add(correction);
                }
              });
      Map<Long, Undo> undone = undone(log, files);
      for (int i = found.size() - 1; i >= Math.max(0, found.size() - limit); i--) {
        print(found.get(i), undone.get(found.get(i).id()));
      }
      if (found.isEmpty()) {
        terminal.err().println("Nothing to list in " + log);
      }
      if (found.size() > limit) {
        terminal.err().println("There are more corrections; raise --limit to see them.");
      }
      leftOut.print(terminal, "not listed");
      return leftOut.exit();
    }

    /** Whether it names that asset, one below it, or one that holds it. */
    private boolean isAbout(Correction correction) {
      if (asset == null) {
        return true;
      }
      String wanted = asset.endsWith("/") ? asset : asset + "/";
      return Stream.of(correction.asset().path(), correction.asset().place())
          .map(named -> named + "/")
          .anyMatch(named -> named.startsWith(wanted) || wanted.startsWith(named));
    }

    private static long instant(String option, @Nullable String text, long otherwise)
        throws InputException {
      if (text == null) {
        return otherwise;
      }
      try {
        return ChronoUnit.NANOS.between(Instant.EPOCH, OffsetDateTime.parse(text).toInstant());
      } catch (DateTimeParseException | ArithmeticException e) {
        throw new InputException(option + " takes a time such as 2026-03-01T06:00:00Z");
      }
    }

    private void print(Correction correction, @Nullable Undo undo) {
      ObjectNode json = CorrectionCodec.json(correction);
      terminal
          .out()
          .printf(
              "%d  %s  %s  %s  %s%n",
              correction.id(),
              json.path("time").asText(),
              json.path("who").asText()
                  + (json.has("member") ? " at " + json.path("member").asText() : ""),
              json.path("kind").asText(),
              correction.asset().place());
      terminal
          .out()
          .printf(
              "    %s to %s%s%s%n",
              json.path("from").asText(),
              json.path("to").asText(),
              correction.toEndOfStop() ? " and to the end of the stop" : "",
              said(json));
      if (!correction.comment().isEmpty()) {
        terminal.out().println("    \"" + oneLine(correction.comment()) + '"');
      }
      if (undo != null) {
        terminal
            .out()
            .printf(
                "    undone by %s, %s%n",
                undo.origin().who(), CorrectionCodec.json(undo).path("time").asText());
      }
    }

    private static String said(JsonNode json) {
      String said =
          Stream.of("state", "amount", "category", "reason", "detail")
              .filter(json::has)
              .map(name -> name + " " + oneLine(json.path(name).asText()))
              .collect(Collectors.joining(", "));
      if (json.path("planned").asBoolean()) {
        said += ", planned";
      }
      for (JsonNode part : json.path("parts")) {
        said += (said.isEmpty() ? "" : "; ") + ("from " + part.path("from").asText() + said(part));
      }
      return said.isEmpty() ? "" : ": " + said;
    }

    private static String oneLine(String text) {
      return text.replaceAll("\\p{Cntrl}+", " ");
    }
  }
}
