package io.weir.gateway.retention;

import java.util.HashMap;
import java.util.Map;

/**
 * Keeps the first message of each topic that it is asked for, and then one of this many. Belongs to
 * the thread {@code retention}.
 */
final class EveryNth {

  /** Topics counted at once; beyond them all begin again. */
  private static final int MOST_TOPICS = 50_000;

  private record Topic(String source, String topic) {}

  private final Map<Topic, Integer> seen = new HashMap<>();

  /** Whether the next message of a topic stays. */
  boolean keeps(String source, String topic, int n) {
    if (seen.size() >= MOST_TOPICS) {
      seen.clear();
    }
    int before = seen.merge(new Topic(source, topic), 1, Integer::sum) - 1;
    return before % n == 0;
  }
}
