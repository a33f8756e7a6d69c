package io.weir.gateway.efficiency;

import io.weir.gateway.log.Feed;
import io.weir.gateway.log.LoopThread;
import io.weir.gateway.log.Threads;
import io.weir.gateway.log.Time;
import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Failure;
import io.weir.gateway.model.LargeMessages;
import io.weir.gateway.model.MemoryBudget;
import io.weir.gateway.model.Message;
import io.weir.gateway.model.MessageCodec;
import io.weir.gateway.model.Reading;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Folds spans of the past again from the log of readings, and writes their rows once more with a
 * higher revision: spans that a person asked for at once, those that the live figures noted each
 * hour. Runs the thread {@code recompute}; a gateway without threads calls {@link #step} instead.
 *
 * <p>It shares nothing that changes with the live figures but the {@link FiguresBook}. It asks them
 * where they are ({@link Edge}), reads the log up to there, from a day before the span on so that
 * states and counters are known, and writes only what the live figures have finished. What was
 * still open then stays in the book. A span leaves the book after its rows are durable, so a crash
 * only means that it is folded once more, with a still higher revision.
 */
public final class Recompute implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Recompute.class);

  private static final long HOUR = ShiftCalendar.HOUR;

  /** What is folded before a span, so that it begins with the right states and counters. */
  private static final long BEFORE = 24 * HOUR;

  /** The least of it, where the log does not have more. */
  private static final long LEAST_BEFORE = HOUR;

  /** What is folded behind a span and the allowed lateness, so that all in it is finished. */
  private static final long BEHIND = 2 * HOUR;

  /** Spans farther from each other are folded one after the other. */
  private static final long NEAR = 48 * HOUR;

  private static final long RETRY_NS = 60 * ShiftCalendar.SECOND;
  private static final long SHORT_NS = 200_000_000L;
  private static final long NOW = 0;
  private static final int RECORDS_OF_A_STEP = 500;
  private static final int RECORDS_OF_A_FLUSH = 20;
  private static final int LATE_READINGS_OF_MACHINE = 200;
  private static final int STORE_TRIES = 3;
  private static final int MOST_REQUESTS = 50;

  /** How far a request is. */
  public enum State {
    /** It waits for its turn. */
    WAITING,
    /** Its span is being folded. */
    RUNNING,
    /** All that is finished of its span was written; the rest follows each hour. */
    DONE,
    /** The log has nothing of its span any more. */
    REFUSED;

    boolean isEnded() {
      return this == DONE || this == REFUSED;
    }
  }

  /**
   * What somebody asked for.
   *
   * @param asset the path of a machine, line, area or site; "" for all
   * @param detail what was left out and why; "" for nothing
   * @param rows readings written so far
   * @param origin from where its readings came: {@code log}, {@code store} for both, "" if unknown
   * @param notGivenBack what the store cannot give back, where it was read
   */
  public record Request(
      long id,
      String asset,
      long from,
      long to,
      State state,
      double share,
      long rows,
      String detail,
      String origin,
      List<String> notGivenBack) {

    private Request at(
        State state, double share, long rows, String detail, String origin, List<String> missing) {
      return new Request(id, asset, from, to, state, share, rows, detail, origin, missing);
    }
  }

  private enum Phase {
    IDLE,
    ASKS,
    COLLECTS,
    READS_STORE,
    FOLDS
  }

  private final MemoryBudget budget;
  private final ReadingsLog log;
  private final FiguresLog figures;
  private final FiguresBook book;
  private final EfficiencyConsumer live;
  private final History history;
  private final Stores stores;
  private final Time time;
  private final MessageCodec codec = new MessageCodec();
  private final FigureMessages messages;
  private final LoopThread thread = new LoopThread("recompute");
  private volatile boolean stopping;

  private final List<Request> requests = new ArrayList<>(); // guarded by itself
  private long lastId; // guarded by requests

  // Owned by the thread, or by the caller of step().
  private Phase phase = Phase.IDLE;
  private long hourlyAt;
  private long retryAt;
  private @Nullable CompletableFuture<Edge> asked;
  private @Nullable Edge edge;
  private @Nullable Run run;
  private EfficiencyConfig efficiency;
  private ShiftCalendar calendar;

  /** Which store is asked, how often it was asked in vain, and why others are not. */
  private int storeIndex;

  private int storeTries;
  private final List<String> storeFaults = new ArrayList<>();

  /** One pass of folding. */
  private static final class Run {
    final List<RecomputeSpan> spans;
    final long from;
    final long until;
    final LateReadings late;
    Feed feed;
    @Nullable Fold fold;
    final @Nullable StoredReadings store;

    /** Readings before come from the store, others from the log. */
    final long cut;

    /** The offset of the first record that was received at the cut or later. */
    long cutOffset = -1;

    StoredReadings.@Nullable Pages pages;
    boolean needsLog = true;
    long firstOffset = -1;
    boolean begun;
    long missing;
    long begin;
    long count;
    long rows;

    Run(
        List<RecomputeSpan> spans,
        long from,
        long until,
        LateReadings late,
        Feed feed,
        @Nullable StoredReadings store,
        long cut) {
      this.store = store;
      this.cut = cut;
      this.spans = spans;
      this.from = from;
      this.until = until;
      this.late = late;
      this.feed = feed;
    }
  }

  /**
   * @param figures used by this alone; says when it should wait for the stores
   * @param history the stops that stand, to take back those that are none
   * @param stores what is asked for readings that the log no longer has
   */
  public Recompute(
      MemoryBudget budget,
      ReadingsLog log,
      FiguresLog figures,
      FiguresBook book,
      EfficiencyConsumer live,
      History history,
      Stores stores,
      Time time) {
    this.budget = budget;
    this.log = log;
    this.figures = figures;
    this.book = book;
    this.live = live;
    this.history = history;
    this.stores = stores;
    this.time = time;
    efficiency = live.efficiency();
    calendar = new ShiftCalendar(efficiency.zone(), efficiency.calendar());
    messages = new FigureMessages(figures, time);
    hourlyAt = time.elapsedNs() + HOUR;
    retryAt = time.elapsedNs();
  }

  // ---- requests, on any thread

  /**
   * Asks for a span to be folded again. It is durable when this returns.
   *
   * @param asset a machine, line, area or site; {@link Asset#NONE} for all
   * @param to not after now
   * @return its number
   * @throws IOException if it could not be saved
   */
  public long ask(Asset asset, long from, long to) throws IOException {
    book.add(List.of(new RecomputeSpan(asset, true, from, to, 0, true)));
    synchronized (requests) {
      long id = ++lastId;
      String path = asset.equals(Asset.NONE) ? "" : asset.path();
      requests.add(new Request(id, path, from, to, State.WAITING, 0, 0, "", "", List.of()));
      if (requests.size() > MOST_REQUESTS) {
        requests.remove(0);
      }
      thread.unpark();
      return id;
    }
  }

  /** The last requests since the start, the oldest first. */
  public List<Request> requests() {
    synchronized (requests) {
      return List.copyOf(requests);
    }
  }

  /** The sinks that keep a former value beside the one that replaces it. */
  public List<String> keepingBoth() {
    return stores.keepingBoth();
  }

  /** Spans that wait to be folded again, those that nobody asked for too. */
  public int waiting() {
    return book.spans().size();
  }

  private void report(Run of, State state, double share, String detail) {
    boolean stored = of.store != null;
    report(
        of.spans,
        state,
        share,
        of.rows,
        detail,
        stored ? "store" : "log",
        stored ? Stores.NOT_GIVEN_BACK : List.of());
  }

  private void report(
      List<RecomputeSpan> spans,
      State state,
      double share,
      long rows,
      String detail,
      String origin,
      List<String> missing) {
    synchronized (requests) {
      requests.replaceAll(
          each ->
              !each.state.isEnded() && isOf(each, spans)
                  ? each.at(state, share, rows, detail, origin, missing)
                  : each);
    }
  }

  private static boolean isOf(Request request, List<RecomputeSpan> spans) {
    return spans.stream()
        .anyMatch(
            span ->
                span.asked()
                    && span.from() <= request.from
                    && request.to <= span.to()
                    && request.asset.equals(
                        span.asset().equals(Asset.NONE) ? "" : span.asset().path()));
  }

  // ---- the thread

  public void start(Threads threads) {
    thread.start(threads, this::loop);
  }

  private void loop() {
    while (!stopping) {
      long wait = turn();
      if (wait > 0 && !stopping) {
        LockSupport.parkNanos(wait);
      }
    }
    drop();
  }

  /**
   * Does a part of the work, on the caller's thread. Never waits.
   *
   * @return nanoseconds after which another step can do more
   */
  public long step() {
    thread.checkNotStarted();
    return stopping ? SHORT_NS : turn();
  }

  private long turn() {
    if (time.elapsedNs() - retryAt < 0) {
      return SHORT_NS;
    }
    followConfiguration();
    try {
      return switch (phase) {
        case IDLE -> idle();
        case ASKS -> asks();
        case COLLECTS -> collect();
        case READS_STORE -> readStore();
        case FOLDS -> fold();
      };
    } catch (IOException e) {
      LOG.warn("Figures could not be made again; trying again in a minute", e);
      Run failed = run;
      if (failed != null) {
        report(failed, State.WAITING, 0, Failure.inWords(e) + "; tried again in a minute");
      }
      drop();
      retryAt = time.elapsedNs() + RETRY_NS;
      return SHORT_NS;
    }
  }

  /** Begins again with what the live figures are made with, where that has changed. */
  @SuppressWarnings("ReferenceEquality") // to compare all of it at each turn would cost
  private void followConfiguration() {
    EfficiencyConfig now = live.efficiency();
    if (now == efficiency) {
      return;
    }
    efficiency = now;
    calendar = new ShiftCalendar(efficiency.zone(), efficiency.calendar());
    Run former = run;
    if (former != null) {
      report(former, State.WAITING, 0, "begins again with the changed configuration");
    }
    drop();
  }

  /** Ends what runs; its spans are still in the book. */
  private void drop() {
    Run ended = run;
    if (ended != null) {
      try {
        ended.feed.close();
      } catch (IOException e) {
        LOG.debug("A reading of the log could not be closed", e);
      }
    }
    run = null;
    asked = null;
    edge = null;
    phase = Phase.IDLE;
  }

  private long idle() {
    boolean hourly = time.elapsedNs() - hourlyAt >= 0;
    if (book.spans().stream().noneMatch(span -> hourly || span.asked())) {
      hourlyAt = hourly ? time.elapsedNs() + HOUR : hourlyAt;
      return SHORT_NS;
    }
    asked = live.edge();
    phase = Phase.ASKS;
    return NOW;
  }

  private long asks() throws IOException {
    CompletableFuture<Edge> answer = asked;
    if (answer == null || !answer.isDone()) {
      return SHORT_NS / 10;
    }
    Edge at = answer.join();
    edge = at;
    boolean hourly = time.elapsedNs() - hourlyAt >= 0;
    List<RecomputeSpan> due = new ArrayList<>();
    for (RecomputeSpan span : book.spans()) {
      if ((hourly || span.asked()) && isDue(span, at.closedTo(span))) {
        due.add(span);
      }
    }
    due.sort(Comparator.comparingLong(RecomputeSpan::from));
    if (due.isEmpty()) {
      putOff(at);
      hourlyAt = hourly ? time.elapsedNs() + HOUR : hourlyAt;
      drop();
      return SHORT_NS;
    }
    List<RecomputeSpan> near = new ArrayList<>();
    long to = Long.MIN_VALUE;
    for (RecomputeSpan span : due) {
      if (near.isEmpty() || span.from() <= to + NEAR) {
        near.add(span);
        to = Math.max(to, span.to());
      }
    }
    begin(near, Math.min(end(to), at.levelsTo()));
    return NOW;
  }

  /** What somebody asked for and of which all is still open: it follows each hour. */
  private void putOff(Edge at) throws IOException {
    for (RecomputeSpan span : book.spans()) {
      if (span.asked()) {
        report(
            List.of(span),
            State.DONE,
            1,
            0,
            "all of it is still open; it is made again when it has ended",
            "",
            List.of());
        book.done(List.of(span), List.of(span.doneTo(Math.min(at.levelsTo(), span.from()))));
      }
    }
  }

  /** Whether a bucket of a span has been finished since the span was last folded. */
  private boolean isDue(RecomputeSpan span, long closedTo) {
    for (BucketKind kind : BucketKind.values()) {
      for (long instant :
          new long[] {span.from(), Math.max(span.from(), span.doneTo()), span.to() - 1}) {
        if (instant >= span.to()) {
          continue;
        }
        long end = Buckets.key(calendar, kind, instant).end();
        if (end >= span.doneTo() && end < closedTo) {
          return true;
        }
      }
    }
    return false;
  }

  private long begin(long from) {
    return Math.min(
        calendar.day(from).start(), Buckets.key(calendar, BucketKind.SHIFT, from).start());
  }

  private long end(long to) {
    return Math.max(
        calendar.day(to - 1).end(), Buckets.key(calendar, BucketKind.SHIFT, to - 1).end());
  }

  private void begin(List<RecomputeSpan> spans, long until) throws IOException {
    long from = Long.MAX_VALUE;
    for (RecomputeSpan span : spans) {
      from = Math.min(from, begin(Math.max(span.from(), span.doneTo() - 1)));
    }
    long lateness = efficiency.allowedLateness().toNanos();
    long most = Math.max(50_000, (long) LATE_READINGS_OF_MACHINE * budget.machines());
    long to = until + lateness + BEHIND;
    LateReadings late = new LateReadings(lateness, from - BEFORE, to, most);
    Feed.Entry oldest = oldest(from);
    StoredReadings store = null;
    long cut = Again.NO_STORE;
    if (oldest == null || isLater(oldest, from)) {
      store = store(spans);
    }
    if (store != null) {
      cut = oldest == null ? to : Math.min(to, oldest.receiveTimeNs() + LEAST_BEFORE);
    }
    Run begun = new Run(spans, from, until, late, log.receivedFrom(from - BEFORE), store, cut);
    begun.cutOffset = oldest == null || cut < to ? -1 : oldest.offset();
    begun.needsLog = cut < to;
    run = begun;
    phase = Phase.COLLECTS;
  }

  /** The first record that a pass over the log would find. */
  private Feed.@Nullable Entry oldest(long from) throws IOException {
    try (Feed feed = log.receivedFrom(from - BEFORE)) {
      return feed.next();
    }
  }

  /** Whether the log does not have all from an instant on, and the least before. */
  private static boolean isLater(Feed.Entry oldest, long from) {
    return oldest.offset() > 0 && oldest.receiveTimeNs() > from - LEAST_BEFORE;
  }

  /** The store that is to be asked; nobody waits for what is only noted. */
  private @Nullable StoredReadings store(List<RecomputeSpan> spans) {
    boolean asked = spans.stream().anyMatch(RecomputeSpan::asked);
    return asked && storeIndex < stores.readable().size()
        ? stores.readable().get(storeIndex)
        : null;
  }

  private @Nullable Message next(Run of, Edge at) throws IOException {
    Feed.Entry entry = of.feed.next();
    if (entry == null || entry.offset() >= at.next()) {
      return null;
    }
    if (of.firstOffset < 0) {
      of.firstOffset = entry.offset();
      of.begin = of.from;
      if (isLater(entry, of.from)) {
        of.begin = entry.receiveTimeNs() + LEAST_BEFORE;
      }
    }
    if (!of.begun && entry.offset() != of.firstOffset) {
      throw new IOException("the oldest readings were deleted meanwhile");
    }
    of.begun = true;
    if (of.cutOffset < 0 && entry.receiveTimeNs() >= of.cut) {
      of.cutOffset = entry.offset();
    }
    of.missing += entry.dropped() + entry.corrupt();
    of.count = entry.offset() - of.firstOffset;
    try (LargeMessages.Turn turn = LargeMessages.turn(entry.payload().remaining())) {
      return codec.decode(entry.payload());
    } catch (IllegalArgumentException e) {
      LOG.warn("Record {} cannot be read and is in no figure: {}", entry.offset(), e.toString());
      return NOTHING;
    }
  }

  private static final Message NOTHING =
      new Message("", "", 0, 0, 0, 0, 0, 0, List.of(), List.of(), new byte[0]);

  private double share(Run of, Edge at) {
    long all = Math.max(1, at.next() - Math.max(0, of.firstOffset));
    return Math.min(1, (double) of.count / all) / 2;
  }

  private long collect() throws IOException {
    Run now = running();
    Edge at = edge();
    for (int i = 0; i < RECORDS_OF_A_STEP; i++) {
      Message message = now.needsLog ? next(now, at) : null;
      if (message == null) {
        return collected(now, at);
      }
      if (!now.late.collect(message)) {
        return shorten(now);
      }
    }
    report(now, State.RUNNING, share(now, at), "");
    return NOW;
  }

  /** More late readings than fit: a shorter span is folded first. */
  private long shorten(Run now) throws IOException {
    long until = begin(now.from + (now.until - now.from) / 2);
    now.feed.close();
    if (until <= now.from) {
      refuse(now, "it has more late readings in a day than the heap holds");
      return NOW;
    }
    begin(now.spans, until);
    return NOW;
  }

  private void refuse(Run now, String why) throws IOException {
    LOG.warn("Figures from {} on are not made again: {}", instant(now.spans.get(0).from()), why);
    report(now, State.REFUSED, 1, (String.join("", storeFaults) + why).strip());
    forgetStores();
    List<@Nullable RecomputeSpan> left = new ArrayList<>();
    now.spans.forEach(span -> left.add(null));
    book.done(now.spans, left);
    drop();
  }

  private static Instant instant(long nanos) {
    return Instant.ofEpochSecond(0, nanos);
  }

  private long collected(Run now, Edge at) throws IOException {
    if (now.store != null) {
      return askStore(now, at, now.store);
    }
    if (now.firstOffset < 0 || now.begin >= last(now)) {
      refuse(now, "the log of readings does not go back that far");
      return NOW;
    }
    now.fold = folds(now, at);
    readLogAgain(now);
    return NOW;
  }

  private static long last(Run now) {
    return now.spans.stream().mapToLong(RecomputeSpan::to).max().orElse(now.until);
  }

  private Fold folds(Run now, Edge at) throws IOException {
    Again again =
        new Again(
            book.next(), now.spans, now.begin, at.closed(), at.levelsTo(), now.until, now.cut);
    Fold made = new Fold(efficiency, FoldMemory.of(budget), again);
    live.correct(made);
    return made;
  }

  private void readLogAgain(Run now) throws IOException {
    now.late.sort();
    now.feed.close();
    now.feed = log.receivedFrom(now.from - BEFORE);
    now.begun = false;
    now.missing = 0;
    phase = Phase.FOLDS;
  }

  // ---- what the log no longer has

  private long askStore(Run now, Edge at, StoredReadings store) {
    if (store.hasBelow() < (now.cutOffset < 0 ? at.next() : now.cutOffset)) {
      return storeFailed(now, store, "it has not received all of that time yet");
    }
    now.pages =
        store.read(
            efficiency.signalMetrics(),
            FigureRows.MEASUREMENTS,
            site(now.spans),
            now.from - BEFORE,
            now.cut);
    report(now, State.RUNNING, 0, "asks store " + store.name());
    phase = Phase.READS_STORE;
    return NOW;
  }

  /** The one site that all spans are of, or {@code null}. */
  private static @Nullable String site(List<RecomputeSpan> spans) {
    String site = spans.get(0).asset().site();
    return site != null && spans.stream().allMatch(span -> site.equals(span.asset().site()))
        ? site
        : null;
  }

  private long readStore() throws IOException {
    Run now = running();
    Edge at = edge();
    StoredReadings store = now.store;
    StoredReadings.Pages pages = now.pages;
    if (store == null || pages == null) {
      throw new IllegalStateException("no store is asked");
    }
    if (figures.isBehind()) {
      report(now, State.RUNNING, 0, "waits for the stores");
      return SHORT_NS;
    }
    List<Reading> readings;
    try {
      readings = pages.next();
    } catch (IOException e) {
      LOG.debug("Store {} gives no readings back", store.name(), e);
      return storeFailed(now, store, Failure.inWords(e));
    }
    Fold fold = now.fold;
    if (fold == null) {
      long first = readings.isEmpty() ? Long.MAX_VALUE : readings.get(0).timeNs();
      now.begin = first > now.from - LEAST_BEFORE ? first + LEAST_BEFORE : now.from;
      if (readings.isEmpty() || now.begin >= last(now)) {
        return withoutStore(store, "it has no readings of that time");
      }
      fold = folds(now, at);
      now.fold = fold;
    }
    for (Reading reading : readings) {
      fold.accept(reading, reading.timeNs());
    }
    if (!readings.isEmpty()) {
      fold.flushLinesAgain();
      write(now, fold);
      double done = readings.get(0).timeNs() - (now.from - BEFORE);
      report(now, State.RUNNING, 0.5 * done / (now.cut - (now.from - BEFORE)), "");
    } else if (now.needsLog) {
      readLogAgain(now);
    } else {
      end(now, fold, at);
    }
    return NOW;
  }

  /** Asks again in a minute; after some tries, the next one. */
  private long storeFailed(Run now, StoredReadings store, String why) {
    if (++storeTries >= STORE_TRIES) {
      return withoutStore(store, why);
    }
    LOG.warn(
        "Figures are not made again from store {} now; it is asked again in a minute: {}",
        store.name(),
        why);
    report(
        now, State.WAITING, 0, "store " + store.name() + ": " + why + "; asked again in a minute");
    drop();
    retryAt = time.elapsedNs() + RETRY_NS;
    return SHORT_NS;
  }

  /** Begins again without this store. */
  private long withoutStore(StoredReadings store, String why) {
    LOG.warn("Figures are not made again from store {}: {}", store.name(), why);
    storeFaults.add("Store " + store.name() + ": " + why + ". ");
    storeIndex++;
    storeTries = 0;
    drop();
    return NOW;
  }

  private void end(Run now, Fold fold, Edge at) throws IOException {
    fold.endAgain(now.until, history);
    write(now, fold);
    messages.sync();
    finish(now, at);
  }

  private long fold() throws IOException {
    Run now = running();
    Edge at = edge();
    Fold fold = now.fold;
    if (fold == null) {
      throw new IllegalStateException("there is no fold in this phase");
    }
    if (figures.isBehind()) {
      report(now, State.RUNNING, 0.5 + share(now, at), "waits for the stores");
      return SHORT_NS;
    }
    for (int i = 0; i < RECORDS_OF_A_STEP; i++) {
      Message message = next(now, at);
      if (message == null) {
        end(now, fold, at);
        return NOW;
      }
      fold.hear(message);
      now.late.give(
          message,
          (reading, received) -> {
            if (reading.timeNs() >= now.cut) { // what is before came from the store
              fold.accept(reading, received);
            }
          });
      if (i % RECORDS_OF_A_FLUSH == 0 && fold.rows() >= FigureMessages.READINGS) {
        write(now, fold);
      }
    }
    fold.flushLinesAgain();
    write(now, fold);
    report(now, State.RUNNING, 0.5 + share(now, at), "");
    return NOW;
  }

  private void write(Run now, Fold fold) throws IOException {
    now.rows += fold.rows();
    messages.append(fold.takeRows());
  }

  /** Which stops that are none any more could not be taken back. */
  private String staleStops(Run now) {
    long known = time.wallNs() - History.KEPT;
    return now.begin >= known
        ? ""
        : "Stops of before "
            + instant(known)
            + " that are none any more stay in the stores: older ones are not remembered. ";
  }

  private void finish(Run now, Edge at) throws IOException {
    long doneTo = Math.min(now.until, at.levelsTo());
    List<@Nullable RecomputeSpan> left = new ArrayList<>();
    List<RecomputeSpan> ofSilent = new ArrayList<>();
    boolean all = true;
    for (RecomputeSpan span : now.spans) {
      long closed = at.closedTo(span);
      boolean whole = end(span.to()) < closed && end(span.to()) <= now.until;
      boolean again = now.until < Math.min(end(span.to()), closed);
      RecomputeSpan rest = span.doneTo(Math.min(now.until, closed));
      ofSilent.addAll(at.stillOpen(span, doneTo));
      left.add(whole ? null : again && span.asked() ? rest.ask() : rest);
      all &= whole;
    }
    book.add(ofSilent); // first: after a crash in between, all is folded once more
    book.done(now.spans, left);
    Fold fold = now.fold;
    if (fold != null) {
      live.madeAgain(fold.shiftsAgain());
    }
    StoredReadings store = now.store;
    String detail =
        String.join("", storeFaults)
            + (store == null
                ? ""
                : "Readings before " + instant(now.cut) + " came from store " + store.name() + ". ")
            + (now.begin > now.from
                ? (store == null ? "the log of readings" : "what the store has")
                    + " begins at "
                    + instant(now.begin - LEAST_BEFORE)
                    + ": what began before "
                    + instant(now.begin)
                    + " stays as it is. "
                : "")
            + staleStops(now)
            + (now.missing == 0
                ? ""
                : now.missing
                    + " readings of it are missing, because space ended or files are damaged. ")
            + (all ? "" : "What was open at " + instant(doneTo) + " follows when it has ended.");
    report(now, State.DONE, 1, detail.strip());
    LOG.info(
        "Figures from {} to {} were made again: {} readings of figures",
        instant(now.begin),
        instant(now.until),
        now.rows);
    forgetStores();
    drop();
  }

  private void forgetStores() {
    storeIndex = 0;
    storeTries = 0;
    storeFaults.clear();
  }

  private Run running() {
    Run now = run;
    if (now == null) {
      throw new IllegalStateException("nothing is being folded");
    }
    return now;
  }

  private Edge edge() {
    Edge at = edge;
    if (at == null) {
      throw new IllegalStateException("the live figures were not asked");
    }
    return at;
  }

  /** Stops after the current part, and waits for the thread. What was not ended begins again. */
  @Override
  public void close() {
    stopping = true;
    if (thread.isStarted()) {
      thread.unpark();
      thread.join();
    } else {
      drop();
    }
  }
}
