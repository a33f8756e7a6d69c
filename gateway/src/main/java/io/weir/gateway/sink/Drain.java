package io.weir.gateway.sink;

import io.micrometer.core.instrument.MeterRegistry;
import io.weir.gateway.log.Feed;
import io.weir.gateway.log.Time;
import io.weir.gateway.sink.Condition.State;
import io.weir.gateway.sink.Sink.Answer;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries one log to one sink: reads records, makes batches of lines, writes them one after the
 * other, and moves the cursor once the store has answered and what it refused is safe in the
 * quarantine. So what is below the cursor is stored, set aside with a reason, or given up by a
 * policy and counted, whatever crashes in between; what is above it is sent again, which does no
 * harm.
 *
 * <p>One thread, {@code drain-<sink>-<log>}, owns all of its state. Two more, {@code
 * write-<sink>-<log>}, do nothing but wait in {@link Sink#write}, so that the next batch is made
 * while one is under way. Large batches go in two lanes, each series always in the same one and
 * each lane one write after the other, so lines of a series cannot overtake each other. A lane that
 * is done with a batch goes on with the next; batches are settled in order. A test steps all on its
 * own thread with {@link #step()}.
 *
 * <p>A store that is away, busy or refuses the gateway holds back this drain only, for as long as
 * it takes. The caller opens and closes feed and sink.
 */
public final class Drain {

  private static final Logger LOG = LoggerFactory.getLogger(Drain.class);
  private static final long COMMIT_EVERY_NS = TimeUnit.SECONDS.toNanos(1);
  private static final long LONGEST_PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(100);
  private static final long REMIND_EVERY_NS = TimeUnit.MINUTES.toNanos(10);

  private final String name;
  private final Feed feed;
  private final Sink sink;
  private final Rejects rejects;
  private final long maxLag;
  private final Time time;
  private final DrainMeters meters;
  private final Batcher batcher;
  private final Pacing pacing;

  private final Deque<Round> rounds = new ArrayDeque<>(2);
  private final Deque<Rejection> toSetAside = new ArrayDeque<>();
  private List<OutboundLine> accepted = List.of();
  private boolean setAsideUnsynced;

  /** Counts up to the last batch settled. */
  private SinkTotals running;

  /** Counts at {@link #position}, the end of the last record that is settled whole. */
  private SinkTotals atPosition;

  private long position;
  private long committedAt;
  private long remindAt;
  private boolean ended;

  private volatile SinkTotals committed;
  private volatile Condition condition;
  private volatile long oldestReceiveNs;
  private volatile @Nullable Long stopBy;
  private @Nullable Thread thread;

  /** A write under way. */
  private record Flight(
      List<OutboundLine> lines, long startedAt, CompletableFuture<Answer> answer) {}

  /** A batch being written, in one lane or two. */
  private record Round(LineBatch batch, List<Lane> lanes) {
    boolean isDone() {
      return lanes.stream().allMatch(lane -> lane.settlement.isDone());
    }
  }

  /** A part of a batch that is written one piece after the other. */
  private static final class Lane {
    final BatchProgress settlement;
    @Nullable Flight flight;
    boolean repeating;

    Lane(BatchProgress settlement) {
      this.settlement = settlement;
    }
  }

  /**
   * @param log name of the log that the feed reads, for names of threads and meters
   * @param rejects where refused lines go
   */
  public Drain(
      SinkConfig config,
      Sink sink,
      String log,
      Feed feed,
      Rejects rejects,
      Time time,
      MeterRegistry registry) {
    this.name = sink.name() + "-" + log;
    this.feed = feed;
    this.sink = sink;
    this.rejects = rejects;
    this.maxLag = config.maxLag();
    this.time = time;
    this.batcher = new Batcher(feed, sink.dialect(), config.batch());
    this.pacing = new Pacing(name, time);
    this.running = SinkTotals.fromBytes(feed.state());
    this.atPosition = running;
    this.committed = running;
    this.position = feed.committed();
    this.committedAt = time.elapsedNs();
    this.condition = new Condition(State.UNKNOWN, "nothing written yet", time.wallNs());
    this.meters = new DrainMeters(registry, sink.name(), log, this);
  }

  /** The durable counts. With {@link #pending()} they add up to what the log offered. */
  public SinkTotals ledger() {
    return committed;
  }

  /** Readings synced in the log and not in {@link #ledger()} yet. */
  public long pending() {
    return feed.pendingUnits();
  }

  /** Bytes of the log that are not in {@link #ledger()} yet. */
  public long pendingBytes() {
    return feed.pendingBytes();
  }

  /** How it fares. */
  public Condition condition() {
    return condition;
  }

  /** Seconds until the next write is tried, or {@code null} where none is being waited for. */
  public @Nullable Double nextTrySeconds() {
    return isHeldUp() ? pacing.waitSeconds() : null;
  }

  /** The circuit breaker: 0 closed, 1 half-open, 2 open. */
  public int breakerState() {
    return pacing.breakerState();
  }

  /** Age of the oldest reading being written, seconds; 0 where nothing is. */
  public double lagSeconds() {
    long oldest = oldestReceiveNs;
    return oldest == 0 ? 0 : Math.max(0, (time.wallNs() - oldest) / 1e9);
  }

  /** Starts the threads. */
  public void start() {
    ExecutorService writer = Executors.newFixedThreadPool(2, task -> daemon(task, "write-" + name));
    Thread drain = daemon(() -> run(writer), "drain-" + name);
    thread = drain;
    drain.start();
  }

  private static Thread daemon(Runnable task, String name) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    return thread;
  }

  /**
   * Goes on for at most so long while the store takes lines, commits, and ends. A write still under
   * way then is left to itself; its lines stay in the log.
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

  void requestStop(Duration grace) {
    stopBy = time.elapsedNs() + grace.toNanos();
  }

  private void run(ExecutorService writer) {
    try {
      while (!ended) {
        pause(step(writer));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      become(State.FAILED, "interrupted");
    } catch (RuntimeException | Error e) {
      LOG.error("drain {} ended by a fault of the program; its readings stay in the log", name, e);
      become(State.FAILED, e.toString());
    } finally {
      writer.shutdown();
    }
  }

  private void pause(long ns) throws InterruptedException {
    long bounded = Math.min(ns, LONGEST_PAUSE_NS);
    if (bounded <= 0 || ended) {
      return;
    }
    if (inFlight()) {
      try {
        awaitFlights(bounded);
      } catch (TimeoutException | ExecutionException e) {
        return; // the next step looks itself
      }
    } else if (rounds.isEmpty() && batcher.isEmpty()) {
      feed.await(bounded);
    } else {
      LockSupport.parkNanos(bounded);
    }
  }

  private void awaitFlights(long ns)
      throws InterruptedException, TimeoutException, ExecutionException {
    CompletableFuture<?>[] answers =
        flights().map(flight -> flight.answer).toArray(CompletableFuture[]::new);
    CompletableFuture.anyOf(answers).get(ns, TimeUnit.NANOSECONDS);
  }

  private Stream<Flight> flights() {
    return rounds.stream()
        .flatMap(round -> round.lanes.stream())
        .map(lane -> lane.flight)
        .filter(Objects::nonNull);
  }

  private boolean inFlight() {
    return flights().findAny().isPresent();
  }

  /** One turn on the caller's thread, writes included. For tests. */
  long step() {
    return step(Runnable::run);
  }

  boolean hasEnded() {
    return ended;
  }

  /** One turn; never waits. Gives the nanoseconds after which another one can do more. */
  private long step(Executor writer) {
    try {
      long wait = turn(writer);
      if (position > feed.committed() && commitIsDue()) {
        commit();
      }
      return wait;
    } catch (IOException e) {
      become(State.HELD, e.toString());
      ended = pastStop();
      return LONGEST_PAUSE_NS;
    }
  }

  private long turn(Executor writer) throws IOException {
    for (Round round : rounds) {
      for (Lane lane : round.lanes) {
        if (lane.flight != null && lane.flight.answer.isDone()) {
          land(lane, lane.flight);
        }
      }
    }
    settle();
    boolean more = batcher.fill(time.elapsedNs());
    if (rounds.isEmpty()) {
      if (more) {
        return 0;
      }
      if (batcher.isEmpty() && stopBy != null) {
        end();
        return 0;
      }
      long wait = batcher.isEmpty() ? LONGEST_PAUSE_NS : batcher.waitNs(time.elapsedNs());
      if (wait > 0 && stopBy == null) {
        return wait;
      }
      begin(batcher.take());
    } else if (rounds.size() == 1 && rounds.getFirst().lanes.size() == 2 && batcher.isFull()) {
      begin(batcher.take());
    }
    if (!inFlight() && isOverLag()) {
      rounds.getFirst().lanes.forEach(lane -> lane.settlement.giveUp());
    }
    if (rounds.getFirst().isDone()) {
      return 0;
    }
    if (stopBy != null && (pastStop() || (isHeldUp() && !inFlight()))) {
      end();
      return 0;
    }
    long wait = launch(writer);
    return more ? 0 : wait;
  }

  private void begin(LineBatch batch) {
    toSetAside.addAll(batch.unwritable());
    List<Lane> lanes = new ArrayList<>(2);
    for (List<OutboundLine> lines : rounds.isEmpty() ? batch.lanes() : batch.twoLanes()) {
      lanes.add(new Lane(new BatchProgress(lines, accepted)));
    }
    rounds.addLast(new Round(batch, lanes));
    noteOldest();
  }

  private void noteOldest() {
    Round oldest = rounds.peekFirst();
    oldestReceiveNs =
        oldest == null || oldest.batch.lines().isEmpty()
            ? 0
            : oldest.batch.lines().get(0).origin().receiveTimeNs();
  }

  /** Launches each lane's next write, of the oldest batch in which the lane is not done. */
  private long launch(Executor writer) {
    for (int number = 0; number < 2; number++) {
      Lane lane = next(number);
      if (lane != null && lane.flight == null) {
        long wait = pacing.acquire();
        if (wait > 0) {
          return wait;
        }
        launch(lane, writer);
      }
    }
    return LONGEST_PAUSE_NS;
  }

  private @Nullable Lane next(int number) {
    for (Round round : rounds) {
      if (number < round.lanes.size() && !round.lanes.get(number).settlement.isDone()) {
        return round.lanes.get(number);
      }
    }
    return null;
  }

  private void launch(Lane lane, Executor writer) {
    List<OutboundLine> lines = lane.settlement.toWrite(batcher.ahead());
    List<String> texts = new ArrayList<>(lines.size());
    for (OutboundLine line : lines) {
      texts.add(line.text());
    }
    if (lane.repeating) {
      meters.repeated();
    }
    lane.flight =
        new Flight(
            lines,
            time.elapsedNs(),
            CompletableFuture.supplyAsync(() -> sink.write(texts), writer));
  }

  /** Takes the answer of a write that has come back. */
  private void land(Lane lane, Flight landed) {
    lane.flight = null;
    Answer answer;
    try {
      answer = landed.answer.join();
    } catch (
        RuntimeException e) { // a fault of the sink's: loud, and to the drain a store that fails
      LOG.error("sink {} failed in a way it should not", name, e);
      answer = new Answer.Down(e.toString());
    }
    long took = time.elapsedNs() - landed.startedAt;
    pacing.answered(answer, took);
    meters.written(answer, took);
    observe(answer);
    if (answer instanceof Answer.TooLarge && landed.lines.size() > 1) {
      int bytes = 0;
      for (OutboundLine line : landed.lines) {
        bytes += line.bytes() + 1;
      }
      batcher.shrink(bytes / 2);
    }
    lane.repeating = isRepeated(answer);
    lane.settlement.answered(answer);
    toSetAside.addAll(lane.settlement.takeRejections());
    if (!lane.settlement.accepted().isEmpty()) {
      accepted = lane.settlement.accepted();
    }
  }

  private static boolean isRepeated(Answer answer) {
    return answer instanceof Answer.Down
        || answer instanceof Answer.Busy
        || answer instanceof Answer.Misconfigured;
  }

  private void observe(Answer answer) {
    if (answer instanceof Answer.Down down) {
      become(State.DOWN, down.detail());
    } else if (answer instanceof Answer.Busy busy) {
      become(State.BUSY, busy.detail());
    } else if (answer instanceof Answer.Misconfigured misconfigured) {
      become(State.MISCONFIGURED, misconfigured.detail());
    } else {
      become(State.UP, "");
    }
  }

  /** Says it when the state changes, and from time to time while a person is needed. */
  private void become(State state, String detail) {
    Condition before = condition;
    boolean changed = before.state() != state;
    if (changed || !before.detail().equals(detail)) {
      condition = new Condition(state, detail, changed ? time.wallNs() : before.sinceWallNs());
    }
    long now = time.elapsedNs();
    if (!changed && (state == State.UP || now < remindAt)) {
      return;
    }
    remindAt = now + REMIND_EVERY_NS;
    switch (state) {
      case UP -> {
        if (before.state() != State.UNKNOWN) {
          LOG.info("sink {} takes lines again", name);
        }
      }
      case MISCONFIGURED ->
          LOG.error(
              "sink {} refuses this gateway: {}. Readings wait in the log until its configuration"
                  + " is mended",
              name,
              detail);
      case HELD, FAILED -> LOG.error("sink {} is held: {}", name, detail);
      default -> LOG.warn("sink {} is {}: {}", name, state == State.BUSY ? "busy" : "down", detail);
    }
  }

  /** Sets refused lines aside, and closes the batches that have come to an end, in order. */
  private void settle() throws IOException {
    setAside();
    while (!rounds.isEmpty() && rounds.getFirst().isDone()) {
      Round round = rounds.removeFirst();
      running = running.plus(round.batch.aside());
      for (Lane lane : round.lanes) {
        BatchProgress settlement = lane.settlement;
        running =
            running.plus(
                new SinkTotals(settlement.readingsStored(), 0, 0, settlement.readingsGivenUp(), 0));
        meters.stored(settlement.linesStored());
      }
      if (round.batch.next() != LineBatch.WITHIN_RECORD) {
        position = round.batch.next();
        atPosition = running;
      }
    }
    noteOldest();
  }

  private void setAside() throws IOException {
    for (Rejection rejection = toSetAside.peek();
        rejection != null;
        rejection = toSetAside.peek()) {
      rejects.reject(rejection);
      setAsideUnsynced = true;
      toSetAside.remove();
      running = running.plus(new SinkTotals(0, rejection.readings(), 0, 0, 0));
    }
  }

  private boolean isOverLag() {
    if (maxLag == 0 || feed.pendingBytes() <= maxLag) {
      return false;
    }
    commit(); // what is settled is no lag
    return feed.pendingBytes() > maxLag;
  }

  private boolean commitIsDue() {
    return time.elapsedNs() - committedAt >= COMMIT_EVERY_NS;
  }

  /** Data, then cursor, then memory. A failure is tried again at the next turn of the cadence. */
  private void commit() {
    if (position <= feed.committed()) {
      return;
    }
    committedAt = time.elapsedNs();
    try {
      if (setAsideUnsynced) {
        rejects.sync();
        setAsideUnsynced = false;
      }
      feed.commit(position, atPosition.toBytes());
      committed = atPosition;
    } catch (IOException e) {
      LOG.error("cursor of {} not moved, tried again: {}", name, e.toString());
    }
  }

  private boolean pastStop() {
    Long by = stopBy;
    return by != null && time.elapsedNs() - by >= 0;
  }

  private boolean isHeldUp() {
    return !condition.isWell();
  }

  private void end() {
    commit();
    ended = true;
  }
}
