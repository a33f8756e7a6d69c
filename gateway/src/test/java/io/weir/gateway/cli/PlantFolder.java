package io.weir.gateway.cli;

import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Quality;
import io.weir.gateway.model.Reading;
import io.weir.gateway.model.Value;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A plant as it is heard, and what an engineer of it expects of each topic: a folder {@code
 * plants/<name>} with {@code messages.txt}, {@code messages-hex.txt} where there are bytes, and
 * {@code expected.txt}, whose grammar is in {@code plants/README.txt}.
 *
 * @param messages in the order in which they come
 */
record PlantFolder(String name, List<Capture> messages, Map<String, Expected> topics) {

  /** When all messages arrive. The plants' clocks are right, and have just sent. */
  static final Instant ARRIVAL = Instant.parse("2026-03-02T08:00:00Z");

  private static final long SECOND_NS = 1_000_000_000L;

  static final long ARRIVAL_NS = ARRIVAL.getEpochSecond() * SECOND_NS;

  /** Of one topic. */
  static final class Expected {
    private final String topic;
    private boolean leave;
    private boolean remark;
    private List<String> within = List.of();
    private List<String> times = List.of();
    private List<String> may = List.of();
    private final List<Metric> metrics = new ArrayList<>();

    private Expected(String topic) {
      this.topic = topic;
    }

    /** Whether the topic is no reading. */
    boolean leave() {
      return leave;
    }

    /** Whether there is no answer without a doubt, so that it must be said. */
    boolean remark() {
      return remark;
    }

    /** What is not as expected in the readings of the first message that is not retained, or "". */
    String difference(List<Reading> readings) {
      for (Metric metric : metrics) {
        Reading found =
            readings.stream().filter(each -> metric.isOf(each, within)).findFirst().orElse(null);
        if (found == null) {
          return "no '%s' of machine %s%s in %s"
              .formatted(metric.names, metric.machines, within, shown(readings));
        }
        if (metric.values.stream().noneMatch(each -> isValue(each, found.value()))) {
          return "%s is %s, not %s".formatted(found.metric(), found.value(), metric.values);
        }
        if (times.stream().noneMatch(each -> isTime(each, found.timeNs()))) {
          return "%s is of %s, not %s".formatted(found.metric(), instant(found.timeNs()), times);
        }
        if (found.quality() != Quality.GOOD) {
          return "%s is %s, %s".formatted(found.metric(), found.quality(), found.reason());
        }
      }
      return unknown(readings);
    }

    /** A metric that nobody expects, in words, or "". */
    String unknown(List<Reading> readings) {
      for (Reading each : readings) {
        if (metrics.stream().noneMatch(metric -> metric.isNamed(each))
            && may.stream().noneMatch(name -> isName(name, each))) {
          return "nobody expects " + shown(List.of(each));
        }
      }
      return "";
    }
  }

  private record Metric(List<String> machines, List<String> names, List<String> values) {

    boolean isNamed(Reading reading) {
      return names.stream().anyMatch(name -> isName(name, reading));
    }

    boolean isOf(Reading reading, List<String> within) {
      return isNamed(reading)
          && machines.stream().anyMatch(machine -> isMachine(machine, reading.series().asset()))
          && within.stream().allMatch(each -> places(reading).contains(each));
    }
  }

  /** All of them, by name. */
  static List<PlantFolder> all() throws IOException, InputException {
    Path home;
    try {
      home = Path.of(Objects.requireNonNull(PlantFolder.class.getResource("/plants")).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
    List<PlantFolder> all = new ArrayList<>();
    try (Stream<Path> folders = Files.list(home)) {
      for (Path each : folders.filter(Files::isDirectory).sorted().toList()) {
        all.add(of(each));
      }
    }
    return all;
  }

  private static PlantFolder of(Path folder) throws IOException, InputException {
    List<Capture> messages =
        new ArrayList<>(
            Capture.read(CaseFolder.text(folder.resolve("messages.txt")), Capture.Encoding.TEXT));
    Path hex = folder.resolve("messages-hex.txt");
    if (Files.exists(hex)) {
      messages.addAll(Capture.read(CaseFolder.text(hex), Capture.Encoding.HEX));
    }
    return new PlantFolder(
        String.valueOf(folder.getFileName()),
        messages,
        expected(CaseFolder.text(folder.resolve("expected.txt"))));
  }

  private static Map<String, Expected> expected(String text) {
    Map<String, Expected> all = new LinkedHashMap<>();
    Expected topic = new Expected("");
    List<String> machines = List.of();
    for (String line : text.lines().toList()) {
      String bare = line.replaceFirst("\\s+# .*$", "").strip();
      String rest = bare.substring(bare.indexOf(' ') + 1).strip();
      if (bare.isEmpty() || line.startsWith("# ")) {
        continue;
      }
      if (line.startsWith("topic ")) {
        topic = new Expected(line.substring("topic ".length()));
        machines = List.of();
        if (all.put(topic.topic, topic) != null) {
          throw new IllegalArgumentException("twice: " + line);
        }
      } else if (bare.contains(" = ")) {
        String[] sides = bare.split(" = ", 2);
        topic.metrics.add(
            new Metric(machines, List.of(sides[0].split("\\|")), List.of(sides[1].split(" \\| "))));
      } else {
        switch (bare.split(" ", 2)[0]) {
          case "machine" -> machines = List.of(rest.split(" \\| "));
          case "within" -> topic.within = List.of(rest.split(", "));
          case "time" -> topic.times = List.of(rest.split(" \\| "));
          case "may" -> topic.may = List.of(rest.split(", "));
          case "leave" -> topic.leave = true;
          case "remark" -> topic.remark = true;
          default -> throw new IllegalArgumentException("not expected: " + line);
        }
      }
    }
    return all;
  }

  /**
   * Whether a reading has a name. One of several levels, {@code Status/StateCurrent}, may also be
   * joined by dots, or have its first levels among tags and asset.
   */
  private static boolean isName(String name, Reading reading) {
    String metric = reading.metric();
    if (name.contains("*")) {
      return metric.matches(Pattern.quote(name).replace("*", "\\E.*\\Q"));
    }
    int end = name.lastIndexOf('/');
    return metric.equals(name)
        || end > 0 && metric.equals(name.replace('/', '.'))
        || end > 0
            && metric.equals(name.substring(end + 1))
            && Stream.of(name.substring(0, end).split("/"))
                .allMatch(each -> places(reading).contains(each));
  }

  /** Whether the lowest level that there is has this name; {@code -} is none at all. */
  private static boolean isMachine(String name, Asset asset) {
    String lowest = null;
    for (String level :
        new @Nullable String[] {asset.site(), asset.area(), asset.line(), asset.machine()}) {
      lowest = level == null ? lowest : level;
    }
    return name.equals(lowest == null ? "-" : lowest);
  }

  private static List<String> places(Reading reading) {
    Asset asset = reading.series().asset();
    List<String> all = new ArrayList<>(reading.series().tags().values());
    Stream.of(asset.site(), asset.area(), asset.line(), asset.machine(), reading.metric())
        .filter(Objects::nonNull)
        .forEach(all::add);
    return all;
  }

  private static boolean isValue(String expected, Value value) {
    if (value instanceof Value.Text text) {
      return expected.equals('"' + text.value() + '"');
    }
    if (value instanceof Value.Flag flag) {
      return expected.equals(Boolean.toString(flag.value()));
    }
    double number = value instanceof Value.Real real ? real.value() : ((Value.Whole) value).value();
    return expected.matches("-?\\d.*")
        && Math.abs(Double.parseDouble(expected) - number) <= 1e-6 * Math.abs(number);
  }

  private static boolean isTime(String expected, long ns) {
    if (expected.equals("arrival")) {
      return Math.abs(ns - ARRIVAL_NS) < 5 * SECOND_NS;
    }
    return Instant.parse(expected).equals(instant(ns));
  }

  private static Instant instant(long ns) {
    return Instant.ofEpochSecond(Math.floorDiv(ns, SECOND_NS), Math.floorMod(ns, SECOND_NS));
  }

  private static String shown(List<Reading> readings) {
    StringJoiner all = new StringJoiner("; ", "[", "]");
    readings.stream()
        .limit(6)
        .forEach(
            each ->
                all.add(
                    each.series().asset().path()
                        + new TreeMap<>(each.series().tags())
                        + ' '
                        + each.metric()
                        + '='
                        + each.value()));
    return all.toString();
  }
}
