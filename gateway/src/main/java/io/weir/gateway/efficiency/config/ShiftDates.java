package io.weir.gateway.efficiency.config;

import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Which shifts belong to a date, and when they begin and end by the local clock. */
public final class ShiftDates {

  private final EfficiencyConfig.Calendar calendar;
  private final List<EfficiencyConfig.Shift> shifts;

  public ShiftDates(EfficiencyConfig.Calendar calendar) {
    this.calendar = calendar;
    shifts =
        calendar.shifts().isEmpty() ? List.of(allDay(calendar.productionDay())) : calendar.shifts();
  }

  private static EfficiencyConfig.Shift allDay(LocalTime begin) {
    return new EfficiencyConfig.Shift(
        EfficiencyConfig.Shift.ALL, Set.of(DayOfWeek.values()), begin, begin, List.of());
  }

  /**
   * A shift of one date.
   *
   * @param holiday whether all of it is a planned stop
   */
  public record Dated(
      EfficiencyConfig.Shift shift, LocalDateTime start, LocalDateTime end, boolean holiday) {

    public LocalDateTime startOf(EfficiencyConfig.Break pause) {
      LocalDate date = start.toLocalDate();
      return (pause.start().isBefore(shift.start()) ? date.plusDays(1) : date)
          .atTime(pause.start());
    }

    boolean overlaps(Dated other) {
      return start.isBefore(other.end) && other.start.isBefore(end);
    }
  }

  /** The shifts of a date: those that start in the day of production that begins on it. */
  public List<Dated> of(LocalDate date) {
    boolean holiday = calendar.holidays().contains(date);
    List<Dated> overtime = new ArrayList<>(0);
    List<Dated> all = new ArrayList<>();
    for (EfficiencyConfig.Shift shift : shifts) {
      if (shift.isOn(date)) {
        (shift.overtime() ? overtime : all).add(dated(shift, date, holiday && !shift.overtime()));
      }
    }
    if (holiday) {
      all.removeIf(shift -> overtime.stream().anyMatch(shift::overlaps));
    }
    all.addAll(overtime);
    return all;
  }

  /**
   * What is said of a date: whether it is a holiday, the shifts that began to hold by then, and
   * those that hold no longer.
   */
  public List<Object> said(LocalDate date) {
    List<Object> said = new ArrayList<>();
    said.add(calendar.holidays().contains(date));
    for (EfficiencyConfig.Shift shift : shifts) {
      boolean began = !shift.validFrom().equals(LocalDate.MIN);
      if (date.isAfter(shift.validTo()) ? !shift.overtime() : began && shift.isOn(date)) {
        said.add(shift);
        said.add(date.isAfter(shift.validTo()));
      }
    }
    return said;
  }

  private Dated dated(EfficiencyConfig.Shift shift, LocalDate date, boolean holiday) {
    boolean nextDay = shift.start().isBefore(calendar.productionDay());
    LocalDateTime start = (nextDay ? date.plusDays(1) : date).atTime(shift.start());
    LocalDate last = start.toLocalDate();
    LocalDateTime end =
        (shift.end().isAfter(shift.start()) ? last : last.plusDays(1)).atTime(shift.end());
    return new Dated(shift, start, end, holiday);
  }
}
