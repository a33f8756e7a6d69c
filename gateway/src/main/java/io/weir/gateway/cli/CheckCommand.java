package io.weir.gateway.cli;

import io.weir.gateway.config.ConfigException;
import io.weir.gateway.settings.Config;
import picocli.CommandLine.Command;

@Command(
    name = "check",
    description = "Check a configuration file: every problem with its line, or what would run.",
    footer = {"", "  weir check --config config/gateway.yaml"})
final class CheckCommand extends ConfiguredCommand {

  CheckCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  public Integer call() throws ConfigException {
    Config config = options.load();
    terminal.out().println(options.file + " is valid.");
    Summary.of(config).forEach(terminal.out()::println);
    Warnings.of(config).forEach(warning -> terminal.out().println("warning: " + warning));
    return Program.DONE;
  }
}
