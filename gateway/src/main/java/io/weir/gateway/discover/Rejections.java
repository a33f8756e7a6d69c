package io.weir.gateway.discover;

import io.weir.gateway.model.Rejected;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a route rejects of the messages that it takes. */
final class Rejections {

  private final Map<Heard, List<Heard.Sample>> rejected = new LinkedHashMap<>();
  private long messages;
  private String first = "";

  void add(Heard of, Heard.Sample sample, List<Rejected> rejects) {
    messages++;
    if (!rejects.isEmpty()) {
      first = first.isEmpty() ? of.topic + ": " + rejects.get(0).detail() : first;
      rejected.computeIfAbsent(of, unused -> new ArrayList<>()).add(sample);
    }
  }

  /** Makes samples of some that were none; whether there are any. */
  boolean teach() {
    boolean any = false;
    for (Map.Entry<Heard, List<Heard.Sample>> each : rejected.entrySet()) {
      any |= each.getKey().learn(each.getValue());
    }
    return any;
  }

  /** A remark, or "" where nothing is rejected. */
  String told() {
    long count = rejected.values().stream().mapToLong(List::size).sum();
    return count == 0
        ? ""
        : "%,d of %,d messages have something that is rejected, such as of %s"
            .formatted(count, messages, first);
  }
}
