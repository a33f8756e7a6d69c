package io.weir.gateway.machine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

/**
 * The long ordeal of {@code make soak}: troubles drawn at random, with a power cut after each,
 * until the given number of kills. Prints its seed first and its figures at the end.
 */
final class OrdealSoak {

  private OrdealSoak() {}

  /**
   * @param arguments the number of kills, then the seed; without a seed, one from the clock
   */
  public static void main(String[] arguments) throws IOException {
    int kills = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 200;
    long seed = arguments.length > 1 ? Long.parseLong(arguments[1]) : System.nanoTime();
    Path folder = Files.createTempDirectory("weir-ordeal");
    System.out.printf("Ordeal of %d kills, seed %d, files in %s%n", kills, seed, folder);
    Random random = new Random(seed);
    List<Trouble> troubles = Trouble.all();
    try (Ordeal ordeal = new Ordeal(folder, 200)) {
      while (ordeal.kills() < kills) {
        troubles.get(random.nextInt(troubles.size())).strike(ordeal, random);
        Trouble.POWER_CUT.strike(ordeal, random);
      }
      ordeal.settle();
      System.out.print(ordeal.figures());
    }
    PowerCut.deleteTree(folder); // after a failure it stays, as evidence
  }
}
