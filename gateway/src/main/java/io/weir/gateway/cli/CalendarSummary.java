package io.weir.gateway.cli;

import io.weir.gateway.efficiency.config.EfficiencyConfig;
import io.weir.gateway.efficiency.config.LineCalendar;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Which line has which calendar, of the lines that a configuration names. */
final class CalendarSummary {

  private static final int LEVELS_OF_A_LINE = 3;

  private CalendarSummary() {}

  /** One line for each calendar, that of the plant last; none where all lines share one. */
  static List<String> of(EfficiencyConfig efficiency) {
    if (efficiency.calendars().isEmpty()) {
      return List.of();
    }
    Map<String, List<String>> fitting =
        named(efficiency).stream().collect(Collectors.groupingBy(efficiency::calendarOf));
    List<String> lines = new ArrayList<>();
    for (LineCalendar each : efficiency.calendars()) {
      lines.add(line(each.asset(), each.calendar(), fitting.getOrDefault(each.asset(), List.of())));
    }
    List<String> usual = new ArrayList<>(fitting.getOrDefault("", List.of()));
    usual.add("all other lines");
    lines.add(line("of the plant", efficiency.calendar(), usual));
    return lines;
  }

  private static String line(String name, EfficiencyConfig.Calendar calendar, List<String> lines) {
    String of = lines.isEmpty() ? "no line that the file names" : String.join(", ", lines);
    return "    %-16s %s: %s".formatted("calendar " + name, shifts(calendar), of);
  }

  /** The lines under {@code lines}, and those of machines with a whole path. */
  private static TreeSet<String> named(EfficiencyConfig efficiency) {
    TreeSet<String> named = new TreeSet<>();
    efficiency.lines().forEach(line -> named.add(line.asset()));
    efficiency
        .namedMachines()
        .forEach(
            machine -> {
              String[] levels = machine.path().split("/", -1);
              named.add(String.join("/", List.of(levels).subList(0, LEVELS_OF_A_LINE)));
            });
    return named;
  }

  /** The names of the shifts, without overtime. */
  static String shifts(EfficiencyConfig.Calendar calendar) {
    String names =
        calendar.shifts().stream()
            .filter(shift -> !shift.overtime())
            .map(EfficiencyConfig.Shift::name)
            .distinct()
            .collect(Collectors.joining(", "));
    return names.isEmpty() ? "no shifts" : names;
  }
}
