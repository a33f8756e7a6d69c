package io.weir.gateway;

import io.micrometer.core.instrument.MeterRegistry;
import io.weir.gateway.admin.Discovery;
import io.weir.gateway.admin.QuarantineReplay;
import io.weir.gateway.admin.Reload;
import io.weir.gateway.admin.SiteRequests;
import io.weir.gateway.alarm.Alarms;
import io.weir.gateway.alarm.Trouble;
import io.weir.gateway.api.AlarmConditions;
import io.weir.gateway.api.GatewayServer;
import io.weir.gateway.api.GatewayView;
import io.weir.gateway.api.HealthView;
import io.weir.gateway.api.LedgerView;
import io.weir.gateway.api.MachineQueries;
import io.weir.gateway.api.PastQueries;
import io.weir.gateway.api.QuarantineView;
import io.weir.gateway.api.StatusLine;
import io.weir.gateway.api.StatusView;
import io.weir.gateway.api.View;
import io.weir.gateway.correction.CorrectionLog;
import io.weir.gateway.datadir.CountedFiles;
import io.weir.gateway.datadir.DataDirectory;
import io.weir.gateway.datadir.DiskWrites;
import io.weir.gateway.datadir.HeldDirectory;
import io.weir.gateway.datadir.SiteFile;
import io.weir.gateway.devices.DeviceWatch;
import io.weir.gateway.efficiency.EfficiencyConsumer;
import io.weir.gateway.efficiency.config.EfficiencyConfig;
import io.weir.gateway.efficiency.figure.EfficiencySnapshot;
import io.weir.gateway.group.GroupConfig;
import io.weir.gateway.http.HttpRoute;
import io.weir.gateway.intake.Intake;
import io.weir.gateway.intake.IntakeTotals;
import io.weir.gateway.intake.Senders;
import io.weir.gateway.live.Live;
import io.weir.gateway.log.FileSystem;
import io.weir.gateway.log.SegmentLog;
import io.weir.gateway.log.Time;
import io.weir.gateway.metrics.Meters;
import io.weir.gateway.metrics.OtlpExport;
import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Follower;
import io.weir.gateway.model.MemoryBudget;
import io.weir.gateway.model.Stepped;
import io.weir.gateway.normalize.RouteConfig;
import io.weir.gateway.notify.Heartbeat;
import io.weir.gateway.past.Past;
import io.weir.gateway.past.PastSignals;
import io.weir.gateway.quarantine.Quarantine;
import io.weir.gateway.quarantine.QuarantineCopier;
import io.weir.gateway.retention.Retention;
import io.weir.gateway.settings.Config;
import io.weir.gateway.settings.ConfigFile;
import io.weir.gateway.source.Source;
import io.weir.gateway.source.SourceConfig;
import io.weir.gateway.source.SourceContext;
import io.weir.gateway.source.SubscribeRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one wiring file. {@link #build} makes every part, from the sinks back to the sources, opens
 * logs and cursors, and starts no thread. {@link #start} starts the logs, then the sources, so that
 * nothing is received before it can be kept, and then what reads the logs. {@link #close} stops
 * them in reverse. A gateway that was not started can be driven by {@link #step} on one thread,
 * with the clock, the disk, the clients and the stores that it was given.
 */
public final class Gateway implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Gateway.class);

  /** Which part of the log may wait for a commit of the watch over devices. */
  private static final int SHARE_OF_UNCOMMITTED = 16;

  /** Records at the end of a log that are read again at a start. */
  private static final int RECALLED_ENTRIES = 20_000;

  private final Config config;
  private final String version;
  private final GatewayParts parts;
  private final MemoryBudget budget;
  private final WatchedThreads threads;
  private final Time time;
  private final FileSystem files;

  private final Started started = new Started();
  private final DamagedFiles damaged = new DamagedFiles();
  private final Meters allMeters;
  private final MeterRegistry meters;
  private final List<SegmentLog> logs = new ArrayList<>();
  private final List<Follower> followers = new ArrayList<>();
  private final SegmentLog readings;
  private final PeopleParts people;
  private final SinkParts sinks;
  private final Retention retention;
  private final @Nullable FigureParts figures;
  private final Sources sources;
  private final AlarmConditions alarms;
  private final StatusView status;
  private final View view;
  private final Reload reload;
  private final QuarantineReplay replay;
  private final GatewayServer http;
  private final Senders senders;
  private final StatusLine statusLine;
  private final NotifyParts notifications;
  private final FleetParts fleet;
  private final @Nullable GroupParts group;

  /**
   * Builds every part and starts none. If a part cannot be built, what was opened is closed again.
   *
   * @param file where the configuration was read, to read it again
   * @throws Exception if a part cannot be built; its message says which and why
   */
  public static Gateway build(ConfigFile file, Config config, String version, GatewayParts parts)
      throws Exception {
    return new Gateway(file, config, version, parts);
  }

  private Gateway(ConfigFile file, Config config, String version, GatewayParts parts)
      throws Exception {
    this.config = config;
    this.version = version;
    this.parts = parts;
    this.budget = MemoryBudget.of(parts.heapBytes(), config.buffer().maxMessageSize());
    this.threads = new WatchedThreads(parts.threads());
    this.time = parts.time();
    try {
      DataDirectory data = new DataDirectory(config.gateway().dataDir());
      HeldDirectory held = data.lock(parts.files());
      started.add("lock", held::close);
      restrict(data.path(), parts.files());
      if (config.efficiency() != null) {
        new KnownState(data, held.files(), parts.heapBytes(), config.buffer().maxMessageSize())
            .check();
      }
      DiskWrites writes = new DiskWrites(data, Logs.NAMES, time);
      files = new CountedFiles(held.files(), writes);
      allMeters = new Meters(config.gateway().id(), version, export(config.otlp()));
      started.add("meters", allMeters::close);
      meters = allMeters.everywhere();
      DiskMeters.register(writes, meters);

      IntakeTotals ledger = IntakeParts.ledger(config);
      Logs made = new Logs(config, data, files, time, meters);
      readings = opened(made.readings(ledger));
      Base base = new Base(config, data, files, damaged, budget, meters, time, started);
      QuarantineParts rejects =
          new QuarantineParts(base, opened(made.quarantine()), RECALLED_ENTRIES);
      Quarantine quarantine = rejects.quarantine();

      // Without efficiency, earlier figures are still forwarded to the stores, and reports.
      boolean figuresKept =
          config.efficiency() != null
              || config.fleet().report() != null
              || !files.list(data.log(Logs.FIGURES)).isEmpty();
      SegmentLog figuresLog = figuresKept ? opened(made.figures()) : null;

      people = new PeopleParts(base, config.http().login() == null ? null : opened(made.audit()));
      GroupConfig grouped = config.gateway().group();
      group = grouped == null ? null : new GroupParts(base, grouped);
      sinks =
          new SinkParts(
              base, parts.sinks(), quarantine, readings, figuresLog, group, people.people());
      CursorNames.removeOthers(readings, config);
      if (figuresLog != null) {
        CursorNames.removeOthers(figuresLog, config);
      }
      QuarantineCopier copier = rejects.copier(readings, ledger);
      followers.add(copier.follower());
      figures = buildFigures(base, made, figuresLog);
      EfficiencyConsumer efficiency = figures == null ? null : figures.consumer();
      Live live = buildLive();

      IntakeParts in =
          new IntakeParts(
              base,
              parts.expressions(),
              readings,
              ledger,
              sinks,
              knownMachines(efficiency),
              RECALLED_ENTRIES);
      Intake intake = in.intake();
      retention = buildRetention(intake, figuresLog);
      DeviceWatch devices = buildDevices(intake);
      replay = rejects.replay(intake, sinks, readings);

      sources =
          new Sources(config.sources(), parts, source -> contextOf(source, intake, data, ledger));
      if (figures != null) {
        figures.givesUp(retention::mayGiveUp);
        figures.consumer().hears(sources::isReady);
        figures.consumer().lastReceived(in.clock()::last);
      }
      if (group != null) {
        group.lives(sources.all(), sinks.pipelines(), efficiency);
        if (figures != null && figuresLog != null) {
          group.folds(figures, figuresLog);
        }
      }
      reload =
          new Reload(
              file,
              config,
              intake,
              group == null ? sources.subscribers() : group.subscribers(sources.subscribers()),
              figures == null ? null : figures::use,
              meters);
      started.add("reload", reload::close);
      Discovery discovery = new Discovery(config.sources(), intake);
      started.add("discover", discovery::close);
      QuarantineView quarantineView = rejects.view(replay);
      LedgerView ledgerView =
          new LedgerView(ledger, intake, sources.all(), sinks.pipelines(), copier::balance);
      HealthView health =
          new HealthView(
              config,
              held::fault,
              readings,
              sources.all(),
              sinks.pipelines(),
              efficiency,
              threads::ended);
      Alarms board = new Alarms(time, meters);
      notifications = new NotifyParts(base, board, figures, new Alive());
      alarms =
          new AlarmConditions(
              board,
              health,
              held::fault,
              logs,
              sources.all(),
              sinks.pipelines(),
              efficiency,
              quarantine,
              ledgerView,
              new GatewayTroubles(
                  threads,
                  damaged,
                  in.clock(),
                  devices,
                  in.names(),
                  retention.losses(),
                  this::ofOutside,
                  intake::ownMessages,
                  time),
              meters,
              time);
      status =
          new StatusView(
              config,
              version,
              time,
              meters,
              readings,
              intake,
              sources.all(),
              sinks.pipelines(),
              quarantineView,
              retention.losses(),
              alarms,
              () -> group == null ? null : GroupOnStatus.of(group.group().status(), live));
      view =
          new View(
              status,
              health,
              ledgerView,
              live,
              efficiency,
              new MachineQueries(
                  efficiency,
                  figures == null ? null : figures.states(),
                  live,
                  devices,
                  intake,
                  quarantine,
                  time),
              buildPast(figuresLog, live),
              quarantineView);
      fleet =
          new FleetParts(
              base, version, file, readings, figuresLog, sinks.pipelines(), view, board, reload);
      followers.addAll(fleet.followers());
      List<HttpRoute> routes =
          Stream.of(
                  replay.routes(),
                  sources.routes(),
                  reload.routes(),
                  discovery.routes(),
                  new SiteRequests(file, new SiteFile(data, files), reload, time).routes(),
                  people.routes(),
                  notifications.routes(),
                  fleet.routes(),
                  figures == null ? List.<HttpRoute>of() : figures.routes())
              .flatMap(List::stream)
              .toList();
      http = new GatewayServer(config.http(), view, allMeters.registry(), routes, people.people());
      started.add("http", http::close);
      for (Source source : sources.all()) {
        started.add("source " + source.name(), source::close);
      }
      started.add("sources", () -> sources.all().forEach(Source::closing));
      if (group != null) {
        started.add("group", group.group()::close);
      }
      senders = new Senders(() -> intake.decoding().sessions(), sources.all(), time);
      started.add("senders", senders::close);
      statusLine = new StatusLine(view, alarms, config.logging().statusInterval(), time);
      started.add("status line", statusLine::close);
      started.add("alarms", alarms::close);
    } catch (Exception | Error e) {
      started.stop();
      throw e;
    }
  }

  private static @Nullable OtlpExport export(Config.@Nullable Otlp otlp) {
    return otlp == null
        ? null
        : new OtlpExport(
            otlp.url(),
            otlp.interval(),
            otlp.revealedHeaders(),
            otlp.tls() == null ? null : otlp::openTls);
  }

  /** What earlier versions wrote, everybody on the machine could read. */
  private static void restrict(Path directory, FileSystem files) {
    try {
      int open = files.restrict(directory);
      if (open > 0) {
        LOG.info(
            "{} files and folders in {} were open to other users; they are the owner's alone now",
            open,
            directory);
      }
    } catch (IOException e) {
      LOG.warn("{} cannot be closed to other users: {}", directory, e.toString());
    }
  }

  private SourceContext contextOf(
      SourceConfig source, Intake intake, DataDirectory data, IntakeTotals ledger) {
    List<SubscribeRequest> wanted = Reload.subscriptions(intake.decoding().routes(), source.name());
    return new SourceContext(
        group == null ? intake : group.inbox(source.name(), intake),
        time,
        meters,
        group == null ? wanted : group.subscriptions(source.name(), wanted),
        data.session(files, source.name(), damaged),
        ledger.sessions(source.name()),
        intake.passage());
  }

  // ---- Starting and stepping

  /**
   * Starts every part. If one cannot start, all of them are stopped again.
   *
   * @throws Exception if a part cannot start; its message says which and why
   */
  public void start() throws Exception {
    try {
      logs.forEach(log -> log.start(threads));
      sinks.start();
      reload.start(); // first: a SIGHUP that nothing handles ends the process
      people.start();
      sinks.startConsoles();
      serve();
      sources.all().forEach(source -> source.start(threads));
      if (group != null) {
        group.group().start(threads);
      }
      senders.start(threads);
      statusLine.start(threads);
      allMeters.start();
      alarms.start(threads);
      notifications.start(threads);
      fleet.start(threads);
      sources.awaitReady();
      startConsumers();
    } catch (Exception | Error e) {
      threads.stopping();
      started.stop();
      throw e;
    }
    status.running();
    LOG.info(
        "Weir {} runs as {}: {}://{}:{}/",
        version,
        config.gateway().id(),
        config.http().tls() == null ? "http" : "https",
        config.http().bind(),
        http.port());
  }

  /**
   * What reads the logs begins last: with a full log it has seconds of work, and the log keeps for
   * it what is received before.
   */
  private void startConsumers() {
    sinks.startDrains(threads);
    followers.forEach(follower -> follower.start(threads));
    retention.start(threads);
    if (figures != null) {
      figures.start(threads);
    }
  }

  /** Answers over HTTP; of a gateway that was not started, where its answers need no step. */
  void serve() throws IOException {
    http.start();
  }

  /**
   * One turn of every part on the calling thread, for a gateway that was not started: messages to
   * the log, the log to the disk and the acknowledgements, then the followers, then the sinks.
   * Never waits; the HTTP server is not part of it.
   */
  public void step() {
    step(Runnable::run, 1);
  }

  /**
   * The same, with writes to the stores wherever and whenever the executor runs them.
   *
   * @param records that each follower takes at most
   */
  public void step(Executor writes, int records) {
    for (Source source : sources.all()) {
      if (source instanceof Stepped stepped) {
        stepped.step();
      }
    }
    for (SegmentLog log : logs) {
      log.step();
    }
    if (group != null) {
      group.group().step();
    }
    followers.forEach(follower -> follower.step(records));
    retention.step();
    if (figures != null) {
      figures.step();
    }
    sinks.step(writes);
    senders.step();
    reload.step();
    alarms.step();
    notifications.step();
    fleet.step();
  }

  /** Asked only after everything was built. */
  private List<Trouble> ofOutside() {
    List<Trouble> troubles = new ArrayList<>(http.troubles());
    troubles.addAll(notifications.troubles());
    troubles.addAll(fleet.troubles());
    if (group != null) {
      troubles.addAll(group.group().troubles());
    }
    return troubles;
  }

  /** What the sign of life asks. */
  private final class Alive implements Heartbeat.Life {

    @Override
    public boolean works() {
      return threads.ended().isEmpty();
    }

    @Override
    public boolean isReady() {
      return view.health().isReady();
    }
  }

  /** Takes in again what was rejected; for who steps the gateway. */
  public QuarantineReplay replay() {
    return replay;
  }

  /** Takes over a changed configuration; for who steps the gateway. */
  public Reload reload() {
    return reload;
  }

  /** What the gateway answers about itself. */
  public GatewayView view() {
    return view;
  }

  /**
   * Why a gateway that was started does not work, so that only a new start can help; "" while it
   * works. Asks every part for its state, so it does not return while parts wait for each other.
   */
  public String fault() {
    view.health();
    Set<String> ended = threads.ended().keySet();
    return ended.isEmpty() ? "" : "these threads have ended: " + String.join(", ", ended);
  }

  /** What people said of the figures, if there are any. */
  @Nullable CorrectionLog corrections() {
    return figures == null ? null : figures.corrections();
  }

  /** The sources, in the order of the configuration. */
  List<Source> sources() {
    return sources.all();
  }

  /** All that its server answers. */
  List<HttpRoute> routes() {
    return http.routes();
  }

  // ---- From the sinks back to the sources

  private SegmentLog opened(SegmentLog log) {
    started.add("log " + log.status().name(), log::close);
    logs.add(log);
    return log;
  }

  private @Nullable FigureParts buildFigures(Base base, Logs made, @Nullable SegmentLog figuresLog)
      throws IOException {
    EfficiencyConfig efficiency = config.efficiency();
    if (efficiency == null || figuresLog == null) {
      return null;
    }
    FigureParts built =
        new FigureParts(
            base,
            efficiency,
            readings,
            figuresLog,
            opened(made.corrections()),
            sinks.feeds(Logs.FIGURES),
            sinks.stores());
    followers.addAll(built.followers());
    return built;
  }

  private PastQueries buildPast(@Nullable SegmentLog figuresLog, Live live) {
    PastQueries.Made made =
        figures == null
            ? null
            : new PastQueries.Made(
                figures.consumer()::efficiency, figures.consumer()::snapshot, figures.states());
    return new PastQueries(
        made,
        new Past(figuresLog == null ? null : figuresLog::past, sinks.past(), time),
        new PastSignals(live, readings::past, sinks.past()));
  }

  private Live buildLive() {
    Live live = new Live(readings.tail(), readings::past, time, budget.liveBytes());
    followers.add(live.follower());
    started.add("live", live::close);
    return live;
  }

  private Retention buildRetention(Intake intake, @Nullable SegmentLog figures) {
    Retention made = new Retention(meters, time);
    made.readings(
        readings,
        () -> intake.decoding().routes(),
        RouteConfig.WhenFull.valueOf(config.buffer().whenFull().name()),
        this::unlikeMeasurements,
        config.fleet().receive() == null
            ? Set.of(CursorNames.QUARANTINE, CursorNames.EFFICIENCY, CursorNames.DEVICES)
            : Set.of(
                CursorNames.QUARANTINE,
                CursorNames.EFFICIENCY,
                CursorNames.DEVICES,
                CursorNames.FLEET),
        sinks.feeds(Logs.READINGS));
    if (figures != null) {
      made.figures(
          figures, Set.of(CursorNames.HISTORY, CursorNames.HINTS), sinks.feeds(Logs.FIGURES));
    }
    started.add("retention", made::close);
    return made;
  }

  private Retention.Metrics unlikeMeasurements() {
    if (figures == null) {
      return Retention.Metrics.NONE;
    }
    EfficiencyConfig efficiency = figures.consumer().efficiency();
    return new Retention.Metrics(efficiency.latestMetrics(), efficiency.summedMetrics());
  }

  private DeviceWatch buildDevices(Intake intake) throws IOException {
    DeviceWatch watch =
        new DeviceWatch(
            readings.feed(CursorNames.DEVICES, SegmentLog.Start.NOW),
            config.sources().stream().map(SourceConfig::name).toList(),
            new ExpectedByRoutes(intake, source -> sources.subscribes(source)),
            source -> sources.isReady(source) && !HealthView.isBlocked(readings.status(), config),
            budget.deviceBytes(),
            config.buffer().maxSize() / SHARE_OF_UNCOMMITTED,
            meters,
            time);
    followers.add(watch.follower());
    started.add(CursorNames.DEVICES, watch::close);
    return watch;
  }

  /** Of a version that kept no names: what has figures. */
  private static Set<Asset> knownMachines(@Nullable EfficiencyConsumer efficiency) {
    return efficiency == null
        ? Set.of()
        : efficiency.snapshot().machines().stream()
            .map(EfficiencySnapshot.MachineNow::asset)
            .collect(Collectors.toSet());
  }

  // ---- Stopping

  /**
   * Receives no more, syncs, acknowledges, drains for a bounded time, commits, and closes all.
   * Returns when that is done.
   */
  @Override
  public void close() {
    LOG.info("Stopping: received readings are synced, acknowledged and drained");
    threads.stopping();
    status.stopping();
    alarms.close();
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
