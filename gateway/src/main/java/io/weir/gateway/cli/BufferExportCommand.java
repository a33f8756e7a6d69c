package io.weir.gateway.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.weir.gateway.config.ConfigException;
import io.weir.gateway.datadir.DataDirectory;
import io.weir.gateway.log.Feed;
import io.weir.gateway.log.FileSystem;
import io.weir.gateway.log.LogReader;
import io.weir.gateway.log.LogSummary;
import io.weir.gateway.log.RunningTotal;
import io.weir.gateway.model.Message;
import io.weir.gateway.model.MessageCodec;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Prints the readings that a log holds. */
@Command(
    name = "export",
    description = {
      "Print the readings that a log holds, oldest first, also while the gateway runs.",
      "",
      "A log holds what at least one consumer has not done yet, and the rest of its oldest file.",
    },
    footer = {
      "",
      "  weir buffer export --config F --format csv --out readings.csv",
      "  weir buffer export --config F --from 2026-03-01T06:00:00Z --to 2026-03-01T14:00:00Z",
      "  weir buffer export --config F --pending history      what the sink has not stored yet",
      "  weir buffer export --config F --log figures          the figures instead of the readings",
      "",
      "At its end it says the number of the next record: --from NUMBER continues there."
    })
final class BufferExportCommand extends ConfiguredCommand {

  private final FileSystem files;

  @Mixin private final SpanOptions span = new SpanOptions();

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      defaultValue = "line",
      description = {
        "line (line protocol, times in ns), json (an object a line) or csv.",
        "Default: ${DEFAULT-VALUE}."
      })
  private ReadingFormat.Name format = ReadingFormat.Name.LINE;

  @Option(
      names = "--log",
      paramLabel = "LOG",
      defaultValue = "readings",
      description = "readings or figures. Default: ${DEFAULT-VALUE}.")
  private String log = Logs.READINGS;

  @Option(
      names = "--pending",
      paramLabel = "SINK",
      description = "Only what this sink, or consumer, has not done yet.")
  private @Nullable String pending;

  @Option(names = "--limit", paramLabel = "N", description = "The most records to export.")
  private long limit = Long.MAX_VALUE;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "A new file to write to. Default: the standard output.")
  private @Nullable Path out;

  private long records;
  private long readings;
  private long left;
  private long unreadable;
  private long next;
  private final LeftOut leftOut = LeftOut.ofReadings();

  BufferExportCommand(Terminal terminal, FileSystem files) {
    super(terminal);
    this.files = files;
  }

  @Override
  public Integer call() throws ConfigException, InputException, IOException {
    DataDirectory data = new DataDirectory(options.load().gateway().dataDir());
    if (!log.equals(Logs.READINGS) && !log.equals(Logs.FIGURES)) {
      throw new InputException("--log takes readings or figures");
    }
    if (limit < 1) {
      throw new InputException("--limit takes a number of at least 1");
    }
    Path directory = data.log(log);
    LogSpan wanted = span.span().from(pending == null ? 0 : position(directory, pending));
    next = wanted.fromOffset();
    Path file = out;
    if (file == null) {
      Writer writer = new BufferedWriter(new OutputStreamWriter(terminal.out(), UTF_8));
      export(directory, wanted, writer);
      writer.flush();
    } else {
      if (Files.exists(file)) {
        throw new InputException(file + " exists already");
      }
      try (Writer writer = Files.newBufferedWriter(file, UTF_8, StandardOpenOption.CREATE_NEW)) {
        export(directory, wanted, writer);
      }
    }
    report();
    return unreadable == 0 ? leftOut.exit() : Program.FAILED;
  }

  private long position(Path directory, String consumer) throws InputException, IOException {
    LogSummary summary = LogSummary.read(directory, files, RunningTotal.NOTHING);
    return summary.consumers().stream()
        .filter(each -> each.name().equals(consumer) || each.name().equals("sink-" + consumer))
        .mapToLong(LogSummary.Consumer::position)
        .findFirst()
        .orElseThrow(
            () ->
                new InputException(
                    "no sink or consumer '"
                        + consumer
                        + "' of the log "
                        + log
                        + "; there are "
                        + summary.consumers().stream().map(LogSummary.Consumer::name).toList()));
  }

  private void export(Path directory, LogSpan wanted, Writer to) throws IOException {
    ReadingFormat lines = ReadingFormat.of(format);
    MessageCodec codec = new MessageCodec();
    for (String line : lines.header()) {
      to.write(line + "\n");
    }
    try (LogReader reader = new LogReader(directory, files)) {
      reader.skipTo(wanted.fromOffset());
      reader.skipToTime(wanted.fromNs());
      Feed.Entry entry = reader.next();
      while (entry != null && entry.offset() < wanted.toOffset() && records < limit) {
        if (wanted.holds(entry.offset(), entry.receiveTimeNs())) {
          write(lines, codec, entry, to);
          records++;
          next = entry.offset() + 1;
        } else if (entry.receiveTimeNs() < wanted.fromNs()) {
          next = entry.offset() + 1;
        }
        entry = reader.next();
      }
      leftOut.add(reader, records < limit ? wanted : wanted.below(next));
    }
  }

  private void write(ReadingFormat lines, MessageCodec codec, Feed.Entry entry, Writer to)
      throws IOException {
    Message message = decoded(codec, entry);
    if (message == null) {
      return;
    }
    try {
      lines.write(
          entry.offset(),
          message,
          line -> {
            try {
              to.write(line + "\n");
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          },
          text -> {
            left++;
            terminal.err().println("not exported: " + text);
          });
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    readings += message.readings().size();
  }

  private @Nullable Message decoded(MessageCodec codec, Feed.Entry entry) {
    try {
      return codec.decode(entry.payload());
    } catch (RuntimeException e) { // whatever the bytes hold, the records behind them are exported
      unreadable++;
      terminal.err().println("record " + entry.offset() + " cannot be read: " + e);
      return null;
    }
  }

  private void report() {
    terminal
        .err()
        .printf(
            "exported %s of %s; the next is record %d%n",
            DiscoverReport.count(readings, "reading"),
            DiscoverReport.count(records, "record"),
            next);
    if (left > 0) {
      terminal.err().println(left + " lines could not be written in this format");
    }
    leftOut.print(terminal, "not exported");
  }
}
