package io.weir.gateway.cli;

import io.weir.gateway.config.Config;
import picocli.CommandLine.Command;

/** {@code weir run}: reads the configuration, begins to log, and runs what it is given. */
@Command(
    name = "run",
    description = "Run the gateway until Ctrl-C or SIGTERM, then stop cleanly.",
    footer = {
      "",
      "  weir run --config config/demo.yaml",
      "  weir run --config config/demo.yaml --set http.port=8081 --set logging.level=debug"
    })
public final class RunCommand extends ConfiguredCommand {

  /** The gateway from start to stop. */
  public interface Gateway {

    /**
     * Runs until it is told to stop.
     *
     * @return the exit code
     * @throws Exception if it cannot start or go on; told in one line, exit code 2
     */
    int run(Config config) throws Exception;
  }

  private final Gateway gateway;

  public RunCommand(Terminal terminal, Gateway gateway) {
    super(terminal);
    this.gateway = gateway;
  }

  @Override
  public Integer call() throws Exception {
    Config config = options.load();
    LogSetup.apply(config.logging(), terminal.err());
    return gateway.run(config);
  }
}
