package io.weir.gateway.api;

import io.weir.gateway.efficiency.figure.EfficiencySnapshot.ShiftFigures;
import io.weir.gateway.efficiency.figure.Figures;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The shifts of several lines, which may have different calendars, as one: those that overlap the
 * one that began last. So a line that has been silent since an earlier shift is left out.
 */
final class PresentShifts {

  /** What a time outside all shifts is called. */
  private static final String NO_SHIFT = "none";

  private PresentShifts() {}

  /** Those that count. */
  static List<ShiftFigures> of(List<@Nullable ShiftFigures> shifts) {
    List<ShiftFigures> known = shifts.stream().flatMap(Stream::ofNullable).toList();
    List<ShiftFigures> working =
        known.stream().filter(shift -> !shift.name().equals(NO_SHIFT)).toList();
    long newest = newest(known);
    if (working.stream().anyMatch(shift -> shift.end() > newest)) {
      long begun = newest(working.stream().filter(shift -> shift.end() > newest).toList());
      return working.stream().filter(shift -> shift.end() > begun).toList();
    }
    return known.stream().filter(shift -> shift.end() > newest).toList();
  }

  private static long newest(List<ShiftFigures> shifts) {
    return shifts.stream().mapToLong(ShiftFigures::start).max().orElse(0);
  }

  /**
   * Their sums, from the first begin to the last end, under each of their names; {@code null} where
   * there are none.
   */
  static @Nullable ShiftFigures asOne(List<@Nullable ShiftFigures> shifts) {
    List<ShiftFigures> all =
        of(shifts).stream().sorted(Comparator.comparingLong(ShiftFigures::start)).toList();
    return all.isEmpty()
        ? null
        : new ShiftFigures(
            all.stream().map(ShiftFigures::name).distinct().collect(Collectors.joining(", ")),
            all.get(0).start(),
            all.stream().mapToLong(ShiftFigures::end).max().getAsLong(),
            Figures.ofPlant(all.stream().map(ShiftFigures::figures).toList()));
  }
}
