package io.weir.gateway.machine;

import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Nothing acknowledged is lost, and nothing stands still, whatever happens to the machine. {@link
 * OrdealSoak} has more starts on a disk that fails.
 */
@Tag("server")
class OrdealTest {

  @TempDir Path folder;

  @Test
  void nothingAcknowledgedIsLostThroughEachTroubleOfTheMachine() throws Exception {
    try (Ordeal ordeal = new Ordeal(folder, 50)) {
      Random random = new Random(20261125);
      for (Trouble trouble : Trouble.few()) {
        trouble.strike(ordeal, random);
      }
      ordeal.settle();
      System.out.print(ordeal.figures());
    }
  }
}
