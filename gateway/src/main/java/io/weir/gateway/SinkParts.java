package io.weir.gateway;

import io.micrometer.core.instrument.Gauge;
import io.weir.gateway.console.Console;
import io.weir.gateway.datadir.LogIncarnation;
import io.weir.gateway.efficiency.StoredReadings;
import io.weir.gateway.efficiency.Stores;
import io.weir.gateway.http.Callers;
import io.weir.gateway.log.RangeFeed;
import io.weir.gateway.log.SegmentLog;
import io.weir.gateway.log.Threads;
import io.weir.gateway.metrics.MeterNames;
import io.weir.gateway.past.PastStore;
import io.weir.gateway.quarantine.Quarantine;
import io.weir.gateway.quarantine.Quarantined.Side;
import io.weir.gateway.sink.Drain;
import io.weir.gateway.sink.GuardedReadings;
import io.weir.gateway.sink.Portion;
import io.weir.gateway.sink.Sink;
import io.weir.gateway.sink.SinkConfig;
import io.weir.gateway.sink.SinkConfig.Precision;
import io.weir.gateway.sink.SinkContext;
import io.weir.gateway.sink.SinkFactory;
import io.weir.gateway.sink.SinkPipeline;
import io.weir.gateway.sink.StoreInside;
import io.weir.gateway.sink.StoreProof;
import io.weir.gateway.sink.StoreReadings;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.BiPredicate;
import java.util.function.Function;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** The wiring of the stores: each sink gets the readings and the figures by drains of its own. */
final class SinkParts {

  /** The cursor of a sink, in each log. */
  static final String CURSOR = "sink-";

  /** How long a stop lets the sinks drain; what is left stays in the log. */
  private static final Duration DRAIN_AT_STOP = Duration.ofSeconds(10);

  private final Base base;
  private final List<Sink> sinks = new ArrayList<>();
  private final List<SinkPipeline> pipelines = new ArrayList<>();
  private final Map<String, List<RangeFeed>> feedsOfLogs = new HashMap<>();
  private final @Nullable Callers callers;
  private final @Nullable GroupParts group;
  private final List<Console> consoles = new ArrayList<>();
  private final List<StoredReadings> readable = new ArrayList<>();
  private final List<PastStore> past = new ArrayList<>();
  private final List<String> keepingBoth = new ArrayList<>();

  /**
   * @param kinds the factory of each kind of sink
   * @param figures {@code null} where there are none
   * @param group of which this gateway sends a part, {@code null} where it sends all
   * @param callers who may ask the consoles, beside who has the token; {@code null} for nobody
   */
  SinkParts(
      Base base,
      Function<String, @Nullable SinkFactory<?>> kinds,
      Quarantine quarantine,
      SegmentLog readings,
      @Nullable SegmentLog figures,
      @Nullable GroupParts group,
      @Nullable Callers callers)
      throws IOException {
    this.base = base;
    this.group = group;
    this.callers = callers;
    SinkContext context =
        new SinkContext(
            base.data().path(),
            base.files(),
            base.time(),
            base.meters(),
            named(base.data().incarnation(base.files())));
    for (SinkConfig each : base.config().sinks()) {
      Sink sink = Sinks.of(each, kinds, context);
      base.started().add("sink " + each.name(), sink::close);
      sinks.add(sink);
      buildConsole(sink.inside());
      StoreProof proof = new StoreProof();
      RangeFeed drained = buildDrain(each, sink, Logs.READINGS, readings, quarantine, proof);
      StoreReadings given = sink.readings();
      if (given != null) {
        buildPast(each.name(), sink);
      }
      if (given != null && each.thin().isEmpty()) { // else figures would lack what was left out
        GuardedReadings guarded = new GuardedReadings(each.name(), given, base.time());
        Gauge.builder(MeterNames.SINK_READINGS_BREAKER, guarded, GuardedReadings::breakerState)
            .tags("sink", each.name())
            .register(base.meters());
        readable.add(new AskedStore(each.name(), guarded, drained));
      }
      if (!sink.replaces()) {
        keepingBoth.add(each.name());
      }
      if (figures != null) {
        buildDrain(each, sink, Logs.FIGURES, figures, quarantine, proof);
      }
    }
  }

  private static SinkContext.Incarnation named(LogIncarnation logs) {
    return new SinkContext.Incarnation() {
      @Override
      public String id() throws IOException {
        return logs.id();
      }

      @Override
      public String renew(String old) throws IOException {
        return logs.renew(old);
      }
    };
  }

  /** Whether a message of MQTT is one that a sink has published; {@code null} if none publishes. */
  static @Nullable BiPredicate<String, byte[]> written(List<SinkConfig> sinks) {
    BiPredicate<String, byte[]> any = null;
    for (SinkConfig each : sinks) {
      BiPredicate<String, byte[]> one = each.written();
      any = any == null || one == null ? (one == null ? any : one) : any.or(one);
    }
    return any;
  }

  /** Who looks back has an asker of his own: a recompute may be under way. */
  private void buildPast(String name, Sink sink) {
    StoreReadings given = sink.readings();
    if (given != null) {
      GuardedReadings guarded = new GuardedReadings(name, given, base.time());
      past.add(new PastStore(name, guarded, base.time()));
    }
  }

  private void buildConsole(@Nullable StoreInside store) {
    if (store != null) {
      Console console = new Console(store, base.config().http().token(), callers, base.meters());
      base.started().add("console of " + store.name(), console::close);
      consoles.add(console);
    }
  }

  private RangeFeed buildDrain(
      SinkConfig each,
      Sink sink,
      String name,
      SegmentLog log,
      Quarantine quarantine,
      StoreProof proof)
      throws IOException {
    String cursor = CURSOR + each.name();
    RangeFeed feed = log.feed(cursor, SegmentLog.Start.valueOf(each.start().name()));
    base.started().add("cursor " + cursor + " of " + name, feed::close);
    SinkRejects rejects = new SinkRejects(quarantine.writer(Side.SINK, each.name(), name));
    Duration commitEvery = base.config().gateway().storage().commitEvery();
    Drain drain =
        new Drain(
            each,
            sink,
            name,
            feed,
            rejects,
            base.time(),
            commitEvery,
            base.meters(),
            portion(each, sink, name, log),
            proof);
    pipelines.add(new SinkPipeline(each, name, drain));
    feedsOfLogs.computeIfAbsent(name, absent -> new ArrayList<>()).add(feed);
    base.started().add("drain " + each.name() + " of " + name, () -> drain.stop(DRAIN_AT_STOP));
    return feed;
  }

  /** A store inside this gateway is its own, and gets everything. */
  private @Nullable Portion portion(SinkConfig config, Sink sink, String name, SegmentLog log) {
    GroupParts of = group;
    return of == null || sink.inside() != null ? null : of.portion(config, name, log);
  }

  /** What the stores give back of the past. */
  Stores stores() {
    return new Stores(List.copyOf(readable), List.copyOf(keepingBoth));
  }

  /** The stores, for those who look back. */
  List<PastStore> past() {
    return past;
  }

  void start() {
    sinks.forEach(Sink::start);
  }

  void startDrains(Threads threads) {
    pipelines.forEach(pipeline -> pipeline.drain().start(threads));
  }

  void startConsoles() throws Exception {
    for (Console console : consoles) {
      console.start();
    }
  }

  void step(Executor writes) {
    pipelines.forEach(pipeline -> pipeline.drain().step(writes));
  }

  /** The ways to the stores, one for each sink and log. */
  List<SinkPipeline> pipelines() {
    return pipelines;
  }

  /** What the sinks read of a log. */
  List<RangeFeed> feeds(String log) {
    return feedsOfLogs.getOrDefault(log, List.of());
  }

  // ---- What the sinks can take, for the parts before them

  int mostFields() {
    return base.config().sinks().stream().mapToInt(SinkConfig::mostFields).min().orElse(1);
  }

  /** The finest step of time that any sink stores, in nanoseconds. */
  long finestStep() {
    return precisions().min().orElse(1);
  }

  /** Receive times must differ in the coarsest precision that any sink stores, in nanoseconds. */
  long coarsestStep() {
    return precisions().max().orElse(1);
  }

  private LongStream precisions() {
    return base.config().sinks().stream().mapToLong(sink -> sink.precision().nanos());
  }

  Precision precision(String name) {
    return base.config().sinks().stream()
        .filter(sink -> sink.name().equals(name))
        .map(SinkConfig::precision)
        .findFirst()
        .orElse(Precision.NS);
  }
}
