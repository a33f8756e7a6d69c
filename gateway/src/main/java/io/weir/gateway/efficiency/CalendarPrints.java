package io.weir.gateway.efficiency;

import io.weir.gateway.efficiency.calendar.CalendarPrint;
import io.weir.gateway.efficiency.calendar.Calendars;
import io.weir.gateway.efficiency.calendar.ShiftCalendar;
import io.weir.gateway.efficiency.codec.StateCodec;
import io.weir.gateway.efficiency.codec.StateFormat;
import io.weir.gateway.model.Asset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What each calendar said of the last days, and which lines it was the calendar of, so that the
 * next configuration knows which days of the past it changes for which lines.
 *
 * <p>Mutable; belongs to its {@link Fold}.
 */
final class CalendarPrints {

  private final List<CalendarPrint> prints = new ArrayList<>();

  /** By line, which of the prints is that of its calendar. */
  private final Map<Asset, Integer> lines = new LinkedHashMap<>();

  /** Notes the days up to that of an instant, and the lines that there are now. */
  void reach(Calendars calendars, long instant, Set<Asset> linesNow) {
    List<ShiftCalendar> all = calendars.all();
    while (prints.size() < all.size()) {
      prints.add(new CalendarPrint());
    }
    for (int i = 0; i < all.size(); i++) {
      prints.get(i).reach(all.get(i), instant);
    }
    lines.clear();
    for (Asset line : linesNow) {
      lines.put(line, all.indexOf(calendars.of(line)));
    }
  }

  /** Marks the days of which the calendars say something else by date than these. */
  void compare(Calendars calendars, Set<Asset> linesNow, Marks marks) {
    Map<List<Object>, List<ShiftCalendar.Interval>> changed = new LinkedHashMap<>();
    Map<Asset, List<ShiftCalendar.Interval>> byLine = new LinkedHashMap<>();
    for (Asset line : linesNow) {
      int was = lines.getOrDefault(line, 0);
      if (was < prints.size()) {
        ShiftCalendar is = calendars.of(line);
        byLine.put(
            line, changed.computeIfAbsent(List.of(was, is), pair -> prints.get(was).changedBy(is)));
      }
    }
    marks.addBelow(byLine);
  }

  void clear() {
    prints.clear();
    lines.clear();
  }

  void exchange(StateCodec codec) {
    if (!codec.has(StateFormat.CALENDARS_OF_LINES)) {
      CalendarPrint ofAll = new CalendarPrint();
      ofAll.exchange(codec);
      prints.add(ofAll);
      return;
    }
    codec.all(prints, CalendarPrint::new, print -> print.exchanged(codec));
    codec.entries(lines, Asset.NONE, codec::line, () -> 0, codec::small);
  }
}
