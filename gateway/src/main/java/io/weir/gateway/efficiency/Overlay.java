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
import io.weir.gateway.efficiency.ShiftCalendar.Plan;
import io.weir.gateway.model.Asset;
import io.weir.gateway.model.MachineState;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What the tree of reasons and corrections make of the states that a machine reported: the same
 * time in other states and with other reasons, and what that changes in the sums. A pure function
 * of the reported states, of the tree and of the corrections. Immutable.
 *
 * <p>Of two corrections of one instant the one with the higher id wins, each in what it says: a
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
          Long.MIN_VALUE,
          false);

  /** A change of the sums of every bucket that holds the instant. */
  private record Count(long instant, int sum, int by) {}

  /** Time that counts as something else. */
  private record Moved(Shown from, Shown to) {}

  private final List<Shown> told;
  private final List<Shown> shown;
  private final long horizon;
  private final List<Moved> moved = new ArrayList<>();
  private final List<Count> counts = new ArrayList<>();
  private final MachineReasons reasons;
  private final boolean microStopsArePerformance;

  /**
   * @param told what the machine reported, in the order of time
   * @param corrections in the order of their ids; each is about this machine
   * @param reasons what its words mean in the tree of reasons
   * @param horizon no reading can change what ended before
   */
  Overlay(
      List<Shown> told,
      List<Correction> corrections,
      MachineReasons reasons,
      long horizon,
      boolean microStopsArePerformance) {
    this.told = told;
    this.horizon = horizon;
    this.reasons = reasons;
    this.microStopsArePerformance = microStopsArePerformance;
    shown = corrections.isEmpty() && reasons.isEmpty() ? told : new Laying(told, corrections).lay();
    if (!moved.isEmpty()) {
      count(shown, 1);
      count(told, -1);
    }
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
    int from = 0;
    while (from < shown.size() && isBefore(shown.get(from))) {
      from++;
    }
    return shown.subList(from, shown.size());
  }

  private boolean isBefore(Shown part) {
    return part.end() <= horizon && part.start() < horizon;
  }

  long horizon() {
    return horizon;
  }

  /** The present state. */
  Shown present() {
    return shown.get(shown.size() - 1);
  }

  // ---- sums

  /** Adds to the sums of a bucket what the corrections change in it. */
  void addTo(long[] sums, BucketKey key) {
    for (Moved each : moved) {
      long length = each.to.within(key);
      if (length > 0 && each.to.calendar().plan() != Plan.OFF) {
        add(sums, each.from, -length);
        add(sums, each.to, length);
      }
    }
    if (!reasons.isEmpty()) {
      for (Shown part : shown) {
        sums[Sums.UNCODED] += isUncoded(part) ? Math.max(0, part.within(key)) : 0;
      }
    }
    for (Count each : counts) {
      if (key.start() <= each.instant && each.instant < key.end()) {
        sums[each.sum] += each.by;
      }
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

  /** Breakdowns and micro-stops begin where the state before is another one. */
  private void count(List<Shown> parts, int by) {
    MachineState known = UNKNOWN;
    long breakdown = Long.MIN_VALUE;
    long microStop = Long.MIN_VALUE;
    for (int i = 0; i < parts.size(); i++) {
      Shown part = parts.get(i);
      boolean goesOn = i == 0 && part.episode() < part.start();
      Plan plan = part.calendar().plan();
      if (part.own() == DOWN) {
        if (known != DOWN && part.episode() != breakdown && !goesOn && plan != Plan.OFF) {
          counts.add(new Count(part.start(), Sums.FAILURES, by));
        }
        breakdown = part.episode();
      }
      if (part.own() == MICRO_STOP && part.episode() != microStop) {
        microStop = part.episode();
        if (!goesOn && plan == Plan.WORK) {
          counts.add(new Count(part.start(), Sums.MICRO_STOPS, by));
        }
      }
      known = part.own() == UNKNOWN ? known : part.own();
    }
  }

  static MachineState countsAs(Plan plan, MachineState state) {
    return plan == Plan.PAUSE && state != RUNNING && state != SETUP ? PLANNED : state;
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
   * @param by the id of the correction that says the state, less than 0 for the machine's own
   * @param why what a person gave as the reason, or {@code null}
   */
  private record Said(MachineState own, long by, @Nullable Why why) {
    boolean isByPerson() {
      return by >= 0;
    }
  }

  /** Lays corrections over what was told. */
  private final class Laying {

    private final List<Shown> told;
    private final List<Correction> corrections;
    private final TreeSet<Long> cuts = new TreeSet<>();
    private final List<Shown> result = new ArrayList<>();

    // Of the last part of the result: what it was made of, and whether its stop is counted.
    private Shown source = Shown.NONE;
    private Said said = new Said(UNKNOWN, -1, null);
    private boolean begun;

    /** The stop whose first part a correction has taken; its next own part counts as the first. */
    private long unbegun = Long.MIN_VALUE;

    Laying(List<Shown> told, List<Correction> corrections) {
      this.told = told;
      this.corrections = corrections;
      for (Correction correction : corrections) {
        cuts.add(correction.from());
        cuts.add(correction.to());
      }
    }

    List<Shown> lay() {
      for (Shown part : told) {
        long from = part.start();
        for (Long cut = cuts.higher(from);
            cut != null && cut < part.end();
            cut = cuts.higher(cut)) {
          lay(part, from, cut);
          from = cut;
        }
        lay(part, from, part.end());
      }
      return result;
    }

    private void lay(Shown part, long from, long to) {
      Said now = said(part, from);
      Shown last = result.isEmpty() ? Shown.NONE : result.get(result.size() - 1);
      boolean follows = !result.isEmpty() && last.end() == from && last.own() == now.own;
      boolean joins = follows && isOneStop(part, now);
      boolean first = isFirst(part, from, now, joins);
      begun = first || joins && begun;
      if (part.first() && from == part.start() && now.own != part.own()) {
        unbegun = part.episode();
      }
      Shown laid = laid(part, from, to, now, joins ? last.episode() : from, first);
      if (now.own != part.own()) {
        moved.add(new Moved(part, laid));
      }
      boolean onePart =
          follows
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
    private boolean isOneStop(Shown part, Said now) {
      return now.isByPerson() && now.by == said.by
          || (now.isByPerson() || said.isByPerson()) && source.episode() == part.episode();
    }

    private boolean isFirst(Shown part, long from, Said now, boolean joins) {
      Plan plan = part.calendar().plan();
      boolean begins = plan != Plan.OFF && countsAs(plan, now.own) == now.own;
      if (joins) {
        return begins && !begun;
      }
      if (now.isByPerson()) {
        return begins;
      }
      boolean first = part.first() && from == part.start() || begins && part.episode() == unbegun;
      unbegun = first ? Long.MIN_VALUE : unbegun;
      return first;
    }

    private Shown laid(Shown part, long from, long to, Said now, long episode, boolean first) {
      Why why = now.why;
      ReasonTree.Node node = reason(part);
      boolean runsAfterAll = now.own == RUNNING && part.own() != RUNNING;
      return new Shown(
          from,
          to,
          now.own,
          countsAs(part.calendar().plan(), now.own),
          why != null ? why.reason() : runsAfterAll ? "" : node != null ? node.id() : part.reason(),
          part.machineReason(),
          why != null ? why.category() : runsAfterAll || node == null ? "" : node.category(),
          now.isByPerson() || episode < from ? episode : part.episode(),
          first,
          part.calendar());
    }

    /** What the machine's own reason of a stop means in the tree, or {@code null}. */
    private ReasonTree.@Nullable Node reason(Shown part) {
      return Episode.isStop(part.own()) ? reasons.of(part.machineReason()) : null;
    }

    private Said said(Shown part, long instant) {
      MachineState own = part.own();
      ReasonTree.Node node = reason(part);
      boolean plannedByMachine = node != null && node.planned();
      long stateBy = -1;
      long plannedBy = -1;
      boolean declared = false;
      Why why = null;
      for (Correction each : corrections) {
        if (instant < each.from() || instant >= each.to() && !goesOn(each, part)) {
          continue;
        }
        long id = each.id();
        Change change = each.change();
        plannedByMachine &= !(change instanceof Change.Reclassified);
        plannedByMachine &= !(change instanceof Change.ReasonGiven);
        if (change instanceof Change.Reclassified reclassified) {
          own = reclassified.state();
          stateBy = id;
          plannedBy = -1;
          why = reclassified.reason() != null ? reclassified.reason() : why;
        } else if (change instanceof Change.ReasonGiven given) {
          why = given.reason();
          Boolean planned = why.planned();
          plannedBy = planned == null ? plannedBy : planned ? id : -1;
          declared &= planned == null;
        } else if (change instanceof Change.PlannedStopDeclared planned) {
          declared = true;
          plannedBy = id;
          why = planned.reason() != null ? planned.reason() : why;
        }
      }
      if (own == RUNNING) {
        return new Said(own, stateBy, null);
      }
      if (plannedBy >= 0 && !(declared && own == SETUP)) {
        return new Said(PLANNED, plannedBy, why);
      }
      return plannedByMachine ? new Said(PLANNED, -1, why) : new Said(own, stateBy, why);
    }
  }
}
