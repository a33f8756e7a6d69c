package io.weir.gateway.cli;

import io.weir.gateway.config.ConfigException;
import io.weir.gateway.config.Secret;
import io.weir.gateway.datadir.DataDirectory;
import io.weir.gateway.log.FileSystem;
import io.weir.gateway.normalize.Types;
import io.weir.gateway.settings.Config;
import io.weir.gateway.sink.HeldFields;
import io.weir.gateway.sink.SinkConfig;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "check",
    description = "Check a configuration file: every problem with its line, or what would run.",
    footer = {
      "",
      "  weir check --config config/gateway.yaml",
      "  weir check --config config/gateway.yaml --online     compares the types of fields with each store's"
    })
final class CheckCommand extends AskingCommand {

  @Option(
      names = "--online",
      description =
          "Also ask each store for its fields, and name those that it holds with another type.")
  private boolean online;

  private final FileSystem files;

  CheckCommand(Terminal terminal, FileSystem files) {
    super(terminal);
    this.files = files;
  }

  @Override
  public Integer call() throws ConfigException, InputException, IOException {
    Config config = options.load();
    terminal.out().println(options.file + " is valid.");
    Summary.of(config).forEach(terminal.out()::println);
    Warnings.of(config).forEach(warning -> terminal.out().println("warning: " + warning));
    return online ? compareTypes(config) : Program.DONE;
  }

  /** Exit code 1 where a store holds a field with another type, 2 where one does not answer. */
  private int compareTypes(Config config) throws InputException, IOException {
    DataDirectory data = new DataDirectory(config.gateway().dataDir());
    List<Types.Pin> pins = Types.load(data.types(files, this::warnOfDamage)).pins();
    Secret token = token(config);
    int code = Program.DONE;
    for (SinkConfig sink : config.sinks()) {
      try {
        HeldFields held = StoreTypes.held(sink, token);
        if (!held.note().isEmpty()) {
          terminal.out().println("sink " + sink.name() + ": " + held.note());
        }
        for (String each : StoreTypes.conflicts(config.routes(), pins, held.fields())) {
          terminal.err().println("sink " + sink.name() + ": " + each);
          code = Math.max(code, Program.INPUT_WRONG);
        }
      } catch (IOException e) {
        terminal
            .err()
            .println("sink " + sink.name() + ": its fields are not known: " + e.getMessage());
        code = Program.FAILED;
      }
    }
    return code;
  }
}
