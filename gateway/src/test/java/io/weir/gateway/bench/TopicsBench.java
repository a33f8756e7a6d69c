package io.weir.gateway.bench;

import io.weir.gateway.peers.InfluxDb;
import io.weir.peers.Mosquitto;
import io.weir.sim.load.Load;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a message costs the gateway where there are many topics, against what it costs at a hundred:
 * processor time of the gateway's process, from Mosquitto to InfluxDB 1, with a heap of 1 GiB. Each
 * topic is a machine of its own. Rounds alternate, each after a warm-up in which every topic comes.
 *
 * <pre>TopicsBench [messages a round, default 150000] [rounds, default 3]</pre>
 */
public final class TopicsBench {

  private static final int FEW = 100;
  private static final String HEAP = "-Xmx1g";

  private final Path folder;
  private final int messages;
  private final Map<Integer, List<Double>> micros = new LinkedHashMap<>();

  private TopicsBench(Path folder, int messages) {
    this.folder = folder;
    this.messages = messages;
    for (int topics : new int[] {FEW, 10_000, 90_000}) {
      micros.put(topics, new ArrayList<>());
    }
  }

  public static void main(String[] args) throws Exception {
    int messages = args.length > 0 ? Integer.parseInt(args[0]) : 150_000;
    int rounds = args.length > 1 ? Integer.parseInt(args[1]) : 3;
    new TopicsBench(Files.createTempDirectory("weir-bench"), messages).run(rounds);
  }

  private void run(int rounds) throws Exception {
    for (int round = 0; round < rounds; round++) {
      for (int topics : micros.keySet()) {
        micros.get(topics).add(micros(folder.resolve(topics + "-" + round), topics));
      }
      System.out.printf("round %d, microseconds a message by topics: %s%n", round + 1, last());
    }
    row(10_000, "1.4 to 1.75", "1.1");
    row(90_000, "2.5 to 3 (1.6 to 1.9 with 1 GiB)", "1.3");
  }

  private Map<Integer, String> last() {
    Map<Integer, String> last = new LinkedHashMap<>();
    micros.forEach((topics, all) -> last.put(topics, "%.1f".formatted(all.get(all.size() - 1))));
    return last;
  }

  private void row(int topics, String before, String goal) {
    List<Double> few = micros.get(FEW);
    List<Double> many = micros.get(topics);
    BenchRow.print(
        "processor a message at %,d topics, times that at %d".formatted(topics, FEW),
        "%d topics: %.1f microseconds".formatted(FEW, Medians.median(few)),
        "%.2f".formatted(Medians.ratio(many, few)),
        before,
        goal);
  }

  private double micros(Path home, int topics) throws Exception {
    try (Mosquitto broker = Mosquitto.started(home.resolve("mosquitto"));
        InfluxDb store = new InfluxDb(home.resolve("influx"));
        MeasuredGateway gateway =
            MeasuredGateway.subscribed(home, broker.url(), store.url(), topics, HEAP)) {
      store.start();
      store.createDatabase("bench");
      gateway.startConnected();
      Load.run(broker.url(), MeasuredGateway.WARM_UP_ONCE, 1, topics, 0);
      gateway.awaitStored(MeasuredGateway.WARM_UP_ONCE);
      long before = gateway.cpuNs();
      Load.run(broker.url(), messages, 1, topics, 0);
      gateway.awaitStored(MeasuredGateway.WARM_UP_ONCE + messages);
      return (gateway.cpuNs() - before) / 1e3 / messages;
    }
  }
}
