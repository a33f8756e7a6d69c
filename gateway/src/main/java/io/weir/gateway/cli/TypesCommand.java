package io.weir.gateway.cli;

import io.weir.gateway.config.ConfigException;
import io.weir.gateway.datadir.DataDirectory;
import io.weir.gateway.log.FileSystem;
import io.weir.gateway.model.Value;
import io.weir.gateway.normalize.Types;
import java.io.Closeable;
import java.io.IOException;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Shows and changes pinned types; a field's type is pinned when it is first seen. */
@Command(
    name = "types",
    description = "List or set the types that fields are pinned to.",
    footer = {
      "",
      "  weir types list --config F",
      "  weir types set --config F telemetry good integer     while the gateway is stopped"
    })
final class TypesCommand extends CommandGroup {

  /** With its commands. */
  static CommandLine line(Terminal terminal, FileSystem files) {
    return new CommandLine(new TypesCommand())
        .addSubcommand(new ListPins(terminal, files))
        .addSubcommand(new SetPin(terminal, files));
  }

  private static DataDirectory data(ConfigOptions options) throws ConfigException {
    return new DataDirectory(options.load().gateway().dataDir());
  }

  private static String word(Value.Type type) {
    return type.name().toLowerCase(Locale.ROOT);
  }

  @Command(name = "list", description = "List measurement, field and type of every pin.")
  static final class ListPins extends ConfiguredCommand {

    private final FileSystem files;

    ListPins(Terminal terminal, FileSystem files) {
      super(terminal);
      this.files = files;
    }

    @Override
    public Integer call() throws ConfigException, IOException {
      for (Types.Pin pin : Types.load(data(options).types(files, this::warnOfDamage)).pins()) {
        terminal.out().printf("%-20s %-30s %s%n", pin.measurement(), pin.field(), word(pin.type()));
      }
      return Program.DONE;
    }
  }

  @Command(
      name = "set",
      description = {
        "Pin a field to a type, while the gateway is stopped. Data that a store already holds with"
            + " the old type stays there and may have to be moved first."
      })
  static final class SetPin extends ConfiguredCommand {

    @Parameters(index = "0", paramLabel = "MEASUREMENT", description = "Such as telemetry.")
    private String measurement = "";

    @Parameters(index = "1", paramLabel = "FIELD", description = "The metric's name in the store.")
    private String field = "";

    @Parameters(
        index = "2",
        paramLabel = "TYPE",
        description = "float, integer, boolean or string.")
    private Value.Type type = Value.Type.FLOAT;

    private final FileSystem files;

    SetPin(Terminal terminal, FileSystem files) {
      super(terminal);
      this.files = files;
    }

    @Override
    public Integer call() throws ConfigException, InputException, IOException {
      DataDirectory data = data(options);
      Closeable lock = data.lock(files);
      try {
        Types.load(data.types(files, this::warnOfDamage)).set(measurement, field, type);
      } catch (IllegalArgumentException e) {
        throw new InputException(String.valueOf(e.getMessage()));
      } finally {
        lock.close();
      }
      return Program.DONE;
    }
  }
}
