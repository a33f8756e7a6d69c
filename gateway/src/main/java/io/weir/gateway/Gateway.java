package io.weir.gateway;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.weir.gateway.config.Config;
import io.weir.gateway.config.ConfigFile;
import io.weir.gateway.efficiency.EfficiencyConsumer;
import io.weir.gateway.efficiency.HistoryConsumer;
import io.weir.gateway.http.HttpServer;
import io.weir.gateway.http.Live;
import io.weir.gateway.http.Route;
import io.weir.gateway.log.Carried;
import io.weir.gateway.log.FileSystem;
import io.weir.gateway.log.LogOptions;
import io.weir.gateway.log.SegmentLog;
import io.weir.gateway.metrics.Meters;
import io.weir.gateway.metrics.Names;
import io.weir.gateway.model.Feed;
import io.weir.gateway.model.Time;
import io.weir.gateway.normalize.ReceiveClock;
import io.weir.gateway.normalize.Recent;
import io.weir.gateway.normalize.Routes;
import io.weir.gateway.normalize.Types;
import io.weir.gateway.quarantine.Quarantine;
import io.weir.gateway.quarantine.QuarantineBook;
import io.weir.gateway.quarantine.QuarantineCopier;
import io.weir.gateway.quarantine.Quarantined.Side;
import io.weir.gateway.sink.Drain;
import io.weir.gateway.sink.Sink;
import io.weir.gateway.source.Source;
import io.weir.gateway.source.http.HttpSource;
import io.weir.gateway.source.mqtt.MqttSource;
import io.weir.gateway.source.mqtt.Subscription;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.function.ToDoubleFunction;
import java.util.function.ToIntFunction;
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

  private static final String READINGS = "readings";
  private static final String FIGURES = "figures";
  private static final String QUARANTINE = "quarantine";
  private static final String EFFICIENCY = "efficiency";
  private static final String HISTORY = "history";

  /** Some months of a plant of a few dozen machines, should every store be away. */
  private static final long MOST_FIGURES_BYTES = 512L << 20;

  private static final String SINK_CURSOR = "sink-";
  private static final int MOST_EVIDENCE_BYTES = 1 << 20;
  private static final int LATEST_READINGS = 100_000;
  private static final int RECALLED_ENTRIES = 20_000;
  private static final int UNNAMED_RECEIVE_MAXIMUM = 1;

  private final Config config;
  private final Time time = Time.SYSTEM;
  private final FileSystem files = FileSystem.DISK;

  /** How to undo what was started, newest first. */
  private final Deque<Step> started = new ArrayDeque<>();

  private final PrometheusMeterRegistry meters;
  private final SegmentLog readings;
  private final List<Outflow> outflows = new ArrayList<>();
  private final List<Source> sources = new ArrayList<>();
  private final View view;

  private interface Undo {
    void run() throws Exception;
  }

  private record Step(String what, Undo undo) {}

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
      undo("lock", data.lock()::close);
      Meters allMeters = new Meters(config.gateway().id(), version);
      undo("meters", allMeters::close);
      meters = allMeters.registry();

      Ledger ledger = new Ledger(receiveMaximum(config.sources()));
      readings = openReadings(data, ledger);
      SegmentLog quarantineLog = openQuarantine(data);
      Quarantine quarantine = new Quarantine(log(quarantineLog), MOST_EVIDENCE_BYTES, meters);
      quarantine.recall(quarantineLog.scan(quarantineLog.endOffset() - RECALLED_ENTRIES));

      // Without efficiency, figures of before are still brought to the stores.
      boolean figuresKept = config.efficiency() != null || Files.isDirectory(data.log(FIGURES));
      SegmentLog figures = figuresKept ? openFigures(data) : null;

      startSinks(data, quarantine, figures);
      startCopier(quarantine);
      EfficiencyConsumer efficiency = startEfficiency(figures);
      Layout layout = new Layout(config.efficiency());
      MachineStates states = startHistory(figures, efficiency, layout);
      Live live = startLive();

      Types types = Types.load(data.types(files));
      Decoding decoding = new Decoding(config.routes(), types, new Recent());
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
      Replay replay =
          new Replay(
              new QuarantineBook(held(quarantineLog)),
              quarantine.writer(Side.SOURCE, Replay.SOURCE, READINGS),
              intake,
              time,
              this::nanosOfSink);
      undo("replay", replay::close);

      List<Route> httpRoutes = new ArrayList<>(replay.routes());
      makeSources(data, decoding.routes(), intake, httpRoutes);
      Reload reload = new Reload(file, config, intake, mqttSources(), meters);
      undo("reload", reload::close);
      httpRoutes.addAll(reload.routes());
      view =
          new View(
              config,
              version,
              time,
              meters,
              readings,
              ledger,
              intake,
              sources,
              outflows,
              efficiency,
              layout,
              quarantine,
              replay.book(),
              live,
              new Machines(efficiency, states, live, intake, quarantine, time));
      HttpServer http = HttpServer.start(config.http(), view, meters, httpRoutes);
      undo("http", http::close);

      for (Source source : sources) {
        source.start();
        undo("source " + source.name(), source::close);
      }
      reload.start();
      Senders senders =
          new Senders(() -> intake.decoding().sessions(), config.sources(), sources, time);
      senders.start();
      undo("senders", senders::close);
      StatusLine status = new StatusLine(view);
      status.start();
      undo("status line", status::close);
      view.running();
      LOG.info(
          "Weir {} runs as {}: http://{}:{}/",
          version,
          config.gateway().id(),
          config.http().bind(),
          http.port());
    } catch (Exception | Error e) {
      undoAll();
      throw e;
    }
  }

  private void undo(String what, Undo undo) {
    started.push(new Step(what, undo));
  }

  // ---- From the sinks back to the sources

  private SegmentLog openReadings(DataDirectory data, Ledger ledger) throws IOException {
    Config.Buffer buffer = config.buffer();
    LogOptions options =
        new LogOptions(
            data.log(READINGS),
            buffer.segmentSize(),
            buffer.maxSize(),
            LogOptions.WhenFull.valueOf(buffer.whenFull().name()),
            buffer.linger(),
            mostRecordBytes(buffer));
    SegmentLog log = SegmentLog.open(READINGS, options, files, time, ledger, meters);
    undo("log " + READINGS, log::close);
    return log;
  }

  /**
   * A message's readings take at most about twice its payload; a small buffer bounds it further.
   */
  private static int mostRecordBytes(Config.Buffer buffer) {
    long wanted = 2L * buffer.maxMessageSize() + (64 << 10);
    return (int) Math.min(wanted, buffer.maxSize() / 4 - (32 << 10));
  }

  private SegmentLog openQuarantine(DataDirectory data) throws IOException {
    long bound = config.quarantine().maxSize();
    LogOptions options =
        new LogOptions(
            data.log(QUARANTINE),
            Math.min(config.buffer().segmentSize(), bound / 8),
            bound,
            LogOptions.WhenFull.DROP_OLDEST,
            Duration.ZERO,
            Quarantine.mostRecordBytes(MOST_EVIDENCE_BYTES));
    SegmentLog log = SegmentLog.open(QUARANTINE, options, files, time, Carried.NOTHING, meters);
    undo("log " + QUARANTINE, log::close);
    return log;
  }

  private SegmentLog openFigures(DataDirectory data) throws IOException {
    LogOptions options =
        new LogOptions(
            data.log(FIGURES),
            Math.min(config.buffer().segmentSize(), MOST_FIGURES_BYTES / 8),
            MOST_FIGURES_BYTES,
            LogOptions.WhenFull.DROP_OLDEST,
            Duration.ZERO,
            FiguresWriter.MOST_RECORD_BYTES);
    SegmentLog log = SegmentLog.open(FIGURES, options, files, time, Carried.NOTHING, meters);
    undo("log " + FIGURES, log::close);
    return log;
  }

  private static Quarantine.Log log(SegmentLog log) {
    return new Quarantine.Log() {
      @Override
      public long append(long receiveTimeNs, int units, java.nio.ByteBuffer payload)
          throws IOException {
        long offset = log.append(1, receiveTimeNs, units, payload, null);
        if (offset == SegmentLog.NO_ROOM) {
          throw new IOException("the quarantine takes nothing now: " + log.status().reason());
        }
        return offset;
      }

      @Override
      public void sync(long from) throws IOException {
        log.sync(from);
      }
    };
  }

  private static QuarantineBook.Held held(SegmentLog log) {
    return new QuarantineBook.Held() {
      @Override
      public long first() {
        return log.firstOffset();
      }

      @Override
      public long end() {
        return log.endOffset();
      }

      @Override
      public Feed from(long offset) throws IOException {
        return log.scan(offset);
      }
    };
  }

  private void startSinks(DataDirectory data, Quarantine quarantine, @Nullable SegmentLog figures)
      throws IOException {
    for (Config.Sink each : config.sinks()) {
      Sink sink = Sinks.of(each, data.path());
      undo("sink " + each.name(), sink::close);
      startDrain(each, sink, READINGS, readings, quarantine);
      if (figures != null) {
        startDrain(each, sink, FIGURES, figures, quarantine);
      }
    }
    removeCursors(readings);
    if (figures != null) {
      removeCursors(figures);
    }
  }

  private void startDrain(
      Config.Sink config, Sink sink, String name, SegmentLog log, Quarantine quarantine)
      throws IOException {
    String cursor = SINK_CURSOR + config.name();
    Feed feed = log.feed(cursor, SegmentLog.Start.valueOf(config.start().name()));
    undo("cursor " + cursor + " of " + name, feed::close);
    SinkRejects rejects = new SinkRejects(quarantine.writer(Side.SINK, config.name(), name));
    Drain drain = new Drain(config, sink, name, feed, rejects, time, meters);
    outflows.add(new Outflow(config, name, drain));
    drain.start();
    undo("drain " + config.name() + " of " + name, () -> drain.stop(DRAIN_AT_STOP));
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
    Config.Efficiency efficiency = config.efficiency();
    if (efficiency == null || figures == null) {
      return null;
    }
    Feed feed = readings.feed(EFFICIENCY, SegmentLog.Start.OLDEST);
    EfficiencyConsumer consumer =
        new EfficiencyConsumer(efficiency, feed, new FiguresWriter(figures), time);
    consumer.start();
    undo(EFFICIENCY, consumer::close);
    gauge(Names.EFFICIENCY_MACHINES, consumer, c -> c.snapshot().machines().size());
    gauge(Names.EFFICIENCY_PENDING, consumer, EfficiencyConsumer::pending);
    gauge(Names.EFFICIENCY_LATE, consumer, c -> c.snapshot().late());
    gauge(Names.EFFICIENCY_IGNORED, consumer, c -> c.snapshot().ignored());
    return consumer;
  }

  private @Nullable MachineStates startHistory(
      @Nullable SegmentLog figures, @Nullable EfficiencyConsumer efficiency, Layout layout)
      throws IOException {
    Config.Efficiency configured = config.efficiency();
    if (configured == null || figures == null || efficiency == null) {
      return null;
    }
    HistoryConsumer history =
        new HistoryConsumer(
            configured.allowedLateness().toNanos(),
            figures.feed(HISTORY, SegmentLog.Start.OLDEST),
            time);
    history.start();
    undo(HISTORY, history::close);
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
            quarantine.writer(Side.SOURCE, QUARANTINE, READINGS),
            time);
    copier.start();
    undo("quarantine", copier::close);
  }

  private Live startLive() {
    Live live = new Live(readings.tail(), time, LATEST_READINGS);
    live.start();
    undo("live", live::close);
    return live;
  }

  private void makeSources(
      DataDirectory data, Routes routes, Intake intake, List<Route> httpRoutes) {
    for (Config.Source each : config.sources()) {
      if (each instanceof Config.MqttSource mqtt) {
        List<Subscription> wanted = Reload.subscriptions(routes, mqtt.name());
        sources.add(
            new MqttSource(
                mqtt, wanted, intake, time, meters, data.subscriptions(files, mqtt.name())));
      } else if (each instanceof Config.HttpSource http) {
        HttpSource source = new HttpSource(http, intake, time, meters);
        sources.add(source);
        httpRoutes.add(Route.of("POST", "/api/v1/readings", source::readings));
        httpRoutes.add(Route.of("POST", "/write", source::write));
        httpRoutes.add(Route.of("POST", "/api/v2/write", source::write));
      }
    }
  }

  private List<MqttSource> mqttSources() {
    return sources.stream()
        .filter(MqttSource.class::isInstance)
        .map(MqttSource.class::cast)
        .toList();
  }

  private static ToIntFunction<String> receiveMaximum(List<Config.Source> sources) {
    return name ->
        sources.stream()
            .filter(source -> source.name().equals(name))
            .map(source -> source instanceof Config.MqttSource mqtt ? mqtt.receiveMaximum() : 1)
            .findFirst()
            .orElse(UNNAMED_RECEIVE_MAXIMUM);
  }

  /** Receive times must differ in the coarsest precision that any sink stores. */
  private long coarsestStep() {
    return config.sinks().stream()
        .mapToLong(
            sink -> sink instanceof Config.InfluxSink influx ? influx.precision().nanos() : 1)
        .max()
        .orElse(1);
  }

  private int nanosOfSink(String name) {
    return config.sinks().stream()
        .filter(sink -> sink.name().equals(name))
        .map(
            sink -> sink instanceof Config.InfluxSink influx ? (int) influx.precision().nanos() : 1)
        .findFirst()
        .orElse(1);
  }

  // ---- Stopping

  /**
   * Receives no more, syncs, acknowledges, drains for a bounded time, commits, and closes all.
   * Returns when that is done.
   */
  @Override
  public void close() {
    LOG.info("Stopping: no more is received; what was is synced, acknowledged and drained");
    view.stopping();
    sources.forEach(Source::stopReceiving);
    try {
      readings.sync();
    } catch (IOException e) {
      LOG.warn("The last readings could not be synced; they were not acknowledged", e);
    }
    undoAll();
    LOG.info("Stopped");
  }

  private void undoAll() {
    while (!started.isEmpty()) {
      Step step = started.pop();
      try {
        step.undo().run();
      } catch (Exception e) {
        LOG.warn("{} did not stop cleanly", step.what(), e);
      }
    }
  }
}
