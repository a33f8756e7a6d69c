package io.weir.gateway.efficiency;

import io.weir.gateway.correction.Correction;
import io.weir.gateway.correction.Entry;
import io.weir.gateway.correction.Undo;
import io.weir.gateway.model.Asset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The corrections that hold, by their ids and by what they are about, so that thousands of them are
 * taken without asking each machine. Those that are too old for any bucket that can still be open
 * are left out.
 *
 * <p>Mutable; belongs to its {@link Fold}.
 */
final class Corrections {

  /** A machine that was silent for longer has no open bucket from before. */
  static final long REACH = MachineFold.FORGET_AFTER + 2 * 24 * ShiftCalendar.HOUR;

  private static final Comparator<Correction> OLDEST_FIRST =
      Comparator.comparingLong(Correction::to).thenComparingLong(Correction::id);

  private final Map<Long, Correction> holding = new HashMap<>();
  private final TreeSet<Correction> byAge = new TreeSet<>(OLDEST_FIRST);

  /** By the machine, line, area or site that they name, each in the order of their ids. */
  private final Map<Asset, TreeMap<Long, Correction>> byAsset = new HashMap<>();

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
      Correction undone = holding.get(undo.of());
      if (undone != null) {
        remove(undone);
      }
      return undone;
    }
    long oldest = entry.origin().timeNs() - reach;
    while (!byAge.isEmpty() && byAge.first().to() < oldest) {
      remove(byAge.first());
    }
    if (entry instanceof Correction correction && correction.to() >= oldest) {
      Correction same = holding.get(correction.id());
      if (same != null) {
        remove(same); // of a log that was lost and begins again
      }
      holding.put(correction.id(), correction);
      byAge.add(correction);
      byAsset
          .computeIfAbsent(correction.asset(), absent -> new TreeMap<>())
          .put(correction.id(), correction);
      return correction;
    }
    return null;
  }

  private void remove(Correction correction) {
    holding.remove(correction.id());
    byAge.remove(correction);
    TreeMap<Long, Correction> ofAsset = byAsset.get(correction.asset());
    if (ofAsset != null) {
      ofAsset.remove(correction.id());
      if (ofAsset.isEmpty()) {
        byAsset.remove(correction.asset());
      }
    }
  }

  /** Those about a machine, in the order of their ids. */
  List<Correction> of(Asset machine) {
    if (holding.isEmpty()) {
      return List.of();
    }
    TreeMap<Long, Correction> all = new TreeMap<>();
    for (Asset named : Correction.assetsThatMean(machine)) {
      all.putAll(byAsset.getOrDefault(named, new TreeMap<>()));
    }
    return new ArrayList<>(all.values());
  }
}
