package io.weir.gateway;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.weir.gateway.admin.QuarantineReplay;
import io.weir.gateway.admin.Reload;
import io.weir.gateway.api.EfficiencyView;
import io.weir.gateway.api.GatewayServer;
import io.weir.gateway.api.HealthView;
import io.weir.gateway.api.LedgerView;
import io.weir.gateway.api.MachineQueries;
import io.weir.gateway.api.MachineStates;
import io.weir.gateway.api.QuarantineView;
import io.weir.gateway.api.StatusLine;
import io.weir.gateway.api.StatusView;
import io.weir.gateway.api.View;
import io.weir.gateway.datadir.DataDirectory;
import io.weir.gateway.efficiency.EfficiencyConfig;
import io.weir.gateway.efficiency.EfficiencyConsumer;
import io.weir.gateway.efficiency.HistoryConsumer;
import io.weir.gateway.http.HttpRoute;
import io.weir.gateway.intake.Decoding;
import io.weir.gateway.intake.Intake;
import io.weir.gateway.intake.IntakeTotals;
import io.weir.gateway.intake.Senders;
import io.weir.gateway.live.Live;
import io.weir.gateway.log.Feed;
import io.weir.gateway.log.FileSystem;
import io.weir.gateway.log.SegmentLog;
import io.weir.gateway.log.Threads;
import io.weir.gateway.log.Time;
import io.weir.gateway.metrics.MeterNames;
import io.weir.gateway.metrics.Meters;
import io.weir.gateway.normalize.NormalizerMemory;
import io.weir.gateway.normalize.ReceiveClock;
import io.weir.gateway.normalize.Types;
import io.weir.gateway.quarantine.Quarantine;
import io.weir.gateway.quarantine.QuarantineBook;
import io.weir.gateway.quarantine.QuarantineCopier;
import io.weir.gateway.quarantine.Quarantined.Side;
import io.weir.gateway.settings.Config;
import io.weir.gateway.settings.ConfigFile;
import io.weir.gateway.sink.Drain;
import io.weir.gateway.sink.Sink;
import io.weir.gateway.sink.SinkConfig;
import io.weir.gateway.sink.SinkConfig.Precision;
import io.weir.gateway.sink.SinkContext;
import io.weir.gateway.sink.SinkPipeline;
import io.weir.gateway.source.Source;
import io.weir.gateway.source.SourceConfig;
import io.weir.gateway.source.SourceContext;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.function.ToDoubleFunction;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one wiring file: builds every part from the sinks back to the sources, starts them in that
 * order, so that nothing is received before it can be kept, and stops them in reverse.
 */
public final class Gateway implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Gateway.class);

  /** How long a stop lets the sinks drain; what is left stays in the log. */
  private static final Duration DRAIN_AT_STOP = Duration.ofSeconds(10);

  private static final String QUARANTINE = "quarantine";
  private static final String EFFICIENCY = "efficiency";
  private static final String HISTORY = "history";
  private static final String SINK_CURSOR = "sink-";
  private static final int LATEST_READINGS = 100_000;
  private static final int RECALLED_ENTRIES = 20_000;
  private static final int UNNAMED_RECEIVE_MAXIMUM = 1;

  private final Config config;
  private final Time time = Time.SYSTEM;
  private final FileSystem files = FileSystem.DISK;
  private final Threads threads = Threads.SYSTEM;

  private final Started started = new Started();
  private final PrometheusMeterRegistry meters;
  private final SegmentLog readings;
  private final List<SinkPipeline> outflows = new ArrayList<>();
  private final Sources sources;
  private final StatusView status;

  /**
   * Runs until the process is told to end, then stops cleanly.
   *
   * @throws Exception if a part cannot start; its message says which and why
   */
  public static int run(ConfigFile file, Config config) throws Exception {
    Gateway gateway = new Gateway(file, config, programVersion());
    CountDownLatch stopped = new CountDownLatch(1);
    Thread stop =
        new Thread(
            () -> {
              gateway.close();
              stopped.countDown();
              // A JVM that ends by a signal reports the signal; a stop that was asked for is a 0.
              Runtime.getRuntime().halt(0);
            },
            "stop");
    Runtime.getRuntime().addShutdownHook(stop);
    stopped.await();
    return 0;
  }

  private static String programVersion() {
    String version = Gateway.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }

  /**
   * Starts every part. A part that cannot start takes down again those that did.
   *
   * @param file where the configuration was read, to read it again
   */
  public Gateway(ConfigFile file, Config config, String version) throws Exception {
    this.config = config;
    try {
      DataDirectory data = new DataDirectory(config.gateway().dataDir());
      started.add("lock", data.lock()::close);
      Meters allMeters = new Meters(config.gateway().id(), version);
      started.add("meters", allMeters::close);
      meters = allMeters.registry();

      IntakeTotals ledger = new IntakeTotals(receiveMaximum(config.sources()));
      Logs logs = new Logs(config, data, files, time, meters);
      readings = opened(logs.readings(ledger));
      QuarantineLog quarantineLog = new QuarantineLog(opened(logs.quarantine()));
      Quarantine quarantine = new Quarantine(quarantineLog, Logs.MOST_EVIDENCE_BYTES, meters);
      quarantine.recall(quarantineLog.from(quarantineLog.end() - RECALLED_ENTRIES));

      // Without efficiency, figures of before are still brought to the stores.
      boolean figuresKept =
          config.efficiency() != null || Files.isDirectory(data.log(Logs.FIGURES));
      SegmentLog figures = figuresKept ? opened(logs.figures()) : null;

      startSinks(data, quarantine, figures);
      startCopier(quarantine);
      EfficiencyConsumer efficiency = startEfficiency(figures);
      EfficiencyView layout = new EfficiencyView(config.efficiency());
      MachineStates states = startHistory(figures, efficiency, layout);
      Live live = startLive();

      Types types = Types.load(data.types(files));
      Decoding decoding = new Decoding(config.routes(), types, new NormalizerMemory());
      if (decoding.deduplicates()) {
        decoding.recall(readings.scan(readings.endOffset() - RECALLED_ENTRIES));
      }
      Intake intake =
          new Intake(
              decoding,
              readings,
              ledger,
              new ReceiveClock(time, coarsestStep(), readings.lastReceiveTimeNs()),
              time,
              meters,
              config.buffer().maxMessageSize());
      QuarantineReplay replay =
          new QuarantineReplay(
              new QuarantineBook(quarantineLog),
              quarantine.writer(Side.SOURCE, QuarantineReplay.SOURCE, Logs.READINGS),
              intake,
              time,
              this::precisionOfSink);
      started.add("replay", replay::close);

      sources = new Sources(config.sources(), source -> contextOf(source, intake, data));
      Reload reload = new Reload(file, config, intake, sources.subscribers(), meters);
      started.add("reload", reload::close);
      QuarantineView quarantineView = new QuarantineView(quarantine, replay.book());
      status =
          new StatusView(
              config,
              version,
              time,
              meters,
              readings,
              intake,
              sources.all(),
              outflows,
              quarantineView);
      View view =
          new View(
              status,
              new HealthView(config, readings, sources.all(), outflows, efficiency),
              new LedgerView(ledger, intake, sources.all(), outflows),
              live,
              efficiency,
              layout,
              new MachineQueries(efficiency, states, live, intake, quarantine, time),
              quarantineView);
      List<HttpRoute> routes =
          Stream.of(replay.routes(), sources.routes(), reload.routes())
              .flatMap(List::stream)
              .toList();
      reload.start(); // before anyone can know that it runs: a signal not heard yet ends it
      GatewayServer http = GatewayServer.start(config.http(), view, meters, routes);
      started.add("http", http::close);

      for (Source source : sources.all()) {
        source.start(Threads.SYSTEM);
        started.add("source " + source.name(), source::close);
      }
      Senders senders = new Senders(() -> intake.decoding().sessions(), sources.all(), time);
      senders.start();
      started.add("senders", senders::close);
      StatusLine line = new StatusLine(view);
      line.start();
      started.add("status line", line::close);
      status.running();
      LOG.info(
          "Weir {} runs as {}: http://{}:{}/",
          version,
          config.gateway().id(),
          config.http().bind(),
          http.port());
    } catch (Exception | Error e) {
      started.stop();
      throw e;
    }
  }

  private SourceContext contextOf(SourceConfig source, Intake intake, DataDirectory data) {
    return new SourceContext(
        intake,
        time,
        meters,
        Reload.subscriptions(intake.decoding().routes(), source.name()),
        data.subscriptions(files, source.name()));
  }

  // ---- From the sinks back to the sources

  private SegmentLog opened(SegmentLog log) {
    started.add("log " + log.status().name(), log::close);
    return log.start(threads);
  }

  private void startSinks(DataDirectory data, Quarantine quarantine, @Nullable SegmentLog figures)
      throws IOException {
    for (SinkConfig each : config.sinks()) {
      Sink sink = Sinks.of(each, new SinkContext(data.path(), time, meters));
      started.add("sink " + each.name(), sink::close);
      startDrain(each, sink, Logs.READINGS, readings, quarantine);
      if (figures != null) {
        startDrain(each, sink, Logs.FIGURES, figures, quarantine);
      }
    }
    removeCursors(readings);
    if (figures != null) {
      removeCursors(figures);
    }
  }

  private static Thread daemon(String name, Runnable loop) {
    Thread thread = new Thread(loop, name);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  private void startDrain(
      SinkConfig config, Sink sink, String name, SegmentLog log, Quarantine quarantine)
      throws IOException {
    String cursor = SINK_CURSOR + config.name();
    Feed feed = log.feed(cursor, SegmentLog.Start.valueOf(config.start().name()));
    started.add("cursor " + cursor + " of " + name, feed::close);
    SinkRejects rejects = new SinkRejects(quarantine.writer(Side.SINK, config.name(), name));
    Drain drain = new Drain(config, sink, name, feed, rejects, time, meters);
    outflows.add(new SinkPipeline(config, name, drain));
    drain.start(Gateway::daemon);
    started.add("drain " + config.name() + " of " + name, () -> drain.stop(DRAIN_AT_STOP));
  }

  /** Consumers that are no longer configured hold no space. */
  private void removeCursors(SegmentLog log) throws IOException {
    Set<String> wanted = new HashSet<>(Set.of(QUARANTINE));
    config.sinks().forEach(sink -> wanted.add(SINK_CURSOR + sink.name()));
    if (config.efficiency() != null) {
      wanted.addAll(Set.of(EFFICIENCY, HISTORY));
    }
    for (String cursor : log.cursorNames()) {
      if (!wanted.contains(cursor)) {
        long pending = log.removeCursor(cursor);
        LOG.warn(
            "{} is no longer configured: {} readings of log {} that it had not taken are dropped",
            cursor,
            pending,
            log.status().name());
      }
    }
  }

  private @Nullable EfficiencyConsumer startEfficiency(@Nullable SegmentLog figures)
      throws IOException {
    EfficiencyConfig efficiency = config.efficiency();
    if (efficiency == null || figures == null) {
      return null;
    }
    Feed feed = readings.feed(EFFICIENCY, SegmentLog.Start.OLDEST);
    EfficiencyConsumer consumer =
        new EfficiencyConsumer(efficiency, feed, new FiguresWriter(figures), time);
    consumer.follower().start(threads);
    started.add(EFFICIENCY, consumer::close);
    gauge(MeterNames.EFFICIENCY_MACHINES, consumer, c -> c.snapshot().machines().size());
    gauge(MeterNames.EFFICIENCY_PENDING, consumer, EfficiencyConsumer::pending);
    gauge(MeterNames.EFFICIENCY_LATE, consumer, c -> c.snapshot().late());
    gauge(MeterNames.EFFICIENCY_IGNORED, consumer, c -> c.snapshot().ignored());
    return consumer;
  }

  private @Nullable MachineStates startHistory(
      @Nullable SegmentLog figures, @Nullable EfficiencyConsumer efficiency, EfficiencyView layout)
      throws IOException {
    EfficiencyConfig configured = config.efficiency();
    if (configured == null || figures == null || efficiency == null) {
      return null;
    }
    HistoryConsumer history =
        new HistoryConsumer(
            configured.allowedLateness().toNanos(),
            figures.feed(HISTORY, SegmentLog.Start.OLDEST),
            time);
    history.follower().start(threads);
    started.add(HISTORY, history::close);
    return new MachineStates(efficiency, history.history(), layout, time);
  }

  private void gauge(
      String name, EfficiencyConsumer consumer, ToDoubleFunction<EfficiencyConsumer> value) {
    Gauge.builder(name, consumer, value).register(meters);
  }

  private void startCopier(Quarantine quarantine) throws IOException {
    QuarantineCopier copier =
        new QuarantineCopier(
            readings.feed(QUARANTINE, SegmentLog.Start.OLDEST),
            quarantine.writer(Side.SOURCE, QUARANTINE, Logs.READINGS),
            time);
    copier.follower().start(threads);
    started.add("quarantine", copier::close);
  }

  private Live startLive() {
    Live live = new Live(readings.tail(), time, LATEST_READINGS);
    live.follower().start(threads);
    started.add("live", live::close);
    return live;
  }

  private static ToIntFunction<String> receiveMaximum(List<SourceConfig> sources) {
    return name ->
        sources.stream()
            .filter(source -> source.name().equals(name))
            .map(SourceConfig::receiveMaximum)
            .findFirst()
            .orElse(UNNAMED_RECEIVE_MAXIMUM);
  }

  /** Receive times must differ in the coarsest precision that any sink stores. */
  private long coarsestStep() {
    return config.sinks().stream().mapToLong(sink -> sink.precision().nanos()).max().orElse(1);
  }

  private Precision precisionOfSink(String name) {
    return config.sinks().stream()
        .filter(sink -> sink.name().equals(name))
        .map(SinkConfig::precision)
        .findFirst()
        .orElse(Precision.NS);
  }

  // ---- Stopping

  /**
   * Receives no more, syncs, acknowledges, drains for a bounded time, commits, and closes all.
   * Returns when that is done.
   */
  @Override
  public void close() {
    LOG.info("Stopping: no more is received; what was is synced, acknowledged and drained");
    status.stopping();
    sources.all().forEach(Source::stopReceiving);
    try {
      readings.sync();
    } catch (IOException e) {
      LOG.warn("The last readings could not be synced; they were not acknowledged", e);
    }
    started.stop();
    LOG.info("Stopped");
  }
}
