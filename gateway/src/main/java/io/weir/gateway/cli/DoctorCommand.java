package io.weir.gateway.cli;

import io.weir.gateway.config.ConfigException;
import io.weir.gateway.datadir.DataDirectory;
import io.weir.gateway.log.FileSystem;
import io.weir.gateway.log.Time;
import io.weir.gateway.model.Failure;
import io.weir.gateway.normalize.Types;
import io.weir.gateway.settings.Config;
import io.weir.gateway.sink.SinkConfig;
import io.weir.gateway.source.SourceConfig;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Looks at everything a gateway needs, and says what to do. */
@Command(
    name = "doctor",
    description = {
      "Check everything that a gateway needs, and say what to do about what is wrong: versions,"
          + " memory, clock, data directory and disk, logs, brokers and their limits, stores, and"
          + " the gateway itself if it runs.",
      "",
      "Works before the first start and beside a running gateway. It writes nothing to a store and"
          + " nothing to a log. It measures the disk with a file of its own in the data directory,"
          + " and connects to each broker under a client id of its own.",
    },
    footer = {
      "",
      "  weir doctor --config F",
      "  weir doctor --config F --tbw 60     also says how long a card of 60 TBW lasts",
      "",
      "Exit code 0 if nothing is wrong, 1 if something is."
    })
final class DoctorCommand extends AskingCommand {

  private final Time time;
  private final FileSystem files;

  @Option(
      names = "--tbw",
      paramLabel = "TB",
      description = "What the disk endures by its data sheet: terabytes written (TBW).")
  private @Nullable Double tbw;

  DoctorCommand(Terminal terminal, Time time, FileSystem files) {
    super(terminal);
    this.time = time;
    this.files = files;
  }

  @Override
  public Integer call() throws ConfigException, InputException, IOException {
    if (tbw != null && !(tbw > 0)) {
      throw new InputException("--tbw takes what the disk endures, above 0, not " + tbw);
    }
    Config config = options.load();
    Diagnosis diagnosis = new Diagnosis(terminal.out());
    diagnosis.ok("configuration", options.file + " is valid");
    for (String warning : Warnings.of(config)) {
      diagnosis.note("configuration", warning, "");
    }
    DataDirectory data = new DataDirectory(config.gateway().dataDir());
    new MachineCheck(diagnosis, time, config).run();
    WearCheck wear = new WearCheck(diagnosis, config.gateway().storage(), tbw);
    GatewayCheck gateway = new GatewayCheck(diagnosis, config, wear, token(config));
    boolean runs = gateway.run();
    new DataDirectoryCheck(diagnosis, config, data, files, time).run(runs);
    new LogsCheck(diagnosis, data, files, time, wear).run(runs);
    for (SourceConfig source : config.sources()) {
      new BrokerCheck(diagnosis, options.file(), config).run(source);
    }
    List<Types.Pin> pins = pins(data, diagnosis);
    for (SinkConfig sink : config.sinks()) {
      new StoreCheck(diagnosis, time, config.routes(), pins, token(config)).run(sink, runs);
    }
    terminal
        .out()
        .printf(
            "%n%s wrong, %s%n",
            diagnosis.wrong() == 0 ? "nothing is" : diagnosis.wrong() + " things are",
            DiscoverReport.count(diagnosis.notes(), "note"));
    return diagnosis.wrong() == 0 ? Program.DONE : Program.INPUT_WRONG;
  }

  private List<Types.Pin> pins(DataDirectory data, Diagnosis diagnosis) {
    String subject = "pinned types";
    try {
      return Types.load(
              data.types(files, file -> diagnosis.wrong(subject, file + " is damaged", "")))
          .pins();
    } catch (IOException e) {
      diagnosis.wrong(subject, "cannot be read: " + Failure.inWords(e), "");
      return List.of();
    }
  }
}
