package io.weir.gateway.sink;

import io.micrometer.core.instrument.MeterRegistry;
import io.weir.gateway.log.RangeFeed;
import io.weir.gateway.log.Threads;
import io.weir.gateway.log.Time;
import io.weir.gateway.model.Failure;
import io.weir.gateway.sink.thin.ThinRule;
import io.weir.gateway.sink.thin.Thinner;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries one log to one sink: reads records, makes batches of lines, writes them, and commits the
 * position once the store has answered and what it refused is safe in the quarantine. So what is
 * below the committed position is stored, set aside with a reason, or given up by a policy and
 * counted, whatever crashes in between; what is above it is sent again, which does no harm.
 *
 * <p>This class is the loop. {@link BatchPipe} reads, makes batches and writes them, {@link
 * DrainCursor} counts and commits, {@link LiveFirst} sends new records first after an outage. One
 * thread, {@code drain-<sink>-<log>}, owns all of it. Others, {@code write-<sink>-<log>}, only wait
 * in the sink's write, so that the next batch is made while one is under way. A drain is built
 * without threads: {@link #start} starts them, or its owner calls {@link #step()} on a thread of
 * its own.
 *
 * <p>A store that is away, busy or refuses the gateway holds back this drain only, for as long as
 * it takes. The caller opens and closes feed and sink.
 */
public final class Drain {

  private static final Logger LOG = LoggerFactory.getLogger(Drain.class);
  private static final long LONGEST_PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(100);

  private static final long WATCH_EVERY_NS = TimeUnit.SECONDS.toNanos(1);

  private final String name;
  private final Sink sink;
  private final Lanes lanes;
  private final RangeFeed feed;
  private final Time time;
  private final long maxLag;
  private final BatchPipe pipe;
  private final LiveFirst liveFirst;
  private final Rejects rejects;
  private final DrainCursor cursor;
  private final BackfillWatch backfill;
  private final Pacing pacing;
  private final ConditionReporter condition;
  private final DrainMeters meters;
  private final List<ThinRule> thin;
  private final @Nullable Portion portion;
  private Portion.@Nullable Share share;

  private long watchAtNs;
  private volatile boolean ended;
  private volatile @Nullable Long stopBy;

  /** When it last had nothing to do. */
  private volatile @Nullable Long idleAtNs;

  private @Nullable Thread thread;

  /**
   * @param log name of the log that the feed reads, for names of threads and meters
   * @param rejects where refused lines go
   * @param commitEvery how often the position is saved; a crash repeats what was sent since
   */
  public Drain(
      SinkConfig config,
      Sink sink,
      String log,
      RangeFeed feed,
      Rejects rejects,
      Time time,
      Duration commitEvery,
      MeterRegistry registry) {
    this(config, sink, log, feed, rejects, time, commitEvery, registry, null, new StoreProof());
  }

  /**
   * The same of a part of a log.
   *
   * @param portion which part is sent, {@code null} for all; a part is sent in the order of the log
   * @param proof one for all drains of the sink
   */
  public Drain(
      SinkConfig config,
      Sink sink,
      String log,
      RangeFeed feed,
      Rejects rejects,
      Time time,
      Duration commitEvery,
      MeterRegistry registry,
      @Nullable Portion portion,
      StoreProof proof) {
    this.portion = portion;
    this.name = sink.name() + "-" + log;
    this.sink = sink;
    this.feed = feed;
    this.time = time;
    this.watchAtNs = time.elapsedNs();
    this.maxLag = config.maxLag();
    this.rejects = rejects;
    this.thin = config.thin();
    this.cursor =
        new DrainCursor(
            name, sink.confirms(), feed, rejects, time, commitEvery, !thin.isEmpty(), portion);
    this.pacing = new Pacing(name, time);
    this.condition = new ConditionReporter(name, time);
    this.meters = new DrainMeters(registry, sink.name(), log, this);
    this.backfill = new BackfillWatch(time);
    SinkForm form = SinkForm.of(sink);
    this.lanes = new Lanes(form.strictOrder() ? 1 : sink.writesAtOnce(), config.batch().maxLines());
    LaneWriter writer = new LaneWriter(name, form, pacing, meters, condition, time, proof);
    BackfillShare share = new BackfillShare(config.replay().backfillShare());
    Batcher inTurn =
        new Batcher(
            feed,
            form,
            lanes,
            config.batch(),
            cursor.thins() ? line -> line : cursor.ahead()::inTurn,
            portion,
            thinner(),
            meters::late);
    this.pipe =
        new BatchPipe(
            inTurn,
            writer,
            (lines, behind) -> form.begin(log, lines, behind),
            lanes,
            form.pipelines(),
            share::wroteBackfill);
    boolean liveFirstIsWanted = portion == null && !cursor.thins() && config.replay().liveFirst();
    this.liveFirst =
        new LiveFirst(
            name,
            () -> liveFirstIsWanted && form.takesAhead(log),
            config.writesOnce(),
            feed,
            cursor,
            pipe,
            share,
            (tail, took) -> {
              long since = tail.committed();
              return new BatchPipe(
                  new Batcher(
                      tail, form, lanes, config.batch(), line -> line, null, null, meters::late),
                  writer,
                  (lines, behind) -> SinkForm.begun(form.writeAhead(log, since, lines)),
                  lanes,
                  false,
                  took);
            },
            meters);
  }

  /** Thins from the committed position on, where the sink has rules. */
  private @Nullable Thinner thinner() {
    return cursor.thins() ? new Thinner(thin, cursor.thinState()) : null;
  }

  /** The durable totals. With {@link #pending()} they add up to what the log offered. */
  public SinkTotals ledger() {
    return cursor.committed();
  }

  /** The durable totals beside the log's own count of what it offered. */
  public SinkBalance balance() {
    return cursor.balance();
  }

  /** Readings synced in the log and not in {@link #ledger()} yet, those in open windows too. */
  public long pending() {
    return feed.pendingUnits() + cursor.held();
  }

  /** Bytes of the log that are not in {@link #ledger()} yet. */
  public long pendingBytes() {
    return feed.pendingBytes();
  }

  /** The state of the drain and its store. */
  public Condition condition() {
    return condition.condition();
  }

  /**
   * Why this machine does not keep how far the store is, or "". The store goes on; but the log
   * keeps what it has, and the next start sends that again.
   */
  public String uncommitted() {
    return cursor.uncommitted();
  }

  /** Seconds until the next write is tried, or {@code null} where no retry is pending. */
  public @Nullable Double nextTrySeconds() {
    return isHeldUp() ? pacing.waitSeconds() : null;
  }

  /**
   * Seconds for which the records that wait behind those sent first have not become fewer although
   * the store accepts writes; 0 where none wait.
   */
  public double backfillStuckSeconds() {
    return backfill.stuckSeconds();
  }

  /** The circuit breaker: 0 closed, 1 half-open, 2 open. */
  public int breakerState() {
    return pacing.breakerState();
  }

  /**
   * For how long the oldest reading being written has waited, seconds; 0 where none is. It came to
   * the log when it was received, or later, where it was replayed: but not before the drain had
   * nothing to do.
   */
  public double lagSeconds() {
    long oldest = pipe.inflight().oldestReceiveNs();
    if (oldest == 0) {
      return 0;
    }
    Long idle = idleAtNs;
    long atMost = idle == null ? Long.MAX_VALUE : time.elapsedNs() - idle;
    return Math.max(0, Math.min(time.wallNs() - oldest, atMost)) / 1e9;
  }

  /** Why the logs were named anew for this sink, while it is news; else "". */
  public String news() {
    return sink instanceof StreamSink stream ? stream.news() : "";
  }

  /** Starts the threads. */
  public void start(Threads threads) {
    WriteThreads writes = new WriteThreads(threads, "write-" + name, lanes);
    thread = threads.start("drain-" + name, () -> run(writes));
  }

  /**
   * Drains on while the store accepts writes, for at most this long, commits, and ends. A write
   * still under way then is not waited for; its lines stay in the log.
   *
   * @return whether all that the log held is settled
   */
  public boolean stop(Duration grace) {
    requestStop(grace);
    Thread drain = thread;
    if (drain != null) {
      LockSupport.unpark(drain);
      try {
        drain.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    return feed.pendingUnits() == 0;
  }

  /** Asks for a stop and does not wait for it. A stepped drain is then stepped until it ends. */
  public void requestStop(Duration grace) {
    stopBy = time.elapsedNs() + grace.toNanos();
  }

  /** Whether the drain has ended after a request to stop. */
  public boolean hasEnded() {
    return ended;
  }

  /**
   * One turn on the caller's thread, writes included, for a drain that was not started. Never
   * waits.
   *
   * @return nanoseconds after which another step can do more
   */
  public long step() {
    return step(Runnable::run);
  }

  /**
   * One turn on the caller's thread, with the writes wherever and whenever the executor runs them.
   *
   * @return nanoseconds after which another step can do more
   */
  public long step(Executor writes) {
    try {
      watch();
      long wait = turn(writes);
      if (cursor.commitWhenDue()) {
        boolean runs = liveFirst.isBackfilling() && condition.condition().isWell();
        backfill.note(runs ? feed.pendingBytes() : 0);
      }
      if (pipe.isEmpty() && cursor.position() <= feed.committed()) {
        condition.nothingHeld();
      }
      return wait;
    } catch (IOException e) {
      condition.held(e);
      ended = isPastStop();
      return LONGEST_PAUSE_NS;
    }
  }

  private void run(WriteThreads writes) {
    try (writes) {
      while (!ended) {
        pause(step(writes));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      condition.failed("interrupted");
    } catch (RuntimeException | Error e) {
      LOG.error("Drain {} ended because of a bug; its readings stay in the log", name, e);
      condition.failed(Failure.inWords(e));
    }
  }

  private void pause(long ns) throws InterruptedException {
    long bounded = Math.min(ns, LONGEST_PAUSE_NS);
    if (bounded <= 0 || ended) {
      return;
    }
    List<CompletableFuture<?>> answers = new ArrayList<>(pipe.inflight().awaited());
    answers.addAll(liveFirst.answers());
    if (!answers.isEmpty()) {
      awaitOneOf(answers, bounded);
    } else if (pipe.isEmpty()) {
      feed.await(bounded);
    } else {
      LockSupport.parkNanos(bounded);
    }
  }

  private static void awaitOneOf(List<CompletableFuture<?>> answers, long timeoutNs)
      throws InterruptedException {
    try {
      CompletableFuture.anyOf(answers.toArray(CompletableFuture[]::new))
          .get(timeoutNs, TimeUnit.NANOSECONDS);
    } catch (TimeoutException | ExecutionException e) {
      return; // the next step looks itself
    }
  }

  private void watch() {
    if (time.elapsedNs() - watchAtNs >= 0) {
      watchAtNs = time.elapsedNs() + WATCH_EVERY_NS;
      condition.watched(fault());
    }
  }

  private String fault() {
    try {
      return sink.fault();
    } catch (RuntimeException e) { // a fault of the sink: to the drain, a store that fails
      LOG.error("Sink {} threw an exception, which a sink must not do", name, e);
      return Failure.inWords(e);
    }
  }

  private long turn(Executor writes) throws IOException {
    pipe.takeAnswers();
    settle();
    boolean stopping = stopBy != null;
    if (portion != null && !holdsItsShare(portion)) {
      return stopping && isPastStop() ? end() : LONGEST_PAUSE_NS;
    }
    long untilLive =
        liveFirst.turn(condition.condition().state(), stopping, time.elapsedNs(), writes);
    return Math.min(inTurn(stopping, writes), untilLive);
  }

  /**
   * Begins again where another part is ours; {@code false} while writes of before are under way.
   */
  private boolean holdsItsShare(Portion of) throws IOException {
    Portion.Share now = of.share();
    if (now.equals(share)) {
      return true;
    }
    if (pipe.inflight().areWriting()) {
      return false;
    }
    share = now;
    long from = cursor.beginAgain(now);
    pipe.beginAgain(from, now, thinner());
    return true;
  }

  /** Says how far our part is settled. */
  private void say(Portion of, long completeToNs, boolean isAtEnd) {
    Portion.Share held = share;
    if (held != null) {
      long settledNs = isAtEnd ? completeToNs : Portion.NOTHING;
      of.settled(held, cursor.position(), Math.max(settledNs, cursor.positionNs()));
    }
  }

  /** Reads and writes in the order of the log. */
  private long inTurn(boolean stopping, Executor writes) throws IOException {
    long completeToNs = portion == null ? 0 : portion.completeToNs();
    boolean more = liveFirst.allowsReading() && pipe.read(time.elapsedNs());
    if (portion != null) {
      say(portion, completeToNs, !more && pipe.isEmpty());
    }
    if (!more && pipe.isEmpty() && !liveFirst.isBackfilling()) {
      idleAtNs = time.elapsedNs();
    }
    if (pipe.inflight().isEmpty() && more) {
      return 0;
    }
    if (pipe.isEmpty() && stopping) {
      return end();
    }
    long wait = pipe.begin(time.elapsedNs(), stopping);
    if (wait > 0) {
      return Math.min(wait, LONGEST_PAUSE_NS);
    }
    boolean writing = pipe.inflight().areWriting();
    if (!writing && isOverLag()) {
      pipe.inflight().oldest().giveUp();
    }
    if (pipe.inflight().oldest().isDone()) {
      return 0;
    }
    if (stopping && (isPastStop() || (isHeldUp() && !writing))) {
      return end();
    }
    wait = liveFirst.allowsBacklog() ? pipe.write(writes) : LONGEST_PAUSE_NS;
    return more ? 0 : Math.min(wait, LONGEST_PAUSE_NS);
  }

  /** Sets refused lines aside, and settles the batches that are done, in order. */
  private void settle() throws IOException {
    pipe.inflight().setAside(rejects);
    BatchInFlight done = pipe.inflight().takeDone();
    while (done != null) {
      cursor.settle(done);
      meters.stored(done.linesStored());
      done = pipe.inflight().takeDone();
    }
    cursor.ahead().done(cursor.position(), liveFirst.isBackfilling());
  }

  private boolean isOverLag() {
    boolean mayBe = maxLag > 0 && feed.pendingBytes() > maxLag;
    // what is settled is no lag, also where others or the disk let nobody count it so
    return mayBe && cursor.commitSettled() && feed.pendingBytes() > maxLag;
  }

  private boolean isPastStop() {
    Long by = stopBy;
    return by != null && time.elapsedNs() - by >= 0;
  }

  private boolean isHeldUp() {
    return !condition.condition().isWell();
  }

  private long end() throws IOException {
    liveFirst.close();
    cursor.commit();
    ended = true;
    return 0;
  }
}
