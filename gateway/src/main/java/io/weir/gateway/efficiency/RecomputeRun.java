package io.weir.gateway.efficiency;

import io.weir.gateway.efficiency.calendar.ShiftCalendar;
import io.weir.gateway.efficiency.config.EfficiencyConfig;
import io.weir.gateway.efficiency.figure.EfficiencySnapshot;
import io.weir.gateway.efficiency.figure.FiguresLog;
import io.weir.gateway.efficiency.signal.FoldMemory;
import io.weir.gateway.log.Feed;
import io.weir.gateway.log.Missing;
import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Derived;
import io.weir.gateway.model.Failure;
import io.weir.gateway.model.LargeMessages;
import io.weir.gateway.model.MemoryBudget;
import io.weir.gateway.model.Message;
import io.weir.gateway.model.MessageCodec;
import io.weir.gateway.model.Reading;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One pass of folding again: collects late readings from the log, reads what the log no longer has
 * from a store, folds both, and appends the rows to the log of figures. Each step does a part and
 * never waits for long; {@link Recompute} decides what follows from it.
 *
 * <p>Mutable; belongs to its {@link Recompute}.
 */
final class RecomputeRun {

  private static final Logger LOG = LoggerFactory.getLogger(RecomputeRun.class);

  private static final long HOUR = ShiftCalendar.HOUR;

  /** What is folded before a span, so that it begins with the right states and counters. */
  private static final long LONG_BEFORE = 24 * HOUR;

  /** The least of it, where the log does not have more. */
  static final long LEAST_BEFORE = HOUR;

  /** What is folded behind a span and the allowed lateness, so that all in it is finished. */
  static final long BEHIND = 2 * HOUR;

  private static final int RECORDS_OF_A_STEP = 500;
  private static final int RECORDS_OF_A_FLUSH = 20;
  private static final int LATE_READINGS_OF_MACHINE = 200;

  private static final Message NOTHING =
      new Message("", "", 0, 0, 0, 0, 0, 0, List.of(), List.of(), new byte[0]);

  /** What all runs of a gateway use. */
  record Parts(
      MemoryBudget budget,
      ReadingsLog log,
      FiguresLog figures,
      FigureMessages messages,
      FiguresBook book,
      EfficiencyConsumer live,
      History history) {}

  /** What a step came to. */
  sealed interface Outcome {

    /**
     * Another step does more.
     *
     * @param waits whether the stores must first take what was written
     */
    record Goes(double share, String detail, boolean waits) implements Outcome {}

    /** The span has more late readings than fit. */
    record TooMany() implements Outcome {}

    /** It cannot be folded. */
    record Refused(String why) implements Outcome {}

    /**
     * The store gave nothing.
     *
     * @param forGood whether it makes no sense to ask again
     */
    record StoreFailed(StoredReadings store, String why, boolean forGood) implements Outcome {}

    /** All rows are durable. */
    record Done() implements Outcome {}
  }

  private enum Phase {
    COLLECTS,
    LOOKS_FOR_MISSING,
    READS_STORE,
    FOLDS
  }

  private final Parts parts;
  private final EfficiencyConfig efficiency;
  private final MessageCodec codec = new MessageCodec();
  private final List<RecomputeSpan> spans;
  private final Map<Asset, List<RecomputeSpan>> before;
  private final long from;
  private final long until;

  /**
   * Where the fold begins: a window of statistics needs the one before, the changeover of an order
   * the last piece before it.
   */
  private final long foldFrom;

  private final Edge edge;
  private final LateReadings late;
  private final @Nullable StoredReadings store;

  /** Readings before come from the store, others from the log. */
  private final long cut;

  private final boolean needsLog;
  private Phase phase = Phase.COLLECTS;
  private Feed feed;

  /** The offset of the first record that was received at the cut or later. */
  private long cutOffset;

  private StoredReadings.@Nullable Pages pages;
  private @Nullable Fold fold;
  private long firstOffset = -1;
  private boolean begun;
  private long missing;

  /** Which rows stay as they are. */
  private MissingRows kept = MissingRows.NONE;

  private @Nullable MissingReadings gaps;

  /** When the record before was received. */
  private long receivedNs;

  private long behindLast;

  /** Whether records are missing behind the last one. */
  private boolean isCut;

  /** What began before is not written: not all of it is there. */
  private long begin;

  private long count;
  private long rows;

  /**
   * @param spans what is to be folded again
   * @param before by asset, what is written with it of the time before
   * @param from what is folded again begins here
   * @param until and ends here
   * @param candidate what is asked where the log does not have all, if there is such a store
   */
  RecomputeRun(
      Parts parts,
      EfficiencyConfig efficiency,
      List<RecomputeSpan> spans,
      Map<Asset, List<RecomputeSpan>> before,
      long from,
      long until,
      Edge edge,
      @Nullable StoredReadings candidate)
      throws IOException {
    this.parts = parts;
    this.efficiency = efficiency;
    this.spans = spans;
    this.before = before;
    this.from = from;
    this.until = until;
    this.edge = edge;
    long window =
        efficiency.signals().stream().mapToLong(each -> each.window().toNanos()).max().orElse(0);
    foldFrom = Math.min(from - Math.max(LONG_BEFORE, 2 * window), beforeChangeovers());
    long lateness = efficiency.allowedLateness().toNanos();
    long most = Math.max(50_000, (long) LATE_READINGS_OF_MACHINE * parts.budget.machines());
    long to = until + lateness + BEHIND + window;
    late = new LateReadings(lateness, foldFrom, to, most);
    Feed.Entry oldest = oldest();
    store = oldest == null || isLater(oldest) ? candidate : null;
    if (store == null) {
      cut = Again.NO_STORE;
    } else {
      cut = oldest == null ? to : Math.min(to, oldest.receiveTimeNs() + LEAST_BEFORE);
    }
    cutOffset = oldest == null || cut < to ? -1 : oldest.offset();
    needsLog = cut < to;
    feed = parts.log.receivedFrom(foldFrom);
  }

  /**
   * From where on the log has the counters before the last piece ahead of each order, or as many of
   * them as it has; the end of time where it has all.
   */
  private long beforeChangeovers() throws IOException {
    long last =
        parts.history.changeoversReachBackTo(
            machine -> spans.stream().anyMatch(span -> span.selects(machine)), from, until);
    if (last == Long.MAX_VALUE) {
      return last;
    }
    long wanted = last - LONG_BEFORE;
    Feed.Entry oldest = oldest(wanted);
    return oldest == null ? wanted : Math.max(wanted, oldest.receiveTimeNs());
  }

  /** The first record that a pass over the log would find. */
  private Feed.@Nullable Entry oldest() throws IOException {
    return oldest(foldFrom);
  }

  private Feed.@Nullable Entry oldest(long since) throws IOException {
    try (Feed found = parts.log.receivedFrom(since)) {
      return found.next();
    }
  }

  /** Whether the log does not have all from the begin on, and the least before. */
  private boolean isLater(Feed.Entry oldest) {
    return oldest.offset() > 0 && oldest.receiveTimeNs() > from - LEAST_BEFORE;
  }

  List<RecomputeSpan> spans() {
    return spans;
  }

  long from() {
    return from;
  }

  long until() {
    return until;
  }

  Edge edge() {
    return edge;
  }

  /** The machines of which it found readings, and those that the configuration names. */
  Set<Asset> machines() {
    Fold made = fold;
    return made == null ? Set.of() : made.machines();
  }

  /** Of what was written: the newest shift of each asset. */
  Map<Asset, EfficiencySnapshot.ShiftFigures> shifts() {
    Fold made = fold;
    return made == null ? Map.of() : made.shiftsAgain();
  }

  /** What is said of it to those who asked. */
  RecomputeRequests.Course course(RecomputeRequests.State state, double share, String detail) {
    boolean stored = store != null;
    return new RecomputeRequests.Course(
        state,
        share,
        rows,
        detail,
        stored ? "store" : "log",
        stored ? Stores.NOT_GIVEN_BACK : List.of());
  }

  Outcome step() throws IOException {
    return switch (phase) {
      case COLLECTS -> collect();
      case LOOKS_FOR_MISSING -> lookForMissing();
      case READS_STORE -> readStore();
      case FOLDS -> fold();
    };
  }

  // ---- the log

  private @Nullable Message next() throws IOException {
    Feed.Entry entry = feed.next();
    if (entry == null || entry.offset() >= edge.next()) {
      noteGapAtEnd(entry);
      return null;
    }
    if (firstOffset < 0) {
      firstOffset = entry.offset();
      begin = isLater(entry) ? entry.receiveTimeNs() + LEAST_BEFORE : from;
    }
    if (!begun && entry.offset() != firstOffset) {
      throw new IOException("the oldest readings were deleted meanwhile");
    }
    begun = true;
    if (cutOffset < 0 && entry.receiveTimeNs() >= cut) {
      cutOffset = entry.offset();
    }
    missing += entry.dropped() + entry.corrupt();
    count = entry.offset() - firstOffset;
    noteGaps(entry);
    try (LargeMessages.Turn turn = LargeMessages.turn(entry.payload().remaining())) {
      return gaps == null
          ? codec.decodeWithoutTopic(entry.payload())
          : codec.decode(entry.payload());
    } catch (IllegalArgumentException e) {
      LOG.warn("Record {} cannot be read and is in no figure: {}", entry.offset(), e.toString());
      return NOTHING;
    }
  }

  private void noteGaps(Feed.Entry entry) {
    MissingReadings into = gaps;
    if (into != null && receivedNs == Long.MIN_VALUE && beginsLate(entry)) {
      into.damage(0, entry.receiveTimeNs());
    }
    if (into != null && entry.corrupt() > 0) {
      into.damage(receivedNs, entry.receiveTimeNs());
    }
    if (into != null && entry.dropped() > 0) {
      into.givenUp(receivedNs, entry.receiveTimeNs());
    }
    receivedNs = entry.receiveTimeNs();
    behindLast = entry.offset() + 1;
  }

  /** What is missing up to where the live figures are. */
  private void noteGapAtEnd(Feed.@Nullable Entry behind) {
    isCut = behind == null ? behindLast < edge.next() : behind.dropped() + behind.corrupt() > 0;
    MissingReadings into = gaps;
    if (into == null || !isCut) {
      return;
    }
    if (behind != null && behind.corrupt() == 0) {
      into.givenUp(receivedNs, behind.receiveTimeNs());
    } else {
      into.damage(receivedNs, behind == null ? receivedNs : behind.receiveTimeNs());
    }
  }

  /** Whether the log, of which all is folded, does not reach back as far as it should. */
  private boolean beginsLate(Feed.Entry first) {
    return store == null && first.offset() > 0 && first.receiveTimeNs() > foldFrom;
  }

  private double share() {
    long all = Math.max(1, edge.next() - Math.max(0, firstOffset));
    return Math.min(1, (double) count / all) / 2;
  }

  private Outcome collect() throws IOException {
    for (int i = 0; i < RECORDS_OF_A_STEP; i++) {
      Message message = needsLog ? next() : null;
      if (message == null) {
        return collected();
      }
      if (!late.collect(message)) {
        return new Outcome.TooMany();
      }
    }
    return new Outcome.Goes(share(), "", false);
  }

  private Outcome collected() throws IOException {
    Feed.Entry oldest = oldest();
    boolean isWhole = missing == 0 && !isCut;
    if (oldest == null || (isWhole && !beginsLate(oldest))) {
      return all();
    }
    reopen();
    gaps = new MissingReadings(efficiency, parts.history());
    receivedNs = Long.MIN_VALUE;
    phase = Phase.LOOKS_FOR_MISSING;
    return new Outcome.Goes(0.5, "looks for what is missing", false);
  }

  private void reopen() throws IOException {
    feed.close();
    feed = parts.log.receivedFrom(foldFrom);
    begun = false;
    missing = 0;
  }

  private Outcome lookForMissing() throws IOException {
    MissingReadings into = gaps;
    if (into == null) {
      throw new IllegalStateException("nothing is looked for in this phase");
    }
    for (int i = 0; i < RECORDS_OF_A_STEP; i++) {
      Message message = needsLog ? next() : null;
      if (message == null) {
        gaps = null;
        kept = into.rows();
        LOG.info("Readings are missing. {}", kept.inWords(from, until));
        return all();
      }
      into.take(message, parts.log.mayGiveUp(message));
    }
    return new Outcome.Goes(share(), "looks for what is missing", false);
  }

  /** What is to be known of the log is known. */
  private Outcome all() throws IOException {
    if (store != null) {
      return askStore(store);
    }
    if (firstOffset < 0 || begin >= last()) {
      return new Outcome.Refused("the log of readings does not go back that far");
    }
    Fold made = newFold();
    fold = made;
    for (Asset machine : edge.closed().keySet()) {
      long first = late.first(machine);
      if (first >= foldFrom + LEAST_BEFORE) {
        made.past().beginLate(machine, foldFrom, first, parts.history);
      }
    }
    return readLogAgain();
  }

  private long last() {
    return spans.stream().mapToLong(RecomputeSpan::to).max().orElse(until);
  }

  private Fold newFold() throws IOException {
    Again again =
        new Again(
            parts.book.next(),
            spans,
            before,
            begin,
            edge.closed(),
            edge.signals(),
            edge.levelsTo(),
            until,
            cut,
            store == null && begin == from ? foldFrom : Math.max(cut, begin - LEAST_BEFORE),
            store == null && firstOffset == 0,
            kept);
    Fold made = new Fold(efficiency, FoldMemory.of(parts.budget), again);
    made.past().begin(parts.history, edge);
    parts.live.correct(made, edge.nextCorrection());
    return made;
  }

  private Outcome readLogAgain() throws IOException {
    late.sort();
    reopen();
    phase = Phase.FOLDS;
    return new Outcome.Goes(0.5, "", false);
  }

  private Outcome fold() throws IOException {
    Fold into = fold;
    if (into == null) {
      throw new IllegalStateException("there is no fold in this phase");
    }
    if (parts.figures.isBehind()) {
      return new Outcome.Goes(0.5 + share(), "waits for the stores", true);
    }
    for (int i = 0; i < RECORDS_OF_A_STEP; i++) {
      Message message = next();
      if (message == null) {
        return end(into);
      }
      into.hear(message);
      late.give(
          message,
          (reading, received) -> {
            if (reading.timeNs() >= cut) { // what is before came from the store
              into.accept(reading, received);
            }
          });
      if (i % RECORDS_OF_A_FLUSH == 0 && into.rows() >= FigureMessages.READINGS) {
        write(into);
      }
    }
    into.past().flushLines();
    write(into);
    return new Outcome.Goes(0.5 + share(), "", false);
  }

  // ---- what the log no longer has

  private Outcome askStore(StoredReadings asked) {
    if (asked.hasBelow() < (cutOffset < 0 ? edge.next() : cutOffset)) {
      return new Outcome.StoreFailed(asked, "it has not received all of that time yet", false);
    }
    pages = asked.read(efficiency.signalMetrics(), Derived.MEASUREMENTS, site(), foldFrom, cut);
    phase = Phase.READS_STORE;
    return new Outcome.Goes(0, "asks store " + asked.name(), false);
  }

  /** The one site that all spans are of, or {@code null}. */
  private @Nullable String site() {
    String site = spans.get(0).asset().site();
    return site != null && spans.stream().allMatch(span -> site.equals(span.asset().site()))
        ? site
        : null;
  }

  private Outcome readStore() throws IOException {
    StoredReadings asked = store;
    StoredReadings.Pages answer = pages;
    if (asked == null || answer == null) {
      throw new IllegalStateException("no store is asked");
    }
    if (parts.figures.isBehind()) {
      return new Outcome.Goes(0, "waits for the stores", true);
    }
    List<Reading> readings;
    try {
      readings = answer.next();
    } catch (IOException e) {
      LOG.debug("Store {} gives no readings back", asked.name(), e);
      return new Outcome.StoreFailed(asked, Failure.inWords(e), false);
    }
    Fold into = fold;
    if (into == null) {
      long first = readings.isEmpty() ? Long.MAX_VALUE : readings.get(0).timeNs();
      begin = first > from - LEAST_BEFORE ? first + LEAST_BEFORE : from;
      if (readings.isEmpty() || begin >= last()) {
        return new Outcome.StoreFailed(asked, "it has no readings of that time", true);
      }
      into = newFold();
      fold = into;
    }
    for (Reading reading : readings) {
      into.accept(reading, reading.timeNs());
    }
    if (readings.isEmpty()) {
      return needsLog ? readLogAgain() : end(into);
    }
    into.past().flushLines();
    write(into);
    double done = readings.get(0).timeNs() - foldFrom;
    return new Outcome.Goes(0.5 * done / (cut - foldFrom), "", false);
  }

  // ---- the rows

  private Outcome end(Fold into) throws IOException {
    into.past().end(until, parts.history);
    write(into);
    parts.messages.sync();
    LOG.info(
        "Figures from {} to {} were made again: {} readings of figures",
        instant(begin),
        instant(until),
        rows);
    return new Outcome.Done();
  }

  private void write(Fold from) throws IOException {
    rows += from.rows();
    parts.messages.append(from.takeRows());
  }

  /**
   * What was left out and why, in sentences.
   *
   * @param known stops of before are not remembered
   */
  String leftOut(long known) {
    String out = "";
    if (store != null) {
      out += "Readings before " + instant(cut) + " came from store " + store.name() + ". ";
    }
    if (begin > from) {
      out +=
          (store == null ? "the log of readings" : "what the store has")
              + " begins at "
              + instant(begin - LEAST_BEFORE)
              + ": what began before "
              + instant(begin)
              + " stays as it is. ";
    }
    if (begin < known) {
      out +=
          "Stops of before "
              + instant(known)
              + " that are none any more stay in the stores: older ones are not remembered. ";
    }
    if (missing > 0) {
      out += missing + " readings of it are missing, because space ended or files are damaged. ";
    }
    out += kept.inWords(from, until);
    for (Missing each : feed.missing()) {
      if (each.file() != null && each.beforeNs() >= foldFrom && each.afterNs() < until) {
        out += each.file() + " cannot be read, so that its readings are in no figure. ";
      }
    }
    return out;
  }

  static Instant instant(long nanos) {
    return Instant.ofEpochSecond(0, nanos);
  }

  /** Ends it; what it wrote stays. */
  void close() {
    try {
      feed.close();
    } catch (IOException e) {
      LOG.debug("A reading of the log could not be closed", e);
    }
  }
}
