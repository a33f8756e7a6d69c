package io.weir.gateway.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.weir.gateway.config.ConfigException;
import io.weir.gateway.log.FileSystem;
import io.weir.gateway.log.Time;
import io.weir.gateway.plugin.PluginException;
import io.weir.gateway.settings.HeapTooSmallException;
import io.weir.gateway.settings.InstalledKinds;
import java.io.PrintWriter;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Arrays;
import java.util.Objects;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Model.UsageMessageSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** The program {@code weir}: runs the command named by its arguments. */
public final class Program {

  static final int DONE = 0;
  static final int INPUT_WRONG = 1;
  static final int FAILED = 2;

  /** The environment variable with the token that the gateway is asked with. */
  static final String TOKEN = "WEIR_TOKEN";

  private final Terminal terminal;
  private final CommandLine line;

  /**
   * @param time the clocks of the commands
   * @param files the disk on which the commands find the data directory
   * @param gateway what {@code weir run} runs
   */
  public Program(Terminal terminal, Time time, FileSystem files, RunCommand.Gateway gateway) {
    this.terminal = terminal;
    this.line =
        new CommandLine(new WeirCommand())
            .addSubcommand(new RunCommand(terminal, time, gateway))
            .addSubcommand(new CheckCommand(terminal, files))
            .addSubcommand(new SchemaCommand(terminal))
            .addSubcommand(new DiscoverCommand(terminal, time))
            .addSubcommand(new DecodeCommand(terminal, time, files))
            .addSubcommand(new DoctorCommand(terminal, time, files))
            .addSubcommand(new LedgerCommand(terminal, files))
            .addSubcommand(BufferCommand.line(terminal, time, files))
            .addSubcommand(QuarantineCommand.line(terminal, files))
            .addSubcommand(new ReloadCommand(terminal))
            .addSubcommand(EfficiencyCommand.line(terminal))
            .addSubcommand(CorrectionsCommand.line(terminal, time, files))
            .addSubcommand(HintsCommand.line(terminal))
            .addSubcommand(OrdersCommand.line(terminal))
            .addSubcommand(NotifyCommand.line(terminal, time))
            .addSubcommand(new BackupCommand(terminal, time, files))
            .addSubcommand(new RestoreCommand(terminal, time, files))
            .addSubcommand(TypesCommand.line(terminal, files))
            .addSubcommand(UserCommand.line(terminal))
            .addSubcommand(new VersionCommand(terminal))
            .setUsageHelpWidth(100)
            .setCaseInsensitiveEnumValuesAllowed(true)
            .setOut(new PrintWriter(terminal.out(), true, UTF_8))
            .setErr(new PrintWriter(terminal.err(), true, UTF_8))
            .setParameterExceptionHandler((e, args) -> usage(e))
            .setExecutionExceptionHandler((e, command, parsed) -> failure(e, command));
  }

  /** All commands, as picocli knows them. */
  CommandLine commands() {
    return line;
  }

  /** The exit code. */
  public int run(String... args) {
    try {
      InstalledKinds.check();
    } catch (PluginException e) {
      terminal.err().println("weir: " + e.getMessage());
      return FAILED;
    }
    describeKinds(line);
    describeKinds(Objects.requireNonNull(line.getSubcommands().get("check")));
    return line.execute(args);
  }

  private static void describeKinds(CommandLine command) {
    UsageMessageSpec usage = command.getCommandSpec().usageMessage();
    usage.footer(
        Stream.concat(Arrays.stream(usage.footer()), InstalledKinds.lines().stream())
            .toArray(String[]::new));
  }

  private int usage(ParameterException e) {
    CommandLine command = e.getCommandLine();
    terminal.err().println("weir: " + e.getMessage());
    if (!UnmatchedArgumentException.printSuggestions(e, command.getErr())) {
      terminal.err().println(command.getHelp().fullSynopsis().strip());
    }
    terminal.err().println("Try: " + command.getCommandSpec().qualifiedName() + " --help");
    return INPUT_WRONG;
  }

  private int failure(Exception e, CommandLine command) {
    if (command.getCommandSpec().root().userObject() instanceof WeirCommand weir && weir.debug) {
      e.printStackTrace(terminal.err());
    }
    if (e instanceof ConfigException wrong) {
      wrong.problems().forEach(terminal.err()::println);
      return INPUT_WRONG;
    }
    terminal.err().println("weir: " + reason(e));
    return e instanceof InputException || e instanceof HeapTooSmallException ? INPUT_WRONG : FAILED;
  }

  /** A readable reason; for a failure of the file system, Java often gives only the path. */
  private static String reason(Exception e) {
    if (e instanceof FileSystemException file && file.getReason() == null) {
      String what =
          e instanceof AccessDeniedException
              ? "this user may not read or write it"
              : e instanceof FileAlreadyExistsException
                  ? "there is a file where a folder is needed"
                  : e instanceof NoSuchFileException
                      ? "there is no such file or folder, and it cannot be created"
                      : e.getClass().getSimpleName();
      return file.getFile() + ": " + what;
    }
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }
}
