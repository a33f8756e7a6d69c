package io.weir.gateway.efficiency;

import io.weir.gateway.correction.CorrectionLog;
import io.weir.gateway.correction.Entry;
import io.weir.gateway.correction.RecomputeAsked;
import io.weir.gateway.efficiency.calendar.ShiftCalendar;
import io.weir.gateway.efficiency.codec.StateFormat;
import io.weir.gateway.efficiency.config.EfficiencyConfig;
import io.weir.gateway.efficiency.figure.EfficiencySnapshot;
import io.weir.gateway.efficiency.figure.FiguresLog;
import io.weir.gateway.efficiency.signal.FoldMemory;
import io.weir.gateway.log.Feed;
import io.weir.gateway.log.Time;
import io.weir.gateway.model.Ahead;
import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Failure;
import io.weir.gateway.model.Follower;
import io.weir.gateway.model.LargeMessages;
import io.weir.gateway.model.MemoryBudget;
import io.weir.gateway.model.MessageCodec;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the log {@code readings}, folds it ({@link Fold}) and appends the figures to the log
 * {@code figures}. All of it runs on the thread {@code efficiency}, except {@link #snapshot},
 * {@link #fault}, {@link #pending}, {@link #edge}, {@link #retire}, {@link #use}, {@link
 * #efficiency} and {@link #close}. Follows the log {@code corrections} too.
 *
 * <p>Now and then, in this order: it appends figures, syncs them, and commits the cursor with the
 * bytes of the fold. After a crash in between, the same rows are written again and replace
 * themselves. When a log fails, it goes back to the last commit and tries again.
 *
 * <p>What was written after the last commit is not in the state. So after each start, the rows of
 * all buckets that had begun before it get a revision above all that were given ({@link
 * FiguresBook}).
 *
 * <p>The fold knows no clock. This thread gives it the time, and only when all received readings
 * are folded: each second it writes the rows that are due, each minute the provisional rows of
 * silent machines. The figures of a time from which there are readings depend on neither.
 */
public final class EfficiencyConsumer implements Follower.Work, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(EfficiencyConsumer.class);

  /** No reading is that far ahead of its receive time, so the clock was ahead when it came. */
  private static final long AHEAD_NS = TimeUnit.DAYS.toNanos(1);

  /** So long it must be so: just after a start of the machine it may be behind. */
  private static final long AHEAD_FOR_NS = TimeUnit.MINUTES.toNanos(10);

  private static final long SECOND = 1_000_000_000L;

  /** As often as what is shown changes. */
  private static final long CORRECTED_EVERY_NS = SECOND / 2;

  private final MemoryBudget budget;
  private final LiveSnapshot shown;
  private final Feed feed;
  private final Ahead ahead;
  private final CorrectionLog corrections;
  private final FiguresLog figures;
  private final FiguresBook book;
  private final FigureMessages messages;
  private final Time time;
  private final long commitEveryNs;
  private final MessageCodec codec = new MessageCodec();

  private Fold fold;
  private boolean begun;

  /** Records may be taken again whose rows were written before, up to the end of the log. */
  private boolean repeats;

  private long next;

  /** When the newest record that was taken was received; 0 before one was. */
  private long receivedNs;

  /** Whether all that was received was taken. */
  private boolean atEnd;

  /** Up to which receive time all is folded; 0 where it is not known yet. */
  private long asOfNs;

  private long committedAt;
  private long flushedAt;
  private long tickedMinute;
  private long correctedAt;
  private long committedCorrection;
  private CorrectionLog.Entries entries;

  /** Where the newest shift of each asset that was made again is kept; nowhere at first. */
  private volatile @Nullable ShiftsMadeAgain madeAgain;

  private volatile EfficiencyConfig efficiency;
  private volatile String fault = "";
  private volatile Predicate<String> hears = source -> true;
  private volatile LongConsumer foldedTo = receivedNs -> {};
  private volatile BooleanSupplier knowsAll = () -> true;
  private volatile LongSupplier lastReceived = () -> 0;

  /** Elapsed time since which machines are ahead of what is received; {@code null} if none is. */
  private @Nullable Long aheadSince;

  private record Retiring(Asset machine, CompletableFuture<Retired> answer) {}

  private record Changing(EfficiencyConfig to, CompletableFuture<Remade> answer) {}

  private final Queue<Changing> changes = new ConcurrentLinkedQueue<>();
  private final Queue<Retiring> retiring = new ConcurrentLinkedQueue<>();
  private final Queue<CompletableFuture<Edge>> questions = new ConcurrentLinkedQueue<>();
  private final Follower follower;

  /**
   * @param budget how many machines may have figures
   * @param book of revisions and of spans to be folded again
   * @param commitEvery how often the figures are synced and saved with their position
   * @throws IOException if the log of corrections cannot be read
   * @throws IllegalArgumentException if the committed state has an unknown format
   */
  public EfficiencyConsumer(
      EfficiencyConfig efficiency,
      MemoryBudget budget,
      Feed feed,
      CorrectionLog corrections,
      FiguresLog figures,
      FiguresBook book,
      Time time,
      Duration commitEvery)
      throws IOException {
    this.efficiency = efficiency;
    this.budget = budget;
    this.feed = feed;
    ahead = new Ahead(feed, (series, count) -> fold.look(series, count));
    this.corrections = corrections;
    this.figures = figures;
    this.book = book;
    messages = new FigureMessages(figures, time);
    this.time = time;
    this.commitEveryNs = commitEvery.toNanos();
    shown = new LiveSnapshot(time, EfficiencySnapshot.empty(efficiency.targetOee()));
    fold = restored();
    entries = remembered();
    next = feed.committed();
    committedAt = time.elapsedNs();
    correctedAt = committedAt;
    flushedAt = committedAt;
    follower = new Follower("efficiency", "the figures", feed, time, this);
  }

  private Fold restored() {
    byte[] state = feed.state();
    begun = state.length > 0 && !StateFormat.isOlder(state[0]);
    repeats = book.highest() > 0;
    return begun ? decoded(state) : anew();
  }

  private Fold anew() {
    Fold made = new Fold(efficiency, FoldMemory.of(budget));
    if (revision() > 0) {
      made.mayStand(revision());
    }
    return bounded(made);
  }

  private Fold decoded(byte[] state) {
    return bounded(Fold.decode(state, efficiency, FoldMemory.of(budget), revision()));
  }

  /** Higher than all that were ever given; 0 where none was. */
  private long revision() {
    return book.highest() > 0 ? book.highest() + 1 : 0;
  }

  /** What the book says of its rows. */
  private Fold bounded(Fold made) {
    if (!repeats) {
      made.mayStandOnlyBefore(time.wallNs());
    }
    made.giveUp(book.givenUpTo());
    return made;
  }

  /** Gives the fold the corrections that its state has. */
  private CorrectionLog.Entries remembered() throws IOException {
    if (fold.nextCorrection() > corrections.end()) {
      LOG.warn(
          "The figures have corrections up to {}, of which the log of corrections knows no more;"
              + " those of the log hold",
          fold.nextCorrection());
      fold.forgetCorrections();
    }
    committedCorrection = fold.nextCorrection();
    if (fold.nextCorrection() > 0) {
      try (CorrectionLog.Entries known = corrections.from(0)) {
        for (Entry entry = known.next();
            entry != null && entry.id() < fold.nextCorrection();
            entry = known.next()) {
          fold.remember(entry);
        }
      }
      fold.remembered();
    }
    return corrections.from(fold.nextCorrection());
  }

  /** Gives a fold of the past the corrections before an id. For any thread. */
  void correct(Fold again, long before) throws IOException {
    try (CorrectionLog.Entries all = corrections.from(0)) {
      for (Entry entry = all.next(); entry != null && entry.id() < before; entry = all.next()) {
        again.correct(entry);
      }
    }
  }

  /** How many machines the bytes of a cursor of the figures know; 0 where they know none. */
  public static long machinesIn(byte[] state) {
    return FoldCodec.machines(state);
  }

  /** How to find out which sources are connected now, by name; without it all are. */
  public void hears(Predicate<String> sources) {
    hears = sources;
  }

  /**
   * Who is told, by the thread that folds, that all rows of the readings which were received up to
   * a time are in the log of figures.
   */
  public void committed(LongConsumer to) {
    foldedTo = to;
  }

  /**
   * Whether a machine of which nothing comes is silent; else it is we who are cut off, and others
   * know better.
   */
  public void knowsAll(BooleanSupplier isKnown) {
    knowsAll = isKnown;
  }

  /** When the last message was received, as its clock says now; 0 where none was. */
  public void lastReceived(LongSupplier given) {
    lastReceived = given;
  }

  /** What runs this: on a thread, or step by step. */
  public Follower follower() {
    return follower;
  }

  /**
   * The factory, for somebody who looks at it: as it was at most half a second ago, or a few times
   * as long as it takes to go through all machines. After ten seconds in which nobody looked, the
   * first one may be a hundred times as old. For any thread.
   */
  public EfficiencySnapshot snapshot() {
    return shown.asked();
  }

  /** The same for what counts in it, which makes none newer; for any thread. */
  public EfficiencySnapshot lastSnapshot() {
    return shown.newest();
  }

  /** Where it is kept which shifts were made again; the last one is shown so. */
  public void keeps(ShiftsMadeAgain shifts) {
    madeAgain = shifts;
  }

  private Map<Asset, EfficiencySnapshot.ShiftFigures> shownAgain() {
    ShiftsMadeAgain kept = madeAgain;
    return kept == null ? Map.of() : kept.all();
  }

  /** Shifts were made again: from now on the last one is shown so. For any thread. */
  void madeAgain(Map<Asset, EfficiencySnapshot.ShiftFigures> shifts) throws IOException {
    ShiftsMadeAgain kept = madeAgain;
    if (kept != null) {
      kept.keep(shifts);
    }
  }

  /** Why no figures are being written, as text for people; "" while they are. */
  public String fault() {
    return fault;
  }

  /** Readings in the log that are not yet in committed figures; for any thread. */
  public long pending() {
    return feed.pendingUnits();
  }

  /**
   * Where the live figures are, after all that they have written so far is durable. The rows of
   * lines, areas and sites before it are given up: what changes there is noted in the book. For any
   * thread; answered by the one that folds.
   */
  CompletableFuture<Edge> edge() {
    CompletableFuture<Edge> asked = new CompletableFuture<>();
    questions.add(asked);
    return asked;
  }

  /**
   * Forgets a machine that will send nothing more under this name, such as one that was renamed.
   * For any thread; answered by the one that folds, once it is durable.
   */
  public CompletableFuture<Retired> retire(Asset machine) {
    CompletableFuture<Retired> answer = new CompletableFuture<>();
    retiring.add(new Retiring(machine, answer));
    return answer;
  }

  private void retireNext() throws IOException {
    Retiring asked = retiring.peek();
    if (asked != null) {
      Retired outcome = fold.retire(asked.machine);
      commit();
      if (outcome == Retired.DONE) {
        feed.commit(next, fold.encode()); // also where no record came since
        LOG.info("{} was retired: it is no longer expected", asked.machine.path());
      }
      retiring.remove();
      asked.answer.complete(outcome);
    }
  }

  /** The configuration of which the figures are; for any thread. */
  public EfficiencyConfig efficiency() {
    return efficiency;
  }

  /**
   * Makes the figures with another configuration from the next reading on, as if the gateway were
   * started again with it. For any thread; answered by the one that folds, once it is durable, with
   * what of the past is made again because of it.
   */
  public CompletableFuture<Remade> use(EfficiencyConfig next) {
    CompletableFuture<Remade> answer = new CompletableFuture<>();
    changes.add(new Changing(next, answer));
    return answer;
  }

  /**
   * Goes through the bytes of the state, as a start does: so both do the same. All that was written
   * is durable before, and nothing is folded between. What fails for the disk is done once more.
   */
  private void changeNext() throws IOException {
    Changing asked = changes.peek();
    if (asked == null) {
      return;
    }
    commit();
    byte[] state = fold.encode();
    EfficiencyConfig before = efficiency;
    try {
      begin(asked.to, state);
    } catch (RuntimeException e) {
      LOG.error("The figures go on with the former configuration: program fault", e);
      begin(before, state);
      changes.remove();
      asked.answer.completeExceptionally(e);
      return;
    }
    Remade again = fold.marks();
    commit();
    feed.commit(next, fold.encode()); // also where no record came since
    shown.make(this::view);
    changes.remove();
    asked.answer.complete(again);
  }

  private void begin(EfficiencyConfig with, byte[] state) throws IOException {
    efficiency = with;
    fold = new Fold(with); // the former one leaves the heap before the next one is read
    fold = decoded(state);
    entries.close();
    entries = remembered();
  }

  /** Stops the thread after its current step, commits, and closes the feed. */
  @Override
  public void close() throws IOException {
    try {
      follower.close();
    } finally {
      entries.close();
    }
  }

  @Override
  public void resume() throws IOException {
    entries.close();
    fold = restored();
    entries = remembered();
    next = feed.committed();
    feed.seek(next);
  }

  @Override
  public void finish() throws IOException {
    commit();
  }

  @Override
  public void failed(Throwable failure) {
    fault = Failure.inWords(failure);
  }

  /** While figures wait for the stores, the readings wait in their log. */
  @Override
  public boolean isHeldBack() {
    return figures.isBehind();
  }

  /** Folds one record, if there is one, and does what is due by the clock. */
  @Override
  public boolean step() throws IOException {
    boolean heldBack = isHeldBack();
    long askedNs = time.wallNs();
    Feed.Entry entry = heldBack ? null : ahead.next();
    atEnd = entry == null && !heldBack;
    if (atEnd) {
      asOfNs = askedNs;
    }
    if (entry != null) {
      take(entry);
    } else if (repeats && !heldBack) {
      repeats = false;
      fold.mayStandOnlyBefore(time.wallNs());
    }
    long now = time.elapsedNs();
    if (now - correctedAt >= CORRECTED_EVERY_NS) {
      correctedAt = now;
      correct();
    }
    if (atEnd && now - flushedAt >= SECOND) {
      flushedAt = now;
      live();
    }
    if (!heldBack) { // what waits is no silence
      shown.makeIfDue(this::view);
    }
    changeNext();
    retireNext();
    CompletableFuture<Edge> asked = questions.peek();
    if (asked != null) {
      correct();
      fold.flush(); // what these rows say now is written before they are made again
      commit();
      Edge edge = fold.edge(time.wallNs(), next);
      book.giveUp(edge.levelsTo());
      fold.giveUp(edge.levelsTo());
      questions.remove();
      asked.complete(edge);
    } else if (now - committedAt >= commitEveryNs) {
      commit();
    } else if (fold.rows() >= FigureMessages.READINGS) {
      append();
    }
    return entry != null;
  }

  private EfficiencySnapshot view() {
    fold.hears(hears);
    long wall = time.wallNs();
    return fold.snapshot(wall).asOf(atEnd ? wall : receivedNs).with(shownAgain());
  }

  private void take(Feed.Entry entry) {
    if (!begun && entry.offset() > 0) {
      LOG.warn(
          "No usable state of the figures (lost, or of an older version): figures start again at"
              + " record {}",
          entry.offset());
      fold.beginsAt(entry.receiveTimeNs());
    }
    begun = true;
    next = entry.offset() + 1;
    receivedNs = entry.receiveTimeNs();
    asOfNs = receivedNs;
    try (LargeMessages.Turn turn = LargeMessages.turn(entry.payload().remaining())) {
      fold.accept(codec.decodeWithoutTopic(entry.payload()));
    } catch (IllegalArgumentException e) {
      LOG.error("Record {} cannot be read and is in no figure: {}", entry.offset(), e.toString());
    }
  }

  /** Takes the corrections that were made since. */
  private void correct() throws IOException {
    for (Entry entry = entries.next(); entry != null; entry = entries.next()) {
      if (entry instanceof RecomputeAsked asked && !corrections.isOwn(asked)) {
        book.add(
            List.of(new RecomputeSpan(asked.asset(), true, asked.from(), asked.to(), 0, true)));
      }
      fold.correct(entry);
    }
  }

  private void live() throws IOException {
    fold.flush();
    long wall = time.wallNs();
    long minute = Math.floorDiv(wall, ShiftCalendar.MINUTE);
    if (minute != tickedMinute && knowsAll.getAsBoolean()) {
      tickedMinute = minute;
      if (!begun && next > 0) {
        fold.beginsAt(wall); // the state was lost, and all records with it
        begun = true;
      }
      fold.hears(hears);
      lookAhead();
      fold.tick(wall);
      fold.flushLines();
    }
    append();
  }

  /**
   * Where the clock was ahead and went back, machines would take nothing until it is there again.
   */
  private void lookAhead() {
    long received = lastReceived.getAsLong();
    long now = time.elapsedNs();
    if (received == 0 || !fold.isBeyond(received + AHEAD_NS)) {
      aheadSince = null;
    } else if (aheadSince == null) {
      aheadSince = now;
    } else if (now - aheadSince >= AHEAD_FOR_NS) {
      LOG.warn("Machines have readings more than a day ahead of the clock; they begin again");
      fold.beginAgain(received + AHEAD_NS, received);
      aheadSince = null;
    }
  }

  /** Figures first, then the position: after a crash in between the same rows are written again. */
  private void commit() throws IOException {
    committedAt = time.elapsedNs();
    fold.flushLines();
    append();
    messages.sync();
    foldedTo.accept(asOfNs);
    book.add(fold.takeMarks()); // first: after a crash in between, the same are noted again
    boolean corrected = fold.nextCorrection() != committedCorrection;
    if (next != feed.committed() || corrected || fold.hasNewNamed()) {
      feed.commit(next, fold.encode());
      committedCorrection = fold.nextCorrection();
    }
    fault = "";
  }

  private void append() throws IOException {
    book.reach(fold.highestRevision()); // first, so that no row has a revision that is not known
    messages.append(fold.takeRows());
  }
}
