package io.weir.gateway.uplink;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdDictTrainer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes the dictionary of batches from what factories of the simulator send. The bytes of a number
 * that was released never change: a new one has the next number, in {@link Dictionary} too.
 *
 * <pre>DictionaryMaker FILE</pre>
 */
public final class DictionaryMaker {

  private static final int BYTES = 16 << 10;
  private static final int SAMPLES = 8 << 20;
  private static final List<String> SITES = List.of("plant-a", "plant-b", "berlin", "suzhou");

  private DictionaryMaker() {}

  public static void main(String[] arguments) throws Exception {
    List<byte[]> samples = new ArrayList<>();
    for (int i = 0; i < SITES.size(); i++) {
      SimulatedRows rows = new SimulatedRows(SITES.get(i), 1 + i, 4, i, 70);
      cut(rows.readings(), samples, 3 + 7 * i);
      cut(rows.figures(), samples, 5 + 6 * i);
    }
    ZstdDictTrainer trainer = new ZstdDictTrainer(SAMPLES, BYTES);
    for (byte[] each : samples) {
      trainer.addSample(each);
    }
    byte[] dictionary = trainer.trainSamples();
    if (Zstd.getDictIdFromDict(dictionary) == 0) {
      throw new IllegalStateException("this is no dictionary");
    }
    Files.write(Path.of(arguments[0]), dictionary);
    System.out.printf("%d bytes of %d samples%n", dictionary.length, samples.size());
  }

  private static void cut(List<LinkRow> rows, List<byte[]> samples, int size) {
    for (int from = 0; from < rows.size() && samples.size() < 4_000; from += size) {
      samples.add(LinkCodec.plain(rows.subList(from, Math.min(from + size, rows.size()))));
    }
  }
}
