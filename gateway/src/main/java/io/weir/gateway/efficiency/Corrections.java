package io.weir.gateway.efficiency;

import io.weir.gateway.correction.Change.PiecesBooked;
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
 * taken without asking each machine. Beyond a bound those of the longest past leave: they are in
 * rows that are final. They are not left out by the clock: a machine may tell of a time that is
 * long over.
 *
 * <p>Mutable; belongs to its {@link Fold}.
 */
final class Corrections {

  /** A live fold keeps so many: some megabytes. */
  static final int MOST = 20_000;

  /** Bookings of one machine that are remembered as undone. */
  private static final int MOST_UNDONE = 1000;

  private static final Comparator<Correction> OLDEST_FIRST =
      Comparator.comparingLong(Correction::to).thenComparingLong(Correction::rank);

  private final Map<Long, Correction> holding = new HashMap<>();
  private final TreeSet<Correction> byAge = new TreeSet<>(OLDEST_FIRST);

  /** By the machine, line, area or site that they name, each in the order of their ranks. */
  private final Map<Asset, TreeMap<Long, Correction>> byAsset = new HashMap<>();

  /** What was booked of pieces and is undone, by machine: rows may still say it. */
  private final Map<Asset, List<Correction>> bookingsUndone = new HashMap<>();

  private final int most;
  private long next;

  /**
   * @param most that are kept
   */
  Corrections(int most) {
    this.most = most;
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
        keepUndone(undone);
      }
      return undone;
    }
    if (entry instanceof Correction correction) {
      Correction same = holding.get(correction.id());
      if (same != null) {
        remove(same); // of a log that was lost and begins again
      }
      holding.put(correction.id(), correction);
      byAge.add(correction);
      byAsset
          .computeIfAbsent(correction.asset(), absent -> new TreeMap<>())
          .put(correction.rank(), correction);
      if (holding.size() > most) {
        remove(byAge.first());
      }
      return correction;
    }
    return null;
  }

  private void remove(Correction correction) {
    holding.remove(correction.id());
    byAge.remove(correction);
    TreeMap<Long, Correction> ofAsset = byAsset.get(correction.asset());
    if (ofAsset != null) {
      ofAsset.remove(correction.rank());
      if (ofAsset.isEmpty()) {
        byAsset.remove(correction.asset());
      }
    }
  }

  private void keepUndone(Correction booking) {
    if (booking.change() instanceof PiecesBooked) {
      List<Correction> ofMachine =
          bookingsUndone.computeIfAbsent(booking.asset(), absent -> new ArrayList<>(1));
      ofMachine.add(booking);
      if (ofMachine.size() > MOST_UNDONE) {
        ofMachine.remove(0);
      }
    }
  }

  /** What was booked of pieces of a machine and is undone. */
  List<Correction> undoneBookings(Asset machine) {
    return bookingsUndone.getOrDefault(machine, List.of());
  }

  /** Those about a machine, in the order of their ranks. */
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
