package io.weir.gateway.cli;

import io.weir.gateway.config.ConfigException;
import io.weir.gateway.config.Secret;
import io.weir.gateway.datadir.DataDirectory;
import io.weir.gateway.log.FileSystem;
import io.weir.gateway.normalize.Types;
import io.weir.gateway.settings.Config;
import io.weir.gateway.sink.HeldFields;
import io.weir.gateway.sink.SinkConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "check",
    description = "Check a configuration file: every problem with its line, or what would run.",
    footer = {
      "",
      "  weir check --config gateway.yaml",
      "  weir check --config gateway.yaml --online     compares the types of fields with each store's",
      "  weir check --config gateway.yaml --cases cases     decodes what was heard, and compares"
    })
final class CheckCommand extends AskingCommand {

  @Option(
      names = "--online",
      description =
          "Also ask each store for its fields, and name those that it holds with another type.")
  private boolean online;

  @Option(
      names = "--cases",
      paramLabel = "DIR",
      description = {
        "Also decode the messages of each folder in DIR (messages.txt), and compare with its",
        "expected.txt; 'weir decode --messages ... --against ... --update' writes that."
      })
  private @Nullable Path cases;

  private final FileSystem files;

  CheckCommand(Terminal terminal, FileSystem files) {
    super(terminal);
    this.files = files;
  }

  @Override
  public Integer call() throws ConfigException, InputException, IOException {
    Config config = options.load();
    terminal.out().println(options.file + " is valid.");
    Summary.of(config).forEach(terminal.out()::println);
    Warnings.of(config).forEach(warning -> terminal.out().println("warning: " + warning));
    int code = cases == null ? Program.DONE : compareCases(config, cases);
    return online ? Math.max(code, compareTypes(config)) : code;
  }

  /** Exit code 1 where a case is not as expected. */
  private int compareCases(Config config, Path folder) throws InputException, IOException {
    List<CaseFolder> all = CaseFolder.in(folder);
    int wrong = 0;
    for (CaseFolder each : all) {
      String difference;
      try {
        difference = each.difference(config.routes(), terminal);
      } catch (InputException e) {
        difference = e.getMessage();
      }
      if (!difference.isEmpty()) {
        terminal.err().println("case " + each.name() + ": " + difference);
        wrong++;
      }
    }
    terminal
        .out()
        .println(
            all.size() + (all.size() == 1 ? " case: " : " cases: ") + wrong + " not as expected");
    return wrong == 0 ? Program.DONE : Program.INPUT_WRONG;
  }

  /** Exit code 1 where a store holds a field with another type, 2 where one does not answer. */
  private int compareTypes(Config config) throws InputException, IOException {
    DataDirectory data = new DataDirectory(config.gateway().dataDir());
    List<Types.Pin> pins = Types.load(data.types(files, this::warnOfDamage)).pins();
    Secret token = token(config);
    int code = Program.DONE;
    for (SinkConfig sink : config.sinks()) {
      try {
        HeldFields held = StoreTypes.held(sink, token);
        if (!held.note().isEmpty()) {
          terminal.out().println("sink " + sink.name() + ": " + held.note());
        }
        for (String each :
            StoreTypes.conflicts(config.routes(), pins, sink.thin(), held.fields())) {
          terminal.err().println("sink " + sink.name() + ": " + each);
          code = Math.max(code, Program.INPUT_WRONG);
        }
      } catch (IOException e) {
        terminal
            .err()
            .println("sink " + sink.name() + ": its fields are not known: " + e.getMessage());
        code = Program.FAILED;
      }
    }
    return code;
  }
}
