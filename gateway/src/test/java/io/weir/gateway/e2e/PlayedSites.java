package io.weir.gateway.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.weir.sim.expected.ExpectedFigures;
import io.weir.sim.expected.GatewayRules;
import io.weir.sim.mqtt.Publisher;
import io.weir.sim.plant.MachinePath;
import io.weir.sim.plant.MachineSample;
import io.weir.sim.plant.Plant;
import io.weir.sim.plant.PlantLayout;
import io.weir.sim.plant.Shifts;
import io.weir.sim.plant.Truth;
import io.weir.sim.scenario.Play;
import io.weir.sim.scenario.Poison;
import io.weir.sim.scenario.Scenario;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Scenarios played at once, each as a site of its own, into one broker. */
final class PlayedSites {

  static final ZoneId ZONE = ZoneId.of("Europe/Berlin");

  /** The end of a shift, the end of a day, and enough to settle both. */
  private static final LocalDateTime START = LocalDateTime.parse("2026-03-02T20:45");

  private static final Duration LENGTH = Duration.ofMinutes(220);
  private static final long STEP_MS = 300_000;
  private static final long INTERVAL_MS = 30_000;
  private static final int LINES = 3;
  private static final int MACHINES_PER_LINE = 2;

  /** The ideal cycles of the machines of the changeover, as tables. */
  private static final Map<String, String> CYCLES =
      Map.of(
          "press.csv",
          "product,seconds\nP1,1.41\nP1-XL,1.833\nP2,1.88\nP2-S,1.504\nP3,2.256\n",
          "pack.csv",
          "product,seconds\nP1,1.38\nP1-XL,1.794\nP2,1.84\nP2-S,1.472\nP3,2.208\n");

  /** What the tree of reasons has of what operators enter and states are called. */
  private static final Set<String> REASONS = Set.of("jam", "sensor fault", "SETUP");

  private static final String CONFIG =
      """
      sources: [ { name: plant, type: mqtt, url: "%s" } ]
      routes:
        - topic: factory/{site}/{area}/{line}/{machine}/telemetry
          format: json
          unlisted: drop
          metrics:
            - { from: state }
            - { from: reason }
            - { from: product }
            - { from: total }
            - { from: reject }
            - { from: ideal_cycle }
            - { from: energy_kwh }
      sinks:
        - { name: history, type: influxdb, version: 1, url: "%s", database: %s }
      efficiency:
        reasons: reasons.yaml
        zone: Europe/Berlin
        shifts:
          - { name: early, start: "06:00", end: "14:00" }
          - { name: late, start: "14:00", end: "22:00" }
          - { name: night, start: "22:00", end: "06:00" }
        defaults:
          state:
            metric: state
            reason: reason
            running: [RUNNING]
            setup: [SETUP]
            planned: [MAINTENANCE]
            idle: [IDLE]
            starved: [STARVED]
            blocked: [BLOCKED]
            down: [DOWN]
          count: { total: total, scrap: reject }
          ideal-cycle: { metric: ideal_cycle }
          energy: { metric: energy_kwh }
        machines:
          - asset: "counter-rollover/*/*/*"
            count: { total: total, scrap: reject, rollover: 1000 }
          - asset: "changeover/*/*/press-*"
            ideal-cycle: { product: product, table: press.csv }
          - asset: "changeover/*/*/pack-*"
            ideal-cycle: { product: product, table: pack.csv }
        lines:
      %s
      """;

  private final Map<String, Site> sites = new LinkedHashMap<>();

  /** One scenario, as it was played. */
  static final class Site {
    private final Play play;
    private final long start;
    private final long end;
    private final ExpectedFigures figures;
    private final List<MachinePath> places;
    private final Set<String> points = new HashSet<>();
    private final Map<MachinePath, Long> newest = new HashMap<>();
    private long broken;

    private Site(String name, Scenario scenario, int seed, Publisher publisher) {
      LocalDateTime from = scenario.start() == null ? START : scenario.start();
      start = from.atZone(ZONE).toInstant().toEpochMilli();
      end = start + (scenario.length() == null ? LENGTH : scenario.length()).toMillis();
      PlantLayout layout = new PlantLayout(name, LINES, MACHINES_PER_LINE);
      Plant plant = new Plant(layout, seed, start, INTERVAL_MS, new Truth(new Shifts(ZONE)));
      places = plant.paths();
      figures = new ExpectedFigures(places, GatewayRules.defaults(ZONE).withReasons(REASONS));
      play = new Play(scenario, plant, start, seed, outlet(publisher));
    }

    private Play.Outlet outlet(Publisher publisher) {
      return new Play.Outlet() {
        @Override
        public void arrives(MachineSample sent, MachineSample played, MachineSample counted) {
          figures.receive(sent.at(), counted);
          newest.merge(sent.path(), sent.at(), Math::max);
          points.add(sent.path() + "@" + sent.at());
          publish(publisher, sent.path().topic(), payload(sent));
        }

        @Override
        public void broken(MachineSample sent) {
          publish(publisher, sent.path().topic(), Poison.damage(payload(sent), broken++));
        }
      };
    }

    ExpectedFigures figures() {
      return figures;
    }

    List<MachinePath> places() {
      return places;
    }

    /** Distinct machines and times that were published. */
    int points() {
      return points.size();
    }

    /** The latest time up to which every machine has published. */
    Instant lastToldByAll() {
      return Instant.ofEpochMilli(newest.values().stream().mapToLong(at -> at).min().orElseThrow());
    }

    long broken() {
      return broken;
    }
  }

  PlayedSites(List<String> scenarios, Publisher publisher) {
    for (String name : scenarios) {
      int seed = 20261124 + Scenario.BUILT_IN.indexOf(name);
      sites.put(name, new Site(name, Scenario.builtIn(name), seed, publisher));
    }
  }

  /** Plays all of them to their ends, a while of each in turn. */
  void play() {
    List<Site> playing = new ArrayList<>(sites.values());
    for (long passed = STEP_MS; !playing.isEmpty(); passed += STEP_MS) {
      for (Site site : playing) {
        site.play.to(Math.min(site.end, site.start + passed));
      }
      long now = passed;
      playing.removeIf(site -> site.start + now >= site.end);
    }
    sites.values().forEach(site -> site.figures.end());
  }

  Site site(String name) {
    Site site = sites.get(name);
    if (site == null) {
      throw new AssertionError("no scenario " + name + " was played");
    }
    return site;
  }

  /** The settings with which a gateway sees these sites correctly. */
  String config(String broker, String store, String database) {
    return CONFIG.formatted(broker, store, database, lines());
  }

  /** The files that {@link #config} names. */
  static void writeFiles(Path folder) throws IOException {
    for (Map.Entry<String, String> table : CYCLES.entrySet()) {
      Files.writeString(folder.resolve(table.getKey()), table.getValue());
    }
    StringBuilder tree = new StringBuilder("reasons:\n");
    REASONS.forEach(reason -> tree.append("  - { name: ").append(reason).append(" }\n"));
    Files.writeString(folder.resolve("reasons.yaml"), tree);
  }

  private String lines() {
    StringBuilder yaml = new StringBuilder();
    sites.forEach(
        (name, site) -> {
          for (int i = 0; i < site.places.size(); i += MACHINES_PER_LINE) {
            MachinePath first = site.places.get(i);
            MachinePath last = site.places.get(i + MACHINES_PER_LINE - 1);
            yaml.append(
                "    - { asset: %s/%s/%s, machines: [%s, %s], output: [%s] }%n"
                    .formatted(
                        name,
                        first.area(),
                        first.line(),
                        first.machine(),
                        last.machine(),
                        last.machine()));
          }
        });
    return yaml.toString();
  }

  private static byte[] payload(MachineSample sample) {
    return sample.json().getBytes(UTF_8);
  }

  private static void publish(Publisher publisher, String topic, byte[] payload) {
    try {
      publisher.publish(topic, payload);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
