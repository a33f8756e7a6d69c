package io.weir.gateway;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.weir.gateway.http.Problem;
import io.weir.gateway.http.Route;
import io.weir.gateway.model.Reading;
import io.weir.gateway.model.Reason;
import io.weir.gateway.model.Time;
import io.weir.gateway.quarantine.QuarantineBook;
import io.weir.gateway.quarantine.QuarantineBook.Replayed;
import io.weir.gateway.quarantine.QuarantineBook.Selection;
import io.weir.gateway.quarantine.QuarantineWriter;
import io.weir.gateway.quarantine.Quarantined;
import io.weir.gateway.source.Delivery;
import io.weir.gateway.source.Inbox;
import java.io.IOException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/**
 * Sends what was set aside through the intake again, once its cause is mended: payloads by the
 * routes of now, lines that a store refused as line protocol, each with its first receive time.
 * What fails again is quarantined again. Counted in the ledger as a source named {@code replay}.
 *
 * <p>{@code POST /api/v1/quarantine/replay}, with {@code id}, {@code reason}, {@code origin},
 * {@code topic}, {@code since} (ISO 8601) and {@code again=true} in the query; all of the
 * quarantine without any. Runs one at a time on the thread {@code replay}.
 */
final class Replay implements AutoCloseable {

  static final String SOURCE = "replay";

  /** A topic that no pattern matches, since a wildcard never takes a leading dollar sign. */
  private static final String NO_ROUTE = "$weir/replay";

  private static final long SYNC_LIMIT_S = 30;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final QuarantineBook book;
  private final QuarantineWriter writer;
  private final Intake intake;
  private final Time time;
  private final ToIntFunction<String> nanosOfSink;
  private final Scheduler thread = Schedulers.newSingle("replay", true);

  /**
   * @param writer used by the thread {@code replay} alone
   * @param nanosOfSink nanoseconds in one step of a sink's timestamps
   */
  Replay(
      QuarantineBook book,
      QuarantineWriter writer,
      Intake intake,
      Time time,
      ToIntFunction<String> nanosOfSink) {
    this.book = book;
    this.writer = writer;
    this.intake = intake;
    this.time = time;
    this.nanosOfSink = nanosOfSink;
  }

  QuarantineBook book() {
    return book;
  }

  List<Route> routes() {
    return List.of(Route.of("POST", "/api/v1/quarantine/replay", this::handle));
  }

  private Publisher<Void> handle(HttpServerRequest request, HttpServerResponse response) {
    Map<String, List<String>> query = new QueryStringDecoder(request.uri()).parameters();
    Selection selection = selection(query);
    boolean again = "true".equals(first(query, "again"));
    Mono<byte[]> answer =
        Mono.fromCallable(() -> JSON.writeValueAsBytes(run(selection, again)))
            .subscribeOn(thread)
            .onErrorMap(
                IOException.class,
                e ->
                    new Problem(503, "Replay stopped", String.valueOf(e.getMessage()))
                        .header("retry-after", "1"));
    return response.header("content-type", "application/json").sendByteArray(answer);
  }

  private static Selection selection(Map<String, List<String>> query) {
    try {
      String id = first(query, "id");
      String reason = first(query, "reason");
      String since = first(query, "since");
      return new Selection(
          id == null ? null : Quarantined.id(id),
          reason == null ? null : Reason.of(reason),
          first(query, "origin"),
          first(query, "topic"),
          since == null ? Long.MIN_VALUE : nanos(Instant.parse(since)));
    } catch (IllegalArgumentException | DateTimeParseException e) {
      throw new Problem(400, "Bad selection", String.valueOf(e.getMessage()));
    }
  }

  private static long nanos(Instant instant) {
    return TimeUnit.SECONDS.toNanos(instant.getEpochSecond()) + instant.getNano();
  }

  private static @Nullable String first(Map<String, List<String>> query, String name) {
    List<String> values = query.get(name);
    return values == null || values.isEmpty() ? null : values.get(0);
  }

  Replayed run(Selection selection, boolean again) throws IOException {
    Replayed replayed = book.replay(selection, again, this::again);
    writer.sync();
    return replayed;
  }

  private void again(Quarantined entry) throws IOException {
    CompletableFuture<Inbox.Receipt> durable = new CompletableFuture<>();
    boolean line = entry.origin().side() == Quarantined.Side.SINK;
    Delivery delivery =
        new Delivery(
            SOURCE,
            line ? NO_ROUTE : entry.topic(),
            entry.raw(),
            1,
            false,
            false,
            0,
            null,
            line ? lineFormat(entry.origin().name()) : null,
            new Delivery.Settled() {
              @Override
              public void durable(Inbox.Receipt receipt) {
                durable.complete(receipt);
              }

              @Override
              public void failed(Throwable cause) {
                durable.completeExceptionally(cause);
              }
            });
    Inbox.Answer answer =
        intake.take(
            delivery,
            line ? SOURCE : entry.origin().name(),
            entry.receiveTimeNs(),
            line ? Replay::withoutPoint : Decoding.Decoded::asHistory);
    if (answer == Inbox.Answer.NO_ROOM) {
      throw new IOException("the log has no room now; what was not replayed still stands");
    }
    await(durable);
    writer.replayed(entry, time.wallNs());
  }

  private String lineFormat(String sink) {
    return switch (nanosOfSink.applyAsInt(sink)) {
      case 1_000 -> "influx-line:us";
      case 1_000_000 -> "influx-line:ms";
      case 1_000_000_000 -> "influx-line:s";
      default -> "influx-line";
    };
  }

  /** The key that a sink added to its line is not one of the readings. */
  private static Decoding.Decoded withoutPoint(Decoding.Decoded decoded) {
    List<Reading> readings =
        decoded.readings().stream().filter(reading -> !reading.metric().equals("point")).toList();
    int left = decoded.readings().size() - readings.size();
    return new Decoding.Decoded(
        decoded.received(),
        decoded.filtered() + left,
        readings,
        decoded.rejected(),
        decoded.payload());
  }

  private static void await(CompletableFuture<Inbox.Receipt> durable) throws IOException {
    try {
      durable.get(SYNC_LIMIT_S, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw new IOException("the sync failed; what was not replayed still stands", e.getCause());
    } catch (TimeoutException e) {
      throw new IOException("no sync within " + SYNC_LIMIT_S + " s", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("stopped", e);
    }
  }

  @Override
  public void close() {
    thread.dispose();
  }
}
