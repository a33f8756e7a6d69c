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
 * Edge nodes of Sparkplug B, each with a device. Their births name metrics and aliases, their data
 * have aliases alone. One node keeps its aliases; the other one gives them to other metrics each
 * time it starts, but for scenarios in which the broker goes back: it loses births then, and the
 * numbers may go on by chance where they ended. Values are unlike each other.
 */
final class Nodes {

  static final String PREFIX = "spBv1.0/";

  /** What each value begins with; no other evidence does. */
  static final String MARK = "<";

  static final List<String> METRICS = List.of("a", "b", "c");

  private static final String GROUP = "hall";
  private static final int NODES = 2;

  /** The node that keeps its aliases. */
  private static final int KEEPER = 1;

  /** Numbers of their messages are above those of all others. */
  private static final int NUMBERS = 1_000_000;

  /** One in so many messages of data is lost on its way to the broker. */
  private static final int LOST = 20;

  /** One in so many births, where numbers show it: the first ones may go on where others ended. */
  private static final int BIRTHS_LOST = 4;

  private static final int SHOWN_BY_NUMBERS = 20;

  /** A device dies, or is born again, in one of so many turns. */
  private static final int DEVICE_CHANGES = 40;

  private static final int ALIASES = 10;
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
    boolean goesBack = faults.has(FaultKind.SESSION_OLDER);
    for (int i = 0; i < NODES; i++) {
      nodes.add(new Node("node-" + i, i == KEEPER || goesBack));
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
      if (node.alive && random.nextInt(DEVICE_CHANGES) == 0) {
        node.changeDevice();
      }
      for (int i = random.nextInt(3); node.alive && i > 0; i--) {
        node.data(node.any(), false, random.nextInt(LOST) == 0);
      }
    }
  }

  /** All send once more; what they send may have to wait for a birth, or not any more. */
  void sendLast(boolean sure) {
    for (Node node : nodes) {
      if (node.alive) {
        node.living().forEach(part -> node.data(part, sure, false));
      }
    }
  }

  /** Those that were asked send their births. */
  void answer() {
    while (!commands.isEmpty()) {
      String topic = commands.remove();
      for (Node node : nodes) {
        if (node.alive && topic.endsWith("/NCMD/" + node.own.machine)) {
          node.births(false);
        }
      }
    }
  }

  /**
   * What has births of its own: a node or its device.
   *
   * @param kind the first letter of the types of its messages
   * @param path the last levels of its topics
   * @param machine the last level
   * @param byAlias its metrics; the aliases count from the first one
   */
  private record Part(
      char kind, String path, String machine, int firstAlias, List<String> byAlias) {

    static Part of(char kind, String path, int firstAlias) {
      String machine = path.substring(path.indexOf('/') + 1);
      return new Part(kind, path, machine, firstAlias, new ArrayList<>(METRICS));
    }
  }

  private final class Node {
    private final boolean keepsAliases;
    private final Part own;
    private final Part device;
    private boolean alive;
    private boolean deviceIsAlive;
    private long bdSeq;
    private int seq;
    private long lastMs;

    Node(String name, boolean keepsAliases) {
      this.keepsAliases = keepsAliases;
      own = Part.of('N', name, 0);
      device = Part.of('D', name + "/press-of-" + name, ALIASES);
    }

    List<Part> living() {
      return deviceIsAlive ? List.of(own, device) : List.of(own);
    }

    Part any() {
      return living().get(random.nextInt(living().size()));
    }

    void start(boolean willIsSent) {
      if (alive && willIsSent) {
        Payload will = Payload.newBuilder().addMetrics(bdSeqMetric()).build();
        publish("DEATH", own, ++number, will, List.of());
      }
      boolean birthIsLost = seq > SHOWN_BY_NUMBERS && random.nextInt(BIRTHS_LOST) == 0;
      alive = true;
      deviceIsAlive = true;
      bdSeq++;
      if (!keepsAliases) {
        Collections.shuffle(own.byAlias, random);
        Collections.shuffle(device.byAlias, random);
      }
      births(birthIsLost);
    }

    void births(boolean firstIsLost) {
      seq = 0;
      birth(own, firstIsLost);
      if (deviceIsAlive) {
        birth(device, false);
      }
    }

    /** The device dies, or comes again: in a session of its node it keeps its aliases. */
    void changeDevice() {
      deviceIsAlive = !deviceIsAlive;
      if (deviceIsAlive) {
        birth(device, false);
      } else {
        number++;
        publish("DEATH", device, number, begun(nextMs()).build(), List.of());
      }
    }

    private void birth(Part part, boolean lost) {
      number++;
      long ms = nextMs();
      Payload.Builder payload = begun(ms);
      if (part == own) {
        payload.addMetrics(bdSeqMetric());
      }
      List<Fact> facts = new ArrayList<>();
      for (int i = 0; i < part.byAlias.size(); i++) {
        String metric = part.byAlias.get(i);
        payload.addMetrics(
            Metric.newBuilder()
                .setName(metric)
                .setAlias(part.firstAlias + i)
                .setTimestamp(ms)
                .setDatatype(DataType.String_VALUE)
                .setStringValue(value(metric)));
        facts.add(new Fact.Stored(part.machine, metric, value(metric), ms * MS, null));
      }
      if (!lost) {
        publish("BIRTH", part, number, payload.build(), facts);
      }
    }

    /** Values by alias; all of them where they must be stored. */
    void data(Part part, boolean sure, boolean lost) {
      number++;
      long ms = nextMs();
      Payload.Builder payload = begun(ms);
      List<Fact> facts = new ArrayList<>();
      for (int i = 0; i < part.byAlias.size(); i++) {
        if (sure || random.nextBoolean()) {
          String metric = part.byAlias.get(i);
          String value = value(metric);
          payload.addMetrics(
              Metric.newBuilder()
                  .setAlias(part.firstAlias + i)
                  .setTimestamp(ms)
                  .setStringValue(value));
          facts.add(new Fact.Stored(part.machine, metric, value, ms * MS, sure ? null : value));
        }
      }
      if (!lost) {
        publish("DATA", part, number, payload.build(), facts);
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

    private void publish(String type, Part part, int numbered, Payload payload, List<Fact> facts) {
      String topicType = part.kind + type;
      ByteString bytes = payload.toByteString();
      broker.publish(
          new SentMessage(
              numbered,
              PREFIX + GROUP + "/" + topicType + "/" + part.path,
              topicType + " " + payload.getSeq() + " " + part.byAlias,
              bytes.toByteArray(),
              facts));
    }
  }
}
