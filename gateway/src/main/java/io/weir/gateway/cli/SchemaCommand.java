package io.weir.gateway.cli;

import io.weir.gateway.settings.ConfigSchema;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

@Command(
    name = "schema",
    description =
        "Print the JSON Schema of the configuration file, with the keys of all plugins, for editors.",
    footer = {"", "  weir schema > weir.schema.json"})
final class SchemaCommand implements Callable<Integer> {

  private final Terminal terminal;

  SchemaCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    terminal.out().print(ConfigSchema.text());
    terminal.out().flush();
    return Program.DONE;
  }
}
