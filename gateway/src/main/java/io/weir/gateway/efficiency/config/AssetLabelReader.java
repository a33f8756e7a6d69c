package io.weir.gateway.efficiency.config;

import io.weir.gateway.config.Section;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads how people call places and machines, in every language or by language. Only the page shows
 * it: in stores and figures an asset has its path.
 */
final class AssetLabelReader {

  private static final int MOST_LEVELS = 4;

  private AssetLabelReader() {}

  /** By the path of an asset its label by language; by "" a label of every language. */
  static Map<String, Map<String, String>> read(Section efficiency) {
    Map<String, Map<String, String>> labels = new LinkedHashMap<>();
    Map<String, Section> seen = new HashMap<>();
    for (Section section : efficiency.sections("labels")) {
      String asset = section.text("asset", "");
      String[] levels = asset.split("/", -1);
      Section before = seen.putIfAbsent(asset, section);
      if (levels.length > MOST_LEVELS
          || List.of(levels).stream().anyMatch(String::isBlank)
          || asset.contains("*")) {
        section.problem(
            "asset", "must be the whole path of a site, area, line or machine, without a star");
      } else if (before != null) {
        section.problem("asset", "stands in " + before.where("asset") + " already");
      }
      labels.put(asset, label(section));
    }
    return Map.copyOf(labels);
  }

  private static Map<String, String> label(Section section) {
    return section.hasSection("label")
        ? languages(section.section("label"))
        : Map.of("", section.text("label", ""));
  }

  /** The text of each language. */
  static Map<String, String> languages(Section languages) {
    Map<String, String> texts = new LinkedHashMap<>();
    languages.names().forEach(language -> texts.put(language, languages.text(language, "")));
    return Map.copyOf(texts);
  }
}
