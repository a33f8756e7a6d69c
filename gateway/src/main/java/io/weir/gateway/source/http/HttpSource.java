package io.weir.gateway.source.http;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.weir.gateway.log.Threads;
import io.weir.gateway.log.Time;
import io.weir.gateway.source.Delivery;
import io.weir.gateway.source.Inbox;
import io.weir.gateway.source.Source;
import io.weir.gateway.source.SourceConfig;
import io.weir.gateway.source.SourceMeters;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/**
 * Readings posted over HTTP. The server calls {@link #readings} and {@link #write} on its event
 * loops; bodies are decoded and appended on the thread {@code http-<source>}.
 */
public final class HttpSource implements Source {

  private static final Logger LOG = LoggerFactory.getLogger(HttpSource.class);

  /** Bodies under way together, in bodies of the largest size. */
  private static final int MAX_BODIES = 8;

  /** What a request holds beside its body, bytes, about. */
  private static final int OVERHEAD = 2048;

  /** Seconds after which a sender that came at a bad time may come back. */
  private static final String RETRY_AFTER = "1";

  /** What {@code curl -d} says of any body, a JSON one above all. */
  private static final String CURL_DEFAULT = "application/x-www-form-urlencoded";

  private static final long CLOSE_LIMIT_NS = TimeUnit.SECONDS.toNanos(2);
  private static final long CLOSE_CHECK_NS = TimeUnit.MILLISECONDS.toNanos(5);

  /** Payload formats of line protocol, by the {@code precision} of InfluxDB 1.x and 2.x. */
  private static final Map<String, String> PRECISIONS =
      Map.of(
          "n", "influx-line",
          "ns", "influx-line",
          "u", "influx-line:us",
          "us", "influx-line:us",
          "ms", "influx-line:ms",
          "s", "influx-line:s");

  private final SourceConfig.Http config;
  private final Inbox inbox;
  private final Time time;
  private final SourceMeters meters;
  private final Counter acknowledged;
  private final Budget budget;
  private final Scheduler worker;
  private final AtomicInteger underWay = new AtomicInteger();
  private volatile String state = "down";
  private volatile long lastArrivalNs;
  private volatile boolean anyArrived;

  public HttpSource(SourceConfig.Http config, Inbox inbox, Time time, MeterRegistry registry) {
    this.config = config;
    this.inbox = inbox;
    this.time = time;
    this.budget = new Budget((long) MAX_BODIES * config.maxBodyBytes());
    this.worker = Schedulers.newSingle("http-" + config.name(), true);
    this.meters = new SourceMeters(registry, config.name());
    this.acknowledged = meters.acknowledged();
    meters.gauges(this::status, () -> anyArrived ? time.elapsedNs() - lastArrivalNs : -1);
  }

  @Override
  public String name() {
    return config.name();
  }

  @Override
  public void start(Threads threads) {
    state = "connected";
  }

  @Override
  public Status status() {
    boolean ready = state.equals("connected");
    return new Status(ready, state, ready ? "" : state, underWay.get(), 0, 0);
  }

  @Override
  public void stopReceiving() {
    state = "stopped";
  }

  /** Lets the answers that are due go out, for a bounded time. */
  @Override
  public void close() {
    stopReceiving();
    long deadline = time.elapsedNs() + CLOSE_LIMIT_NS;
    while (underWay.get() > 0 && time.elapsedNs() - deadline < 0) {
      LockSupport.parkNanos(CLOSE_CHECK_NS);
    }
    worker.dispose();
    meters.close();
  }

  /**
   * {@code POST /api/v1/readings}: JSON, as the format {@code json} reads it. 200 with a receipt,
   * or a problem document: 400 where every part was rejected, 413, 415, 503 with Retry-After.
   */
  public Publisher<Void> readings(HttpServerRequest request, HttpServerResponse response) {
    String contentType = request.requestHeaders().get(HttpHeaderNames.CONTENT_TYPE);
    Refusal refusal =
        isJson(contentType)
            ? null
            : new Refusal(
                415, "Unknown content type", "send JSON with Content-Type: application/json");
    return handle(request, response, Reply.READINGS, "json", refusal);
  }

  /**
   * {@code POST /write} and {@code /api/v2/write}: line protocol, with InfluxDB's {@code precision}
   * of n, ns, u, us, ms or s. Database, bucket and the like are not looked at: the gateway's sinks
   * decide where readings go. 204, or 400 with the lines rejected where some were, as InfluxDB
   * does; 413; 503 with Retry-After.
   */
  public Publisher<Void> write(HttpServerRequest request, HttpServerResponse response) {
    Reply.Form form = request.fullPath().startsWith("/api/v2/") ? Reply.WRITE_V2 : Reply.WRITE_V1;
    List<String> given = new QueryStringDecoder(request.uri()).parameters().get("precision");
    String precision = given == null || given.isEmpty() ? "ns" : given.get(0);
    String format = PRECISIONS.get(precision);
    Refusal refusal =
        format != null
            ? null
            : new Refusal(400, "Unknown precision", "precision is one of n, ns, u, us, ms, s");
    return handle(request, response, form, format == null ? "" : format, refusal);
  }

  private static boolean isJson(@Nullable String contentType) {
    if (contentType == null) {
      return true;
    }
    String type = contentType.split(";", 2)[0].trim().toLowerCase(Locale.ROOT);
    return type.equals("application/json") || type.endsWith("+json") || type.equals(CURL_DEFAULT);
  }

  private Publisher<Void> handle(
      HttpServerRequest request,
      HttpServerResponse response,
      Reply.Form form,
      String format,
      @Nullable Refusal refusal) {
    if (!request.method().equals(HttpMethod.POST)) {
      response.header(HttpHeaderNames.ALLOW, "POST");
      return refuse(response, form, new Refusal(405, "Wrong method", "send it with POST"));
    }
    if (!state.equals("connected")) {
      return refuse(response, form, Refusal.busy("the gateway is not receiving now"));
    }
    if (refusal != null) {
      return refuse(response, form, refusal);
    }
    lastArrivalNs = time.elapsedNs();
    anyArrived = true;
    Budget.Share share = budget.share();
    return Mono.defer(
            () -> {
              underWay.incrementAndGet();
              share.grow(OVERHEAD);
              return Body.of(request, config.maxBodyBytes(), share);
            })
        .publishOn(worker)
        .flatMap(body -> offer(request, body.bytes(), format))
        // the answer comes on log-sync, which has no time to word it
        .publishOn(worker)
        .map(form::taken)
        .flatMap(reply -> send(response, reply))
        .onErrorResume(failure -> refuse(response, form, refusal(failure)))
        .doFinally(
            end -> {
              share.giveBack();
              underWay.decrementAndGet();
            });
  }

  private Mono<Inbox.Receipt> offer(HttpServerRequest request, byte[] payload, String format) {
    return Mono.create(
        sink -> {
          Pending pending = new Pending(sink);
          Delivery delivery =
              new Delivery(
                  config.name(),
                  request.fullPath(),
                  payload,
                  1,
                  false,
                  false,
                  0,
                  request.requestHeaders().get(HttpHeaderNames.CONTENT_TYPE),
                  format,
                  pending);
          pending.delivery = delivery;
          if (inbox.offer(delivery) == Inbox.Answer.NO_ROOM) {
            inbox.refused(delivery);
            sink.error(Refusal.busy("the log has no room; nothing was taken"));
          }
        });
  }

  private Refusal refusal(Throwable failure) {
    if (failure instanceof Refusal known) {
      return known;
    }
    LOG.error("{}: a request failed inside the gateway", config.name(), failure);
    return new Refusal(500, "Failed inside", "the gateway failed on this request; see its log");
  }

  private static Mono<Void> refuse(HttpServerResponse response, Reply.Form form, Refusal refusal) {
    if (refusal.isBusy()) {
      response.header(HttpHeaderNames.RETRY_AFTER, RETRY_AFTER);
    }
    // its body may still be coming, and nobody is going to read it
    response.keepAlive(false);
    return send(response, form.refused(refusal));
  }

  private static Mono<Void> send(HttpServerResponse response, Reply reply) {
    response.status(reply.status());
    if (reply.body().length == 0) {
      return response.send();
    }
    response.header(HttpHeaderNames.CONTENT_TYPE, reply.contentType());
    response.header(HttpHeaderNames.CONTENT_LENGTH, String.valueOf(reply.body().length));
    return response.sendByteArray(Mono.just(reply.body())).then();
  }

  /** A request whose delivery is in the inbox. */
  private final class Pending implements Delivery.Settled {

    private final MonoSink<Inbox.Receipt> sink;
    private @Nullable Delivery delivery;

    Pending(MonoSink<Inbox.Receipt> sink) {
      this.sink = sink;
    }

    @Override
    public void durable(Inbox.Receipt receipt) {
      acknowledged.increment();
      sink.success(receipt);
    }

    @Override
    public void failed(Throwable cause) {
      if (delivery != null) {
        inbox.refused(delivery);
      }
      sink.error(Refusal.busy("the log could not be synced; nothing was taken"));
    }
  }
}
