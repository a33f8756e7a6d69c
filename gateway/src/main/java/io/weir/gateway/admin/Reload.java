package io.weir.gateway.admin;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.micrometer.core.instrument.MeterRegistry;
import io.weir.gateway.config.ConfigException;
import io.weir.gateway.decode.Decoders;
import io.weir.gateway.efficiency.Remade;
import io.weir.gateway.efficiency.config.EfficiencyConfig;
import io.weir.gateway.http.HttpRoute;
import io.weir.gateway.http.ProblemDocument;
import io.weir.gateway.http.Right;
import io.weir.gateway.intake.Decoding;
import io.weir.gateway.intake.Intake;
import io.weir.gateway.metrics.MeterNames;
import io.weir.gateway.model.Stepped;
import io.weir.gateway.normalize.RouteConfig;
import io.weir.gateway.normalize.Routes;
import io.weir.gateway.settings.Changes;
import io.weir.gateway.settings.Config;
import io.weir.gateway.settings.ConfigFile;
import io.weir.gateway.source.Source;
import io.weir.gateway.source.SubscribeRequest;
import io.weir.gateway.source.Subscriber;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/**
 * Applies the routes of a changed configuration, and how figures are made, while everything runs.
 * The whole file is read and checked, and nothing is applied if it has any problem. Connections,
 * sessions, logs and stores stay as they are; other differences are reported as needing a restart.
 *
 * <p>The new routes are applied first, then new filters are subscribed, then filters that no route
 * needs are unsubscribed. So the old routes never see a message of a new filter, not even a
 * retained one that the broker sends at once. Messages that arrive through a filter that is being
 * unsubscribed count as filtered.
 *
 * <p>Started by {@code POST /api/v1/config/reload}, by SIGHUP, and, if so configured, by a change
 * of the files. Runs one at a time on the thread {@code reload}, which owns the mutable fields. In
 * a gateway that is stepped its owner's thread does both: {@link #begin} and {@link #step}.
 */
public final class Reload implements AutoCloseable, Stepped {

  private static final Logger LOG = LoggerFactory.getLogger(Reload.class);

  /** How long an answer waits for brokers; a disconnected one follows when it is back. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private static final long LOOK_S = 1;
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Remade NOTHING = new Remade(List.of(), List.of());

  private final ConfigFile file;
  private final Config started;
  private final Intake intake;
  private final List<Subscriber> sources;
  private final @Nullable FiguresInUse figures;
  private final MeterRegistry meters;
  private final Scheduler thread = Schedulers.newSingle("reload", true);

  private volatile Runnable applied = () -> {};

  /** What the figures were given last. */
  private @Nullable EfficiencyConfig efficiency;

  /** The files of the configuration, if changes are applied automatically. */
  private final Map<Path, WatchedFile> watched = new HashMap<>();

  /** What brokers may still serve. */
  private Leaving leaving = new Leaving(Map.of(), CompletableFuture.completedFuture(null));

  /**
   * Filters that were left.
   *
   * @param filters by source
   * @param answered complete when all brokers have unsubscribed, or were asked for something else
   */
  private record Leaving(Map<String, List<String>> filters, CompletableFuture<Void> answered) {}

  /** The figures of machines. */
  public interface FiguresInUse {

    /**
     * Makes them with another configuration; completes when it holds, with what it changes of the
     * past.
     */
    CompletableFuture<Remade> use(EfficiencyConfig next);
  }

  /**
   * @param started the configuration that the parts were started with
   * @param figures {@code null} where none are made
   */
  public Reload(
      ConfigFile file,
      Config started,
      Intake intake,
      List<Subscriber> sources,
      @Nullable FiguresInUse figures,
      MeterRegistry meters) {
    this.file = file;
    this.started = started;
    this.intake = intake;
    this.sources = List.copyOf(sources);
    this.figures = figures;
    efficiency = started.efficiency();
    this.meters = meters;
  }

  /** The filters that a source subscribes for these routes. */
  public static List<SubscribeRequest> subscriptions(Routes routes, String source) {
    return routes.subscriptions(source).stream()
        .map(
            one ->
                new SubscribeRequest(
                    one.filter(),
                    one.qos(),
                    routes.serves(source, one.filter(), Reload::wantsRetained)))
        .toList();
  }

  private static boolean wantsRetained(RouteConfig route) {
    return route.retained() == RouteConfig.Retained.KEEP
        || Decoders.learnsFromRetained(route.format());
  }

  public List<HttpRoute> routes() {
    return List.of(HttpRoute.of(Right.ENGINEER, "POST", "/api/v1/config/reload", this::handle));
  }

  /** Starts to react to signals and, if so configured, to watch the files. */
  public void start() {
    Hangup.handle(() -> thread.schedule(() -> reloadAndSay("SIGHUP")));
    if (started.gateway().reload() == Config.Reload.ON_CHANGE) {
      watch();
      thread.schedulePeriodically(this::look, LOOK_S, LOOK_S, TimeUnit.SECONDS);
    }
  }

  private void look() {
    List<Path> changed = new ArrayList<>();
    watched.forEach(
        (path, each) -> {
          if (each.changed()) {
            changed.add(path.getFileName());
          }
        });
    if (!changed.isEmpty()) {
      watch(); // first, so that a change during the reading is noticed too
      reloadAndSay("changed: " + changed);
    }
  }

  private void watch() {
    Set<Path> files = file.files();
    watched.keySet().retainAll(files);
    files.forEach(each -> watched.computeIfAbsent(each, WatchedFile::new));
  }

  private Publisher<Void> handle(HttpServerRequest request, HttpServerResponse response) {
    Mono<byte[]> answer =
        Mono.fromCallable(() -> JSON.writeValueAsBytes(reload("a request")))
            .subscribeOn(thread)
            .onErrorMap(ConfigException.class, wrong -> refused(wrong, wrong.problems()));
    return response.header("content-type", "application/json").sendByteArray(answer);
  }

  /**
   * The answer to who wanted a configuration that has problems.
   *
   * @param errors the problems as this answer shows them
   */
  static ProblemDocument refused(ConfigException wrong, Object errors) {
    int count = wrong.problems().size();
    return new ProblemDocument(
            422,
            "Configuration refused",
            "it has " + (count == 1 ? "1 problem" : count + " problems") + "; nothing was changed")
        .member("errors", errors);
  }

  private void reloadAndSay(String why) {
    try {
      reload(why);
    } catch (ConfigException e) {
      e.problems().forEach(problem -> LOG.error("{}", problem));
    } catch (RuntimeException e) {
      LOG.error("The configuration could not be applied; nothing was changed", e);
    }
  }

  /** Does something on the thread of reloads, which does one thing at a time. */
  <T> Mono<T> between(Callable<T> work) {
    return Mono.fromCallable(work).subscribeOn(thread);
  }

  /** That a file of the configuration has a content which is in use already. */
  void know(Path path, byte[] content) {
    WatchedFile one = watched.get(path);
    if (one != null) {
      one.know(content);
    }
  }

  /** Reloads; the caller reports the problems of a refused configuration. */
  ReloadOutcome reload(String why) throws ConfigException {
    return use(loaded(why), why);
  }

  /**
   * Reloads without waiting for brokers and figures, whose answers {@link #step} sees: for who
   * steps the gateway.
   *
   * @throws ConfigException if the configuration was refused
   */
  public void begin(String why) throws ConfigException {
    use(loaded(why), why, Duration.ZERO);
  }

  /** Forgets the filters that were left, once all brokers have answered. */
  @Override
  public long step() {
    if (!leaving.filters.isEmpty() && leaving.answered.isDone()) {
      leaving = new Leaving(Map.of(), leaving.answered);
      Decoding now = intake.decoding();
      intake.use(now.with(now.configured(), Map.of()));
    }
    return Long.MAX_VALUE;
  }

  private Config loaded(String why) throws ConfigException {
    try {
      return file.load();
    } catch (ConfigException e) {
      meters.counter(MeterNames.CONFIG_RELOADS, "outcome", "refused").increment();
      LOG.error("Reload ({}): {} is invalid; nothing was changed", why, file.path());
      throw e;
    }
  }

  /**
   * Applies a configuration on the thread of reloads, for a thread that waits for it.
   *
   * @return changed sections that need a restart
   */
  public List<String> apply(Config next, String why) {
    return Objects.requireNonNull(between(() -> use(next, why)).block()).needsRestart();
  }

  /** Runs after each configuration that was applied, on the thread of reloads. */
  public void afterEach(Runnable listener) {
    applied = listener;
  }

  /** What {@link #use} would do, without what brokers and figures would answer. */
  ReloadOutcome wouldDo(Config next) {
    boolean otherFigures =
        figures != null && next.efficiency() != null && isOther(efficiency, next.efficiency());
    return outcome(intake.decoding().configured(), next, otherFigures, NOTHING, List.of());
  }

  /** Applies a configuration that was read already, on the thread of reloads. */
  ReloadOutcome use(Config next, String why) {
    ReloadOutcome outcome = use(next, why, PATIENCE);
    if (!leaving.filters.isEmpty()) {
      leaving.answered.thenRun(() -> thread.schedule(this::step));
    }
    return outcome;
  }

  private ReloadOutcome use(Config next, String why, Duration patience) {
    List<RouteConfig> before = intake.decoding().configured();
    ReloadOutcome outcome = take(before, next, patience);
    meters.counter(MeterNames.CONFIG_RELOADS, "outcome", "applied").increment();
    applied.run();
    outcome.log(why, next.routes().size());
    return outcome;
  }

  private ReloadOutcome take(List<RouteConfig> before, Config next, Duration patience) {
    List<String> pending = new ArrayList<>();
    EfficiencyConfig former = efficiency;
    Remade remade = useEfficiency(next.efficiency(), patience, pending);
    boolean otherFigures = isOther(former, efficiency);
    if (!before.equals(next.routes())) {
      pending.addAll(swap(next.routes(), patience));
    }
    return outcome(before, next, otherFigures, remade, pending);
  }

  private ReloadOutcome outcome(
      List<RouteConfig> before,
      Config next,
      boolean otherFigures,
      Remade remade,
      List<String> pending) {
    List<String> needsRestart = new ArrayList<>(Changes.besideRoutes(started, next));
    if (figures != null && next.efficiency() != null) {
      needsRestart.remove("efficiency");
    }
    return ReloadOutcome.of(before, next.routes(), otherFigures, remade, needsRestart, pending);
  }

  /** Gives the figures what differs; returns what it changes of the past. */
  private Remade useEfficiency(
      @Nullable EfficiencyConfig next, Duration patience, List<String> pending) {
    if (figures == null || next == null || next.equals(efficiency)) {
      return NOTHING;
    }
    efficiency = next;
    CompletableFuture<Remade> answer = figures.use(next);
    try {
      return answer.get(patience.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      pending.add("efficiency: it holds as soon as the log of figures can be written");
    } catch (ExecutionException e) {
      throw new IllegalStateException("the figures cannot be made as configured", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return NOTHING;
  }

  /** Whether figures are made in another way; how the page calls things is no difference. */
  private static boolean isOther(@Nullable EfficiencyConfig was, @Nullable EfficiencyConfig is) {
    return was == null || is == null ? was != is : !was.withoutLabels().equals(is.withoutLabels());
  }

  /** Applies routes and subscriptions; returns the sources whose broker has not answered. */
  private List<String> swap(List<RouteConfig> next, Duration patience) {
    Routes now = intake.decoding().routes();
    Map<String, List<SubscribeRequest>> wanted = new HashMap<>();
    Map<String, List<String>> left = new HashMap<>();
    Decoding tried = intake.decoding().with(next, Map.of());
    for (Subscriber source : sources) {
      List<SubscribeRequest> asked = subscriptions(tried.routes(), source.name());
      Set<String> filters =
          new LinkedHashSet<>(leaving.filters.getOrDefault(source.name(), List.of()));
      subscriptions(now, source.name()).forEach(each -> filters.add(each.filter()));
      asked.forEach(each -> filters.remove(each.filter()));
      wanted.put(source.name(), asked);
      left.put(source.name(), List.copyOf(filters));
    }
    intake.use(tried.with(next, left));
    Map<Subscriber, CompletableFuture<Void>> answers = new LinkedHashMap<>();
    for (Subscriber source : sources) {
      List<SubscribeRequest> asked = Objects.requireNonNull(wanted.get(source.name()));
      answers.put(source, source.subscribe(asked));
    }
    CompletableFuture<Void> all =
        CompletableFuture.allOf(answers.values().toArray(CompletableFuture[]::new));
    leaving = new Leaving(left, all);
    await(all, patience);
    step();
    List<String> pending = new ArrayList<>();
    answers.forEach(
        (source, answer) -> {
          Source.Status status = source.status();
          if (!answer.isDone() || !status.ready()) {
            String reason = status.ready() ? "has not answered yet" : status.reason();
            pending.add(source.name() + ": " + reason);
          }
        });
    return pending;
  }

  private static void await(CompletableFuture<Void> all, Duration patience) {
    try {
      all.get(patience.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      // a later step sees the answers
    } catch (ExecutionException e) {
      throw new IllegalStateException("an answer is never exceptional", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    thread.dispose();
  }
}
