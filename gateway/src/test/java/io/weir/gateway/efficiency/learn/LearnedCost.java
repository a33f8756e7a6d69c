package io.weir.gateway.efficiency.learn;

import io.weir.gateway.model.Message;
import io.weir.gateway.model.MessageCodec;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** What it costs to learn from the log of figures. */
public final class LearnedCost {

  /**
   * @param readings of the log of figures
   * @param nsOfDecoding CPU time of decoding one of them, as each consumer of the log does
   * @param nsOfLearning CPU time of learning from one
   * @param bytes of the state of one machine with one product and one signal
   */
  public record Costs(long readings, double nsOfDecoding, double nsOfLearning, long bytes) {}

  private LearnedCost() {}

  /** Measures a machine that works some hours of each of the days, again and again. */
  public static Costs measure(int days, int rounds) {
    LearnedPlant plant = new LearnedPlant(LearnedPlant.config());
    plant.days(0, days);
    List<ByteBuffer> records = new ArrayList<>();
    long readings = 0;
    for (Message message : plant.messages) {
      ByteBuffer bytes = new MessageCodec().encode(message);
      byte[] copy = new byte[bytes.remaining()];
      bytes.get(copy);
      records.add(ByteBuffer.wrap(copy));
      readings += message.readings().size();
    }
    MessageCodec codec = new MessageCodec();
    long decoding = 0;
    long learning = 0;
    for (int round = 0; round < 2 * rounds; round++) { // the first half warms up
      Learned learned = new Learned(plant.efficiency, LearnedPlant.MIB);
      for (ByteBuffer each : records) {
        long begin = cpuNs();
        Message message = codec.decode(each.duplicate());
        long middle = cpuNs();
        learned.accept(message);
        long end = cpuNs();
        if (round >= rounds) {
          decoding += middle - begin;
          learning += end - middle;
        }
      }
    }
    double all = (double) readings * rounds;
    return new Costs(readings, decoding / all, learning / all, plant.learned.encode().length);
  }

  private static long cpuNs() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }
}
