package io.weir.gateway.notify;

import io.weir.gateway.log.Time;
import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Visible;
import io.weir.gateway.notify.Event.Type;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Makes a message of events. Of each cause it says once how it stands now, so what began and ended
 * ten times while the receiver was away is one line.
 *
 * @param gateway its id
 * @param page address of the live page without a slash at its end, or ""
 */
record Composer(String gateway, String page, ZoneId zone, Texts texts) {

  /** In English. */
  Composer(String gateway, String page, ZoneId zone) {
    this(gateway, page, zone, Texts.ENGLISH);
  }

  static Composer of(NotifyConfig config) {
    return new Composer(
        config.gateway(), config.page(), config.zone(), Texts.of(config.language()));
  }

  /** Further causes are counted. */
  private static final int MOST_LINES = 50;

  private static final int LEVELS = 4;
  private static final int LEVELS_OF_A_LINE = 3;

  private static final int MOST_TEXT = 500;
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm");

  /** The events of one cause. */
  private static final class Group {
    final List<Event> events = new ArrayList<>();

    Event last() {
      return events.get(events.size() - 1);
    }

    int begins() {
      return (int)
          events.stream().filter(e -> e.type() == Type.RAISED || e.type() == Type.FLAPPING).count();
    }

    /** What still holds first, critical before the rest. */
    int rank() {
      int ended = last().type() == Type.CLEARED ? 2 : 0;
      return ended + (last().cause().critical() ? 0 : 1);
    }
  }

  private record Key(String kind, String subject, Asset asset) {

    /** What a machine is called may change when another comes that has its path. */
    static Key of(Cause cause) {
      boolean isOfGateway = cause.asset().equals(Asset.NONE);
      return new Key(cause.kind(), isOfGateway ? cause.subject() : "", cause.asset());
    }
  }

  Notice compose(String outlet, Batch batch, Instant now) {
    Map<Key, Group> groups = new LinkedHashMap<>();
    for (Event event : batch.events()) {
      Key key = Key.of(event.cause());
      groups.computeIfAbsent(key, made -> new Group()).events.add(event);
    }
    List<Group> ordered =
        groups.values().stream().sorted(Comparator.comparingInt(Group::rank)).toList();
    List<Notice.Line> lines = ordered.stream().limit(MOST_LINES).map(Composer::line).toList();
    StringBuilder text = new StringBuilder();
    for (Group each : ordered.subList(0, lines.size())) {
      append(text, each);
    }
    if (ordered.size() > MOST_LINES) {
      text.append(texts.text("more", ordered.size() - MOST_LINES)).append('\n');
    }
    if (batch.omitted() > 0) {
      text.append(texts.text("omitted", batch.omitted())).append('\n');
    }
    text.append('\n').append(texts.text("gateway", gateway));
    if (!page.isEmpty()) {
      text.append(": ").append(page).append('/');
    }
    text.append('\n');
    String link = page.isEmpty() ? "" : ordered.size() == 1 ? link(ordered.get(0)) : page + "/";
    return new Notice(
        "%s.%s.%d-%d".formatted(gateway, outlet, batch.firstNumber(), batch.lastNumber()),
        gateway,
        now,
        title(ordered),
        text.toString(),
        link,
        ordered.get(0).rank() == 0,
        lines);
  }

  /** A message that says only that the outlet works. */
  Notice test(String outlet, Instant now) {
    Cause cause = new Cause("test", outlet, Asset.NONE, false, texts.text("test"), nanos(now));
    Notice.Line line =
        new Notice.Line("test", "", "test", outlet, Asset.NONE, "warning", cause.text(), now, 1);
    String where = page.isEmpty() ? "" : ": " + page + "/";
    return new Notice(
        gateway + "." + outlet + ".test",
        gateway,
        now,
        "[" + gateway + "] " + texts.text("test.title", outlet),
        cause.text() + "\n\n" + texts.text("gateway", gateway) + where + "\n",
        page.isEmpty() ? "" : page + "/",
        false,
        List.of(line));
  }

  private static long nanos(Instant at) {
    return at.getEpochSecond() * 1_000_000_000L + at.getNano();
  }

  private static Notice.Line line(Group group) {
    Event last = group.last();
    Cause cause = last.cause();
    return new Notice.Line(
        last.type().name().toLowerCase(Locale.ROOT),
        last.notice(),
        cause.kind(),
        cause.subject(),
        cause.asset(),
        severity(cause),
        oneLine(cause.text(), MOST_TEXT),
        Time.instant(cause.sinceNs()),
        group.begins());
  }

  private static String severity(Cause cause) {
    return cause.critical() ? "critical" : "warning";
  }

  private void append(StringBuilder text, Group group) {
    Event last = group.last();
    Cause cause = last.cause();
    text.append(head(last)).append(": ").append(oneLine(cause.text(), MOST_TEXT)).append('\n');
    String since = TIME.format(Time.instant(cause.sinceNs()).atZone(zone));
    text.append("  ").append(texts.text("since", since, zone.getId()));
    if (last.type() == Type.CLEARED) {
      text.append(texts.text("for", length(last.atNs() - cause.sinceNs())));
    }
    if (group.begins() > 1) {
      text.append(texts.text("times", group.begins()));
    }
    text.append(" (").append(cause.kind()).append(", ").append(last.notice()).append(")\n");
    if (!page.isEmpty() && !cause.asset().equals(Asset.NONE)) {
      text.append("  ").append(link(group)).append('\n');
    }
  }

  private String head(Event event) {
    String severity = severity(event.cause());
    return switch (event.type()) {
      case RAISED -> texts.text(severity);
      case REPEATED -> texts.text("still." + severity);
      case CLEARED -> texts.text("ended");
      case FLAPPING -> texts.text("flapping");
    };
  }

  private String title(List<Group> ordered) {
    String what;
    if (ordered.size() == 1) {
      Event only = ordered.get(0).last();
      String head = only.type() == Type.FLAPPING ? texts.text("flapping.short") : head(only);
      what = head + ": " + only.cause().text();
    } else {
      long ended = ordered.stream().filter(g -> g.last().type() == Type.CLEARED).count();
      long critical = ordered.stream().filter(g -> g.rank() == 0).count();
      long warnings = ordered.size() - ended - critical;
      List<String> parts = new ArrayList<>();
      count(parts, critical, "critical");
      count(parts, warnings, "warning");
      count(parts, ended, "ended");
      what = String.join(", ", parts);
    }
    return oneLine("[" + gateway + "] " + what, Notice.MOST_TITLE);
  }

  private void count(List<String> parts, long count, String what) {
    if (count > 0) {
      parts.add(texts.text("count." + what, count));
    }
  }

  /**
   * The view of a machine or line, whose names may hold any character; with a gap for a level that
   * is missing where another has its path.
   */
  private String link(Group group) {
    Cause cause = group.last().cause();
    Asset asset = cause.asset();
    if (asset.equals(Asset.NONE)) {
      return page + "/";
    }
    List<String> levels = asset.levels().subList(0, cause.isLine() ? LEVELS_OF_A_LINE : LEVELS);
    boolean isAlone = cause.subject().equals(asset.path());
    return page
        + (cause.isLine() ? "/#/line/" : "/#/machine/")
        + levels.stream()
            .filter(level -> !(isAlone && level.isEmpty()))
            .map(level -> URLEncoder.encode(level, StandardCharsets.UTF_8).replace("+", "%20"))
            .collect(Collectors.joining("/"));
  }

  /** In the largest units that say enough. */
  private String length(long ns) {
    long minutes = Math.max(0, Duration.ofNanos(ns).toMinutes());
    if (minutes < 60) {
      return texts.text("length.minutes", minutes);
    }
    return minutes < 48 * 60
        ? texts.text("length.hours", minutes / 60, minutes % 60)
        : texts.text("length.days", minutes / (24 * 60));
  }

  /**
   * A text that breaks no line and no header: names of machines and answers of stores come from
   * outside.
   */
  static String oneLine(String text, int most) {
    String clean = Visible.of(text).replaceAll("[\\p{Cntrl}\\u2028\\u2029]+", " ").strip();
    return clean.length() <= most ? clean : clean.substring(0, most - 1) + "…";
  }
}
