package io.weir.gateway.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.gateway.config.ConfigException;
import io.weir.gateway.correction.CorrectionCodec;
import io.weir.gateway.correction.Undo;
import io.weir.gateway.log.FileSystem;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Prints all of them. */
@Command(
    name = "export",
    description = {
      "Print all corrections and what took them back, oldest first, also while the gateway runs."
    },
    footer = {
      "",
      "  weir corrections export --config F                     an object a line, as the API has it",
      "  weir corrections export --config F --format csv --out corrections.csv",
      "",
      "In CSV, undone_by is the id of the record that took a correction back; without one it holds."
    })
final class CorrectionsExportCommand extends ConfiguredCommand {

  /** How they are written. */
  enum Format {
    JSON,
    CSV
  }

  private static final List<String> COLUMNS =
      List.of(
          "id",
          "kind",
          "of",
          "site",
          "area",
          "line",
          "machine",
          "from",
          "to",
          "toEndOfStop",
          "state",
          "category",
          "reason",
          "detail",
          "planned",
          "parts",
          "amount",
          "comment",
          "who",
          "verified",
          "time",
          "address",
          "before");

  /** Behind the others, whose places are the same in all versions. */
  private static final List<String> OF_ORDERS =
      List.of("at", "order", "product", "quantity", "member");

  private final FileSystem files;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      defaultValue = "json",
      description = "json (an object a line) or csv. Default: ${DEFAULT-VALUE}.")
  private Format format = Format.JSON;

  @Option(
      names = "--after",
      paramLabel = "ID",
      defaultValue = "-1",
      description = "Only those of a higher id, to continue an earlier export.")
  private long after;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "A new file to write to. Default: the standard output.")
  private @Nullable Path out;

  CorrectionsExportCommand(Terminal terminal, FileSystem files) {
    super(terminal);
    this.files = files;
  }

  @Override
  public Integer call() throws ConfigException, InputException, IOException {
    Path log = CorrectionsCommand.log(options.load());
    Path file = out;
    LeftOut leftOut;
    if (file == null) {
      Writer writer = new BufferedWriter(new OutputStreamWriter(terminal.out(), UTF_8));
      leftOut = export(log, writer);
      writer.flush();
    } else {
      if (Files.exists(file)) {
        throw new InputException(file + " exists already");
      }
      try (Writer writer = Files.newBufferedWriter(file, UTF_8, StandardOpenOption.CREATE_NEW)) {
        leftOut = export(log, writer);
      }
    }
    leftOut.print(terminal, "not exported");
    return leftOut.exit();
  }

  private LeftOut export(Path log, Writer writer) throws IOException {
    Map<Long, Undo> undone =
        format == Format.CSV ? CorrectionsCommand.undone(log, files) : Map.of();
    if (format == Format.CSV) {
      writer.write(String.join(",", COLUMNS) + ",undone_by," + String.join(",", OF_ORDERS) + "\n");
    }
    return CorrectionsCommand.each(
        log,
        files,
        LogSpan.ALL.from(after + 1),
        entry -> {
          if (entry.id() > after) {
            ObjectNode json = CorrectionCodec.json(entry);
            writer.write(
                (format == Format.JSON ? json.toString() : row(json, undone.get(entry.id())))
                    + "\n");
          }
        });
  }

  private static String row(ObjectNode json, @Nullable Undo undo) {
    String undoneBy = undo == null ? "" : Long.toString(undo.id());
    return String.join(",", cells(json, COLUMNS), undoneBy, cells(json, OF_ORDERS));
  }

  private static String cells(ObjectNode json, List<String> columns) {
    return columns.stream()
        .map(json::path)
        .map(CorrectionsExportCommand::text)
        .map(ReadingFormat.Csv::cell)
        .collect(Collectors.joining(","));
  }

  private static @Nullable String text(JsonNode value) {
    String text = value.isContainerNode() ? value.toString() : value.asText();
    return value.isNumber() ? text : ReadingFormat.Csv.text(text);
  }
}
