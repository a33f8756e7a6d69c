package io.weir.gateway.efficiency;

import static io.weir.gateway.model.MachineState.DOWN;
import static io.weir.gateway.model.MachineState.MICRO_STOP;
import static io.weir.gateway.model.MachineState.UNKNOWN;

import io.weir.gateway.efficiency.calendar.ShiftCalendar.Plan;
import io.weir.gateway.efficiency.figure.BucketKey;
import io.weir.gateway.efficiency.figure.Sums;
import io.weir.gateway.model.MachineState;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Where breakdowns and micro-stops begin in the states of a machine: where the state before is
 * another one.
 *
 * <p>Mutable; for one pass.
 */
final class Beginnings {

  /** A change of the sums of every bucket that holds the instant. */
  record Count(long instant, int sum, int by) {

    void addTo(long[] sums, BucketKey key) {
      if (key.start() <= instant && instant < key.end()) {
        sums[sum] += by;
      }
    }
  }

  private final List<Shown> withoutTime;
  private final Set<Long> begins;
  private final int by;
  private final List<Count> counts = new ArrayList<>();
  private final Set<Long> breakdowns = new HashSet<>();
  private final Set<Long> microStops = new HashSet<>();

  /** The last state that was known. */
  private MachineState known = UNKNOWN;

  private int next;

  /**
   * @param withoutTime states that were told in the last reading before a silence
   * @param begins where a person says that a stop begins although the machine reported that it went
   *     on
   * @param by what each of them adds
   */
  Beginnings(List<Shown> withoutTime, Set<Long> begins, int by) {
    this.withoutTime = withoutTime;
    this.begins = begins;
    this.by = by;
  }

  /** All but the states without time. */
  static List<Shown> withTime(List<Shown> told) {
    List<Shown> without = withoutTime(told);
    return without.isEmpty() ? told : told.stream().filter(p -> !without.contains(p)).toList();
  }

  /**
   * The states that were told in the last reading before a silence. The last part is none: it may
   * be a state that begins just then.
   */
  static List<Shown> withoutTime(List<Shown> told) {
    List<Shown> without = new ArrayList<>(0);
    for (int i = 0; i < told.size() - 1; i++) {
      if (told.get(i).start() == told.get(i).end()) {
        without.add(told.get(i));
      }
    }
    return without;
  }

  List<Count> of(List<Shown> parts) {
    Shown before = Shown.NONE;
    for (int i = 0; i < parts.size(); i++) {
      Shown part = parts.get(i);
      takeWithoutTime(before, part);
      take(part, i == 0 && part.episode() < part.start());
      takeWithin(part);
      before = part;
    }
    return counts;
  }

  /** A breakdown that directly follows another one goes on, whatever was told between them. */
  private void takeWithoutTime(Shown before, Shown part) {
    boolean goesOn = before.end() == part.start() && before.own() == part.own();
    while (next < withoutTime.size() && withoutTime.get(next).start() <= part.start()) {
      Shown each = withoutTime.get(next);
      if (each.own() == DOWN || !goesOn) {
        take(each, false);
      }
      next++;
    }
  }

  /** Of what a person gave beyond them: it goes on behind them. */
  private void takeWithin(Shown part) {
    while (next < withoutTime.size() && withoutTime.get(next).start() < part.end()) {
      take(withoutTime.get(next), false);
      next++;
      known = part.own() == UNKNOWN ? known : part.own();
    }
  }

  private void take(Shown part, boolean goesOn) {
    Plan plan = part.calendar().plan();
    if (part.own() == DOWN) {
      boolean another = known != DOWN || begins.contains(part.start());
      boolean isNew = breakdowns.add(part.episode());
      if (another && isNew && !goesOn && plan != Plan.OFF) {
        counts.add(new Count(part.start(), Sums.FAILURES, by));
      }
    }
    if (part.own() == MICRO_STOP && microStops.add(part.episode())) {
      if (!goesOn && plan == Plan.WORK) {
        counts.add(new Count(part.start(), Sums.MICRO_STOPS, by));
      }
    }
    known = part.own() == UNKNOWN ? known : part.own();
  }
}
