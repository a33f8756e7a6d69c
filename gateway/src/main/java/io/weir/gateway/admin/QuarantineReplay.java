package io.weir.gateway.admin;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.weir.gateway.http.HttpRoute;
import io.weir.gateway.http.ProblemDocument;
import io.weir.gateway.http.Right;
import io.weir.gateway.intake.Decoded;
import io.weir.gateway.intake.Intake;
import io.weir.gateway.log.Time;
import io.weir.gateway.model.Reading;
import io.weir.gateway.quarantine.QuarantineBook;
import io.weir.gateway.quarantine.QuarantineBook.Replayed;
import io.weir.gateway.quarantine.QuarantineBook.Selection;
import io.weir.gateway.quarantine.QuarantineWriter;
import io.weir.gateway.quarantine.Quarantined;
import io.weir.gateway.sink.SinkConfig.Precision;
import io.weir.gateway.source.Delivery;
import io.weir.gateway.source.Inbox;
import io.weir.gateway.source.SourceConfig;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.reactivestreams.Publisher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/**
 * Sends quarantined entries through the intake again, after their cause was fixed: payloads with
 * the current routes, lines that a store refused as line protocol, each with its first receive
 * time. What fails again is quarantined again. Counted in the ledger as a source named {@code
 * replay}.
 *
 * <p>{@code POST /api/v1/quarantine/replay} with a {@link ReplayRequest}. Runs one at a time on the
 * thread {@code replay}.
 */
public final class QuarantineReplay implements AutoCloseable {

  private static final String SOURCE = SourceConfig.REPLAY;

  private static final Logger LOG = LoggerFactory.getLogger(QuarantineReplay.class);

  /** A topic that no pattern matches, since a wildcard never takes a leading dollar sign. */
  private static final String NO_ROUTE = "$weir/replay";

  private static final long SYNC_LIMIT_S = 30;
  private static final long NOT_YET_NS = TimeUnit.MILLISECONDS.toNanos(50);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final QuarantineBook book;
  private final QuarantineWriter writer;
  private final Intake intake;
  private final Time time;
  private final Function<String, Precision> precisionOfSink;
  private final Runnable waiting;
  private final Scheduler thread = Schedulers.newSingle("replay", true);

  /**
   * @param writer used by the thread {@code replay} alone
   * @param precisionOfSink of the timestamps in a sink's lines
   * @param waiting run before each wait for a sync; there a log without a thread is stepped
   */
  public QuarantineReplay(
      QuarantineBook book,
      QuarantineWriter writer,
      Intake intake,
      Time time,
      Function<String, Precision> precisionOfSink,
      Runnable waiting) {
    this.waiting = waiting;
    this.book = book;
    this.writer = writer;
    this.intake = intake;
    this.time = time;
    this.precisionOfSink = precisionOfSink;
  }

  public QuarantineBook book() {
    return book;
  }

  public List<HttpRoute> routes() {
    return List.of(HttpRoute.of(Right.ENGINEER, "POST", "/api/v1/quarantine/replay", this::handle));
  }

  private Publisher<Void> handle(HttpServerRequest request, HttpServerResponse response) {
    return ReplayRequest.read(request)
        .publishOn(thread)
        .map(this::answer)
        .flatMap(
            json ->
                response
                    .header("content-type", "application/json")
                    .sendByteArray(Mono.just(json))
                    .then());
  }

  private byte[] answer(ReplayRequest request) {
    try {
      return JSON.writeValueAsBytes(run(request));
    } catch (IOException e) {
      throw new ProblemDocument(503, "Replay stopped", String.valueOf(e.getMessage()))
          .header("retry-after", "1");
    }
  }

  /**
   * The result of a replay.
   *
   * @param replayed entries that went through the intake again
   * @param readings readings made from them
   * @param stillRejected entries of which something was quarantined again
   * @param already entries left out because they were replayed before
   * @param cut entries left out because their evidence was too large to keep whole
   * @param dropped entries that the quarantine dropped before the replay came to them
   * @param damaged records of the quarantine that damage left out, at least
   */
  public record Outcome(
      long replayed,
      long readings,
      long stillRejected,
      long already,
      long cut,
      long dropped,
      long damaged) {}

  private Outcome run(ReplayRequest request) throws IOException {
    return run(request.selection(), request.again());
  }

  /**
   * Replays entries on the caller's thread, which no other replay may use at the same time.
   *
   * @param repeat whether entries that were replayed before are meant too
   * @throws IOException if it ended before the last of them; the others stay as they are
   */
  public Outcome run(Selection selection, boolean repeat) throws IOException {
    settleEarlier();
    long[] counts = new long[2];
    Replayed replayed =
        book.replay(
            selection,
            repeat,
            entry -> {
              Inbox.Receipt receipt = again(entry);
              counts[0] += receipt.appended();
              counts[1] += receipt.rejected().isEmpty() ? 0 : 1;
            });
    writer.sync();
    return new Outcome(
        replayed.given(),
        counts[0],
        counts[1],
        replayed.already(),
        replayed.cut(),
        replayed.dropped(),
        replayed.damaged());
  }

  /** What an earlier replay could not note is written with what this one notes. */
  private void settleEarlier() {
    try {
      writer.sync();
    } catch (IOException e) {
      LOG.debug("What was replayed before is not noted yet", e); // the next sync writes it again
    }
  }

  private Inbox.Receipt again(Quarantined entry) throws IOException {
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
    Inbox.Answer answer = take(delivery, entry, line);
    while (answer == Inbox.Answer.NOT_YET) {
      LockSupport.parkNanos(this, NOT_YET_NS);
      answer = take(delivery, entry, line);
    }
    if (answer == Inbox.Answer.NO_ROOM) {
      throw new IOException("the log is full; entries not replayed stay in the quarantine");
    }
    waiting.run();
    Inbox.Receipt receipt = await(durable);
    writer.replayed(entry, time.wallNs());
    return receipt;
  }

  private Inbox.Answer take(Delivery delivery, Quarantined entry, boolean line) {
    return intake.take(
        delivery,
        line ? SOURCE : entry.origin().name(),
        entry.receiveTimeNs(),
        line ? QuarantineReplay::withoutPoint : Decoded::asHistory);
  }

  private String lineFormat(String sink) {
    return switch (precisionOfSink.apply(sink)) {
      case NS -> "influx-line";
      case US -> "influx-line:us";
      case MS -> "influx-line:ms";
      case S -> "influx-line:s";
    };
  }

  /** The key that a sink added to its line is not one of the readings. */
  private static Decoded withoutPoint(Decoded decoded) {
    List<Reading> readings =
        decoded.readings().stream().filter(reading -> !reading.metric().equals("point")).toList();
    int left = decoded.readings().size() - readings.size();
    return new Decoded(
        decoded.received(),
        decoded.filtered() + left,
        readings,
        decoded.rejected(),
        decoded.payload());
  }

  private static Inbox.Receipt await(CompletableFuture<Inbox.Receipt> durable) throws IOException {
    try {
      return durable.get(SYNC_LIMIT_S, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw new IOException(
          "the sync failed; entries not replayed stay in the quarantine", e.getCause());
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
