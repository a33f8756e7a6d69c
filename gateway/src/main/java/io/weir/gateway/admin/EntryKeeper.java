package io.weir.gateway.admin;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.gateway.correction.CorrectionCodec;
import io.weir.gateway.correction.CorrectionLog;
import io.weir.gateway.correction.Entry;
import io.weir.gateway.correction.Origin;
import io.weir.gateway.correction.Undo;
import io.weir.gateway.http.Answers;
import io.weir.gateway.http.Caller;
import io.weir.gateway.http.ClientAddress;
import io.weir.gateway.http.Json;
import io.weir.gateway.http.ProblemDocument;
import io.weir.gateway.http.RequestKey;
import io.weir.gateway.http.RequestThreads;
import io.weir.gateway.log.Time;
import io.weir.gateway.model.Asset;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongConsumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/**
 * Keeps what people say in the log of corrections, and takes it back. The answer comes once it is
 * on stable storage.
 *
 * @param what is kept, as the errors name it
 * @param thread on which the log is read and the answer is made
 */
record EntryKeeper(String what, CorrectionLog log, Time time, Scheduler thread)
    implements AutoCloseable {

  private static final int MOST_WAITING = 64;

  /** One with a thread of a name. */
  static EntryKeeper on(String thread, String what, CorrectionLog log, Time time) {
    return new EntryKeeper(what, log, time, RequestThreads.of(thread, 1, MOST_WAITING));
  }

  /**
   * The problem of a machine that has no figures.
   *
   * @param behind whether it may still get some from what the log has, as after a start
   * @param advice which one may be meant
   */
  static ProblemDocument noFigures(Asset asset, boolean behind, String advice) {
    return behind
        ? new ProblemDocument(
                503,
                "Not ready",
                "there are no figures of " + asset.path() + " yet; the log is still being read")
            .header("retry-after", "5")
        : new ProblemDocument(
            404, "Not found", "there are no figures of " + asset.path() + "; " + advice);
  }

  /** Answers with JSON. */
  static Mono<Void> answer(
      HttpServerRequest request, HttpServerResponse response, int status, ObjectNode json) {
    response.status(status);
    return Mono.from(Answers.send(request, response, Answers.JSON, Json.bytes(json)));
  }

  /**
   * Takes back the entry that a path names.
   *
   * @param list the path that lists what can be undone
   * @param check throws a problem document where the entry of an id cannot be undone
   */
  Publisher<Void> undo(
      HttpServerRequest request, HttpServerResponse response, String list, LongConsumer check) {
    long id = UndoRequest.id(request, list);
    Origin from = origin(request);
    return UndoRequest.read(request)
        .publishOn(thread)
        .flatMap(
            wanted ->
                once(
                    from,
                    kept -> kept instanceof Undo undo && undo.of() == id,
                    () -> {
                      check.accept(id);
                      return keep(new Undo(0, id, wanted.comment(), by(wanted.who(), from)));
                    }))
        .flatMap(kept -> answer(request, response, 201, CorrectionCodec.json(kept)));
  }

  /**
   * Checks that nobody has taken an entry back.
   *
   * @param name the entry, as the error names it
   */
  void checkThatItHolds(long id, String name) {
    Undo before = log.undoOf(id);
    if (before != null) {
      throw new ProblemDocument(
          409, "Already undone", name + " " + id + " was undone by " + before.origin().who());
    }
  }

  /**
   * What an earlier request of the same key has become, else what is made now.
   *
   * @param isSame whether an entry says what is asked for now
   */
  Mono<Entry> once(Origin from, Predicate<Entry> isSame, Supplier<Mono<Entry>> make) {
    CompletableFuture<Entry> before = before(from.key());
    return before == null
        ? make.get()
        : Mono.fromFuture(before, true)
            .onErrorMap(
                failure -> full("it could not be written to the disk: " + failure.getMessage()))
            .publishOn(thread)
            .doOnNext(
                kept -> {
                  if (!isSame.test(kept)) {
                    throw RequestKey.used(from.key(), kept.id());
                  }
                });
  }

  private @Nullable CompletableFuture<Entry> before(String key) {
    try {
      return log.ofKey(key);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Signals the entry with its id; a problem with status 503 where it is not kept. */
  Mono<Entry> keep(Entry entry) {
    try {
      return Mono.fromFuture(log.append(entry))
          .onErrorMap(
              failure -> full("it could not be written to the disk: " + failure.getMessage()))
          .publishOn(thread);
    } catch (CorrectionLog.FullException e) {
      throw full(e.getMessage() + "; raise corrections.max-size");
    }
  }

  private ProblemDocument full(String why) {
    return new ProblemDocument(503, "Not kept", "the " + what + " is not kept: " + why)
        .header("retry-after", "5");
  }

  /**
   * When, from where and under which key; and who, where that is somebody who has logged in. Who
   * else comes later, because the body says it.
   */
  Origin origin(HttpServerRequest request) {
    Caller caller = Caller.of(request);
    return new Origin(
        caller.isUser() ? caller.name() : "",
        time.wallNs(),
        ClientAddress.of(request),
        RequestKey.of(request),
        caller.isUser());
  }

  /** With the name that the body gives, unless the gateway knows better. */
  static Origin by(String who, Origin origin) {
    return origin.verified()
        ? origin
        : new Origin(who, origin.timeNs(), origin.address(), origin.key());
  }

  @Override
  public void close() {
    thread.dispose();
  }
}
