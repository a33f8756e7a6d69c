package io.weir.gateway.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import picocli.CommandLine.Option;

/** Who takes something back, and why. */
final class UndoOptions {

  private static final int MOST_NAME = 128;
  private static final int MOST_COMMENT = 1000;

  @Option(
      names = "--who",
      required = true,
      paramLabel = "NAME",
      description = "Your name, which is kept with the record.")
  private String who = "";

  @Option(names = "--comment", paramLabel = "TEXT", description = "Why.")
  private String comment = "";

  String who() throws InputException {
    String name = who.strip();
    boolean isName = !name.isEmpty() && name.chars().noneMatch(Character::isISOControl);
    if (!isName || name.length() > MOST_NAME) {
      throw new InputException("--who takes one line of at most " + MOST_NAME + " characters");
    }
    return name;
  }

  String comment() throws InputException {
    String why = comment.strip();
    if (why.length() > MOST_COMMENT) {
      throw new InputException("--comment takes at most " + MOST_COMMENT + " characters");
    }
    return why;
  }

  /** Asks a gateway that runs; returns the id of the record. */
  long ask(RunningGateway gateway, String list, long id) throws InputException, IOException {
    ObjectNode body = new ObjectMapper().createObjectNode();
    body.put("who", who()).put("comment", comment());
    return gateway.post(list + "/" + id + "/undo", body.toString()).path("id").asLong();
  }
}
