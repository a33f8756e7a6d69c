package io.weir.gateway.discover;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The messages received so far, by topic. Safe for several threads; bounded in topics and in bytes,
 * for whoever may publish can invent topics and names without end.
 */
public final class Findings {

  private static final int MOST_TOPICS = 20_000;
  private static final int LONGEST_SAMPLE = 16 * 1024;

  private final Map<String, Found> topics = new LinkedHashMap<>();
  private final long mostBytes;
  private long bytes;
  private long messages;
  private boolean cut;

  /** Takes a quarter of the heap at most. */
  public Findings() {
    this(Runtime.getRuntime().maxMemory() / 4);
  }

  /**
   * @param mostBytes of the heap, about
   */
  public Findings(long mostBytes) {
    this.mostBytes = mostBytes;
  }

  /** Adds a message; a large one is only counted. */
  public synchronized void heard(String topic, byte[] payload, boolean retained) {
    messages++;
    Found found = topics.get(topic);
    if (found == null) {
      if (topics.size() >= MOST_TOPICS || bytes > mostBytes) {
        cut = true;
        return;
      }
      found = new Found(topic);
      topics.put(topic, found);
      bytes += found.bytes();
    }
    bytes -= found.bytes();
    boolean counted = payload.length > LONGEST_SAMPLE || bytes > mostBytes;
    found.heard(counted ? new byte[0] : payload, retained);
    bytes += found.bytes();
  }

  public synchronized long messages() {
    return messages;
  }

  public synchronized int topics() {
    return topics.size();
  }

  /** Whether there were more topics than are remembered. */
  public synchronized boolean cut() {
    return cut;
  }

  /** The topics grouped into patterns, those with the fewest names first. */
  public synchronized List<Finding> grouped() {
    Map<String, List<Found>> byFormat = new TreeMap<>();
    for (Found found : topics.values()) {
      String whole = found.format() == null ? null : found.whole();
      String key = found.format() == null ? "" : whole == null ? found.format() : "=" + whole;
      byFormat.computeIfAbsent(key, unused -> new ArrayList<>()).add(found);
    }
    List<Finding> all = new ArrayList<>();
    byFormat.forEach(
        (key, group) -> {
          if (key.startsWith("=")) {
            all.add(Finding.of(key.substring(1), group));
          } else {
            all.addAll(TopicTree.patterns(group));
          }
        });
    return Finding.inOrder(all);
  }
}
