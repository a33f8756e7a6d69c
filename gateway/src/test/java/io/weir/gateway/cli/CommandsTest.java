package io.weir.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.log.FileSystem;
import io.weir.gateway.log.Time;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;

/** What all commands have in common: a help that teaches, and a place in the documents. */
class CommandsTest {

  private static final Path PAGE = Path.of("../docs/reference/commands.md");

  private static Stream<CommandLine> commands(CommandLine group) {
    return group.getSubcommands().isEmpty()
        ? Stream.of(group)
        : group.getSubcommands().values().stream().flatMap(CommandsTest::commands);
  }

  private static List<CommandLine> all() {
    Terminal terminal = new Terminal(System.in, System.out, System.err, Map.of());
    return commands(
            new Program(terminal, Time.SYSTEM, FileSystem.DISK, (file, config) -> 0).commands())
        .toList();
  }

  @Test
  void everyCommandHasADescriptionAndADescriptionOfEachOption() {
    assertThat(all()).hasSizeGreaterThan(15);
    for (CommandLine each : all()) {
      String name = each.getCommandSpec().qualifiedName();
      assertThat(each.getCommandSpec().usageMessage().description()).as(name).isNotEmpty();
      each.getCommandSpec()
          .options()
          .forEach(option -> assertThat(option.description()).as(name + option).isNotEmpty());
    }
  }

  /** picocli puts "null" where a text has a dollar sign and braces of its own. */
  @Test
  void noHelpHasAnEmptyVariable() {
    for (CommandLine each : all()) {
      String name = each.getCommandSpec().qualifiedName();
      assertThat(each.getUsageMessage()).as(name).doesNotContainPattern("\\bnull\\b|\\$\\{[A-Z]+-");
    }
  }

  /** The page has a row for each command, and for the two of the quarantine one together. */
  @Test
  void everyCommandIsOnThePageOfTheCommands() throws IOException {
    String page = Files.readString(PAGE);
    for (CommandLine each : all()) {
      String name = each.getCommandSpec().qualifiedName();
      if (!name.equals("weir quarantine show")) {
        assertThat(page).contains("| `" + name + "`");
      }
    }
  }

  @Test
  void thePageNamesTheCommandsThatReadNoConfiguration() throws IOException {
    String page = Files.readString(PAGE);
    int begin = page.indexOf("All commands but ");
    String named = page.substring(begin, page.indexOf("read the configuration", begin));
    for (CommandLine each : all()) {
      String name = each.getCommandSpec().qualifiedName().substring("weir ".length());
      if (each.getCommandSpec().findOption("--config") == null) {
        assertThat(named).contains("`" + name + "`");
      } else {
        assertThat(named).doesNotContain("`" + name + "`");
      }
    }
  }

  /** Not what picocli says: "is not a long", "expected one of [LINE, JSON]". */
  @Test
  void aValueThatIsNoneOfItsKindIsAnsweredInTheUsersWords() {
    int asked = 0;
    for (CommandLine each : all()) {
      List<String> command =
          List.of(each.getCommandSpec().qualifiedName().substring("weir ".length()).split(" "));
      for (ArgSpec arg : each.getCommandSpec().args()) {
        Class<?> type = arg.typeInfo().getType();
        if (type == String.class || type == Path.class || arg.typeInfo().isBoolean()) {
          continue;
        }
        if (arg.typeInfo().isMultiValue()) {
          continue;
        }
        List<String> line = new ArrayList<>(command);
        if (arg instanceof OptionSpec option) {
          line.add(option.longestName() + "=none");
        } else {
          each.getCommandSpec().positionalParameters().forEach(any -> line.add("none"));
        }
        CommandRun run = CommandRun.of(line.toArray(String[]::new));
        assertThat(run.exit()).as(line.toString()).isEqualTo(1);
        assertThat(run.err())
            .as(line.toString())
            .matches("(?s)weir: (--[a-z]+|[A-Z]+) takes [a-z, ]+, not 'none'\n.*")
            .doesNotContain("stranger");
        asked++;
      }
    }
    assertThat(asked).isGreaterThan(10);
  }

  /** Scripts rely on them: docs/reference/compatibility.md. */
  @Test
  void noCommandOrOptionOfAnEarlierVersionIsGone() throws IOException {
    Set<String> now = new TreeSet<>();
    for (CommandLine each : all()) {
      String name = each.getCommandSpec().qualifiedName();
      now.add(name);
      each.getCommandSpec()
          .options()
          .forEach(option -> List.of(option.names()).forEach(as -> now.add(name + " " + as)));
    }
    Files.createDirectories(Path.of("target/compatibility"));
    Files.write(Path.of("target/compatibility/commands.txt"), now);
    Path kept = Path.of("src/test/resources/io/weir/gateway/compatibility");
    try (Stream<Path> versions = Files.list(kept).filter(Files::isDirectory)) {
      for (Path version : versions.toList()) {
        List<String> before = Files.readAllLines(version.resolve("commands.txt"));
        assertThat(before).hasSizeGreaterThan(60);
        assertThat(now).as("what %s has", version.getFileName()).containsAll(before);
      }
    }
  }

  /** A command line of a document, in a block of code or within a sentence. */
  private static final Pattern LINE =
      Pattern.compile("(?:^|[\\s`/])weir ([a-z]+(?: [a-z]+)?)([^`|>;&]*)");

  private static final Pattern OPTION = Pattern.compile("(?<=\\s)--[a-z-]+");

  @Test
  void everyOptionThatADocumentGivesToACommandExists() throws IOException {
    CommandLine weir = all().get(0).getParent();
    Set<String> wrong = new TreeSet<>();
    Set<String> seen = new TreeSet<>();
    for (Path document : documents()) {
      String text = Files.readString(document).replace("\\\n", " ");
      for (String line : text.split("\n")) {
        Matcher match = LINE.matcher(line);
        while (match.find()) {
          String[] words = match.group(1).split(" ");
          CommandLine command = weir.getSubcommands().get(words[0]);
          if (command != null && words.length > 1 && !command.getSubcommands().isEmpty()) {
            command = command.getSubcommands().get(words[1]);
          }
          List<String> options =
              OPTION.matcher(match.group(2)).results().map(MatchResult::group).toList();
          if (command == null && !options.isEmpty()) {
            wrong.add(document.getFileName() + ": " + line.strip());
          } else if (command != null) {
            for (String option : options) {
              seen.add(command.getCommandName() + " " + option);
              if (command.getCommandSpec().findOption(option) == null) {
                wrong.add(document.getFileName() + ": " + option + " in " + line.strip());
              }
            }
          }
        }
      }
    }
    assertThat(seen).hasSizeGreaterThan(20);
    assertThat(wrong).isEmpty();
  }

  private static List<Path> documents() throws IOException {
    List<Path> documents = new ArrayList<>(List.of(Path.of("../README.md")));
    for (String folder : List.of("../docs", "src/main/resources")) {
      try (Stream<Path> files = Files.walk(Path.of(folder))) {
        files.filter(file -> file.toString().endsWith(".md")).forEach(documents::add);
      }
    }
    return documents;
  }

  @Test
  void theConfigurationOfTheReadmeIsValid(@TempDir Path folder) throws IOException {
    String readme = Files.readString(Path.of("../README.md"));
    int begin = readme.indexOf("```yaml") + "```yaml".length();
    Path file = folder.resolve("gateway.yaml");
    Files.writeString(file, readme.substring(begin, readme.indexOf("```", begin)));
    CommandRun check = CommandRun.of("check", "--config", file.toString());
    assertThat(check.err()).isEmpty();
    assertThat(check.out()).contains("is valid", "InfluxDB");
  }
}
