package io.weir.gateway.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.weir.gateway.api.LedgerResponse;
import io.weir.gateway.config.ConfigException;
import io.weir.gateway.datadir.DataDirectory;
import io.weir.gateway.http.Json;
import io.weir.gateway.log.FileSystem;
import io.weir.gateway.settings.Config;
import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Where every reading went: asked of the running gateway, or read from the files of a stopped one.
 */
@Command(
    name = "ledger",
    description = {
      "Show where every reading went, by source and by sink, and whether the counts add up.",
      "",
      "A gateway that runs is asked over HTTP. If none answers, the counts are read from the data"
          + " directory: they are part of the log and survive a crash.",
      "",
      "A source is balanced if received = appended + filtered + rejected + refused. A sink is"
          + " balanced if offered = stored + sent + thinned + quarantined + withheld + dropped +"
          + " corrupt + pending. The quarantine is balanced if rejected = copied + lost + pending.",
    },
    footer = {
      "",
      "  weir ledger --config F             a table; exit code 2 if a line does not add up",
      "  weir ledger --config F --json      as /api/v1/ledger answers it"
    })
final class LedgerCommand extends AskingCommand {

  private final FileSystem files;

  @Option(names = "--json", description = "Print JSON instead of a table.")
  private boolean json;

  LedgerCommand(Terminal terminal, FileSystem files) {
    super(terminal);
    this.files = files;
  }

  /** A ledger and where it comes from. */
  private record Found(LedgerResponse ledger, String from) {}

  @Override
  public Integer call() throws ConfigException, InputException, IOException {
    Config config = options.load();
    Found found = find(config);
    if (json) {
      terminal.out().println(new String(Json.bytes(found.ledger()), UTF_8));
    } else {
      terminal.out().println("ledger of " + config.gateway().id() + ", " + found.from());
      new LedgerTable(found.ledger()).lines().forEach(terminal.out()::println);
    }
    List<String> imbalances = new LedgerTable(found.ledger()).imbalances();
    imbalances.forEach(line -> terminal.err().println("NOT BALANCED: " + line));
    return imbalances.isEmpty() ? Program.DONE : Program.FAILED;
  }

  private Found find(Config config) throws InputException, IOException {
    if (config.http().port() == 0) {
      return onDisk(config, "http.port is 0: give the real port with --set http.port=PORT");
    }
    RunningGateway gateway = gateway(config);
    try {
      return new Found(ledger(gateway.get("/api/v1/ledger")), "running at " + gateway.address());
    } catch (RunningGateway.AwayException none) {
      return onDisk(config, none.getMessage());
    }
  }

  /** Holds the lock, so that no gateway starts and writes meanwhile. */
  private Found onDisk(Config config, String whyNotAsked) throws IOException {
    DataDirectory data = new DataDirectory(config.gateway().dataDir());
    if (files.list(data.path()).isEmpty()) {
      return new Found(
          new LedgerResponse(List.of(), List.of(), null),
          "which has not run yet in " + data.path());
    }
    Closeable lock;
    try {
      lock = data.lock(files);
    } catch (DataDirectory.InUseException running) {
      throw new IOException(
          "a gateway runs with " + data.path() + " and cannot be asked: " + whyNotAsked, running);
    }
    try {
      return new Found(
          new LedgerOnDisk(data, files).read(Logs.intake(config)), "stopped, from " + data.path());
    } finally {
      lock.close();
    }
  }

  /** A gateway of another version may answer with members that this one does not know. */
  static LedgerResponse ledger(JsonNode answer) throws IOException {
    return new ObjectMapper()
        .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
        .treeToValue(answer, LedgerResponse.class);
  }
}
