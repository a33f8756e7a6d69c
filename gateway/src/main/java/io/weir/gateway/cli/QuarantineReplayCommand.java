package io.weir.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.weir.gateway.config.ConfigException;
import io.weir.gateway.settings.Config;
import java.io.IOException;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Asks the running gateway to replay entries: only the gateway may write to its logs. */
@Command(
    name = "replay",
    description = {
      "Send entries through the running gateway again, with its current routes. Each keeps the"
          + " time when it was first received; what fails again is quarantined again."
    })
final class QuarantineReplayCommand extends AskingCommand {

  @Mixin private final SelectionOptions selection = new SelectionOptions();

  @Option(names = "--all", description = "All entries; not with other selecting options.")
  private boolean all;

  @Option(names = "--again", description = "Also entries that were replayed before.")
  private boolean again;

  QuarantineReplayCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  public Integer call() throws ConfigException, InputException, IOException {
    Config config = options.load();
    Map<String, Object> wanted = selection.members();
    if (wanted.isEmpty() != all) {
      throw new InputException(
          all
              ? "--all selects every entry: leave it out, or the other options"
              : "select entries with an option such as --reason, or with --all");
    }
    RunningGateway gateway = gateway(config);
    if (all) {
      wanted.put("all", true);
    }
    wanted.put("again", again);
    JsonNode json = asked(gateway, new ObjectMapper().writeValueAsString(wanted));
    terminal
        .out()
        .printf(
            "replayed %d: %d readings, %d rejected again in whole or in part;"
                + " skipped %d replayed before and %d whose bytes were not all kept%n",
            json.path("replayed").asLong(),
            json.path("readings").asLong(),
            json.path("stillRejected").asLong(),
            json.path("already").asLong(),
            json.path("cut").asLong());
    long dropped = json.path("dropped").asLong();
    if (dropped > 0) {
      terminal
          .err()
          .printf(
              "not replayed: %,d that the quarantine, which was full, dropped meanwhile%n",
              dropped);
    }
    long damaged = json.path("damaged").asLong();
    if (damaged == 0) {
      return Program.DONE;
    }
    terminal
        .err()
        .printf(
            "not replayed: at least %s that %s damaged; weir buffer verify says where%n",
            DiscoverReport.count(damaged, "record"), damaged == 1 ? "is" : "are");
    return Program.FAILED;
  }

  private static JsonNode asked(RunningGateway gateway, String wanted) throws IOException {
    try {
      return gateway.post("/api/v1/quarantine/replay", wanted);
    } catch (RunningGateway.AwayException e) {
      throw new IOException(e.getMessage() + "; a replay needs it running", e);
    }
  }
}
