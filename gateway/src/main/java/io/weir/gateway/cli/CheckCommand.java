package io.weir.gateway.cli;

import io.weir.gateway.config.Config;
import io.weir.gateway.config.ConfigException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
    name = "check",
    description = "Check a configuration file: every problem with its line, or what would run.",
    footer = {"", "  weir check --config config/gateway.yaml"})
final class CheckCommand implements Callable<Integer> {

  private final Terminal terminal;
  @Mixin private final ConfigOptions options;

  CheckCommand(Terminal terminal) {
    this.terminal = terminal;
    this.options = new ConfigOptions(terminal);
  }

  @Override
  public Integer call() throws ConfigException {
    Config config = options.load();
    terminal.out().println(options.file + " is good.");
    Summary.of(config).forEach(terminal.out()::println);
    Warnings.of(config).forEach(warning -> terminal.out().println("warning: " + warning));
    return Program.DONE;
  }
}
