package io.weir.gateway.decode.sparkplug;

import io.weir.gateway.model.Value;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.eclipse.tahu.protobuf.SparkplugBProto.DataType;
import org.jspecify.annotations.Nullable;

/**
 * The sessions of all edge nodes, bounded in bytes: past the bound those that were silent longest
 * are forgotten, then devices of the one node that is left; they are asked for their births when
 * they speak again.
 *
 * <p>Shared by the sources' threads and the one that sends what is due; every method holds the
 * monitor for steps in memory and none calls out.
 */
final class Sessions {

  /** What all births together may take, about. */
  private static final long MOST_BYTES = 32L << 20;

  /** An edge node as one source sees it. */
  record Key(String source, String prefix, String group, String node) {

    static Key of(String source, SparkplugTopic topic) {
      return new Key(source, topic.reach(), topic.group(), topic.node());
    }

    private long bytes() {
      return 2L * (prefix.length() + group.length() + node.length());
    }
  }

  /** What says that a device died of which no value is known that could become stale. */
  private static final Birth.Metric DEATH = new Birth.Metric("Death", DataType.Boolean_VALUE, null);

  /** A metric that has become stale, with its last value. */
  record Stale(String device, Birth.Metric metric, Value last) {}

  private final long mostBytes;
  private final Map<Key, Node> nodes = new LinkedHashMap<>(16, 0.75f, true);
  private long bytes;

  Sessions() {
    this(MOST_BYTES);
  }

  Sessions(long mostBytes) {
    this.mostBytes = mostBytes;
  }

  /**
   * What is known of the metrics in a message.
   *
   * @param birth what the birth said; {@code null} before one
   * @param doubtful whether a birth may be missing that came after it
   * @param timeless whether the times of messages do not tell when they were sent
   */
  record Known(@Nullable Birth birth, boolean doubtful, boolean timeless) {
    static final Known NOTHING = new Known(null, false, false);
  }

  /** What is known of the metrics in a message that came now. */
  synchronized Known known(Key key, String device, Arrival arrival) {
    Node node = nodes.get(key);
    if (node == null) {
      return Known.NOTHING;
    }
    Birth birth = node.birth(device);
    return new Known(birth, node.isDoubtful(device, arrival), birth != null && birth.isTimeless());
  }

  /** What is known of a node's or a device's metrics; {@code null} before a birth. */
  synchronized @Nullable Birth birth(Key key, String device) {
    Node node = nodes.get(key);
    return node == null ? null : node.birth(device);
  }

  /**
   * What becomes stale when the node dies; empty for a will of another session, which says nothing
   * about this one.
   */
  synchronized List<Stale> staleByDeath(Key key, @Nullable Long bdSeq) {
    Node node = nodes.get(key);
    List<Stale> stale = new ArrayList<>();
    if (node != null && node.endsWith(bdSeq)) {
      node.births().forEach((device, birth) -> add(stale, device, birth));
      node.unborn().forEach(device -> addDeath(stale, device));
    }
    return stale;
  }

  /** What becomes stale when the device dies. */
  synchronized List<Stale> staleByDeath(Key key, String device) {
    Node node = nodes.get(key);
    Birth birth = node == null ? null : node.birth(device);
    List<Stale> stale = new ArrayList<>();
    if (birth != null) {
      add(stale, device, birth);
    } else if (node != null && node.unborn().contains(device)) {
      addDeath(stale, device);
    }
    return stale;
  }

  private static void addDeath(List<Stale> stale, String device) {
    stale.add(new Stale(device, DEATH, new Value.Flag(true)));
  }

  private static void add(List<Stale> stale, String device, Birth birth) {
    int before = stale.size();
    for (Birth.Metric metric : birth.metrics()) {
      Value last = metric.last();
      if (last != null) {
        stale.add(new Stale(device, metric, last));
      }
    }
    if (stale.size() == before) {
      addDeath(stale, device);
    }
  }

  /** The node dies, unless the will is of another session. */
  synchronized void died(Key key, @Nullable Long bdSeq) {
    change(
        key,
        node -> {
          if (node.endsWith(bdSeq)) {
            node.died();
          }
        });
  }

  /** Changes a node's session, begun here if there is none. */
  synchronized void change(Key key, Consumer<Node> change) {
    Node node = nodes.get(key);
    if (node == null) {
      node = new Node();
      nodes.put(key, node);
      bytes += key.bytes() + node.bytes();
    }
    bytes -= node.bytes();
    change.accept(node);
    bytes += node.bytes();
    Iterator<Map.Entry<Key, Node>> silentFirst = nodes.entrySet().iterator();
    while (bytes > mostBytes && nodes.size() > 1) {
      Map.Entry<Key, Node> silent = silentFirst.next();
      bytes -= silent.getKey().bytes() + silent.getValue().bytes();
      silentFirst.remove();
    }
    if (bytes > mostBytes) {
      bytes -= node.bytes();
      node.shrink(mostBytes - bytes);
      bytes += node.bytes();
    }
  }

  /** What all of it costs to remember, about. */
  synchronized long bytes() {
    return bytes;
  }

  /** The nodes of a source that must be asked for their births now. */
  synchronized List<Key> due(String source, Duration patience, long nowNs) {
    List<Key> due = new ArrayList<>();
    nodes.forEach(
        (key, node) -> {
          if (key.source().equals(source) && node.due(patience, nowNs)) {
            due.add(key);
          }
        });
    return due;
  }
}
