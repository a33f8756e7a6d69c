package io.weir.gateway.efficiency;

import io.weir.gateway.correction.CorrectionLogs;
import io.weir.gateway.efficiency.calendar.ShiftCalendar;
import io.weir.gateway.efficiency.config.EfficiencyConfig;
import io.weir.gateway.efficiency.config.EfficiencyConfigBuilder;
import io.weir.gateway.efficiency.figure.FiguresLog;
import io.weir.gateway.log.Feed;
import io.weir.gateway.log.MemoryDisk;
import io.weir.gateway.model.MemoryBudget;
import io.weir.gateway.model.Message;
import io.weir.gateway.model.Reading;
import io.weir.gateway.model.Series;
import io.weir.gateway.model.Value;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A gateway's figures, from its log of readings to its store. */
final class RecomputedPlant extends PlantClock implements FiguresLog {
  private static final long SECOND = ShiftCalendar.SECOND;
  private static final long BEGIN = StoredRows.nanos("2026-03-02T00:00:00Z");
  private static final MemoryBudget BUDGET = MemoryBudget.of(1L << 30, 1 << 20);

  final MemoryLog log;
  final MemoryBook saved = new MemoryBook();
  final MemoryBook savedShifts = new MemoryBook();
  final MemoryDisk disk = new MemoryDisk(new Random(1));
  final StoredRows store = new StoredRows();
  final History history = new History(600 * SECOND);
  final Revisions revisions = new Revisions();
  private final Map<Row, String> origins = new HashMap<>();

  /** Which messages the log may give up. */
  Predicate<Message> givenUp = message -> true;

  /** Keeps what is written, where a test asks for it. */
  @Nullable LastWrites last;

  /** How often it steps: days in smaller steps cost more. */
  long stepNs = 300 * SECOND;

  EfficiencyConfig config;
  Stores stores = Stores.NONE;
  EfficiencyConsumer live;
  Recompute recompute;
  FiguresBook book;
  CorrectionLogs corrections;
  MemoryLog feed;
  int next;
  boolean fails;

  RecomputedPlant(EfficiencyConfigBuilder config, MemoryLog log) throws IOException {
    this(config, log, BEGIN);
  }

  RecomputedPlant(EfficiencyConfigBuilder config, MemoryLog log, long begin) throws IOException {
    now = begin;
    this.log = log;
    this.config = config.build();
    feed = log;
    start();
  }

  private void start() throws IOException {
    feed = feed.reopened();
    book = new FiguresBook(saved, false, now);
    corrections = CorrectionLogs.open(disk);
    live =
        new EfficiencyConsumer(
            config, BUDGET, feed, corrections.log(), this, book, this, Duration.ofMinutes(5));
    live.keeps(new ShiftsMadeAgain(savedShifts));
    recompute = new Recompute(BUDGET, readings(), this, book, live, history, stores, this);
  }

  /** Its log, as a recompute reads it. */
  private final class Readings implements ReadingsLog {

    @Override
    public Feed receivedFrom(long receivedNs) {
      MemoryLog read = new MemoryLog();
      read.records.addAll(feed.records);
      read.gone.or(log.gone);
      read.isDamage = log.isDamage;
      read.dropped = Math.max(log.dropped, feed.receivedBy(receivedNs));
      return read;
    }

    @Override
    public boolean mayGiveUp(Message message) {
      return givenUp.test(message);
    }
  }

  private record Row(Series series, long at) {}

  /** From what the rows of a span were made again, those that were. */
  Set<String> origins(long from, long to) {
    Set<String> of = new HashSet<>();
    origins.forEach(
        (row, origin) -> {
          if (row.at >= from && row.at < to) {
            of.add(origin);
          }
        });
    return of;
  }

  ReadingsLog readings() {
    return new Readings();
  }

  void restart(EfficiencyConfigBuilder changed) throws IOException {
    live.finish();
    config = changed.build();
    start();
  }

  void restart(EfficiencyConfigBuilder changed, Stores asked) throws IOException {
    stores = asked;
    restart(changed);
  }

  /** Takes another configuration while it runs. */
  void reload(EfficiencyConfigBuilder changed) throws IOException {
    config = changed.build();
    history.allow(config.allowedLateness());
    CompletableFuture<Remade> answer = live.use(config);
    live.step();
    answer.join();
  }

  /** The process is killed and starts again. */
  void crash() throws IOException {
    start();
  }

  /** Takes what arrives up to an instant. */
  void runTo(long end, List<Message> arrives) throws IOException {
    while (now < end) {
      while (next < arrives.size() && arrives.get(next).receiveTimeNs() <= now) {
        feed.add(arrives.get(next++));
      }
      while (live.step()) {
        // all that is there
      }
      now += stepNs;
    }
  }

  void recomputeAll() throws IOException {
    recomputeAll(0);
  }

  /** Seconds go by where it waits. */
  void recomputeAll(int seconds) throws IOException {
    for (int i = 0; i < 10_000; i++) {
      live.step();
      if (recompute.step() > 0 && isIdle()) {
        return;
      }
      now +=
          recompute.requests().stream().anyMatch(r -> r.state() == RecomputeRequests.State.WAITING)
              ? seconds * SECOND
              : 0;
    }
    throw new IllegalStateException("it does not end: " + recompute.requests());
  }

  private boolean isIdle() {
    return book.spans().stream().noneMatch(RecomputeSpan::asked)
        && recompute.requests().stream()
            .allMatch(r -> r.state() != RecomputeRequests.State.RUNNING);
  }

  @Override
  public boolean isBehind() {
    return false;
  }

  @Override
  public void append(Message message) throws IOException {
    if (fails) {
      throw new IOException("the disk failed");
    }
    for (Reading reading : message.readings()) {
      if (reading.metric().equals("origin")) {
        origins.put(
            new Row(reading.series(), reading.timeNs()), ((Value.Text) reading.value()).value());
      }
    }
    revisions.take(message);
    if (last != null) {
      last.write(message.readings());
    }
    store.write(message.readings());
    history.accept(message);
  }

  @Override
  public void sync() {
    // all is taken at once
  }
}
