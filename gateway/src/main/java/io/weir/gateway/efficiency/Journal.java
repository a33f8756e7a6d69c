package io.weir.gateway.efficiency;

import static io.weir.gateway.model.MachineState.RUNNING;
import static io.weir.gateway.model.MachineState.UNKNOWN;

import io.weir.gateway.correction.Change;
import io.weir.gateway.correction.Correction;
import io.weir.gateway.efficiency.calendar.ShiftCalendar;
import io.weir.gateway.efficiency.codec.StateCodec;
import io.weir.gateway.efficiency.codec.WeighedList;
import io.weir.gateway.model.MachineState;
import java.util.ArrayList;
import java.util.List;

/**
 * What one machine reported in the time that no reading can change any more, as far back as its
 * buckets are open: so a correction finds which time of a bucket it changes. Of a stop that reaches
 * into them it keeps all: which part of it is counted depends on what corrections leave of the
 * earlier ones.
 *
 * <p>Mutable; belongs to its {@link MachineFold}.
 */
final class Journal {

  /** Parts that are kept; of more the oldest are forgotten. */
  static final int MOST = 4000;

  /** Of a part, in memory. */
  static final int PART_BYTES = 96;

  private final List<Shown> parts;

  /**
   * @param resized told when it has more or fewer parts
   */
  Journal(Runnable resized) {
    parts = new WeighedList<>(0, resized);
  }

  int size() {
    return parts.size();
  }

  void add(Shown part) {
    parts.add(part);
    if (parts.size() > MOST) {
      halve();
    }
  }

  /** Forgets the older half. */
  void halve() {
    parts.subList(0, (parts.size() + 1) / 2).clear();
  }

  /** Forgets what ended before the oldest bucket that is open, but for a stop that went on. */
  void forgetBefore(long instant) {
    int old = 0;
    while (old < parts.size() && parts.get(old).end() <= instant) {
      old++;
    }
    // what follows the parts may go on with the last of them
    int last = Math.min(old, parts.size() - 1);
    boolean runs = last < 0 || parts.get(last).own() == RUNNING;
    parts.subList(0, runs ? old : beginOfStop(last)).clear();
  }

  /**
   * The index of the part with which the stop of another part begins, or its unknown time with the
   * stop that may go on behind it.
   */
  private int beginOfStop(int of) {
    int begin = of;
    MachineState stop = UNKNOWN;
    while (begin > 0) {
      Shown part = parts.get(begin);
      stop = part.own() == UNKNOWN ? stop : part.own();
      if (!goesOn(parts.get(begin - 1), part, stop)) {
        return begin;
      }
      begin--;
    }
    return begin;
  }

  /**
   * Whether a part may be of the stop before it.
   *
   * @param stop the state of that stop, unknown where no part behind it says it
   */
  private static boolean goesOn(Shown before, Shown part, MachineState stop) {
    boolean isOneState = before.own() == stop || (stop == UNKNOWN && before.own() != RUNNING);
    return before.episode() == part.episode()
        || before.own() == UNKNOWN
        || (part.own() == UNKNOWN && isOneState);
  }

  /**
   * Those of the corrections that still say something of what is kept.
   *
   * @param end what comes behind the parts begins here
   * @param oldest start of the oldest bucket that is open: pieces are booked in buckets
   */
  List<Correction> reachedBy(List<Correction> corrections, long end, long oldest) {
    if (corrections.isEmpty()) {
      return corrections;
    }
    return corrections.stream()
        .filter(
            each ->
                reaches(each, end)
                    || each.change() instanceof Change.PiecesBooked && each.to() > oldest)
        .toList();
  }

  private boolean reaches(Correction correction, long end) {
    return parts.isEmpty()
        ? correction.to() > end || correction.toEndOfStop()
        : Overlay.reaches(correction, parts.get(0));
  }

  void clear() {
    parts.clear();
  }

  /** The parts, followed by later ones. */
  List<Shown> with(List<Shown> later) {
    if (parts.isEmpty()) {
      return later;
    }
    List<Shown> all = new ArrayList<>(parts.size() + later.size());
    all.addAll(parts);
    all.addAll(later);
    return all;
  }

  /** Instants are stored as the distance from {@code base}. */
  void exchange(StateCodec codec, long base, ShiftCalendar calendar) {
    codec.all(parts, () -> Shown.NONE, part -> part.exchange(codec, base, calendar));
  }
}
