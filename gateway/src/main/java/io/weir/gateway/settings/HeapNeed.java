package io.weir.gateway.settings;

import io.weir.gateway.config.Quantities;
import io.weir.gateway.efficiency.config.EfficiencyConfig;
import io.weir.gateway.model.MemoryBudget;
import org.jspecify.annotations.Nullable;

/**
 * What heap a configuration needs for its largest message. A message is decoded once by the intake
 * and once by each consumer, one at a time ({@link io.weir.gateway.model.LargeMessages}); meanwhile
 * it is held as it came, as readings, as bytes of a record and as lines for each store.
 */
public final class HeapNeed {

  private HeapNeed() {}

  /** The heap that a configuration needs at least, in bytes. */
  public static long bytes(Config config) {
    return MemoryBudget.leastHeap(config.buffer().maxMessageSize());
  }

  /**
   * What -Xmx must say for such a heap, in MiB: some collectors keep a part of it for themselves.
   */
  static long withReserve(long neededBytes) {
    long mib = neededBytes >> 20;
    return mib + mib / 16;
  }

  /**
   * What is said of a configuration that names more machines than the heap has figures of; {@code
   * null} where it does not.
   *
   * @param heapBytes what the heap may grow to
   */
  public static @Nullable String machinesProblem(Config config, long heapBytes) {
    EfficiencyConfig efficiency = config.efficiency();
    if (efficiency == null) {
      return null;
    }
    int message = config.buffer().maxMessageSize();
    long named = efficiency.lines().stream().mapToLong(line -> line.machines().size()).sum();
    int held = MemoryBudget.of(heapBytes, message).machines();
    return named <= held
        ? null
        : "the lines name "
            + named
            + " machines, and with a heap of "
            + (heapBytes >> 20)
            + "MiB only "
            + held
            + " have figures; set -Xmx"
            + withReserve(MemoryBudget.heapFor(named, message))
            + "m in WEIR_OPTS";
  }

  /**
   * Why a heap is too small for the configuration, or {@code null} where it is not.
   *
   * @param heapBytes what the heap may grow to
   */
  public static @Nullable String problem(Config config, long heapBytes) {
    long message = config.buffer().maxMessageSize();
    long needed = bytes(config);
    if (heapBytes >= needed) {
      return null;
    }
    long mib = 1L << 20;
    long forMessages = heapBytes - MemoryBudget.leastHeap(0);
    long fits = Math.max(0, forMessages / MemoryBudget.OF_MESSAGE / mib);
    String other = fits == 0 ? "" : ", or buffer.max-message-size: " + fits + "MiB";
    return "buffer.max-message-size is "
        + Quantities.show(message)
        + ", which needs a heap of at least "
        + needed / mib
        + "MiB, but this process has "
        + heapBytes / mib
        + "MiB; set -Xmx"
        + withReserve(needed)
        + "m in WEIR_OPTS"
        + other;
  }
}
