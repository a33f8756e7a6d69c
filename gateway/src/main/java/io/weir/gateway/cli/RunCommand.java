package io.weir.gateway.cli;

import io.weir.gateway.log.Time;
import io.weir.gateway.settings.Config;
import io.weir.gateway.settings.ConfigFile;
import io.weir.gateway.settings.HeapNeed;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code weir run}: reads the configuration, sets up logging, and runs the gateway. */
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
     * Runs until a signal stops it.
     *
     * @param file where the configuration was read, to read it again
     * @return the exit code
     * @throws Exception if it cannot start or continue; one line of text, exit code 2
     */
    int run(ConfigFile file, Config config) throws Exception;
  }

  private final Time time;
  private final Gateway gateway;

  @Option(names = "--watch", description = "Apply changed routes as soon as the file changes.")
  private boolean watch;

  public RunCommand(Terminal terminal, Time time, Gateway gateway) {
    super(terminal);
    this.time = time;
    this.gateway = gateway;
  }

  @Override
  public Integer call() throws Exception {
    ConfigFile file = options.file();
    if (watch) {
      file = file.with("gateway.reload=on-change");
    }
    Config config = file.load();
    String tooSmall = HeapNeed.problem(config, Runtime.getRuntime().maxMemory());
    if (tooSmall != null) {
      throw new InputException(tooSmall);
    }
    String tooFew = OpenFileLimit.problem(config, OpenFileLimit.allowed());
    if (tooFew != null) {
      throw new IOException(tooFew);
    }
    String tooFewThreads = ThreadLimit.problem(config);
    if (tooFewThreads != null) {
      throw new IOException(tooFewThreads);
    }
    LogSetup.apply(config.logging(), terminal.err(), time);
    return gateway.run(file, config);
  }
}
