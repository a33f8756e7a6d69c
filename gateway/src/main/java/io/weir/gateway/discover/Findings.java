package io.weir.gateway.discover;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The messages received so far, by topic. Safe for several threads; bounded in topics and in bytes,
 * for whoever may publish can invent topics and names without end. What a broker says of itself,
 * {@code $SYS}, is passed over.
 */
public final class Findings {

  private static final int MOST_TOPICS = 20_000;
  private static final int LONGEST_SAMPLE = 16 * 1024;

  /** Messages that routes are tried with, so that a report after Ctrl-C takes seconds. */
  private static final int MOST_KEPT = 100_000;

  private final Map<String, Heard> topics = new LinkedHashMap<>();
  private final long mostBytes;
  private long bytes;
  private long messages;
  private long kept;
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

  /** Adds a message whose time of arrival is not known. */
  public void heard(String topic, byte[] payload, boolean retained) {
    heard(topic, payload, retained, 0);
  }

  /**
   * Adds a message; a large one is only counted.
   *
   * @param receivedNs when it arrived; 0 where that is not known
   */
  public synchronized void heard(String topic, byte[] payload, boolean retained, long receivedNs) {
    if (topic.startsWith("$SYS/")) {
      return;
    }
    messages++;
    Heard found = known(topic);
    if (found != null) {
      boolean keep = payload.length <= LONGEST_SAMPLE && bytes <= mostBytes;
      boolean keepOther = keep && bytes <= mostBytes / 2 && kept < MOST_KEPT;
      int before = found.kept();
      bytes +=
          found.heard(new Heard.Sample(payload, retained, receivedNs, messages), keep, keepOther);
      kept += found.kept() - before;
    }
  }

  private @org.jspecify.annotations.Nullable Heard known(String topic) {
    Heard found = topics.get(topic);
    if (found == null) {
      if (topics.size() >= MOST_TOPICS || bytes > mostBytes) {
        cut = true;
        return null;
      }
      found = new Heard(topic);
      topics.put(topic, found);
      bytes += found.bytes();
    }
    return found;
  }

  public synchronized long messages() {
    return messages;
  }

  public synchronized int topics() {
    return topics.size();
  }

  /** Messages that routes are tried with. */
  public synchronized long kept() {
    return kept;
  }

  /** Whether there were more topics than are remembered. */
  public synchronized boolean cut() {
    return cut;
  }

  /** Adds messages of an earlier run of which no more is known. */
  synchronized void counted(String topic, long live, long retained) {
    Heard found = known(topic);
    if (found != null) {
      messages += live + retained;
      found.counted(live, retained);
    }
  }

  synchronized List<Heard> copies() {
    List<Heard> copies = new ArrayList<>();
    topics.values().forEach(each -> copies.add(each.copy()));
    return copies;
  }

  /**
   * Routes for what was heard, those with the fewest names first. Takes long for many topics.
   *
   * @param parser reads routes, to try them
   * @param nowNs the time of arrival of messages that have none
   */
  public List<Finding> proposed(RouteParser parser, long nowNs) throws IOException {
    return new Proposer(parser, nowNs).propose(copies());
  }
}
