package io.weir.gateway.efficiency.config;

import io.weir.gateway.config.Section;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Reads a calendar, whose shifts may not overlap on any date. That of a line takes over from the
 * plant what it does not have itself; overtime belongs to the shifts, so it comes with them.
 */
final class CalendarReader {

  private static final int MINUTES_A_DAY = 24 * 60;
  private static final List<String> DAYS = List.of("mon", "tue", "wed", "thu", "fri", "sat", "sun");

  /** Names with a meaning of their own among the tags of figures. */
  private static final Set<String> RESERVED = Set.of("all", "none");

  /** A week that stands for all, where no date says that a shift begins or ends to be. */
  private static final LocalDate ANY_DAY = LocalDate.of(2024, 1, 1);

  private static final int LEVELS_OF_A_LINE = 3;

  private final Section section;

  /** What holds where the group has no key of its own. */
  private final EfficiencyConfig.Calendar usual;

  private final List<EfficiencyConfig.Shift> shifts = new ArrayList<>();

  /** Where each shift stands. */
  private final Map<EfficiencyConfig.Shift, Section> places = new IdentityHashMap<>();

  private CalendarReader(Section section, EfficiencyConfig.Calendar usual) {
    this.section = section;
    this.usual = usual;
  }

  /** Reads the keys of a calendar in a group. */
  static EfficiencyConfig.Calendar read(Section section) {
    return new CalendarReader(section, EfficiencyConfig.Calendar.NONE).calendar();
  }

  /** Reads the calendars of lines, each over that of the plant. */
  static List<LineCalendar> ofLines(Section efficiency, EfficiencyConfig.Calendar plant) {
    List<LineCalendar> calendars = new ArrayList<>();
    Map<String, Section> seen = new HashMap<>();
    for (Section each : efficiency.sections("calendars")) {
      String asset = each.text("asset", "");
      List<String> levels = List.of(asset.split("/", -1));
      Section before = seen.putIfAbsent(asset, each);
      if (levels.size() > LEVELS_OF_A_LINE
          || levels.stream().anyMatch(String::isBlank)
          || asset.contains("**")) {
        each.problem(
            "asset",
            "must be a pattern of site, area and line such as plant-a/hall-1/*, or of the first of"
                + " them; all machines of a line have one calendar");
      } else if (before != null) {
        each.problem("asset", "is never used: it is already in " + before.where("asset"));
      }
      if (each.names().size() < 2) {
        each.problem("asset", "has nothing beside it", "add what differs, such as shifts");
      }
      calendars.add(new LineCalendar(asset, new CalendarReader(each, plant).calendar()));
    }
    return List.copyOf(calendars);
  }

  private EfficiencyConfig.Calendar calendar() {
    boolean own = section.has("shifts");
    for (EfficiencyConfig.Shift shift : usual.shifts()) {
      if (!own) {
        shifts.add(shift);
      }
    }
    for (Section shift : section.sections("shifts")) {
      add(shift, shift(shift));
    }
    boolean regular = !shifts.isEmpty();
    for (Section overtime : section.sections("overtime")) {
      add(overtime, overtime(overtime));
      if (!regular) {
        overtime.problem("date", "there are no shifts beside which it could be worked");
      }
    }
    EfficiencyConfig.Calendar calendar =
        new EfficiencyConfig.Calendar(
            section.has("production-day") ? time(section, "production-day") : usual.productionDay(),
            List.copyOf(shifts),
            section.has("holidays") ? holidays() : usual.holidays(),
            section.has("closures") ? closures() : usual.closures());
    if (own || section.has("overtime") || section.has("production-day")) {
      checkOverlaps(calendar);
    }
    return calendar;
  }

  private void add(Section place, EfficiencyConfig.Shift shift) {
    shifts.add(shift);
    places.put(shift, place);
  }

  private EfficiencyConfig.Shift shift(Section shift) {
    LocalDate from = date(shift, "valid-from", LocalDate.MIN);
    LocalDate to = date(shift, "valid-to", LocalDate.MAX);
    if (to.isBefore(from)) {
      shift.problem("valid-to", "is before valid-from");
    }
    String name = name(shift, "");
    for (EfficiencyConfig.Shift before : shifts) {
      if (before.name().equals(name)
          && !before.validTo().isBefore(from)
          && !to.isBefore(before.validFrom())) {
        shift.problem("name", "is taken already, in " + place(before).where("name"));
        break;
      }
    }
    return shift(shift, name, days(shift), from, to, false);
  }

  private EfficiencyConfig.Shift overtime(Section shift) {
    LocalDate date = date(shift, "date", LocalDate.EPOCH);
    return shift(shift, name(shift, "overtime"), EnumSet.allOf(DayOfWeek.class), date, date, true);
  }

  private static String name(Section shift, String otherwise) {
    String name = shift.text("name", otherwise);
    if (RESERVED.contains(name)) {
      shift.problem("name", "has a meaning of its own in the store; choose another");
    }
    return name;
  }

  private static EfficiencyConfig.Shift shift(
      Section shift,
      String name,
      Set<DayOfWeek> days,
      LocalDate from,
      LocalDate to,
      boolean overtime) {
    LocalTime start = time(shift, "start");
    LocalTime end = time(shift, "end");
    List<EfficiencyConfig.Break> breaks = new ArrayList<>();
    for (Section pause : shift.sections("breaks")) {
      breaks.add(pause(pause, start, end));
    }
    return new EfficiencyConfig.Shift(
        name, Set.copyOf(days), start, end, List.copyOf(breaks), from, to, overtime);
  }

  private Section place(EfficiencyConfig.Shift shift) {
    return places.getOrDefault(shift, section);
  }

  private Set<LocalDate> holidays() {
    Set<LocalDate> dates = new HashSet<>();
    for (String date : section.texts("holidays")) {
      try {
        dates.add(LocalDate.parse(date));
      } catch (DateTimeParseException e) {
        section.problem("holidays", "there is no date '" + date + "'");
      }
    }
    return Set.copyOf(dates);
  }

  private List<EfficiencyConfig.Closure> closures() {
    List<EfficiencyConfig.Closure> closures = new ArrayList<>();
    for (Section each : section.sections("closures")) {
      LocalDateTime from = instant(each, "from");
      LocalDateTime to = instant(each, "to");
      if (from != null && to != null) {
        if (!from.isBefore(to)) {
          each.problem("to", "is not after from");
        }
        closures.add(new EfficiencyConfig.Closure(from, to));
      }
    }
    return List.copyOf(closures);
  }

  private static @Nullable LocalDateTime instant(Section section, String key) {
    String text = section.text(key, "");
    try {
      return LocalDateTime.parse(text);
    } catch (DateTimeParseException e) {
      if (text.matches("[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}")) {
        section.problem(key, "there is no time '" + section.written(key) + "'");
      }
      return null; // the schema has refused others
    }
  }

  static LocalDate date(Section section, String key, LocalDate otherwise) {
    String text = section.text(key);
    try {
      return text == null ? otherwise : LocalDate.parse(text);
    } catch (DateTimeParseException e) {
      if (text.matches("[0-9]{4}-[0-9]{2}-[0-9]{2}")) {
        section.problem(key, "there is no date '" + section.written(key) + "'");
      }
      return otherwise;
    }
  }

  /** What the schema has refused reads as midnight. */
  private static LocalTime time(Section section, String key) {
    String text = section.text(key, "");
    return text.matches("([01][0-9]|2[0-3]):[0-5][0-9]")
        ? LocalTime.parse(text)
        : LocalTime.MIDNIGHT;
  }

  /** From one time to another, which at or before it is on the next day. */
  private static int minutes(LocalTime from, LocalTime to) {
    int minutes = (int) Duration.between(from, to).toMinutes();
    return minutes > 0 ? minutes : minutes + MINUTES_A_DAY;
  }

  /**
   * {@code mon-fri}, {@code sat,sun}, {@code fri-mon}. None where the schema has refused them, so
   * that no other shift seems to overlap.
   */
  private static Set<DayOfWeek> days(Section shift) {
    Set<DayOfWeek> days = EnumSet.noneOf(DayOfWeek.class);
    String text = shift.text("days", shift.has("days") ? "" : "mon-sun");
    for (String part : text.split(", ?")) {
      String[] ends = part.split("-");
      int first = DAYS.indexOf(ends[0]);
      int last = DAYS.indexOf(ends[ends.length - 1]);
      if (first >= 0 && last >= 0) {
        int count = Math.floorMod(last - first, DAYS.size()) + 1;
        for (int i = 0; i < count; i++) {
          days.add(DayOfWeek.of((first + i) % DAYS.size() + 1));
        }
      }
    }
    return days;
  }

  /**
   * Which shifts meet differs only from one day of the week to another, and around the dates that
   * the calendar names.
   */
  private void checkOverlaps(EfficiencyConfig.Calendar calendar) {
    TreeSet<LocalDate> dates = new TreeSet<>();
    addDays(dates, ANY_DAY, 0, 8);
    for (EfficiencyConfig.Shift shift : shifts) {
      int days = shift.overtime() ? 1 : 8;
      if (!shift.validFrom().equals(LocalDate.MIN)) {
        addDays(dates, shift.validFrom(), -days, days);
      }
      if (!shift.validTo().equals(LocalDate.MAX)) {
        addDays(dates, shift.validTo(), -days, days);
      }
    }
    ShiftDates shiftDates = new ShiftDates(calendar);
    Set<Section> reported = new HashSet<>();
    for (LocalDate date : dates) {
      List<ShiftDates.Dated> met = new ArrayList<>(shiftDates.of(date.minusDays(1)));
      met.addAll(shiftDates.of(date));
      met.sort(Comparator.comparingInt(each -> shifts.indexOf(each.shift())));
      for (int i = 1; i < met.size(); i++) {
        for (int k = 0; k < i; k++) {
          Section later = place(met.get(i).shift());
          if (met.get(i).overlaps(met.get(k)) && reported.add(later)) {
            later.problem("start", "overlaps the shift '" + met.get(k).shift().name() + "'");
          }
        }
      }
    }
  }

  private static void addDays(Set<LocalDate> dates, LocalDate around, int from, int to) {
    for (int i = from; i <= to; i++) {
      dates.add(around.plusDays(i));
    }
  }

  private static EfficiencyConfig.Break pause(Section section, LocalTime start, LocalTime end) {
    LocalTime at = time(section, "start");
    int length = section.number("minutes", 1);
    int offset = Math.floorMod((int) Duration.between(start, at).toMinutes(), MINUTES_A_DAY);
    if (offset + length > minutes(start, end)) {
      section.problem("start", "the break does not lie within its shift");
    }
    return new EfficiencyConfig.Break(at, Duration.ofMinutes(length));
  }
}
