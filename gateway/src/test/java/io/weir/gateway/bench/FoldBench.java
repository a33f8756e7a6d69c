package io.weir.gateway.bench;

import io.weir.gateway.efficiency.FoldCost;

/**
 * Prints what the efficiency fold costs: time of a reading, bytes of state and heap of a machine.
 * Arguments: machines (10000), seconds between their messages (10), minutes measured (15), minutes
 * that an order of each line takes (0: no orders).
 */
public final class FoldBench {

  private FoldBench() {}

  public static void main(String[] args) {
    int machines = argument(args, 0, 10_000);
    int seconds = argument(args, 1, 10);
    int minutes = argument(args, 2, 15);
    int order = argument(args, 3, 0);
    FoldCost.Costs result = FoldCost.measure(machines, seconds, minutes, order);
    System.out.printf(
        "%d machines, a message of 6 readings every %d s, %d minutes%n",
        machines, seconds, minutes);
    System.out.printf("CPU time of a reading, with rows   %8.0f ns%n", result.nsPerReading());
    System.out.printf(
        "state of a machine, on disk       %8.0f bytes%n", result.stateBytesPerMachine());
    System.out.printf("state of all made into bytes      %8.0f ms%n", result.encodeMs());
    System.out.printf("snapshot of all for the live page %8.0f ms%n", result.snapshotMs());
    System.out.printf("heap in use                       %8d MiB%n", result.heapMiB());
    System.out.printf("readings written to the figures   %8d%n", result.rows());
  }

  private static int argument(String[] args, int index, int otherwise) {
    return args.length > index ? Integer.parseInt(args[index]) : otherwise;
  }
}
