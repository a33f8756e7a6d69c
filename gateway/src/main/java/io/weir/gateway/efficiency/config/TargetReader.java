package io.weir.gateway.efficiency.config;

import io.weir.gateway.config.Nearest;
import io.weir.gateway.config.Section;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Reads the targets, of which no two may say the same of one date. */
final class TargetReader {

  private static final int LEVELS_OF_A_MACHINE = 4;

  private TargetReader() {}

  static List<Target> read(
      Section efficiency, EfficiencyConfig.Calendar plant, List<LineCalendar> calendars) {
    TreeSet<String> shifts = new TreeSet<>();
    Stream.concat(Stream.of(plant), calendars.stream().map(LineCalendar::calendar))
        .forEach(
            calendar -> {
              calendar.shifts().forEach(shift -> shifts.add(shift.name()));
              if (calendar.shifts().isEmpty()) {
                shifts.add(EfficiencyConfig.Shift.ALL);
              }
            });
    List<Target> targets = new ArrayList<>();
    List<Section> places = new ArrayList<>();
    for (Section each : efficiency.sections("targets")) {
      Target target = target(each);
      String shift = target.shift();
      if (shift != null && !shifts.contains(shift)) {
        each.problem("shift", "no shift is called '" + shift + "'", Nearest.suggest(shift, shifts));
      }
      for (int i = 0; i < targets.size(); i++) {
        if (saysTheSame(targets.get(i), target)) {
          each.problem(
              "oee", "the target in " + places.get(i).where("oee") + " holds at the same time");
          break;
        }
      }
      targets.add(target);
      places.add(each);
    }
    return List.copyOf(targets);
  }

  private static Target target(Section section) {
    String asset = section.text("asset");
    if (asset != null) {
      List<String> levels = List.of(asset.split("/", -1));
      if (levels.size() > LEVELS_OF_A_MACHINE
          || levels.stream().anyMatch(String::isBlank)
          || asset.contains("**")) {
        section.problem(
            "asset",
            "must be a pattern of site, area, line and machine such as plant-a/hall-1/line-1, or"
                + " of the first of them");
      }
    }
    LocalDate from = CalendarReader.date(section, "from", LocalDate.MIN);
    LocalDate to = CalendarReader.date(section, "to", LocalDate.MAX);
    if (to.isBefore(from)) {
      section.problem("to", "is before from");
    }
    return new Target(
        section.decimal("oee", 0), asset, section.text("product"), section.text("shift"), from, to);
  }

  private static boolean saysTheSame(Target one, Target other) {
    return Objects.equals(one.asset(), other.asset())
        && Objects.equals(one.product(), other.product())
        && Objects.equals(one.shift(), other.shift())
        && !one.to().isBefore(other.from())
        && !other.to().isBefore(one.from());
  }
}
