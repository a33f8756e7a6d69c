package io.weir.gateway.efficiency;

import static io.weir.gateway.model.MachineState.DOWN;
import static io.weir.gateway.model.MachineState.MICRO_STOP;
import static io.weir.gateway.model.MachineState.PLANNED;
import static io.weir.gateway.model.MachineState.RUNNING;
import static io.weir.gateway.model.MachineState.SETUP;
import static io.weir.gateway.model.MachineState.UNKNOWN;

import io.weir.gateway.correction.Change;
import io.weir.gateway.correction.Change.Why;
import io.weir.gateway.correction.Correction;
import io.weir.gateway.efficiency.calendar.CalendarSpan;
import io.weir.gateway.efficiency.calendar.ShiftCalendar.Plan;
import io.weir.gateway.efficiency.config.ReasonTree;
import io.weir.gateway.efficiency.figure.BucketKey;
import io.weir.gateway.efficiency.figure.Sums;
import io.weir.gateway.model.Asset;
import io.weir.gateway.model.MachineState;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * What the tree of reasons and corrections make of the states that a machine reported: the same
 * time in other states and with other reasons, and what that changes in the sums. A pure function
 * of the reported states, of the tree and of the corrections. Immutable.
 *
 * <p>Of two corrections of one instant the one with the higher rank wins, each in what it says: a
 * state, or a reason. A declared planned stop counts as a break does: running and setup stay what
 * they are. A reason that is planned makes all but running planned.
 */
final class Overlay {

  /** Of a machine without corrections, for its sums. */
  static final Overlay NONE =
      new Overlay(
          List.of(),
          List.of(),
          new MachineReasons.Book(ReasonTree.NONE).of(Asset.NONE),
          Known.NONE,
          false);

  /** Time that counts as something else. */
  private record Moved(Shown from, Shown to) {}

  /**
   * What of the machine's time is known.
   *
   * @param first its first reading
   * @param horizon no reading can change what ended before
   * @param plans what each instant is planned for
   */
  record Known(long first, long horizon, LongFunction<CalendarSpan> plans) {

    static final Known NONE =
        new Known(Long.MIN_VALUE, Long.MIN_VALUE, instant -> CalendarSpan.NONE);
  }

  private final List<Shown> told;
  private final List<Shown> shown;
  private final Known known;
  private final List<Moved> moved = new ArrayList<>();
  private final List<Beginnings.Count> counts = new ArrayList<>();

  /** Where a person says that a stop begins although the machine reported that it went on. */
  private final Set<Long> begins = new HashSet<>();

  private final BookedPieces pieces;
  private final MachineReasons reasons;
  private final boolean microStopsArePerformance;

  /**
   * @param told what the machine reported, in the order of time
   * @param corrections in the order of their ranks; each is about this machine
   * @param reasons what its words mean in the tree of reasons
   */
  Overlay(
      List<Shown> told,
      List<Correction> corrections,
      MachineReasons reasons,
      Known known,
      boolean microStopsArePerformance) {
    this.told = Beginnings.withTime(told);
    this.known = known;
    this.reasons = reasons;
    this.microStopsArePerformance = microStopsArePerformance;
    pieces = BookedPieces.of(corrections);
    List<Correction> ofStates = corrections.stream().filter(Overlay::isOfStates).toList();
    List<Shown> atOnce = Beginnings.withoutTime(told);
    shown =
        ofStates.isEmpty() && !reasons.hasTree()
            ? this.told
            : new Laying(this.told, atOnce, ofStates).lay();
    List<Shown> unplanned = atOnce.stream().filter(part -> !isPlannedByMachine(part)).toList();
    if (!moved.isEmpty() || !begins.isEmpty() || unplanned.size() < atOnce.size()) {
      counts.addAll(new Beginnings(unplanned, begins, 1).of(shown));
      counts.addAll(new Beginnings(atOnce, Set.of(), -1).of(this.told));
    }
  }

  private static boolean isOfStates(Correction each) {
    return !(each.change() instanceof Change.PiecesBooked
        || each.change() instanceof Change.Annotated);
  }

  /** The pieces that people booked. */
  BookedPieces pieces() {
    return pieces;
  }

  /** The states before the corrections. */
  List<Shown> told() {
    return told;
  }

  /** The states after the corrections. */
  List<Shown> shown() {
    return shown;
  }

  /** The end of these, from the horizon on. */
  List<Shown> open() {
    return open(shown);
  }

  List<Shown> open(List<Shown> parts) {
    int from = 0;
    while (from < parts.size() && isBefore(parts.get(from))) {
      from++;
    }
    return parts.subList(from, parts.size());
  }

  private boolean isBefore(Shown part) {
    return part.end() <= known.horizon && part.start() < known.horizon;
  }

  long horizon() {
    return known.horizon;
  }

  /** The present state. */
  Shown present() {
    return shown.get(shown.size() - 1);
  }

  // ---- sums

  /** Adds to the sums of a bucket what the corrections change in it. */
  void addTo(long[] sums, BucketKey key) {
    MovedTime all = new MovedTime();
    addTo(sums, key, all);
    all.complete(sums);
  }

  /**
   * Adds to the sums of a part of a row what the corrections change in it, but for what goes with
   * the time in all of the row.
   *
   * @param all the time that was moved in the row
   */
  void addTo(long[] sums, BucketKey part, MovedTime all) {
    for (Moved each : moved) {
      long length = each.to.within(part);
      Plan plan = each.to.calendar().plan();
      if (length > 0 && plan != Plan.OFF) {
        add(sums, each.from, -length);
        add(sums, each.to, length);
        all.add(
            EnergyMeter.Use.of(plan, each.from.state()),
            EnergyMeter.Use.of(plan, each.to.state()),
            length);
      }
    }
    if (reasons.hasTree()) {
      for (Shown each : shown) {
        sums[Sums.UNCODED] += isUncoded(each) ? Math.max(0, each.within(part)) : 0;
      }
    }
    for (Beginnings.Count each : counts) {
      each.addTo(sums, part);
    }
  }

  /** Whether it is a stop, no micro-stop, whose reason is not in the tree. */
  private static boolean isUncoded(Shown part) {
    return part.isStop()
        && part.state() != UNKNOWN
        && part.state() != MICRO_STOP
        && part.category().isEmpty();
  }

  private void add(long[] sums, Shown part, long length) {
    int time = Sums.timeOf(part.state());
    sums[time] += length;
    if (time == Sums.RUN || (time == Sums.MICRO_STOP && microStopsArePerformance)) {
      sums[Sums.APT] += length;
    }
    if (part.own() == DOWN) {
      sums[Sums.REPAIR] += length; // repair goes on in a break
    }
  }

  // ---- states

  /** Whether a correction holds for anything from a part on. */
  static boolean reaches(Correction correction, Shown first) {
    return correction.to() > first.start() || goesOn(correction, first);
  }

  /** Whether a part behind the end of a correction belongs to the stop that holds that end. */
  private static boolean goesOn(Correction correction, Shown part) {
    return correction.toEndOfStop() && part.episode() < correction.to() && part.own() != RUNNING;
  }

  /**
   * What holds for a part.
   *
   * @param by the rank of the correction that says the state, less than 0 for the machine's own
   * @param why what a person gave as the reason, or {@code null}
   * @param isPart whether it belongs to a part of a stop that a person has split, but the first
   * @param begins whether such a part begins here
   */
  private record Said(
      MachineState own, long by, @Nullable Why why, boolean isPart, boolean begins) {

    static final Said NOTHING = new Said(UNKNOWN, -1, null, false, false);

    boolean isByPerson() {
      return by >= 0 || isPart;
    }
  }

  /** What the machine's own reason of a stop means in the tree, or {@code null}. */
  private ReasonTree.@Nullable Node node(Shown part) {
    return Episode.isStop(part.own()) ? reasons.of(part.machineReason()) : null;
  }

  /** Whether its own reason is planned in the tree. */
  private boolean isPlannedByMachine(Shown part) {
    ReasonTree.Node node = node(part);
    return node != null && node.planned();
  }

  private static boolean holds(Correction each, Shown part, long instant) {
    return instant >= each.from() && (instant < each.to() || goesOn(each, part));
  }

  /** Lays corrections over what was told. */
  private final class Laying {

    private final List<Shown> told;

    /** What the machine told in last readings before silences. */
    private final List<Shown> withoutTime;

    private int nextWithoutTime;
    private final TreeSet<Long> cuts = new TreeSet<>();
    private final List<Shown> result = new ArrayList<>();

    /** Those that do not hold yet, in the order in which they will. */
    private final PriorityQueue<Correction> coming =
        new PriorityQueue<>(Comparator.comparingLong(Correction::from));

    /** Those that hold now, by their ranks. */
    private final TreeMap<Long, Correction> holding = new TreeMap<>();

    // Of the last part of the result: what it was made of, and whether its stop is counted.
    private Shown source = Shown.NONE;
    private Said said = Said.NOTHING;
    private boolean begun;

    /** Whether that stop goes on with one before unknown time. */
    private boolean resumed;

    private final StopMemory stopsTold = new StopMemory();
    private final StopMemory stopsLaid = new StopMemory();

    /** The stop whose first part a correction has taken; its next own part counts as the first. */
    private long unbegun = Long.MIN_VALUE;

    Laying(List<Shown> told, List<Shown> withoutTime, List<Correction> corrections) {
      this.told = told;
      this.withoutTime = withoutTime;
      for (Correction each : corrections) {
        cuts.add(each.from());
        cuts.add(each.to());
        if (each.change() instanceof Change.StopSplit split) {
          split.parts().forEach(part -> cuts.add(part.from()));
        }
      }
      coming.addAll(corrections);
    }

    List<Shown> lay() {
      for (Shown part : told) {
        long from = part.start();
        takeWithoutTime(from);
        for (Long cut = cuts.higher(from);
            cut != null && cut < part.end();
            cut = cuts.higher(cut)) {
          lay(part, from, cut);
          from = cut;
        }
        lay(part, from, part.end());
        boolean wasCounted =
            part.episode() == part.start()
                ? stopsTold.goesOnAs(part.own()) && stopsTold.isCounted()
                : part == told.get(0) || stopsTold.isCounted();
        stopsTold.take(part.own(), part.first() || wasCounted);
      }
      return result;
    }

    /** A stop before what was told there does not go on behind it. */
    private void takeWithoutTime(long to) {
      while (nextWithoutTime < withoutTime.size()
          && withoutTime.get(nextWithoutTime).start() <= to) {
        MachineState state = withoutTime.get(nextWithoutTime).own();
        stopsTold.takeWithoutTime(state);
        stopsLaid.takeWithoutTime(state);
        nextWithoutTime++;
      }
    }

    private void lay(Shown part, long from, long to) {
      Said now = said(part, from);
      Shown last = result.isEmpty() ? Shown.NONE : result.get(result.size() - 1);
      boolean follows = !result.isEmpty() && last.end() == from && last.own() == now.own;
      boolean joins = follows && !now.begins && isOneStop(part, now, last);
      boolean continues = follows && !now.begins && (joins || now.own != UNKNOWN);
      boolean resumes = !now.begins && resumes(part, from, now);
      boolean goesOnAsTold = continues && now.own == part.own();
      boolean resumesAsTold = resumes && now.own == part.own();
      if (isToldToGoOn(part, from) && !part.first() && !resumesAsTold && !goesOnAsTold) {
        unbegun = part.episode();
      }
      boolean isBegun = continues ? begun : resumes && stopsLaid.isCounted();
      resumed = resumes || continues && resumed;
      long since = result.isEmpty() ? saidSince(from, now) : from;
      boolean goesOn = since < from && isCounted(since, from, now);
      boolean first = !goesOn && isFirst(part, from, now, continues, isBegun);
      begun = goesOn || counts(part, now) || isBegun;
      stopsLaid.take(now.own, begun);
      if (part.first() && from == part.start() && (now.own != part.own() || now.by >= 0)) {
        unbegun = part.episode();
      }
      if (now.begins) {
        begins.add(from);
      }
      Shown laid = laid(part, from, to, now, joins ? last.episode() : since, first);
      if (now.own != part.own()) {
        moved.add(new Moved(part, laid));
      }
      boolean onePart =
          follows
              && !now.begins
              && (joins || source == part)
              && to > from
              && last.isSamePlan(part)
              && last.reason().equals(laid.reason())
              && last.category().equals(laid.category());
      if (onePart) {
        result.set(result.size() - 1, last.until(to));
      } else {
        result.add(laid);
      }
      source = part;
      said = now;
    }

    /** Whether a part belongs to the stop before because a person says so, or said so of that. */
    private boolean isOneStop(Shown part, Said now, Shown last) {
      boolean byPerson =
          now.isByPerson() || said.isByPerson() || last.episode() != source.episode();
      return now.by >= 0 && now.by == said.by || byPerson && source.episode() == part.episode();
    }

    /** Whether the machine reports from here on what it did before unknown time. */
    private boolean isToldToGoOn(Shown part, long from) {
      return from == part.start() && from == part.episode() && stopsTold.goesOnAs(part.own());
    }

    /**
     * Whether a part goes on with a stop before unknown time: not where the machine reported
     * another one in between that had no time.
     */
    private boolean resumes(Shown part, long from, Said now) {
      boolean another = isToldToGoOn(part, from) && part.first() && stopsTold.isCounted();
      return stopsLaid.goesOnAs(now.own) && !another;
    }

    /** Since when a person says a state that goes on before the oldest part that is known. */
    private long saidSince(long from, Said now) {
      Correction by = holding.get(now.by);
      if (by == null || from <= known.first) {
        return from;
      }
      return by.change() instanceof Change.StopSplit split ? split.at(from).from() : by.from();
    }

    /** Whether a row shows what a person said of [since, to), which is forgotten. */
    private boolean isCounted(long since, long to, Said said) {
      long at = to;
      while (at > since) {
        CalendarSpan span = known.plans.apply(at - 1);
        if (counts(span.plan(), said)) {
          return true;
        }
        at = span.start();
      }
      return false;
    }

    /** Whether a row in {@code stops} shows it as what it is. */
    private boolean counts(Shown part, Said now) {
      return counts(part.calendar().plan(), now);
    }

    private static boolean counts(Plan plan, Said now) {
      boolean isNoRow = plan == Plan.OFF || now.own == PLANNED;
      return !isNoRow && plan.counts(now.own) == now.own;
    }

    /**
     * Whether a stop is counted here.
     *
     * @param continues whether the same state was there before, whoever said so
     * @param isBegun whether the stop is counted before
     */
    private boolean isFirst(Shown part, long from, Said now, boolean continues, boolean isBegun) {
      boolean counts = counts(part, now);
      boolean byPerson = now.isByPerson() || continues && said.isByPerson();
      boolean isCounted = isBegun && continues && source.episode() == part.episode();
      boolean first =
          byPerson || resumed
              ? counts && !isBegun
              : part.first() && from == part.start() && !isCounted
                  || counts && part.episode() == unbegun;
      unbegun = (first || isBegun) && !now.isByPerson() ? Long.MIN_VALUE : unbegun;
      return first;
    }

    private Shown laid(Shown part, long from, long to, Said now, long episode, boolean first) {
      boolean runsAfterAll = now.own == RUNNING && part.own() != RUNNING;
      return new Shown(
          from,
          to,
          now.own,
          part.calendar().plan().counts(now.own),
          runsAfterAll ? "" : reason(part, now),
          part.machineReason(),
          now.why != null ? now.why.category() : runsAfterAll ? "" : category(part),
          now.isByPerson() || episode < from ? episode : part.episode(),
          first,
          part.calendar());
    }

    private String reason(Shown part, Said now) {
      ReasonTree.Node node = node(part);
      return now.why != null ? now.why.reason() : node != null ? node.id() : part.reason();
    }

    /** Of the machine's own reason. */
    private String category(Shown part) {
      ReasonTree.Node node = node(part);
      return node == null ? "" : node.category();
    }

    private Said said(Shown part, long instant) {
      while (!coming.isEmpty() && coming.peek().from() <= instant) {
        Correction next = coming.remove();
        holding.put(next.rank(), next);
      }
      holding.values().removeIf(each -> !holds(each, part, instant));
      MachineState own = part.own();
      boolean plannedByMachine = isPlannedByMachine(part);
      long stateBy = -1;
      long plannedBy = -1;
      boolean declared = false;
      boolean isPart = false;
      boolean begins = false;
      Why why = null;
      for (Correction each : holding.values()) {
        long rank = each.rank();
        Change change = each.change();
        if (change instanceof Change.StopsMerged merged) {
          change = new Change.Reclassified(merged.state(), merged.reason());
        }
        if (change instanceof Change.StopSplit split) {
          Change.Part held = split.at(instant);
          boolean isFurther = held.from() > each.from();
          isPart = isFurther && held.from() > part.episode(); // it divides what has begun before it
          begins = isFurther && held.from() == instant;
          change = held.change();
        } else if (change instanceof Change.Reclassified) {
          isPart = false;
          begins = false;
        }
        plannedByMachine &= !(change instanceof Change.Reclassified);
        plannedByMachine &= !(change instanceof Change.ReasonGiven);
        if (change instanceof Change.Reclassified reclassified) {
          own = reclassified.state();
          stateBy = rank;
          plannedBy = -1;
          why = reclassified.reason() != null ? reclassified.reason() : why;
        } else if (change instanceof Change.ReasonGiven given) {
          why = given.reason();
          Boolean planned = why.planned();
          plannedBy = planned == null ? plannedBy : planned ? rank : -1;
          declared &= planned == null;
        } else if (change instanceof Change.PlannedStopDeclared planned) {
          plannedByMachine &= planned.reason() == null;
          declared = true;
          plannedBy = rank;
          why = planned.reason() != null ? planned.reason() : why;
        }
      }
      if (own == RUNNING) {
        return new Said(own, stateBy, null, false, false);
      }
      isPart &= own != UNKNOWN;
      begins &= own != UNKNOWN;
      if (plannedBy >= 0 && !(declared && own == SETUP)) {
        return new Said(PLANNED, plannedBy, why, isPart, begins);
      }
      return plannedByMachine
          ? new Said(PLANNED, -1, why, isPart, begins)
          : new Said(own, stateBy, why, isPart, begins);
    }
  }
}
