package io.weir.gateway.api;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.weir.gateway.alarm.Alarm;
import io.weir.gateway.alarm.AlarmKind;
import io.weir.gateway.alarm.Alarms;
import io.weir.gateway.alarm.Trouble;
import io.weir.gateway.efficiency.EfficiencyConsumer;
import io.weir.gateway.efficiency.figure.EfficiencySnapshot;
import io.weir.gateway.log.LogStatus;
import io.weir.gateway.log.SegmentLog;
import io.weir.gateway.log.StopSignal;
import io.weir.gateway.log.Threads;
import io.weir.gateway.log.Time;
import io.weir.gateway.metrics.MeterNames;
import io.weir.gateway.quarantine.Quarantine;
import io.weir.gateway.quarantine.Quarantined;
import io.weir.gateway.sink.Condition;
import io.weir.gateway.sink.SinkPipeline;
import io.weir.gateway.source.Source;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Asks every part each second whether a condition for an alarm holds, and updates the board of
 * alarms. Runs the thread {@code alarms}. For any thread.
 */
public final class AlarmConditions implements AutoCloseable {

  private static final Duration EVERY = Duration.ofSeconds(1);

  /** Beyond this share of its bound, the log fills up. */
  private static final double FILLING = 0.8;

  /**
   * Down to this share it still does, and below it until a file has left the log: one that is
   * packed makes it smaller for a moment.
   */
  private static final double STILL_FILLING = 0.7;

  private static final double LAG_SECONDS = 300;

  /** A connection that is being made, or made again, is no reason for an alarm yet. */
  private static final Duration DOWN_AFTER = Duration.ofSeconds(5);

  /** A backfill that has gained nothing for so long does not catch up. */
  private static final double STUCK_SECONDS = 120;

  /** How long an event of the past is news. */
  private static final Duration NEWS = Duration.ofMinutes(5);

  /** Loss upstream is possible, so it is news for longer. */
  private static final Duration LOST_NEWS = Duration.ofHours(1);

  private static final String READINGS = "readings";
  private static final String CORRECTIONS = "corrections";

  private final Alarms alarms;
  private final HealthView health;
  private final Supplier<String> directoryFault;
  private final List<SegmentLog> logs;
  private final List<Source> sources;
  private final List<SinkPipeline> pipelines;
  private final @Nullable EfficiencyConsumer efficiency;
  private final Quarantine quarantine;
  private final LedgerView ledger;
  private final Supplier<List<Trouble>> others;
  private final MeterRegistry meters;
  private final Time time;
  private final Map<String, Rise> rises = new HashMap<>();
  private final Map<String, Long> downSince = new HashMap<>();
  private final Map<String, Counter> skewed = new HashMap<>();
  private boolean filling;

  /** The lowest offset of the log when it was last beyond {@link #FILLING}. */
  private long fillingFrom;

  private final StopSignal stop = new StopSignal();

  /**
   * @param directoryFault why the data directory is lost, or ""
   * @param logs the log of readings first
   * @param efficiency {@code null} where no figures are made
   * @param others conditions of the gateway as a whole
   */
  public AlarmConditions(
      Alarms alarms,
      HealthView health,
      Supplier<String> directoryFault,
      List<SegmentLog> logs,
      List<Source> sources,
      List<SinkPipeline> pipelines,
      @Nullable EfficiencyConsumer efficiency,
      Quarantine quarantine,
      LedgerView ledger,
      Supplier<List<Trouble>> others,
      MeterRegistry meters,
      Time time) {
    this.alarms = alarms;
    this.health = health;
    this.directoryFault = directoryFault;
    this.logs = List.copyOf(logs);
    this.sources = sources;
    this.pipelines = pipelines;
    this.efficiency = efficiency;
    this.quarantine = quarantine;
    this.ledger = ledger;
    this.others = others;
    this.meters = meters;
    this.time = time;
  }

  public void start(Threads threads) {
    threads.start("alarms", () -> stop.repeat(EVERY, this::step));
  }

  /** Asks every part once. After {@link #close}, parts that stop are no reason for an alarm. */
  public synchronized void step() {
    if (stop.isGiven()) {
      return;
    }
    List<Trouble> troubles = new ArrayList<>();
    sources.forEach(source -> ofSource(source, troubles));
    String lost = directoryFault.get();
    if (!lost.isEmpty()) {
      troubles.add(new Trouble(AlarmKind.DATA_DIRECTORY_LOST, "", lost));
    }
    logs.forEach(log -> ofLog(log.status(), troubles));
    ofReadings(logs.get(0).status(), troubles);
    logs.forEach(log -> ofCorrections(log.status(), troubles));
    pipelines.forEach(pipeline -> ofSink(pipeline, troubles));
    ofQuarantine(troubles);
    troubles.addAll(ledger.troubles());
    String fault = efficiency == null ? "" : efficiency.fault();
    if (!fault.isEmpty()) {
      troubles.add(new Trouble(AlarmKind.EFFICIENCY_FAILED, "", fault));
    }
    ofMachines(troubles);
    troubles.addAll(others.get());
    alarms.update(troubles);
  }

  /** The alarms at this moment. */
  List<Alarm> now() {
    step();
    return alarms.raised();
  }

  private void ofSource(Source source, List<Trouble> troubles) {
    String name = source.name();
    Source.Status now = source.status();
    if (now.ready()) {
      downSince.remove(name);
    }
    boolean isDown =
        !now.ready()
            && time.elapsedNs() - downSince.computeIfAbsent(name, down -> time.elapsedNs())
                >= DOWN_AFTER.toNanos();
    for (Trouble trouble : source.troubles()) {
      if (trouble.kind() != AlarmKind.SOURCE_DOWN || isDown) {
        troubles.add(trouble);
      }
    }
    if (isNews("session " + name, now.sessionsLost(), LOST_NEWS)) {
      troubles.add(
          new Trouble(
              AlarmKind.SESSION_LOST, name, "messages may be lost that Weir has not received"));
    }
    Counter skewed = skewed(name);
    if (skewed != null && isNews("skewed " + name, (long) skewed.count(), NEWS)) {
      troubles.add(
          new Trouble(AlarmKind.CLOCK_SKEWED, name, "the receive time is stored in their place"));
    }
  }

  /** A search looks at every meter of the registry, so what it found is kept. */
  private @Nullable Counter skewed(String source) {
    Counter known = skewed.get(source);
    if (known == null) {
      known = meters.find(MeterNames.SKEWED).tag("source", source).counter();
      if (known != null) {
        skewed.put(source, known);
      }
    }
    return known;
  }

  private static void ofLog(LogStatus log, List<Trouble> troubles) {
    if (!log.writable()) {
      troubles.add(
          new Trouble(
              AlarmKind.LOG_UNWRITABLE, log.name(), Objects.requireNonNullElse(log.reason(), "")));
    }
    if (log.corruptGaps() > 0) {
      String found =
          (log.corruptUncounted() ? "at least " : "")
              + log.corruptUnits()
              + " readings destroyed, found since the gateway started"
              + (log.corruptUnits() == 0
                  ? ", and records without any, such as messages to be set aside"
                  : "")
              + (log.inDoubtUnits() == 0
                  ? ""
                  : "; "
                      + log.inDoubtUnits()
                      + " of them stood at the end of the log and may not have been acknowledged");
      troubles.add(new Trouble(AlarmKind.LOG_CORRUPT, log.name(), found));
    }
  }

  /** Nothing takes away from this log, so it says so long before it is full. */
  private static void ofCorrections(LogStatus log, List<Trouble> troubles) {
    if (!log.name().equals(CORRECTIONS) || log.bytes() <= FILLING * log.maxBytes()) {
      return;
    }
    String share = Math.round(100.0 * log.bytes() / log.maxBytes()) + " % of its bound";
    boolean full = log.bytes() >= log.fullBytes();
    troubles.add(new Trouble(full ? AlarmKind.LOG_FULL : AlarmKind.LOG_FILLING, log.name(), share));
  }

  /** The others but that of corrections are never full: they drop their oldest records. */
  private void ofReadings(LogStatus log, List<Trouble> troubles) {
    Health.Part part = health.log();
    if (!log.writable()) {
      return;
    }
    if (log.bytes() > FILLING * log.maxBytes()) {
      filling = true;
      fillingFrom = log.firstOffset();
    } else if (log.bytes() <= STILL_FILLING * log.maxBytes() && log.firstOffset() > fillingFrom) {
      filling = false;
    }
    if (!part.ready()) {
      String pending = log.bytes() + " of " + log.maxBytes() + " bytes are not yet stored";
      troubles.add(new Trouble(AlarmKind.LOG_FULL, log.name(), pending));
    } else if (filling) {
      String share = Math.round(100.0 * log.bytes() / log.maxBytes()) + " % of its bound";
      troubles.add(new Trouble(AlarmKind.LOG_FILLING, log.name(), share));
    }
  }

  private void ofSink(SinkPipeline pipeline, List<Trouble> troubles) {
    String name = pipeline.sink().name();
    Condition condition = pipeline.drain().condition();
    AlarmKind kind =
        switch (condition.state()) {
          case UNKNOWN, UP -> null;
          case BUSY -> AlarmKind.SINK_WAITING;
          case DOWN -> AlarmKind.SINK_DOWN;
          case MISCONFIGURED, HELD, FAILED -> AlarmKind.SINK_HELD;
        };
    String uncommitted = pipeline.drain().uncommitted();
    if (kind != null) {
      troubles.add(new Trouble(kind, name, condition.detail()));
    } else if (!uncommitted.isEmpty()) {
      troubles.add(
          new Trouble(
              AlarmKind.SINK_HELD,
              name,
              "how far it is in the log cannot be kept: " + uncommitted));
    }
    ofBackfill(pipeline, troubles);
    String news = pipeline.drain().news();
    if (!news.isEmpty() && pipeline.log().equals(READINGS)) { // all logs have one name
      troubles.add(new Trouble(AlarmKind.LOGS_RENAMED, name, news));
    }
    if (pipeline.drain().lagSeconds() > LAG_SECONDS) {
      troubles.add(
          new Trouble(
              AlarmKind.SINK_LAGGING,
              name,
              pipeline.drain().pendingBytes() + " bytes are pending"));
    }
  }

  private static void ofBackfill(SinkPipeline pipeline, List<Trouble> troubles) {
    double stuck = pipeline.drain().backfillStuckSeconds();
    if (stuck > STUCK_SECONDS) {
      troubles.add(
          new Trouble(
              AlarmKind.BACKFILL_BEHIND,
              pipeline.sink().name(),
              "%d bytes wait, no fewer than %d s ago"
                  .formatted(pipeline.drain().pendingBytes(), Math.round(stuck))));
    }
  }

  private void ofQuarantine(List<Trouble> troubles) {
    List<Quarantined> newest = quarantine.newest();
    if (newest.isEmpty()) {
      return;
    }
    long ageNs = Math.abs(time.wallNs() - newest.get(0).receiveTimeNs()); // the clock may go back
    if (ageNs < NEWS.toNanos()) {
      troubles.add(
          new Trouble(
              AlarmKind.QUARANTINE_GROWING, "", newest.get(0).faults().get(0).reason().label()));
    }
  }

  private void ofMachines(List<Trouble> troubles) {
    if (efficiency == null) {
      return;
    }
    EfficiencySnapshot now = efficiency.lastSnapshot();
    if (isNews("ignored machines", now.ignored(), NEWS)) {
      troubles.add(
          new Trouble(
              AlarmKind.MACHINES_IGNORED,
              "",
              now.machines().size() + " machines have figures, more do not fit in the heap"));
    }
    if (isNews("ignored signals", now.ignoredOfSignals(), NEWS)) {
      troubles.add(
          new Trouble(
              AlarmKind.SIGNALS_IGNORED,
              "",
              "efficiency.signals fits more signals than the heap holds"));
    }
  }

  private boolean isNews(String what, long count, Duration window) {
    return rises.computeIfAbsent(what, key -> new Rise()).isNews(count, window);
  }

  @Override
  public void close() {
    stop.give();
  }

  /** When a count that starts at 0 with the process rose last. */
  private final class Rise {
    private long count;
    private long roseNs;

    boolean isNews(long now, Duration window) {
      if (now > count) {
        count = now;
        roseNs = time.elapsedNs();
      }
      return count > 0 && time.elapsedNs() - roseNs < window.toNanos();
    }
  }
}
