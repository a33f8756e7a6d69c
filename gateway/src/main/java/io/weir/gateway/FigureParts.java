package io.weir.gateway;

import io.micrometer.core.instrument.Gauge;
import io.weir.gateway.admin.Corrections;
import io.weir.gateway.admin.EfficiencyRecompute;
import io.weir.gateway.admin.HintRequests;
import io.weir.gateway.admin.OrderPlan;
import io.weir.gateway.admin.Orders;
import io.weir.gateway.api.MachineStates;
import io.weir.gateway.correction.CorrectionLog;
import io.weir.gateway.efficiency.EfficiencyConsumer;
import io.weir.gateway.efficiency.FiguresBook;
import io.weir.gateway.efficiency.History;
import io.weir.gateway.efficiency.HistoryConsumer;
import io.weir.gateway.efficiency.Recompute;
import io.weir.gateway.efficiency.Remade;
import io.weir.gateway.efficiency.ShiftsMadeAgain;
import io.weir.gateway.efficiency.Stores;
import io.weir.gateway.efficiency.config.EfficiencyConfig;
import io.weir.gateway.efficiency.learn.Hints;
import io.weir.gateway.efficiency.learn.HintsConsumer;
import io.weir.gateway.http.HttpRoute;
import io.weir.gateway.log.RangeFeed;
import io.weir.gateway.log.SegmentLog;
import io.weir.gateway.log.Threads;
import io.weir.gateway.metrics.MeterNames;
import io.weir.gateway.model.Follower;
import io.weir.gateway.model.Message;
import io.weir.gateway.settings.Storage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The wiring of what makes figures from readings, where {@code efficiency} is configured. Each part
 * stands when this is built; {@link #followers} and {@link #start} make them run.
 */
final class FigureParts {

  private static final Logger LOG = LoggerFactory.getLogger(FigureParts.class);

  private final EfficiencyConfig efficiency;
  private final Base base;
  private final EfficiencyConsumer consumer;
  private final HistoryConsumer history;
  private final HintsConsumer hints;
  private final MachineStates states;
  private final CorrectionLog correctionLog;
  private final Recompute recompute;
  private final LoggedReadings logged;
  private final List<HttpRoute> routes = new ArrayList<>();

  /**
   * @param stores that get the figures: these wait for them
   * @param given what of the past they give back
   */
  FigureParts(
      Base base,
      EfficiencyConfig efficiency,
      SegmentLog readings,
      SegmentLog figures,
      SegmentLog corrections,
      List<RangeFeed> stores,
      Stores given)
      throws IOException {
    this.efficiency = efficiency;
    this.base = base;
    correctionLog =
        new CorrectionLog(
            corrections, base.config().gateway().id(), base.config().gateway().group() != null);
    base.started().add("cursor of " + Logs.CORRECTIONS, correctionLog::close);
    FiguresBook book =
        new FiguresBook(
            new BookFile("figures-book", base.data().figuresBook(base.files()), base.damaged()),
            figures.endOffset() > 0,
            base.time().wallNs());
    consumer = buildConsumer(readings, figures, correctionLog, book, stores);
    consumer.keeps(
        new ShiftsMadeAgain(
            new BookFile(
                "shifts-made-again", base.data().shiftsMadeAgain(base.files()), base.damaged())));
    history = buildHistory(figures);
    hints = buildHints(figures);
    states =
        new MachineStates(consumer::snapshot, history.history(), consumer::efficiency, base.time());
    logged = new LoggedReadings(readings);
    recompute = buildRecompute(figures, book, given);
    buildCorrections(correctionLog);
    buildOrders(correctionLog);
  }

  private EfficiencyConsumer buildConsumer(
      SegmentLog readings,
      SegmentLog figures,
      CorrectionLog corrections,
      FiguresBook book,
      List<RangeFeed> stores)
      throws IOException {
    FiguresPace pace =
        new FiguresPace(figures, readings, stores, storage().commitEvery(), base.time());
    EfficiencyConsumer made =
        new EfficiencyConsumer(
            efficiency,
            base.budget(),
            readings.feed(CursorNames.EFFICIENCY, SegmentLog.Start.OLDEST),
            corrections,
            new FiguresWriter(figures, pace::waits),
            book,
            base.time(),
            storage().efficiencyCommitEvery());
    base.started().add(CursorNames.EFFICIENCY, made::close);
    gauge(MeterNames.EFFICIENCY_MACHINES, made, c -> c.lastSnapshot().machines().size());
    gauge(MeterNames.EFFICIENCY_PENDING, made, EfficiencyConsumer::pending);
    gauge(MeterNames.EFFICIENCY_LATE, made, c -> c.lastSnapshot().late());
    gauge(MeterNames.EFFICIENCY_IMPLAUSIBLE, made, c -> c.lastSnapshot().implausible());
    gauge(MeterNames.EFFICIENCY_IGNORED, made, c -> c.lastSnapshot().ignored());
    gauge(MeterNames.EFFICIENCY_IGNORED_OF_SIGNALS, made, c -> c.lastSnapshot().ignoredOfSignals());
    return made;
  }

  private Storage storage() {
    return base.config().gateway().storage();
  }

  private void gauge(
      String name, EfficiencyConsumer made, ToDoubleFunction<EfficiencyConsumer> value) {
    Gauge.builder(name, made, value).register(base.meters());
  }

  private HistoryConsumer buildHistory(SegmentLog figures) throws IOException {
    HistoryConsumer made =
        new HistoryConsumer(
            efficiency.allowedLateness().toNanos(),
            figures.feed(CursorNames.HISTORY, SegmentLog.Start.OLDEST),
            base.time(),
            storage().historyCommitEvery(),
            base.budget().historyBytes());
    base.started().add(CursorNames.HISTORY, made::close);
    return made;
  }

  private HintsConsumer buildHints(SegmentLog figures) throws IOException {
    HintsConsumer made =
        new HintsConsumer(
            efficiency,
            figures.feed(CursorNames.HINTS, SegmentLog.Start.OLDEST),
            base.time(),
            storage().historyCommitEvery(),
            base.budget().hintBytes());
    base.started().add(CursorNames.HINTS, made::close);
    BookFile decisions =
        new BookFile("hint-decisions", base.data().hintDecisions(base.files()), base.damaged());
    HintRequests requests =
        new HintRequests(new Hints(made::findings, made::config, decisions, base.time()));
    base.started().add("requests about hints", requests::close);
    routes.addAll(requests.routes());
    return made;
  }

  /** Makes figures of the past again, with half of the log of figures at most. */
  private Recompute buildRecompute(SegmentLog figures, FiguresBook book, Stores given) {
    Recompute made =
        new Recompute(
            base.budget(),
            logged,
            new FiguresWriter(
                figures, () -> figures.status().bytes() * 2 > figures.status().maxBytes()),
            book,
            consumer,
            history.history(),
            given,
            base.time());
    base.started().add("recompute", made::close);
    EfficiencyRecompute requests =
        new EfficiencyRecompute(made, consumer, correctionLog, base.time());
    base.started().add("requests to recompute", requests::close);
    routes.addAll(requests.routes());
    return made;
  }

  private void buildCorrections(CorrectionLog log) {
    History past = history.history();
    Corrections requests =
        new Corrections(log, new CorrectableFigures(consumer, past), base.time());
    base.started().add(Logs.CORRECTIONS, requests::close);
    routes.addAll(requests.routes());
  }

  private void buildOrders(CorrectionLog log) {
    OrderPlan plan =
        new OrderPlan(() -> consumer.efficiency().planned(), history.history()::begunOrders);
    Orders requests = new Orders(log, consumer::snapshot, plan, base.time());
    base.started().add("requests of orders", requests::close);
    routes.addAll(requests.routes());
  }

  /** What reads the logs, in the order of a step. */
  List<Follower> followers() {
    return List.of(consumer.follower(), history.follower(), hints.follower());
  }

  /** Which messages the log of readings may give up where space ends. */
  void givesUp(Predicate<Message> messages) {
    logged.givesUp(messages);
  }

  void start(Threads threads) {
    recompute.start(threads);
  }

  void step() {
    recompute.step();
  }

  /** Makes figures with another configuration from the next reading on. */
  CompletableFuture<Remade> use(EfficiencyConfig next) {
    return consumer
        .use(next)
        .thenApply(
            remade -> {
              history.history().allow(next.allowedLateness());
              hints.use(next);
              return remade.isEmpty() ? remade : withoutWhatIsGone(remade);
            });
  }

  private Remade withoutWhatIsGone(Remade remade) {
    try {
      return remade.keptFrom(Recompute.reachesBackTo(logged, base.time()));
    } catch (IOException e) {
      LOG.warn("It is not known how far back the readings go that are kept", e);
      return remade;
    }
  }

  /** What people said. */
  CorrectionLog corrections() {
    return correctionLog;
  }

  /** Whether a past span is made again because somebody asked for it, or said something of it. */
  boolean isRemaking() {
    return recompute.isAsked();
  }

  EfficiencyConsumer consumer() {
    return consumer;
  }

  MachineStates states() {
    return states;
  }

  List<HttpRoute> routes() {
    return routes;
  }
}
