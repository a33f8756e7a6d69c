package io.weir.gateway.source.http;

import io.micrometer.core.instrument.MeterRegistry;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.weir.gateway.log.Threads;
import io.weir.gateway.log.Time;
import io.weir.gateway.source.Delivery;
import io.weir.gateway.source.Inbox;
import io.weir.gateway.source.Served;
import io.weir.gateway.source.Serving;
import java.util.List;
import java.util.function.Consumer;
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
 * Readings posted over HTTP.
 *
 * <ul>
 *   <li>{@code POST /api/v1/readings}: JSON, as the format {@code json} reads it. 200 with a
 *       receipt, or a problem document: 400 if every part was rejected, 413, 415, 503 with
 *       Retry-After.
 *   <li>{@code POST /write} and {@code /api/v2/write}: line protocol, with InfluxDB's {@code
 *       precision} of n, ns, u, us, ms or s. Other parameters are ignored: the gateway's sinks
 *       decide where readings go. 204, or 400 with the rejected lines, as InfluxDB does; 413; 503
 *       with Retry-After.
 * </ul>
 *
 * <p>A sender waits for its reply before it posts again. So where every request under way is with
 * the log, the log is told not to wait for more: a single sender is not slowed down by {@code
 * buffer.linger}, and many at once still share a sync.
 *
 * <p>A server calls {@link #handle} on its event loops; bodies are then decoded and appended on the
 * thread {@code http-<source>}. {@link #receive} does the same for a whole request on the calling
 * thread, without a server.
 */
public final class HttpSource implements Served {

  private static final Logger LOG = LoggerFactory.getLogger(HttpSource.class);

  /** Requests handled at once, in bodies of the largest size; fewer in a small heap. */
  private static final int MAX_BODIES = 8;

  /** A packed body and what it is unpacked to: so much has room in any heap. */
  private static final int LEAST_BODIES = 2;

  private static final int PARTS_OF_HEAP = 8;

  /** What a request holds beside its body, in bytes, estimated. */
  private static final int OVERHEAD = 2048;

  private final HttpSourceConfig config;
  private final Inbox inbox;
  private final Serving serving;
  private final Scheduler scheduler;
  private final Budget budget;
  private final Arrivals arrivals;

  public HttpSource(HttpSourceConfig config, Inbox inbox, Time time, MeterRegistry registry) {
    this.config = config;
    this.inbox = inbox;
    this.arrivals = new Arrivals(inbox::endLinger);
    this.budget = new Budget(budgetBytes(config.maxBodyBytes()));
    this.serving = new Serving(config.name(), registry, time);
    this.scheduler = Schedulers.fromExecutor(serving.thread());
  }

  private static long budgetBytes(long body) {
    long share = Runtime.getRuntime().maxMemory() / PARTS_OF_HEAP;
    return Math.max(LEAST_BODIES * body + OVERHEAD, Math.min(MAX_BODIES * body, share));
  }

  @Override
  public String name() {
    return config.name();
  }

  @Override
  public List<Handler> handlers() {
    return List.of(
        new Handler("POST", "/api/v1/readings", false, this::handle),
        new Handler("POST", "/write", false, this::handle),
        new Handler("POST", "/api/v2/write", false, this::handle));
  }

  @Override
  public void start(Threads threads) {
    serving.start(threads);
  }

  @Override
  public Status status() {
    return serving.status();
  }

  @Override
  public void stopReceiving() {
    serving.stop();
  }

  /** Lets the replies that are due go out, for a bounded time. */
  @Override
  public void close() {
    serving.close();
    scheduler.dispose();
  }

  // ---- Without a server

  /**
   * Handles a whole request on the calling thread, as {@link #handle} does on a server, also before
   * {@link #start}.
   *
   * @param reply called once, when the reply is known: within this call, or by the thread that
   *     settles the delivery
   */
  public void receive(RequestHead head, byte[] body, Consumer<Reply> reply) {
    Reply.Form form = Endpoint.form(head.path());
    Budget.Share share = budget.share();
    serving.begun();
    Arrivals.Arrival arrival = arrivals.begin();
    Consumer<Reply> last =
        each -> {
          arrival.end();
          share.giveBack();
          serving.ended();
          reply.accept(each);
        };
    Endpoint endpoint;
    byte[] payload;
    try {
      endpoint = accept(head, !serving.isStopped());
      share.grow(OVERHEAD);
      share.grow(body.length);
      if (body.length > config.maxBodyBytes()) {
        throw Refusal.tooLong(config.maxBodyBytes());
      }
      payload = unpacked(endpoint, body, share);
    } catch (Refusal refusal) {
      last.accept(form.refused(refusal));
      return;
    }
    offer(
        endpoint,
        payload,
        receipt -> last.accept(form.taken(receipt)),
        refusal -> last.accept(form.refused(refusal)));
    arrival.end();
  }

  // ---- On a server

  /** Handles a request to one of the three paths. Does not wait. */
  public Publisher<Void> handle(HttpServerRequest request, HttpServerResponse response) {
    RequestHead head = head(request);
    Reply.Form form = Endpoint.form(head.path());
    Endpoint endpoint;
    try {
      endpoint = accept(head, serving.isConnected());
    } catch (Refusal refusal) {
      return send(response, form.refused(refusal));
    }
    return Mono.defer(() -> handled(endpoint, form, request, response));
  }

  private Mono<Void> handled(
      Endpoint endpoint, Reply.Form form, HttpServerRequest request, HttpServerResponse response) {
    Budget.Share share = budget.share();
    Arrivals.Arrival arrival = arrivals.begin();
    serving.begun();
    return Mono.defer(
            () -> {
              share.grow(OVERHEAD);
              return Body.of(request, config.maxBodyBytes(), share);
            })
        .publishOn(scheduler)
        .flatMap(body -> settled(endpoint, unpacked(endpoint, body, share), arrival))
        // the receipt comes on log-sync, which has no time to write a reply
        .publishOn(scheduler)
        .map(form::taken)
        .flatMap(reply -> send(response, reply))
        .onErrorResume(Refusal.class, refusal -> send(response, form.refused(refusal)))
        .doFinally(
            end -> {
              arrival.end();
              share.giveBack();
              serving.ended();
            });
  }

  private static RequestHead head(HttpServerRequest request) {
    HttpHeaders headers = request.requestHeaders();
    int query = request.uri().indexOf('?');
    return new RequestHead(
        request.method().name(),
        request.fullPath() + (query < 0 ? "" : request.uri().substring(query)),
        headers.get(HttpHeaderNames.CONTENT_TYPE),
        headers.get(HttpHeaderNames.CONTENT_ENCODING),
        contentLength(headers));
  }

  private static long contentLength(HttpHeaders headers) {
    try {
      return Long.parseLong(headers.get(HttpHeaderNames.CONTENT_LENGTH, "-1").trim());
    } catch (NumberFormatException e) {
      return -1; // the bytes themselves are counted too
    }
  }

  private Mono<Inbox.Receipt> settled(Endpoint endpoint, byte[] payload, Arrivals.Arrival arrival) {
    return Mono.create(
        sink -> {
          offer(endpoint, payload, sink::success, sink::error);
          arrival.end();
        });
  }

  private static Mono<Void> send(HttpServerResponse response, Reply reply) {
    response.status(reply.status());
    reply.headers().forEach(response::header);
    if (reply.closes()) {
      response.keepAlive(false);
    }
    if (reply.body().length == 0) {
      return response.send();
    }
    response.header(HttpHeaderNames.CONTENT_LENGTH, String.valueOf(reply.body().length));
    return response.sendByteArray(Mono.just(reply.body())).then();
  }

  // ---- What both share

  private Endpoint accept(RequestHead head, boolean receiving) {
    Endpoint endpoint = Endpoint.of(head, config.maxBodyBytes(), receiving);
    serving.received();
    return endpoint;
  }

  private byte[] unpacked(Endpoint endpoint, byte[] body, Budget.Share share) {
    if (endpoint.encoding().isPacked()) {
      share.grow(config.maxBodyBytes());
    }
    return endpoint.encoding().unpack(body, config.maxBodyBytes());
  }

  private void offer(
      Endpoint endpoint,
      byte[] payload,
      Consumer<Inbox.Receipt> durable,
      Consumer<Refusal> refused) {
    Pending pending = new Pending(durable, refused);
    Delivery delivery =
        new Delivery(
            config.name(),
            endpoint.path(),
            payload,
            1,
            false,
            false,
            0,
            endpoint.contentType(),
            endpoint.format(),
            pending);
    pending.delivery = delivery;
    Inbox.Answer answer;
    try {
      answer = inbox.offer(delivery);
    } catch (RuntimeException e) {
      LOG.error("{}: internal error on a request", config.name(), e);
      refused.accept(
          new Refusal(500, "Internal error", "the gateway failed on this request; see its log"));
      return;
    }
    if (answer != Inbox.Answer.TAKEN) {
      inbox.refused(delivery);
      String why =
          answer == Inbox.Answer.NO_ROOM
              ? "the log has no room"
              : "what says how to read the body, such as a schema, is on its way";
      refused.accept(Refusal.busy(why + "; nothing was stored"));
    }
  }

  /** A request whose delivery is with the inbox. */
  private final class Pending implements Delivery.Settled {

    private final Consumer<Inbox.Receipt> durable;
    private final Consumer<Refusal> refused;
    private @Nullable Delivery delivery;

    Pending(Consumer<Inbox.Receipt> durable, Consumer<Refusal> refused) {
      this.durable = durable;
      this.refused = refused;
    }

    @Override
    public void durable(Inbox.Receipt receipt) {
      serving.acknowledged();
      durable.accept(receipt);
    }

    @Override
    public void failed(Throwable cause) {
      if (delivery != null) {
        inbox.refused(delivery);
      }
      refused.accept(Refusal.busy("the log could not be synced; nothing was stored"));
    }
  }
}
