package io.weir.gateway.memory;

import java.nio.file.Files;
import java.nio.file.Path;

/** Every row of the table in docs/guide/capacity.md at its edge and beyond; takes minutes. */
public final class CapacitySoak {

  private CapacitySoak() {}

  public static void main(String[] args) throws Exception {
    for (int mib : CapacityTest.HEAPS) {
      Path folder = Files.createTempDirectory("weir-capacity-");
      long begin = System.nanoTime();
      CapacityTest.holds(mib, folder);
      System.out.printf(
          "-Xmx%dm holds its row: %d s%n", mib, (System.nanoTime() - begin) / 1_000_000_000);
    }
  }
}
