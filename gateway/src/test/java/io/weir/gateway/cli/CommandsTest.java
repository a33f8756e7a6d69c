package io.weir.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.log.FileSystem;
import io.weir.gateway.log.Time;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

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
}
