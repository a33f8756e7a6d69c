package io.weir.gateway.simulation;

/**
 * What becomes of readings that are not kept all: what routes leave out as they come, and what the
 * log gives up when it is nearly full.
 */
enum Sparing {
  /** All is kept, and a full log takes no more. */
  NONE(""),
  /** The oldest goes. */
  OLDEST("when-full: drop-oldest"),
  /** One of three messages stays. */
  EVERY("when-full: thin, thin: { every: 3 }"),
  /** One reading of each metric stays in some time. */
  MEAN("when-full: thin, thin: { mean: 10s }"),
  /** What is old goes. */
  AGE("max-age: 1m"),
  /** The oldest file of the log goes, whole. */
  FILES("");

  /** How the routes say it. */
  final String keys;

  Sparing(String keys) {
    this.keys = keys;
  }

  /** The way of a scenario. */
  static Sparing of(Scenario scenario) {
    return scenario.faults().stream()
        .filter(each -> each.kind() == FaultKind.SPARES)
        .map(each -> values()[1 + each.variant() % (values().length - 1)])
        .findFirst()
        .orElse(NONE);
  }

  /** Another way that needs no restart. */
  Sparing next() {
    return this == NONE || this == FILES ? this : values()[1 + ordinal() % (FILES.ordinal() - 1)];
  }

  /** Readings that may be missing where so many count as dropped: a mean is none of them. */
  long mostMissing(long dropped) {
    return mayMakeMeans() ? 2 * dropped : dropped;
  }

  /** Whether a mean may stand for readings: somebody may change the way to that one. */
  boolean mayMakeMeans() {
    return this != NONE && this != FILES;
  }

  /** Routes for what is left out as it comes. */
  String routes() {
    return this == NONE
        ? ""
        : """
              - topic: plant/{machine}/rated
                format: json
                unlisted: drop
                metrics: [{ from: r, deadband: 0, max-silence: 30s }]
              - { topic: "plant/{machine}/once", format: json, dedup: 10s }
            """;
  }

  /** How much the log may hold, in parts of what it may else. */
  int part() {
    return this == NONE ? 1 : 2;
  }
}
