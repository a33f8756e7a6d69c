package io.weir.gateway.efficiency;

import io.weir.gateway.correction.Correction;
import io.weir.gateway.correction.Entry;
import io.weir.gateway.correction.Undo;
import io.weir.gateway.model.Asset;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The corrections that hold, by their ids. Those that are too old for any bucket that can still be
 * open are left out.
 *
 * <p>Mutable; belongs to its {@link Fold}.
 */
final class Corrections {

  /** A machine that was silent for longer has no open bucket from before. */
  static final long REACH = MachineFold.FORGET_AFTER + 2 * 24 * ShiftCalendar.HOUR;

  private final TreeMap<Long, Correction> holding = new TreeMap<>();
  private final long reach;
  private long next;

  /**
   * @param reach a correction of a time that is longer ago when it is made is left out
   */
  Corrections(long reach) {
    this.reach = reach;
  }

  /** The id of the next entry to be taken. */
  long next() {
    return next;
  }

  void next(long id) {
    next = id;
  }

  /**
   * Takes an entry.
   *
   * @return the correction that holds from now on, or no more; {@code null} where none does
   */
  @Nullable Correction take(Entry entry) {
    next = entry.id() + 1;
    if (entry instanceof Undo undo) {
      return holding.remove(undo.of());
    }
    long oldest = entry.origin().timeNs() - reach;
    holding.values().removeIf(each -> each.to() < oldest);
    if (entry instanceof Correction correction && correction.to() >= oldest) {
      holding.put(correction.id(), correction);
      return correction;
    }
    return null;
  }

  /** Those about a machine, in the order of their ids. */
  List<Correction> of(Asset machine) {
    return holding.isEmpty()
        ? List.of()
        : holding.values().stream().filter(each -> each.isAbout(machine)).toList();
  }
}
