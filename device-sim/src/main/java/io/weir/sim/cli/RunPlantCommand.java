package io.weir.sim.cli;

import io.weir.sim.expected.ExpectedFigures;
import io.weir.sim.expected.GatewayRules;
import io.weir.sim.mqtt.Publisher;
import io.weir.sim.payload.Formats;
import io.weir.sim.payload.PayloadFormat;
import io.weir.sim.plant.Plant;
import io.weir.sim.plant.PlantLayout;
import io.weir.sim.plant.Shifts;
import io.weir.sim.plant.Truth;
import io.weir.sim.scenario.Scenario;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code weir-sim run}: simulates a factory and publishes the readings of its machines. */
@Command(
    name = "run",
    description = {
      "Simulates a factory and publishes the readings of its machines over MQTT.",
      "",
      "The machines stand in lines. Each machine publishes one JSON object every interval, and",
      "whenever its state changes, to factory/SITE/AREA/LINE/MACHINE/telemetry at QoS 1, or the same",
      "values in another payload format (--format). Runs until Ctrl-C.",
      ""
    },
    footer = {
      "",
      "Scenarios: breakdown, slow-cycle, scrap-burst, changeover, starved, network-outage, clock-skew,",
      "late-data, duplicate-data, lost-messages, counter-reset, counter-rollover, poison, dst-night,",
      "dst-night-back.",
      "",
      "Examples:",
      "  weir-sim run --broker                    a factory and a broker; nothing else is needed",
      "  weir-sim run --history 16h               two shifts of the past first, then the present",
      "  weir-sim run --scenario breakdown --history 3h --for 3h --figures expected.json",
      "  weir-sim run --start 2026-03-02T05:00 --speed 3600 --for 24h     a day in 24 s",
      "  weir-sim run --config factory.yaml       options from a file: history: 16h, lines: 5",
      "",
      "While it runs: weir-sim break, mend or poison MACHINE."
    })
final class RunPlantCommand implements Callable<Integer> {

  private static final Duration FLUSH = Duration.ofSeconds(5);

  // Between these two, every reader recognises a timestamp in milliseconds as one.
  private static final long EARLIEST = Instant.parse("2000-01-01T00:00:00Z").toEpochMilli();
  private static final long LATEST = Instant.parse("2100-01-01T00:00:00Z").toEpochMilli();

  @Mixin BrokerOptions broker = new BrokerOptions();

  @Option(names = "--config", paramLabel = "FILE", description = "Options from a YAML file.")
  @Nullable Path config;

  @Option(
      names = "--scenario",
      paramLabel = "NAME|FILE",
      description =
          "Events to play: one of the names below, or a YAML file (docs/guide/simulator.md).")
  @Nullable String scenarioName;

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
          "Time between two samples of a machine. If it divides a minute, every shift starts with a"
              + " sample. Default: ${DEFAULT-VALUE}")
  Duration interval = Duration.ofSeconds(1);

  @Option(
      names = "--format",
      defaultValue = "json",
      description =
          "Payload format of the machines, one of those that a gateway reads. The gateway's route"
              + " for it is printed. Default: ${DEFAULT-VALUE}")
  String format = "json";

  @Option(
      names = "--descriptor",
      paramLabel = "FILE",
      description =
          "Write the descriptor file that the gateway's route names, then play. For the format"
              + " protobuf.")
  @Nullable Path descriptorFile;

  @Option(
      names = "--sequence",
      description =
          "Each machine numbers its messages in the field seq, so that a gateway sees which are"
              + " missing. For the format json.")
  boolean sequence;

  @Option(
      names = "--history",
      description =
          "Start this long in the past, play up to now as fast as possible, then continue in real"
              + " time.")
  @Nullable Duration history;

  @Option(
      names = "--start",
      paramLabel = "TIME",
      description =
          "Start at this time instead, such as 2026-03-02T05:00 (local to --zone) or"
              + " 2026-03-02T05:00Z. Default: the start in the scenario, or now")
  @Nullable String startText;

  @Option(
      names = "--zone",
      description =
          "Time zone of the shifts. Default: the zone in the scenario, or the zone of this computer")
  @Nullable ZoneId zoneOption;

  @Option(
      names = "--speed",
      description =
          "Speed of simulated time against real time, such as 0.5, 10 or 3600. Default: as fast as"
              + " possible. Without --ahead simulated time never passes the present, so a speed above"
              + " 1 matters only while it catches up.")
  @Nullable Double speed;

  @Option(names = "--ahead", description = "Let simulated time pass the present.")
  boolean ahead;

  @Option(
      names = "--for",
      description = "Play this much simulated time, then end. Default: without end")
  @Nullable Duration duration;

  @Option(
      names = "--truth",
      paramLabel = "FILE",
      description =
          "Write what was really played, by machine and shift (06-14, 14-22, 22-06 in the zone),"
              + " as JSON. The file is replaced every minute and at the end.")
  @Nullable Path truthFile;

  @Option(
      names = "--figures",
      paramLabel = "FILE",
      description =
          "Write the figures that a gateway must have stored, replaced in the same way: machines,"
              + " lines, areas and the site by hour, shift and day, stops and states. The file grows"
              + " with the time played.")
  @Nullable Path figuresFile;

  @Option(
      names = "--reasons",
      paramLabel = "REASON",
      split = ",",
      description =
          "For --figures: the reasons that the gateway's tree of reasons has, with commas between."
              + " Then uncoded_s is the time of stops for other reasons.")
  Set<String> reasons = Set.of();

  private final Console console;

  RunPlantCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    Formats.NamedFormat payload;
    PlantRun run;
    try {
      payload = payload();
      Scenario scenario = scenarioName == null ? Scenario.NONE : Scenario.of(scenarioName);
      run = prepare(scenario, payload.format().get());
    } catch (IllegalArgumentException e) {
      throw new UserError(String.valueOf(e.getMessage()));
    }
    writeFile(payload);
    console.note("machines speak " + format + "; the gateway's route: - " + payload.route());
    try (BrokerOptions.Running running = broker.start(console::note)) {
      run.results().writeFirst();
      if (running.awaitSubscriber(console.stop(), console::note)) {
        return 0;
      }
      if (!play(run)) {
        return 2;
      }
      if (run.schedule().hasEnd()) {
        running.awaitReceived(console.stop(), console::note);
      }
      return 0;
    }
  }

  /** Writes the file that the route names, or says how to get it. */
  private void writeFile(Formats.NamedFormat payload) throws IOException {
    Formats.RouteFile file = payload.file();
    if (file == null) {
      return;
    }
    if (descriptorFile == null) {
      console.note("--descriptor " + file.name() + " writes the file that the route names");
      return;
    }
    try {
      Files.write(descriptorFile, file.content().get());
    } catch (IOException e) {
      throw new UserError("cannot write " + descriptorFile + ": " + e);
    }
  }

  private Formats.NamedFormat payload() {
    Formats.NamedFormat named = Formats.of(format);
    if (sequence && !named.name().equals("json")) {
      throw new UserError("--sequence is for the format json, not for " + format);
    }
    if (descriptorFile != null && named.file() == null) {
      throw new UserError("--descriptor is for the format protobuf, not for " + format);
    }
    return sequence ? Formats.numberedJson() : named;
  }

  /** Plays to the end; whether every message was acknowledged, or is in a gateway's quarantine. */
  private boolean play(PlantRun run) throws IOException {
    Publisher.Options target = broker.target(1, Publisher.FOREVER, console::note);
    try (Publisher publisher = new Publisher(target);
        OrderReceiver orders =
            new OrderReceiver(target, run.plant(), machine -> run.poison(publisher, machine))) {
      run.play(publisher, orders);
      publisher.drainWhileAnswered(FLUSH);
      run.results().writeLast();
      run.noteStatus(publisher);
      long quarantined = publisher.quarantined();
      if (quarantined > 0) {
        console.note("%,d messages went to the gateway's quarantine".formatted(quarantined));
      }
      long missing = publisher.published() - publisher.acknowledged() - quarantined;
      if (missing > 0) {
        console.note(missing + " messages were not acknowledged");
      }
      return missing == 0;
    }
  }

  private PlantRun prepare(Scenario scenario, PayloadFormat payload) {
    if (speed != null && !(speed > 0 && speed <= 1e6)) {
      throw new UserError("--speed is above 0 and at most 1000000, not " + speed);
    }
    if (truthFile != null && truthFile.equals(figuresFile)) {
      throw new UserError("--truth and --figures need two files, but both name " + truthFile);
    }
    if (duration != null && duration.isZero()) {
      throw new UserError("--for is at least 1ms: leave it out to play without end");
    }
    ZoneId zone =
        zoneOption != null
            ? zoneOption
            : Objects.requireNonNullElseGet(scenario.zone(), ZoneId::systemDefault);
    PlantRun.Schedule schedule = schedule(scenario, zone);
    Truth truth = new Truth(new Shifts(zone));
    PlantLayout layout = new PlantLayout(site, lines, machinesPerLine);
    Plant plant = new Plant(layout, seed, schedule.start(), interval.toMillis(), truth);
    scenario.check(plant.paths());
    RunResults results = new RunResults();
    if (truthFile != null) {
      results.addTruth(truthFile, truth);
    }
    if (figuresFile != null) {
      GatewayRules rules = GatewayRules.defaults(zone).withReasons(Set.copyOf(reasons));
      results.addFigures(figuresFile, new ExpectedFigures(plant.paths(), rules));
    }
    return new PlantRun(scenario, plant, seed, schedule, payload, results, console);
  }

  private PlantRun.Schedule schedule(Scenario scenario, ZoneId zone) {
    long now = System.currentTimeMillis();
    long start = start(scenario, zone, now);
    if (start < EARLIEST || start > LATEST) {
      throw new UserError(
          "the start %s is not between the years 2000 and 2100"
              .formatted(Instant.ofEpochMilli(start)));
    }
    if (start > now && !ahead) {
      throw new UserError(
          "the start %s is in the future: add --ahead to allow it"
              .formatted(Instant.ofEpochMilli(start)));
    }
    Duration length = duration != null ? duration : scenario.length();
    if (ahead && speed == null && length == null) {
      throw new UserError(
          "--ahead needs --speed or --for: without them simulated time has no limit");
    }
    long end = length == null ? Long.MAX_VALUE : start + length.toMillis();
    return new PlantRun.Schedule(start, end, speed, ahead);
  }

  private long start(Scenario scenario, ZoneId zone, long now) {
    if (startText != null && history != null) {
      throw new UserError("--start and --history both set the start: leave one out");
    }
    if (startText != null) {
      try {
        return new EventTime(zone).millis(startText);
      } catch (DateTimeException e) {
        throw new UserError("--start is a time such as 2026-03-02T05:00, not " + startText);
      }
    }
    if (history != null) {
      return now - history.toMillis();
    }
    return scenario.start() == null
        ? now
        : scenario.start().atZone(zone).toInstant().toEpochMilli();
  }
}
