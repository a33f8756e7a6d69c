package io.weir.gateway.simulation;

import com.google.protobuf.ByteString;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.eclipse.tahu.protobuf.SparkplugBProto.DataType;
import org.eclipse.tahu.protobuf.SparkplugBProto.Payload;
import org.eclipse.tahu.protobuf.SparkplugBProto.Payload.Metric;

/**
 * Edge nodes of Sparkplug B. Their births name metrics and aliases, their data have aliases alone;
 * a node that starts again gives the aliases to other metrics, where no birth can be missed. Values
 * are unlike each other.
 */
final class Nodes {

  static final String PREFIX = "spBv1.0/";

  /** What each value begins with; no other evidence does. */
  static final String MARK = "<";

  static final List<String> METRICS = List.of("a", "b", "c");

  private static final String GROUP = "hall";
  private static final int NODES = 2;

  /** Numbers of their messages are above those of all others. */
  private static final int NUMBERS = 1_000_000;

  private static final int LOST = 20;
  private static final long MS = TimeUnit.MILLISECONDS.toNanos(1);

  private final SimulatedTime time;
  private final SimulatedBroker broker;
  private final Faults faults;
  private final Random random;
  private final List<Node> nodes = new ArrayList<>();
  private final Queue<String> commands = new ArrayDeque<>();
  private int number = NUMBERS;

  Nodes(Scenario scenario, SimulatedTime time, SimulatedBroker broker, Faults faults) {
    this.time = time;
    this.broker = broker;
    this.faults = faults;
    this.random = scenario.random("nodes");
    for (int i = 0; i < NODES; i++) {
      nodes.add(new Node("node-" + i));
    }
    broker.commands = commands::add;
  }

  /** A node starts, or dies and starts again. */
  void start(Fault fault) {
    faults.struck(FaultKind.NODE_STARTS);
    nodes.get(fault.variant() % NODES).start(fault.variant() / NODES % 2 == 0);
  }

  /** What they send by themselves; now and then a message is lost on its way to the broker. */
  void send() {
    for (Node node : nodes) {
      for (int i = random.nextInt(3); node.alive && i > 0; i--) {
        node.data(false, random.nextInt(LOST) == 0);
      }
    }
  }

  /** All send once more; what they send may have to wait for a birth, or not any more. */
  void sendLast(boolean sure) {
    nodes.stream().filter(node -> node.alive).forEach(node -> node.data(sure, false));
  }

  /** Those that were asked send their births. */
  void answer() {
    while (!commands.isEmpty()) {
      String topic = commands.remove();
      for (Node node : nodes) {
        if (node.alive && topic.endsWith("/NCMD/" + node.name)) {
          node.birth();
        }
      }
    }
  }

  private final class Node {
    private final String name;
    private final List<String> byAlias = new ArrayList<>(METRICS);
    private boolean alive;
    private long bdSeq;
    private int seq;
    private long lastMs;

    Node(String name) {
      this.name = name;
    }

    void start(boolean willIsSent) {
      if (alive && willIsSent) {
        Payload will = Payload.newBuilder().addMetrics(bdSeqMetric()).build();
        publish("NDEATH", ++number, will, List.of());
      }
      alive = true;
      bdSeq++;
      if (faults.areBirthsSure()) {
        Collections.shuffle(byAlias, random);
      }
      birth();
    }

    void birth() {
      seq = 0;
      number++;
      long ms = nextMs();
      Payload.Builder payload = begun(ms).addMetrics(bdSeqMetric());
      List<Fact> facts = new ArrayList<>();
      for (int alias = 0; alias < byAlias.size(); alias++) {
        String metric = byAlias.get(alias);
        payload.addMetrics(
            Metric.newBuilder()
                .setName(metric)
                .setAlias(alias)
                .setTimestamp(ms)
                .setDatatype(DataType.String_VALUE)
                .setStringValue(value(metric)));
        facts.add(new Fact.Stored(name, metric, value(metric), ms * MS, null));
      }
      publish("NBIRTH", number, payload.build(), facts);
    }

    /** Values by alias; all of them where they must be stored. */
    void data(boolean sure, boolean lost) {
      number++;
      long ms = nextMs();
      Payload.Builder payload = begun(ms);
      List<Fact> facts = new ArrayList<>();
      for (int alias = 0; alias < byAlias.size(); alias++) {
        if (sure || random.nextBoolean()) {
          String metric = byAlias.get(alias);
          String value = value(metric);
          payload.addMetrics(
              Metric.newBuilder().setAlias(alias).setTimestamp(ms).setStringValue(value));
          facts.add(new Fact.Stored(name, metric, value, ms * MS, sure ? null : value));
        }
      }
      if (!lost) {
        publish("NDATA", number, payload.build(), facts);
      }
    }

    private String value(String metric) {
      return MARK + number + metric + ">";
    }

    private Metric bdSeqMetric() {
      return Metric.newBuilder()
          .setName("bdSeq")
          .setDatatype(DataType.Int64_VALUE)
          .setLongValue(bdSeq % 256)
          .build();
    }

    private long nextMs() {
      lastMs = Math.max(lastMs + 1, time.trueNs() / MS);
      return lastMs;
    }

    private Payload.Builder begun(long ms) {
      return Payload.newBuilder().setTimestamp(ms).setSeq(seq++ % 256);
    }

    private void publish(String type, int numbered, Payload payload, List<Fact> facts) {
      ByteString bytes = payload.toByteString();
      broker.publish(
          new SentMessage(
              numbered,
              PREFIX + GROUP + "/" + type + "/" + name,
              type + " " + payload.getSeq() + " " + byAlias,
              bytes.toByteArray(),
              facts));
    }
  }
}
