package io.weir.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.weir.gateway.config.ConfigException;
import io.weir.gateway.config.Problem;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;

/** Asks the running gateway to take its changed file over. */
@Command(
    name = "reload",
    description = {
      "Let the running gateway take over the routes and the efficiency of its changed file, and"
          + " show what is different now. A file with a problem is refused as a whole."
    },
    footer = {
      "",
      "  weir reload --config gateway.yaml",
      "  weir reload --config F --set http.port=8080     the port it listens on, where F has another",
      "",
      "Exit codes: 0 taken over, 1 refused, 2 no gateway answers, or it could not do all of it yet."
    })
final class ReloadCommand extends AskingCommand {

  private static final int REFUSED = 422;

  ReloadCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  public Integer call() throws ConfigException, InputException, IOException {
    RunningGateway gateway = gateway();
    RunningGateway.Answer answer = asked(gateway);
    if (answer.status() == REFUSED) {
      answer.json().path("errors").forEach(each -> terminal.err().println(problem(each)));
      terminal.err().println("weir: " + answer.json().path("detail").asText());
      return Program.INPUT_WRONG;
    }
    JsonNode done = RunningGateway.expectOk(answer);
    List<String> lines = different(done);
    lines.forEach(terminal.out()::println);
    JsonNode restart = done.path("needsRestart");
    if (!restart.isEmpty()) {
      terminal.err().println("needs a restart: " + joined(restart));
    } else if (lines.isEmpty() && done.path("pending").isEmpty()) {
      terminal.out().println("nothing is different");
    }
    done.path("pending").forEach(each -> terminal.err().println("not yet: " + each.asText()));
    return done.path("pending").isEmpty() ? Program.DONE : Program.FAILED;
  }

  private static RunningGateway.Answer asked(RunningGateway gateway) throws IOException {
    try {
      return gateway.answerTo("/api/v1/config/reload", "");
    } catch (RunningGateway.AwayException e) {
      throw new IOException(
          e.getMessage()
              + "; a reload needs it running. If the file has another port than the gateway that"
              + " runs, add --set http.port=PORT",
          e);
    }
  }

  private static List<String> different(JsonNode done) {
    List<String> lines = new ArrayList<>();
    for (String how : List.of("added", "changed", "removed")) {
      JsonNode topics = done.path(how);
      if (!topics.isEmpty()) {
        lines.add("routes " + how + ": " + joined(topics));
      }
    }
    if (done.path("efficiency").asBoolean()) {
      lines.add("figures are made as the file says now");
    }
    JsonNode spans = done.path("madeAgain");
    if (!spans.isEmpty()) {
      lines.add("made again within an hour, or when it has ended:");
      spans.forEach(span -> lines.add("- " + span(span)));
    }
    JsonNode older = done.path("notMadeAgain");
    if (!older.isEmpty()) {
      lines.add("not made again, older than the readings that are kept; for these run");
      lines.add("weir efficiency recompute --from --to --asset, which asks a store:");
      older.forEach(span -> lines.add("- " + span(span)));
    }
    return lines;
  }

  private static String span(JsonNode span) {
    String asset = span.path("asset").asText();
    return (asset.isEmpty() ? "all machines" : asset)
        + (span.path("from").isNull() ? "" : " from " + span.path("from").asText())
        + " to "
        + span.path("to").asText();
  }

  private static String joined(JsonNode items) {
    List<String> texts = new ArrayList<>();
    items.forEach(item -> texts.add(item.asText()));
    return String.join(", ", texts);
  }

  /** As {@code weir check} shows it. */
  private static Problem problem(JsonNode error) {
    return new Problem(
        error.path("file").asText(),
        error.path("line").asInt(),
        error.path("key").asText(),
        error.path("message").asText(),
        text(error.path("suggestion")));
  }

  private static @Nullable String text(JsonNode node) {
    return node.isTextual() ? node.asText() : null;
  }
}
