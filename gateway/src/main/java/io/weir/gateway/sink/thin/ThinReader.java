package io.weir.gateway.sink.thin;

import io.weir.gateway.config.Section;
import io.weir.gateway.model.AssetFilter;
import io.weir.gateway.model.NamePattern;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Reads the list {@code thin} of a sink. */
public final class ThinReader {

  private static final List<String> METHODS = List.of("window", "swinging-door", "every");

  /** The keys that belong to one method alone. */
  private static final List<List<String>> KEYS =
      List.of(List.of("keep", "late"), List.of("max-silence"), List.of());

  private static final Duration DAY = Duration.ofDays(1);
  private static final Duration LONGEST = Duration.ofDays(7);
  private static final Duration LATE = Duration.ofMinutes(5);
  private static final List<Aggregate> KEEP = List.of(Aggregate.MEAN, Aggregate.MIN, Aggregate.MAX);

  /** Windows of one metric that wait for late readings at most. */
  private static final long MOST_OPEN = 100;

  private ThinReader() {}

  /** The rules of a sink, none where it has no such list. */
  public static List<ThinRule> read(Section sink) {
    List<ThinRule> rules = new ArrayList<>();
    for (Section each : sink.sections("thin")) {
      if (!rules.isEmpty() && rules.get(rules.size() - 1).fitsAll()) {
        each.problem(first(each), "never applies: the rule before it fits everything");
      }
      rules.add(rule(each));
    }
    return List.copyOf(rules);
  }

  private static ThinRule rule(Section section) {
    return new ThinRule(
        AssetFilter.of(assets(section, "include"), assets(section, "exclude")),
        names(section, "measurements"),
        names(section, "metrics"),
        method(section));
  }

  private static List<String> assets(Section section, String key) {
    List<String> patterns = section.texts(key);
    for (String each : patterns) {
      String fault = AssetFilter.fault(each);
      if (fault != null) {
        section.problem(key, fault);
      }
    }
    return patterns;
  }

  private static List<NamePattern> names(Section section, String key) {
    return section.texts(key).stream().map(NamePattern::ofName).toList();
  }

  private static String first(Section section) {
    return METHODS.stream().filter(section::has).findFirst().orElse(METHODS.get(0));
  }

  private static Method method(Section section) {
    List<String> given = METHODS.stream().filter(section::has).toList();
    if (given.isEmpty()) {
      section.problem("window", "is missing: give window, swinging-door or every");
    }
    if (given.size() > 1) {
      section.problem(given.get(1), "does not go with " + given.get(0) + ": take one of them");
    }
    for (int i = 0; i < METHODS.size(); i++) {
      for (String key : KEYS.get(i)) {
        if (section.has(key) && !section.has(METHODS.get(i))) {
          section.problem(key, "belongs to " + METHODS.get(i));
        }
      }
    }
    if (section.has("swinging-door")) {
      return door(section);
    }
    return section.has("every") ? new Method.Every(section.number("every", 2)) : window(section);
  }

  private static Method.Window window(Section section) {
    Duration length = section.seconds("window", Duration.ofMinutes(1), Duration.ofSeconds(1), DAY);
    if (length.isZero() || DAY.toSeconds() % Math.max(1, length.toSeconds()) != 0) {
      section.problem(
          "window",
          "must divide a day, such as 10s, 1m or 15m, not '" + section.written("window") + "'");
    }
    Duration most = length.multipliedBy(MOST_OPEN);
    Duration usual = LATE.compareTo(most) < 0 ? LATE : most;
    Duration late = section.duration("late", usual, Duration.ZERO, LONGEST);
    if (late.compareTo(most) > 0) {
      section.problem(
          "late", "must be at most " + MOST_OPEN + " windows, which wait so long in memory");
    }
    return new Method.Window(length.toNanos(), keep(section), late.toNanos());
  }

  private static List<Aggregate> keep(Section section) {
    List<Aggregate> keep = new ArrayList<>();
    for (String each : section.texts("keep")) {
      for (Aggregate aggregate : Aggregate.values()) {
        if (aggregate.name().toLowerCase(Locale.ROOT).equals(each)) {
          keep.add(aggregate);
        }
      }
    }
    if (!keep.isEmpty() && keep.get(0) == Aggregate.COUNT) {
      section.problem("keep", "must not begin with count: the first one has the metric's own name");
    }
    return keep.isEmpty() ? KEEP : keep;
  }

  private static Method.SwingingDoor door(Section section) {
    String text = section.text("swinging-door", "1");
    boolean isShare = text.endsWith("%");
    double error = number(isShare ? text.substring(0, text.length() - 1) : text);
    if (error == 0) {
      section.problem("swinging-door", "must be above 0: how far the line may be from a value");
    }
    Duration silence =
        section.duration("max-silence", Duration.ofMinutes(10), Duration.ofSeconds(1), DAY);
    return new Method.SwingingDoor(isShare ? error / 100 : error, isShare, silence.toNanos());
  }

  private static double number(String text) {
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException e) {
      return 1; // refused by the schema
    }
  }
}
