package io.weir.gateway.bench;

import io.weir.gateway.efficiency.RecomputeCost;
import java.io.IOException;

/**
 * Prints what it costs to make the figures of some days again, beside the live figures of the same
 * run. Arguments: machines (50), seconds between their messages (10), days (30).
 */
public final class RecomputeBench {

  private RecomputeBench() {}

  public static void main(String[] args) throws IOException {
    int machines = argument(args, 0, 50);
    int seconds = argument(args, 1, 10);
    int days = argument(args, 2, 30);
    RecomputeCost.Costs cost = RecomputeCost.measure(machines, seconds, days);
    System.out.printf(
        "%d machines, a message of 6 readings every %d s, %d days: %d readings%n",
        machines, seconds, days, cost.readings());
    System.out.printf("live figures, CPU time            %8.1f s%n", cost.liveNs() / 1e9);
    System.out.printf("recompute, CPU time               %8.1f s%n", cost.againNs() / 1e9);
    System.out.printf(
        "recompute of a reading            %8.0f ns%n", (double) cost.againNs() / cost.readings());
    System.out.printf(
        "recompute to live                 %8.2f%n", (double) cost.againNs() / cost.liveNs());
    System.out.printf("heap of the recompute             %8d MiB%n", cost.heapBytes() >> 20);
    System.out.printf("readings written to the figures   %8d%n", cost.rows());
  }

  private static int argument(String[] args, int index, int otherwise) {
    return args.length > index ? Integer.parseInt(args[index]) : otherwise;
  }
}
