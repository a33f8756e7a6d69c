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
 * processor time of the gateway's process, from Mosquitto to InfluxDB 1, with a heap of 1 GiB and
 * the collector that docs/guide/capacity.md has for it. Each topic is a machine of its own. The
 * three gateways run all the time; each is warm when Java's compilers have little left to do, and
 * then has its turn in each round.
 *
 * <pre>TopicsBench [messages a round, default 450000] [rounds, default 3]</pre>
 */
public final class TopicsBench implements AutoCloseable {

  private static final int FEW = 100;
  private static final String HEAP = "-Xmx1g -XX:-UseSerialGC -XX:+UseParallelGC";

  private final int messages;
  private final Map<Integer, Subject> subjects = new LinkedHashMap<>();

  private TopicsBench(Path folder, int messages) throws Exception {
    this.messages = messages;
    for (int topics : new int[] {FEW, 10_000, 90_000}) {
      subjects.put(topics, new Subject(folder.resolve("" + topics), topics));
    }
  }

  public static void main(String[] args) throws Exception {
    int messages = args.length > 0 ? Integer.parseInt(args[0]) : 450_000;
    int rounds = args.length > 1 ? Integer.parseInt(args[1]) : 3;
    try (TopicsBench bench = new TopicsBench(Files.createTempDirectory("weir-bench"), messages)) {
      bench.run(rounds);
    }
  }

  private void run(int rounds) throws Exception {
    for (Subject subject : subjects.values()) {
      subject.warmUp();
    }
    for (int round = 1; round <= rounds; round++) {
      System.out.printf("round %d, microseconds a message by topics:", round);
      for (Subject subject : subjects.values()) {
        System.out.printf("  %,d: %.1f", subject.topics, subject.round(messages));
      }
      System.out.println();
    }
    row(10_000, "2.91", "1.1");
    row(90_000, "3.84", "1.3");
  }

  private void row(int topics, String before, String goal) {
    List<Double> few = subjects.get(FEW).micros;
    List<Double> many = subjects.get(topics).micros;
    BenchRow.print(
        "processor a message at %,d topics, times that at %d".formatted(topics, FEW),
        "%d topics: %.1f microseconds".formatted(FEW, Medians.median(few)),
        "%.2f".formatted(Medians.ratio(many, few)),
        before,
        goal);
  }

  @Override
  public void close() {
    subjects.values().forEach(Subject::close);
  }

  /** A gateway with a broker and a store of its own. */
  private static final class Subject implements AutoCloseable {

    private final int topics;
    private final Mosquitto broker;
    private final InfluxDb store;
    private final MeasuredGateway gateway;
    private final List<Double> micros = new ArrayList<>();
    private long sent;

    Subject(Path home, int topics) throws Exception {
      this.topics = topics;
      broker = Mosquitto.started(home.resolve("mosquitto"));
      store = new InfluxDb(home.resolve("influx"));
      gateway = MeasuredGateway.subscribed(home, broker.url(), store.url(), topics, HEAP);
      store.start();
      store.createDatabase("bench");
      gateway.startConnected();
    }

    private void send(int messages) throws Exception {
      Load.run(broker.url(), messages, 1, topics, 0);
      sent += messages;
      gateway.awaitStored(sent);
    }

    void warmUp() throws Exception {
      gateway.warmUp("%,d topics".formatted(topics), this::send);
    }

    double round(int messages) throws Exception {
      long before = gateway.cpuNs();
      send(messages);
      double each = (gateway.cpuNs() - before) / 1e3 / messages;
      micros.add(each);
      return each;
    }

    @Override
    public void close() {
      gateway.close();
      store.close();
      broker.close();
    }
  }
}
