package io.weir.gateway.cli;

import io.weir.gateway.config.ConfigException;
import io.weir.gateway.settings.Config;
import io.weir.gateway.settings.ConfigFile;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Option;

/** The options of each command that needs the configuration. */
final class ConfigOptions {

  private final Terminal terminal;

  @Option(
      names = {"-c", "--config"},
      paramLabel = "FILE",
      required = true,
      description = "The configuration file; config/gateway.yaml explains every key.")
  Path file = Path.of("gateway.yaml");

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = {
        "Overrides one value of the file, such as http.port=8081 or",
        "sources[plant].url=tcp://localhost:1884. Can be repeated."
      })
  List<String> settings = List.of();

  ConfigOptions(Terminal terminal) {
    this.terminal = terminal;
  }

  ConfigFile file() {
    return new ConfigFile(file, terminal.environment(), settings);
  }

  Config load() throws ConfigException {
    return file().load();
  }
}
