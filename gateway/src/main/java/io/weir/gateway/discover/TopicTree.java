package io.weir.gateway.discover;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Topics of one format as a tree of their levels. If the subtrees of several siblings look alike,
 * the siblings are values of one variable level and are joined; the others keep their names.
 */
final class TopicTree {

  /** Most siblings with different looks; more are not compared. */
  private static final int MOST_KINDS = 100;

  /** This many roots must look alike to be joined; fewer are rather fixed names. */
  private static final int FEWEST_ROOTS = 5;

  private static final String VARIES = "+";
  private static final List<String> ASSET = List.of("machine", "line", "area", "site");

  private final Map<String, TopicTree> children = new TreeMap<>();

  /** Topics that end here. */
  private final List<Found> ends = new ArrayList<>();

  /** The names at the ends of this subtree, with the levels that lead to them. */
  private final Set<String> looks = new HashSet<>();

  private TopicTree() {}

  /** The patterns of topics that share a format. */
  static List<Finding> patterns(List<Found> topics) {
    TopicTree root = new TopicTree();
    for (Found found : topics) {
      TopicTree at = root;
      for (String level : found.topic.split("/", -1)) {
        at = at.children.computeIfAbsent(level, unused -> new TopicTree());
      }
      at.ends.add(found);
    }
    root.join(FEWEST_ROOTS);
    List<Finding> findings = new ArrayList<>();
    root.collect(new ArrayList<>(), findings);
    return findings;
  }

  /** Joins below, then the children that look alike, if there are enough of them. */
  private void join(int fewest) {
    children.values().forEach(child -> child.join(2));
    List<List<String>> kinds = new ArrayList<>();
    List<Set<String>> looksOfKinds = new ArrayList<>();
    children.forEach(
        (level, child) -> {
          int kind = 0;
          while (kind < kinds.size() && !alike(looksOfKinds.get(kind), child.looks)) {
            kind++;
          }
          if (kind == kinds.size() && kind < MOST_KINDS) {
            kinds.add(new ArrayList<>());
            looksOfKinds.add(new HashSet<>());
          }
          if (kind < kinds.size()) {
            kinds.get(kind).add(level);
            looksOfKinds.get(kind).addAll(child.looks);
          }
        });
    for (List<String> kind : kinds) {
      if (kind.size() >= fewest) {
        TopicTree joined = new TopicTree();
        kind.forEach(level -> joined.add(taken(level)));
        joined.join(2);
        TopicTree other = children.get(VARIES);
        if (other == null) {
          children.put(VARIES, joined);
        } else {
          other.add(joined);
        }
      }
    }
    look();
  }

  private TopicTree taken(String level) {
    TopicTree child = children.remove(level);
    return child == null ? new TopicTree() : child;
  }

  private void add(TopicTree other) {
    ends.addAll(other.ends);
    other.children.forEach(
        (level, child) -> children.computeIfAbsent(level, unused -> new TopicTree()).add(child));
  }

  /** Whether at least half of what the smaller one shows is seen in the other too. */
  private static boolean alike(Set<String> a, Set<String> b) {
    Set<String> smaller = a.size() < b.size() ? a : b;
    Set<String> larger = smaller == a ? b : a;
    long common = smaller.stream().filter(larger::contains).count();
    return common > 0 && 2 * common >= smaller.size();
  }

  private void look() {
    looks.clear();
    for (Found end : ends) {
      if (end.keys().isEmpty()) {
        looks.add(":");
      }
      end.keys().forEach(key -> looks.add(":" + key));
    }
    children.forEach((level, child) -> child.looks.forEach(seen -> looks.add(level + "/" + seen)));
  }

  private void collect(List<String> levels, List<Finding> findings) {
    if (!ends.isEmpty()) {
      findings.add(Finding.of(pattern(levels, ends), ends));
    }
    children.forEach(
        (level, child) -> {
          levels.add(level);
          child.collect(levels, findings);
          levels.remove(levels.size() - 1);
        });
  }

  /** Levels that vary get names: the last is the machine, before it the line, and so on. */
  private static String pattern(List<String> levels, List<Found> ends) {
    List<String> named = new ArrayList<>(levels);
    int last = levels.size() - 1;
    boolean nameless = "scalar".equals(ends.get(0).format());
    if (nameless && last > 0 && !named.get(last).isEmpty()) {
      named.set(last, "{metric}"); // the payload has no name for its one value
    }
    int names = 0;
    for (int i = last; i >= 0; i--) {
      String level = named.get(i);
      if (level.equals(VARIES)) {
        named.set(
            i, names < ASSET.size() ? "{" + ASSET.get(names) + "}" : "{level" + (i + 1) + "}");
        names++;
      } else if (!level.equals("{metric}") && level.matches(".*[+#{}].*")) {
        named.set(i, "+"); // a route cannot contain it
      }
    }
    return String.join("/", named);
  }
}
