package io.weir.gateway;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.weir.gateway.admin.Reload;
import io.weir.gateway.alarm.Alarm;
import io.weir.gateway.alarm.AlarmKind;
import io.weir.gateway.alarm.Alarms;
import io.weir.gateway.alarm.Trouble;
import io.weir.gateway.api.GatewayView;
import io.weir.gateway.api.Health;
import io.weir.gateway.api.LedgerResponse;
import io.weir.gateway.api.SitesView;
import io.weir.gateway.config.ConfigException;
import io.weir.gateway.fleet.BundleStore;
import io.weir.gateway.fleet.FleetConfig;
import io.weir.gateway.fleet.Following;
import io.weir.gateway.fleet.GatewayReport;
import io.weir.gateway.fleet.Installed;
import io.weir.gateway.fleet.Reporter;
import io.weir.gateway.fleet.Site;
import io.weir.gateway.fleet.Sites;
import io.weir.gateway.fleet.SitesConsumer;
import io.weir.gateway.http.HttpRoute;
import io.weir.gateway.log.LogStatus;
import io.weir.gateway.log.SegmentLog;
import io.weir.gateway.log.Threads;
import io.weir.gateway.metrics.MeterNames;
import io.weir.gateway.model.Follower;
import io.weir.gateway.settings.Config;
import io.weir.gateway.settings.ConfigFile;
import io.weir.gateway.sink.Condition;
import io.weir.gateway.sink.Drain;
import io.weir.gateway.sink.SinkPipeline;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The wiring of what the gateway is among others; without {@code fleet} it is nothing. */
final class FleetParts {

  /** What a configuration that looks well can do to a gateway, beside parts that are not ready. */
  private static final Set<String> OF_CONFIGURATION =
      Set.of(
          AlarmKind.QUARANTINE_GROWING.id(),
          AlarmKind.NAMES_LIMIT.id(),
          AlarmKind.LEDGER_UNBALANCED.id(),
          AlarmKind.THREAD_ENDED.id());

  private static final Set<Condition.State> AWAY =
      EnumSet.of(Condition.State.DOWN, Condition.State.BUSY);

  private static final int MOST_ALARMS_SAID = 10;

  private final Base base;
  private final String version;
  private final ConfigFile file;
  private final SegmentLog readings;
  private final List<SinkPipeline> pipelines;
  private final GatewayView view;
  private final Alarms alarms;
  private final Reload reload;
  private final long startedNs;
  private final @Nullable Reporter reporter;
  private final @Nullable Sites sites;
  private final @Nullable SitesConsumer consumer;
  private final @Nullable Following following;
  private final SitesView answers;

  /**
   * @param file where the configuration was read
   * @param figures the log that gets the reports; {@code null} only where none are made
   */
  FleetParts(
      Base base,
      String version,
      ConfigFile file,
      SegmentLog readings,
      @Nullable SegmentLog figures,
      List<SinkPipeline> pipelines,
      GatewayView view,
      Alarms alarms,
      Reload reload)
      throws IOException {
    this.base = base;
    this.version = version;
    this.file = file;
    this.readings = readings;
    this.pipelines = List.copyOf(pipelines);
    this.view = view;
    this.alarms = alarms;
    this.reload = reload;
    startedNs = base.time().elapsedNs();
    FleetConfig fleet = base.config().fleet();
    FleetConfig.Receive receive = fleet.receive();
    sites = receive == null ? null : new Sites(receive.forgetAfter(), base.time());
    consumer = sites == null ? null : buildConsumer(sites);
    FleetConfig.Follow follow = fleet.follow();
    following = follow == null ? null : buildFollowing(follow);
    FleetConfig.Report report = fleet.report();
    reporter = report == null || figures == null ? null : buildReporter(report, figures);
    String origin = follow == null ? "" : follow.origin();
    answers = new SitesView(sites, following, origin, base.time());
    base.started().add("requests about sites", answers::close);
  }

  private SitesConsumer buildConsumer(Sites all) throws IOException {
    SitesConsumer made =
        new SitesConsumer(
            all,
            readings.feed(CursorNames.FLEET, SegmentLog.Start.NOW),
            base.time(),
            base.config().gateway().storage().historyCommitEvery());
    base.started().add(CursorNames.FLEET, made::close);
    MeterRegistry meters = base.meters();
    for (Site.Level level : Site.Level.values()) {
      Gauge.builder(MeterNames.FLEET_SITES, all, each -> count(each, level))
          .tag("level", level.name().toLowerCase(Locale.ROOT))
          .register(meters);
    }
    return made;
  }

  private static double count(Sites sites, Site.Level level) {
    return sites.list().stream().filter(site -> site.level() == level).count();
  }

  private Following buildFollowing(FleetConfig.Follow follow) throws IOException {
    BundleStore store = BundleStore.open(base.files(), base.data().path());
    if (store.isDamaged()) {
      base.damaged().accept(Installed.FOLDER + "/state");
    }
    Following made =
        new Following(
            base.config().gateway().id(),
            follow,
            store,
            new Following.Configuration() {
              @Override
              public Following.Change with(Installed candidate) throws ConfigException {
                return new Next(file.loadWithBundle(candidate.mainFile(base.data().path())));
              }

              @Override
              public Following.Change present() throws ConfigException {
                return new Next(file.load());
              }
            },
            this::faults,
            base.time());
    base.started().add("fleet follow", made::close);
    Gauge.builder(MeterNames.FLEET_BUNDLE, made, each -> each.status().version())
        .register(base.meters());
    return made;
  }

  /** A configuration that was read. */
  private final class Next implements Following.Change {

    private final Config config;

    private Next(Config config) {
      this.config = config;
    }

    @Override
    public List<String> notes() {
      FleetConfig.Follow before = base.config().fleet().follow();
      FleetConfig.Follow after = config.fleet().follow();
      if (after == null) {
        return List.of("it has no fleet.follow: from the next start on, no bundle is followed");
      }
      return after.equals(before)
          ? List.of()
          : List.of("fleet.follow is another one, which holds from the next start on");
    }

    @Override
    public List<String> apply(String why) {
      return reload.apply(config, why);
    }
  }

  private Map<String, String> faults() {
    Map<String, String> faults = new TreeMap<>();
    for (Health.Part part : view.health().parts()) {
      if (!part.ready() && !isAway(part)) {
        faults.put(part.kind() + " " + part.name(), part.reason());
      }
    }
    for (Alarm alarm : alarms.raised()) {
      if (OF_CONFIGURATION.contains(alarm.id())) {
        faults.put(alarm.id() + " " + alarm.subject(), alarm.reason());
      }
    }
    return faults;
  }

  /** Whether it is a store that cannot be reached: the log buffers for it. */
  private boolean isAway(Health.Part part) {
    return part.kind().equals("sink")
        && pipelines.stream()
            .filter(pipeline -> pipeline.sink().name().equals(part.name()))
            .map(pipeline -> pipeline.drain().condition())
            .allMatch(condition -> condition.isWell() || AWAY.contains(condition.state()));
  }

  private Reporter buildReporter(FleetConfig.Report report, SegmentLog figures) {
    ConfigHash hash = new ConfigHash(file);
    reload.afterEach(hash::look);
    Reporter made =
        new Reporter(
            report.every(),
            new FiguresWriter(figures, () -> false),
            now -> report(report, hash, now),
            base.time());
    base.started().add("fleet report", made::close);
    return made;
  }

  private GatewayReport report(FleetConfig.Report config, ConfigHash hash, long now) {
    Health health = view.health();
    LedgerResponse ledger = view.ledger();
    List<Alarm> raised = alarms.raised();
    long critical = raised.stream().filter(FleetParts::isCritical).count();
    LogStatus log = readings.status();
    Following.Status bundle = following == null ? null : following.status();
    return new GatewayReport(
        base.config().gateway().id(),
        now,
        version,
        hash.text(),
        bundle == null ? 0 : bundle.version(),
        bundle == null ? "" : bundle.state(),
        health.isReady(),
        health.parts().stream()
            .filter(part -> !part.ready())
            .map(part -> part.kind() + " " + part.name() + ": " + part.reason())
            .findFirst()
            .orElse(""),
        raised.stream()
            .limit(MOST_ALARMS_SAID)
            .map(alarm -> (alarm.id() + " " + alarm.subject()).strip())
            .collect(Collectors.joining(", ")),
        critical,
        raised.size() - critical,
        pipelines.stream().map(SinkPipeline::drain).mapToDouble(Drain::lagSeconds).max().orElse(0),
        pipelines.stream().map(SinkPipeline::drain).mapToLong(Drain::pendingBytes).max().orElse(0),
        log.bytes(),
        log.maxBytes(),
        ledger.sources().stream().mapToLong(LedgerResponse.Source::received).sum(),
        ledger.unexplained(),
        certificate(),
        config.every().toSeconds(),
        (base.time().elapsedNs() - startedNs) / 1e9,
        config.url() == null ? "" : config.url().toString());
  }

  private static boolean isCritical(Alarm alarm) {
    return alarm.severity() == AlarmKind.Severity.CRITICAL;
  }

  /** Until the first of the certificates that the gateway shows ends; NaN where it shows none. */
  private double certificate() {
    return base.meters().find(MeterNames.HTTP_CERTIFICATE_LEFT).gauges().stream()
        .mapToDouble(Gauge::value)
        .filter(value -> !Double.isNaN(value))
        .min()
        .orElse(Double.NaN);
  }

  List<HttpRoute> routes() {
    return answers.routes();
  }

  /** What reads the logs, in the order of a step. */
  List<Follower> followers() {
    return consumer == null ? List.of() : List.of(consumer.follower());
  }

  List<Trouble> troubles() {
    List<Trouble> troubles = new ArrayList<>();
    if (sites != null) {
      troubles.addAll(sites.troubles());
    }
    if (following != null) {
      troubles.addAll(following.troubles());
    }
    return troubles;
  }

  void start(Threads threads) {
    if (reporter != null) {
      reporter.start(threads);
    }
    if (following != null) {
      following.start(threads);
    }
  }

  void step() {
    if (reporter != null) {
      reporter.step();
    }
    if (following != null) {
      following.step();
    }
  }
}
