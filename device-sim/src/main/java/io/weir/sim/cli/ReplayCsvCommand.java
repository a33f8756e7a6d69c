package io.weir.sim.cli;

import io.weir.sim.cli.CsvFile.Bad;
import io.weir.sim.cli.CsvFile.Good;
import io.weir.sim.cli.CsvFile.Row;
import io.weir.sim.mqtt.Publisher;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Publishes the rows of a CSV file. */
@Command(
    name = "replay",
    description = {
      "Publishes the rows of a CSV file.",
      "",
      "Each row becomes a JSON object of its columns, with the row's own time as \"ts\" in epoch",
      "milliseconds, at QoS 1. Rows that cannot be used are named, skipped and counted. Exit code 1",
      "if there was none that could.",
      ""
    },
    footer = {
      "",
      "Times may be ISO 8601, 2026-11-24 06:00:00, or a number of seconds, ms, us, ns since 1970.",
      "",
      "Examples:",
      "  weir-sim replay oven.csv --topic factory/plant-a/oven/line-1/oven-01/telemetry",
      "  weir-sim replay log.csv --topic t --time-column \"Local time\" --zone Europe/Berlin",
      "  weir-sim replay log.csv --topic t --speed 60      an hour of it in a minute"
    })
final class ReplayCsvCommand implements Callable<Integer> {

  private static final int REPORTED_IN_FULL = 10;
  private static final Duration STATUS = Duration.ofSeconds(5);
  private static final Duration FLUSH = Duration.ofSeconds(5);

  @Mixin BrokerOptions broker = new BrokerOptions();

  @Parameters(paramLabel = "FILE.csv", description = "UTF-8, its first line names the columns.")
  Path file = Path.of("");

  @Option(names = "--topic", required = true, description = "Where to publish.")
  String topic = "";

  @Option(
      names = "--time-column",
      paramLabel = "NAME",
      description = "Default: the first called timestamp, time, ts, datetime, date_time or date.")
  @Nullable String timeColumn;

  @Option(
      names = "--zone",
      defaultValue = "UTC",
      description = "The zone of times that name none. Default: ${DEFAULT-VALUE}")
  ZoneId zone = ZoneId.of("UTC");

  @Option(
      names = "--speed",
      description = "So many times as fast as it was recorded. Default: as fast as it goes")
  @Nullable Double speed;

  private final Console terminal;
  private long skipped;

  ReplayCsvCommand(Console terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    if (speed != null && !(speed > 0 && speed <= 1e9)) {
      throw new UserError("--speed is above 0 and at most 1000000000, not " + speed);
    }
    if (topic.isEmpty() || topic.chars().anyMatch(c -> c == '+' || c == '#' || c == 0)) {
      throw new UserError("--topic names one topic, without + and #, not \"" + topic + "\"");
    }
    if (!Files.isRegularFile(file)) {
      throw new UserError("there is no file " + file);
    }
    try (InputStream in = Files.newInputStream(file);
        CsvFile rows = new CsvFile(in, timeColumn, new EventTime(zone));
        BrokerOptions.Running running = broker.start(terminal::note)) {
      if (running.awaitSubscriber(terminal.stop(), terminal::note)) {
        return 0;
      }
      try (Publisher publisher =
          new Publisher(broker.target(1, Publisher.FOREVER, terminal::note))) {
        publish(rows, publisher);
        boolean whole = drain(publisher);
        terminal.result(
            "published %d, acknowledged %d, skipped %d"
                .formatted(publisher.published(), publisher.acknowledged(), skipped));
        running.awaitTaken(terminal.stop(), terminal::note);
        if (!whole) {
          return 2;
        }
        return publisher.published() == 0 ? 1 : 0;
      }
    }
  }

  private void publish(CsvFile rows, Publisher publisher) throws IOException {
    long begun = System.nanoTime();
    long nextStatus = begun + STATUS.toNanos();
    long firstTs = Long.MIN_VALUE;
    for (Row row = rows.next(); row != null; row = rows.next()) {
      if (row instanceof Bad bad) {
        skip(bad);
        continue;
      }
      Good good = (Good) row;
      if (speed != null) {
        if (firstTs == Long.MIN_VALUE) {
          firstTs = good.ts();
        }
        double dueMs = (good.ts() - firstTs) / speed;
        double waitMs = dueMs - (System.nanoTime() - begun) / 1e6;
        // A row that is late, or of a time before the last, goes at once.
        if (waitMs >= 1 && terminal.stop().within(Duration.ofMillis((long) waitMs))) {
          return;
        }
      }
      byte[] payload = good.json().getBytes(StandardCharsets.UTF_8);
      boolean accepted = publisher.publish(topic, payload, terminal.stop());
      if (!accepted || terminal.stop().getAsBoolean()) {
        return;
      }
      if (System.nanoTime() >= nextStatus) {
        nextStatus = System.nanoTime() + STATUS.toNanos();
        terminal.note(
            "line %,d: published %,d, acknowledged %,d"
                .formatted(good.line(), publisher.published(), publisher.acknowledged()));
      }
    }
  }

  /** Waits for the last acknowledgements; after a wish to stop, only so long. */
  private boolean drain(Publisher publisher) throws IOException {
    while (!terminal.stop().getAsBoolean()) {
      if (publisher.drain(Duration.ofMillis(500))) {
        return true;
      }
      if (publisher.acknowledged() + publisher.refused() == publisher.published()) {
        return false;
      }
    }
    return publisher.drain(FLUSH);
  }

  private void skip(Bad bad) {
    skipped++;
    if (skipped <= REPORTED_IN_FULL) {
      terminal.note("%s line %d skipped: %s".formatted(file, bad.line(), bad.why()));
    }
    if (skipped == REPORTED_IN_FULL) {
      terminal.note("further skipped lines are only counted");
    }
  }
}
