package io.weir.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.gateway.config.ConfigException;
import java.io.IOException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Asks the running gateway to make figures of the past again. */
@Command(
    name = "efficiency",
    description = "Make figures of the past again, and forget machines.",
    footer = {
      "",
      "  weir efficiency recompute --config F --from 2026-03-02T06:00:00Z --to 2026-03-03T06:00:00Z"
    })
final class EfficiencyCommand extends CommandGroup {

  private static final String PATH = "/api/v1/efficiency/recompute";
  private static final long LOOK_MS = 500;

  /** With its commands. */
  static CommandLine line(Terminal terminal) {
    return new CommandLine(new EfficiencyCommand())
        .addSubcommand(new RecomputeFigures(terminal))
        .addSubcommand(new Retire(terminal));
  }

  @Command(
      name = "retire",
      description = {
        "Forget a machine that will send nothing more under its name, such as one that was"
            + " renamed: it is no longer expected. Its figures stay."
      })
  static final class Retire extends AskingCommand {

    @Parameters(paramLabel = "ASSET", description = "Its path, such as plant-a/press/line-1/m-02.")
    private String asset = "";

    Retire(Terminal terminal) {
      super(terminal);
    }

    @Override
    public Integer call() throws ConfigException, InputException, IOException {
      RunningGateway gateway = gateway();
      String body = new ObjectMapper().createObjectNode().put("asset", asset).toString();
      JsonNode answer = gateway.post("/api/v1/efficiency/retire", body);
      terminal.out().println(answer.path("asset").asText() + " is no longer expected");
      return Program.DONE;
    }
  }

  @Command(
      name = "recompute",
      description = {
        "Make the figures of a span again, from the log of readings, or from a store where the log"
            + " does not reach back, with the configuration of the running gateway. They replace"
            + " those in the stores, with a higher revision."
      })
  static final class RecomputeFigures extends AskingCommand {

    @Option(
        names = "--from",
        required = true,
        paramLabel = "TIME",
        description = "The beginning, such as 2026-03-01T06:00:00Z.")
    private String from = "";

    @Option(
        names = "--to",
        required = true,
        paramLabel = "TIME",
        description = "The end, which is not part of it, and not still to come.")
    private String to = "";

    @Option(
        names = "--asset",
        paramLabel = "PATH",
        description = "A machine, line, area or site, such as plant-a/press/line-1. Default: all.")
    private @Nullable String asset;

    RecomputeFigures(Terminal terminal) {
      super(terminal);
    }

    @Override
    public Integer call() throws ConfigException, InputException, IOException {
      RunningGateway gateway = gateway();
      ObjectNode wanted = new ObjectMapper().createObjectNode();
      wanted.put("from", instant("--from", from)).put("to", instant("--to", to));
      if (asset != null) {
        wanted.put("asset", asset);
      }
      long id = asked(gateway, wanted.toString()).path("id").asLong();
      JsonNode request = ended(gateway, id);
      String state = request.path("state").asText();
      terminal
          .out()
          .printf("%s: %d readings of figures written%n", state, request.path("rows").asLong());
      if (!request.path("detail").asText().isEmpty()) {
        terminal.err().println(request.path("detail").asText());
      }
      list("A store does not give back, or not in full:", request.path("notGivenBack"));
      list(
          "These sinks cannot replace a value; there, the former figures stay beside the new ones:",
          gateway.get(PATH).path("keepingBoth"));
      return state.equals("done") ? Program.DONE : Program.FAILED;
    }

    private void list(String heading, JsonNode items) {
      if (!items.isEmpty()) {
        terminal.err().println(heading);
        items.forEach(item -> terminal.err().println("- " + item.asText()));
      }
    }

    private static String instant(String option, String text) throws InputException {
      try {
        Instant instant = OffsetDateTime.parse(text).toInstant();
        return instant.toString();
      } catch (DateTimeParseException e) {
        throw new InputException(option + " takes a time such as 2026-03-01T06:00:00Z");
      }
    }

    private static JsonNode asked(RunningGateway gateway, String wanted) throws IOException {
      try {
        return gateway.post(PATH, wanted);
      } catch (RunningGateway.AwayException e) {
        throw new IOException(e.getMessage() + "; a recompute needs it running", e);
      }
    }

    /** Waits until the request is done, and says on the way how far it is. */
    private JsonNode ended(RunningGateway gateway, long id) throws IOException {
      String shown = "";
      while (true) {
        JsonNode found = null;
        for (JsonNode each : gateway.get(PATH).path("requests")) {
          found = each.path("id").asLong() == id ? each : found;
        }
        if (found == null) {
          throw new IOException("the gateway was started again; it goes on with the request");
        }
        String state = found.path("state").asText();
        if (state.equals("done") || state.equals("refused")) {
          return found;
        }
        String now =
            "%s %.0f %%  %s"
                .formatted(
                    state, found.path("share").asDouble() * 100, found.path("detail").asText())
                .strip();
        if (!Objects.equals(now, shown)) {
          terminal.err().println(now);
          shown = now;
        }
        pause();
      }
    }

    private static void pause() throws IOException {
      try {
        Thread.sleep(LOOK_MS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("stopped waiting; the gateway goes on with the request", e);
      }
    }
  }
}
