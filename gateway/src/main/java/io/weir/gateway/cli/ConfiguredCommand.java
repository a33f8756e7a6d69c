package io.weir.gateway.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** A command that reads the configuration. */
@Command
abstract class ConfiguredCommand implements Callable<Integer> {

  final Terminal terminal;
  @Mixin final ConfigOptions options;

  ConfiguredCommand(Terminal terminal) {
    this.terminal = terminal;
    this.options = new ConfigOptions(terminal);
  }

  void warnOfDamage(String file) {
    terminal.err().println("warning: " + file + " of the data directory is damaged; read as empty");
  }
}
