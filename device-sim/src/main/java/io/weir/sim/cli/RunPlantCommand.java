package io.weir.sim.cli;

import io.weir.sim.expected.ExpectedFigures;
import io.weir.sim.expected.GatewayRules;
import io.weir.sim.mqtt.Publisher;
import io.weir.sim.payload.DeviceMessage;
import io.weir.sim.payload.Formats;
import io.weir.sim.payload.PayloadFormat;
import io.weir.sim.plant.MachinePath;
import io.weir.sim.plant.MachineSample;
import io.weir.sim.plant.Plant;
import io.weir.sim.plant.PlantLayout;
import io.weir.sim.plant.Shifts;
import io.weir.sim.plant.Truth;
import io.weir.sim.scenario.Play;
import io.weir.sim.scenario.Poison;
import io.weir.sim.scenario.Scenario;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
      "Scenarios: breakdown, slow-cycle, scrap-burst, changeover, starved, network-outage, clock-skew,",
      "late-data, duplicate-data, counter-reset, counter-rollover, poison, dst-night, dst-night-back.",
      "",
      "Examples:",
      "  weir-sim run --broker                    a factory and a broker, nothing else needed",
      "  weir-sim run --history 16h               two shifts of the past first, then now",
      "  weir-sim run --scenario breakdown --history 3h --for 3h --figures expected.json",
      "  weir-sim run --start 2026-03-02T05:00 --speed 3600 --for 24h     a day in 24 s",
      "  weir-sim run --config factory.yaml       options from a file: history: 16h, lines: 5",
      "",
      "While it runs: weir-sim break, mend, poison MACHINE."
    })
final class RunPlantCommand implements Callable<Integer> {

  private static final Duration STATUS = Duration.ofSeconds(10);
  private static final Duration TRUTH = Duration.ofMinutes(1);
  private static final Duration FLUSH = Duration.ofSeconds(5);

  /** Simulated time played between two looks at the clock and at the wish to stop. */
  private static final long STEP_MS = 1_000;

  /** Between them every reader takes a time in milliseconds for one. */
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
      description =
          "Begin so far in the past, play up to now as fast as it goes, then go on in real time.")
  @Nullable Duration history;

  @Option(
      names = "--start",
      paramLabel = "TIME",
      description =
          "Begin at a time instead, such as 2026-03-02T05:00 (local to --zone) or"
              + " 2026-03-02T05:00Z. Default: that of the scenario, or now")
  @Nullable String startText;

  @Option(
      names = "--zone",
      description = "The zone of the shifts. Default: that of the scenario, or of this machine")
  @Nullable ZoneId zoneOption;

  @Option(
      names = "--speed",
      description =
          "Let simulated time pass so many times as fast as real time (0.5, 10, 3600) instead of"
              + " as fast as it goes. Unless --ahead is given it never passes now, so above 1 it"
              + " only matters while there is a past to catch up with.")
  @Nullable Double speed;

  @Option(names = "--ahead", description = "Let simulated time pass now.")
  boolean ahead;

  @Option(names = "--for", description = "Play so much simulated time, then end. Default: for ever")
  @Nullable Duration duration;

  @Option(
      names = "--truth",
      paramLabel = "FILE",
      description =
          "Write what was really played, by machine and shift (06-14, 14-22, 22-06 in the zone),"
              + " as JSON: replaced whole every minute and at the end.")
  @Nullable Path truthFile;

  @Option(
      names = "--figures",
      paramLabel = "FILE",
      description =
          "Write the figures that a gateway must have stored of it, by the same way: of machines,"
              + " lines, areas and the site for each hour, shift and day, stops and states. It"
              + " grows with the time played.")
  @Nullable Path figuresFile;

  private final Console terminal;

  RunPlantCommand(Console terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    Formats.NamedFormat known;
    Scenario scenario;
    Session session;
    try {
      known = Formats.of(format);
      scenario = scenarioName == null ? Scenario.NONE : Scenario.of(scenarioName);
      session = session(scenario, known.format().get());
    } catch (IllegalArgumentException e) {
      throw new UserError(String.valueOf(e.getMessage()));
    }
    terminal.note("machines speak " + format + "; the gateway's route: - " + known.route());
    try (BrokerOptions.Running running = broker.start(terminal::note)) {
      session.beginResults();
      if (running.awaitSubscriber(terminal.stop(), terminal::note)) {
        return 0;
      }
      Publisher.Options target = broker.target(1, Publisher.FOREVER, terminal::note);
      try (Publisher publisher = new Publisher(target);
          OrderReceiver control =
              new OrderReceiver(target, session.plant, path -> session.poison(publisher, path))) {
        long played = session.play(publisher, control, scenario);
        boolean whole = publisher.drain(FLUSH);
        session.figures.end();
        session.writeResults();
        terminal.note(status(played, publisher));
        if (!whole) {
          terminal.note(
              publisher.published() - publisher.acknowledged() + " messages were not acknowledged");
          return 2;
        }
      }
      if (session.end < Long.MAX_VALUE) {
        running.awaitTaken(terminal.stop(), terminal::note);
      }
      return 0;
    }
  }

  private Session session(Scenario scenario, PayloadFormat payload) {
    if (speed != null && !(speed > 0 && speed <= 1e6)) {
      throw new UserError("--speed is above 0 and at most 1000000, not " + speed);
    }
    if (truthFile != null && truthFile.equals(figuresFile)) {
      throw new UserError("--truth and --figures are two files, not both " + truthFile);
    }
    if (duration != null && duration.isZero()) {
      throw new UserError("--for is at least 1ms: leave it out to play for ever");
    }
    ZoneId own = scenario.zone() != null ? scenario.zone() : ZoneId.systemDefault();
    ZoneId zone = zoneOption != null ? zoneOption : own;
    long now = System.currentTimeMillis();
    long start = start(scenario, zone, now);
    if (start < EARLIEST || start > LATEST) {
      throw new UserError(
          "the play would begin at %s: it begins from 2000 to 2100"
              .formatted(Instant.ofEpochMilli(start)));
    }
    if (start > now && !ahead) {
      throw new UserError(
          "the play would begin at %s, which is not yet: --ahead lets it"
              .formatted(Instant.ofEpochMilli(start)));
    }
    Duration length = duration != null ? duration : scenario.length();
    if (ahead && speed == null && length == null) {
      throw new UserError("--ahead needs --speed or --for: else time would pass without end");
    }
    Session session =
        new Session(
            start, length == null ? Long.MAX_VALUE : start + length.toMillis(), zone, payload);
    scenario.check(session.plant.paths());
    return session;
  }

  private long start(Scenario scenario, ZoneId zone, long now) {
    if (startText != null && history != null) {
      throw new UserError("--start and --history both say when to begin: leave one out");
    }
    if (startText != null) {
      try {
        return new EventTime(zone).millis(startText);
      } catch (DateTimeException e) {
        throw new UserError("--start is a time such as 2026-03-02T05:00, not " + startText);
      }
    }
    if (history == null && scenario.start() != null) {
      return scenario.start().atZone(zone).toInstant().toEpochMilli();
    }
    return history == null ? now : now - history.toMillis();
  }

  /** One play from its start to its end; all the mutable things of a run. */
  private final class Session {
    private final long start;
    private final long end;
    private final Truth truth;
    private final Plant plant;
    private final ExpectedFigures figures;
    private final PayloadFormat payload;
    private final List<ResultFile> results = new ArrayList<>();

    /** The last message of each machine: one of data, since announcements go before. */
    private final Map<MachinePath, DeviceMessage> last = new HashMap<>();

    private long broken;
    private boolean overflows;

    Session(long start, long end, ZoneId zone, PayloadFormat payload) {
      this.payload = payload;
      this.start = start;
      this.end = end;
      truth = new Truth(new Shifts(zone));
      PlantLayout layout = new PlantLayout(site, lines, machinesPerLine);
      plant = new Plant(layout, seed, start, interval.toMillis(), truth);
      figures = new ExpectedFigures(plant.paths(), GatewayRules.usual(zone));
      if (truthFile != null) {
        results.add(new ResultFile("--truth", truthFile, out -> out.write(truth.json())));
      }
      if (figuresFile != null) {
        results.add(new ResultFile("--figures", figuresFile, figures::write));
      }
    }

    /** Plays until the end of its time or the wish to stop; how far it came, in epoch ms. */
    long play(Publisher publisher, OrderReceiver control, Scenario scenario) throws IOException {
      Play play = new Play(scenario, plant, start, seed, outlet(publisher));
      long begun = System.nanoTime();
      long nextStatus = System.nanoTime();
      long nextTruth = begun + TRUTH.toNanos();
      long played = start - 1;
      while (played < end && !terminal.stop().getAsBoolean()) {
        control.obey();
        long due = due(begun);
        long until = Math.min(Math.min(due, end), played + STEP_MS);
        if (until > played) {
          play.to(until);
          played = until;
          tellOverflow(play);
        }
        if (System.nanoTime() >= nextStatus) {
          nextStatus = System.nanoTime() + STATUS.toNanos();
          terminal.note(status(played, publisher));
        }
        if (System.nanoTime() >= nextTruth) {
          nextTruth = System.nanoTime() + TRUTH.toNanos();
          writeResultsSoFar();
        }
        if (played >= due) {
          terminal.stop().within(Duration.ofMillis(20));
        }
      }
      return played;
    }

    private void tellOverflow(Play play) {
      if (!overflows && play.overflowed() > 0) {
        overflows = true;
        terminal.note(
            "the scenario holds back more than %,d messages: what is more is lost, as in the figures"
                .formatted(Play.MOST_HELD));
      }
    }

    /** How far time may have passed by now. */
    private long due(long begun) {
      long bound = ahead ? Long.MAX_VALUE : System.currentTimeMillis();
      double ms = (System.nanoTime() - begun) / 1e6;
      return speed == null ? bound : Math.min(bound, start + (long) (speed * ms));
    }

    private Play.Outlet outlet(Publisher publisher) {
      return new Play.Outlet() {
        @Override
        public void arrives(MachineSample told, MachineSample played, MachineSample counted) {
          if (figuresFile != null) {
            figures.receive(told.at(), counted);
          }
          for (DeviceMessage message : payload.messages(told)) {
            publish(publisher, message);
            last.put(told.path(), message);
          }
        }

        @Override
        public void broken(MachineSample told) {
          poison(publisher, told.path());
        }
      };
    }

    /** Publishes the last message of a machine again, broken, if it has told anything yet. */
    void poison(Publisher publisher, MachinePath path) {
      DeviceMessage told = last.get(path);
      if (told != null) {
        byte[] spoilt = Poison.spoil(told.payload(), broken++);
        publish(publisher, new DeviceMessage(told.topic(), spoilt, told.retained()));
      }
    }

    private void publish(Publisher publisher, DeviceMessage message) {
      try {
        publisher.publish(message.topic(), message.payload(), message.retained(), terminal.stop());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    /** Writes what is to be written for the first time, so that a wrong name is told at once. */
    void beginResults() {
      try {
        writeResults();
      } catch (IOException e) {
        throw new UserError(String.valueOf(e.getMessage()));
      }
    }

    void writeResults() throws IOException {
      for (ResultFile result : results) {
        result.write();
      }
    }

    /**
     * A factory goes on though a disk is full; whether its results could be written counts last.
     */
    private void writeResultsSoFar() {
      try {
        writeResults();
      } catch (IOException e) {
        terminal.note(e.getMessage() + "; trying again in a minute");
      }
    }
  }

  private static String status(long played, Publisher publisher) {
    return "played to %s, published %,d, acknowledged %,d"
        .formatted(Instant.ofEpochMilli(played), publisher.published(), publisher.acknowledged());
  }
}
