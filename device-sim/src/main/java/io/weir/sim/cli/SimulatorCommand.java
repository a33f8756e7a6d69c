package io.weir.sim.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.OverwrittenOptionException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** The command line of {@code weir-sim}. Exit codes: 0 success, 1 wrong input, 2 a failure. */
@Command(
    name = "weir-sim",
    description = "A simulated factory that publishes over MQTT.",
    synopsisSubcommandLabel = "COMMAND",
    footer = {
      "",
      "Start here:",
      "  weir-sim run --broker --history 16h     a factory with a past of two shifts, and a broker",
      "  weir-sim run --scenario breakdown       events to play; run --help lists them",
      "  weir-sim break press-01 --for 2m        breaks a machine of a running factory",
      "  weir-sim COMMAND --help                 what a command does, with examples",
      "",
      "Exit codes: 0 success, 1 wrong input, 2 the computer or the broker failed."
    })
public final class SimulatorCommand implements Runnable {

  @Spec private CommandSpec spec;

  private SimulatorCommand() {}

  /** Runs a command to its end and returns its exit code. */
  public static int run(Console console, String... args) {
    CommandLine line =
        new CommandLine(new SimulatorCommand())
            .addSubcommand(new RunPlantCommand(console))
            .addSubcommand(new ReplayCsvCommand(console))
            .addSubcommand(new LoadCommand(console))
            .addSubcommand(new OrderCommand.Break(console))
            .addSubcommand(new OrderCommand.Mend(console))
            .addSubcommand(new OrderCommand.Poison(console))
            .setOut(console.out())
            .setErr(console.err())
            .registerConverter(Duration.class, new DurationConverter())
            .setParameterExceptionHandler((e, unused) -> wrongArguments(e))
            .setExecutionExceptionHandler((e, unused, parsed) -> failed(console, e));
    line.getCommandSpec().mixinStandardHelpOptions(true).version(version());
    line.getSubcommands()
        .values()
        .forEach(each -> each.getCommandSpec().mixinStandardHelpOptions(true).version(version()));
    line.setUsageHelpWidth(100);
    return line.setExecutionStrategy(SimulatorCommand::withConfigFile).execute(args);
  }

  /**
   * Runs the parsed command; with {@code --config} it is parsed again, with defaults from the file.
   */
  private static int withConfigFile(ParseResult parsed) {
    ParseResult command = parsed.hasSubcommand() ? parsed.subcommand() : parsed;
    Path file = command.matchedOptionValue("--config", (Path) null);
    if (file == null) {
      return new RunLast().execute(parsed);
    }
    CommandLine root = parsed.commandSpec().commandLine();
    try {
      CommandLine own = command.commandSpec().commandLine();
      own.setDefaultValueProvider(OptionsFile.read(file, command.commandSpec()));
      return new RunLast().execute(root.parseArgs(parsed.originalArgs().toArray(new String[0])));
    } catch (UserError e) {
      root.getErr().println("weir-sim: " + e.getMessage());
      return 1;
    }
  }

  /** The version in the jar's manifest. */
  private static String version() {
    String version = SimulatorCommand.class.getPackage().getImplementationVersion();
    return "weir-sim " + (version == null ? "(not packaged)" : version);
  }

  private static int wrongArguments(ParameterException e) {
    PrintWriter err = e.getCommandLine().getErr();
    err.println("weir-sim: " + message(e));
    UnmatchedArgumentException.printSuggestions(e, err);
    err.println("Try: " + e.getCommandLine().getCommandSpec().qualifiedName() + " --help");
    return 1;
  }

  /**
   * What is wrong, in the words of the reader, where picocli names indexes of arguments and types
   * of Java. The gateway says the same.
   */
  private static String message(ParameterException e) {
    if (e instanceof UnmatchedArgumentException unmatched) {
      return unmatched(unmatched);
    }
    if (e instanceof MissingParameterException missing) {
      return missing(missing.getMissing());
    }
    if (e instanceof OverwrittenOptionException twice) {
      return named(twice.getOverwritten()) + " is given more than once; give it once";
    }
    if (!(e.getArgSpec() instanceof OptionSpec option && e.getValue() != null)) {
      return String.valueOf(e.getMessage());
    }
    Class<?> type = option.typeInfo().getType();
    String name = named(option);
    if (type == Duration.class && e.getCause() != null) {
      return name + ": " + e.getCause().getMessage();
    }
    String expected =
        type == boolean.class
            ? "no value"
            : type == ZoneId.class
                ? "a time zone such as Europe/Berlin"
                : type == long.class || type == int.class
                    ? "a whole number"
                    : type == double.class || type == Double.class ? "a number" : null;
    return expected == null
        ? String.valueOf(e.getMessage())
        : name + " takes " + expected + ", not '" + e.getValue() + "'";
  }

  private static String unmatched(UnmatchedArgumentException e) {
    String word = e.getUnmatched().get(0);
    if (e.isUnknownOption()) {
      return "there is no option '" + word + "'";
    }
    Set<String> commands = e.getCommandLine().getSubcommands().keySet();
    return commands.isEmpty()
        ? "'" + word + "' is not expected"
        : "there is no command '%s'; weir-sim has %s".formatted(word, String.join(", ", commands));
  }

  private static String missing(List<ArgSpec> args) {
    String all =
        args.stream()
            .map(arg -> arg.isOption() ? named(arg) + "=" + arg.paramLabel() : arg.paramLabel())
            .collect(Collectors.joining(" and "));
    if (args.size() > 1) {
      return all + " are missing";
    }
    return args.get(0).required()
        ? all + " is missing"
        : named(args.get(0)) + " needs a value: " + all;
  }

  private static String named(ArgSpec arg) {
    return arg instanceof OptionSpec option ? option.longestName() : arg.paramLabel();
  }

  private static int failed(Console console, Exception e) {
    if (e instanceof UserError) {
      console.note(e.getMessage());
      return 1;
    }
    if (e instanceof IOException || e instanceof UncheckedIOException) {
      console.note(
          String.valueOf(
              e instanceof UncheckedIOException u ? u.getCause().getMessage() : e.getMessage()));
      return 2;
    }
    e.printStackTrace(console.err());
    return 2;
  }

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "a command is missing: run, replay, load, break, mend or poison");
  }
}
