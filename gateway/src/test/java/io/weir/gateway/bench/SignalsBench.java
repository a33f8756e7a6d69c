package io.weir.gateway.bench;

import io.weir.gateway.efficiency.SignalsCost;

/**
 * Prints what the statistics of signals cost, beside a yardstick of the same run: to find the same
 * signal in a map and add its value to a sum. Arguments: signals (10000), seconds between their
 * readings (10), minutes measured (30).
 */
public final class SignalsBench {

  private SignalsBench() {}

  public static void main(String[] args) {
    int signals = argument(args, 0, 10_000);
    int seconds = argument(args, 1, 10);
    int minutes = argument(args, 2, 30);
    SignalsCost.Costs costs = SignalsCost.measure(signals, seconds, minutes);
    System.out.printf("%d signals, read every %d s, %d minutes%n", signals, seconds, minutes);
    System.out.printf("CPU time of a reading, with rows   %8.0f ns%n", costs.nsPerReading());
    System.out.printf("yardstick: find and add            %8.0f ns%n", costs.nsOfYardstick());
    System.out.printf(
        "ratio                              %8.1f%n", costs.nsPerReading() / costs.nsOfYardstick());
    System.out.printf("state of a signal, on disk         %8.0f bytes%n", costs.bytesPerSignal());
    System.out.printf("readings written to the figures    %8d%n", costs.rows());
  }

  private static int argument(String[] args, int index, int otherwise) {
    return args.length > index ? Integer.parseInt(args[index]) : otherwise;
  }
}
