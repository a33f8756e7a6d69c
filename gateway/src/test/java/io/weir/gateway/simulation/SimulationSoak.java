package io.weir.gateway.simulation;

import java.time.Duration;

/**
 * Simulates scenarios for some minutes and prints the figures; {@code make soak}. Ends with exit
 * code 1 at the first that fails.
 *
 * <p>Arguments: minutes, and the first seed (by default one that no run had before; then every
 * other scenario has people, every eighth has edge nodes, and every eighth has another gateway,
 * half of them with a folder that is brought back, every eighth does not keep all, and in every
 * sixteenth a sink gets less).
 */
public final class SimulationSoak {

  private SimulationSoak() {}

  public static void main(String[] args) throws Exception {
    Duration length = Duration.ofSeconds((long) (60 * Double.parseDouble(args[0])));
    long seed = args.length > 1 ? Long.parseLong(args[1]) : System.currentTimeMillis() * 1_000;
    long begun = System.nanoTime();
    Campaign campaign = new Campaign();
    boolean passed = true;
    try (AutoCloseable silence = Campaign.silence()) {
      while (passed && silence != null && System.nanoTime() - begun < length.toNanos()) {
        passed = runs(campaign, args.length > 1 ? Scenario.of(seed) : scenario(seed));
        seed++;
      }
    }
    print(campaign, System.nanoTime() - begun, passed);
    System.exit(passed ? 0 : 1);
  }

  private static Scenario scenario(long seed) {
    return switch ((int) (seed % 8)) {
      case 0 -> Scenario.withNodes(seed);
      case 4 -> seed % 16 == 4 ? Scenario.withCentre(seed) : Scenario.broughtBack(seed);
      case 2 -> seed % 16 == 2 ? Scenario.of(seed) : Scenario.lessening(seed);
      case 6 -> Scenario.sparing(seed);
      default -> Scenario.withPeople(seed);
    };
  }

  private static boolean runs(Campaign campaign, Scenario scenario) {
    try {
      campaign.run(scenario);
      return true;
    } catch (AssertionError e) {
      System.out.println(e.getMessage());
      return false;
    }
  }

  private static void print(Campaign campaign, long tookNs, boolean passed) {
    System.out.printf("seeds simulated        %,12d%n", campaign.scenarios());
    System.out.printf("seeds a second         %,12.1f%n", campaign.scenarios() * 1e9 / tookNs);
    System.out.printf("readings acknowledged  %,12d%n", campaign.readings());
    System.out.printf("readings lost          %12s%n", passed ? "0" : "see above");
    System.out.printf(
        "doubled by content     %,12d (without a time of their own, and sent twice)%n",
        campaign.doubled());
    campaign
        .strikes()
        .forEach((kind, count) -> System.out.printf("  struck %-20s %,10d%n", kind, count));
  }
}
