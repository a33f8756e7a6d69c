package io.weir.gateway.discover;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Finds which fields are times, and how they are written. */
final class Times {

  private static final Set<String> NAMES =
      Set.copyOf(
          List.of(
              "ts",
              "t",
              "time",
              "timestamp",
              "datetime",
              "date",
              "at",
              "dt",
              "when",
              "epoch",
              "utc",
              "zeit",
              "zeitstempel",
              "tm",
              "tst",
              "horodatage",
              "fecha",
              "timestring",
              "timems",
              "datum",
              "uhrzeit",
              "clock",
              "localtime",
              "systime",
              "采集时间",
              "时间",
              "timeutc",
              "tstamp",
              "stamp"));

  private static final Set<String> PARTS =
      Set.copyOf(
          List.of(
              "time",
              "timestamp",
              "date",
              "zeit",
              "zeitstempel",
              "datum",
              "stamp",
              "epoch",
              "ts",
              "at"));

  private static final Set<String> MEASURED =
      Set.copyOf(
          List.of(
              "event",
              "sample",
              "sampled",
              "measured",
              "measure",
              "source",
              "recorded",
              "observed",
              "acquired",
              "mess"));

  private static final Set<String> HANDED_ON =
      Set.copyOf(
          List.of(
              "received",
              "receive",
              "server",
              "ingest",
              "processed",
              "published",
              "publish",
              "sent",
              "send",
              "forwarded"));

  /** Dates of something else than the values. */
  private static final Set<String> OTHERS =
      Set.copyOf(
          List.of(
              "last",
              "expires",
              "expiry",
              "start",
              "started",
              "end",
              "begin",
              "due",
              "planned",
              "target",
              "installed",
              "calibration",
              "maintenance",
              "boot",
              "since",
              "next",
              "shift",
              "up",
              "uptime",
              "run",
              "runtime",
              "cycle",
              "cycletime",
              "stop",
              "down",
              "idle",
              "ready",
              "setup",
              "remaining",
              "elapsed",
              "dwell",
              "born",
              "build",
              "production"));

  private Times() {}

  /** A field that is the time. */
  record Rule(String field, Map<String, Object> time, Written written) {}

  /** Whether a field is called like a time. */
  static boolean isName(String name) {
    return rank(name) > -10;
  }

  private static int rank(String key) {
    List<String> parts = Words.parts(key);
    boolean is =
        NAMES.contains(Words.bare(key))
            || parts.stream().anyMatch(PARTS::contains)
            || Words.bare(key).endsWith("time")
            || Words.bare(key).endsWith("timestamp");
    if (!is || parts.stream().anyMatch(OTHERS::contains)) {
      return -100;
    }
    int rank = parts.stream().anyMatch(MEASURED::contains) ? 2 : 0;
    return parts.stream().anyMatch(HANDED_ON::contains) ? rank - 3 : rank;
  }

  /** The fields that may be the time, the likeliest first. */
  static List<Rule> in(Fields fields, long arrivalNs) {
    List<Rule> rules = new ArrayList<>();
    Collection<Fields.Field> all =
        fields.all().stream()
            .filter(field -> !field.inList && field.flags == 0 && rank(field.key) > -10)
            .sorted(
                Comparator.comparingInt((Fields.Field field) -> -rank(field.key))
                    .thenComparing(field -> field.name.chars().filter(c -> c == '.').count())
                    .thenComparing(field -> field.name))
            .toList();
    for (Fields.Field field : all) {
      Written written = Written.of(field.values, arrivalNs);
      if (written != null && fields.isAlways(field)) {
        Map<String, Object> time = new LinkedHashMap<>();
        time.put("from", field.pointer());
        put(time, written);
        rules.add(new Rule(field.name, time, written));
      }
    }
    return rules;
  }

  /** Adds what must be said of the way a time is written. */
  static void put(Map<String, Object> time, Written written) {
    if (written.format() != null) {
      time.put("format", written.format());
    }
    if (written.unit() != null) {
      time.put("unit", written.unit());
    }
    if (written.zone() != null) {
      time.put("zone", written.zone());
    }
  }
}
