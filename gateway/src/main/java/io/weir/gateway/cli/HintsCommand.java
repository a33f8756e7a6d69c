package io.weir.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.weir.gateway.config.ConfigException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Asks the running gateway for what it has learned, and tells it what a person says. */
@Command(
    name = "hints",
    description = "List what the figures have shown, and confirm or dismiss it.",
    footer = {
      "",
      "  weir hints list --config F",
      "  weir hints confirm --config F 5f2c90ab41d7 --who anna --comment \"new tool since May\"",
      "  weir hints dismiss --config F 5f2c90ab41d7 --who anna"
    })
final class HintsCommand extends CommandGroup {

  private static final String PATH = "/api/v1/hints";

  /** With its commands. */
  static CommandLine line(Terminal terminal) {
    return new CommandLine(new HintsCommand())
        .addSubcommand(new ListHints(terminal))
        .addSubcommand(new Confirm(terminal))
        .addSubcommand(new Dismiss(terminal));
  }

  @Command(
      name = "list",
      description = "List hints; without --all those that nobody has decided about.",
      footer = {"", "  weir hints list --config F --all"})
  static final class ListHints extends AskingCommand {

    @Option(
        names = "--all",
        description = "Also those that were confirmed or dismissed, and all decisions.")
    private boolean all;

    ListHints(Terminal terminal) {
      super(terminal);
    }

    @Override
    public Integer call() throws ConfigException, InputException, IOException {
      JsonNode answer = gateway().get(PATH);
      if (!answer.path("enabled").asBoolean()) {
        terminal.err().println("Nothing is learned: efficiency.learned.enabled is not true");
      }
      boolean none = true;
      for (JsonNode hint : answer.path("hints")) {
        if (all || hint.path("state").asText().equals("open")) {
          print(hint);
          none = false;
        }
      }
      if (all) {
        answer.path("decided").forEach(this::decided);
      }
      if (none && answer.path("enabled").asBoolean()) {
        terminal.err().println("There are no hints");
      }
      return Program.DONE;
    }

    private void print(JsonNode hint) {
      terminal
          .out()
          .printf(
              "%s  %s  %s%n",
              hint.path("id").asText(),
              hint.path("state").asText(),
              oneLine(hint.path("reason").asText()));
      paste(terminal, hint);
    }

    private void decided(JsonNode decision) {
      String comment = decision.path("comment").asText();
      terminal
          .out()
          .printf(
              "%s  %s by %s, %s%s%n    %s%n",
              decision.path("id").asText(),
              decision.path("decision").asText(),
              decision.path("who").asText(),
              decision.path("time").asText(),
              comment.isEmpty() ? "" : ": \"" + oneLine(comment) + '"',
              oneLine(decision.path("reason").asText()));
    }
  }

  /** What a person says about one hint. */
  abstract static class Deciding extends AskingCommand {

    @Parameters(paramLabel = "ID", description = "The id of the hint, from list.")
    private String id = "";

    @Option(
        names = "--who",
        required = true,
        paramLabel = "NAME",
        description = "Your name, which is kept with the decision.")
    private String who = "";

    @Option(names = "--comment", paramLabel = "TEXT", description = "Why.")
    private @Nullable String comment;

    Deciding(Terminal terminal) {
      super(terminal);
    }

    /** Tells the gateway; returns the hint. */
    JsonNode decide(String what) throws ConfigException, InputException, IOException {
      if (!id.matches("[0-9a-f]{12}")) {
        throw new InputException("'" + id + "' is no id of a hint; weir hints list shows them");
      }
      String body =
          new ObjectMapper().createObjectNode().put("who", who).put("comment", comment).toString();
      return gateway().post(PATH + "/" + id + "/" + what, body);
    }
  }

  @Command(
      name = "confirm",
      description = {
        "Say that a hint is right. It changes no figure and no configuration: where an ideal cycle"
            + " is too slow or missing, it prints the line to write there."
      })
  static final class Confirm extends Deciding {

    Confirm(Terminal terminal) {
      super(terminal);
    }

    @Override
    public Integer call() throws ConfigException, InputException, IOException {
      JsonNode hint = decide("confirm");
      terminal.out().println("confirmed: " + oneLine(hint.path("reason").asText()));
      paste(terminal, hint);
      return Program.DONE;
    }
  }

  @Command(
      name = "dismiss",
      description = {
        "Say that a hint is not to be followed. It comes back if the finding becomes half as large"
            + " again, or after efficiency.learned.dismissed-for."
      })
  static final class Dismiss extends Deciding {

    Dismiss(Terminal terminal) {
      super(terminal);
    }

    @Override
    public Integer call() throws ConfigException, InputException, IOException {
      JsonNode hint = decide("dismiss");
      terminal.out().println("dismissed: " + oneLine(hint.path("reason").asText()));
      return Program.DONE;
    }
  }

  private static void paste(Terminal terminal, JsonNode hint) {
    if (hint.hasNonNull("toPaste")) {
      String where =
          hint.hasNonNull("product") ? "in the table of cycles" : "under efficiency.machines";
      terminal.out().printf("    %s: %s%n", where, oneLine(hint.path("toPaste").asText()));
    }
  }

  private static String oneLine(String text) {
    return text.replaceAll("\\p{Cntrl}+", " ");
  }
}
