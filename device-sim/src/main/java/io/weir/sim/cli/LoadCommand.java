package io.weir.sim.cli;

import io.weir.sim.load.Load;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * {@code weir-sim load}: publishes many distinct readings fast, and counts what was acknowledged.
 */
@Command(
    name = "load",
    description = {
      "Publishes many distinct readings fast, and counts what the broker acknowledged.",
      "",
      "Exit code 2 if the broker did not acknowledge all of them.",
      "",
      "Reading n (\"seq\", from 0) goes to topic n mod TOPICS of",
      "factory/SITE/load/line-1/machine-NNNNN/telemetry and carries \"ts\" = START-TS + n / TOPICS ms:",
      "no topic has a timestamp twice, so a store must hold as many points as were acknowledged.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  weir-sim load --count 1000000             as fast as the broker accepts them",
      "  weir-sim load --rate 5000 --count 300000  5,000 per second for a minute",
      "  weir-sim load --count 50000 --start-ts 1764000000000   sent again, it adds no point"
    })
final class LoadCommand implements Callable<Integer> {

  @Mixin BrokerOptions broker = new BrokerOptions();

  @Option(names = "--count", paramLabel = "N", required = true, description = "Readings in total.")
  long count;

  @Option(
      names = "--rate",
      paramLabel = "N",
      defaultValue = "0",
      description = "Readings per second; 0: as fast as possible. Default: ${DEFAULT-VALUE}")
  long rate;

  @Option(names = "--qos", defaultValue = "1", description = "0 or 1. Default: ${DEFAULT-VALUE}")
  int qos;

  @Option(
      names = "--publishers",
      defaultValue = "2",
      description = "Connections. Default: ${DEFAULT-VALUE}")
  int publishers;

  @Option(names = "--topics", defaultValue = "100", description = "Default: ${DEFAULT-VALUE}")
  int topics;

  @Option(
      names = "--payload-bytes",
      defaultValue = "136",
      description = "Bytes of each payload. Default: ${DEFAULT-VALUE}")
  int payloadBytes;

  @Option(
      names = "--start-ts",
      defaultValue = "0",
      description =
          "Epoch milliseconds of the first reading of each topic; 0: chosen so that the last is"
              + " now. Default: ${DEFAULT-VALUE}")
  long startTs;

  @Option(names = "--site", defaultValue = "plant-a", description = "Default: ${DEFAULT-VALUE}")
  String site = "plant-a";

  @Option(
      names = "--window",
      defaultValue = "1000",
      description = "Unacknowledged readings of each connection. Default: ${DEFAULT-VALUE}")
  int window;

  @Option(
      names = "--patience",
      defaultValue = "10s",
      description =
          "How long to wait for a broker that cannot be reached. When it is back, unacknowledged"
              + " readings are sent again. Default: ${DEFAULT-VALUE}")
  Duration patience = Duration.ofSeconds(10);

  private final Console console;

  LoadCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    Load.Options options = options();
    try (BrokerOptions.Running running = broker.start(console::note)) {
      if (running.awaitSubscriber(console.stop(), console::note)) {
        return 0;
      }
      Load.Result result =
          new Load(
                  options,
                  at ->
                      console.note(
                          "%d s: published %,d, acknowledged %,d"
                              .formatted(at.took().toSeconds(), at.published(), at.acknowledged())),
                  console::note,
                  console.stop())
              .run();
      console.result(
          "published %d, acknowledged %d, %.0f/s"
              .formatted(result.published(), result.acknowledged(), result.rate()));
      running.awaitReceived(console.stop(), console::note);
      return result.acknowledged() == count ? 0 : 2;
    }
  }

  private Load.Options options() {
    try {
      return new Load.Options(
          broker.url,
          count,
          qos,
          rate,
          publishers,
          topics,
          payloadBytes,
          startTs,
          site,
          window,
          patience);
    } catch (IllegalArgumentException e) {
      throw new UserError(String.valueOf(e.getMessage()));
    }
  }
}
