package io.weir.gateway.cli;

import io.weir.gateway.config.ConfigException;
import io.weir.gateway.datadir.DataDirectory;
import io.weir.gateway.datadir.HeldDirectory;
import io.weir.gateway.fleet.BundleStore;
import io.weir.gateway.fleet.Installed;
import io.weir.gateway.log.FileSystem;
import io.weir.gateway.log.Time;
import io.weir.gateway.settings.Config;
import io.weir.gateway.settings.ConfigFile;
import io.weir.gateway.settings.HeapNeed;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
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

  /** A value that picocli takes as it is: no option, no file of arguments, nothing quoted. */
  private static final Pattern PLAIN_VALUE = Pattern.compile("[^-@\"'\\x00][^\"'\\x00]*");

  private final Time time;
  private final FileSystem files;
  private final Gateway gateway;

  @Option(names = "--watch", description = "Apply changed routes as soon as the file changes.")
  private boolean watch;

  /**
   * @param files the disk on which the data directory lies
   */
  public RunCommand(Terminal terminal, Time time, FileSystem files, Gateway gateway) {
    super(terminal);
    this.time = time;
    this.files = files;
    this.gateway = gateway;
  }

  /**
   * The command that these arguments name, where they say no more than how a service is started:
   * {@code run}, one {@code --config FILE}, any {@code --set KEY=VALUE} and {@code --watch}. {@code
   * null} for all that picocli has to judge.
   */
  static @Nullable RunCommand plain(
      List<String> args, Terminal terminal, Time time, FileSystem files, Gateway gateway) {
    if (args.isEmpty() || !args.get(0).equals("run")) {
      return null;
    }
    RunCommand command = new RunCommand(terminal, time, files, gateway);
    List<String> settings = new ArrayList<>();
    boolean hasFile = false;
    for (int i = 1; i < args.size(); i++) {
      String option = args.get(i);
      if (option.equals("--watch") && !command.watch) {
        command.watch = true;
        continue;
      }
      String value = i + 1 < args.size() ? args.get(++i) : "";
      if (!PLAIN_VALUE.matcher(value).matches()) {
        return null;
      }
      if (option.equals("--set")) {
        settings.add(value);
      } else if ((option.equals("--config") || option.equals("-c")) && !hasFile) {
        hasFile = true;
        command.options.file = Path.of(value);
      } else {
        return null;
      }
    }
    command.options.settings = settings;
    return hasFile ? command : null;
  }

  @Override
  public Integer call() throws Exception {
    ConfigFile file = options.file();
    if (watch) {
      file = file.with("gateway.reload=on-change");
    }
    Config config = begun(file);
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

  /**
   * The configuration. Where the gateway follows a bundle, this start is counted before anything of
   * the bundle can fail; one that lets the gateway not start is taken back here.
   */
  private Config begun(ConfigFile file) throws ConfigException, IOException {
    Config config = null;
    ConfigException wrong = null;
    try {
      config = file.load();
    } catch (ConfigException e) {
      wrong = e;
    }
    Path usual = config == null ? null : config.gateway().dataDir();
    boolean hasBundle = usual == null || Installed.inUse(usual) != null;
    Path data = hasBundle ? file.followsIn() : null;
    if (data != null && Installed.inUse(data) != null) {
      return begun(file, config, wrong, data);
    }
    if (wrong != null) {
      throw wrong;
    }
    return Objects.requireNonNull(config);
  }

  private Config begun(
      ConfigFile file, @Nullable Config config, @Nullable ConfigException wrong, Path data)
      throws ConfigException, IOException {
    try (HeldDirectory held = new DataDirectory(data).lock(files)) {
      BundleStore store = BundleStore.open(held.files(), data);
      String reason = store.starting();
      if (reason.isEmpty() && wrong != null && store.isTried()) {
        reason = "it had a problem when the gateway started: " + wrong.problems().get(0);
        store.goBack(reason);
      }
      if (!reason.isEmpty()) {
        terminal.err().println("weir: the bundle was taken back: " + reason);
        return file.load();
      }
    }
    if (wrong != null) {
      throw wrong;
    }
    return Objects.requireNonNull(config);
  }
}
