package io.weir.gateway.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static picocli.CommandLine.Model.UsageMessageSpec.SECTION_KEY_FOOTER;

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
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.IHelpSectionRenderer;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.OverwrittenOptionException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;
import picocli.CommandLine.UnmatchedArgumentException;

/** The program {@code weir}: runs the command named by its arguments. */
public final class Program {

  static final int DONE = 0;
  static final int INPUT_WRONG = 1;
  static final int FAILED = 2;

  /** What a shell shows for a program that SIGPIPE has ended: 128 and the number of the signal. */
  static final int NOBODY_READS = 141;

  /** The environment variable with the token that the gateway is asked with. */
  static final String TOKEN = "WEIR_TOKEN";

  private final Terminal terminal;
  private final Map<String, Supplier<Object>> commands = new LinkedHashMap<>();
  private final Function<List<String>, @Nullable RunCommand> plainRun;

  /**
   * @param time the clocks of the commands
   * @param files the disk on which the commands find the data directory
   * @param gateway what {@code weir run} runs
   */
  public Program(Terminal terminal, Time time, FileSystem files, RunCommand.Gateway gateway) {
    this.terminal = terminal;
    this.plainRun = args -> RunCommand.plain(args, terminal, time, files, gateway);
    commands.put("run", () -> new RunCommand(terminal, time, files, gateway));
    commands.put("check", () -> new CheckCommand(terminal, files));
    commands.put("schema", () -> new SchemaCommand(terminal));
    commands.put("discover", () -> new DiscoverCommand(terminal, time));
    commands.put("decode", () -> new DecodeCommand(terminal, time, files));
    commands.put("doctor", () -> new DoctorCommand(terminal, time, files));
    commands.put("ledger", () -> new LedgerCommand(terminal, files));
    commands.put("buffer", () -> BufferCommand.line(terminal, time, files));
    commands.put("quarantine", () -> QuarantineCommand.line(terminal, files));
    commands.put("reload", () -> new ReloadCommand(terminal));
    commands.put("efficiency", () -> EfficiencyCommand.line(terminal));
    commands.put("corrections", () -> CorrectionsCommand.line(terminal, time, files));
    commands.put("hints", () -> HintsCommand.line(terminal));
    commands.put("orders", () -> OrdersCommand.line(terminal));
    commands.put("notify", () -> NotifyCommand.line(terminal, time));
    commands.put("backup", () -> new BackupCommand(terminal, time, files));
    commands.put("restore", () -> new RestoreCommand(terminal, time, files));
    commands.put("types", () -> TypesCommand.line(terminal, files));
    commands.put("user", () -> UserCommand.line(terminal));
    commands.put("bundle", () -> BundleCommand.line(terminal, time));
    commands.put("share-classes", () -> new ShareClassesCommand(terminal));
    commands.put("version", () -> new VersionCommand(terminal));
  }

  /** All commands, as picocli knows them. */
  CommandLine commands() {
    return with(commands.keySet());
  }

  /**
   * With these commands: picocli looks at every class that it is given, which for all of them takes
   * a tenth of the start.
   */
  private CommandLine with(Set<String> names) {
    CommandLine line = new CommandLine(new WeirCommand());
    names.forEach(name -> line.addSubcommand(name, made(name)));
    return line.setUsageHelpWidth(100)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setOut(new PrintWriter(terminal.out(), true, UTF_8))
        .setErr(new PrintWriter(terminal.err(), true, UTF_8))
        .setParameterExceptionHandler((e, args) -> usage(e))
        .setExecutionExceptionHandler((e, command, parsed) -> failure(e, command));
  }

  private Object made(String name) {
    return Objects.requireNonNull(commands.get(name)).get();
  }

  /** The exit code. */
  public int run(String... args) {
    try {
      InstalledKinds.check();
      int exit = exit(args);
      boolean lost = terminal.out().checkError();
      if (exit == DONE && lost) {
        terminal
            .err()
            .println("weir: not all of the result could be written to the standard output");
        return FAILED;
      }
      return exit;
    } catch (PluginException e) {
      terminal.err().println("weir: " + e.getMessage());
      return FAILED;
    } catch (StandardOutput.ClosedPipe e) {
      return NOBODY_READS;
    }
  }

  private int exit(String... args) {
    RunCommand plain = plainRun.apply(List.of(args));
    if (plain != null) {
      return run(plain);
    }
    boolean isOne = args.length > 0 && commands.containsKey(args[0]);
    CommandLine line = with(isOne ? Set.of(args[0]) : commands.keySet());
    describeKinds(line);
    CommandLine check = line.getSubcommands().get("check");
    if (check != null) {
      describeKinds(check);
    }
    return line.execute(args);
  }

  /** The same as through picocli, whose classes take a tenth of the start to load. */
  private int run(RunCommand command) {
    try {
      return command.call();
    } catch (Exception e) {
      return failure(e);
    }
  }

  /** Below the help of a command; made only where somebody reads it. */
  private static void describeKinds(CommandLine command) {
    IHelpSectionRenderer footer =
        Objects.requireNonNull(command.getHelpSectionMap().get(SECTION_KEY_FOOTER));
    command
        .getHelpSectionMap()
        .put(
            SECTION_KEY_FOOTER,
            help ->
                footer.render(help)
                    + InstalledKinds.lines().stream()
                        .map(line -> line + System.lineSeparator())
                        .collect(Collectors.joining()));
  }

  private int usage(ParameterException e) {
    CommandLine command = e.getCommandLine();
    terminal.err().println("weir: " + message(e));
    if (!UnmatchedArgumentException.printSuggestions(e, command.getErr())) {
      terminal.err().println(command.getHelp().fullSynopsis().strip());
    }
    terminal.err().println("Try: " + command.getCommandSpec().qualifiedName() + " --help");
    return INPUT_WRONG;
  }

  /**
   * What is wrong, in the words of the reader, where picocli names classes of Java and indexes of
   * arguments. The simulator says the same.
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
    ArgSpec arg = e.getArgSpec();
    if (arg == null || !(e.getCause() instanceof TypeConversionException)) {
      return String.valueOf(e.getMessage());
    }
    return named(arg) + " takes " + expected(arg) + ", not '" + e.getValue() + "'";
  }

  private static String unmatched(UnmatchedArgumentException e) {
    String word = e.getUnmatched().get(0);
    if (e.isUnknownOption()) {
      return "there is no option '" + word + "'";
    }
    CommandLine command = e.getCommandLine();
    return command.getCommand() instanceof CommandGroup
        ? "there is no command '%s'; %s has %s"
            .formatted(
                word,
                command.getCommandSpec().qualifiedName(),
                String.join(", ", command.getSubcommands().keySet()))
        : "'" + word + "' is not expected";
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

  private static String expected(ArgSpec arg) {
    if (arg.completionCandidates() != null) {
      List<String> words = new ArrayList<>();
      arg.completionCandidates().forEach(word -> words.add(word.toLowerCase(Locale.ROOT)));
      int last = words.size() - 1;
      return String.join(", ", words.subList(0, last)) + " or " + words.get(last);
    }
    Class<?> type = arg.typeInfo().getType();
    if (type == boolean.class) {
      return "no value";
    }
    return type == double.class || type == Double.class ? "a number" : "a whole number";
  }

  private int failure(Exception e, CommandLine command) {
    if (command.getCommandSpec().root().userObject() instanceof WeirCommand weir && weir.debug) {
      e.printStackTrace(terminal.err());
    }
    return failure(e);
  }

  private int failure(Exception e) {
    if (e instanceof ConfigException wrong) {
      wrong.problems().forEach(terminal.err()::println);
      return INPUT_WRONG;
    }
    terminal.err().println("weir: " + reason(e));
    return e instanceof InputException
            || e instanceof RunningGateway.WrongException
            || e instanceof HeapTooSmallException
        ? INPUT_WRONG
        : FAILED;
  }

  /** A readable reason; for a failure of the file system, Java often gives only the path. */
  static String reason(Exception e) {
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
