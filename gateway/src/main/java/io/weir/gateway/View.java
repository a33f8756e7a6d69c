package io.weir.gateway;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.weir.gateway.config.Config;
import io.weir.gateway.config.RouteConfig;
import io.weir.gateway.config.SinkConfig;
import io.weir.gateway.config.SourceConfig;
import io.weir.gateway.efficiency.EfficiencyConsumer;
import io.weir.gateway.http.AssetNode;
import io.weir.gateway.http.Efficiency;
import io.weir.gateway.http.GatewayView;
import io.weir.gateway.http.Health;
import io.weir.gateway.http.Live;
import io.weir.gateway.http.MachineView;
import io.weir.gateway.http.QuarantineEntry;
import io.weir.gateway.http.QuarantinePage;
import io.weir.gateway.http.Status;
import io.weir.gateway.log.LogStatus;
import io.weir.gateway.log.SegmentLog;
import io.weir.gateway.metrics.Names;
import io.weir.gateway.metrics.Rate;
import io.weir.gateway.model.Time;
import io.weir.gateway.quarantine.Evidence;
import io.weir.gateway.quarantine.Quarantine;
import io.weir.gateway.quarantine.QuarantineBook;
import io.weir.gateway.quarantine.Quarantined;
import io.weir.gateway.sink.Condition;
import io.weir.gateway.sink.Drain;
import io.weir.gateway.source.Source;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What the gateway looks like from outside, put together from its parts when asked. Rates are its
 * own, so {@link #status} is for the one thread {@code http-view}; the rest is for any.
 */
final class View implements GatewayView {

  private static final int PREVIEW_BYTES = 200;

  private final Config config;
  private final String version;
  private final Time time;
  private final long startedNs;
  private final MeterRegistry meters;
  private final SegmentLog readings;
  private final Ledger ledger;
  private final Intake intake;
  private final List<Source> sources;
  private final List<Outflow> outflows;
  private final @Nullable EfficiencyConsumer efficiency;
  private final Layout layout;
  private final Quarantine quarantine;
  private final QuarantineBook book;
  private final Live live;
  private final MachineView machines;
  private final Map<String, Rate> rates = new HashMap<>();
  private final MeanTime syncs;
  private volatile Status.State state = Status.State.STARTING;

  View(
      Config config,
      String version,
      Time time,
      MeterRegistry meters,
      SegmentLog readings,
      Ledger ledger,
      Intake intake,
      List<Source> sources,
      List<Outflow> outflows,
      @Nullable EfficiencyConsumer efficiency,
      Layout layout,
      Quarantine quarantine,
      QuarantineBook book,
      Live live,
      MachineView machines) {
    this.config = config;
    this.version = version;
    this.time = time;
    this.startedNs = time.elapsedNs();
    this.meters = meters;
    this.readings = readings;
    this.ledger = ledger;
    this.intake = intake;
    this.sources = sources;
    this.outflows = outflows;
    this.efficiency = efficiency;
    this.layout = layout;
    this.quarantine = quarantine;
    this.book = book;
    this.live = live;
    this.machines = machines;
    this.syncs = new MeanTime(meters, readings.status().name());
  }

  void running() {
    state = Status.State.RUNNING;
  }

  void stopping() {
    state = Status.State.STOPPING;
  }

  @Override
  public Status status() {
    Health health = health();
    String trouble =
        health.parts().stream()
            .filter(part -> !part.ready())
            .map(part -> part.kind() + " " + part.name() + ": " + part.reason())
            .findFirst()
            .orElse("");
    Status.State now = state;
    io.weir.gateway.http.Ledger counts = ledger();
    return new Status(
        config.gateway().id(),
        version,
        instant(time.wallNs()),
        (time.elapsedNs() - startedNs) / 1e9,
        now == Status.State.RUNNING && !trouble.isEmpty() ? Status.State.DEGRADED : now,
        trouble,
        intake.decoding().configured().stream().map(RouteConfig::topic).toList(),
        sourceStatus(counts),
        logStatus(),
        sinkStatus(counts),
        new Status.QuarantineStatus(
            quarantine.entries(), quarantine.newest().stream().map(View::recent).toList()));
  }

  private List<Status.SourceStatus> sourceStatus(io.weir.gateway.http.Ledger counts) {
    List<Status.SourceStatus> all = new ArrayList<>();
    for (int i = 0; i < sources.size(); i++) {
      Source source = sources.get(i);
      SourceConfig configured = config.sources().get(i);
      Source.Status now = source.status();
      all.add(
          new Status.SourceStatus(
              source.name(),
              configured.type(),
              configured.address(),
              now.ready(),
              now.state(),
              now.reason(),
              now.connects(),
              now.sessionsLost(),
              now.unacknowledged(),
              rate(Names.MESSAGES, source.name()),
              rate(Names.RECEIVED, source.name()),
              lastMessageAge(source.name()),
              counts.sources().stream()
                  .filter(line -> line.name().equals(source.name()))
                  .findFirst()
                  .orElseThrow()));
    }
    return all;
  }

  private double rate(String meter, String source) {
    return rates
        .computeIfAbsent(
            meter + " " + source,
            key -> new Rate(() -> (long) meters.counter(meter, "source", source).count(), time))
        .perSecond();
  }

  private @Nullable Double lastMessageAge(String source) {
    io.micrometer.core.instrument.Gauge age =
        meters.find(Names.LAST_MESSAGE_AGE).tag("source", source).gauge();
    return age == null || Double.isNaN(age.value()) ? null : age.value();
  }

  private Status.LogStatus logStatus() {
    LogStatus log = readings.status();
    return new Status.LogStatus(
        log.bytes(),
        log.maxBytes(),
        log.segments(),
        log.writable(),
        Objects.requireNonNullElse(log.reason(), ""),
        syncs.millis());
  }

  private List<Status.SinkStatus> sinkStatus(io.weir.gateway.http.Ledger counts) {
    List<Status.SinkStatus> all = new ArrayList<>();
    for (int i = 0; i < outflows.size(); i++) {
      Outflow outflow = outflows.get(i);
      Drain drain = outflow.drain();
      SinkConfig configured = outflow.sink();
      Condition condition = drain.condition();
      boolean well = isWell(condition);
      all.add(
          new Status.SinkStatus(
              configured.name(),
              outflow.log(),
              configured.type(),
              configured.address(),
              sinkState(condition.state()),
              well ? "" : condition.detail(),
              drain.nextTrySeconds(),
              switch (drain.breakerState()) {
                case 0 -> "closed";
                case 1 -> "half-open";
                default -> "open";
              },
              drain.lagSeconds(),
              drain.pendingBytes(),
              linesRate(configured.name(), outflow.log()),
              counts.sinks().get(i)));
    }
    return all;
  }

  private double linesRate(String sink, String log) {
    return rates
        .computeIfAbsent(
            Names.SINK_LINES + " " + sink + " " + log,
            key ->
                new Rate(
                    () -> (long) meters.counter(Names.SINK_LINES, "sink", sink, "log", log).count(),
                    time))
        .perSecond();
  }

  private static boolean isWell(Condition condition) {
    return condition.state() == Condition.State.UP || condition.state() == Condition.State.UNKNOWN;
  }

  private static Status.SinkState sinkState(Condition.State state) {
    return switch (state) {
      case UNKNOWN, UP -> Status.SinkState.STORING;
      case BUSY -> Status.SinkState.WAITING;
      case DOWN -> Status.SinkState.DOWN;
      case MISCONFIGURED, HELD, FAILED -> Status.SinkState.HELD;
    };
  }

  private static Status.Recent recent(Quarantined entry) {
    Quarantined.Fault fault = entry.faults().get(0);
    return new Status.Recent(
        entry.label(),
        instant(entry.receiveTimeNs()),
        entry.origin().name(),
        entry.topic(),
        fault.reason().label(),
        fault.detail());
  }

  /**
   * Ready means: each source receives, the log takes appends. A store that is away is no reason to
   * take the gateway out of service, since the log is there for that; a sink that only a person can
   * mend is.
   */
  @Override
  public Health health() {
    List<Health.Part> parts = new ArrayList<>();
    for (Source source : sources) {
      Source.Status now = source.status();
      parts.add(new Health.Part("source", source.name(), now.ready(), now.reason()));
    }
    LogStatus log = readings.status();
    boolean full = log.bytes() >= log.maxBytes() - log.maxBytes() / 64;
    boolean blocked = full && config.buffer().whenFull() == Config.WhenFull.BLOCK;
    String reason =
        blocked
            ? "full: " + log.bytes() + " of " + log.maxBytes() + " bytes are not yet stored"
            : Objects.requireNonNullElse(log.reason(), "");
    parts.add(new Health.Part("log", log.name(), log.writable() && !blocked, reason));
    if (efficiency != null) {
      String fault = efficiency.fault();
      parts.add(new Health.Part("efficiency", "figures", fault.isEmpty(), fault));
    }
    for (SinkConfig sink : config.sinks()) {
      parts.add(health(sink));
    }
    return new Health(parts);
  }

  /** A sink is well if its ways from all logs are. */
  private Health.Part health(SinkConfig sink) {
    String reason =
        outflows.stream()
            .filter(outflow -> outflow.sink().equals(sink))
            .map(outflow -> outflow.drain().condition())
            .filter(condition -> !isWell(condition))
            .map(Condition::detail)
            .findFirst()
            .orElse(null);
    return new Health.Part(
        "sink", sink.name(), reason == null, Objects.requireNonNullElse(reason, ""));
  }

  @Override
  public io.weir.gateway.http.Ledger ledger() {
    Map<String, Ledger.Line> lines = ledger.lines();
    sources.forEach(source -> lines.putIfAbsent(source.name(), Ledger.Line.ZERO));
    List<io.weir.gateway.http.Ledger.Source> bySource = new ArrayList<>();
    lines.forEach(
        (name, line) -> {
          long uncounted = intake.refusedUncounted(name);
          bySource.add(
              new io.weir.gateway.http.Ledger.Source(
                  name,
                  line.received() + uncounted,
                  line.appended(),
                  line.filtered(),
                  line.rejected(),
                  line.refused() + uncounted));
        });
    List<io.weir.gateway.http.Ledger.Sink> bySink = new ArrayList<>();
    for (Outflow outflow : outflows) {
      Drain drain = outflow.drain();
      io.weir.gateway.sink.Ledger counts = drain.ledger();
      long pending = drain.pending();
      bySink.add(
          new io.weir.gateway.http.Ledger.Sink(
              outflow.sink().name(),
              outflow.log(),
              counts.settled() + pending,
              counts.stored(),
              counts.quarantined(),
              counts.withheld(),
              counts.dropped(),
              counts.corrupt(),
              pending));
    }
    return new io.weir.gateway.http.Ledger(bySource, bySink);
  }

  @Override
  public List<AssetNode> assets() {
    return live.assets();
  }

  @Override
  public @Nullable Efficiency efficiency() {
    return efficiency == null ? null : layout.of(efficiency.snapshot());
  }

  @Override
  public MachineView machines() {
    return machines;
  }

  @Override
  public QuarantinePage quarantine(int limit, long before) throws IOException {
    QuarantineBook.Page page = book.list(QuarantineBook.Selection.ALL, limit, before);
    return new QuarantinePage(page.lines().stream().map(View::entry).toList(), page.next());
  }

  private static QuarantinePage.Entry entry(QuarantineBook.Line line) {
    Quarantined entry = line.entry();
    Long replayedNs = line.replayedNs();
    return new QuarantinePage.Entry(
        entry.label(),
        entry.origin().name(),
        entry.topic(),
        instant(entry.receiveTimeNs()),
        faults(entry),
        entry.rawLength(),
        Evidence.preview(entry.raw(), PREVIEW_BYTES),
        replayedNs == null ? null : instant(replayedNs));
  }

  private static List<QuarantinePage.Fault> faults(Quarantined entry) {
    return entry.faults().stream()
        .map(
            fault ->
                new QuarantinePage.Fault(fault.reason().label(), fault.detail(), fault.readings()))
        .toList();
  }

  @Override
  public @Nullable QuarantineEntry quarantined(long id) throws IOException {
    QuarantineBook.Line line = book.show(id);
    if (line == null) {
      return null;
    }
    Quarantined entry = line.entry();
    Long replayedNs = line.replayedNs();
    Quarantined.Fault first = entry.faults().get(0);
    String text = Evidence.text(entry.raw());
    return new QuarantineEntry(
        entry.label(),
        entry.topic(),
        entry.origin().name(),
        instant(entry.receiveTimeNs()),
        first.reason().label(),
        first.detail(),
        faults(entry),
        new QuarantineEntry.Payload(
            text, text == null ? Base64.getEncoder().encodeToString(entry.raw()) : null),
        entry.rawLength(),
        !entry.whole(),
        replayedNs == null ? null : instant(replayedNs));
  }

  private static Instant instant(long ns) {
    return Instant.ofEpochSecond(
        Math.floorDiv(ns, 1_000_000_000L), Math.floorMod(ns, 1_000_000_000L));
  }

  /** The mean of a timer between two questions. */
  private static final class MeanTime {
    private final MeterRegistry meters;
    private final String log;
    private long count;
    private double totalMs;

    MeanTime(MeterRegistry meters, String log) {
      this.meters = meters;
      this.log = log;
    }

    @Nullable Double millis() {
      Timer timer = meters.find(Names.LOG_SYNC_TIME).tag("log", log).timer();
      if (timer == null) {
        return null;
      }
      long syncs = timer.count() - count;
      double ms = timer.totalTime(TimeUnit.MILLISECONDS) - totalMs;
      count += syncs;
      totalMs += ms;
      return syncs == 0 ? null : ms / syncs;
    }
  }
}
