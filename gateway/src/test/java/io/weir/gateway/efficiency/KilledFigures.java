package io.weir.gateway.efficiency;

import io.weir.gateway.correction.CorrectionLogs;
import io.weir.gateway.efficiency.calendar.ShiftCalendar;
import io.weir.gateway.efficiency.config.EfficiencyConfig;
import io.weir.gateway.efficiency.config.EfficiencyConfigBuilder;
import io.weir.gateway.efficiency.figure.FiguresLog;
import io.weir.gateway.log.Feed;
import io.weir.gateway.log.MemoryDisk;
import io.weir.gateway.model.Asset;
import io.weir.gateway.model.MemoryBudget;
import io.weir.gateway.model.Message;
import io.weir.gateway.model.Quality;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * What makes figures, killed at one of the operations by which it changes something durable: before
 * the operation, or after it. Of rows that were not synced a part is lost with the process.
 */
final class KilledFigures implements FiguresLog {

  /** The process was killed. */
  static final class Killed extends Error {
    private static final long serialVersionUID = 1;
  }

  private static final long SECOND = ShiftCalendar.SECOND;
  private static final long STEP = 5 * SECOND;
  private static final MemoryBudget BUDGET = MemoryBudget.of(1L << 30, 1 << 20);
  private static final List<String> MACHINES =
      List.of("s/a/l/m", "s/a/l/n", "s/a/l/o", "s/a/k/p", "s/b/j/q", "s/b/j/r");

  private final Random random;
  private final FoldScenario scenario = new FoldScenario(new EfficiencyConfigBuilder());
  private final MemoryBook saved = new MemoryBook();
  private final MemoryDisk disk = new MemoryDisk(new Random(1));
  private final History history = new History(600 * SECOND);
  private final long[] silentUntil = new long[MACHINES.size()];
  private final List<Message> unsynced = new ArrayList<>();
  private MemoryLog feed = new Positions();
  private EfficiencyConfig config = config(6, 14).build();
  private EfficiencyConsumer live;
  private Recompute recompute;

  final PlantClock clock = new PlantClock();
  final Revisions revisions = new Revisions();

  /** Operations since the start of the test. */
  int operations;

  /** The operation at which the process is killed. */
  int killedAt = Integer.MAX_VALUE;

  /** Records that are taken in five seconds, while there are any. */
  int pace = 1000;

  Duration commitEvery = Duration.ofSeconds(15);

  KilledFigures(Random random) throws IOException {
    this.random = random;
    start();
  }

  /** Two shifts; their change makes rows move. */
  static EfficiencyConfigBuilder config(int early, int late) {
    EfficiencyConfigBuilder config =
        new EfficiencyConfigBuilder()
            .shift("early", "%02d:00".formatted(early), "%02d:00".formatted(late))
            .shift("late", "%02d:00".formatted(late), "22:00");
    config.lines.add(new EfficiencyConfig.Line("s/a/l", List.of(), List.of("n"), null));
    return config;
  }

  private void operation() {
    operations++;
    if (operations == killedAt) {
      throw new Killed();
    }
  }

  /** A position that can be saved. */
  private final class Positions extends MemoryLog {
    @Override
    public MemoryLog reopened() {
      Positions again = new Positions();
      again.records.addAll(records);
      again.state = state;
      again.committed = committed;
      again.at = (int) committed;
      return again;
    }

    @Override
    public void commit(long next, byte[] bytes) {
      operation();
      super.commit(next, bytes);
      operation();
    }
  }

  @Override
  public boolean isBehind() {
    return false;
  }

  @Override
  public void append(Message message) {
    operation();
    unsynced.add(message);
    operation();
  }

  @Override
  public void sync() {
    operation();
    keep(unsynced.size());
    operation();
  }

  private void keep(int count) {
    unsynced.subList(0, count).forEach(revisions::take);
    unsynced.subList(0, count).forEach(history::accept);
    unsynced.clear();
  }

  private FiguresBook book() throws IOException {
    FiguresBook.Store store =
        new FiguresBook.Store() {
          @Override
          public Optional<byte[]> load() {
            return saved.load();
          }

          @Override
          public boolean isDamaged() {
            return saved.isDamaged();
          }

          @Override
          public void save(byte[] bytes) {
            operation();
            saved.save(bytes);
            operation();
          }
        };
    return new FiguresBook(store, false, clock.now);
  }

  private void start() throws IOException {
    FiguresBook book = book();
    live =
        new EfficiencyConsumer(
            config, BUDGET, feed, CorrectionLogs.open(disk).log(), this, book, clock, commitEvery);
    recompute = new Recompute(BUDGET, this::read, this, book, live, history, Stores.NONE, clock);
  }

  private Feed read(long receivedNs) {
    MemoryLog read = new MemoryLog();
    read.records.addAll(feed.records);
    return read;
  }

  /** The process is gone; a part of what it had not synced is there. */
  void restart() throws IOException {
    keep(random.nextInt(unsynced.size() + 1));
    killedAt = Integer.MAX_VALUE;
    feed = feed.reopened();
    start();
  }

  /** The calendar changes while it runs. */
  void use(EfficiencyConfigBuilder changed) {
    config = changed.build();
    live.use(config);
  }

  void recompute() throws IOException {
    recompute.ask(Asset.NONE, PlantClock.BEGIN, clock.now);
  }

  /** Runs for a while, or until it is killed; what comes goes on meanwhile. */
  void run(int seconds) throws IOException {
    long end = clock.now + seconds * SECOND;
    try {
      while (clock.now < end) {
        arrive();
        for (int i = 0; i < pace && live.step(); i++) {
          recompute.step();
        }
        recompute.step();
        clock.now += STEP;
      }
    } catch (Killed e) {
      restart();
      clock.now += STEP;
    }
  }

  private void arrive() {
    for (int i = 0; i < MACHINES.size(); i++) {
      if (random.nextInt(60) == 0) {
        silentUntil[i] = clock.now + random.nextInt(400) * SECOND;
      }
      if (clock.now < silentUntil[i] && random.nextInt(20) > 0) {
        continue;
      }
      // a reading of now, one more of the same instant, or one of some minutes before
      send(MACHINES.get(i), clock.now);
      if (random.nextInt(4) == 0) {
        send(
            MACHINES.get(i), clock.now - (random.nextBoolean() ? 0 : random.nextInt(500)) * SECOND);
      }
    }
  }

  private void send(String machine, long time) {
    long made = (time - PlantClock.BEGIN) / SECOND;
    feed.add(
        scenario.message(
            machine,
            time,
            clock.now,
            Quality.GOOD,
            "state",
            random.nextInt(3) == 0 ? "DOWN" : "RUNNING",
            "total",
            made,
            "reject",
            made / 20 + random.nextInt(2)));
  }
}
