package io.weir.gateway.simulation;

import java.util.ArrayList;
import java.util.List;

/**
 * What the file of the configuration says at a time.
 *
 * @param idleRuns whether figures count an idle machine as running
 * @param third whether there is a third sink
 * @param plant whether there is the source of the broker
 * @param posts whether there is the source of posts; there is always one of them
 * @param nodes whether there is a route for edge nodes; nobody changes that
 * @param centre whether there is a sink to another gateway; nobody changes that
 * @param sparing what is not kept
 * @param lessening what one sink gets less; nobody changes that
 */
record Edition(
    Routing routing,
    boolean idleRuns,
    boolean third,
    boolean plant,
    boolean posts,
    boolean nodes,
    boolean centre,
    Sparing sparing,
    Lessening lessening) {

  static final Edition FIRST =
      new Edition(
          Routing.FIRST, false, false, true, true, false, false, Sparing.NONE, Lessening.NONE);

  static final String THIRD = "third";

  /** Kinds of change. */
  private static final int CHANGES = 10;

  private static final int BROKEN = 8;

  /** Whether a change makes a file that nobody can use. */
  static boolean isBroken(Fault change) {
    return change.variant() % CHANGES >= BROKEN;
  }

  /** Whether who makes a change has the gateway started again, as some changes need it. */
  static boolean restarts(Fault change) {
    return change.variant() / CHANGES % 2 == 0;
  }

  /** The same with one or two changes. */
  Edition changed(Fault change) {
    if (sparing != Sparing.NONE && change.variant() % 3 > 0) {
      return change.variant() % 3 == 1
          ? new Edition(routing, idleRuns, !third, plant, posts, nodes, centre, sparing, lessening)
          : with(sparing.next());
    }
    boolean renamed = routing.renamed();
    boolean labelled = routing.labelled();
    boolean misread = routing.misread();
    boolean defects = routing.defects();
    return switch (change.variant() % CHANGES) {
      case 0 -> with(new Routing(!renamed, labelled, misread, defects));
      case 1 -> with(new Routing(renamed, !labelled, misread, defects));
      case 2 -> with(new Routing(renamed, labelled, !misread, defects));
      case 3 -> with(new Routing(renamed, labelled, misread, !defects));
      case 4 ->
          new Edition(routing, !idleRuns, third, plant, posts, nodes, centre, sparing, lessening);
      case 5 ->
          new Edition(
              routing, idleRuns, third, !plant || !posts, posts, nodes, centre, sparing, lessening);
      case 6 ->
          new Edition(
              routing, idleRuns, third, plant, !posts || !plant, nodes, centre, sparing, lessening);
      default ->
          new Edition(
              new Routing(!renamed, !labelled, false, true),
              idleRuns,
              !third,
              plant,
              posts,
              nodes,
              centre,
              sparing,
              lessening);
    };
  }

  Edition withNodes() {
    return new Edition(routing, idleRuns, third, plant, posts, true, centre, sparing, lessening);
  }

  Edition withCentre() {
    return new Edition(routing, idleRuns, third, plant, posts, nodes, true, sparing, lessening);
  }

  Edition with(Sparing other) {
    return new Edition(routing, idleRuns, third, plant, posts, nodes, centre, other, lessening);
  }

  Edition with(Lessening other) {
    return new Edition(routing, idleRuns, third, plant, posts, nodes, centre, sparing, other);
  }

  private Edition with(Routing other) {
    return new Edition(other, idleRuns, third, plant, posts, nodes, centre, sparing, lessening);
  }

  /** The same with all sources, and with routes that read all that comes. */
  Edition mended() {
    Routing reading = new Routing(routing.renamed(), routing.labelled(), false, true);
    return new Edition(reading, idleRuns, third, true, true, nodes, centre, sparing, lessening);
  }

  /** Whether the sources and sinks are those of another edition. */
  boolean hasPartsOf(Edition other) {
    return third == other.third && plant == other.plant && posts == other.posts;
  }

  /** The names of its sinks. */
  List<String> sinks() {
    List<String> sinks = new ArrayList<>(List.of("history", "archive"));
    if (third) {
      sinks.add(THIRD);
    }
    if (centre) {
      sinks.add(Centre.SINK);
    }
    return sinks;
  }

  /** Other routes in a file of which another part is wrong. */
  String brokenYaml(Fault change) {
    String other = with(new Routing(!routing.renamed(), !routing.labelled(), false, true)).yaml();
    return change.variant() % CHANGES == BROKEN
        ? other.replace("database: d", "database: d\n    databases: d")
        : other.substring(0, other.lastIndexOf(']'));
  }

  String yaml() {
    return "gateway: { id: simulated, data-dir: data }\n"
        + "sources:\n"
        + (plant
            ? "  - { name: plant, type: mqtt, url: \"tcp://broker:1883\", receive-maximum: 200 }\n"
            : "")
        + (posts ? "  - { name: posts, type: http }\n" : "")
        + "routes:\n"
        + routing.routes(sparing.keys)
        + sparing.routes()
        + (nodes
            ? """
                - { topic: "spBv1.0/{site}/+/{machine}", format: sparkplug-b }
                - { topic: "spBv1.0/{site}/+/{line}/{machine}", format: sparkplug-b }
              """
            : "")
        + (sparing == Sparing.FILES ? "buffer: { when-full: drop-oldest }\n" : "")
        + """
        sinks:
          - name: history
            type: influxdb
            version: 1
            url: "http://history:8086"
            database: d
            batch: { max-lines: 1000 }
          - name: archive
            type: influxdb
            version: 1
            url: "http://archive:8086"
            database: d
            precision: ms
            batch: { max-lines: 50 }
        """
        + (lessening == Lessening.NONE ? "" : "    " + lessening.keys + "\n")
        + (third
            ? """
              - name: third
                type: influxdb
                version: 1
                url: "http://third:8086"
                database: d
                precision: ms
                batch: { max-lines: 70 }
            """
            : "")
        + (centre
            ? """
              - name: centre
                type: weir
                url: "https://centre:8443"
                tls: { cert: weir.yaml, key: weir.yaml } # a file that is there; nobody reads it
                batch: { max-lines: 90 }
            """
            : "")
        + """
        efficiency:
          zone: UTC
          defaults:
            state: { metric: state, down: [DOWN], running: [RUNNING%s] }
        """
            .formatted(idleRuns ? ", IDLE" : "], idle: [IDLE");
  }
}
