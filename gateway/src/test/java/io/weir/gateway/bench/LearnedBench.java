package io.weir.gateway.bench;

import io.weir.gateway.efficiency.learn.LearnedCost;

/**
 * Prints what it costs to learn from the log of figures, beside what it costs to decode it. The
 * thread that makes the figures does neither. Arguments: days of the log (10), rounds (20).
 */
public final class LearnedBench {

  private LearnedBench() {}

  public static void main(String[] args) {
    int days = args.length > 0 ? Integer.parseInt(args[0]) : 10;
    int rounds = args.length > 1 ? Integer.parseInt(args[1]) : 20;
    LearnedCost.Costs costs = LearnedCost.measure(days, rounds);
    System.out.printf("%d readings of the log of figures%n", costs.readings());
    System.out.printf("CPU time of learning from one      %8.0f ns%n", costs.nsOfLearning());
    System.out.printf("yardstick: decoding one            %8.0f ns%n", costs.nsOfDecoding());
    System.out.printf(
        "ratio                              %8.2f%n", costs.nsOfLearning() / costs.nsOfDecoding());
    System.out.printf("state of a machine with a product  %8d bytes%n", costs.bytes());
  }
}
