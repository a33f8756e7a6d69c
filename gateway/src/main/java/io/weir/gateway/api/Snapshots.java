package io.weir.gateway.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.weir.gateway.http.Answers;
import io.weir.gateway.http.Caller;
import io.weir.gateway.http.Json;
import io.weir.gateway.http.ProblemDocument;
import io.weir.gateway.live.AssetNode;
import io.weir.gateway.live.ReceivedShift;
import io.weir.gateway.metrics.MeterNames;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/**
 * The stream of snapshots (server-sent events): one at once, then one each tick, encoded once for
 * all clients and only while there are any. If one takes long, as with thousands of machines, they
 * are made less often: they take at most a fifth of one thread's time.
 *
 * <p>A client whose session ends gets no more.
 *
 * <p>A snapshot is whole, so a client that cannot keep up simply misses some: it holds at most the
 * one being sent, and the server's write timeout closes it if even that does not get through. All
 * clients together hold a part of the memory at most; those beyond are refused.
 */
final class Snapshots implements Disposable {

  private static final Logger LOG = LoggerFactory.getLogger(Snapshots.class);

  /** Keeps the connection, and the client's own watchdog, alive where no snapshot can be made. */
  private static final Event HEARTBEAT = Event.of(": no snapshot\n\n".getBytes(UTF_8));

  /** The pause after a snapshot, as a multiple of the time that it took. */
  private static final int REST = 4;

  /** Bytes of one snapshot for each client, beyond which no more clients are taken. */
  private static final long MOST_BYTES = Runtime.getRuntime().maxMemory() / 8;

  private static final Duration LONGEST_EMISSION = Duration.ofSeconds(1);

  private final GatewayView view;
  private final Scheduler worker;
  private final int maxClients;
  private final AtomicInteger clients = new AtomicInteger();
  private final Sinks.Many<Event> events = Sinks.many().multicast().directBestEffort();
  private final Disposable ticks;

  /** Made last; the thread of the worker alone makes one. Empty while there are no clients. */
  private volatile Event newest = Event.NONE;

  /** Until when it is new enough, by {@link System#nanoTime}. */
  private long newUntilNs;

  /** The same bytes as they are, and as a part of a {@link PackedStream}. */
  private record Event(byte[] plain, byte[] packed) {

    static final Event NONE = new Event(new byte[0], new byte[0]);

    static Event of(byte[] plain) {
      return new Event(plain, PackedStream.part(plain));
    }
  }

  private record Snapshot(
      Status status,
      List<AssetNode> assets,
      @Nullable EfficiencyResponse efficiency,
      List<ReceivedShift> received) {}

  Snapshots(
      GatewayView view, Scheduler worker, Duration tick, int maxClients, MeterRegistry meters) {
    this.view = view;
    this.worker = worker;
    this.maxClients = maxClients;
    this.ticks = Flux.interval(tick, worker).onBackpressureDrop().subscribe(n -> tick());
    Gauge.builder(MeterNames.HTTP_STREAM_CLIENTS, clients, AtomicInteger::get).register(meters);
  }

  Publisher<Void> stream(HttpServerRequest request, HttpServerResponse response) {
    return request.method().name().equals("HEAD")
        ? events(response).send()
        : Mono.defer(() -> follow(request, response)).subscribeOn(worker);
  }

  /**
   * Accepts a client, or refuses it. Runs on the one thread of the worker, which knows the number
   * of clients and the bytes for each, so that simultaneous clients cannot exceed the limit.
   */
  private Mono<Void> follow(HttpServerRequest request, HttpServerResponse response) {
    int others = clients.get();
    if (others >= maxClients || (long) others * newest.plain.length > MOST_BYTES) {
      throw new ProblemDocument(
              503, "Busy", others + " clients follow the stream already; close one, or poll")
          .header("retry-after", "10");
    }
    Channel channel = channel(request);
    Caller caller = Caller.of(request);
    boolean packs = Answers.takesGzip(request);
    Flux<ByteBuf> mine =
        Flux.concat(Mono.just(first()), events.asFlux())
            .takeWhile(event -> caller.holds().getAsBoolean())
            .filter(event -> channel.isWritable()) // else the last one has not left yet
            .map(event -> Answers.wrap(packs ? event.packed : event.plain));
    if (packs) {
      mine = mine.startWith(Answers.wrap(PackedStream.BEGIN));
      response.header("content-encoding", "gzip");
    }
    Mono<Void> sending = events(response).send(mine, flushNow -> true).then();
    clients.incrementAndGet();
    return sending.doFinally(end -> clients.decrementAndGet());
  }

  /** A stream that a proxy in between is asked not to collect. */
  private HttpServerResponse events(HttpServerResponse response) {
    return response
        .sse()
        .header("x-accel-buffering", "no")
        .header("vary", "accept-encoding")
        .header("x-weir-page", LivePage.version());
  }

  private static Channel channel(HttpServerRequest request) {
    AtomicReference<Channel> channel = new AtomicReference<>();
    request.withConnection(connection -> channel.set(connection.channel()));
    return Objects.requireNonNull(channel.get());
  }

  private void tick() {
    if (clients.get() == 0) {
      newest = Event.NONE;
    } else {
      events.tryEmitNext(isNew() ? HEARTBEAT : event());
    }
  }

  /** The first snapshot of a client; many clients that come at once share it. */
  private Event first() {
    return isNew() ? newest : event();
  }

  private boolean isNew() {
    return newest != Event.NONE && System.nanoTime() - newUntilNs < 0;
  }

  private Event event() {
    long begin = System.nanoTime();
    newest = encoded();
    long end = System.nanoTime();
    newUntilNs = end + REST * (end - begin);
    return newest;
  }

  /** One snapshot as an event, for all clients. */
  private Event encoded() {
    try {
      byte[] json =
          Json.bytes(
              new Snapshot(view.status(), view.assets(), view.efficiency(), view.received()));
      byte[] event = new byte[json.length + 8];
      System.arraycopy("data: ".getBytes(UTF_8), 0, event, 0, 6);
      System.arraycopy(json, 0, event, 6, json.length);
      event[json.length + 6] = '\n';
      event[json.length + 7] = '\n';
      return Event.of(event);
    } catch (RuntimeException e) {
      LOG.error("The snapshot for the live page failed", e);
      return HEARTBEAT;
    }
  }

  @Override
  public void dispose() {
    ticks.dispose();
    // A tick may be sending now; then a single attempt to end the stream would be lost.
    events.emitComplete(Sinks.EmitFailureHandler.busyLooping(LONGEST_EMISSION));
  }
}
