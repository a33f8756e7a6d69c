package io.weir.sim.scenario;

import io.weir.sim.plant.MachinePath;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.Node;

/**
 * A list of events to play, from a YAML file. {@code docs/guide/simulator.md} describes its keys.
 *
 * @param about what it shows, in one sentence
 * @param zone time zone of the shifts; null if any will do
 * @param start local time of its start; null if any will do
 * @param length how long to play it; null if not given
 */
public record Scenario(
    String about,
    @Nullable ZoneId zone,
    @Nullable LocalDateTime start,
    @Nullable Duration length,
    List<Event> events) {

  /** The scenarios that come with the simulator. */
  public static final List<String> BUILT_IN =
      List.of(
          "breakdown",
          "slow-cycle",
          "scrap-burst",
          "changeover",
          "starved",
          "network-outage",
          "clock-skew",
          "late-data",
          "duplicate-data",
          "lost-messages",
          "counter-reset",
          "counter-rollover",
          "poison",
          "dst-night",
          "dst-night-back");

  /** Most characters of a reason or a product: every message contains them. */
  public static final int LONGEST_TEXT = 200;

  /** No events: the plant runs by itself. */
  public static final Scenario NONE = new Scenario("", null, null, null, List.of());

  /**
   * The built-in scenario of that name, or the scenario of that file.
   *
   * @throws IllegalArgumentException with file, line, key, and what is wrong
   */
  public static Scenario of(String nameOrFile) {
    if (BUILT_IN.contains(nameOrFile)) {
      return builtIn(nameOrFile);
    }
    Path file = Path.of(nameOrFile);
    if (!Files.isRegularFile(file)) {
      throw new IllegalArgumentException(
          "there is no scenario and no file "
              + nameOrFile
              + Suggestions.suggest(nameOrFile, BUILT_IN));
    }
    try {
      return read(nameOrFile, new StringReader(Files.readString(file)));
    } catch (IOException e) {
      throw new IllegalArgumentException("cannot read " + file + ": " + e, e);
    }
  }

  /** One of {@link #BUILT_IN}. */
  public static Scenario builtIn(String name) {
    String file = name + ".yaml";
    try (InputStream in =
        Objects.requireNonNull(Scenario.class.getResourceAsStream(file), "no scenario " + name)) {
      return read(file, new InputStreamReader(in, StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new IllegalStateException("the scenario " + name + " cannot be read", e);
    }
  }

  static Scenario read(String file, Reader yaml) {
    Node root;
    try {
      root = new Yaml(new LoaderOptions()).compose(yaml);
    } catch (MarkedYAMLException e) {
      int line = e.getProblemMark() == null ? 1 : e.getProblemMark().getLine() + 1;
      throw new IllegalArgumentException(
          "%s line %d is not YAML: %s".formatted(file, line, e.getProblem()), e);
    } catch (YAMLException e) {
      throw new IllegalArgumentException(file + " is not YAML: " + e.getMessage(), e);
    }
    if (root == null) {
      throw new IllegalArgumentException(
          file + " line 1: the file is empty; a scenario has events");
    }
    return read(new YamlMapping(file, root, "keys of a scenario: about, zone, start, for, events"));
  }

  private static Scenario read(YamlMapping mapping) {
    String about = mapping.text("about", "");
    ZoneId zone = null;
    String zoneName = mapping.text("zone", "");
    if (!zoneName.isEmpty()) {
      try {
        zone = ZoneId.of(zoneName);
      } catch (DateTimeException e) {
        throw mapping.error("zone", "is a time zone such as Europe/Berlin, not " + zoneName);
      }
    }
    LocalDateTime start = null;
    String startText = mapping.text("start", "");
    if (!startText.isEmpty()) {
      try {
        start = LocalDateTime.parse(startText.replace(' ', 'T'));
      } catch (DateTimeException e) {
        throw mapping.error("start", "is a local time such as 2026-03-28T22:00, not " + startText);
      }
    }
    Duration length = mapping.has("for") ? Duration.ofMillis(mapping.duration("for")) : null;
    List<Event> events = new ArrayList<>();
    for (YamlMapping each : mapping.list("events", "keys of an event: kind, at, for, machines")) {
      events.add(event(each));
    }
    mapping.end();
    return new Scenario(about, zone, start, length, List.copyOf(events));
  }

  private static Event event(YamlMapping mapping) {
    String name = mapping.text("kind");
    if (!EventEffects.names().contains(name)) {
      throw mapping.error(
          "kind", "\"" + name + "\" is unknown" + Suggestions.suggest(name, EventEffects.names()));
    }
    EventEffects.EventKind entry = EventEffects.of(name);
    long from = 0;
    long until = Long.MAX_VALUE;
    if (entry.timing() != EventEffects.Timing.ALWAYS) {
      from = mapping.signedDuration("at");
      if (from < 0) {
        throw mapping.error("at", "counts from the start of the play and is not negative");
      }
    }
    if (entry.timing() == EventEffects.Timing.SPAN) {
      until = from + mapping.duration("for");
    }
    List<String> machines = mapping.texts("machines");
    EventEffect effect = entry.reader().apply(mapping);
    mapping.end();
    return new Event(effect, from, until, machines, mapping.where());
  }

  /**
   * Checks that it can be played in a plant.
   *
   * @throws IllegalArgumentException if an event names a machine, line or area that is missing
   *     there
   */
  public void check(List<MachinePath> plant) {
    events.forEach(event -> machines(event, plant));
  }

  /**
   * The machines of an event.
   *
   * @throws IllegalArgumentException if the plant has no such name; with the most similar one
   */
  static List<MachinePath> machines(Event event, List<MachinePath> plant) {
    TreeSet<String> known = new TreeSet<>();
    for (MachinePath path : plant) {
      known.addAll(List.of(path.machine(), path.line(), path.area(), "*"));
    }
    for (String name : event.machines()) {
      if (!known.contains(name)) {
        throw new IllegalArgumentException(
            event.where()
                + ": no machine, line or area \""
                + name
                + "\""
                + Suggestions.suggest(name, known));
      }
    }
    return plant.stream()
        .filter(
            path ->
                Stream.of(path.machine(), path.line(), path.area(), "*")
                    .anyMatch(event.machines()::contains))
        .toList();
  }
}
