package io.weir.gateway.efficiency;

import io.weir.gateway.config.Section;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the list {@code efficiency.shifts}, which may not overlap in any week. */
final class ShiftReader {

  private static final int MINUTES_A_DAY = 24 * 60;
  private static final List<String> DAYS = List.of("mon", "tue", "wed", "thu", "fri", "sat", "sun");

  /** Names with a meaning of their own among the tags of figures. */
  private static final Set<String> RESERVED = Set.of("all", "none");

  /** Which shift holds each minute of the week, from Monday 00:00. */
  private final @Nullable String[] week = new @Nullable String[7 * MINUTES_A_DAY];

  private final Map<String, Section> names = new HashMap<>();

  List<EfficiencyConfig.Shift> read(List<Section> sections) {
    return sections.stream().map(this::shift).toList();
  }

  private EfficiencyConfig.Shift shift(Section section) {
    String name = section.text("name", "");
    Section before = names.putIfAbsent(name, section);
    if (before != null) {
      section.problem("name", "is taken already, in " + before.where("name"));
    } else if (RESERVED.contains(name)) {
      section.problem("name", "has a meaning of its own in the store; choose another");
    }
    LocalTime start = time(section, "start");
    LocalTime end = time(section, "end");
    Set<DayOfWeek> days = days(section.text("days", "mon-sun"));
    takeWeek(section, name, days, start, minutes(start, end));
    List<EfficiencyConfig.Break> breaks = new ArrayList<>();
    for (Section pause : section.sections("breaks")) {
      breaks.add(pause(pause, start, end));
    }
    return new EfficiencyConfig.Shift(name, days, start, end, List.copyOf(breaks));
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

  /** {@code mon-fri}, {@code sat,sun}, {@code fri-mon}. */
  private static Set<DayOfWeek> days(String text) {
    Set<DayOfWeek> days = EnumSet.noneOf(DayOfWeek.class);
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
    return Set.copyOf(days);
  }

  private void takeWeek(
      Section section, String name, Set<DayOfWeek> days, LocalTime start, int minutes) {
    for (DayOfWeek day : days) {
      int from = (day.getValue() - 1) * MINUTES_A_DAY + start.toSecondOfDay() / 60;
      for (int i = 0; i < minutes; i++) {
        int minute = (from + i) % week.length;
        if (week[minute] != null) {
          section.problem("start", "overlaps the shift '" + week[minute] + "'");
          return;
        }
        week[minute] = name;
      }
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
