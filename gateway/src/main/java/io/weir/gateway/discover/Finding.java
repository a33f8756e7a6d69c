package io.weir.gateway.discover;

import io.weir.gateway.decode.Decoders;
import io.weir.gateway.normalize.TopicPattern;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Topics that one route covers.
 *
 * @param pattern as a route names them
 * @param format the format of all, or {@code null} where it was not recognised
 * @param topics how many they are
 * @param messages sent by them while listening
 * @param retained kept by the broker from before
 * @param topic one of them
 * @param sample a payload of that one
 */
@SuppressWarnings("ArrayRecordComponent") // shown, never compared
public record Finding(
    String pattern,
    @Nullable String format,
    int topics,
    long messages,
    long retained,
    String topic,
    byte[] sample) {

  static Finding of(String pattern, List<Found> all) {
    Found shown =
        all.stream().filter(each -> each.sample().length > 0).findFirst().orElse(all.get(0));
    return new Finding(
        pattern,
        shown.format(),
        all.size(),
        all.stream().mapToLong(Found::live).sum(),
        all.stream().mapToLong(Found::retained).sum(),
        shown.topic,
        shown.sample());
  }

  /** Whether a route for it can be written: the format is one that this gateway reads. */
  public boolean isRoutable() {
    return format != null && Decoders.names().contains(format);
  }

  private long names() {
    return pattern.chars().filter(c -> c == '{' || c == '+' || c == '#').count();
  }

  /**
   * Sorts those with the fewest names first, because the first route that matches is used. If
   * several match the same topics, the one with the most topics keeps the pattern; the others get
   * one of their topics as pattern.
   */
  static List<Finding> inOrder(List<Finding> findings) {
    List<Finding> largest = new ArrayList<>(findings);
    largest.sort(
        Comparator.comparing((Finding each) -> !each.isRoutable())
            .thenComparing(each -> -each.topics()));
    Map<String, Finding> taken = new HashMap<>();
    Set<Finding> kept = new LinkedHashSet<>();
    for (Finding each : largest) {
      if (each.isRoutable()
          && taken.putIfAbsent(TopicPattern.matched(each.pattern()), each) != null) {
        Finding alone = each.withPattern(each.topic());
        if (taken.putIfAbsent(alone.pattern(), alone) == null) {
          kept.add(alone);
        }
      } else {
        kept.add(each);
      }
    }
    List<Finding> ordered = new ArrayList<>(kept);
    ordered.sort(Comparator.comparingLong(Finding::names).thenComparing(Finding::pattern));
    return ordered;
  }

  private Finding withPattern(String other) {
    return new Finding(other, format, topics, messages, retained, topic, sample);
  }
}
