package io.weir.gateway.efficiency;

import io.weir.gateway.efficiency.calendar.CalendarPrint;
import io.weir.gateway.efficiency.calendar.Calendars;
import io.weir.gateway.efficiency.calendar.ShiftCalendar;
import io.weir.gateway.efficiency.codec.StateCodec;
import io.weir.gateway.efficiency.codec.StateFormat;
import io.weir.gateway.efficiency.config.AssetPattern;
import io.weir.gateway.efficiency.config.Target;
import io.weir.gateway.model.Asset;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which targets were configured, so that the next configuration knows which days of the past it
 * changes for which lines. Only what is dated changes the past: a target without dates that is
 * changed holds from then on.
 *
 * <p>Mutable; belongs to its {@link Fold}.
 */
final class TargetChanges {

  private static final Target NONE =
      new Target(0, null, null, null, LocalDate.EPOCH, LocalDate.EPOCH);

  private final List<Target> former = new ArrayList<>();

  /** An earlier version did not say which there were. */
  private boolean isKnown;

  /** Notes those that there are now. */
  void configured(List<Target> now) {
    former.clear();
    former.addAll(now);
    isKnown = true;
  }

  /**
   * Marks the days on which lines or their machines aim at something else by date than before, and
   * forgets what was configured.
   *
   * @param newest the newest instant of the figures
   */
  void compare(List<Target> now, Calendars calendars, Set<Asset> lines, long newest, Marks marks) {
    if (isKnown && newest > Long.MIN_VALUE && !former.equals(now)) {
      Map<Asset, List<ShiftCalendar.Interval>> byLine = new LinkedHashMap<>();
      for (Asset line : lines) {
        byLine.put(line, changed(of(former, line), of(now, line), calendars.of(line), newest));
      }
      marks.addBelow(byLine);
    }
    former.clear();
    isKnown = false;
  }

  private static List<ShiftCalendar.Interval> changed(
      List<Target> were, List<Target> are, ShiftCalendar calendar, long newest) {
    List<ShiftCalendar.Interval> days = new ArrayList<>();
    if (were.equals(are)) {
      return days;
    }
    LocalDate last = calendar.date(newest);
    for (LocalDate date = last.minusDays(CalendarPrint.DAYS - 1L);
        !date.isAfter(last);
        date = date.plusDays(1)) {
      Set<Target> was = on(were, date);
      Set<Target> is = on(are, date);
      if (isDated(was, is) || isDated(is, was)) {
        days.add(calendar.day(date));
      }
    }
    return days;
  }

  private static Set<Target> on(List<Target> targets, LocalDate date) {
    Set<Target> valid = new HashSet<>();
    for (Target each : targets) {
      if (!date.isBefore(each.from()) && !date.isAfter(each.to())) {
        valid.add(each);
      }
    }
    return valid;
  }

  /** Whether one with dates is not among the others, which may have other dates. */
  private static boolean isDated(Set<Target> targets, Set<Target> others) {
    return targets.stream()
        .filter(TargetChanges::isDated)
        .anyMatch(each -> others.stream().noneMatch(other -> saysTheSame(each, other)));
  }

  private static boolean isDated(Target target) {
    return !target.from().equals(LocalDate.MIN) || !target.to().equals(LocalDate.MAX);
  }

  private static boolean saysTheSame(Target one, Target other) {
    return always(one).equals(always(other));
  }

  private static Target always(Target target) {
    return new Target(
        target.oee(),
        target.asset(),
        target.product(),
        target.shift(),
        LocalDate.MIN,
        LocalDate.MAX);
  }

  /** Those of a line, of its machines, and of what is above it. */
  private static List<Target> of(List<Target> targets, Asset line) {
    return targets.stream()
        .filter(each -> each.asset() == null || AssetPattern.touches(each.asset(), line.path()))
        .toList();
  }

  void exchange(StateCodec codec) {
    if (!codec.has(StateFormat.DATED_TARGETS)) {
      return;
    }
    isKnown = codec.flag(isKnown);
    codec.all(former, () -> NONE, target -> exchange(target, codec));
  }

  private static Target exchange(Target target, StateCodec codec) {
    return new Target(
        codec.real(target.oee()),
        codec.text(target.asset()),
        codec.text(target.product()),
        codec.text(target.shift()),
        LocalDate.ofEpochDay(codec.number(target.from().toEpochDay())),
        LocalDate.ofEpochDay(codec.number(target.to().toEpochDay())));
  }
}
