package io.weir.gateway.cli;

import io.weir.gateway.config.ConfigException;
import io.weir.gateway.config.Secret;
import io.weir.gateway.model.Failure;
import io.weir.gateway.settings.Config;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** A command that asks the gateway that runs, and is known to it by a token. */
@Command
abstract class AskingCommand extends ConfiguredCommand {

  /** A token is short; what is longer is another file. */
  private static final int LONGEST_TOKEN = 1000;

  @Option(
      names = "--token-file",
      paramLabel = "FILE",
      description = {
        "A file with the token that the gateway is asked with, such as weir user token prints."
            + " Default: the environment variable "
            + Program.TOKEN
            + ", else http.token."
      })
  private @Nullable Path tokenFile;

  AskingCommand(Terminal terminal) {
    super(terminal);
  }

  /** The gateway of the configuration. */
  RunningGateway gateway() throws ConfigException, InputException {
    return gateway(options.load());
  }

  RunningGateway gateway(Config config) throws InputException {
    return new RunningGateway(config.http(), token(config), RunningGateway.LIMIT);
  }

  /**
   * What the gateway is asked with, or {@code null}.
   *
   * @throws InputException if the file has none
   */
  @Nullable Secret token(Config config) throws InputException {
    if (tokenFile != null) {
      return new Secret(ofFile(tokenFile));
    }
    String given = terminal.environment().getOrDefault(Program.TOKEN, "").strip();
    return given.isEmpty() ? config.http().token() : new Secret(given);
  }

  private static String ofFile(Path file) throws InputException {
    String token;
    try {
      token = Files.size(file) > LONGEST_TOKEN ? "" : Files.readString(file).strip();
    } catch (IOException e) {
      throw new InputException("--token-file: " + file + " cannot be read: " + Failure.why(e));
    }
    if (token.isEmpty() || token.chars().anyMatch(c -> c <= ' ' || c > '~')) {
      throw new InputException(
          "--token-file: " + file + " holds no token, which is one line without spaces");
    }
    return token;
  }
}
