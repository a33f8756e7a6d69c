package io.weir.gateway.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Finds a smaller scenario that fails in the same way: fewer faults, shorter, fewer messages. */
final class Shrinking {

  private final Function<Scenario, List<String>> run;
  private final String kind;
  private Scenario smallest;

  private Shrinking(Scenario failing, String fault, Function<Scenario, List<String>> run) {
    smallest = failing;
    kind = kind(fault);
    this.run = run;
  }

  /**
   * @param fault what was wrong first
   * @param run what is wrong with a scenario
   */
  static Scenario of(Scenario failing, String fault, Function<Scenario, List<String>> run) {
    Shrinking shrinking = new Shrinking(failing, fault, run);
    boolean smaller;
    do {
      smaller = shrinking.fewerFaults() | shrinking.fewerMessages() | shrinking.shorterFaults();
    } while (smaller);
    return shrinking.smallest;
  }

  /** The first word of it. */
  private static String kind(String fault) {
    return fault.split("[ :]", 2)[0];
  }

  private boolean fewerFaults() {
    boolean smaller = false;
    for (int i = smallest.faults().size() - 1; i >= 0; i--) {
      List<Fault> fewer = new ArrayList<>(smallest.faults());
      fewer.remove(i);
      smaller |= takes(smallest.with(fewer));
    }
    return smaller;
  }

  private boolean fewerMessages() {
    boolean smaller = false;
    for (int cut = smallest.messages() / 2; cut > 0; cut /= 2) {
      while (smallest.messages() > cut && takes(smallest.with(smallest.messages() - cut))) {
        smaller = true;
      }
    }
    return smaller;
  }

  private boolean shorterFaults() {
    boolean smaller = false;
    for (int i = 0; i < smallest.faults().size(); i++) {
      Fault fault = smallest.faults().get(i);
      if (fault.turns() > 1) {
        List<Fault> shorter = new ArrayList<>(smallest.faults());
        shorter.set(i, new Fault(fault.kind(), fault.at(), fault.turns() / 2, fault.variant()));
        smaller |= takes(smallest.with(shorter));
      }
    }
    return smaller;
  }

  private boolean takes(Scenario candidate) {
    List<String> faults = run.apply(candidate);
    boolean same = !faults.isEmpty() && kind(faults.get(0)).equals(kind);
    if (same) {
      smallest = candidate;
    }
    return same;
  }
}
