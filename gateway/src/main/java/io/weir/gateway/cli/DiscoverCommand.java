package io.weir.gateway.cli;

import io.weir.gateway.config.ConfigException;
import io.weir.gateway.config.Quantities;
import io.weir.gateway.log.Time;
import io.weir.gateway.normalize.TopicPattern;
import io.weir.gateway.settings.ConfigFile;
import io.weir.gateway.source.SourceConfig;
import io.weir.gateway.source.mqtt.MqttConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "discover",
    description =
        "Listen to a broker without storing, and print the topics found, with routes to paste.",
    footer = {
      "",
      "  weir discover --url tcp://broker:1883 --for 60s",
      "  weir discover --url ssl://broker:8883 --user weir --password-file P --ca ca.pem --for 1h --state S",
      "  weir discover --config F --source plant --topic 'factory/#'",
      "",
      "Ctrl-C ends it early and prints what was found so far."
    })
final class DiscoverCommand implements Callable<Integer> {

  private static final long REPORT_LIMIT_S = 20;
  private static final int NOT_PRINTED = -1;

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
      description = "A source in it; can be repeated. Default: all of type mqtt.")
  private List<String> sources = List.of();

  @Option(
      names = "--url",
      paramLabel = "URL",
      description =
          "A broker, such as tcp://host:1883, if there is no configuration yet; can be repeated.")
  private List<String> urls = List.of();

  @Mixin private BrokerOptions login = new BrokerOptions();

  @Option(
      names = "--state",
      paramLabel = "FILE",
      description = "Keeps what was heard, so that the next run with the file goes on with it.")
  private @Nullable Path state;

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

  /** Whether several sources are asked, so that routes must say which they are for. */
  private boolean isOneOfSeveral;

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
    List<MqttConfig> brokers = brokers();
    CountDownLatch stop = new CountDownLatch(1);
    CountDownLatch ended = new CountDownLatch(1);
    AtomicInteger exit = new AtomicInteger(NOT_PRINTED);
    Thread hook = new Thread(() -> endEarly(stop, ended, exit), "discover-stop");
    Runtime.getRuntime().addShutdownHook(hook);
    try {
      BrokerEars ears =
          new BrokerEars(terminal, time, brokers, TopicPattern.matched(filter), filter, state);
      Duration heard = ears.listen(limit, stop);
      for (int i = 0; i < brokers.size(); i++) {
        report(brokers.get(i), ears.each().get(i), heard, brokers.size() > 1);
      }
      exit.set(ears.isKept() ? Program.DONE : Program.FAILED);
      return exit.get();
    } finally {
      ended.countDown();
      removeHook(hook);
    }
  }

  private void report(MqttConfig broker, BrokerEar ear, Duration heard, boolean isOfSeveral)
      throws IOException {
    if (isOfSeveral) {
      terminal
          .out()
          .printf("%n== %s%s%n", isOneOfSeveral ? broker.name() + ", " : "", broker.url());
    }
    String missing = ear.missing();
    if (!missing.isEmpty()) {
      terminal.out().printf("%n%s%n", missing);
    }
    new DiscoverReport(terminal, time, broker, isOneOfSeveral, ear.heard(), heard).print();
  }

  private Duration limit() throws InputException {
    Duration parsed = Quantities.duration(duration);
    if (parsed == null || parsed.isZero()) {
      throw new InputException("--for takes a duration such as 60s or 5m, not '" + duration + "'");
    }
    return parsed;
  }

  /** How to reach the brokers: with a client id and a session that end with the command. */
  private List<MqttConfig> brokers() throws ConfigException, InputException, IOException {
    Path path = file;
    List<MqttConfig> found = new ArrayList<>();
    if (path == null && !urls.isEmpty()) {
      for (String url : urls) {
        found.add(login.broker(url, terminal));
      }
      return found;
    }
    if (path == null || !urls.isEmpty()) {
      throw new InputException("give either --config FILE or --url tcp://host:1883");
    }
    List<String> names = new ArrayList<>();
    for (SourceConfig each :
        new ConfigFile(path, terminal.environment(), settings).loadSources().sources()) {
      if (each instanceof MqttConfig mqtt) {
        names.add(mqtt.name());
        if (sources.isEmpty() || sources.contains(mqtt.name())) {
          found.add(mqtt.listening("weir-discover-" + UUID.randomUUID()));
        }
      }
    }
    isOneOfSeveral = found.size() > 1;
    if (names.isEmpty()) {
      throw new InputException(
          "there is no source of type mqtt in " + file + "; name the broker with --url");
    }
    if (found.isEmpty() || !names.containsAll(sources)) {
      throw new InputException(
          "--source must be one of type mqtt in " + file + ": " + String.join(", ", names));
    }
    return found;
  }

  /** Ctrl-C: what was found is printed before the process ends. */
  private void endEarly(CountDownLatch stop, CountDownLatch ended, AtomicInteger exit) {
    stop.countDown();
    try {
      if (!ended.await(REPORT_LIMIT_S, TimeUnit.SECONDS)) {
        terminal.err().println("the report takes too long and is cut off");
      } else if (exit.get() != NOT_PRINTED) {
        // A JVM that a signal ends reports the signal; here Ctrl-C is a normal end.
        Runtime.getRuntime().halt(exit.get());
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
