package io.weir.gateway.notify;

import io.weir.gateway.alarm.AlarmKind;
import io.weir.gateway.config.Nearest;
import io.weir.gateway.config.Section;
import io.weir.gateway.config.Urls;
import io.weir.gateway.plugin.Kinds;
import io.weir.gateway.plugin.Plugins;
import io.weir.gateway.plugin.ReadContext;
import java.net.URI;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the group {@code notify}. */
public final class NotifyReader {

  private static final Map<String, Integer> PAGES = Map.of("http", -1, "https", -1);
  private static final Duration LONGEST_HOLD = Duration.ofDays(7);
  private static final Duration USUAL_REPEAT = Duration.ofHours(4);
  private static final Set<String> OF_FIGURES =
      Set.of(Cause.MACHINE_DOWN, Cause.OEE_UNDER, Cause.UNCODED_STOPS);

  private final Section section;
  private final boolean hasFigures;
  private final ZoneId zone;
  private final ReadContext context;

  private NotifyReader(Section section, ZoneId zone, boolean hasFigures, ReadContext context) {
    this.section = section;
    this.hasFigures = hasFigures;
    this.context = context;
    this.zone = Objects.requireNonNullElse(section.zone("zone"), zone);
  }

  /**
   * @param zone where the file names none
   * @param hasFigures whether figures of efficiency are made
   */
  public static NotifyConfig read(
      Section section, String gateway, ZoneId zone, boolean hasFigures, ReadContext context) {
    return new NotifyReader(section, zone, hasFigures, context).read(gateway);
  }

  private NotifyConfig read(String gateway) {
    URI page = Urls.read(section, "page", PAGES);
    String address = page == null ? "" : page.toString();
    List<OutletConfig> outlets = outlets();
    List<Rule> rules = new ArrayList<>();
    for (Section rule : section.sections("rules")) {
      rules.add(rule(rule, outlets));
    }
    return new NotifyConfig(
        gateway,
        address.endsWith("/") ? address.substring(0, address.length() - 1) : address,
        zone,
        section.text("language", "en"),
        outlets,
        List.copyOf(rules),
        section.has("heartbeat") ? heartbeat(section.section("heartbeat"), outlets) : null);
  }

  private List<OutletConfig> outlets() {
    Kinds<OutletFactory<?>> kinds = Kinds.installed(OutletFactory.class);
    List<OutletConfig> outlets = new ArrayList<>();
    for (Section each : section.sections("outlets")) {
      OutletFactory<?> factory = kinds.get(each.text("type", ""));
      if (factory != null) { // else refused by the schema
        outlets.add(
            Plugins.call(factory, "reading its configuration", () -> factory.read(each, context)));
      }
    }
    return List.copyOf(outlets);
  }

  private Rule rule(Section rule, List<OutletConfig> outlets) {
    Set<String> when = new LinkedHashSet<>(rule.texts("when"));
    for (String id : when) {
      check(rule, id);
    }
    belongsTo(rule, "under", Cause.OEE_UNDER, when);
    belongsTo(rule, "more-than", Cause.UNCODED_STOPS, when);
    String asset = rule.text("asset");
    return new Rule(
        rule.text("name", ""),
        when,
        rule.duration("for", Duration.ZERO, Duration.ZERO, LONGEST_HOLD),
        asset == null ? null : new Rule.Asset(asset),
        rule.decimal("under", Double.NaN),
        rule.number("more-than", 0),
        schedule(rule.section("during")),
        repeat(rule),
        names(rule, outlets));
  }

  private void check(Section rule, String id) {
    if (OF_FIGURES.contains(id)) {
      if (!hasFigures) {
        rule.problem("when", "asks for " + id + ", which needs the group efficiency");
      }
      return;
    }
    Set<String> known = new LinkedHashSet<>(OF_FIGURES);
    known.add(Rule.ALARMS);
    known.add(Rule.CRITICAL);
    for (AlarmKind kind : AlarmKind.values()) {
      known.add(kind.id());
    }
    if (!known.contains(id)) {
      rule.problem("when", "there is no alarm '" + id + "'", Nearest.suggest(id, known));
    }
  }

  private static void belongsTo(Section rule, String key, String id, Set<String> when) {
    if (rule.has(key) && !when.contains(id)) {
      rule.problem(key, "belongs to " + id + ", for which this rule does not ask");
    }
  }

  private static Duration repeat(Section rule) {
    Duration repeat = rule.duration("repeat", USUAL_REPEAT, Duration.ZERO, Duration.ofDays(30));
    if (!repeat.isZero() && repeat.compareTo(Duration.ofMinutes(1)) < 0) {
      rule.problem("repeat", "must be from 1m to 30d, or 0s for never");
    }
    return repeat;
  }

  private Schedule schedule(Section during) {
    if (during.has("from") != during.has("to")) {
      String absent = during.has("from") ? "to" : "from";
      during.problem(absent, "is missing; from and to belong together");
    }
    Set<DayOfWeek> days = days(during);
    LocalTime from = time(during, "from");
    LocalTime to = time(during, "to");
    boolean always = days.size() == 7 && from.equals(to);
    return new Schedule(
        zone,
        always ? List.of() : List.of(new Schedule.Span(days, from, to)),
        Set.copyOf(during.texts("shifts")));
  }

  private static LocalTime time(Section during, String key) {
    String text = during.text(key);
    return text == null ? LocalTime.MIDNIGHT : LocalTime.parse(text);
  }

  private static Set<DayOfWeek> days(Section during) {
    Set<DayOfWeek> days = EnumSet.noneOf(DayOfWeek.class);
    for (DayOfWeek day : DayOfWeek.values()) {
      String word = day.name().substring(0, 3).toLowerCase(Locale.ROOT);
      if (!during.has("days") || during.texts("days").contains(word)) {
        days.add(day);
      }
    }
    return days;
  }

  private static List<String> names(Section section, List<OutletConfig> outlets) {
    List<String> names = section.texts("to");
    List<String> known = outlets.stream().map(OutletConfig::name).toList();
    for (String name : names) {
      if (!known.contains(name)) {
        section.problem("to", "there is no outlet '" + name + "'", Nearest.suggest(name, known));
      }
    }
    return List.copyOf(new LinkedHashSet<>(names));
  }

  private static NotifyConfig.@Nullable Heartbeat heartbeat(
      Section section, List<OutletConfig> outlets) {
    Kinds<OutletFactory<?>> kinds = Kinds.installed(OutletFactory.class);
    List<String> to = names(section, outlets);
    for (OutletConfig outlet : outlets) {
      OutletFactory<?> factory = kinds.get(outlet.type());
      if (to.contains(outlet.name()) && factory != null && !factory.beats()) {
        section.problem(
            "to", outlet.name() + " is of type " + outlet.type() + ", which sends no heartbeat");
      }
    }
    return new NotifyConfig.Heartbeat(
        section.seconds(
            "interval", Duration.ofMinutes(1), Duration.ofSeconds(5), Duration.ofDays(1)),
        to);
  }
}
