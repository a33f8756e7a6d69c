package io.weir.gateway.api;

import io.weir.gateway.fleet.Following;
import io.weir.gateway.fleet.GatewayReport;
import io.weir.gateway.fleet.Site;
import io.weir.gateway.fleet.Sites;
import io.weir.gateway.http.Answers;
import io.weir.gateway.http.HttpRoute;
import io.weir.gateway.http.Json;
import io.weir.gateway.http.ProblemDocument;
import io.weir.gateway.http.Query;
import io.weir.gateway.http.RequestThreads;
import io.weir.gateway.http.Right;
import io.weir.gateway.log.Time;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/**
 * The gateways that report to this one, and the bundle that this one follows. Answers on the thread
 * {@code sites}.
 */
public final class SitesView implements AutoCloseable {

  private static final String PATH = "/api/v1/sites";
  private static final int MOST_WAITING = 64;

  private final @Nullable Sites sites;
  private final @Nullable Following following;
  private final String origin;
  private final Time time;
  private final Scheduler thread = RequestThreads.of("sites", 1, MOST_WAITING);

  /**
   * All that is known.
   *
   * @param enabled whether reports are received
   * @param leftOut rows of gateways beyond the bound, and of ids that are none
   * @param sites the worst first
   * @param bundle {@code null} where none is followed
   */
  record Answer(
      boolean enabled, Instant now, long leftOut, List<One> sites, @Nullable Bundle bundle) {}

  /** The bundle that this gateway follows. */
  record Bundle(String from, long version, String state, String fault) {}

  /**
   * A gateway.
   *
   * @param level silent, critical, warning or well
   * @param since since when it is so
   * @param received when its newest report came
   * @param reported when it was made, by the gateway's own clock
   * @param aheadSeconds how far its clock is ahead of the one here
   */
  record One(
      String gateway,
      Site.Level level,
      Instant since,
      Instant received,
      Instant reported,
      @Nullable Double aheadSeconds,
      String version,
      String config,
      long bundle,
      String bundleState,
      boolean ready,
      String reason,
      String alarms,
      long critical,
      long warnings,
      double lagSeconds,
      long lagBytes,
      long logBytes,
      long logMaxBytes,
      long readings,
      long unexplained,
      @Nullable Double certificateSeconds,
      double everySeconds,
      double uptimeSeconds,
      String url) {

    static One of(Site site) {
      GatewayReport report = site.newest();
      double certificate = report.certificateS();
      return new One(
          report.gateway(),
          site.level(),
          Time.instant(site.sinceNs()),
          Time.instant(site.receivedNs()),
          Time.instant(report.timeNs()),
          site.aheadS(),
          report.version(),
          report.config(),
          report.bundle(),
          report.bundleState(),
          report.ready(),
          report.reason(),
          report.alarms(),
          report.critical(),
          report.warnings(),
          report.lagS(),
          report.lagBytes(),
          report.logBytes(),
          report.logMaxBytes(),
          report.received(),
          report.unexplained(),
          Double.isNaN(certificate) ? null : certificate,
          report.everyS(),
          report.uptimeS(),
          report.url());
    }
  }

  /** How a gateway was, the newest first. */
  record History(String gateway, List<Change> changes) {}

  /** From when on it was how. */
  record Change(Instant from, Site.Level level, String reason) {}

  /**
   * @param sites {@code null} where no reports are received
   * @param following {@code null} where no bundle is followed
   * @param origin where that bundle comes from, or ""
   */
  public SitesView(@Nullable Sites sites, @Nullable Following following, String origin, Time time) {
    this.sites = sites;
    this.following = following;
    this.origin = origin;
    this.time = time;
  }

  public List<HttpRoute> routes() {
    return List.of(
        HttpRoute.of(
            Right.VIEW,
            "GET",
            PATH,
            (request, response) -> {
              Query.none(request);
              return answer(request, response, this::all);
            }),
        HttpRoute.of(
            Right.VIEW,
            "GET",
            PATH + "/" + HttpRoute.ID,
            (request, response) -> {
              Query.none(request);
              String path = request.fullPath();
              String gateway = path.substring(path.lastIndexOf('/') + 1);
              return answer(request, response, () -> history(gateway));
            }));
  }

  private Publisher<Void> answer(
      HttpServerRequest request, HttpServerResponse response, Callable<?> content) {
    return Mono.fromCallable(() -> Json.bytes(content.call()))
        .subscribeOn(thread)
        .flatMap(bytes -> Mono.from(Answers.send(request, response, Answers.JSON, bytes)));
  }

  Answer all() {
    Following.Status status = following == null ? null : following.status();
    return new Answer(
        sites != null,
        Time.instant(time.wallNs()),
        sites == null ? 0 : sites.leftOut(),
        sites == null ? List.of() : sites.list().stream().map(One::of).toList(),
        status == null
            ? null
            : new Bundle(origin, status.version(), status.state(), status.fault()));
  }

  private History history(String gateway) {
    Site site = sites == null ? null : sites.site(gateway);
    if (site == null) {
      throw new ProblemDocument(
          404,
          "Not found",
          "no gateway of this id has reported; " + PATH + " lists those that have");
    }
    List<Change> changes =
        new ArrayList<>(
            site.changes().stream()
                .map(each -> new Change(Time.instant(each.fromNs()), each.level(), each.reason()))
                .toList());
    Collections.reverse(changes);
    return new History(gateway, changes);
  }

  @Override
  public void close() {
    thread.dispose();
  }
}
