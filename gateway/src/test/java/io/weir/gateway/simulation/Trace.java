package io.weir.gateway.simulation;

/** A sum over all that happens between the gateway and its surroundings, in its order. */
final class Trace {

  private long sum;

  void note(String what, int which) {
    sum = 31 * (31 * sum + what.hashCode()) + which;
  }

  long sum() {
    return sum;
  }
}
