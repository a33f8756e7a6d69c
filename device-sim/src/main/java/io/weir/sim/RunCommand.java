package io.weir.sim;

import io.weir.sim.payload.Formats;
import io.weir.sim.payload.Message;
import io.weir.sim.payload.PayloadFormat;
import io.weir.sim.plant.Layout;
import io.weir.sim.plant.Plant;
import io.weir.sim.plant.Shifts;
import io.weir.sim.plant.Truth;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Plays a factory and publishes what its machines say. */
@Command(
    name = "run",
    description = {
      "Plays a factory and publishes what its machines say.",
      "",
      "Serial lines of machines; each machine publishes one JSON object every interval, and at the",
      "instant its state changes, to factory/SITE/AREA/LINE/MACHINE/telemetry at QoS 1, or the same",
      "in another payload format (--format). Goes on until Ctrl-C.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  weir-sim run --broker                    a factory and a broker, nothing else needed",
      "  weir-sim run --history 16h               two shifts of the past first, then now",
      "  weir-sim run --history 24h --for 24h --truth truth.json   yesterday, then the end",
      "  weir-sim run --config factory.yaml       options from a file: history: 16h, lines: 5"
    })
final class RunCommand implements Callable<Integer> {

  private static final Duration STATUS = Duration.ofSeconds(10);
  private static final Duration TRUTH = Duration.ofMinutes(1);
  private static final Duration FLUSH = Duration.ofSeconds(5);

  /** Simulated time played between two looks at the clock and at the wish to stop. */
  private static final long STEP_MS = 1_000;

  @Mixin BrokerOptions broker = new BrokerOptions();

  @Option(names = "--config", paramLabel = "FILE", description = "Options from a YAML file.")
  @Nullable Path config;

  @Option(
      names = "--seed",
      defaultValue = "1",
      description = "The same seed plays the same factory. Default: ${DEFAULT-VALUE}")
  long seed;

  @Option(names = "--site", defaultValue = "plant-a", description = "Default: ${DEFAULT-VALUE}")
  String site = "plant-a";

  @Option(names = "--lines", defaultValue = "3", description = "Default: ${DEFAULT-VALUE}")
  int lines;

  @Option(
      names = "--machines-per-line",
      defaultValue = "4",
      description = "Default: ${DEFAULT-VALUE}")
  int machinesPerLine;

  @Option(
      names = "--interval",
      defaultValue = "1s",
      description =
          "Between two samples of a machine. One that divides a minute lets shifts begin with a"
              + " sample. Default: ${DEFAULT-VALUE}")
  Duration interval = Duration.ofSeconds(1);

  @Option(
      names = "--format",
      defaultValue = "json",
      description =
          "How machines say it: one of the payload formats that a gateway reads. The route for it"
              + " is printed. Default: ${DEFAULT-VALUE}")
  String format = "json";

  @Option(
      names = "--history",
      defaultValue = "0s",
      description =
          "Begin so far in the past, play up to now as fast as it goes, then go on in real time.")
  Duration history = Duration.ZERO;

  @Option(
      names = "--speed",
      description =
          "Let simulated time pass so many times as fast as real time (0.5, 10, 3600) instead of"
              + " as fast as it goes. Simulated time never passes now, so above 1 it only matters"
              + " while there is history to catch up with.")
  @Nullable Double speed;

  @Option(names = "--for", description = "Play so much simulated time, then end. Default: for ever")
  @Nullable Duration duration;

  @Option(
      names = "--truth",
      paramLabel = "FILE",
      description =
          "Write what was really played, by machine and shift (06-14, 14-22, 22-06 in the system's"
              + " time zone), as JSON: replaced whole every minute and at the end.")
  @Nullable Path truthFile;

  private final Terminal terminal;
  private final Truth truth = new Truth(new Shifts(ZoneId.systemDefault()));

  RunCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    PayloadFormat payload = payloadFormat();
    long start = System.currentTimeMillis() - history.toMillis();
    Plant plant = plant(start);
    try {
      writeTruth();
    } catch (IOException e) {
      throw new UserError("--truth: cannot write " + truthFile + ": " + e);
    }
    try (BrokerOptions.Running running = broker.start(terminal::note)) {
      if (running.awaitSubscriber(terminal.stop(), terminal::note)) {
        return 0;
      }
      try (Publisher publisher =
          new Publisher(broker.target(1, Publisher.FOREVER, terminal::note))) {
        long played = play(plant, start, payload, publisher);
        boolean whole = publisher.drain(FLUSH);
        writeTruth();
        terminal.note(status(played, publisher));
        if (!whole) {
          terminal.note(
              publisher.published() - publisher.acknowledged() + " messages were not acknowledged");
          return 2;
        }
      }
      if (duration != null) {
        running.awaitTaken(terminal.stop(), terminal::note);
      }
      return 0;
    }
  }

  private PayloadFormat payloadFormat() {
    try {
      Formats.Known known = Formats.of(format);
      terminal.note("machines speak " + format + "; the gateway's route: - " + known.route());
      return known.format().get();
    } catch (IllegalArgumentException e) {
      throw new UserError("--format: " + e.getMessage());
    }
  }

  private Plant plant(long start) {
    if (speed != null && !(speed > 0 && speed <= 1e6)) {
      throw new UserError("--speed is above 0, not " + speed);
    }
    try {
      Layout layout = new Layout(site, lines, machinesPerLine);
      return new Plant(layout, seed, start, interval.toMillis(), truth);
    } catch (IllegalArgumentException e) {
      throw new UserError(String.valueOf(e.getMessage()));
    }
  }

  /** Plays until the end of its time or the wish to stop; how far it came, in epoch ms. */
  private long play(Plant plant, long start, PayloadFormat payload, Publisher publisher)
      throws IOException {
    long end = duration == null ? Long.MAX_VALUE : start + duration.toMillis();
    long begun = System.nanoTime();
    long nextStatus = System.nanoTime();
    long nextTruth = begun + TRUTH.toNanos();
    long played = start - 1;
    while (played < end && !terminal.stop().getAsBoolean()) {
      long now = System.currentTimeMillis();
      long due = speed == null ? now : Math.min(now, start + (long) (speed * msSince(begun)));
      long until = Math.min(Math.min(due, end), played + STEP_MS);
      if (until > played) {
        plant.play(until, sample -> publish(publisher, payload.messages(sample)));
        played = until;
      }
      if (System.nanoTime() >= nextStatus) {
        nextStatus = System.nanoTime() + STATUS.toNanos();
        terminal.note(status(played, publisher));
      }
      if (System.nanoTime() >= nextTruth) {
        nextTruth = System.nanoTime() + TRUTH.toNanos();
        writeTruth();
      }
      if (played >= due) {
        terminal.stop().within(Duration.ofMillis(20));
      }
    }
    return played;
  }

  private void publish(Publisher publisher, List<Message> messages) {
    try {
      for (Message message : messages) {
        publisher.publish(message, terminal.stop());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void writeTruth() throws IOException {
    if (truthFile != null) {
      truth.write(truthFile);
    }
  }

  private static String status(long played, Publisher publisher) {
    return "played to %s, published %,d, acknowledged %,d"
        .formatted(Instant.ofEpochMilli(played), publisher.published(), publisher.acknowledged());
  }

  private static double msSince(long nanoTime) {
    return (System.nanoTime() - nanoTime) / 1e6;
  }
}
