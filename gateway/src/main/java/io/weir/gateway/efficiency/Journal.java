package io.weir.gateway.efficiency;

import io.weir.gateway.correction.Change;
import io.weir.gateway.correction.Correction;
import java.util.ArrayList;
import java.util.List;

/**
 * What one machine reported in the time that no reading can change any more, as far back as its
 * buckets are open: so a correction finds which time of a bucket it changes.
 *
 * <p>Mutable; belongs to its {@link MachineFold}.
 */
final class Journal {

  /** Parts that are kept; of more the oldest are forgotten. */
  static final int MOST = 4000;

  /** Of a part, in memory. */
  static final int PART_BYTES = 96;

  private final List<Shown> parts = new ArrayList<>(0);

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

  /** Forgets what ended before the oldest bucket that is open. */
  void forgetBefore(long instant) {
    int old = 0;
    while (old < parts.size() && parts.get(old).end() <= instant) {
      old++;
    }
    parts.subList(0, old).clear();
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
