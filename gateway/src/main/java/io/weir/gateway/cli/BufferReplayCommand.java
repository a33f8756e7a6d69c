package io.weir.gateway.cli;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.weir.gateway.config.ConfigException;
import io.weir.gateway.datadir.DataDirectory;
import io.weir.gateway.log.Feed;
import io.weir.gateway.log.FileSystem;
import io.weir.gateway.log.LogReader;
import io.weir.gateway.log.LogSummary;
import io.weir.gateway.log.RunningTotal;
import io.weir.gateway.log.Time;
import io.weir.gateway.model.Message;
import io.weir.gateway.model.MessageCodec;
import io.weir.gateway.model.Reading;
import io.weir.gateway.plugin.Kinds;
import io.weir.gateway.settings.Config;
import io.weir.gateway.sink.NewestReadings;
import io.weir.gateway.sink.Resender;
import io.weir.gateway.sink.Sink;
import io.weir.gateway.sink.SinkConfig;
import io.weir.gateway.sink.SinkContext;
import io.weir.gateway.sink.SinkFactory;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Sends a span of a log to one store again. */
@Command(
    name = "replay",
    description = {
      "Send a span of a log to one sink again, while the gateway is stopped: for a store that has"
          + " lost what it had stored, or was restored from a backup.",
      "",
      "Where the sink has rules of thinning, what they make of the log is sent. A window that may have"
          + " begun before the log is left out and counted.",
      "",
      "A value that a later record of the log replaces is not sent, so a store never gets an old"
          + " value over a newer one. What the sink has not stored yet is left to the gateway. The"
          + " counts of the ledger do not change.",
      "",
      "A log holds what at least one consumer has not done yet, and the rest of its oldest file:"
          + " weir buffer status shows how far back that is.",
    },
    footer = {
      "",
      "  weir buffer replay --config F --sink history --from 2026-03-01T06:00:00Z"
          + " --to 2026-03-01T14:00:00Z",
      "  weir buffer replay --config F --sink history --from 1000 --to 2000 --dry-run",
      "  weir buffer replay --config F --sink history --from 1000 --to 2000 --log figures",
      "",
      "It ends with exit code 2 if the store refused some of it, or was away for too long, or if a"
          + " part of the span is damaged. It may be run again: sending twice leaves the same"
          + " content."
    })
final class BufferReplayCommand extends ConfiguredCommand {

  /** This many places in a store are compared at once; more take memory, fewer take more passes. */
  private static final int MOST_PLACES = 250_000;

  private static final int MOST_REFUSALS_SHOWN = 20;

  private final Time time;
  private final FileSystem files;

  @Mixin private final SpanOptions span = new SpanOptions();

  @Option(
      names = "--sink",
      paramLabel = "NAME",
      required = true,
      description = "The sink, by its name in the configuration.")
  private String sinkName = "";

  @Option(
      names = "--log",
      paramLabel = "LOG",
      defaultValue = "readings",
      description = "readings or figures. Default: ${DEFAULT-VALUE}.")
  private String log = Logs.READINGS;

  @Option(names = "--dry-run", description = "Only count what would be sent.")
  private boolean dryRun;

  private long records;
  private long sent;
  private long replaced;
  private long begunBefore;
  private long refusals;
  private final LeftOut leftOut = LeftOut.ofReadings();

  BufferReplayCommand(Terminal terminal, Time time, FileSystem files) {
    super(terminal);
    this.time = time;
    this.files = files;
  }

  @Override
  public Integer call() throws ConfigException, InputException, IOException {
    Config config = options.load();
    if (!log.equals(Logs.READINGS) && !log.equals(Logs.FIGURES)) {
      throw new InputException("--log takes readings or figures");
    }
    if (!span.isBounded()) {
      throw new InputException("give both ends of the span, with --from and --to");
    }
    LogSpan wanted = span.span();
    SinkConfig configured =
        config.sinks().stream()
            .filter(each -> each.name().equals(sinkName))
            .findFirst()
            .orElseThrow(
                () -> new InputException("there is no sink '" + sinkName + "' in " + options.file));
    DataDirectory data = new DataDirectory(config.gateway().dataDir());
    if (files.list(data.log(log)).isEmpty()) {
      throw new InputException("there is nothing yet in " + data.log(log));
    }
    Closeable lock = data.lock(files);
    try {
      return replay(data, configured, wanted);
    } finally {
      lock.close();
    }
  }

  private int replay(DataDirectory data, SinkConfig configured, LogSpan wanted)
      throws InputException, IOException {
    Path directory = data.log(log);
    LogSpan done = wanted.below(position(directory));
    SinkFactory<?> factory =
        Kinds.<SinkFactory<?>>installed(SinkFactory.class).get(configured.type());
    if (factory == null) {
      throw new IllegalStateException("no kind of sink '" + configured.type() + "'");
    }
    SinkContext context =
        new SinkContext(
            data.path(), files, time, new SimpleMeterRegistry(), data.incarnation(files)::id);
    try (Sink sink = opened(factory, configured, context)) {
      if (!dryRun) {
        sink.start();
      }
      Resender resender =
          new Resender(
              sink,
              log,
              configured.batch(),
              pause -> Thread.sleep(pause.toMillis()),
              this::refused);
      long next = done.fromOffset();
      try {
        while (next >= 0) {
          next = piece(directory, done.from(next), configured, sink.dialect(), resender);
        }
        resender.flush();
      } catch (IOException e) {
        throw new IOException(
            e.getMessage() + "; continue with --from " + Math.max(next, done.fromOffset()), e);
      }
      report(resender);
    }
    return refusals == 0 ? leftOut.exit() : Program.FAILED;
  }

  private static <C extends SinkConfig> Sink opened(
      SinkFactory<C> factory, SinkConfig config, SinkContext context) {
    return factory.open(factory.configType().cast(config), context);
  }

  /** What is not below the sink's position was never sent, and the gateway will send it. */
  private long position(Path directory) throws InputException, IOException {
    List<LogSummary.Consumer> consumers =
        LogSummary.read(directory, files, RunningTotal.NOTHING).consumers();
    return consumers.stream()
        .filter(each -> each.name().equals("sink-" + sinkName))
        .mapToLong(LogSummary.Consumer::position)
        .findFirst()
        .orElseThrow(
            () ->
                new InputException(
                    "the sink "
                        + sinkName
                        + " has not begun with the log "
                        + log
                        + " yet, and gets all that is held once the gateway runs; these have: "
                        + consumers.stream()
                            .map(LogSummary.Consumer::name)
                            .filter(name -> name.startsWith("sink-"))
                            .map(name -> name.substring("sink-".length()))
                            .collect(Collectors.joining(", "))));
  }

  /**
   * Sends the first part of a span.
   *
   * @return the record at which the next part begins, or -1 if there is none
   */
  private long piece(
      Path directory, LogSpan part, SinkConfig configured, Sink.Dialect dialect, Resender resender)
      throws IOException {
    NewestReadings newest = new NewestReadings(dialect);
    MessageCodec codec = new MessageCodec();
    long end = -1;
    ThinnedLog thinned = new ThinnedLog(configured.thin());
    try (LogReader reader = new LogReader(directory, files)) {
      reader.skipTo(thinned.firstNeeded(part.fromOffset()));
      for (Feed.Entry entry = reader.next(); entry != null; entry = reader.next()) {
        if (end < 0 && newest.size() >= MOST_PLACES) {
          end = entry.offset();
        }
        ThinnedLog.Sent rows = thinned.take(entry, codec.decode(entry.payload()));
        if (end < 0 && part.holds(entry.offset(), entry.receiveTimeNs())) {
          rows.forEach(newest::span);
        } else if (entry.offset() >= part.fromOffset()) {
          rows.forEach(newest::behind);
        }
      }
    }
    LogSpan piece = end < 0 ? part : part.below(end);
    thinned = new ThinnedLog(configured.thin());
    try (LogReader reader = new LogReader(directory, files)) {
      reader.skipTo(thinned.firstNeeded(piece.fromOffset()));
      Feed.Entry entry = reader.next();
      while (entry != null && entry.offset() < piece.toOffset()) {
        Message message = codec.decode(entry.payload());
        ThinnedLog.Sent rows = thinned.take(entry, message);
        if (piece.holds(entry.offset(), entry.receiveTimeNs())) {
          begunBefore += thinned.leftOut();
          send(newest, entry, message.topic(), rows, resender);
        }
        entry = reader.next();
      }
      leftOut.add(reader, piece);
    }
    return end;
  }

  private void send(
      NewestReadings newest,
      Feed.Entry entry,
      String topic,
      ThinnedLog.Sent made,
      Resender resender)
      throws IOException {
    ThinnedLog.Sent kept = made.map(each -> newestOf(each, newest));
    records++;
    if (!dryRun) {
      resender.add(
          kept.earlier(),
          kept.readings(),
          kept.rows(),
          entry.offset(),
          topic,
          entry.receiveTimeNs());
    }
  }

  private List<Reading> newestOf(List<Reading> line, NewestReadings newest) {
    List<Reading> kept = newest.newest(line);
    sent += kept.size();
    replaced += line.size() - kept.size();
    return kept;
  }

  private void refused(String sentence) {
    refusals++;
    if (refusals <= MOST_REFUSALS_SHOWN) {
      terminal.err().println("refused: " + sentence);
    }
  }

  private void report(Resender resender) {
    leftOut.print(terminal, "left out");
    String counts =
        "%s of %s, %s left out because the log holds a later one"
            .formatted(
                DiscoverReport.count(sent, "reading"),
                DiscoverReport.count(records, "record"),
                DiscoverReport.count(replaced, "value"));
    if (begunBefore > 0) {
      terminal
          .out()
          .println(
              DiscoverReport.count(begunBefore, "window")
                  + " left out that may have begun before the log");
    }
    if (dryRun) {
      terminal.out().println("would send " + counts);
      return;
    }
    terminal
        .out()
        .printf(
            "sent %s; %d stored, %d withheld, %d refused%n",
            counts, resender.stored(), resender.withheld(), resender.refused());
  }
}
