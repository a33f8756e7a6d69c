package io.weir.gateway.api;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.weir.gateway.intake.Intake;
import io.weir.gateway.log.Kept;
import io.weir.gateway.log.LogMeter;
import io.weir.gateway.log.LogStatus;
import io.weir.gateway.log.SegmentLog;
import io.weir.gateway.log.Time;
import io.weir.gateway.metrics.MeterNames;
import io.weir.gateway.metrics.Rate;
import io.weir.gateway.normalize.RouteConfig;
import io.weir.gateway.retention.Losses;
import io.weir.gateway.settings.Config;
import io.weir.gateway.sink.Condition;
import io.weir.gateway.sink.Drain;
import io.weir.gateway.sink.SinkConfig;
import io.weir.gateway.sink.SinkPipeline;
import io.weir.gateway.source.Source;
import io.weir.gateway.source.SourceConfig;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The state of every part, as the page shows it. Rates are its own, so {@link #status} is for the
 * one thread {@code http-view}; the rest is for any.
 */
public final class StatusView {

  private final Config config;
  private final String version;
  private final Time time;
  private final long startedNs;
  private final MeterRegistry meters;
  private final SegmentLog readings;
  private final Intake intake;
  private final List<Source> sources;
  private final List<SinkPipeline> pipelines;
  private final QuarantineView quarantine;
  private final List<Losses> losses;
  private final AlarmConditions alarms;
  private final Supplier<@Nullable GroupStatus> group;
  private final Map<String, Rate> rates = new HashMap<>();
  private final Map<String, Gauge> ages = new HashMap<>();
  private final List<Gauge> dailyBytes;
  private final List<Gauge> dailySyncs;
  private final MeanTime syncs;
  private volatile Status.State state = Status.State.STARTING;

  public StatusView(
      Config config,
      String version,
      Time time,
      MeterRegistry meters,
      SegmentLog readings,
      Intake intake,
      List<Source> sources,
      List<SinkPipeline> pipelines,
      QuarantineView quarantine,
      List<Losses> losses,
      AlarmConditions alarms,
      Supplier<@Nullable GroupStatus> group) {
    this.config = config;
    this.version = version;
    this.time = time;
    this.startedNs = time.elapsedNs();
    this.meters = meters;
    this.readings = readings;
    this.intake = intake;
    this.sources = sources;
    this.pipelines = pipelines;
    this.quarantine = quarantine;
    this.losses = List.copyOf(losses);
    this.alarms = alarms;
    this.group = group;
    this.dailyBytes = List.copyOf(meters.find(MeterNames.DISK_DAILY_BYTES).gauges());
    this.dailySyncs = List.copyOf(meters.find(MeterNames.DISK_DAILY_SYNCS).gauges());
    this.syncs = new MeanTime(meters, readings.status().name());
  }

  public void running() {
    state = Status.State.RUNNING;
  }

  public void stopping() {
    state = Status.State.STOPPING;
  }

  Status status(Health health, LedgerResponse counts) {
    String trouble =
        health.parts().stream()
            .filter(part -> !part.ready())
            .map(part -> part.kind() + " " + part.name() + ": " + part.reason())
            .findFirst()
            .orElse("");
    Status.State now = state;
    return new Status(
        config.gateway().id(),
        version,
        Time.instant(time.wallNs()),
        (time.elapsedNs() - startedNs) / 1e9,
        now == Status.State.RUNNING && !trouble.isEmpty() ? Status.State.DEGRADED : now,
        trouble,
        intake.decoding().configured().stream().map(RouteConfig::topic).toList(),
        sourceStatus(counts),
        logStatus(health),
        new Status.DiskStatus(sum(dailyBytes), sum(dailySyncs)),
        sinkStatus(counts),
        quarantine.status(counts),
        dropped(),
        alarms.now(),
        group.get());
  }

  private List<Status.SourceStatus> sourceStatus(LedgerResponse counts) {
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
              rate(MeterNames.MESSAGES, source.name()),
              rate(MeterNames.RECEIVED, source.name()),
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
        .computeIfAbsent(meter + " " + source, key -> rate(meters.counter(meter, "source", source)))
        .perSecond();
  }

  private Rate rate(Counter total) {
    return new Rate(() -> (long) total.count(), time);
  }

  private @Nullable Double lastMessageAge(String source) {
    Gauge age = age(source);
    return age == null || Double.isNaN(age.value()) ? null : age.value();
  }

  /** A search looks at every meter of the registry, so what it found is kept. */
  private @Nullable Gauge age(String source) {
    Gauge known = ages.get(source);
    if (known == null) {
      known = meters.find(MeterNames.LAST_MESSAGE_AGE).tag("source", source).gauge();
      if (known != null) {
        ages.put(source, known);
      }
    }
    return known;
  }

  private Status.LogStatus logStatus(Health health) {
    LogStatus log = readings.status();
    Health.Part part =
        health.parts().stream().filter(p -> p.kind().equals("log")).findFirst().orElseThrow();
    Kept kept = readings.kept();
    return new Status.LogStatus(
        log.bytes(),
        log.maxBytes(),
        log.segments(),
        part.ready(),
        part.reason(),
        kept.bytes(),
        kept.segments() == 0 ? null : Instant.ofEpochSecond(0, kept.fromNs()),
        syncs.millis());
  }

  /** Of a gauge over all its tags; {@code null} while it is not known. */
  private static @Nullable Double sum(List<Gauge> gauges) {
    double sum = gauges.stream().mapToDouble(Gauge::value).sum();
    return Double.isNaN(sum) ? null : sum;
  }

  private List<Status.SinkStatus> sinkStatus(LedgerResponse counts) {
    List<Status.SinkStatus> all = new ArrayList<>();
    for (int i = 0; i < pipelines.size(); i++) {
      SinkPipeline pipeline = pipelines.get(i);
      Drain drain = pipeline.drain();
      SinkConfig configured = pipeline.sink();
      Condition condition = drain.condition();
      all.add(
          new Status.SinkStatus(
              configured.name(),
              pipeline.log(),
              configured.type(),
              configured.address(),
              sinkState(condition.state()),
              condition.isWell() ? "" : condition.detail(),
              drain.nextTrySeconds(),
              switch (drain.breakerState()) {
                case 0 -> "closed";
                case 1 -> "half-open";
                default -> "open";
              },
              drain.lagSeconds(),
              drain.pendingBytes(),
              linesRate(configured.name(), pipeline.log()),
              counts.sinks().get(i)));
    }
    return all;
  }

  private double linesRate(String sink, String log) {
    return rates
        .computeIfAbsent(
            MeterNames.SINK_LINES + " " + sink + " " + log,
            key -> rate(meters.counter(MeterNames.SINK_LINES, "sink", sink, "log", log)))
        .perSecond();
  }

  private List<Status.Dropped> dropped() {
    return losses.stream()
        .flatMap(
            log ->
                log.all().stream()
                    .map(
                        each ->
                            new Status.Dropped(
                                log.log(), each.of(), each.reason(), each.readings())))
        .toList();
  }

  private static Status.SinkState sinkState(Condition.State state) {
    return switch (state) {
      case UNKNOWN, UP -> Status.SinkState.STORING;
      case BUSY -> Status.SinkState.WAITING;
      case DOWN -> Status.SinkState.DOWN;
      case MISCONFIGURED, HELD, FAILED -> Status.SinkState.HELD;
    };
  }

  /** The mean of a timer between two questions. */
  private static final class MeanTime {
    private final MeterRegistry meters;
    private final String log;
    private @Nullable Timer timer;
    private long count;
    private double totalMs;

    MeanTime(MeterRegistry meters, String log) {
      this.meters = meters;
      this.log = log;
    }

    @Nullable Double millis() {
      Timer known = timer;
      if (known == null) {
        known = meters.find(LogMeter.SYNC_TIME.meterName()).tag(LogMeter.TAG, log).timer();
        timer = known;
      }
      if (known == null) {
        return null;
      }
      long syncs = known.count() - count;
      double ms = known.totalTime(TimeUnit.MILLISECONDS) - totalMs;
      count += syncs;
      totalMs += ms;
      return syncs == 0 ? null : ms / syncs;
    }
  }
}
