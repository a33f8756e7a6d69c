package io.weir.gateway.efficiency;

import io.weir.gateway.efficiency.calendar.Calendars;
import io.weir.gateway.efficiency.calendar.ShiftCalendar;
import io.weir.gateway.efficiency.config.EfficiencyConfig;
import io.weir.gateway.efficiency.figure.BucketKey;
import io.weir.gateway.efficiency.figure.BucketKind;
import io.weir.gateway.efficiency.figure.FiguresLog;
import io.weir.gateway.log.Feed;
import io.weir.gateway.log.LoopThread;
import io.weir.gateway.log.Threads;
import io.weir.gateway.log.Time;
import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Failure;
import io.weir.gateway.model.MemoryBudget;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Folds spans of the past again from the log of readings, and writes their rows once more with a
 * higher revision: those that a person asked for, or has said something of, at once; what the live
 * figures noted otherwise, each hour. Runs the thread {@code recompute}; a gateway without threads
 * calls {@link #step} instead.
 *
 * <p>It shares nothing that changes with the live figures but the {@link FiguresBook}. It asks them
 * where they are ({@link Edge}), reads the log up to there, from a day before the span on at the
 * latest so that states and counters are known, and writes only what the live figures have
 * finished. What was still open then stays in the book. A span leaves the book after its rows are
 * durable, so a crash only means that it is folded once more, with a still higher revision.
 */
public final class Recompute implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Recompute.class);

  private static final long HOUR = ShiftCalendar.HOUR;

  /** Spans farther from each other are folded one after the other. */
  private static final long NEAR = 48 * HOUR;

  private static final long RETRY_NS = 60 * ShiftCalendar.SECOND;
  private static final long SHORT_NS = 200_000_000L;
  private static final long NOW = 0;
  private final RecomputeRun.Parts parts;
  private final FiguresBook book;
  private final EfficiencyConsumer live;
  private final RecomputeStores stores;
  private final RecomputeRequests requests = new RecomputeRequests();
  private final Time time;
  private final LoopThread thread = new LoopThread("recompute");
  private volatile boolean stopping;

  // Owned by the thread, or by the caller of step().
  private long hourlyAt;
  private long retryAt;
  private @Nullable CompletableFuture<Edge> asked;

  /** The spans that were noted before the live figures were asked where they are. */
  private List<RecomputeSpan> noted = List.of();

  private @Nullable RecomputeRun run;
  private EfficiencyConfig efficiency;
  private Calendars calendars;

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
    this.book = book;
    this.live = live;
    this.stores = new RecomputeStores(stores);
    this.time = time;
    parts =
        new RecomputeRun.Parts(
            budget, log, figures, new FigureMessages(figures, time), book, live, history);
    efficiency = live.efficiency();
    calendars = new Calendars(efficiency);
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
    RecomputeSpan span = new RecomputeSpan(asset, true, from, to, 0, true);
    book.add(List.of(span));
    long id = requests.add(asset, span.from(), span.to());
    thread.unpark();
    return id;
  }

  /** What began before cannot be made again from a log of readings. */
  public static Instant reachesBackTo(ReadingsLog log, Time time) throws IOException {
    try (Feed found = log.receivedFrom(0)) {
      Feed.Entry oldest = found.next();
      if (oldest == null) {
        return RecomputeRun.instant(time.wallNs());
      }
      return oldest.offset() == 0
          ? Instant.MIN
          : RecomputeRun.instant(oldest.receiveTimeNs() + RecomputeRun.LEAST_BEFORE);
    }
  }

  /** The last requests since the start, the oldest first. */
  public List<RecomputeRequests.Request> requests() {
    return requests.list();
  }

  /** The sinks that keep a former value beside the one that replaces it. */
  public List<String> keepingBoth() {
    return stores.keepingBoth();
  }

  /** Spans that wait to be folded again, those that nobody asked for too. */
  public int waiting() {
    return book.spans().size();
  }

  /** Whether one of them is to be folded again at once. */
  public boolean isAsked() {
    return book.spans().stream().anyMatch(RecomputeSpan::asked);
  }

  private void report(RecomputeRun of, RecomputeRequests.State state, double share, String detail) {
    requests.report(of.spans(), of.course(state, share, detail));
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
      RecomputeRun now = run;
      if (now != null) {
        return follow(now, now.step());
      }
      return asked == null ? idle() : asks(asked);
    } catch (IOException e) {
      LOG.warn("Figures could not be made again; trying again in a minute", e);
      RecomputeRun failed = run;
      if (failed != null) {
        report(
            failed,
            RecomputeRequests.State.WAITING,
            0,
            Failure.inWords(e) + "; tried again in a minute");
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
    calendars = new Calendars(efficiency);
    RecomputeRun former = run;
    if (former != null) {
      report(
          former,
          RecomputeRequests.State.WAITING,
          0,
          "begins again with the changed configuration");
    }
    drop();
  }

  /** Ends what runs; its spans are still in the book. */
  private void drop() {
    RecomputeRun ended = run;
    if (ended != null) {
      ended.close();
    }
    run = null;
    asked = null;
  }

  private long idle() {
    boolean hourly = time.elapsedNs() - hourlyAt >= 0;
    noted = book.spans();
    if (noted.stream().noneMatch(span -> hourly || span.asked())) {
      hourlyAt = hourly ? time.elapsedNs() + HOUR : hourlyAt;
      return SHORT_NS;
    }
    asked = live.edge();
    return NOW;
  }

  private long asks(CompletableFuture<Edge> answer) throws IOException {
    if (!answer.isDone()) {
      return SHORT_NS / 10;
    }
    Edge at = answer.join();
    boolean hourly = time.elapsedNs() - hourlyAt >= 0;
    List<RecomputeSpan> due = new ArrayList<>();
    for (RecomputeSpan span : noted) {
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
    begin(near, Math.min(end(Asset.NONE, to), at.levelsTo()), at);
    return NOW;
  }

  /** What somebody asked for and of which all is still open: it follows each hour. */
  private void putOff(Edge at) throws IOException {
    for (RecomputeSpan span : noted) {
      if (span.asked()) {
        boolean unknown = isUnknown(span, Set.of());
        if (!unknown) {
          requests.report(
              List.of(span),
              RecomputeRequests.Course.unread(
                  RecomputeRequests.State.DONE,
                  1,
                  "all of it is still open; it is made again when it has ended"));
        }
        List<@Nullable RecomputeSpan> later = new ArrayList<>();
        later.add(unknown ? null : span.doneTo(Math.min(at.levelsTo(), span.from())));
        book.done(List.of(span), later, List.of());
      }
    }
  }

  /**
   * Whether somebody asked for an asset of which no machine is known; then it says so.
   *
   * @param found machines of which there are readings near the span
   */
  private boolean isUnknown(RecomputeSpan span, Set<Asset> found) {
    if (!span.asked()
        || span.asset().equals(Asset.NONE)
        || found.stream().anyMatch(span::selects)
        || parts.history().machines().stream().anyMatch(span::selects)) {
      return false;
    }
    requests.report(
        List.of(span),
        RecomputeRequests.Course.unread(
            RecomputeRequests.State.REFUSED,
            1,
            "no machine of "
                + span.asset().place()
                + " is known, and none sent readings in that time"));
    return true;
  }

  /**
   * Whether a bucket of a span has been finished since the span was last folded, or, after all
   * buckets, its last state.
   */
  private boolean isDue(RecomputeSpan span, Edge.Closed closed) {
    if (hasAllBuckets(span)) {
      return span.to() <= closed.states();
    }
    for (ShiftCalendar calendar : calendars.within(span.asset())) {
      for (BucketKind kind : BucketKind.values()) {
        for (long instant :
            new long[] {span.from(), Math.max(span.from(), span.doneTo()), span.to() - 1}) {
          if (instant >= span.to()) {
            continue;
          }
          long end = BucketKey.at(calendar, kind, instant).end();
          if (end >= span.doneTo() && end < closed.buckets()) {
            return true;
          }
        }
      }
    }
    return false;
  }

  /** Whether only states are left of it: one had begun in it that went on. */
  private boolean hasAllBuckets(RecomputeSpan span) {
    return end(span.asset(), span.to()) < span.doneTo();
  }

  /** The begin of all days and shifts that hold an instant, in the calendar of any line. */
  private long begin(long from) {
    long begin = Long.MAX_VALUE;
    for (ShiftCalendar calendar : calendars.all()) {
      long shift = BucketKey.at(calendar, BucketKind.SHIFT, from).start();
      begin = Math.min(begin, Math.min(calendar.day(from).start(), shift));
    }
    return begin;
  }

  /** The end of all days and shifts that hold the instant before, of the lines of an asset. */
  private long end(Asset asset, long to) {
    long end = Long.MIN_VALUE;
    for (ShiftCalendar calendar : calendars.within(asset)) {
      long shift = BucketKey.at(calendar, BucketKind.SHIFT, to - 1).end();
      end = Math.max(end, Math.max(calendar.day(to - 1).end(), shift));
    }
    return end;
  }

  private void begin(List<RecomputeSpan> spans, long until, Edge at) throws IOException {
    long from = Long.MAX_VALUE;
    Map<Asset, List<RecomputeSpan>> before = new HashMap<>();
    for (RecomputeSpan span : spans) {
      long first = addStopsThatReachInto(span, before);
      long since = hasAllBuckets(span) ? first : Math.max(first, span.doneTo() - 1);
      from = Math.min(from, begin(since));
    }
    run = new RecomputeRun(parts, efficiency, spans, before, from, until, at, stores.of(spans));
  }

  /**
   * Adds the time before a span in which a machine of it stood that stands when the span begins:
   * how long a stop lasts is in the row of its begin, and whether it was a micro-stop is in all
   * figures of its time.
   *
   * @return the first instant of it, or of the span
   */
  private long addStopsThatReachInto(RecomputeSpan span, Map<Asset, List<RecomputeSpan>> before) {
    long first = span.from();
    for (Asset machine : parts.history().machines()) {
      if (!machine.equals(span.asset()) && !(span.below() && span.selects(machine))) {
        continue;
      }
      long since = parts.history().standsSince(machine, span.from(), span.from() - HOUR);
      if (since < span.from()) {
        first = Math.min(first, since);
        add(before, machine, since, span);
        Lines.levelsOf(machine).forEach(level -> add(before, level, since, span));
      }
    }
    return first;
  }

  private static void add(
      Map<Asset, List<RecomputeSpan>> before, Asset asset, long since, RecomputeSpan span) {
    List<RecomputeSpan> ofAsset = before.computeIfAbsent(asset, absent -> new ArrayList<>(1));
    int last = ofAsset.size() - 1;
    long from = since;
    if (last >= 0 && ofAsset.get(last).to() == span.from()) {
      from = Math.min(from, ofAsset.remove(last).from());
    }
    ofAsset.add(new RecomputeSpan(asset, false, from, span.from(), span.doneTo(), false));
  }

  /** Does what follows from a step; returns after how long another one can do more. */
  private long follow(RecomputeRun now, RecomputeRun.Outcome outcome) throws IOException {
    if (outcome instanceof RecomputeRun.Outcome.Goes goes) {
      report(now, RecomputeRequests.State.RUNNING, goes.share(), goes.detail());
      return goes.waits() ? SHORT_NS : NOW;
    }
    if (outcome instanceof RecomputeRun.Outcome.TooMany) {
      shorten(now);
    } else if (outcome instanceof RecomputeRun.Outcome.Refused refused) {
      refuse(now, refused.why());
    } else if (outcome instanceof RecomputeRun.Outcome.StoreFailed failed) {
      return storeFailed(now, failed);
    } else {
      finish(now);
    }
    return NOW;
  }

  /** More late readings than fit: a shorter span is folded first. */
  private void shorten(RecomputeRun now) throws IOException {
    long until = begin(now.from() + (now.until() - now.from()) / 2);
    if (until <= now.from()) {
      refuse(now, "it has more late readings in a day than the heap holds");
      return;
    }
    now.close();
    begin(now.spans(), until, now.edge());
  }

  private void refuse(RecomputeRun now, String why) throws IOException {
    LOG.warn(
        "Figures from {} on are not made again: {}",
        RecomputeRun.instant(now.spans().get(0).from()),
        why);
    report(now, RecomputeRequests.State.REFUSED, 1, (stores.faults() + why).strip());
    stores.clear();
    List<@Nullable RecomputeSpan> left = new ArrayList<>();
    now.spans().forEach(span -> left.add(null));
    book.done(now.spans(), left, List.of());
    drop();
  }

  /** Asks again in a minute; after some tries, the next one. */
  private long storeFailed(RecomputeRun now, RecomputeRun.Outcome.StoreFailed failed) {
    String name = failed.store().name();
    if (failed.forGood() || !stores.asksAgain()) {
      LOG.warn("Figures are not made again from store {}: {}", name, failed.why());
      stores.leave(failed.store(), failed.why());
      drop();
      return NOW;
    }
    LOG.warn(
        "Figures are not made again from store {} now; it is asked again in a minute: {}",
        name,
        failed.why());
    report(
        now,
        RecomputeRequests.State.WAITING,
        0,
        "store " + name + ": " + failed.why() + "; asked again in a minute");
    drop();
    retryAt = time.elapsedNs() + RETRY_NS;
    return SHORT_NS;
  }

  private void finish(RecomputeRun now) throws IOException {
    Edge at = now.edge();
    long until = now.until();
    long doneTo = Math.min(until, at.levelsTo());
    List<@Nullable RecomputeSpan> left = new ArrayList<>();
    List<RecomputeSpan> ofSilent = new ArrayList<>();
    boolean all = true;
    for (RecomputeSpan span : now.spans()) {
      if (isUnknown(span, now.machines())) {
        left.add(null);
        continue;
      }
      Edge.Closed closed = at.closedTo(span);
      long end = end(span.asset(), span.to());
      boolean isFolded = end < closed.buckets() && end <= until;
      boolean whole = isFolded && span.to() <= closed.states();
      boolean again = until < Math.min(end, closed.buckets());
      RecomputeSpan rest = span.doneTo(isFolded ? end + 1 : Math.min(until, closed.buckets()));
      ofSilent.addAll(at.stillOpen(span, doneTo));
      left.add(whole ? null : again && span.asked() ? rest.ask() : rest);
      all &= whole;
    }
    live.madeAgain(now.shifts());
    book.done(now.spans(), left, ofSilent);
    String detail =
        stores.faults()
            + now.leftOut(time.wallNs() - History.STOPS_KEPT)
            + (all
                ? ""
                : "What was open at "
                    + RecomputeRun.instant(doneTo)
                    + " follows when it has ended.");
    report(now, RecomputeRequests.State.DONE, 1, detail.strip());
    stores.clear();
    drop();
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
