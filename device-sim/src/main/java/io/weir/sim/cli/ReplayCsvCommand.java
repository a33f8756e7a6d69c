package io.weir.sim.cli;

import io.weir.sim.cli.CsvFile.ReadableRow;
import io.weir.sim.cli.CsvFile.Row;
import io.weir.sim.cli.CsvFile.UnreadableRow;
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

/** {@code weir-sim replay}: publishes the rows of a CSV file. */
@Command(
    name = "replay",
    description = {
      "Publishes the rows of a CSV file.",
      "",
      "Each row becomes a JSON object of its columns, with the row's own time as \"ts\" in epoch",
      "milliseconds, at QoS 1. Rows that cannot be used are reported, skipped and counted. Exit code",
      "1 if no row could be used.",
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

  @Parameters(
      paramLabel = "FILE.csv",
      description = "A UTF-8 file; its first line names the columns.")
  Path file = Path.of("");

  @Option(names = "--topic", required = true, description = "The topic to publish to.")
  String topic = "";

  @Option(
      names = "--time-column",
      paramLabel = "NAME",
      description =
          "The column with the time. Default: the one called timestamp, time, ts, datetime, date_time"
              + " or date.")
  @Nullable String timeColumn;

  @Option(
      names = "--zone",
      defaultValue = "UTC",
      description = "Time zone of times without an offset. Default: ${DEFAULT-VALUE}")
  ZoneId zone = ZoneId.of("UTC");

  @Option(
      names = "--speed",
      description =
          "Replay this many times as fast as the rows were recorded. Default: as fast as possible")
  @Nullable Double speed;

  private final Console console;
  private long skipped;

  ReplayCsvCommand(Console console) {
    this.console = console;
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
        BrokerOptions.Running running = broker.start(console::note)) {
      if (running.awaitSubscriber(console.stop(), console::note)) {
        return 0;
      }
      try (Publisher publisher =
          new Publisher(broker.target(1, Publisher.FOREVER, console::note))) {
        publish(rows, publisher);
        boolean whole = drain(publisher);
        console.result(
            "published %d, acknowledged %d, skipped %d"
                .formatted(publisher.published(), publisher.acknowledged(), skipped));
        running.awaitReceived(console.stop(), console::note);
        if (!whole) {
          return 2;
        }
        return publisher.published() == 0 ? 1 : 0;
      }
    }
  }

  private void publish(CsvFile rows, Publisher publisher) throws IOException {
    long startedAt = System.nanoTime();
    long nextStatus = startedAt + STATUS.toNanos();
    long firstTs = Long.MIN_VALUE;
    for (Row row = rows.next(); row != null; row = rows.next()) {
      if (row instanceof UnreadableRow bad) {
        skip(bad);
        continue;
      }
      ReadableRow good = (ReadableRow) row;
      if (speed != null) {
        if (firstTs == Long.MIN_VALUE) {
          firstTs = good.ts();
        }
        double dueMs = (good.ts() - firstTs) / speed;
        double waitMs = dueMs - (System.nanoTime() - startedAt) / 1e6;
        // A row that is due, or older than the row before, is sent at once.
        if (waitMs >= 1 && console.stop().within(Duration.ofMillis((long) waitMs))) {
          return;
        }
      }
      byte[] payload = good.json().getBytes(StandardCharsets.UTF_8);
      boolean accepted = publisher.publish(topic, payload, console.stop());
      if (!accepted || console.stop().getAsBoolean()) {
        return;
      }
      if (System.nanoTime() >= nextStatus) {
        nextStatus = System.nanoTime() + STATUS.toNanos();
        console.note(
            "line %,d: published %,d, acknowledged %,d"
                .formatted(good.line(), publisher.published(), publisher.acknowledged()));
      }
    }
  }

  /** Waits for the last acknowledgements; after the stop signal, only for a short time. */
  private boolean drain(Publisher publisher) throws IOException {
    while (!console.stop().getAsBoolean()) {
      if (publisher.drain(Duration.ofMillis(500))) {
        return true;
      }
      if (publisher.acknowledged() + publisher.refused() == publisher.published()) {
        return false;
      }
    }
    return publisher.drain(FLUSH);
  }

  private void skip(UnreadableRow bad) {
    skipped++;
    if (skipped <= REPORTED_IN_FULL) {
      console.note("%s line %d skipped: %s".formatted(file, bad.line(), bad.why()));
    }
    if (skipped == REPORTED_IN_FULL) {
      console.note("more skipped lines are only counted");
    }
  }
}
