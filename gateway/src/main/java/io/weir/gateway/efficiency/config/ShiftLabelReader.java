package io.weir.gateway.efficiency.config;

import io.weir.gateway.config.Section;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Reads how people call the shifts of all calendars, by language. Only the page shows it: in stores
 * and figures a shift has its name.
 */
final class ShiftLabelReader {

  private final Map<String, Map<String, String>> labels = new LinkedHashMap<>();

  /** Where each shift has its label. */
  private final Map<String, Section> places = new HashMap<>();

  private ShiftLabelReader() {}

  /** By the name of the shift, its label by language; without the shifts that have none. */
  static Map<String, Map<String, String>> read(Section efficiency) {
    ShiftLabelReader reader = new ShiftLabelReader();
    Stream.concat(Stream.of(efficiency), efficiency.sections("calendars").stream())
        .flatMap(
            calendar ->
                Stream.concat(
                    calendar.sections("shifts").stream(), calendar.sections("overtime").stream()))
        .filter(shift -> shift.hasSection("label"))
        .forEach(reader::add);
    return Map.copyOf(reader.labels);
  }

  private void add(Section shift) {
    String name = shift.text("name", "overtime");
    Map<String, String> texts = AssetLabelReader.languages(shift.section("label"));
    Section before = places.putIfAbsent(name, shift);
    if (before == null) {
      labels.put(name, texts);
    } else if (!texts.equals(labels.get(name))) {
      shift.problem(
          "label",
          "differs from that of the same shift in " + before.where("label"),
          "give a shift one label; others of its name need none");
    }
  }
}
