package io.weir.gateway.simulation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What happens in one simulation, as one line of text. The same line gives the same run.
 *
 * @param seed of all that is random beside the faults
 * @param messages how many are sent
 */
record Scenario(long seed, int messages, List<Fault> faults) {

  /** Turns in which messages are sent and faults strike. Then all faults end. */
  static final int TURNS = 100;

  static final int MESSAGES = 500;
  private static final int KINDS = 3;

  /** Of these three are drawn; a crash is in every scenario. */
  private static final Set<FaultKind> DRAWN =
      Arrays.stream(FaultKind.values())
          .filter(kind -> kind != FaultKind.CRASH && kind.isOfAll())
          .collect(Collectors.toCollection(() -> EnumSet.noneOf(FaultKind.class)));

  /** What people do, in a scenario with people. */
  private static final int MOST_OF_PEOPLE = 4;

  private static final int MOST_STARTS = 6;

  private static final int MOST_OF_CENTRE = 6;

  private static final int LONGEST = 50;
  private static final int VARIANTS = 60;

  /** One in so many scenarios has large messages. */
  private static final int BULKY = 20;

  Scenario {
    faults = List.copyOf(faults);
  }

  /** Three kinds of fault, each once or twice, and a crash. */
  static Scenario of(long seed) {
    Random random = new Random(seed);
    List<FaultKind> kinds = new ArrayList<>(DRAWN);
    Collections.shuffle(kinds, random);
    List<Fault> faults = new ArrayList<>();
    for (FaultKind kind : kinds.subList(0, KINDS)) {
      int times = 1 + random.nextInt(2);
      for (int i = 0; i < times; i++) {
        faults.add(
            new Fault(
                kind,
                at(faults, TURNS - 10, random),
                1 + random.nextInt(random.nextBoolean() ? 5 : LONGEST),
                random.nextInt(VARIANTS)));
      }
    }
    faults.add(new Fault(FaultKind.CRASH, at(faults, TURNS, random), 1, random.nextInt(VARIANTS)));
    return new Scenario(seed, MESSAGES, faults);
  }

  /**
   * The same scenario with people, who often do something while a fault lasts, or in the turn in
   * which the gateway dies. Where the gateway's own clock is wrong nobody replays: where samples of
   * that time belong is not known any more.
   */
  static Scenario withPeople(long seed) {
    Scenario alone = of(seed);
    Random random = alone.random("people");
    List<FaultKind> kinds =
        Arrays.stream(FaultKind.values())
            .filter(FaultKind::isOfPeople)
            .filter(kind -> kind != FaultKind.REPLAY || alone.hasTrueClock())
            .toList();
    List<Fault> all = new ArrayList<>(alone.faults());
    int times = 1 + random.nextInt(MOST_OF_PEOPLE);
    for (int i = 0; i < times; i++) {
      FaultKind kind = kinds.get(random.nextInt(kinds.size()));
      int at = at(alone.faults(), TURNS, random);
      all.add(new Fault(kind, at, 1, random.nextInt(VARIANTS)));
      if (random.nextInt(3) == 0) {
        all.add(new Fault(FaultKind.CRASH, at, 1, random.nextInt(VARIANTS)));
      }
    }
    return new Scenario(seed, MESSAGES, all);
  }

  /**
   * The same scenario with edge nodes, which start now and then, with a crash beside some; in every
   * other one somebody replays what they sent.
   */
  static Scenario withNodes(long seed) {
    Scenario alone = of(seed);
    Random random = alone.random("starts");
    List<Fault> all = new ArrayList<>(alone.faults());
    int times = 2 + random.nextInt(MOST_STARTS);
    for (int i = 0; i < times; i++) {
      int at = i < 2 ? random.nextInt(TURNS / 5) : at(alone.faults(), TURNS, random);
      all.add(new Fault(FaultKind.NODE_STARTS, at, 1, random.nextInt(VARIANTS)));
      if (random.nextInt(3) == 0) {
        FaultKind beside = random.nextBoolean() ? FaultKind.CRASH : FaultKind.RELOAD;
        all.add(new Fault(beside, at, 1, random.nextInt(VARIANTS)));
      }
    }
    if (random.nextBoolean() && alone.hasTrueClock()) {
      all.add(new Fault(FaultKind.REPLAY, random.nextInt(TURNS), 1, random.nextInt(VARIANTS)));
    }
    return new Scenario(seed, MESSAGES, all);
  }

  /** The same scenario with another gateway behind this one, which fails too, as the line does. */
  static Scenario withCentre(long seed) {
    Scenario alone = of(seed);
    Random random = alone.random("centre faults");
    List<FaultKind> kinds =
        Arrays.stream(FaultKind.values()).filter(FaultKind::isOfCentre).toList();
    List<Fault> all = new ArrayList<>(alone.faults());
    int times = 1 + random.nextInt(MOST_OF_CENTRE);
    for (int i = 0; i < times; i++) {
      FaultKind kind = kinds.get(random.nextInt(kinds.size()));
      int turns = 1 + random.nextInt(random.nextBoolean() ? 5 : LONGEST);
      all.add(new Fault(kind, at(all, TURNS - 10, random), turns, random.nextInt(VARIANTS)));
    }
    return new Scenario(seed, MESSAGES, all);
  }

  /** The same scenario, in which the folder of this gateway is brought back once or twice. */
  static Scenario broughtBack(long seed) {
    Scenario alone = withCentre(seed);
    Random random = alone.random("brought back");
    List<Fault> all = new ArrayList<>(alone.faults());
    int times = 1 + random.nextInt(2);
    for (int i = 0; i < times; i++) {
      int at = at(all, TURNS - 10, random);
      int turns = 1 + random.nextInt(Math.min(LONGEST, TURNS - 1 - at));
      all.add(new Fault(FaultKind.BROUGHT_BACK, at, turns, random.nextInt(VARIANTS)));
    }
    return new Scenario(seed, MESSAGES, all);
  }

  /**
   * The same scenario with routes that leave readings out and a log that gives them up, with stores
   * that are down for long, and people who change that now and then.
   */
  static Scenario sparing(long seed) {
    Scenario alone = seed % 2 == 0 ? of(seed) : withPeople(seed);
    Random random = alone.random("sparing");
    List<Fault> all = new ArrayList<>(alone.faults());
    all.add(new Fault(FaultKind.SPARES, 0, TURNS, random.nextInt(VARIANTS)));
    int times = 1 + random.nextInt(3);
    for (int i = 0; i < times; i++) {
      int at = random.nextInt(TURNS - 10);
      all.add(
          new Fault(FaultKind.STORE_DOWN, at, 1 + random.nextInt(80), random.nextInt(VARIANTS)));
    }
    int changes = random.nextInt(4);
    for (int i = 0; i < changes; i++) {
      int at = at(alone.faults(), TURNS, random);
      all.add(new Fault(FaultKind.RELOAD, at, 1, random.nextInt(VARIANTS)));
      if (random.nextInt(3) == 0) {
        all.add(new Fault(FaultKind.CRASH, at, 1, random.nextInt(VARIANTS)));
      }
    }
    return new Scenario(seed, MESSAGES, all);
  }

  /**
   * The same scenario with a sink that gets less than the log has, and stores that are down for
   * long. Where the gateway's own clock is wrong nothing is folded by time: what is held then waits
   * until it is that time.
   */
  static Scenario lessening(long seed) {
    Scenario alone = of(seed);
    Random random = alone.random("lessening");
    List<Fault> all = new ArrayList<>(alone.faults());
    Lessening[] ways = Lessening.values();
    int way = 1 + random.nextInt(ways.length - 1);
    if (ways[way].isByTime() && !alone.hasTrueClock()) {
      way = Lessening.EVERY.ordinal();
    }
    all.add(new Fault(FaultKind.LESSENS, 0, TURNS, way - 1));
    int times = 1 + random.nextInt(3);
    for (int i = 0; i < times; i++) {
      int at = random.nextInt(TURNS - 10);
      FaultKind kind = random.nextInt(3) == 0 ? FaultKind.CRASH : FaultKind.STORE_DOWN;
      int turns = kind == FaultKind.CRASH ? 1 : 1 + random.nextInt(60);
      all.add(new Fault(kind, at, turns, random.nextInt(VARIANTS)));
    }
    return new Scenario(seed, MESSAGES, all);
  }

  /** Whether there is another gateway behind this one. */
  boolean hasCentre() {
    return kinds().stream().anyMatch(FaultKind::isOfCentre);
  }

  /** Whether the gateway's own clock is never wrong. */
  private boolean hasTrueClock() {
    return !kinds().contains(FaultKind.CLOCK_AHEAD) && !kinds().contains(FaultKind.CLOCK_BACK);
  }

  /** Often while another fault lasts, since what parts do to each other shows only then. */
  private static int at(List<Fault> faults, int before, Random random) {
    if (faults.isEmpty() || random.nextBoolean()) {
      return random.nextInt(before);
    }
    Fault during = faults.get(random.nextInt(faults.size()));
    return Math.min(before - 1, during.at() + random.nextInt(during.turns()));
  }

  /** Reads what {@link #toString} wrote. */
  static Scenario parse(String line) {
    String[] words = line.strip().split("\\s+");
    return new Scenario(
        Long.parseLong(words[0].substring("seed=".length())),
        Integer.parseInt(words[1].substring("messages=".length())),
        Arrays.stream(words).skip(2).map(Fault::parse).toList());
  }

  Scenario with(int fewer) {
    return new Scenario(seed, fewer, faults);
  }

  Scenario with(List<Fault> others) {
    return new Scenario(seed, messages, others);
  }

  Set<FaultKind> kinds() {
    return faults.stream().map(Fault::kind).collect(Collectors.toSet());
  }

  /** Whether messages are large and many, so that an outage leaves more than a store takes. */
  boolean isBulky() {
    return random("bulk").nextInt(BULKY) == 0;
  }

  /** A source of chance of its own for each part, so that parts do not disturb each other. */
  Random random(String part) {
    return new Random(seed * 31 + part.hashCode());
  }

  @Override
  public String toString() {
    return "seed="
        + seed
        + " messages="
        + messages
        + faults.stream().map(fault -> " " + fault).collect(Collectors.joining());
  }
}
