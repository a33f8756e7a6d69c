package io.weir.gateway.efficiency.calendar;

import io.weir.gateway.efficiency.config.AssetPattern;
import io.weir.gateway.efficiency.config.EfficiencyConfig;
import io.weir.gateway.efficiency.config.LineCalendar;
import io.weir.gateway.model.Asset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The calendar of each line: the first entry of the configuration whose pattern fits its path, else
 * that of the plant. Equal calendars are one. Machines have the calendar of their line; those
 * without a line that of their area or site.
 *
 * <p>Not for several threads: neither are the calendars.
 */
public final class Calendars {

  /** Lines whose calendar is remembered. */
  private static final int MOST_KNOWN = 100_000;

  private record Special(Pattern lines, ShiftCalendar calendar) {}

  private final ShiftCalendar usual;
  private final List<Special> special = new ArrayList<>();
  private final List<ShiftCalendar> all;
  private final Map<Asset, ShiftCalendar> known = new HashMap<>();

  public Calendars(EfficiencyConfig efficiency) {
    Map<EfficiencyConfig.Calendar, ShiftCalendar> made = new LinkedHashMap<>();
    usual = new ShiftCalendar(efficiency.zone(), efficiency.calendar());
    if (!efficiency.calendars().isEmpty()) { // the first hash of a record takes milliseconds
      made.put(efficiency.calendar(), usual);
    }
    for (LineCalendar each : efficiency.calendars()) {
      ShiftCalendar calendar =
          made.computeIfAbsent(
              each.calendar(), absent -> new ShiftCalendar(efficiency.zone(), absent));
      special.add(new Special(AssetPattern.below(each.asset()), calendar));
    }
    all = made.isEmpty() ? List.of(usual) : List.copyOf(made.values());
  }

  /** The calendar of a line, or of the line of a machine. */
  public ShiftCalendar of(Asset asset) {
    Asset line = asset.toLine();
    ShiftCalendar calendar = known.get(line);
    if (calendar == null) {
      calendar = find(line.path());
      if (known.size() >= MOST_KNOWN) {
        known.clear();
      }
      known.put(line, calendar);
    }
    return calendar;
  }

  private ShiftCalendar find(String path) {
    for (Special each : special) {
      if (each.lines.matcher(path).matches()) {
        return each.calendar;
      }
    }
    return usual;
  }

  /** Those that lines of an asset may have; of a line or a machine its own. */
  public List<ShiftCalendar> within(Asset asset) {
    return asset.line() == null ? all : List.of(of(asset));
  }

  /** All of them, that of the plant first. */
  public List<ShiftCalendar> all() {
    return all;
  }
}
