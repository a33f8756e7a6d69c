package io.weir.gateway.source.kafka;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;

/**
 * The topics of a source: names, and names with a {@code *} for any characters, which no name of a
 * topic holds. A topic that is made later and matches is read too, from its first record.
 */
final class WantedTopics {

  private static final String ANY = "*";

  private final List<String> names = new ArrayList<>();
  private final List<String> wildcards = new ArrayList<>();

  WantedTopics(List<String> topics) {
    topics.forEach(each -> (each.contains(ANY) ? wildcards : names).add(each));
  }

  /** Whether there is one with a {@code *}. */
  boolean hasWildcard() {
    return !wildcards.isEmpty();
  }

  void subscribe(Consumer<?, ?> consumer, ConsumerRebalanceListener listener) {
    if (hasWildcard()) {
      List<String> all = new ArrayList<>(names);
      all.addAll(wildcards);
      String any = all.stream().map(WantedTopics::expression).collect(Collectors.joining("|"));
      consumer.subscribe(Pattern.compile(any), listener);
    } else {
      consumer.subscribe(names, listener);
    }
  }

  private static String expression(String topic) {
    return Pattern.compile("\\*")
        .splitAsStream(topic + "\0")
        .map(part -> Pattern.quote(part.replace("\0", "")))
        .collect(Collectors.joining(".*"));
  }

  /** Those that the cluster has, in order. */
  Set<String> existing(Consumer<?, ?> consumer, Duration limit) {
    Set<String> existing = new TreeSet<>();
    for (String name : names) {
      if (!consumer.partitionsFor(name, limit).isEmpty()) {
        existing.add(name);
      }
    }
    if (hasWildcard()) {
      Set<String> all = consumer.listTopics(limit).keySet();
      for (String wildcard : wildcards) {
        all.stream().filter(topic -> matches(wildcard, topic)).forEach(existing::add);
      }
    }
    return existing;
  }

  private static boolean matches(String wildcard, String topic) {
    return Pattern.matches(expression(wildcard), topic);
  }

  /** Of a set of topics of the cluster, what is wanted and not among them. */
  Set<String> missing(Set<String> existing) {
    Set<String> missing = new TreeSet<>(names);
    missing.removeAll(existing);
    for (String wildcard : wildcards) {
      if (existing.stream().noneMatch(topic -> matches(wildcard, topic))) {
        missing.add(wildcard);
      }
    }
    return missing;
  }
}
