package io.weir.gateway.cli;

import io.weir.gateway.config.ConfigException;
import io.weir.gateway.config.Quantities;
import io.weir.gateway.discover.Findings;
import io.weir.gateway.log.Time;
import io.weir.gateway.normalize.TopicPattern;
import io.weir.gateway.settings.Config;
import io.weir.gateway.settings.ConfigFile;
import io.weir.gateway.source.SourceConfig;
import io.weir.gateway.source.mqtt.MqttConfig;
import io.weir.gateway.source.mqtt.TopicListener;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "discover",
    description =
        "Listen to a broker without storing, and print the topics found, with routes to paste.",
    footer = {
      "",
      "  weir discover --url tcp://broker:1883 --for 60s",
      "  weir discover --config F --source plant --topic 'factory/#'",
      "",
      "Ctrl-C ends it early and prints what was found so far."
    })
final class DiscoverCommand implements Callable<Integer> {

  private static final long REPORT_LIMIT_S = 20;

  private final Terminal terminal;
  private final Time time;

  @Option(
      names = {"-c", "--config"},
      paramLabel = "FILE",
      description = "The configuration that names the source.")
  private @Nullable Path file;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Overrides one value of the file. Can be repeated.")
  private List<String> settings = List.of();

  @Option(
      names = "--source",
      paramLabel = "NAME",
      description = "The source in it. Not needed if only one has type mqtt.")
  private @Nullable String source;

  @Option(
      names = "--url",
      paramLabel = "URL",
      description = "The broker, such as tcp://host:1883, if there is no configuration yet.")
  private @Nullable String url;

  @Option(
      names = "--topic",
      paramLabel = "FILTER",
      defaultValue = "#",
      description =
          "The topics to listen to: a filter, or the pattern of a route. Default: #, everything.")
  private String filter = "#";

  @Option(
      names = "--for",
      paramLabel = "DURATION",
      defaultValue = "60s",
      description = "How long to listen. Default: 60s.")
  private String duration = "60s";

  DiscoverCommand(Terminal terminal, Time time) {
    this.terminal = terminal;
    this.time = time;
  }

  @Override
  public Integer call() throws ConfigException, InputException, IOException, InterruptedException {
    Duration limit = limit();
    String wrong = TopicPattern.wrong(filter);
    if (wrong != null || filter.isEmpty()) {
      throw new InputException("--topic " + (wrong == null ? "is empty" : wrong));
    }
    MqttConfig broker = broker();
    CountDownLatch stop = new CountDownLatch(1);
    CountDownLatch ended = new CountDownLatch(1);
    AtomicBoolean printed = new AtomicBoolean();
    Thread hook = new Thread(() -> endEarly(stop, ended, printed), "discover-stop");
    Runtime.getRuntime().addShutdownHook(hook);
    try {
      Findings findings = new Findings();
      Duration heard = listen(broker, limit, findings, stop);
      new DiscoverReport(terminal, time, broker, findings, heard).print();
      printed.set(true);
      return Program.DONE;
    } finally {
      ended.countDown();
      removeHook(hook);
    }
  }

  private Duration limit() throws InputException {
    Duration parsed = Quantities.duration(duration);
    if (parsed == null || parsed.isZero()) {
      throw new InputException("--for takes a duration such as 60s or 5m, not '" + duration + "'");
    }
    return parsed;
  }

  /** How to reach the broker: with its own client id and a session that ends with the command. */
  private MqttConfig broker() throws ConfigException, InputException, IOException {
    Path path = file;
    if (path == null && url != null) {
      try (ScratchConfig scratch = ScratchConfig.of(url, "")) {
        return listening(scratch.file(), "plant");
      } catch (ConfigException e) {
        throw new InputException("--url " + e.problems().get(0).message());
      }
    }
    if (path == null || url != null) {
      throw new InputException("give either --config FILE or --url tcp://host:1883");
    }
    ConfigFile configured = new ConfigFile(path, terminal.environment(), settings);
    List<String> names =
        configured.load().sources().stream()
            .filter(MqttConfig.class::isInstance)
            .map(SourceConfig::name)
            .toList();
    String name = source == null && names.size() == 1 ? names.get(0) : source;
    if (name == null || !names.contains(name)) {
      throw new InputException(
          "--source must be one of type mqtt in " + file + ": " + String.join(", ", names));
    }
    return listening(configured, name);
  }

  private static MqttConfig listening(ConfigFile file, String source) throws ConfigException {
    String key = "sources[" + source + "].";
    Config config =
        file.with(key + "client-id=weir-discover-" + UUID.randomUUID())
            .with(key + "session-expiry=0s")
            .load();
    return config.sources().stream()
        .filter(each -> each.name().equals(source))
        .map(MqttConfig.class::cast)
        .findFirst()
        .orElseThrow();
  }

  private Duration listen(MqttConfig broker, Duration limit, Findings findings, CountDownLatch stop)
      throws IOException, InterruptedException {
    try (TopicListener listener =
        new TopicListener(broker, TopicPattern.matched(filter), findings::heard)) {
      listener.start();
      terminal.err().println("listening to " + filter + " at " + broker.url());
      long begun = time.elapsedNs();
      long left = limit.toNanos();
      while (left > 0 && !stop.await(Math.min(left, 1_000_000_000L), TimeUnit.NANOSECONDS)) {
        left = limit.toNanos() - (time.elapsedNs() - begun);
        terminal
            .err()
            .printf(
                "%4d s  %s, %s%n",
                (limit.toNanos() - left) / 1_000_000_000L,
                DiscoverReport.count(findings.messages(), "message"),
                DiscoverReport.count(findings.topics(), "topic"));
        if (!listener.lost().isEmpty()) {
          terminal.err().println("ended early: " + listener.lost());
          break;
        }
      }
      if (listener.setAside() > 0) {
        terminal
            .err()
            .printf(
                "%s could not be read and would go to the quarantine; the last, %s%n",
                DiscoverReport.count(listener.setAside(), "message"),
                listener.whySetAside().replaceAll("\\p{Cntrl}", "?"));
      }
      return Duration.ofNanos(time.elapsedNs() - begun);
    }
  }

  /** Ctrl-C: what was found is printed before the process ends. */
  private void endEarly(CountDownLatch stop, CountDownLatch ended, AtomicBoolean printed) {
    stop.countDown();
    try {
      if (!ended.await(REPORT_LIMIT_S, TimeUnit.SECONDS)) {
        terminal.err().println("the report takes too long and is cut off");
      } else if (printed.get()) {
        // A JVM that a signal ends reports the signal; here Ctrl-C is a normal end.
        Runtime.getRuntime().halt(Program.DONE);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void removeHook(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // the process is ending: the shutdown hook ended the listening
    }
  }
}
